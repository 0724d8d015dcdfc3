package fetch

import (
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"tributary/feed"
)

// accept lists what the parsers read, in the order of how much is lost on the
// way.
const accept = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, " +
	"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.8, */*;q=0.1"

// Values that requests share; nobody writes to them.
var (
	acceptValue   = []string{accept}
	encodingValue = []string{acceptEncoding}
	deltaValue    = []string{"feed"} // RFC 3229 §10.5.3, the instance manipulation "feed"
)

// requestHeader returns the fields of a request for the source: what we read,
// and to whom gave them the validators exactly as they came, both when both
// are known (RFC 9110 §13.1.2, §13.1.3).
func requestHeader(s *feed.State, conditional bool, userAgent []string) http.Header {
	h := http.Header{"Accept": acceptValue, "Accept-Encoding": encodingValue, "User-Agent": userAgent}
	if !conditional {
		return h
	}
	values := []string{s.ETag, s.LastModified}
	if s.ETag != "" {
		h["If-None-Match"] = values[:1:1]
		h["A-Im"] = deltaValue
	}
	if s.LastModified != "" {
		h["If-Modified-Since"] = values[1:]
	}
	return h
}

// maxValidator bounds a validator, for it is kept with the source and sent
// with every request.
const maxValidator = 2 << 10

// validator returns the response's field when it can be sent back, else "".
func validator(h http.Header, name string) string {
	v := h.Get(name)
	if len(v) > maxValidator || !httpguts.ValidHeaderFieldValue(v) {
		return ""
	}
	return v
}

// notModified turns a 304 into a Document. Its validators replace the ones
// that were sent (RFC 9111 §4.3.4); those it does not repeat stay.
func notModified(s *feed.State, resp *http.Response) *Document {
	doc := newDocument(resp)
	doc.NotModified, doc.Digest, doc.Coded = true, s.Body, s.Coded
	if doc.ETag == "" {
		doc.ETag = s.ETag
	}
	if doc.LastModified == "" {
		doc.LastModified = s.LastModified
	}
	return doc
}

func newDocument(resp *http.Response) *Document {
	return &Document{
		Status: resp.StatusCode, Header: resp.Header,
		ETag: validator(resp.Header, "Etag"), LastModified: validator(resp.Header, "Last-Modified"),
		Fresh: freshness(resp.Header, time.Now()),
	}
}

// maxFresh bounds how long an answer can say it stays good.
const maxFresh = 366 * 24 * time.Hour

// freshness returns how long an answer may be used from now on (RFC 9111
// §4.2.1, §4.2.3): max-age, or Expires, less the age it already has.
func freshness(h http.Header, now time.Time) time.Duration {
	var life time.Duration
	found := false
	for _, field := range h["Cache-Control"] {
		for directive := range strings.SplitSeq(field, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
			switch strings.ToLower(name) {
			case "no-cache", "no-store":
				return 0
			case "max-age":
				if d, ok := delaySeconds(strings.Trim(value, `"`), maxFresh); ok && !found {
					life, found = d, true
				}
			}
		}
	}
	if !found {
		expires := h.Get("Expires")
		if expires == "" {
			return 0 // as most answers have it: no error is to be made of it
		}
		at, err := http.ParseTime(expires)
		if err != nil {
			return 0
		}
		from := now
		if date, err := http.ParseTime(h.Get("Date")); err == nil {
			from = date
		}
		life = at.Sub(from)
	}
	if age, ok := delaySeconds(strings.TrimSpace(h.Get("Age")), maxFresh); ok {
		life -= age
	}
	return min(max(life, 0), maxFresh)
}

// maxRetryAfter bounds how long a server can put us off.
const maxRetryAfter = 7 * 24 * time.Hour

// retryAfter reads Retry-After in both its forms (RFC 9110 §10.2.3), at most
// maxRetryAfter. A date is taken by the server's own clock when it tells that.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if seconds, ok := delaySeconds(v, maxRetryAfter); ok {
		return seconds
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}

// delaySeconds reads a number of seconds (RFC 9111 §1.2.2), at most limit.
func delaySeconds(v string, limit time.Duration) (time.Duration, bool) {
	var n time.Duration
	if v == "" {
		return 0, false
	}
	for _, c := range []byte(v) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = min(n*10+time.Duration(c-'0'), limit/time.Second)
	}
	return n * time.Second, true
}
