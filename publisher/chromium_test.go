package publisher_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"tributary/feed"
	"tributary/internal/testshared"
	"tributary/publisher/render"
	"tributary/storage"
)

// illustrated is an entry with pictures of shapes that are told, and of others.
func illustrated() feed.Entry {
	e := sample(7)
	e.Title.Body = "The valley in pictures"
	e.Content.Body = `<p>From the bridge.</p><img src="http://gauge.example/wide/1.svg" alt="the valley"><p>Below it.</p>` +
		`<img src="http://gauge.example/2.svg" width="960" height="640" alt="the weir"><table><tr><th>Day<th>Level<tr><td>Monday<td>` +
		strings.Repeat("107 ", 40) + `</table><pre>` + strings.Repeat("0123456789", 30) + `</pre><video src="http://gauge.example/3.mp4"></video>`
	return e
}

// arabic is an entry that runs from right to left, with code in it.
func arabic() feed.Entry {
	e := sample(8)
	e.Title.Body, e.Language = "ارتفاع منسوب النهر بعد الأمطار", "ar"
	e.Content.Body = `<p>ارتفع منسوب النهر اليوم.</p><pre>const level = 107;</pre>`
	return e
}

// endless is an entry of words and a table that no phone has the width for.
func endless() feed.Entry {
	e := sample(9)
	long := strings.Repeat("Donaudampfschifffahrt", 10)
	e.Title.Body = long
	e.Authors = []feed.Person{{Name: long}}
	e.Categories = []feed.Category{{Term: long}}
	e.Content.Body = "<p>" + long + "</p><table><tr>" + strings.Repeat("<td>a cell</td>", 30) + "</tr></table>"
	return e
}

// What Chromium shows: on a phone and on a desk, by day and by night, each
// kind of page is free of what axe finds, of what the policy forbids and of
// complaints; nothing moves, nothing is wider than the screen, and the feeds
// can be reached without a mouse. With -update the screenshots of the
// documentation are taken.
func TestPagesInChromium(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	s.poll(t, "gauge", illustrated(), arabic(), endless())
	h := s.publisher().Handler()
	b := startBrowser(t, h)
	var chinese, pictures, rightToLeft, wide string
	for e, err := range s.store.Entries(t.Context(), storage.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.HasPrefix(e.Title.Body, "The valley"):
			pictures = render.EntryPath(e.ID)
		case strings.HasPrefix(e.Title.Body, "Donau"):
			wide = render.EntryPath(e.ID)
		case e.Language == "ar":
			rightToLeft = render.EntryPath(e.ID)
		case e.IsFiled("jianghe"):
			chinese = render.EntryPath(e.ID)
		}
	}
	for _, page := range []struct{ name, path string }{
		{"home", "/"}, {"category", "/rivers/"}, {"category-zh", "/jianghe/"}, {"entry", pictures}, {"entry-zh", chinese}, {"entry-ar", rightToLeft}, {"problem", "/nowhere"},
	} {
		for _, sc := range screens {
			t.Run(page.name+" "+sc.String(), func(t *testing.T) { b.check(t, page.name, page.path, sc) })
		}
	}
	for _, path := range []string{"/", "/rivers/", "/jianghe/", wide} {
		t.Run("narrow "+path, func(t *testing.T) { b.check(t, "narrow", path, screen{320, 640, false}) })
	}
	t.Run("right to left", func(t *testing.T) { b.checkRightToLeft(t, rightToLeft) })
	t.Run("print", func(t *testing.T) { b.checkPrint(t, pictures) })
}

// checkRightToLeft holds an Arabic entry's page to its direction.
func (b *browser) checkRightToLeft(t *testing.T, path string) {
	b.show(t, path, screens[0])
	if got := value[string](t, b, `[".t-prose", ".t-prose pre"].map(s => getComputedStyle(document.querySelector(s)).direction).join()`); got != "rtl,ltr" {
		t.Errorf("an Arabic text and the code in it run %s, want rtl,ltr", got)
	}
	if at := value[float64](t, b, `(r => (r.selectNodeContents(document.querySelector("h1")), innerWidth - r.getClientRects()[0].right))(document.createRange())`); at > 60 {
		t.Errorf("the heading begins %.0f pixels from the right edge", at)
	}
}

// checkPrint holds a page on paper to showing what can be read there, all of it.
func (b *browser) checkPrint(t *testing.T, path string) {
	b.show(t, path, screens[0])
	call(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	for what, selector := range map[string]string{"the navigation": ".t-nav", "the way back": ".t-back"} {
		if shown := value[bool](t, b, `document.querySelector("`+selector+`").offsetParent !== null`); shown {
			t.Errorf("%s is printed", what)
		}
	}
	if cut := value[bool](t, b, `[...document.querySelectorAll(".t-prose pre")].some(e => e.scrollWidth > e.clientWidth)`); cut {
		t.Error("code is cut off in print")
	}
}

// documented are the screens of which the documentation has a picture.
var documented = []string{"home 1280", "category 390 dark", "category-zh 390", "entry 1280 dark", "entry-zh 390"}

// checkStill holds what is shown to the policy and to moving nothing.
func (b *browser) checkStill(t *testing.T) {
	t.Helper()
	seen := value[struct {
		Shift     float64
		Forbidden []string
	}](t, b, "seen")
	if seen.Shift >= 0.01 || len(seen.Forbidden) > 0 {
		t.Errorf("what was shown moves by %.3f, and the policy forbids %q", seen.Shift, seen.Forbidden)
	}
}

// check shows a page and holds it to all that.
func (b *browser) check(t *testing.T, name, path string, sc screen) {
	b.show(t, path, sc)
	b.checkStill(t)
	if wide := value[int](t, b, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
	if n := value[int](t, b, `[...document.querySelectorAll(".t-feeds a")].filter(a => (a.focus(), document.activeElement == a)).length`); n < 3 && (name == "home" || strings.HasPrefix(name, "category")) {
		t.Errorf("%d feeds can be reached by the keyboard", n)
	}
	for _, fault := range b.faults(t) {
		t.Errorf("axe: %s", fault)
	}
	troubles, asked := b.seen()
	troubles = slices.DeleteFunc(troubles, func(s string) bool { return name == "problem" && strings.Contains(s, "404") })
	if len(troubles) > 0 {
		t.Errorf("complaints: %q", troubles)
	}
	if asked = slices.DeleteFunc(asked, func(host string) bool { return host == "gauge.example" && name != "problem" }); len(asked) > 0 {
		t.Errorf("other servers were asked: %q", asked)
	}
	if *update && slices.Contains(documented, name+" "+sc.String()) {
		png := do(t, b, chromedp.FullScreenshot(100))
		file := filepath.Join(testshared.Root(t), "docs", "images", name+"-"+strings.ReplaceAll(sc.String(), " ", "-")+".png")
		if err := os.WriteFile(file, png, 0o644); err != nil { //nolint:gosec // a picture of the documentation
			t.Fatal(err)
		}
	}
}
