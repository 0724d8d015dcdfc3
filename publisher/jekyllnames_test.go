package publisher_test

import (
	"context"
	"errors"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tributary/feed"
	"tributary/publisher"
	"tributary/publisher/render"
	"tributary/storage"
)

// unlisted is a store whose entries can be read one by one alone.
type unlisted struct{ storage.Store }

var errListed = errors.New("all entries were asked for")

func (unlisted) Entries(context.Context, storage.Query) iter.Seq2[feed.Entry, error] {
	return func(yield func(feed.Entry, error) bool) { yield(feed.Entry{}, errListed) }
}

// exportOn goes on with an export of what is in a store.
func (s *site) exportOn(t *testing.T, store storage.Store, dir string) (publisher.Report, error) {
	t.Helper()
	j, err := render.NewJekyll(render.JekyllSettings{})
	if err != nil {
		t.Fatal(err)
	}
	return publisher.New(store, s.set).ExportJekyll(t.Context(), publisher.Output{Dir: dir}, j)
}

// A change of posts that keep their names looks at no other.
func TestJekyllLooksAtWhatChanged(t *testing.T) {
	s := newSite(t)
	twin := feed.Entry{UpstreamID: "twin", Slug: "same", Title: feed.Text{Body: "Twin"}, Published: start}
	other := twin
	other.UpstreamID = "other"
	s.poll(t, "gauge", sample(1), twin)
	s.poll(t, "gauge", other)
	dir := t.TempDir()
	if _, err := s.exportOn(t, s.store, dir); err != nil {
		t.Fatal(err)
	}
	for _, e := range []feed.Entry{sample(1), twin, other} {
		e.Content = feed.Text{Body: "Other words."}
		s.poll(t, "gauge", e)
		if r, err := s.exportOn(t, unlisted{s.store}, dir); err != nil || r.Written != 1 || r.Removed != 0 {
			t.Errorf("%s: %+v, %v; want one file written", e.UpstreamID, r, err)
		}
	}
	moved := sample(1)
	moved.Slug, moved.Content = "moved", feed.Text{Body: "Words once more."}
	s.poll(t, "gauge", moved)
	if _, err := s.exportOn(t, unlisted{s.store}, dir); !errors.Is(err, errListed) {
		t.Errorf("a post got another name, and the others were not looked at: %v", err)
	}
}

// An export that was killed between a post's new name and the end of its old
// one is put right by the next.
func TestJekyllGoesOnAfterAKill(t *testing.T) {
	s := newSite(t)
	s.poll(t, "gauge", sample(1), sample(2))
	dir := t.TempDir()
	manifest := filepath.Join(dir, ".tributary-manifest")
	if _, err := s.exportOn(t, s.store, dir); err != nil {
		t.Fatal(err)
	}
	before, lines := posts(files(t, dir)), read(t, manifest)
	old := read(t, filepath.Join(dir, "_posts", before[0]))
	e := sample(1)
	e.Slug, e.Content = "moved", feed.Text{Body: "Other words."}
	s.poll(t, "gauge", e)
	if _, err := s.exportOn(t, s.store, dir); err != nil {
		t.Fatal(err)
	}
	done := tree(t, dir)
	added := ""
	for line := range strings.Lines(strings.TrimPrefix(read(t, manifest), lines)) {
		if strings.HasPrefix(line, "f ") && strings.HasSuffix(line, "moved.md\n") {
			added += line
		}
	}
	if added == "" {
		t.Fatalf("the manifest goes on with %q", strings.TrimPrefix(read(t, manifest), lines))
	}
	write(t, manifest, lines+added)
	write(t, filepath.Join(dir, "_posts", before[0]), old)
	if _, err := s.exportOn(t, s.store, dir); err != nil {
		t.Fatal(err)
	}
	after := tree(t, dir)
	delete(done, ".tributary-manifest")
	delete(after, ".tributary-manifest")
	if !maps.Equal(done, after) {
		t.Errorf("there are %q, want %q", slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(done)))
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
