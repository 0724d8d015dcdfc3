package publisher_test

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"tributary/feed"
	"tributary/publisher/media"
	"tributary/publisher/render"
)

// An upstream shows pictures, and notes who asked for which.
type upstream struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []string
	agents []string
}

func newUpstream(t testing.TB) *upstream {
	u := &upstream{}
	u.Server = httptest.NewServer(u)
	t.Cleanup(u.Close)
	return u
}

// ServeHTTP draws a picture of 800 by 400 pixels at any path but some.
func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u.mu.Lock()
	u.asked, u.agents = append(u.asked, r.URL.Path), append(u.agents, r.UserAgent())
	u.mu.Unlock()
	switch r.URL.Path {
	case "/gone.png":
		http.NotFound(w, r)
	case "/page.png":
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<script>alert(1)</script>")
	case "/drawing.svg":
		picture(w, r)
	case "/cut.png":
		w.Header().Set("Content-Length", "9000")
		_, _ = io.WriteString(w, "\x89PNG\r\n\x1a\n")
	default:
		w.Header().Set("Content-Type", "image/png")
		m := image.NewRGBA(image.Rect(0, 0, 800, 400))
		draw.Draw(m, m.Bounds(), image.NewUniform(color.RGBA{R: uint8(len(r.URL.Path) * 9), G: 120, B: 140, A: 255}), image.Point{}, draw.Src)
		_ = png.Encode(w, m) // the client is gone: nobody to tell
	}
}

// fetchPlainly asks over HTTP; the guards of the program's own are tested there.
type fetchPlainly struct{}

func (fetchPlainly) Picture(ctx context.Context, r media.Request) (*media.Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return nil, &media.Failure{Reason: err.Error()}
	}
	req.Header.Set("User-Agent", "the proxy")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, &media.Failure{Reason: err.Error()}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, media.MaxBody))
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil, &media.Failure{Status: resp.StatusCode, Reason: fmt.Sprint(resp.Status, err)}
	}
	return &media.Answer{Type: resp.Header.Get("Content-Type"), Body: body, Of: r.URL, Done: func() {}}, nil
}

// broken are pictures that cannot be shown.
var broken = []string{"/gone.png", "/page.png", "/drawing.svg", "/cut.png"}

// proxied returns entries with pictures in every place that there is for them.
func proxied(at string) []feed.Entry {
	all, few := sample(11), sample(12)
	all.Title.Body = "Pictures everywhere"
	all.Image = at + "/cover.png"
	all.Content.Body = `<p>Words.</p><img src="` + at + `/plain.png" alt="plain">` +
		`<img src="` + at + `/one.png" srcset="` + at + `/one.png 1x, ` + at + `/two.png 2x" alt="by density">` +
		`<picture><source media="(min-width: 900px)" srcset="` + at + `/desk.png"><source srcset="` + at + `/narrow.png 400w, ` + at + `/broad.png 1600w"><img src="` + at + `/fallback.png" alt="by width"></picture>` +
		`<figure><img src="` + at + `/sized.png" width="800" height="400" alt="sized"></figure><video controls poster="` + at + `/poster.png" preload="none" src="` + at + `/film.mp4"></video>`
	all.Links = append(all.Links, feed.Link{Rel: feed.RelEnclosure, Href: at + "/enclosed.png", Type: "image/png", Title: "enclosed"})
	few.Title.Body = "Pictures that are broken"
	few.Content.Body = "<p>Words before.</p>"
	for _, path := range broken {
		few.Content.Body += `<p><img src="` + at + path + `" alt="instead of ` + path + `"></p>`
	}
	few.Content.Body += "<p>Words behind.</p>"
	return []feed.Entry{all, few}
}

// A drawn is a picture of a page.
type drawn struct {
	Src, Alt string
	Width    int // of the picture itself; 0: it cannot be shown
	Place    int // that it takes, in pixels of height
}

// With media_proxy a browser asks our own address alone for all that it draws,
// the policy forbids it nothing, and a picture that cannot be had leaves its
// place and its words.
func TestMediaProxyInChromium(t *testing.T) {
	far := newUpstream(t)
	proxy, err := media.New(media.Settings{Key: []byte("0123456789abcdef"), Dir: t.TempDir(), Fetch: fetchPlainly{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	s := newSite(t)
	s.poll(t, "gauge", proxied(far.URL)...)
	var h http.Handler
	b := startBrowser(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
	s.set.Site.BaseURL, s.set.Pictures, s.set.Site.Sign = b.site.URL+"/news", proxy, proxy.Sign
	h = s.publisher().Handler()
	page := func(n int) string {
		return "/news" + render.EntryPath(feed.Identify("gauge", sample(n).UpstreamID, "", feed.Digest{}))
	}
	var shown []string
	for _, sc := range []screen{{390, 844, false}, {1280, 900, true}} {
		t.Run("entry "+sc.String(), func(t *testing.T) { shown = append(shown, b.checkProxied(t, page(11), sc, 5)...) })
		t.Run("category "+sc.String(), func(t *testing.T) { shown = append(shown, b.checkProxied(t, "/news/rivers/", sc, 2)...) })
		t.Run("broken "+sc.String(), func(t *testing.T) { b.checkBroken(t, page(12), sc) })
	}
	for _, want := range []string{"/plain.png", "/one.png", "/sized.png", "/desk.png", "/narrow.png", "/enclosed.png"} {
		if !slices.Contains(shown, far.URL+want) {
			t.Errorf("%s was never drawn, only %q", want, shown)
		}
	}
	far.mu.Lock()
	defer far.mu.Unlock()
	for i, agent := range far.agents {
		if agent != "the proxy" {
			t.Errorf("%s was asked for by %q", far.asked[i], agent)
		}
	}
	if !slices.Contains(far.asked, "/poster.png") {
		t.Errorf("the film's picture was not asked for, only %q", far.asked)
	}
}

// checkProxied holds a page to drawing all of its pictures from our own address,
// and returns the addresses that they have upstream.
func (b *browser) checkProxied(t *testing.T, path string, sc screen, want int) (shown []string) {
	images := b.checkOurs(t, path, sc)
	if len(images) != want {
		t.Errorf("%d pictures, want %d: %+v", len(images), want, images)
	}
	for _, m := range images {
		_, src, ok := render.ParseMediaPath(strings.TrimPrefix(m.Src, b.site.URL+"/news"))
		if broken := slices.ContainsFunc(broken, func(path string) bool { return strings.HasSuffix(src, path) }); !ok || m.Width == 0 && !broken {
			t.Errorf("%+v of %q is not drawn from our address", m, src)
		}
		shown = append(shown, src)
	}
	return shown
}

// checkBroken holds a page to showing words where there are no pictures.
func (b *browser) checkBroken(t *testing.T, path string, sc screen) {
	images := b.checkOurs(t, path, sc)
	if len(images) != len(broken) {
		t.Errorf("%d pictures, want %d", len(images), len(broken))
	}
	for _, m := range images {
		if m.Width != 0 || m.Place < 20 || !strings.HasPrefix(m.Alt, "instead of ") {
			t.Errorf("%+v: a broken picture is to keep its place, with its words", m)
		}
	}
	if text := value[string](t, b, `document.querySelector(".t-prose").innerText`); !strings.Contains(text, "Words before.") || !strings.Contains(text, "Words behind.") {
		t.Errorf("the page shows %q", text)
	}
}

// checkOurs shows a page and holds it to asking no other address, to the policy
// and to moving nothing. It returns its pictures.
func (b *browser) checkOurs(t *testing.T, path string, sc screen) []drawn {
	t.Helper()
	b.show(t, path, sc)
	b.checkStill(t)
	troubles, asked := b.seen()
	if len(asked) > 0 {
		t.Errorf("other servers were asked: %q", asked)
	}
	for _, trouble := range troubles {
		if !strings.Contains(trouble, "Failed to load resource") || !b.isBroken(trouble) {
			t.Errorf("complaint: %s", trouble)
		}
	}
	for _, address := range value[[]string](t, b, `performance.getEntriesByType("resource").map(e => e.name)`) {
		if !strings.HasPrefix(address, b.site.URL+"/") {
			t.Errorf("%s was asked for", address)
		}
	}
	named := value[[]string](t, b, `[...document.querySelectorAll("*")].flatMap(e => [...e.attributes]).filter(a => ["src", "srcset", "poster", "content", "value"].includes(a.name)).map(a => a.value)`)
	for _, text := range append(named, value[string](t, b, `document.querySelector("script").textContent`)) {
		if strings.Contains(text, ".png") && !strings.Contains(text, b.site.URL+"/news/media/") {
			t.Errorf("the page names a picture elsewhere: %s", text)
		}
	}
	return value[[]drawn](t, b, `[...document.images].map(i => ({Src: i.currentSrc || i.src, Alt: i.alt, Width: i.naturalWidth, Place: Math.round(i.getBoundingClientRect().height)}))`)
}

// isBroken reports whether a complaint is about a picture that cannot be shown.
func (b *browser) isBroken(trouble string) bool {
	_, address, _ := strings.Cut(trouble, "("+b.site.URL+"/news")
	_, src, ok := render.ParseMediaPath(strings.TrimSuffix(address, ")"))
	return ok && slices.ContainsFunc(broken, func(path string) bool { return strings.HasSuffix(src, path) })
}
