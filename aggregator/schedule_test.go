package aggregator

import (
	"errors"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

func TestInterval(t *testing.T) {
	a := New(nil, Settings{MinInterval: time.Hour, MaxInterval: 2 * time.Hour})
	for _, tt := range []struct {
		name     string
		source   feed.Source
		min, max time.Duration
	}{
		{"its own", feed.Source{ID: "x", Interval: 5 * time.Minute}, 5 * time.Minute, 5 * time.Minute},
		{"the usual, spread by a tenth", feed.Source{ID: "x"}, time.Hour, 66 * time.Minute},
		{"another source, another spread", feed.Source{ID: "y"}, time.Hour, 66 * time.Minute},
	} {
		got := a.interval(&tt.source)
		if got < tt.min || got > tt.max {
			t.Errorf("%s: %s, want %s to %s", tt.name, got, tt.min, tt.max)
		}
		if again := a.interval(&tt.source); again != got {
			t.Errorf("%s: %s, then %s: a source's interval does not flap", tt.name, got, again)
		}
	}
	if a.interval(&feed.Source{ID: "x"}) == a.interval(&feed.Source{ID: "y"}) {
		t.Error("two sources have the same spread: they would never drift apart")
	}
}

func TestRetry(t *testing.T) {
	a := New(nil, Settings{MinInterval: time.Hour, MaxInterval: 24 * time.Hour})
	ten := feed.Source{ID: "x", Interval: 10 * time.Minute}
	refused := errors.New("refused")
	for _, tt := range []struct {
		name     string
		failures int
		err      error
		want     time.Duration
	}{
		{"the first failure waits the usual interval", 1, refused, 10 * time.Minute},
		{"the second twice that", 2, refused, 20 * time.Minute},
		{"the fourth eight times that", 4, refused, 80 * time.Minute},
		{"never longer than max_interval", 30, refused, 24 * time.Hour},
		{"nor after years of failures", 100_000, refused, 24 * time.Hour},
		{"Retry-After is honoured", 1, &fetch.Error{Status: 503, RetryAfter: 3 * time.Hour}, 3 * time.Hour},
		{"and does not shorten the wait", 4, &fetch.Error{Status: 503, RetryAfter: time.Second}, 80 * time.Minute},
		{"gone is gone", 1, &fetch.Error{Status: 410}, never},
	} {
		if got := a.retry(&feed.State{Source: ten, Failures: tt.failures}, tt.err); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestLearn(t *testing.T) {
	a := New(nil, Settings{})
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	before := feed.State{Source: feed.Source{ID: "x"}, ETag: `"1"`, LastModified: "then", Body: feed.Digest{1}, Failures: 2, LastError: "x", LastSuccess: now.Add(-time.Hour)}
	good := a.learn(before, &fetch.Document{ETag: `"2"`, Digest: feed.Digest{2}}, nil, now)
	if good.ETag != `"2"` || good.LastModified != "" || good.Body != (feed.Digest{2}) || good.Failures != 0 || good.LastError != "" || !good.LastSuccess.Equal(now) {
		t.Errorf("after a good poll: %+v", good)
	}
	unchanged := a.learn(before, &fetch.Document{ETag: `"1"`, NotModified: true}, nil, now)
	if unchanged.Body != before.Body {
		t.Error("a 304 has no body: the digest of the last one stays")
	}
	bad := a.learn(before, &fetch.Document{ETag: `"2"`, Digest: feed.Digest{2}}, errors.New("no feed"), now)
	if bad.ETag != before.ETag || bad.Body != before.Body || bad.Failures != 3 || bad.LastError != "no feed" || !bad.LastSuccess.Equal(before.LastSuccess) {
		t.Errorf("after a document that could not be read, what was known of the last good one stays: %+v", bad)
	}
	if !bad.NextPoll.After(now) || !good.NextPoll.After(now) {
		t.Error("the next poll is not in the future")
	}
}
