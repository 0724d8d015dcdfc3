package publisher

import (
	"net/http"
	"testing"
	"time"
)

// RFC 9110 §13.2.2: the order in which preconditions are looked at.
func TestEvaluate(t *testing.T) {
	const etag = `"abc,def"`
	modified := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	same, before, after := modified.Format(http.TimeFormat), modified.Add(-time.Hour).Format(http.TimeFormat), modified.Add(time.Hour).Format(http.TimeFormat)
	for _, tt := range []struct {
		name   string
		header http.Header
		want   outcome
	}{
		{"nothing", http.Header{}, proceed},
		{"the tag", http.Header{"If-None-Match": {etag}}, notModified},
		{"the tag, weak", http.Header{"If-None-Match": {`W/"abc,def"`}}, notModified},
		{"any tag", http.Header{"If-None-Match": {"*"}}, notModified},
		{"another tag", http.Header{"If-None-Match": {`"abc"`}}, proceed},
		{"among others", http.Header{"If-None-Match": {`"x", W/"y" ,, "abc,def"`}}, notModified},
		{"in another field line", http.Header{"If-None-Match": {`"x"`, etag}}, notModified},
		{"a tag without quotes", http.Header{"If-None-Match": {`abc,def`}}, proceed},
		{"a quote that does not end", http.Header{"If-None-Match": {`"abc,def`}}, proceed},
		{"empty", http.Header{"If-None-Match": {""}}, proceed},
		{"another tag, whatever the date says", http.Header{"If-None-Match": {`"x"`}, "If-Modified-Since": {same}}, proceed},
		{"the tag, whatever the date says", http.Header{"If-None-Match": {etag}, "If-Modified-Since": {before}}, notModified},
		{"since the same second", http.Header{"If-Modified-Since": {same}}, notModified},
		{"since later", http.Header{"If-Modified-Since": {after}}, notModified},
		{"since before", http.Header{"If-Modified-Since": {before}}, proceed},
		{"since, in the form of RFC 850", http.Header{"If-Modified-Since": {modified.Format("Monday, 02-Jan-06 15:04:05 GMT")}}, notModified},
		{"since, in the form of asctime", http.Header{"If-Modified-Since": {modified.Format(time.ANSIC)}}, notModified},
		{"since no date", http.Header{"If-Modified-Since": {"yesterday"}}, proceed},
		{"since two dates", http.Header{"If-Modified-Since": {same, same}}, proceed},
		{"if it is this", http.Header{"If-Match": {`"x", ` + etag}}, proceed},
		{"if it is any", http.Header{"If-Match": {"*"}}, proceed},
		{"if it is another", http.Header{"If-Match": {`"x"`}}, preconditionFailed},
		{"if it is this, weakly", http.Header{"If-Match": {"W/" + etag}}, preconditionFailed},
		{"unmodified since", http.Header{"If-Unmodified-Since": {same}}, proceed},
		{"modified since", http.Header{"If-Unmodified-Since": {before}}, preconditionFailed},
		{"modified since, but the tag fits", http.Header{"If-Match": {etag}, "If-Unmodified-Since": {before}}, proceed},
		{"failing comes first", http.Header{"If-Match": {`"x"`}, "If-None-Match": {etag}}, preconditionFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := evaluate(tt.header, etag, modified); got != tt.want {
				t.Errorf("evaluate(%v) = %v, want %v", tt.header, got, tt.want)
			}
		})
	}
	if got := evaluate(http.Header{"If-Modified-Since": {after}}, etag, time.Time{}); got != proceed {
		t.Errorf("a document without a date: %v, want it sent", got)
	}
}

// RFC 9110 §12.5.3.
func TestChooseCoding(t *testing.T) {
	for _, tt := range []struct {
		field string
		want  coding
	}{
		{"", plain},
		{"gzip", gzipped},
		{"GZip", gzipped},
		{"x-gzip", gzipped},
		{"gzip, deflate", gzipped},
		{"gzip, deflate, br, zstd", brotlied},
		{"gzip, zstd", zstandard},
		{"br", brotlied},
		{"BR;q=0.9, zstd", zstandard},
		{"br;q=0.5, zstd;q=0.6, gzip;q=0.7", gzipped},
		{"br;q=0, gzip;q=0.1", gzipped},
		{"deflate", plain},
		{"gzip;q=0", plain},
		{"gzip;q=0.0, *", plain},
		{"*;q=0", plain},
		{"*", gzipped},
		{"br;q=0.2, *", gzipped},
		{"identity", plain},
		{"identity;q=0, gzip;q=0.1", gzipped},
		{"identity;q=1, gzip;q=0.5, br;q=0.9", plain},
		{"identity;q=0.5, gzip;q=1.0", gzipped},
		{"gzip ; q=0.001", gzipped},
		{"gzip;q=1.5", gzipped},
		{"gzip;q=2", plain},
		{"gzip;q=0.0001", plain},
		{"gzip;level=9", plain},
		{"gzip;q=x", plain},
		{";;;,,,=", plain},
	} {
		if got := chooseCoding([]string{tt.field}); got != tt.want {
			t.Errorf("chooseCoding(%q) = %q, want %q", tt.field, codingNames[got], codingNames[tt.want])
		}
	}
	if chooseCoding([]string{"deflate", "gzip"}) != gzipped || chooseCoding(nil) != plain {
		t.Error("field lines are one list")
	}
}

func TestLastModified(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 10, 500_000_000, time.UTC)
	second := now.Truncate(time.Second)
	prev := func(at time.Time) *time.Time { return &at }
	for _, tt := range []struct {
		name    string
		prev    *time.Time
		content time.Time
		want    time.Time
	}{
		{"the first, from its content", nil, now.Add(-90 * time.Minute), second.Add(-90 * time.Minute)},
		{"the first, of unknown age", nil, time.Time{}, time.Time{}},
		{"content from the future", nil, now.Add(time.Hour), second},
		{"newer content", prev(second.Add(-time.Hour)), now.Add(-time.Minute), second.Add(-time.Minute)},
		{"an entry went: the rest is older", prev(second.Add(-time.Hour)), now.Add(-2 * time.Hour), second.Add(time.Second)},
		{"two versions within a second", prev(second), now, second.Add(time.Second)},
		{"three versions within a second", prev(second.Add(time.Second)), now, second.Add(time.Second)},
		{"the clock was set back", prev(second.Add(time.Hour)), now, second.Add(time.Hour + time.Second)},
		{"nothing is left", prev(second.Add(-time.Hour)), time.Time{}, second.Add(time.Second)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := lastModified(tt.prev, tt.content, now); !got.Equal(tt.want) {
				t.Errorf("lastModified = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := newCache(100 << 10)
	doc := undated(make([]byte, 8<<10), "text/plain", cacheable)
	for i := range 100 {
		name := string(rune('a'+i%26)) + string(rune('a'+i/26))
		c.put(c.slot(name), doc)
		c.slot("aa") // asked for again and again: it stays
	}
	if c.bytes > c.max || len(c.slots) != c.order.Len() || len(c.slots) < 5 {
		t.Errorf("%d bytes in %d slots, want at most %d", c.bytes, len(c.slots), c.max)
	}
	if c.slot("aa").doc.Load() == nil {
		t.Error("what was used last was evicted")
	}
	sum := int64(0)
	for _, s := range c.slots {
		sum += s.bytes
	}
	if sum != c.bytes {
		t.Errorf("the slots have %d bytes, the cache counts %d", sum, c.bytes)
	}
	large := undated(make([]byte, 200<<10), "text/plain", cacheable)
	s := c.slot("large")
	c.put(s, large)
	if s.doc.Load() != large || len(c.slots) != 1 {
		t.Errorf("a document larger than the cache: %d slots beside it", len(c.slots)-1)
	}
}
