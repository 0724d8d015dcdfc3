package publisher_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tributary/feed"
	"tributary/publisher"
	"tributary/storage/bolt"
)

// A listener takes down what it is told of.
type listener struct {
	mu    sync.Mutex
	heard []publisher.Rendering
}

func (l *listener) take(_ context.Context, r *publisher.Rendering) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = append(l.heard, *r)
}

// paths returns how often each path was told of, and forgets.
func (l *listener) paths() map[string]int {
	out := map[string]int{}
	for _, r := range l.all() {
		out[r.Path]++
	}
	return out
}

func (l *listener) all() []publisher.Rendering {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.heard
	l.heard = nil
	return out
}

// inBubble runs do in virtual time with a site that has the default pace and
// is followed.
func inBubble(t *testing.T, do func(t *testing.T, s *site, l *listener, h http.Handler)) {
	inBubbleWith(t, func(*publisher.Settings) {}, do)
}

// inBubbleWith is inBubble with other settings.
func inBubbleWith(t *testing.T, change func(set *publisher.Settings), do func(t *testing.T, s *site, l *listener, h http.Handler)) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		store, err := bolt.Open(t.Context(), filepath.Join(folder, "site.db"))
		if err != nil {
			t.Fatal(err)
		}
		s, l := siteOf(t, store), &listener{}
		s.set.Quiet, s.set.Rendered = 0, l.take
		change(&s.set)
		p := s.publisher()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- p.Run(ctx) }()
		synctest.Wait()
		do(t, s, l, p.Handler())
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
}

func feedsOf(terms ...string) map[string]int {
	out := map[string]int{}
	for _, term := range terms {
		for _, file := range []string{"atom.xml", "rss.xml", "feed.json", "index.html"} {
			out["/"+term+"/"+file] = 1
		}
	}
	return out
}

// A commit renders the documents of its categories once it has been quiet, and
// no others.
func TestRenderedByTheChangeLog(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, l *listener, h http.Handler) {
		if got := l.all(); len(got) != 0 {
			t.Errorf("told of %d documents when nothing has changed", len(got))
		}
		chinese := body(t, request(t, h, "GET", "/jianghe/atom.xml"))
		for n := range 5 {
			s.poll(t, "gauge", sample(n))
			time.Sleep(time.Second)
			synctest.Wait()
			if got := l.all(); len(got) != 0 {
				t.Fatalf("told of %s in the midst of the changes", got[0].Path)
			}
		}
		time.Sleep(time.Second)
		synctest.Wait()
		heard := l.all()
		paths := map[string]int{}
		for _, r := range heard {
			paths[r.Path]++
		}
		if want := feedsOf("rivers", "all"); !maps.Equal(paths, want) {
			t.Errorf("told of %v, want %v", paths, want)
		}
		for _, r := range heard {
			served := request(t, h, "GET", strings.TrimSuffix(r.Path, "index.html"))
			if string(r.Body) != body(t, served) || r.ETag != served.Header.Get("Etag") || r.Modified.UTC().Format(http.TimeFormat) != served.Header.Get("Last-Modified") {
				t.Errorf("%s: told of other bytes than are served: %s %s, %v", r.Path, r.ETag, r.Modified, served.Header)
			}
			if len(r.Entries) != 5 || !strings.HasPrefix(r.Path, "/"+r.Term+"/"+r.Format.File) {
				t.Errorf("%s: %d entries of %s are new, want 5", r.Path, len(r.Entries), r.Term)
			}
		}
		if again := body(t, request(t, h, "GET", "/jianghe/atom.xml")); again != chinese {
			t.Error("a category that did not change has other bytes")
		}
	})
}

// While changes go on a category is rendered every 30 seconds.
func TestRenderedUnderConstantChange(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, l *listener, _ http.Handler) {
		for n := range 95 {
			s.poll(t, "gauge", sample(n))
			time.Sleep(time.Second)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if n := l.paths()["/rivers/atom.xml"]; n != 4 {
			t.Errorf("95 seconds of change gave %d renderings, want 4", n)
		}
	})
}

// What is told to be new is what is new, or has changed.
func TestRenderedTellsWhatIsNew(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, l *listener, _ http.Handler) {
		step := func(want string, entries ...feed.Entry) {
			t.Helper()
			s.poll(t, "gauge", entries...)
			time.Sleep(3 * time.Second)
			synctest.Wait()
			for _, r := range l.all() {
				var got []string
				for _, id := range r.Entries {
					e, err := s.store.Entry(t.Context(), id)
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, e.UpstreamID[strings.LastIndexByte(e.UpstreamID, '/')+1:])
				}
				slices.Sort(got)
				if fmt.Sprint(got) != want {
					t.Errorf("%s: %v are new, want %s", r.Path, got, want)
				}
			}
		}
		step("[1 2 3]", sample(1), sample(2), sample(3))
		step("[4]", sample(4))
		edited := sample(2)
		edited.Title.Body = "Reading number two, corrected"
		step("[2 5]", edited, sample(5))
		step("none at all", sample(5))
	})
}

// Before anything is rendered who asks is answered from the store.
func TestAnsweredBeforeTheFirstRendering(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	p := s.publisher()
	first := body(t, request(t, p.Handler(), "GET", "/rivers/atom.xml"))
	if !strings.Contains(first, "The chain ferry") {
		t.Fatalf("the store's entries are missing:\n%.400s", first)
	}
	following(t, p)
	time.Sleep(50 * time.Millisecond)
	if again := body(t, request(t, p.Handler(), "GET", "/rivers/atom.xml")); again != first {
		t.Error("the first rendering gives other bytes")
	}
}
