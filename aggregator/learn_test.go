package aggregator

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

func TestLearn(t *testing.T) {
	a := New(nil, Settings{})
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	before := feed.State{Source: feed.Source{ID: "x"}, ETag: `"1"`, LastModified: "then", Body: feed.Digest{1}, Failures: 2, LastError: "x", LastSuccess: now.Add(-time.Hour)}
	learn := func(doc *fetch.Document, err error) feed.State {
		next, _ := a.learn(t.Context(), a.set(), before, doc, &reading{}, err, now)
		return next
	}
	good := learn(&fetch.Document{ETag: `"2"`, Digest: feed.Digest{2}}, nil)
	if good.ETag != `"2"` || good.LastModified != "" || good.Body != (feed.Digest{2}) || good.Failures != 0 || good.LastError != "" || !good.LastSuccess.Equal(now) {
		t.Errorf("after a good poll: %+v", good)
	}
	unchanged := learn(&fetch.Document{ETag: `"1"`, NotModified: true}, nil)
	if unchanged.Body != before.Body {
		t.Error("a 304 has no body: the digest of the last one stays")
	}
	bad := learn(&fetch.Document{ETag: `"2"`, Digest: feed.Digest{2}}, errors.New("no feed"))
	if bad.ETag != before.ETag || bad.Body != before.Body || bad.Failures != 3 || bad.LastError != "no feed" || !bad.LastSuccess.Equal(before.LastSuccess) {
		t.Errorf("after a document that could not be read, what was known of the last good one stays: %+v", bad)
	}
	if !bad.NextPoll.After(now) || !good.NextPoll.After(now) {
		t.Error("the next poll is not in the future")
	}
}

// TestLearnValidators: an answer without validators leaves those of the last
// that had some, until there were too many of them, or another address answers.
func TestLearnValidators(t *testing.T) {
	s := feed.State{ETag: `"1"`, LastModified: "then"}
	for range bareMost {
		learnValidators(&s, &fetch.Document{Digest: feed.Digest{2}})
	}
	if s.ETag != `"1"` || s.LastModified != "then" || s.Bare != bareMost {
		t.Errorf("after %d answers without validators: %q, %q, %d", bareMost, s.ETag, s.LastModified, s.Bare)
	}
	seldom := s
	learnValidators(&s, &fetch.Document{Digest: feed.Digest{2}})
	if s.Validators() || s.Bare != 0 {
		t.Errorf("after one more: %q, %q, %d", s.ETag, s.LastModified, s.Bare)
	}
	elsewhere := seldom
	learnValidators(&elsewhere, &fetch.Document{Redirected: "https://example.com/b"})
	if elsewhere.Validators() {
		t.Errorf("another address has answered: %q", elsewhere.ETag)
	}
	learnValidators(&seldom, &fetch.Document{LastModified: "now"})
	if seldom.ETag != "" || seldom.LastModified != "now" || seldom.Bare != 0 {
		t.Errorf("after an answer with one: %+v", seldom)
	}
}

// TestHold: 429 is about the host, 503 about the source.
func TestHold(t *testing.T) {
	a := New(nil, Settings{})
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := feed.State{Source: feed.Source{ID: "x", URL: "https://example.com/a"}, URL: "https://example.com/a"}
	for status, want := range map[int]feed.Hold{
		http.StatusTooManyRequests:    {Host: "other.example:443", Until: now.Add(time.Hour)},
		http.StatusServiceUnavailable: {},
	} {
		err := &fetch.Error{Status: status, RetryAfter: time.Hour, Host: "other.example:443"}
		next, hold := a.learn(t.Context(), a.set(), s, nil, &reading{}, err, now)
		if hold != want {
			t.Errorf("%d: the host is held %+v, want %+v", status, hold, want)
		}
		if !next.NotBefore.Equal(now.Add(time.Hour)) || next.NextPoll.Before(next.NotBefore) || next.Why != feed.WhyRetryAfter {
			t.Errorf("%d: next poll %s because of %d, not before %s", status, next.NextPoll, next.Why, next.NotBefore)
		}
	}
}

func TestOffer(t *testing.T) {
	header := func(link string) http.Header { return http.Header{"Link": {link}} }
	document := &feed.Feed{Links: []feed.Link{{Rel: feed.RelHub, Href: "https://hub.example/"}, {Rel: feed.RelSelf, Href: "https://example.com/self"}}}
	for _, tt := range []struct {
		name       string
		doc        fetch.Document
		feed       *feed.Feed
		hub, topic string
	}{
		{"in the header", fetch.Document{Header: header(`</hub>; rel="hub", <https://example.com/me>; title="a, b"; rel=self`)}, &feed.Feed{}, "https://example.com/hub", "https://example.com/me"},
		{"in the document", fetch.Document{}, document, "https://hub.example/", "https://example.com/self"},
		{"the header comes first", fetch.Document{Header: header(`<https://other.example/>; rel="x hub"`)}, document, "https://other.example/", "https://example.com/self"},
		{"not any more", fetch.Document{}, &feed.Feed{}, "", ""},
		{"a 304 that names the hub alone", fetch.Document{NotModified: true, Header: header(`<https://old.example/>; rel=hub`)}, nil, "https://old.example/", "topic"},
		{"a 304 that names another hub", fetch.Document{NotModified: true, Header: header(`<https://hub.example/>; rel=hub`)}, nil, "https://hub.example/", "https://example.com/feed"},
		{"a 304 does not say", fetch.Document{NotModified: true}, nil, "https://old.example/", "topic"},
		{"a hub that is none", fetch.Document{Header: header(`<mailto:hub@example.com>; rel=hub`)}, &feed.Feed{}, "", ""},
		{"no self", fetch.Document{Header: header(`<https://hub.example/>; rel=hub`)}, &feed.Feed{}, "https://hub.example/", "https://example.com/feed"},
	} {
		s := feed.State{URL: "https://example.com/feed", Hub: "https://old.example/", Topic: "topic"}
		tt.doc.URL = s.URL
		offer(&s, &tt.doc, tt.feed)
		if s.Hub != tt.hub || s.Topic != tt.topic {
			t.Errorf("%s: hub %q topic %q, want %q and %q", tt.name, s.Hub, s.Topic, tt.hub, tt.topic)
		}
	}
}
