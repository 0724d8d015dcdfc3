package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tributary/internal/publishedcheck"
	"tributary/internal/testshared"
)

// serveStatic has nginx serve a folder by the file of examples/, with nothing
// changed in it but where it listens and what it serves.
func serveStatic(t *testing.T, site string) (base string) {
	t.Helper()
	testshared.Tool(t, "nginx")
	dir, address := t.TempDir(), freeAddress(t)
	example, err := os.ReadFile(filepath.Join(testshared.Root(t), "examples", "nginx.conf"))
	if err != nil {
		t.Fatal(err)
	}
	server := strings.NewReplacer("listen 80;", "listen "+address+";", "root /srv/www/feeds;", "root "+site+";").Replace(string(example))
	if strings.Contains(server, "listen 80") || strings.Contains(server, "root /srv") {
		t.Fatal("examples/nginx.conf has another listen or root than the test looks for")
	}
	writeFile(t, dir, "server.conf", server)
	config := writeFile(t, dir, "nginx.conf", strings.ReplaceAll(`
daemon off; master_process off; pid DIR/nginx.pid; error_log DIR/error.log notice;
events { worker_connections 64; }
http {
  client_body_temp_path DIR/a; proxy_temp_path DIR/b; fastcgi_temp_path DIR/c; uwsgi_temp_path DIR/d; scgi_temp_path DIR/e;
  access_log off;
  include DIR/server.conf;
}
`, "DIR", dir))
	runNginx(t, dir, config, address)
	return "http://" + address
}

// A site of files that nginx serves by our example is what serve answers: each
// document, its media type, how long it may be kept, what it may do; it is
// valid; validators and gzip work; and every link leads somewhere.
func TestStaticByNginx(t *testing.T) {
	t.Parallel()
	corpusDir, files := corpus(t)
	dir, address := t.TempDir(), freeAddress(t)
	var some []corpusFile // of each format
	for i := 0; i < len(files); i += 1 + len(files)/16 {
		some = append(some, files[i])
	}
	config, _ := corpusConfig(t, dir, fileURL(corpusDir)+"/", some)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	head := "[hub]\nenabled = false\n[site]\nlisten = \"" + address + "\"\nbase_url = \"https://feeds.example\"\n"
	writeFile(t, dir, "feeds.toml", strings.Replace(string(text), "[site]\n", head, 1))
	tributary(t, "poll", "--all", "--config", config) // some files hold no feed
	site, listing := filepath.Join(dir, "site"), filepath.Join(dir, "site.tsv")
	must(t, "build", "--compress", "--out", site, "--listing", listing, "--config", config)
	base := serveStatic(t, site)
	n := &static{base: base, site: site, got: filepath.Join(dir, "got")}
	list, err := os.ReadFile(listing)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		n.look(t, f[0], f[3])
	}
	if n.feeds < 9 || n.zipped < 9 || n.pages < 20 {
		t.Errorf("%d feeds, %d compressed files and %d pages: too few to show anything", n.feeds, n.zipped, n.pages)
	}
	publishedcheck.Dir(t, n.got)
	for link := range n.links {
		if resp, _ := get(t, base+link); resp.StatusCode != http.StatusOK {
			t.Errorf("a page leads to %s: %s", link, resp.Status)
		}
	}
	for _, hidden := range []string{"/.tributary-manifest", "/.nojekyll"} {
		if resp, _ := get(t, base+hidden); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", hidden, resp.Status)
		}
	}
	if resp, _ := get(t, base+"/atom"); resp.StatusCode != http.StatusMovedPermanently || resp.Header.Get("Location") != "/atom/" {
		t.Errorf("/atom: %s to %s", resp.Status, resp.Header.Get("Location"))
	}
	n.likeServe(t, serveProcess(t, config, address).url)
}

// A static looks at what nginx makes of a site.
type static struct {
	base, site, got      string // got is where what it sent is kept
	feeds, zipped, pages int
	links                map[string]bool // paths that pages lead to
	asks                 []string        // paths to compare with serve
}

// look asks for a file of the site in each way.
func (n *static) look(t *testing.T, name, mediaType string) {
	t.Helper()
	if ext := filepath.Ext(name); name[0] == '.' || ext == ".gz" || ext == ".br" || ext == ".zst" {
		return
	}
	path := "/" + strings.TrimSuffix(name, "index.html")
	want, err := os.ReadFile(filepath.Join(n.site, name))
	if err != nil {
		t.Fatal(err)
	}
	resp, body := get(t, n.base+path, "Accept-Encoding", "identity")
	etag, modified := resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	if resp.StatusCode != http.StatusOK || !bytes.Equal(body, want) || resp.Header.Get("Content-Type") != mediaType || resp.Header.Get("Content-Encoding") != "" {
		t.Errorf("%s: %s, %s, %d bytes, want %s and %d", path, resp.Status, resp.Header.Get("Content-Type"), len(body), mediaType, len(want))
	}
	for field, value := range map[string]string{"If-None-Match": etag, "If-Modified-Since": modified} {
		if again, _ := get(t, n.base+path, "Accept-Encoding", "identity", field, value); value == "" || strings.HasPrefix(value, "W/") || again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %s %q: %s, want 304", path, field, value, again.Status)
		}
	}
	if _, err := os.Stat(filepath.Join(n.site, name+".gz")); err == nil {
		n.zipped++
		resp, packed := get(t, n.base+path, "Accept-Encoding", "gzip")
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil || resp.Header.Get("Content-Encoding") != "gzip" || resp.Header.Get("Vary") != "Accept-Encoding" || resp.Header.Get("Content-Type") != mediaType || resp.Header.Get("ETag") == etag {
			t.Errorf("%s in gzip: %v, %v", path, err, resp.Header)
			return
		}
		if body, err = io.ReadAll(r); err != nil || !bytes.Equal(body, want) {
			t.Errorf("%s in gzip is another document: %v", path, err)
		}
	}
	writeFile(t, n.got, name, string(body))
	n.note(t, name, path, body)
}

// note remembers a document, and where a page leads to.
func (n *static) note(t *testing.T, name, path string, body []byte) {
	t.Helper()
	switch base := filepath.Base(name); {
	case base == "atom.xml" || base == "rss.xml" || base == "feed.json":
		n.feeds++
	case filepath.Ext(name) == ".html":
		n.pages++
		n.follow(t, path, body)
	}
	if strings.Count(name, "/") < 2 && (!strings.HasPrefix(name, "entry/") || n.pages%20 == 0) {
		n.asks = append(n.asks, path)
	}
}

func (n *static) follow(t *testing.T, path string, body []byte) {
	t.Helper()
	page, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	at := &url.URL{Scheme: "https", Host: "feeds.example", Path: path}
	for e := range page.Descendants() {
		for _, a := range e.Attr {
			if a.Key != "href" && a.Key != "src" {
				continue
			}
			if to, err := at.Parse(a.Val); err == nil && to.Host == at.Host {
				if n.links == nil {
					n.links = map[string]bool{}
				}
				n.links[to.EscapedPath()] = true
			}
		}
	}
}

// likeServe compares with what serve answers.
func (n *static) likeServe(t *testing.T, serve string) {
	t.Helper()
	if len(n.asks) < 20 {
		t.Errorf("only %q are compared with serve", n.asks)
	}
	for _, path := range n.asks {
		want, wanted := get(t, serve+path, "Accept-Encoding", "gzip")
		got, body := get(t, n.base+path, "Accept-Encoding", "gzip")
		if !bytes.Equal(body, wanted) {
			t.Errorf("%s: %d bytes, serve sends %d", path, len(body), len(wanted))
		}
		for _, field := range []string{"Content-Type", "Content-Encoding", "Cache-Control", "Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"} {
			if got.Header.Get(field) != want.Header.Get(field) {
				t.Errorf("%s: %s: %q, serve says %q", path, field, got.Header.Get(field), want.Header.Get(field))
			}
		}
	}
}
