package publisher_test

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tributary/feed"
	"tributary/internal/publishedcheck"
	"tributary/publisher"
	"tributary/publisher/render"
	"tributary/storage"
)

func named(set *publisher.Settings) {
	set.Site.Hub = "https://hub.example/"
	set.Mixes = [][]string{{"rivers", "jianghe"}}
	set.Sources = []feed.SourceID{"gauge", "anjiang", "../../etc"}
}

// Mixes and sources that the settings name are rendered when what they show
// changes, and only then; they name the hub, and are topics of it.
func TestNamedFeeds(t *testing.T) {
	const mix, gauge, anjiang = "/mix/jianghe+rivers/", "/source/gauge/", "/source/anjiang/"
	inBubbleWith(t, named, func(t *testing.T, s *site, l *listener, h http.Handler) {
		feeds := func(folders ...string) map[string]int {
			out := map[string]int{}
			for _, folder := range folders {
				for _, f := range render.Feeds() {
					out[folder+f.File] = 1
				}
			}
			return out
		}
		s.poll(t, "gauge", sample(1), sample(2))
		settled()
		want := feedsOf("rivers", "all")
		maps.Copy(want, feeds(mix, gauge))
		if got := l.paths(); !maps.Equal(got, want) {
			t.Errorf("a change of one source renders %v, want %v", got, want)
		}
		s.poll(t, "anjiang", sample(3))
		settled()
		want = feedsOf("jianghe", "all")
		maps.Copy(want, feeds(mix, anjiang))
		if got := l.paths(); !maps.Equal(got, want) {
			t.Errorf("a change of the other renders %v, want %v", got, want)
		}
		topics := s.publisher().Feeds()
		for _, folder := range []string{mix, gauge, anjiang} {
			for _, f := range render.Feeds() {
				path := folder + f.File
				r := request(t, h, "GET", path)
				self := s.set.Site.URL(path)
				if link := fmt.Sprintf(`<https://hub.example/>; rel="hub", <%s>; rel="self"`, self); r.StatusCode != http.StatusOK || r.Header.Get("Link") != link {
					t.Errorf("%s: %d, Link %q, want %q", path, r.StatusCode, r.Header.Get("Link"), link)
				}
				if !strings.Contains(body(t, r), "https://hub.example/") || topics[self] != path {
					t.Errorf("%s does not name the hub, or is no topic of it", path)
				}
			}
			direct, chosen := request(t, h, "GET", folder+"rss.xml"), request(t, h, "GET", folder+"feed", "Accept", "application/rss+xml")
			if chosen.Header.Get("ETag") != direct.Header.Get("ETag") || chosen.Header.Get("Content-Location") != folder+"rss.xml" {
				t.Errorf("%sfeed is another document: %v", folder, chosen.Header)
			}
		}
		if r := request(t, h, "GET", "/mix/rivers+jianghe/atom.xml"); r.StatusCode != http.StatusMovedPermanently {
			t.Errorf("the other order: %d, want 301", r.StatusCode)
		}
		if got := readings(body(t, request(t, h, "GET", mix+"atom.xml?page=2"))); got != "1 2 3" {
			t.Errorf("a mix has no pages, and shows %s", got)
		}
	})
}

// Who asks for what is not pushed hears why.
func TestUnpushed(t *testing.T) {
	s := newSite(t)
	p := s.publisher()
	named(&s.set)
	s.set.Site.BaseURL = "https://feeds.example/news"
	q := s.publisher()
	for _, tt := range []struct {
		of            *publisher.Publisher
		address, want string
	}{
		{p, "https://feeds.example/mix/jianghe+rivers/atom.xml", "mixes of [site]"},
		{p, "https://feeds.example/source/gauge/feed.json", "source_feeds of [site]"},
		{p, "https://feeds.example/rivers/atom.xml?page=2", "pages of a feed are not pushed"},
		{p, "https://feeds.example/mix/jianghe+none/atom.xml", ""},
		{p, "https://feeds.example/mix/jianghe+rivers/index.html", ""},
		{p, "https://other.example/source/gauge/feed.json", ""},
		{p, "https://feeds.example/", ""},
		{q, "https://feeds.example/news/mix/rivers+jianghe/rss.xml", "pushed at https://feeds.example/news/mix/jianghe+rivers/rss.xml"},
	} {
		if got := tt.of.Unpushed(tt.address); !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", tt.address, got, tt.want)
		}
	}
}

// Whoever has a former rendering of a mix or of a source gets what is new in
// it, as of a category; a change elsewhere is no news.
func TestChosenDelta(t *testing.T) {
	for _, names := range []func(*publisher.Settings){func(*publisher.Settings) {}, named} {
		inBubbleWith(t, names, func(t *testing.T, s *site, _ *listener, h http.Handler) {
			for n, folder := range []string{"/mix/jianghe+rivers/", "/source/gauge/"} {
				for _, coding := range []string{"", "gzip"} {
					s.poll(t, "gauge", sample(100*n+1), sample(100*n+2), sample(100*n+3))
					settled()
					var files []string
					for _, f := range render.Feeds() {
						files = append(files, f.File)
					}
					before := map[string]string{}
					for _, file := range files {
						before[file] = request(t, h, "GET", folder+file, "Accept-Encoding", coding).Header.Get("ETag")
					}
					edited := sample(100*n + 2)
					edited.Title.Body = fmt.Sprintf("Corrected %d times", 1+len(coding))
					s.poll(t, "gauge", edited, sample(1000+100*n+len(coding)))
					settled()
					for _, file := range files {
						r := request(t, h, "GET", folder+file, "A-IM", "feed", "If-None-Match", `"of another", `+before[file], "Accept-Encoding", coding)
						text := unpack(t, r.Header.Get("Content-Encoding"), body(t, r))
						full := request(t, h, "GET", folder+file, "Accept-Encoding", coding)
						if r.StatusCode != http.StatusIMUsed || r.Header.Get("IM") != "feed" || r.Header.Get("Delta-Base") != before[file] ||
							r.Header.Get("ETag") != full.Header.Get("ETag") || !strings.Contains(r.Header.Get("Vary"), "A-IM") || !strings.Contains(r.Header.Get("Cache-Control"), "no-store") {
							t.Fatalf("%s%s: %d %v, want 226 and the tag %s", folder, file, r.StatusCode, r.Header, full.Header.Get("ETag"))
						}
						if strings.Contains(text, sample(100*n+1).Title.Body+"<") || !strings.Contains(text, edited.Title.Body) || !strings.Contains(text, sample(1000+100*n+len(coding)).Title.Body) ||
							!strings.Contains(text, s.set.Site.URL(folder)+file) {
							t.Errorf("%s%s: want what is new:\n%s", folder, file, text)
						}
						if r := request(t, h, "GET", folder+file, "A-IM", "feed", "If-None-Match", r.Header.Get("ETag"), "Accept-Encoding", coding); r.StatusCode != http.StatusNotModified {
							t.Errorf("%s%s: %d for the tag of the delta, want 304", folder, file, r.StatusCode)
						}
					}
				}
			}
			etag := request(t, h, "GET", "/source/gauge/atom.xml").Header.Get("ETag")
			s.poll(t, "anjiang", sample(5000))
			settled()
			if r := request(t, h, "GET", "/source/gauge/atom.xml", "A-IM", "feed", "If-None-Match", etag); r.StatusCode != http.StatusNotModified {
				t.Errorf("%d when another source has something new", r.StatusCode)
			}
		})
	}
}

// A site of files has the feeds that its settings name, and building on writes
// those that have changed.
func TestNamedFiles(t *testing.T) {
	s := newSite(t)
	named(&s.set)
	s.poll(t, "gauge", sample(1))
	s.poll(t, "anjiang", sample(2))
	dir := t.TempDir()
	build(t, s, dir)
	h := s.publisher().Handler()
	paths := []string{}
	for _, folder := range []string{"/mix/jianghe+rivers/", "/source/gauge/", "/source/anjiang/"} {
		for _, f := range render.Feeds() {
			paths = append(paths, folder+f.File)
		}
	}
	files := tree(t, dir)
	for _, folder := range []string{"mix/jianghe+rivers/", "source/gauge/", "source/anjiang/"} {
		for _, problem := range publishedcheck.Feeds([]byte(files[folder+"atom.xml"]), []byte(files[folder+"rss.xml"]), []byte(files[folder+"feed.json"])) {
			t.Errorf("%s%s", folder, problem)
		}
	}
	for _, path := range paths {
		if want := body(t, request(t, h, "GET", path)); files[path[1:]] != want {
			t.Errorf("%s is another document than the one that is served:\n%s", path, files[path[1:]])
		}
	}
	for _, step := range []struct {
		name   string
		do     func()
		writes []string // folders of feeds
		leaves []string
	}{
		{"nothing", func() {}, nil, []string{"mix/jianghe+rivers", "source/gauge", "source/anjiang"}},
		{"an entry of one source", func() { s.poll(t, "gauge", sample(3)) }, []string{"mix/jianghe+rivers", "source/gauge"}, []string{"source/anjiang"}},
		{"an entry of the other", func() { s.poll(t, "anjiang", sample(4)) }, []string{"mix/jianghe+rivers", "source/anjiang"}, []string{"source/gauge"}},
	} {
		before := tree(t, dir)
		step.do()
		touched := building(t, s, dir)
		after := tree(t, dir)
		for _, folder := range step.writes {
			if before[folder+"/atom.xml"] == after[folder+"/atom.xml"] {
				t.Errorf("%s: %s is as before", step.name, folder)
			}
		}
		for _, folder := range step.leaves {
			if before[folder+"/atom.xml"] != after[folder+"/atom.xml"] || touched[folder] {
				t.Errorf("%s: %s was rendered", step.name, folder)
			}
		}
		fresh(t, s, dir)
	}
	s.set.Mixes, s.set.Sources = nil, nil
	build(t, s, dir)
	for _, path := range paths {
		if _, err := os.Stat(filepath.Join(dir, path)); !os.IsNotExist(err) {
			t.Errorf("%s is there when nothing names it: %v", path, err)
		}
	}
}

// A seeing store notes whose entries are asked for.
type seeing struct {
	storage.Store
	mu   sync.Mutex
	seen map[string]bool // by the folder of the source's feeds
}

func (s *seeing) Entries(ctx context.Context, q storage.Query) iter.Seq2[feed.Entry, error] {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen["source/"+string(q.Source)] = true
	return s.Store.Entries(ctx, q)
}

// building builds on, and returns the folders of the sources that it has read.
func building(t *testing.T, s *site, dir string) map[string]bool {
	t.Helper()
	watched, store := *s, &seeing{Store: s.store, seen: map[string]bool{}}
	watched.store = store
	build(t, &watched, dir)
	return store.seen
}

// BenchmarkSourceFeed makes the feed of a source that has much, each time anew.
func BenchmarkSourceFeed(b *testing.B) {
	for _, n := range []int{1_000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := newSite(b)
			for from := 0; from < n; from += 1000 {
				var entries []feed.Entry
				for i := range 1000 {
					entries = append(entries, sample(from+i))
				}
				s.poll(b, "gauge", entries...)
			}
			b.ReportAllocs()
			for b.Loop() {
				if r := request(b, s.publisher().Handler(), "GET", "/source/gauge/atom.xml"); r.StatusCode != http.StatusOK {
					b.Fatal(r.Status)
				}
			}
		})
	}
}
