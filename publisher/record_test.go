package publisher_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"tributary/feed"
	"tributary/publisher"
	"tributary/storage/bolt"
)

// A process of a site is told of what it is the first to render, and that
// somebody before it had rendered otherwise.
func TestRenderedOverRestarts(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		store, err := bolt.Open(t.Context(), filepath.Join(folder, "site.db"))
		if err != nil {
			t.Fatal(err)
		}
		s, l := siteOf(t, store), &listener{}
		s.set.Quiet, s.set.Rendered, s.set.Record = 0, l.take, filepath.Join(folder, "site.db.published")
		run := func(meanwhile func()) []publisher.Rendering {
			t.Helper()
			p := s.publisher()
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- p.Run(ctx) }()
			quiet()
			meanwhile()
			quiet()
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			return l.all()
		}
		nothing := func() {}
		paths := func(heard []publisher.Rendering) map[string]int {
			out := map[string]int{}
			for _, r := range heard {
				out[r.Path]++
			}
			return out
		}
		s.poll(t, "gauge", sample(1), sample(2))
		if got := run(nothing); len(got) != 0 {
			t.Errorf("told of %v when nobody had rendered anything before", paths(got))
		}
		if got := run(nothing); len(got) != 0 {
			t.Errorf("told of %v when nothing has changed", paths(got))
		}
		s.poll(t, "gauge", sample(3), reworded(1, "Corrected"), sample(2))
		heard := run(nothing)
		if got := paths(heard); !maps.Equal(got, feedsOf("rivers", "all")) {
			t.Errorf("told of %v", got)
		}
		for _, r := range heard {
			if titles := titlesOf(t, s, r.Entries); !slices.Equal(titles, []string{"Reading number 3", "Corrected"}) || !strings.Contains(string(r.Body), "Corrected") {
				t.Errorf("%s: %q are new", r.Path, titles)
			}
		}
		if got := paths(run(func() { s.poll(t, "gauge", sample(4)) })); !maps.Equal(got, feedsOf("rivers", "all")) {
			t.Errorf("told of %v", got)
		}
		if got := run(nothing); len(got) != 0 {
			t.Errorf("told again of %v", paths(got))
		}
		s.set.Site.Title = "Another title"
		heard = run(nothing)
		if got, want := len(heard), len(feedsOf("rivers", "jianghe", "all")); got != want {
			t.Errorf("of another title are told %d documents, want %d", got, want)
		}
		for _, r := range heard {
			if len(r.Entries) != 0 {
				t.Errorf("%s: another title makes %d entries new", r.Path, len(r.Entries))
			}
		}
		if err := os.WriteFile(s.set.Record, []byte(`{"/rivers/atom.xml":`), 0o600); err != nil {
			t.Fatal(err)
		}
		s.poll(t, "gauge", sample(5))
		if got := run(nothing); len(got) != 0 {
			t.Errorf("told of %v by half a record", paths(got))
		}
		s.poll(t, "gauge", sample(6))
		if got := paths(run(nothing)); !maps.Equal(got, feedsOf("rivers", "all")) {
			t.Errorf("a record that was broken is not written anew: told of %v", got)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
}

func titlesOf(t *testing.T, s *site, ids []feed.EntryID) (titles []string) {
	t.Helper()
	for _, id := range ids {
		e, err := s.store.Entry(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		titles = append(titles, e.Title.Body)
	}
	return titles
}
