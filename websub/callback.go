package websub

import (
	"bytes"
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
	"tributary/internal/reply"
	"tributary/storage"
)

// maxChallenge bounds what we repeat to a hub.
const maxChallenge = 4 << 10

// Handler answers hubs: it verifies what we asked for (§5.3), hears of denials
// (§5.2), and takes pushes (§7).
func (s *Subscriber) Handler() http.Handler { return http.HandlerFunc(s.serve) }

func (s *Subscriber) serve(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.set.readTime)) // one without deadlines has its own
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
	if denied && meant && err == nil {
		err = s.set.Lost(context.WithoutCancel(r.Context()), id)
	}
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
		return false, missing(err)
	}
	now := time.Now()
	switch mode := q.Get("hub.mode"); {
	case mode == "subscribe" && (sub.Mode == feed.Subscribing || sub.Mode == feed.Subscribed):
		if s.verified(&sub, s.lease(q.Get("hub.lease_seconds")), now) {
			err = s.put(ctx, sub)
		}
		return true, err
	case mode == "unsubscribe" && sub.Mode == feed.Unsubscribing:
		return true, s.store.DeleteSubscription(ctx, id)
	case mode == "denied" && sub.Mode != feed.Unsubscribing:
		sub.Mode, sub.Failures, sub.LeaseEnd, sub.Next = feed.Denied, 0, time.Time{}, now.Add(deniedRetry)
		s.tell(&sub, strings.TrimSuffix("the hub denies the subscription: "+reply.Words(q.Get("hub.reason"), maxReason), ": "))
		return true, s.put(ctx, sub)
	}
	return false, nil
}

// verified takes over what a hub says at its verification, and reports whether
// it did. A hub may ask again for what it had verified (§5), and somebody may
// repeat what it asked: that makes no lease longer.
func (s *Subscriber) verified(sub *feed.Subscription, lease time.Duration, now time.Time) bool {
	if sub.Mode == feed.Subscribed && sub.Failures == 0 && !now.Add(lease).Before(sub.LeaseEnd) {
		return false
	}
	if sub.Mode != feed.Subscribed {
		s.set.Log.Info("hub pushes from now on", "source", string(sub.Source), "hub", sub.Hub, "lease", lease)
		sub.Missed = time.Time{}
	}
	sub.Mode, sub.Failures, sub.Error = feed.Subscribed, 0, ""
	sub.LeaseEnd, sub.Next = now.Add(lease), now.Add(lease/3*2-rand.N(lease/20+1))
	if lease < s.set.leastLease {
		sub.LeaseEnd, sub.Next = time.Time{}, now.Add(shortLease)
		s.tell(sub, fmt.Sprintf("the hub pushes for %s only, which is too short to rely on", lease))
	}
	return true
}

// lease reads hub.lease_seconds; what we asked for when there is none.
func (s *Subscriber) lease(text string) time.Duration {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds <= 0 {
		return s.set.Lease
	}
	return time.Duration(min(seconds, int64(mostLease/time.Second))) * time.Second
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
	body, err := readBody(http.MaxBytesReader(w, r.Body, s.set.MaxBody), r.ContentLength)
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
		s.complain(r.Context(), sub.Source, s.forged(r.Context(), sub))
		w.WriteHeader(http.StatusAccepted) // §7.1: so that nobody can find out what is right
		return
	}
	if !s.inbox.put(push{source: sub.Source, header: r.Header.Clone(), body: body, room: room}) {
		http.Error(w, "this is about to stop", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// readBody reads a body whose length is known, unless it is negative.
func readBody(r io.Reader, length int64) ([]byte, error) {
	if length < 0 {
		return io.ReadAll(r)
	}
	body := bytes.NewBuffer(make([]byte, 0, min(length, 1<<20)+bytes.MinRead))
	_, err := body.ReadFrom(r)
	return body.Bytes(), err
}

// wrongSignature is noted, and logged, once.
const wrongSignature = "a push was not signed with our secret, and was dropped"

// forged notes a push that was dropped.
func (s *Subscriber) forged(ctx context.Context, known *feed.Subscription) error {
	defer s.locks.lock(known.Source)()
	sub, err := s.store.Subscription(ctx, known.Source)
	if err != nil || sub.Token != known.Token || sub.Error == wrongSignature {
		return missing(err)
	}
	s.tell(&sub, wrongSignature)
	return s.put(ctx, sub)
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
	trouble := sub.Error != "" && sub.Mode == feed.Subscribed && sub.Failures == 0 && !sub.LeaseEnd.IsZero()
	if err != nil || !trouble && !sub.Missed.After(sub.Pushed) && time.Since(sub.Pushed) < pushNoted {
		return
	}
	if trouble {
		sub.Error = "" // it pushes, and pushes well
	}
	sub.Pushed = time.Now()
	s.complain(ctx, p.source, s.put(ctx, sub))
}
