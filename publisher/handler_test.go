package publisher_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tributary/feed"
	"tributary/publisher/render"
)

// request asks the handler; header holds pairs.
func request(t testing.TB, h http.Handler, method, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t testing.TB, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func entryPath(e *feed.Entry) string { return render.EntryPath(e.ID) }

func TestDocuments(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	h := s.publisher().Handler()
	first := chinese()[1]
	first.ID = feed.Identify("anjiang", first.UpstreamID, "", feed.Digest{})
	for _, tt := range []struct{ path, mediaType, holds string }{
		{"/", "text/html; charset=utf-8", "<h1>Confluence</h1>"},
		{"/rivers/", "text/html; charset=utf-8", "The chain ferry at Aldmere runs again"},
		{"/rivers/atom.xml", "application/atom+xml; charset=utf-8", "<feed "},
		{"/rivers/rss.xml", "application/rss+xml; charset=utf-8", "<rss "},
		{"/rivers/feed.json", "application/feed+json; charset=utf-8", `"version":"https://jsonfeed.org/version/1.1"`},
		{"/jianghe/", "text/html; charset=utf-8", "春汛将至"},
		{"/all/", "text/html; charset=utf-8", "春汛将至"},
		{"/all/atom.xml", "application/atom+xml; charset=utf-8", "The chain ferry"},
		{"/opml.xml", "text/x-opml; charset=utf-8", "https://feeds.example/jianghe/rss.xml"},
		{entryPath(&first), "text/html; charset=utf-8", "每日四次发布水位"},
		{render.AssetPath((&render.Site{}).Assets()[2].Name), "text/css; charset=utf-8", ":root"},
		{render.AssetPath((&render.Site{}).Assets()[1].Name), "image/svg+xml", "<svg"},
	} {
		t.Run(tt.path, func(t *testing.T) {
			r := request(t, h, "GET", tt.path)
			text := body(t, r)
			if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != tt.mediaType || !strings.Contains(text, tt.holds) {
				t.Fatalf("%d %s\n%s\nwant 200 %s with %q", r.StatusCode, r.Header.Get("Content-Type"), text, tt.mediaType, tt.holds)
			}
			if strings.Contains(text, "secret") {
				t.Error("the password of an upstream is published")
			}
			for _, name := range []string{"Etag", "Cache-Control", "Vary", "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"} {
				if r.Header.Get(name) == "" {
					t.Errorf("no %s", name)
				}
			}
			head := request(t, h, "HEAD", tt.path)
			if got := body(t, head); got != "" || head.Header.Get("Content-Length") != r.Header.Get("Content-Length") || head.StatusCode != http.StatusOK {
				t.Errorf("HEAD: %d, %d bytes, Content-Length %s", head.StatusCode, len(got), head.Header.Get("Content-Length"))
			}
		})
	}
}

func TestWhatIsNotThere(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	h := s.publisher().Handler()
	unknown := render.EntryPath(feed.EntryID{1})
	for _, tt := range []struct {
		method, path string
		status       int
		location     string
	}{
		{"GET", "/rivers", 301, "/rivers/"},
		{"GET", "/rivers?a=b", 301, "/rivers/?a=b"},
		{"GET", "/rivers/index.html", 301, "/rivers/"},
		{"GET", "/index.html", 301, "/"},
		{"GET", "/nowhere/", 404, ""},
		{"GET", "/nowhere", 404, ""},
		{"GET", "/rivers//atom.xml", 404, ""},
		{"GET", "//rivers", 404, ""},
		{"GET", "/../feeds.toml", 404, ""},
		{"GET", "/assets/", 404, ""},
		{"GET", unknown, 404, ""},
		{"GET", strings.ToUpper(unknown), 404, ""},
		{"GET", "/entry/short.html", 404, ""},
		{"POST", "/", 405, ""},
		{"DELETE", "/rivers/atom.xml", 405, ""},
	} {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			r := request(t, h, tt.method, tt.path)
			if r.StatusCode != tt.status || r.Header.Get("Location") != tt.location {
				t.Fatalf("%d to %q, want %d to %q", r.StatusCode, r.Header.Get("Location"), tt.status, tt.location)
			}
			if tt.status == 405 && r.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("Allow: %q", r.Header.Get("Allow"))
			}
			if text := body(t, r); tt.status >= 400 && !strings.Contains(text, `<a href="/">`) {
				t.Errorf("no way home:\n%s", text)
			}
		})
	}
}

func TestPublishedUnderAPath(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	s.set.Site.BaseURL = "https://x.example/feeds"
	h := s.publisher().Handler()
	for path, status := range map[string]int{
		"/feeds/": 200, "/feeds/rivers/atom.xml": 200, "/rivers/atom.xml": 200, "/": 200, "/feeds": 301, "/feeds/rivers": 301, "/feedsrivers/": 404,
	} {
		r := request(t, h, "GET", path)
		if r.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, r.StatusCode, status)
		}
		if to := r.Header.Get("Location"); status == 301 && to != path+"/" {
			t.Errorf("%s leads to %s", path, to)
		}
	}
	lost := body(t, request(t, h, "GET", "/feeds/nowhere/at/all"))
	if !strings.Contains(lost, `<a href="/feeds/">`) || !strings.Contains(lost, `href="/feeds/assets/site-`) {
		t.Errorf("a page that is not there shows no way home:\n%s", lost)
	}
	atom := body(t, request(t, h, "GET", "/feeds/rivers/atom.xml"))
	if !strings.Contains(atom, `href="https://x.example/feeds/rivers/atom.xml"`) {
		t.Error("the feed does not know its own address")
	}
}

func TestChangesShow(t *testing.T) {
	s := newSite(t)
	p := s.publisher()
	following(t, p)
	h := p.Handler()
	paths := []string{"/", "/rivers/", "/rivers/atom.xml", "/rivers/rss.xml", "/rivers/feed.json", "/all/", "/all/feed.json"}
	for n := range 3 {
		for _, path := range paths {
			request(t, h, "GET", path)
		}
		s.poll(t, "gauge", sample(n))
		for _, path := range paths {
			eventually(t, func() bool {
				return strings.Contains(body(t, request(t, h, "GET", path)), sample(n).Title.Body)
			})
		}
	}
}
