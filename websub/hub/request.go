package hub

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Bounds of what a request for a subscription may say.
const (
	maxForm     = 16 << 10 // bytes
	maxCallback = 2048
	maxTopic    = 2048
	mostSecret  = 199 // §5.1: less than 200
)

const formType = "application/x-www-form-urlencoded"

// A request is one for a subscription, for its end (§5.1), or of ours to tell
// a callback that there will be none (§5.2).
type request struct {
	mode, topic, callback, secret string
	asked                         string // the topic as the subscriber wrote it
	lease                         time.Duration
	reason                        string // of a denial
	number                        uint64
}

// A refusal answers a request that is not taken.
type refusal struct {
	status int
	reason string
	wait   time.Duration // Retry-After
}

func refuse(status int, format string, args ...any) *refusal {
	return &refusal{status: status, reason: fmt.Sprintf(format, args...)}
}

// Handler answers subscribers' requests (§5.1).
func (h *Hub) Handler() http.Handler { return http.HandlerFunc(h.serve) }

// Handles reports whether a request's path is the hub's.
func Handles(path string) bool { return strings.HasSuffix(path, Path) }

func (h *Hub) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if no := h.accept(w, r); no != nil {
		h.refused.Add(1)
		if no.wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(no.wait/time.Second)))
		}
		http.Error(w, no.reason, no.status)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// accept has a request verified, or says why not.
func (h *Hub) accept(w http.ResponseWriter, r *http.Request) *refusal {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		return refuse(http.StatusMethodNotAllowed, "this is a WebSub hub: it takes requests for subscriptions by POST")
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != formType {
		return refuse(http.StatusUnsupportedMediaType, "a form is expected, with the Content-Type %s", formType)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		var long *http.MaxBytesError
		if errors.As(err, &long) {
			return refuse(http.StatusRequestEntityTooLarge, "the form may have %d bytes", maxForm)
		}
		return refuse(http.StatusBadRequest, "the form cannot be read")
	}
	q, no := h.set.read(r.PostForm)
	if no != nil {
		return no
	}
	return h.admit(q, time.Now())
}

// read takes a request from its form.
func (set *Settings) read(form url.Values) (q request, no *refusal) {
	q = request{mode: form.Get("hub.mode"), asked: form.Get("hub.topic"), callback: form.Get("hub.callback"), secret: form.Get("hub.secret")}
	switch q.mode {
	case "subscribe", "unsubscribe":
	case "publish":
		return q, refuse(http.StatusForbidden, "this hub distributes what its own site publishes, and needs no telling")
	default:
		return q, refuse(http.StatusBadRequest, `hub.mode has to be "subscribe" or "unsubscribe"`)
	}
	u, err := url.Parse(q.callback)
	switch {
	case q.asked == "" || len(q.asked) > maxTopic:
		return q, refuse(http.StatusBadRequest, "hub.topic has to be the URL of a feed of this site, of at most %d bytes", maxTopic)
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || len(q.callback) > maxCallback:
		return q, refuse(http.StatusBadRequest, "hub.callback has to be an http or https URL of at most %d bytes", maxCallback)
	case u.User != nil || u.Fragment != "":
		return q, refuse(http.StatusBadRequest, "hub.callback may have no user, password or fragment")
	case len(q.secret) > mostSecret:
		return q, refuse(http.StatusBadRequest, "hub.secret has to be shorter than 200 bytes")
	}
	q.topic = canonical(q.asked)
	q.lease, no = set.lease(form.Get("hub.lease_seconds"))
	return q, no
}

// lease returns how long a subscription lasts of which so many seconds were
// asked for: within the bounds, which its verification tells.
func (set *Settings) lease(text string) (time.Duration, *refusal) {
	if text == "" {
		return set.Lease, nil
	}
	seconds, err := strconv.ParseUint(text, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || strings.HasPrefix(text, "-") {
		return 0, refuse(http.StatusBadRequest, "hub.lease_seconds has to be a number of seconds")
	}
	if seconds == 0 {
		return set.Lease, nil
	}
	asked := time.Duration(min(seconds, uint64(set.MaxLease/time.Second))) * time.Second
	return max(asked, set.MinLease), nil
}

// canonical returns the form of a URL that topics have: scheme and host in
// lower case, no port that goes without saying, the path escaped as it must
// be and not more.
func canonical(topic string) string {
	u, err := url.Parse(topic)
	if err != nil || u.Host == "" {
		return topic
	}
	u.Scheme, u.Host, u.RawPath, u.Fragment, u.RawFragment = strings.ToLower(u.Scheme), strings.ToLower(u.Host), "", "", ""
	if port := u.Port(); u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	return u.String()
}

// unknown says what is wrong with a topic that there is none of.
func (s *Site) unknown(topic string) string {
	if s.Unpushed != nil {
		if why := s.Unpushed(topic); why != "" {
			return "hub.topic is not pushed: " + why
		}
	}
	return "hub.topic is no feed of this site"
}

// admit takes a request in, if there is room for it and for what it asks.
func (h *Hub) admit(q request, now time.Time) *refusal {
	h.mu.Lock()
	defer h.mu.Unlock()
	host := hostOf(q.callback)
	old := h.subs[key{q.topic, q.callback}]
	full := q.mode == "subscribe" && old == nil
	switch {
	case h.set.Ping != "":
		return refuse(http.StatusNotFound, "this site has another hub: its feeds name it")
	case !h.known[q.topic] && (q.mode == "subscribe" || old == nil):
		return refuse(http.StatusNotFound, "%s", h.site.unknown(q.topic))
	case full && len(h.subs) >= h.set.MaxSubscribers:
		return &refusal{http.StatusServiceUnavailable, "this hub has as many subscribers as it takes", time.Hour}
	case full && h.perHost[host] >= h.set.MaxPerHost:
		return &refusal{http.StatusTooManyRequests, fmt.Sprintf("this hub takes %d subscriptions for callbacks of one host", h.set.MaxPerHost), time.Hour}
	case !h.rates.allow(host, now):
		return &refusal{http.StatusTooManyRequests, "too many requests come at one time", time.Minute}
	}
	h.number++
	q.number = h.number
	select {
	case h.requests <- q:
	default:
		return &refusal{http.StatusServiceUnavailable, "too many requests wait for their verification", time.Minute}
	}
	k := key{q.topic, q.callback}
	if h.asked[k] == nil {
		h.asked[k] = &asked{}
	}
	h.asked[k].waiting++
	return nil
}
