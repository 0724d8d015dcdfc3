package publisher_test

import (
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"tributary/feed"
	"tributary/publisher"
)

// TestDatesOnlyMoveForward: an entry that was changed last goes, while nobody
// runs or while the settings change; what is sent then is later than what was
// sent before.
func TestDatesOnlyMoveForward(t *testing.T) {
	s := newSite(t)
	path := filepath.Join(t.TempDir(), "site.dates")
	started := func() http.Handler {
		d := publisher.OpenDates(path, slog.New(slog.DiscardHandler))
		t.Cleanup(func() { _ = d.Close() }) // it is read from the file
		s.set.Dates = d
		return s.publisher().Handler()
	}
	s.poll(t, "gauge", sample(1), sample(2), sample(3))
	updated := sample(1)
	updated.Content.Body = "<p>The gauge was read once more.</p>"
	s.poll(t, "gauge", sample(2), sample(3))
	s.poll(t, "gauge", updated, sample(2), sample(3))
	paths := []string{"/", "/rivers/", "/rivers/atom.xml", "/rivers/feed.json", "/all/rss.xml", "/opml.xml"}
	seen := map[string]*http.Response{}
	look := func(when string, h http.Handler) {
		t.Helper()
		for _, path := range paths {
			r, before := request(t, h, "GET", path), seen[path]
			seen[path] = r
			if before == nil {
				continue
			}
			at, was := dateOf(t, r), dateOf(t, before)
			same := r.Header.Get("Etag") == before.Header.Get("Etag")
			if same && !at.Equal(was) || at.Before(was) {
				t.Errorf("%s, %s: Last-Modified %s after %s, the same document: %v", when, path, at, was, same)
			}
		}
	}
	look("at first", started())
	look("after a restart", started())
	keep := feed.Retention{Overall: feed.Keep{MaxEntries: 2}, Remember: time.Hour}
	if dropped, err := s.store.Prune(t.Context(), keep, start.Add(9*time.Hour)); err != nil || dropped.Entries != 1 {
		t.Fatalf("%d entries went, %v; want the one that was updated", dropped.Entries, err)
	}
	before := seen["/rivers/atom.xml"]
	look("an entry went", started())
	if now := seen["/rivers/atom.xml"]; now.Header.Get("Etag") == before.Header.Get("Etag") || !dateOf(t, now).After(dateOf(t, before)) {
		t.Errorf("without the entry: %v, before: %v", now.Header, before.Header)
	}
	s.set.Site.Title = "Confluence of rivers"
	look("the settings changed, which have no date", s.publisher().Handler())
}

func dateOf(t *testing.T, r *http.Response) time.Time {
	t.Helper()
	at, err := http.ParseTime(r.Header.Get("Last-Modified"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}
