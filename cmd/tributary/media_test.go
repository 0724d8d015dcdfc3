package main

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/config"
	"tributary/publisher/media"
)

// gallery is an upstream on loopback with a feed and pictures. It notes what it
// was asked, and the header fields of that.
type gallery struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string][]http.Header
	held  chan struct{} // what /held.png waits for, halfway
}

func pngOf(size int) []byte { return append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, size-8)...) }

func newGallery(t testing.TB) *gallery {
	g := &gallery{asked: map[string][]http.Header{}, held: make(chan struct{})}
	g.Server = httptest.NewServer(http.HandlerFunc(g.serve))
	t.Cleanup(g.CloseClientConnections)
	t.Cleanup(g.Close)
	return g
}

func (g *gallery) count(path string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.asked[path])
}

func (g *gallery) serve(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.asked[r.URL.Path] = append(g.asked[r.URL.Path], r.Header.Clone())
	g.mu.Unlock()
	w.Header().Set("Content-Type", "image/png")
	switch r.URL.Path {
	case "/feed":
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>G</title><link>https://example.com/</link><description>D</description>
<item><guid isPermaLink="false">one</guid><link>https://example.com/one</link><title>One</title><media:thumbnail url="%[1]s/thumb.png"/>
<description>&lt;p&gt;&lt;img src="%[1]s/a.png"&gt; &lt;img src="%[1]s/held.png"&gt; words&lt;/p&gt;</description></item></channel></rss>`, g.URL)
	case "/held.png":
		w.Header().Set("Content-Length", "4000")
		_, _ = w.Write(pngOf(2000))
		w.(http.Flusher).Flush()
		select {
		case <-g.held:
		case <-r.Context().Done():
			return
		}
		_, _ = w.Write(make([]byte, 2000))
	case "/drip.png":
		_, _ = w.Write(pngOf(20))
		for range 300 {
			w.(http.Flusher).Flush()
			select {
			case <-time.After(50 * time.Millisecond):
			case <-r.Context().Done():
				return
			}
			_, _ = w.Write([]byte{0})
		}
	case "/large.png":
		_, _ = w.Write(pngOf(media.MaxBody + 1))
	case "/endless.png":
		for n := 0; n < 64<<20; n += 1 << 16 {
			if _, err := w.Write(pngOf(1 << 16)); err != nil {
				return
			}
		}
	case "/bomb.png":
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write(pngOf(64 << 20))
		_ = z.Close()
	case "/page.png":
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<script>alert(1)</script>"))
	case "/circle.png":
		http.Redirect(w, r, "/circle.png?"+r.URL.RawQuery+"x", http.StatusFound)
	case "/file.png":
		w.Header().Set("Location", "file:///etc/passwd")
		w.WriteHeader(http.StatusFound)
	case "/to":
		http.Redirect(w, r, r.URL.Query().Get("url"), http.StatusFound)
	default:
		w.Header().Set("ETag", `"upstream"`)
		w.Header().Set("Set-Cookie", "id=1")
		_, _ = w.Write(pngOf(3000))
	}
}

// askPicture asks a proxy with the program's own fetcher for a picture.
func askPicture(p *media.Proxy, src string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", "reader=1")
	p.Serve(w, r, p.Sign(src), src)
	return w
}

func pictureProxy(t *testing.T, allow ...string) *media.Proxy {
	t.Helper()
	cfg := config.Default("localhost:0")
	for _, a := range allow {
		cfg.Aggregator.AllowNetworks = append(cfg.Aggregator.AllowNetworks, netip.MustParsePrefix(a))
	}
	p, err := media.New(media.Settings{Key: []byte("0123456789abcdef"), Dir: t.TempDir(), Fetch: newPictureFetcher(cfg)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// TestPictureAddresses: no entry has us ask addresses that are not public, by
// whatever name and over whatever redirect, unless they are allowed.
func TestPictureAddresses(t *testing.T) {
	g := newGallery(t)
	_, port, err := net.SplitHostPort(g.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	other, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.2:"+port)
	if err != nil {
		t.Skip("127.0.0.2 is no address of this machine:", err)
	}
	defer other.Close()
	reached := make(chan struct{}, 100)
	go func() {
		for {
			c, err := other.Accept()
			if err != nil {
				return
			}
			reached <- struct{}{}
			c.Close()
		}
	}()
	none, some := pictureProxy(t), pictureProxy(t, "127.0.0.1/32")
	for _, host := range []string{
		"127.0.0.1", "localhost", "127.1", "0x7f000001", "017700000001", "2130706433", "127.0.0.2", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "10.0.0.1", "172.16.0.1",
		"192.168.1.1", "169.254.169.254", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "100.64.0.1", "224.0.0.1",
	} {
		if w := askPicture(none, "http://"+host+":"+port+"/a.png"); w.Code != http.StatusBadGateway {
			t.Errorf("%s: %d", host, w.Code)
		}
	}
	if n := g.count("/a.png"); n != 0 {
		t.Errorf("the site was reached %d times, although its address is not allowed", n)
	}
	for _, to := range []string{
		"http://127.0.0.2:" + port + "/a.png", "http://10.0.0.1/a.png", "http://[::1]:" + port + "/a.png", "http://169.254.169.254/latest/meta-data/", "gopher://127.0.0.1/", "file:///etc/passwd",
	} {
		if w := askPicture(some, g.URL+"/to?url="+to); w.Code != http.StatusBadGateway {
			t.Errorf("a redirect to %s: %d", to, w.Code)
		}
	}
	if n := g.count("/a.png"); n != 0 || len(reached) != 0 {
		t.Errorf("redirects reached the site %d times, and what is not allowed %d times", n, len(reached))
	}
	if w := askPicture(some, g.URL+"/to?url="+g.URL+"/a.png"); w.Code != http.StatusOK || w.Body.Len() != 3000 {
		t.Errorf("a redirect to an allowed address: %d, %d bytes", w.Code, w.Body.Len())
	}
}

// TestPictureLimits: what is too large, too slow, no picture or without an end
// is refused soon, and what is sent says nothing of who wants it.
func TestPictureLimits(t *testing.T) {
	g := newGallery(t)
	p := pictureProxy(t, "127.0.0.0/8")
	var wg sync.WaitGroup
	for path, most := range map[string]time.Duration{
		"/large.png": 10 * time.Second, "/endless.png": 10 * time.Second, "/bomb.png": 10 * time.Second, "/drip.png": 14 * time.Second, "/page.png": 10 * time.Second,
		"/circle.png": 10 * time.Second, "/file.png": 10 * time.Second,
	} {
		wg.Go(func() {
			began := time.Now()
			if w := askPicture(p, g.URL+path); w.Code != http.StatusBadGateway || time.Since(began) > most {
				t.Errorf("%s: %d after %s", path, w.Code, time.Since(began))
			}
		})
	}
	wg.Wait()
	if n := g.count("/circle.png"); n > pictureHops+1 {
		t.Errorf("%d redirects were followed, the limit is %d", n, pictureHops)
	}
	if s := p.Status(); s.Pictures != 0 || s.Bytes != 0 {
		t.Errorf("%+v: something of it was kept", s)
	}
	w := askPicture(p, strings.Replace(g.URL, "://", "://ann:secret@", 1)+"/a.png")
	if w.Code != http.StatusOK || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("%d, Set-Cookie %q", w.Code, w.Header().Get("Set-Cookie"))
	}
	saysNothing(t, g.asked["/a.png"][0])
}

// saysNothing checks that a request's header has nothing but what every request
// for a picture has.
func saysNothing(t *testing.T, h http.Header) {
	t.Helper()
	for name, values := range h {
		switch name {
		case "Accept":
			if values[0] != acceptPictures {
				t.Errorf("Accept: %s", values)
			}
		case "User-Agent":
			if !strings.HasPrefix(values[0], "tributary/") {
				t.Errorf("User-Agent: %s", values)
			}
		case "Accept-Encoding", "If-None-Match", "If-Modified-Since":
		default:
			t.Errorf("%s: %s is sent with requests for pictures", name, values)
		}
	}
}

var imgSrc = regexp.MustCompile(`<img [^>]*src="([^"]*)"`)

// TestMediaProxy: pictures of entries are served by tributary, which tells
// their sites nothing of readers, through a kill in the middle of a download.
func TestMediaProxy(t *testing.T) {
	g, dir, address, admin := newGallery(t), t.TempDir(), freeAddress(t), freeAddress(t)
	text := fmt.Sprintf(`
[site]
listen = %q
base_url = "http://%[1]s/news"
media_proxy = true
media_cache = "100 MB"
quiet = "50ms"
[admin]
listen = %[2]q
[aggregator]
allow_networks = ["127.0.0.0/8"]
[category.media]
label = "A category of this name is no obstacle"
[source.g]
url = "%[3]s/feed"
categories = ["media"]
`, address, admin, g.URL)
	conf := writeFile(t, dir, "feeds.toml", text)
	d := serveProcess(t, conf, address)
	document := func(path string) (*http.Response, string) {
		resp, body := get(t, d.url+path)
		return resp, string(body)
	}
	waitFor(t, 15*time.Second, "the entry", func() bool { _, body := document("/media/atom.xml"); return strings.Contains(body, "<entry") })
	var feed struct {
		Entries []struct {
			Content   string `xml:"content"`
			Thumbnail struct {
				URL string `xml:"url,attr"`
			} `xml:"thumbnail"`
		} `xml:"entry"`
	}
	resp, body := document("/media/atom.xml")
	if err := xml.Unmarshal([]byte(body), &feed); err != nil || len(feed.Entries) != 1 {
		t.Fatalf("%v\n%s", err, body)
	}
	feedTag := resp.Header.Get("ETag")
	pictures := imgSrc.FindAllStringSubmatch(feed.Entries[0].Content, -1)
	if strings.Contains(body, g.URL+"/a.png") || len(pictures) != 2 {
		t.Fatalf("pictures lead to their own site\n%s", body)
	}
	first, held := pictures[0][1], pictures[1][1]
	if !strings.HasPrefix(first, "http://"+address+"/news/media/") || !strings.HasSuffix(first, ".png") {
		t.Errorf("a picture is at %s", first)
	}
	resp, picture := get(t, first, "Cookie", "reader=1", "Referer", "https://reader.example/", "User-Agent", "reader", "X-Forwarded-For", "192.0.2.7", "Accept-Language", "tlh", "Authorization", "Basic x")
	tag := resp.Header.Get("ETag")
	if resp.StatusCode != http.StatusOK || !bytes.Equal(picture, pngOf(3000)) || resp.Header.Get("Content-Type") != "image/png" || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("%s, %d bytes, %v", resp.Status, len(picture), resp.Header)
	}
	g.mu.Lock()
	saysNothing(t, g.asked["/a.png"][0])
	g.mu.Unlock()
	if resp, _ := get(t, feed.Entries[0].Thumbnail.URL); resp.StatusCode != http.StatusOK {
		t.Errorf("the thumbnail at %s: %s", feed.Entries[0].Thumbnail.URL, resp.Status)
	}
	stripped := d.url + strings.TrimPrefix(first, "http://"+address+"/news") // as a proxy that takes the path off asks
	if resp, _ := get(t, stripped, "If-None-Match", tag); resp.StatusCode != http.StatusNotModified {
		t.Errorf("without the path of base_url, with the ETag: %s", resp.Status)
	}
	if resp, _ := get(t, strings.Replace(first, "/media/", "/media/A", 1)); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a signature that is too long: %s", resp.Status)
	}
	if resp, page := document("/media/"); !strings.Contains(resp.Header.Get("Content-Security-Policy"), "img-src 'self' http://"+address+" data:;") || !strings.Contains(page, `src="`+first+`"`) && !strings.Contains(page, "/news/media/") {
		t.Errorf("the page: %s\n%s", resp.Header.Get("Content-Security-Policy"), page)
	}
	if _, metrics := get(t, "http://"+admin+"/metrics"); !bytes.Contains(metrics, []byte(`tributary_media_total{result="fetched"} 2`)) || !bytes.Contains(metrics, []byte(`tributary_http_requests_total{format="media",status="2xx"} 2`)) {
		t.Errorf("metrics:\n%s", metrics)
	}

	go func() { // it gets no answer
		if resp, err := http.Get(held); err == nil {
			resp.Body.Close()
		}
	}()
	waitFor(t, 10*time.Second, "the download to begin", func() bool { return g.count("/held.png") == 1 })
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait() // it was killed
	close(g.held)
	d = serveProcess(t, conf, address)
	if resp, _ := document("/media/atom.xml"); resp.Header.Get("ETag") != feedTag {
		t.Errorf("the feed's ETag is %s after a restart, was %s", resp.Header.Get("ETag"), feedTag)
	}
	if resp, _ := get(t, first, "If-None-Match", tag); resp.StatusCode != http.StatusNotModified || g.count("/a.png") != 1 {
		t.Errorf("after a restart: %s, asked %d times", resp.Status, g.count("/a.png"))
	}
	if resp, picture := get(t, held); resp.StatusCode != http.StatusOK || len(picture) != 4000 {
		t.Errorf("what was cut short by the kill: %s, %d bytes", resp.Status, len(picture))
	}
	wholeFiles(t, filepath.Join(dir, "tributary.db.media"), 3)
	if info, err := os.Stat(filepath.Join(dir, "tributary.db.media-key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info, err)
	}

	writeFile(t, dir, "feeds.toml", strings.Replace(text, "media_proxy = true", "media_proxy = false", 1))
	waitFor(t, 15*time.Second, "pictures to be at their own site again", func() bool { _, body := document("/media/atom.xml"); return strings.Contains(body, g.URL+"/a.png") })
	if resp, _ := get(t, first); resp.StatusCode != http.StatusNotFound {
		t.Errorf("once it is turned off: %s", resp.Status)
	}
	d.stop(t)
	built := must(t, "build", "--config", writeFile(t, dir, "static.toml", text), "--out", filepath.Join(dir, "site"))
	if page, err := os.ReadFile(filepath.Join(dir, "site", "media", "atom.xml")); err != nil || !bytes.Contains(page, []byte(g.URL+"/a.png")) || !strings.Contains(built.stderr, "media_proxy: ") {
		t.Errorf("the site as files: %v, %q\n%s", err, built.stderr, page)
	}
}

// wholeFiles checks that a folder of pictures has so many files, none of which
// was being written.
func wholeFiles(t *testing.T, dir string, want int) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
			if strings.HasPrefix(e.Name(), "new-") {
				t.Errorf("%s is a part of a picture", path)
			}
		}
		return err
	})
	if err != nil || n != want {
		t.Errorf("%d files in %s, want %d (%v)", n, dir, want, err)
	}
}
