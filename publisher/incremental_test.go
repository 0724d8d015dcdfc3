package publisher_test

import (
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

// fresh holds a built site to one that is built from nothing.
func fresh(t *testing.T, s *site, dir string) {
	t.Helper()
	other := t.TempDir()
	build(t, s, other)
	got, want := tree(t, dir), tree(t, other)
	delete(got, ".tributary-manifest")
	delete(want, ".tributary-manifest")
	names := maps.Clone(got)
	maps.Copy(names, want)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if got[name] != want[name] {
			t.Errorf("%s differs from a site that is built from nothing: %d bytes, want %d", name, len(got[name]), len(want[name]))
		}
	}
}

// Whatever happens to a store, building on gives what building from nothing
// does, and what cannot be told from the change log has everything rendered.
func TestBuildGoesOn(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := t.TempDir()
	build(t, s, dir)
	for _, step := range []struct {
		name string
		do   func()
		full bool
	}{
		{"nothing", func() {}, false},
		{"an entry more", func() { s.poll(t, "gauge", sample(1)) }, false},
		{"an entry changes", func() { e := sample(1); e.Title.Body = "Another title"; s.poll(t, "gauge", e) }, false},
		{"archives fill", func() {
			var more []feed.Entry
			for n := range 2*storage.ArchiveSize + 10 {
				more = append(more, sample(100+n))
			}
			s.poll(t, "gauge", more...)
		}, false},
		{"another archive fills", func() {
			for n := range storage.ArchiveSize {
				s.poll(t, "gauge", sample(300+n))
			}
		}, false},
		{"an entry of an archive changes", func() { e := sample(105); e.Title.Body = "Mended"; s.poll(t, "gauge", e) }, false},
		{"a source is called otherwise", func() {
			was := feeds["gauge"]
			defer func() { feeds["gauge"] = was }()
			now := was
			now.Title.Body = "The New Gauge House"
			feeds["gauge"] = now
			s.poll(t, "gauge")
		}, false},
		{"a file vanished", func() { _ = os.Remove(filepath.Join(dir, "rivers/atom.xml")) }, true},
		{"the settings change", func() { s.set.Site.Title = "Another name" }, true},
		{"a category has no source", func() {
			err := s.store.PutSources(t.Context(), []feed.Source{{ID: "gauge", URL: "https://gauge.example/feed.xml", Kind: "feed", Categories: []string{"rivers"}}})
			if err != nil {
				t.Fatal(err)
			}
		}, false},
		{"a build was killed while it wrote", func() {
			write(t, filepath.Join(dir, "rivers", ".tributary-new-X"), "half a fi")
			f, err := os.OpenFile(filepath.Join(dir, ".tributary-manifest"), os.O_APPEND|os.O_WRONLY, 0)
			if err == nil {
				_, err = f.WriteString("f 0011")
				f.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
		}, false},
		{"the record is damaged", func() {
			file := filepath.Join(dir, ".tributary-manifest")
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.SplitAfter(string(b), "\n")
			if err := os.WriteFile(file, []byte(strings.Join(lines[1:], "")), 0o600); err != nil {
				t.Fatal(err)
			}
		}, true},
	} {
		step.do()
		r := build(t, s, dir)
		if (r.Full != "") != step.full || len(r.Kept) > 0 {
			t.Errorf("%s: %+v, want everything rendered: %t", step.name, r, step.full)
		}
		fresh(t, s, dir)
	}
}

func TestBuildKnowsTheStore(t *testing.T) {
	dir := t.TempDir()
	one := newSite(t)
	one.fill(t)
	build(t, one, dir)
	two := newSite(t)
	two.polls = 5
	two.fill(t)
	two.poll(t, "gauge", sample(1))
	if r := build(t, two, dir); !strings.Contains(r.Full, "store") {
		t.Errorf("built from another store: %+v", r)
	}
	fresh(t, two, dir)
}

// A file that was left alone is told at each build, not only when its document
// changes.
func TestBuildTellsAgain(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "opml.xml"), "mine")
	for range 2 {
		if r := build(t, s, dir); !slices.Equal(r.Kept, []string{"opml.xml"}) {
			t.Errorf("%+v, want opml.xml kept", r)
		}
	}
	if err := os.Remove(filepath.Join(dir, "opml.xml")); err != nil {
		t.Fatal(err)
	}
	build(t, s, dir)
	fresh(t, s, dir)
}

func TestListing(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := t.TempDir()
	file := filepath.Join(t.TempDir(), "site.tsv")
	if _, err := s.publisher().BuildTo(t.Context(), publisher.Output{Dir: dir, Listing: file}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	files := tree(t, dir)
	delete(files, ".tributary-manifest")
	lines := slices.Collect(strings.Lines(string(text)))
	if !slices.IsSorted(lines) || len(lines) != len(files) {
		t.Errorf("%d lines for %d files, sorted: %t", len(lines), len(files), slices.IsSorted(lines))
	}
	for _, want := range []string{"rivers/atom.xml\t", "\tapplication/atom+xml", ".nojekyll\t0\t", render.EntryPath(feed.EntryID{})[1:7]} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// A listing that is brought up to date is the one that a build from nothing
// makes, whatever happened to it and to the site meanwhile.
func TestListingGoesOn(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "site.tsv")
	listed := func(dir, file string) string {
		t.Helper()
		if _, err := s.publisher().BuildTo(t.Context(), publisher.Output{Dir: dir, Listing: file}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"the first", func() {}},
		{"nothing new", func() {}},
		{"an entry more", func() { s.poll(t, "gauge", sample(1)) }},
		{"a build without a listing", func() { s.poll(t, "gauge", sample(2)); build(t, s, dir) }},
		{"two builds without, nothing new in the last", func() { s.poll(t, "gauge", sample(3)); build(t, s, dir); build(t, s, dir) }},
		{"archives fill", func() {
			var more []feed.Entry
			for n := range 2 * storage.ArchiveSize {
				more = append(more, sample(100+n))
			}
			s.poll(t, "gauge", more...)
		}},
		{"the listing was edited", func() { write(t, file, "rivers/atom.xml\n") }},
		{"the listing is edited and an entry more", func() { write(t, file, "x"); s.poll(t, "gauge", sample(4)) }},
		{"a build was killed", func() {
			file := filepath.Join(dir, ".tributary-manifest")
			before, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s.poll(t, "gauge", sample(5))
			build(t, s, dir)
			after, err := os.ReadFile(file)
			if err != nil || !strings.HasPrefix(string(after), string(before)) {
				t.Fatalf("the manifest is not what it was and more: %v", err)
			}
			end := len(before) + strings.Index(string(after[len(before):]), "\n= ") + 1
			write(t, file, string(after[:end])) // it had written its files, and ended without the record
		}},
		{"the listing is gone", func() { _ = os.Remove(file) }},
		{"an entry changes", func() { e := sample(4); e.Title.Body = "Another"; s.poll(t, "gauge", e) }},
		{"entries go", func() {
			err := s.store.PutSources(t.Context(), []feed.Source{{ID: "gauge", URL: "https://gauge.example/feed.xml", Kind: "feed", Categories: []string{"rivers"}}})
			if err != nil {
				t.Fatal(err)
			}
		}},
	} {
		step.do()
		if got, want := listed(dir, file), listed(t.TempDir(), filepath.Join(t.TempDir(), "site.tsv")); got != want {
			t.Errorf("%s: the listing has %d lines, one from nothing has %d", step.name, strings.Count(got, "\n"), strings.Count(want, "\n"))
		}
	}
	if text := listed(dir, file); !strings.Contains(text, "rivers/archive/1/atom.xml\t") || strings.Contains(text, "octet-stream") {
		t.Errorf("archives have no media type:\n%s", text)
	}
}

// The folders are looked at, and read only when something has changed there.
func TestBuildNoticesWhatIsMissing(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := t.TempDir()
	build(t, s, dir)
	entry := ""
	for name := range tree(t, dir) {
		if strings.HasPrefix(name, "entry/") {
			entry = name
		}
	}
	for _, name := range []string{"index.html", "rivers/rss.xml", entry} {
		if r := build(t, s, dir); r.Full != "" || r.Written > 0 {
			t.Errorf("nothing is missing: %+v", r)
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if r := build(t, s, dir); r.Written != 1 {
			t.Errorf("%s was missing: %+v", name, r)
		}
		fresh(t, s, dir)
	}
	write(t, filepath.Join(dir, "rivers", "notes.txt"), "mine")
	if r := build(t, s, dir); r.Full != "" || r.Written > 0 {
		t.Errorf("a file of somebody else came: %+v", r)
	}
	if err := os.Remove(filepath.Join(dir, "rivers", "atom.xml")); err != nil {
		t.Fatal(err)
	}
	if r := build(t, s, dir); r.Written != 1 {
		t.Errorf("a feed was missing: %+v", r)
	}
}
