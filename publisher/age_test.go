package publisher_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

// aged returns an entry that was published so long ago.
func aged(n int, ago time.Duration) feed.Entry {
	e := sample(n)
	e.Published = time.Now().Add(-ago)
	return e
}

// readings returns which of the samples a document has.
func readings(text string) string {
	var found []string
	for n := range 200 {
		if strings.Contains(text, fmt.Sprintf("Reading number %d<", n)) || strings.Contains(text, fmt.Sprintf("Reading number %d\"", n)) {
			found = append(found, fmt.Sprint(n))
		}
	}
	return strings.Join(found, " ")
}

// inAgeing runs do in virtual time with a site of which rivers' feeds show
// nothing older than an hour.
func inAgeing(t *testing.T, do func(t *testing.T, s *site)) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		store, err := bolt.Open(t.Context(), filepath.Join(folder, "site.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		s := siteOf(t, store)
		s.set.Categories[0].LimitAge, s.set.Quiet, s.clock = time.Hour, 0, time.Now
		do(t, s)
	})
}

// An entry leaves the feeds of a category with limit_age when its time has
// come, to the second, is told of, and leaves nothing else.
func TestLimitAge(t *testing.T) {
	inAgeing(t, func(t *testing.T, s *site) {
		l := &listener{}
		s.set.Rendered = l.take
		s.poll(t, "gauge", aged(3, 90*time.Minute), aged(2, 50*time.Minute), aged(1, 30*time.Minute))
		p := s.publisher()
		following(t, p)
		synctest.Wait()
		h := p.Handler()
		l.all()
		tags := map[string]bool{}
		for _, step := range []struct {
			after time.Duration
			want  string
		}{
			{0, "1 2"}, {10*time.Minute - time.Second, "1 2"}, {2 * time.Second, "1"}, {20*time.Minute - 2*time.Second, "1"}, {2 * time.Second, ""}, {24 * time.Hour, ""},
		} {
			time.Sleep(step.after)
			synctest.Wait()
			for _, path := range append(feedPaths, "/rivers/feed") {
				r := request(t, h, "GET", path)
				if got := readings(body(t, r)); got != step.want {
					t.Errorf("%s at %s: entries %q, want %q", path, time.Now().Format(time.TimeOnly), got, step.want)
				}
				if path == "/rivers/atom.xml" {
					tags[r.Header.Get("Etag")] = true
				}
			}
			for _, path := range []string{"/all/atom.xml", "/rivers/"} {
				if got := readings(body(t, request(t, h, "GET", path))); got != "1 2 3" {
					t.Errorf("%s: entries %q, want all", path, got)
				}
			}
		}
		if len(tags) != 3 {
			t.Errorf("%d tags for 3 sets of entries", len(tags))
		}
		if paths := l.paths(); paths["/rivers/atom.xml"] != 2 || paths["/all/atom.xml"] != 0 || paths["/rivers/index.html"] != 0 {
			t.Errorf("told of %v, want the feeds of rivers twice", paths)
		}
	})
}

// Who asks gets nothing that is too old, even if nobody follows the store, and
// another publisher of the same store gives the same bytes and date.
func TestLimitAgeOnDemand(t *testing.T) {
	inAgeing(t, func(t *testing.T, s *site) {
		s.poll(t, "gauge", aged(2, 50*time.Minute), aged(1, 30*time.Minute))
		h := s.publisher().Handler()
		first := request(t, h, "GET", "/rivers/atom.xml")
		if got := readings(body(t, first)); got != "1 2" {
			t.Fatalf("entries %q", got)
		}
		time.Sleep(9 * time.Minute)
		if r := request(t, h, "GET", "/rivers/atom.xml", "If-None-Match", first.Header.Get("Etag")); r.StatusCode != http.StatusNotModified {
			t.Errorf("%d while the entries are the same, want 304", r.StatusCode)
		}
		time.Sleep(2 * time.Minute)
		later := request(t, h, "GET", "/rivers/atom.xml", "If-None-Match", first.Header.Get("Etag"))
		if got := readings(body(t, later)); got != "1" {
			t.Errorf("entries %q, want 1", got)
		}
		again := request(t, s.publisher().Handler(), "GET", "/rivers/atom.xml")
		if again.Header.Get("Etag") != later.Header.Get("Etag") {
			t.Error("after a restart the same entries have another tag")
		}
	})
}

// Archives hold what is too old for feeds.
func TestLimitAgeLeavesArchives(t *testing.T) {
	inAgeing(t, func(t *testing.T, s *site) {
		var old []feed.Entry
		for n := range storage.ArchiveSize {
			old = append(old, aged(n, 300*time.Hour-time.Duration(n)*time.Minute))
		}
		s.poll(t, "gauge", old...)
		s.poll(t, "gauge", aged(100, time.Minute))
		h := s.publisher().Handler()
		text := body(t, request(t, h, "GET", "/rivers/atom.xml"))
		if got := readings(text); got != "100" || !strings.Contains(text, "/rivers/archive/1/atom.xml") {
			t.Errorf("entries %q, want 100 and a link to the archive:\n%.800s", got, text)
		}
		if got := readings(body(t, request(t, h, "GET", "/rivers/archive/1/atom.xml"))); len(strings.Fields(got)) != storage.ArchiveSize {
			t.Errorf("the archive has %s", got)
		}
	})
}

// A static site has the bytes that are served, and a build that follows one
// renders the feeds that time has changed, and no others.
func TestLimitAgeBuilt(t *testing.T) {
	inAgeing(t, func(t *testing.T, s *site) {
		dir := t.TempDir()
		s.poll(t, "gauge", aged(2, 50*time.Minute), aged(1, 30*time.Minute))
		build(t, s, dir)
		for _, step := range []struct {
			after   time.Duration
			written int
			want    string
		}{{time.Minute, 0, "1 2"}, {10 * time.Minute, 3, "1"}, {time.Minute, 0, "1"}, {time.Hour, 3, ""}} {
			time.Sleep(step.after)
			r := build(t, s, dir)
			if r.Full != "" || r.Written != step.written {
				t.Errorf("after %s: %+v, want %d files written", step.after, r, step.written)
			}
			fresh(t, s, dir)
			text := tree(t, dir)["rivers/atom.xml"]
			if got := readings(text); got != step.want {
				t.Errorf("after %s: entries %q, want %q", step.after, got, step.want)
			}
			if served := body(t, request(t, s.publisher().Handler(), "GET", "/rivers/atom.xml")); served != text {
				t.Errorf("after %s the file is not what is served", step.after)
			}
		}
	})
}
