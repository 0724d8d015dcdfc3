package publisher_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"tributary/feed"
	"tributary/publisher"
	"tributary/publisher/render"
	"tributary/storage"
)

func TestConditionalRequests(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	h := s.publisher().Handler()
	for _, path := range []string{"/", "/rivers/", "/rivers/atom.xml", "/rivers/rss.xml", "/rivers/feed.json"} {
		first := request(t, h, "GET", path, "Accept-Encoding", "gzip")
		etag, date := first.Header.Get("Etag"), first.Header.Get("Last-Modified")
		if etag == "" || date == "" || strings.HasPrefix(etag, "W/") {
			t.Fatalf("%s: ETag %q, Last-Modified %q", path, etag, date)
		}
		if at, err := http.ParseTime(date); err != nil || at.After(time.Now()) {
			t.Errorf("%s: Last-Modified %q lies ahead", path, date)
		}
		for _, method := range []string{"GET", "HEAD"} {
			for _, header := range [][2]string{{"If-None-Match", etag}, {"If-Modified-Since", date}} {
				r := request(t, h, method, path, header[0], header[1], "Accept-Encoding", "gzip")
				if text := body(t, r); r.StatusCode != http.StatusNotModified || text != "" {
					t.Errorf("%s %s with %s: %d, %d bytes", method, path, header[0], r.StatusCode, len(text))
				}
				for _, name := range []string{"Etag", "Last-Modified", "Cache-Control", "Vary"} {
					if r.Header.Get(name) != first.Header.Get(name) {
						t.Errorf("%s %s: 304 has %s %q, 200 had %q", method, path, name, r.Header.Get(name), first.Header.Get(name))
					}
				}
				for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding"} {
					if r.Header.Get(name) != "" {
						t.Errorf("%s %s: 304 has %s", method, path, name)
					}
				}
			}
		}
		// The tag of one coding does not stand for the other.
		if r := request(t, h, "GET", path, "If-None-Match", etag); r.StatusCode != http.StatusOK || r.Header.Get("Etag") == etag {
			t.Errorf("%s: plain form for the tag of the packed one: %d %s", path, r.StatusCode, r.Header.Get("Etag"))
		}
		if r := request(t, h, "GET", path, "If-Match", `"other"`); r.StatusCode != http.StatusPreconditionFailed {
			t.Errorf("%s: If-Match of another: %d", path, r.StatusCode)
		}
	}
}

func TestCodings(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	h := s.publisher().Handler()
	plain := request(t, h, "GET", "/rivers/atom.xml")
	want, tags := body(t, plain), map[string]bool{plain.Header.Get("Etag"): true}
	for accept, name := range map[string]string{"br;q=0.5, gzip;q=0.8, *;q=0.1": "gzip", "gzip, deflate, br": "br", "gzip, zstd": "zstd"} {
		for range 2 { // made, and made already
			packed := request(t, h, "GET", "/rivers/atom.xml", "Accept-Encoding", accept)
			text := body(t, packed)
			if packed.Header.Get("Content-Encoding") != name || packed.Header.Get("Vary") != "Accept-Encoding" || packed.Header.Get("Content-Type") != plain.Header.Get("Content-Type") {
				t.Fatalf("%s: %v", accept, packed.Header)
			}
			if len(text) >= len(want) || packed.ContentLength != int64(len(text)) {
				t.Errorf("%s: %d bytes, Content-Length %d, %d plain", accept, len(text), packed.ContentLength, len(want))
			}
			if unpack(t, name, text) != want {
				t.Errorf("%s: unpacked it is another document", accept)
			}
			tags[packed.Header.Get("Etag")] = true
		}
	}
	if len(tags) != 4 {
		t.Errorf("tags %v, want one for each form", slices.Collect(maps.Keys(tags)))
	}
	if small := request(t, h, "GET", render.AssetPath((&render.Site{}).Assets()[1].Name), "Accept-Encoding", "gzip"); small.Header.Get("Etag") == "" {
		t.Error("an asset has no tag")
	}
}

func unpack(t *testing.T, name, text string) string {
	t.Helper()
	var in io.Reader = strings.NewReader(text)
	var err error
	switch name {
	case "gzip":
		in, err = gzip.NewReader(in)
	case "zstd":
		in, err = zstd.NewReader(in)
	case "br":
		in = brotli.NewReader(in)
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A reader that comes back after a restart gets 304: the same store gives the
// same bytes, tags and dates.
func TestSameAfterRestart(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	before, after := s.publisher().Handler(), s.publisher().Handler()
	for _, path := range []string{"/", "/all/", "/all/atom.xml", "/all/rss.xml", "/all/feed.json", "/opml.xml"} {
		a, b := request(t, before, "GET", path), request(t, after, "GET", path)
		for _, name := range []string{"Etag", "Last-Modified"} {
			if a.Header.Get(name) != b.Header.Get(name) {
				t.Errorf("%s: %s %q, then %q", path, name, a.Header.Get(name), b.Header.Get(name))
			}
		}
	}
}

// A broken store answers some reads with an error.
type brokenStore struct {
	storage.Reader
	mu     sync.Mutex
	broken error
}

func (b *brokenStore) breakWith(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = err
}

func (b *brokenStore) Entry(ctx context.Context, id feed.EntryID) (feed.Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken != nil {
		return feed.Entry{}, b.broken
	}
	return b.Reader.Entry(ctx, id)
}

func TestStoreTrouble(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	broken := &brokenStore{Reader: s.store, broken: errors.New("page 7 is damaged")}
	h := publisher.New(broken, s.set).Handler()
	e := english()[2]
	e.ID = feed.Identify("gauge", e.UpstreamID, "", feed.Digest{})
	r := request(t, h, "GET", entryPath(&e))
	if text := body(t, r); r.StatusCode != http.StatusInternalServerError || strings.Contains(text, "page 7") || !strings.Contains(text, "try again later") {
		t.Errorf("%d\n%s", r.StatusCode, text)
	}
	broken.breakWith(nil)
	if r := request(t, h, "GET", entryPath(&e)); r.StatusCode != http.StatusOK {
		t.Errorf("after the trouble: %d", r.StatusCode)
	}
}

func TestAskedForAtOnce(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	h := s.publisher().Handler()
	var all sync.WaitGroup
	tags := make([]string, 64)
	for i := range tags {
		all.Go(func() { tags[i] = request(t, h, "GET", "/all/atom.xml").Header.Get("Etag") })
	}
	all.Wait()
	for _, tag := range tags {
		if tag == "" || tag != tags[0] {
			t.Fatalf("tags %q and %q", tag, tags[0])
		}
	}
}

// What was published stays published while the store cannot be read.
func TestStoreTroubleKeepsOldDocuments(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	broken := &brokenStore{Reader: s.store}
	p := publisher.New(broken, s.set)
	h := p.Handler()
	e := english()[2]
	e.ID = feed.Identify("gauge", e.UpstreamID, "", feed.Digest{})
	before := body(t, request(t, h, "GET", entryPath(&e)))
	following(t, p)
	broken.breakWith(errors.New("page 7 is damaged"))
	e.Title.Body = "The chain ferry has stopped again"
	s.poll(t, "gauge", e)
	for range 5 {
		time.Sleep(100 * time.Millisecond)
		if r := request(t, h, "GET", entryPath(&e)); r.StatusCode != http.StatusOK || body(t, r) != before {
			t.Fatalf("%d, want what was there before", r.StatusCode)
		}
	}
}

// A trimmedStore has lost the beginning of its change log once.
type trimmedStore struct {
	storage.Reader
	trimmed chan struct{} // closed when it has told so
	once    sync.Once
}

func (s *trimmedStore) Watch(ctx context.Context, after feed.Seq) iter.Seq2[feed.Change, error] {
	return func(yield func(feed.Change, error) bool) {
		told := false
		s.once.Do(func() {
			<-s.trimmed
			told = true
			yield(feed.Change{}, storage.ErrTrimmed)
		})
		if told {
			return
		}
		s.Reader.Watch(ctx, after)(yield)
	}
}

// When changes are lost, everything counts as changed.
func TestChangesLost(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	store := &trimmedStore{Reader: s.store, trimmed: make(chan struct{})}
	p := publisher.New(store, s.set)
	h := p.Handler()
	following(t, p)
	request(t, h, "GET", "/rivers/")
	s.poll(t, "gauge", sample(1))
	close(store.trimmed)
	eventually(t, func() bool { return strings.Contains(body(t, request(t, h, "GET", "/rivers/")), sample(1).Title.Body) })
}

// following runs p until the test ends.
func following(t *testing.T, p *publisher.Publisher) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// eventually waits until is, at most two seconds.
func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not within two seconds")
		}
	}
}
