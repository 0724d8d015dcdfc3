package websub

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // WebSub §7.1 has it, and a hub may know no better
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// Bounds of what a callback reads.
const (
	maxChallenge = 4 << 10
	readTime     = 30 * time.Second
)

// Handler answers hubs: it verifies what we asked for (§5.3), hears of denials
// (§5.2), and takes pushes (§7).
func (s *Subscriber) Handler() http.Handler { return http.HandlerFunc(s.serve) }

func (s *Subscriber) serve(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(readTime)) // one without deadlines has its own
	w.Header().Set("Cache-Control", "no-store")
	id, token, ok := split(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	sub, err := s.store.Subscription(r.Context(), id)
	switch {
	case err != nil && !errors.Is(err, storage.ErrNotFound):
		w.Header().Set("Retry-After", "60")
		http.Error(w, "not now", http.StatusServiceUnavailable)
	case err != nil || subtle.ConstantTimeCompare([]byte(token), []byte(sub.Token)) != 1:
		unknown(w, r)
	case r.Method == http.MethodGet:
		s.verify(w, r, id, token)
	case r.Method == http.MethodPost:
		s.push(w, r, &sub)
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "GET or POST is expected", http.StatusMethodNotAllowed)
	}
}

// unknown refuses what is not, or no longer, ours: a hub that pushes to it may
// end the subscription (§7), one that asks learns that nobody meant to.
func unknown(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		http.Error(w, "there is no such subscription", http.StatusGone)
		return
	}
	http.NotFound(w, r)
}

// verify answers whether we meant a request.
func (s *Subscriber) verify(w http.ResponseWriter, r *http.Request, id feed.SourceID, token string) {
	q := r.URL.Query()
	challenge := q.Get("hub.challenge")
	denied := q.Get("hub.mode") == "denied"
	if !denied && (challenge == "" || len(challenge) > maxChallenge) {
		http.Error(w, "hub.challenge is missing, or too long", http.StatusBadRequest)
		return
	}
	meant, err := s.settle(r.Context(), id, token, q)
	switch {
	case err != nil:
		s.set.Log.Error("keep a subscription", "source", string(id), "err", err)
		http.Error(w, "not now", http.StatusServiceUnavailable)
	case !meant:
		http.NotFound(w, r)
	case denied:
		w.WriteHeader(http.StatusOK)
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, challenge) // the hub asks again
	}
}

// settle reports whether a hub asks for what we asked of it, and acts on it.
func (s *Subscriber) settle(ctx context.Context, id feed.SourceID, token string, q url.Values) (meant bool, err error) {
	defer s.locks.lock(id)()
	sub, err := s.store.Subscription(ctx, id)
	if err != nil || sub.Token != token || q.Get("hub.topic") != sub.Topic {
		return false, err
	}
	now := time.Now()
	switch mode := q.Get("hub.mode"); {
	case mode == "subscribe" && (sub.Mode == feed.Subscribing || sub.Mode == feed.Subscribed):
		lease := s.lease(q.Get("hub.lease_seconds"))
		if sub.Mode != feed.Subscribed {
			s.set.Log.Info("hub pushes from now on", "source", string(id), "hub", sub.Hub, "lease", lease)
		}
		sub.Mode, sub.Failures, sub.Error = feed.Subscribed, 0, ""
		sub.LeaseEnd, sub.Next = now.Add(lease), now.Add(lease/3*2-rand.N(lease/20))
		return true, s.put(ctx, sub)
	case mode == "unsubscribe" && sub.Mode == feed.Unsubscribing:
		return true, s.store.DeleteSubscription(ctx, id)
	case mode == "denied" && sub.Mode != feed.Unsubscribing:
		sub.Mode, sub.Failures, sub.LeaseEnd = feed.Denied, 0, time.Time{}
		sub.Error, sub.Next = "the hub denies the subscription", now.Add(deniedRetry)
		if reason := oneLine(q.Get("hub.reason")); reason != "" {
			sub.Error += ": " + reason
		}
		s.set.Log.Warn("hub denied", "source", string(id), "hub", sub.Hub, "err", sub.Error)
		return true, s.put(ctx, sub)
	}
	return false, nil
}

// lease reads hub.lease_seconds; what we asked for when there is none.
func (s *Subscriber) lease(text string) time.Duration {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds <= 0 {
		return s.set.Lease
	}
	return min(max(time.Duration(min(seconds, int64(mostLease/time.Second)))*time.Second, leastLease), mostLease)
}

// push takes content (§7). The answer is quick; what becomes of the content is
// not the hub's business.
func (s *Subscriber) push(w http.ResponseWriter, r *http.Request, sub *feed.Subscription) {
	if sub.Mode == feed.Unsubscribing {
		unknown(w, r)
		return
	}
	room := s.set.MaxBody
	if n := r.ContentLength; n >= 0 && n < room {
		room = n
	}
	if !s.inbox.reserve(room) {
		w.Header().Set("Retry-After", "60")
		http.Error(w, "too much is being pushed", http.StatusServiceUnavailable)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.set.MaxBody))
	if err != nil {
		s.inbox.cancel(room)
		var long *http.MaxBytesError
		if errors.As(err, &long) {
			http.Error(w, fmt.Sprintf("at most %d bytes are taken", s.set.MaxBody), http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "the body is cut short", http.StatusBadRequest)
		return
	}
	if !signed(r.Header.Get("X-Hub-Signature"), sub.Secret, body) {
		s.inbox.cancel(room)
		s.set.Log.Warn("push with a wrong signature dropped", "source", string(sub.Source), "hub", sub.Hub, "bytes", len(body))
		w.WriteHeader(http.StatusAccepted) // §7.1: so that nobody can find out what is right
		return
	}
	s.inbox.put(push{source: sub.Source, header: r.Header.Clone(), body: body, room: room})
	w.WriteHeader(http.StatusAccepted)
}

// methods are the signatures that §7.1 names.
var methods = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

// signed reports whether a signature is that of the body by one who knows the
// secret (§7.1).
func signed(signature, secret string, body []byte) bool {
	method, digest, _ := strings.Cut(strings.TrimSpace(signature), "=")
	newHash, known := methods[strings.ToLower(method)]
	want, err := hex.DecodeString(digest)
	if !known || err != nil {
		return false
	}
	mac := hmac.New(newHash, []byte(secret))
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), want)
}

// deliver hands a push on, and notes that it came.
func (s *Subscriber) deliver(ctx context.Context, p push) {
	if err := s.set.Deliver(ctx, p.source, p.header, p.body); err != nil && ctx.Err() == nil {
		s.set.Log.Error("take a push", "source", string(p.source), "err", err)
	}
	defer s.locks.lock(p.source)()
	sub, err := s.store.Subscription(ctx, p.source)
	if err != nil || time.Since(sub.Pushed) < pushNoted {
		return
	}
	sub.Pushed = time.Now()
	s.complain(ctx, p.source, s.put(ctx, sub))
}
