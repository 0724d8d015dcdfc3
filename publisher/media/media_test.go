package media_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tributary/publisher/media"
	"tributary/publisher/render"
)

// png is what begins a picture, padded to a size.
func png(size int) []byte {
	return append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, max(size-8, 0))...)
}

// A site is an upstream on loopback.
type site struct {
	*httptest.Server
	asked atomic.Int64
	mu    sync.Mutex
	serve http.HandlerFunc
}

func newSite(t testing.TB, serve http.HandlerFunc) *site {
	s := &site{serve: serve}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		s.mu.Lock()
		serve := s.serve
		s.mu.Unlock()
		serve(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) change(serve http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serve = serve
}

// plainFetcher asks over HTTP; its guards are those of the tests of the whole
// program.
type plainFetcher struct{}

func (plainFetcher) Picture(ctx context.Context, r media.Request) (*media.Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return nil, &media.Failure{Reason: err.Error()}
	}
	if r.ETag != "" {
		req.Header.Set("If-None-Match", r.ETag)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, &media.Failure{Reason: err.Error()}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return nil, &media.Failure{Reason: err.Error()}
	case resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNotModified:
		return nil, &media.Failure{Status: resp.StatusCode, Reason: resp.Status}
	}
	a := &media.Answer{NotModified: resp.StatusCode == http.StatusNotModified, Type: resp.Header.Get("Content-Type"), Body: body, ETag: resp.Header.Get("ETag"), Of: r.URL}
	if age, ok := strings.CutPrefix(resp.Header.Get("Cache-Control"), "max-age="); ok {
		a.Fresh, _ = time.ParseDuration(age + "s")
	}
	return a, nil
}

var key = []byte("a key of thirty-two characters..")

func newProxy(t testing.TB, set media.Settings) *media.Proxy {
	t.Helper()
	if set.Dir == "" {
		set.Dir = t.TempDir()
	}
	if set.Key == nil {
		set.Key = key
	}
	if set.Fetch == nil {
		set.Fetch = plainFetcher{}
	}
	p, err := media.New(set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// ask asks for a picture with its right signature, and header fields given as
// name, value, name, value.
func ask(p *media.Proxy, src string, fields ...string) *httptest.ResponseRecorder {
	return askAs(p, http.MethodGet, p.Sign(src), src, fields...)
}

func askAs(p *media.Proxy, method, signature, src string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	for i := 0; i+1 < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	w := httptest.NewRecorder()
	p.Serve(w, r, signature, src)
	return w
}

func asPNG(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(body)
	}
}

func TestServe(t *testing.T) {
	up, dir := newSite(t, asPNG(png(5000))), t.TempDir()
	p := newProxy(t, media.Settings{Dir: dir})
	src := up.URL + "/a.png"
	w := ask(p, src)
	etag := w.Header().Get("ETag")
	if w.Code != http.StatusOK || w.Body.String() != string(png(5000)) || len(etag) < 20 || strings.HasPrefix(etag, "W/") {
		t.Fatalf("%d, %d bytes, ETag %s", w.Code, w.Body.Len(), etag)
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "Content-Length": "5000", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if w := ask(p, src, "If-None-Match", etag); w.Code != http.StatusNotModified || w.Body.Len() > 0 || w.Header().Get("ETag") != etag {
		t.Errorf("with its ETag: %d, %d bytes, ETag %s", w.Code, w.Body.Len(), w.Header().Get("ETag"))
	}
	if w := askAs(p, http.MethodHead, p.Sign(src), src); w.Code != http.StatusOK || w.Body.Len() > 0 || w.Header().Get("Content-Length") != "5000" {
		t.Errorf("HEAD: %d, %d bytes, Content-Length %s", w.Code, w.Body.Len(), w.Header().Get("Content-Length"))
	}
	if w := ask(p, src, "Range", "bytes=0-3"); w.Code != http.StatusPartialContent || w.Body.String() != "\x89PNG" {
		t.Errorf("a range: %d, %q", w.Code, w.Body)
	}
	if n := up.asked.Load(); n != 1 {
		t.Errorf("the site was asked %d times, want once", n)
	}
	p.Close()
	again := newProxy(t, media.Settings{Dir: dir})
	if again.Sign(src) != p.Sign(src) {
		t.Error("the signature is another after a restart")
	}
	if w := ask(again, src, "If-None-Match", etag); w.Code != http.StatusNotModified || up.asked.Load() != 1 {
		t.Errorf("after a restart: %d, the site was asked %d times", w.Code, up.asked.Load())
	}
}

// TestSignatures: only what was signed with our key is asked for.
func TestSignatures(t *testing.T) {
	up := newSite(t, asPNG(png(100)))
	p, other := newProxy(t, media.Settings{}), newProxy(t, media.Settings{Key: []byte("another key of 32 characters....")})
	src := up.URL + "/a.png"
	good := p.Sign(src)
	flipped := []byte(good)
	flipped[0] ^= 1
	for name, signature := range map[string]string{
		"another URL's": p.Sign(up.URL + "/b.png"), "another key's": other.Sign(src), "one bit": string(flipped), "lower case": strings.ToLower(good),
		"cut": good[:31], "longer": good + "A", "none": "", "with a blank": good + " ",
	} {
		if w := askAs(p, http.MethodGet, signature, src); w.Code != http.StatusForbidden || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, want 403", name, w.Code)
		}
	}
	if n := up.asked.Load(); n != 0 {
		t.Errorf("the site was asked %d times for what nobody signed", n)
	}
	if w := ask(p, src); w.Code != http.StatusOK || len(good) != 32 {
		t.Errorf("its own: %d, %d characters", w.Code, len(good))
	}
	if s := p.Status(); s.Forbidden != 8 || s.Fetched != 1 {
		t.Errorf("status %+v", s)
	}
}

func TestLoadKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	first, err := media.LoadKey(path)
	if err != nil || len(first) != 32 {
		t.Fatalf("%d bytes, %v", len(first), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: want a file of its owner's alone", info.Mode(), err)
	}
	if again, err := media.LoadKey(path); err != nil || string(again) != string(first) {
		t.Errorf("another key, %v", err)
	}
	if err := os.WriteFile(path, []byte("cafe\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := media.LoadKey(path); err == nil || !strings.Contains(err.Error(), path+": expected a key of 64 hexadecimal digits") {
		t.Errorf("a short key: %v", err)
	}
}

// TestTypes: only pictures are served, as what their bytes are.
func TestTypes(t *testing.T) {
	svg := `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	avif := "\x00\x00\x00\x1cftypavif\x00\x00\x00\x00"
	for _, tt := range []struct{ name, declared, body, want string }{
		{"png", "image/png", string(png(20)), "image/png"},
		{"jpeg", "image/jpeg; charset=binary", "\xff\xd8\xff\xe0...", "image/jpeg"},
		{"gif", "image/gif", "GIF89a....", "image/gif"},
		{"webp", "image/webp", "RIFF\x01\x02\x03\x04WEBPVP8 ", "image/webp"},
		{"avif", "image/avif", avif, "image/avif"},
		{"ico", "image/vnd.microsoft.icon", "\x00\x00\x01\x00\x01", "image/x-icon"},
		{"bmp", "image/bmp", "BM\x99\x99\x99\x99\x00\x00\x00\x00\x36", "image/bmp"},
		{"webp said to be jpeg", "image/jpeg", "RIFF\x01\x02\x03\x04WEBPVP8 ", "image/webp"},
		{"nothing said", "", string(png(20)), "image/png"},
		{"nobody knows", "application/octet-stream", string(png(20)), "image/png"},
		{"picture said to be a page", "text/html", string(png(20)), ""},
		{"page said to be a picture", "image/png", "<!doctype html><script>alert(1)</script>", ""},
		{"page", "text/html", "<!doctype html>", ""},
		{"words", "image/bmp", "BMW builds cars", ""},
		{"svg", "image/svg+xml", svg, ""},
		{"svg said to be png", "image/png", svg, ""},
		{"png said to be svg", "image/svg+xml", string(png(20)), ""},
		{"polyglot said to be script", "text/javascript", "GIF89a=1;alert(1)", ""},
		{"short", "image/png", "\x89PN", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			up := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{tt.declared}
				if tt.declared == "" {
					w.Header()["Content-Type"] = nil
				}
				_, _ = io.WriteString(w, tt.body)
			})
			w := ask(newProxy(t, media.Settings{}), up.URL+"/x")
			switch got := w.Header().Get("Content-Type"); {
			case tt.want == "" && (w.Code != http.StatusBadGateway || got != "text/plain; charset=utf-8" || strings.Contains(w.Body.String(), "alert")):
				t.Errorf("%d %s %q, want 502", w.Code, got, w.Body)
			case tt.want != "" && (w.Code != http.StatusOK || got != tt.want || w.Body.String() != tt.body):
				t.Errorf("%d %s, want 200 %s", w.Code, got, tt.want)
			}
		})
	}
}

// TestGone: whoever leaves does not end what others wait for.
func TestGone(t *testing.T) {
	release := make(chan struct{})
	up := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		<-release
		asPNG(png(30))(w, r)
	})
	p := newProxy(t, media.Settings{})
	src := up.URL + "/a.png"
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	r := httptest.NewRequest(http.MethodGet, "/", nil).WithContext(ctx)
	w := httptest.NewRecorder()
	p.Serve(w, r, p.Sign(src), src)
	if w.Code != http.StatusGatewayTimeout {
		t.Errorf("%d, want 504", w.Code)
	}
	close(release)
	if w := ask(p, src); w.Code != http.StatusOK || up.asked.Load() != 1 {
		t.Errorf("%d, the site was asked %d times", w.Code, up.asked.Load())
	}
}

// TestAgain: what is out of date is asked for again with its ETag, and stays
// when the site cannot answer.
func TestAgain(t *testing.T) {
	version := func(tag string, body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", tag)
			if r.Header.Get("If-None-Match") == tag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			asPNG(body)(w, r)
		}
	}
	up := newSite(t, version(`"1"`, png(10)))
	p := newProxy(t, media.Settings{MinFresh: time.Nanosecond, MaxFresh: time.Nanosecond, Failed: time.Hour})
	src := up.URL + "/a.png"
	first := ask(p, src).Header().Get("ETag")
	if w := ask(p, src); w.Code != http.StatusOK || w.Header().Get("ETag") != first || w.Body.Len() != 10 {
		t.Errorf("still the same: %d, ETag %s, was %s", w.Code, w.Header().Get("ETag"), first)
	}
	if s := p.Status(); s.Fetched != 1 || s.Unchanged != 1 || s.Pictures != 1 {
		t.Errorf("status %+v", s)
	}
	up.change(version(`"2"`, png(20)))
	if w := ask(p, src); w.Body.Len() != 20 || w.Header().Get("ETag") == first {
		t.Errorf("another one: %d bytes, ETag %s", w.Body.Len(), w.Header().Get("ETag"))
	}
	up.change(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	for range 2 {
		if w := ask(p, src); w.Code != http.StatusOK || w.Body.Len() != 20 {
			t.Errorf("out of date while the site has trouble: %d, %d bytes", w.Code, w.Body.Len())
		}
	}
	if n := up.asked.Load(); n != 4 {
		t.Errorf("the site was asked %d times, want 4: once after it had failed", n)
	}
}

// TestFailures are remembered for a while.
func TestFailures(t *testing.T) {
	up := newSite(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	p := newProxy(t, media.Settings{Failed: 300 * time.Millisecond})
	src := up.URL + "/a.png"
	for range 3 {
		if w := ask(p, src); w.Code != http.StatusNotFound || w.Header().Get("Cache-Control") != "public, max-age=0" {
			t.Errorf("%d, Cache-Control %s", w.Code, w.Header().Get("Cache-Control"))
		}
	}
	if n := up.asked.Load(); n != 1 {
		t.Errorf("the site was asked %d times within the time of one failure", n)
	}
	up.change(asPNG(png(10)))
	time.Sleep(350 * time.Millisecond)
	if w := ask(p, src); w.Code != http.StatusOK {
		t.Errorf("afterwards: %d", w.Code)
	}
}

// TestFresh: how long a picture is used is what its site says, within bounds.
func TestFresh(t *testing.T) {
	for _, tt := range []struct {
		says string
		want int
	}{
		{"no-store", 3600}, {"max-age=60", 3600}, {"max-age=7200", 7200}, {"max-age=999999999", 30 * 86400},
	} {
		up := newSite(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", tt.says)
			asPNG(png(10))(w, r)
		})
		got := ask(newProxy(t, media.Settings{}), up.URL).Header().Get("Cache-Control")
		var age int
		if _, err := fmt.Sscanf(got, "public, max-age=%d, stale-while-revalidate=600, stale-if-error=86400", &age); err != nil || age > tt.want || age < tt.want-20 {
			t.Errorf("%s becomes %s, want max-age=%d", tt.says, got, tt.want)
		}
	}
}

func BenchmarkServeHit(b *testing.B) {
	up := newSite(b, asPNG(png(50_000)))
	p := newProxy(b, media.Settings{})
	src := up.URL + "/a.png"
	signature := p.Sign(src)
	r := httptest.NewRequest(http.MethodGet, render.MediaPath(signature, src), nil)
	etag := ask(p, src).Header().Get("ETag")
	for name, tag := range map[string]string{"200": "", "304": etag} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			if tag != "" {
				r.Header.Set("If-None-Match", tag)
			} else {
				r.Header.Del("If-None-Match")
			}
			for b.Loop() {
				p.Serve(&discard{header: http.Header{}}, r, signature, src)
			}
		})
	}
	if up.asked.Load() != 1 {
		b.Errorf("the site was asked %d times", up.asked.Load())
	}
}

// discard is a response that nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

func BenchmarkSign(b *testing.B) {
	p := newProxy(b, media.Settings{})
	b.ReportAllocs()
	for b.Loop() {
		p.Sign("https://images.example/2026/11/28/a-picture-of-a-river-at-dawn-1200x800.jpg?w=1200&h=800")
	}
}

// FuzzPath: whatever is signed comes back, and nothing else is read as an address.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"https://a.example/b.jpg", "http://a.example/?x=1&y=%20#z", "", "/media/x/y", "https://a.example/é.PNG"} {
		f.Add(s)
	}
	p := newProxy(f, media.Settings{})
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) <= render.MaxPictureURL {
			path := render.MediaPath(p.Sign(s), s)
			signature, src, ok := render.ParseMediaPath(path)
			if !ok || src != s || signature != p.Sign(s) {
				t.Errorf("%q becomes %s, which is read as %q %q %v", s, path, signature, src, ok)
			}
			if u, err := url.Parse(path); err != nil || u.Path != path || u.RawQuery != "" {
				t.Errorf("%s cannot stand in a URL as it is: %v", path, err)
			}
		}
		if signature, src, ok := render.ParseMediaPath(s); ok && render.MediaPath(signature, src) != s {
			t.Errorf("%q is read as %q %q, whose address is another", s, signature, src)
		}
	})
}
