package publisher_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tributary/feed"
	"tributary/publisher/render"
)

// A focused is what has the keyboard's attention, and how that shows.
type focused struct {
	Tag, Class, Href string
	InMain           bool
	Ring             string  // the style of its outline
	RingWidth        float64 // in pixels
	Seen             bool    // it is on the screen, with a size
}

// press presses a key as a user does, and returns what has the attention then.
func (b *browser) press(t *testing.T, key string) focused {
	t.Helper()
	do(t, b, chromedp.KeyEvent(key))
	return value[focused](t, b, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
		const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
		done({Tag: e.localName, Class: e.className, Href: e.getAttribute("href") || "", InMain: !!e.closest("main"), Ring: s.outlineStyle,
			RingWidth: parseFloat(s.outlineWidth), Seen: r.width > 1 && r.height > 1 && r.left >= 0 && r.top >= 0 && r.right <= innerWidth && r.bottom <= innerHeight + 1});
	})))`)
}

// Who uses a keyboard alone comes to "skip" first and by it to the content, and
// sees at each step where they are: on the smallest screen and on the largest,
// by day and by night.
func TestKeyboardInChromium(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	s.poll(t, "gauge", illustrated(), arabic())
	b := startBrowser(t, s.publisher().Handler())
	ferry, right := english()[2], arabic()
	for _, path := range []string{
		"/", "/jianghe/", render.EntryPath(feed.Identify("gauge", ferry.UpstreamID, "", feed.Digest{})),
		render.EntryPath(feed.Identify("gauge", right.UpstreamID, "", feed.Digest{})),
	} {
		for _, sc := range []screen{screens[0], screens[3]} {
			t.Run(path+" "+sc.String(), func(t *testing.T) { b.checkKeyboard(t, path, sc) })
		}
	}
}

// checkKeyboard goes through a page by keyboard.
func (b *browser) checkKeyboard(t *testing.T, path string, sc screen) {
	b.show(t, path, sc)
	if at := b.press(t, kb.Tab); !strings.Contains(at.Class, "t-skip") || at.Href != "#main" {
		t.Fatalf("the first Tab leads to %+v", at)
	} else if !at.Seen {
		t.Errorf("the way to skip is not to be seen: %+v", at)
	}
	b.press(t, kb.Enter)
	if hash := value[string](t, b, "location.hash"); hash != "#main" {
		t.Errorf("Enter leads to %q", hash)
	}
	if top := value[float64](t, b, `document.getElementById("main").getBoundingClientRect().top`); top < -1 || top > 200 {
		t.Errorf("the content begins %.0f pixels below the top once it is skipped to", top)
	}
	links := value[int](t, b, `document.querySelectorAll("main a, main audio, main video").length`)
	if at := b.press(t, kb.Tab); links > 0 && !at.InMain {
		t.Errorf("the Tab after that leads to %+v, not into the content", at)
	}
	b.show(t, path, sc)
	b.stepThrough(t)
}

// mostSteps bounds how far a page is gone through.
const mostSteps = 60

// stepThrough holds each place that Tab comes to, in the order of the page, to
// being seen and having a ring round it.
func (b *browser) stepThrough(t *testing.T) {
	t.Helper()
	var seen []string
	for range mostSteps {
		at := b.press(t, kb.Tab)
		if at.Tag == "body" || at.Tag == "html" {
			break
		}
		if !at.Seen || at.Ring == "none" || at.RingWidth < 1 {
			t.Errorf("nothing shows that %+v has the focus", at)
		}
		seen = append(seen, at.Href)
	}
	want := value[[]string](t, b, `[...document.querySelectorAll("a[href]")].map(a => a.getAttribute("href"))`)
	links := slices.DeleteFunc(slices.Clone(seen), func(href string) bool { return href == "" })
	if n := min(len(want), len(links)); n < min(len(want), mostSteps/2) || !slices.Equal(links[:n], want[:n]) {
		t.Errorf("Tab goes to %q, the page has %q", links, want)
	}
}
