package repeat_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/feed/repeat"
)

// TestLinks: entries of several sources that lead to one page are one; those
// of one source only if their words are, too.
func TestLinks(t *testing.T) {
	make := func(src feed.SourceID, title, href string, more ...feed.Link) *feed.Entry {
		e := &feed.Entry{
			ID: feed.Identify(src, title+href, "", feed.Digest{}), Source: src, Title: feed.Text{Body: title}, Received: noon,
			Links: append([]feed.Link{{Rel: feed.RelAlternate, Href: href}}, more...),
		}
		e.Story = repeat.Of(e, false)
		return e
	}
	canonical := feed.Link{Rel: feed.RelCanonical, Href: "https://example.com/story"}
	told := make("b", "", "https://t.co/xyz")
	told.Content = feed.Text{Type: feed.TextHTML, Body: `<a href="https://t.co/xyz" title="https://example.com/story">example.com/sto…</a>`}
	told.Story = repeat.Of(told, false)
	for _, tt := range []struct {
		name string
		a, b *feed.Entry
		want feed.Likeness
	}{
		{"one page", make("a", "A", "https://example.com/story"), make("b", "B", "http://www.example.com/story/?utm_source=rss#top"), feed.SameLink},
		{"behind a redirector", make("a", "A", "https://example.com/story"), make("b", "B", "https://www.google.com/url?q=https://example.com/story"), feed.SameLink},
		{"as the page calls itself", make("a", "A", "https://example.com/story"), make("b", "B", "https://mirror.example/1", canonical), feed.SameLink},
		{"as the entry tells", make("a", "A", "https://example.com/story"), told, feed.SameLink},
		{"two pages", make("a", "A", "https://example.com/story"), make("b", "A", "https://example.com/story-2"), feed.Unlike},
		{"one front page", make("a", "A", "https://example.com/"), make("b", "A", "https://example.com/"), feed.Unlike},
		{"no page", make("a", "A", ""), make("b", "A", ""), feed.Unlike},
		{"one page of one source", make("a", "A", "https://example.com/changes#1"), make("a", "B", "https://example.com/changes#2"), feed.Unlike},
		{"one page of one source, one title", make("a", "A", "https://example.com/story"), make("a", "A", "https://example.com/story?utm_source=x"), feed.SameLink},
	} {
		if got, _ := repeat.Judge(feed.RepeatRule{}, tt.a, tt.b); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	if a := make("a", "A", "https://example.com/story"); a != nil {
		if got, _ := repeat.Judge(feed.RepeatRule{}, a, a); got != feed.Unlike {
			t.Errorf("an entry is a repeat of itself: %s", got)
		}
	}
}

// TestStory: near-copies are one story in a category that wants it so, of two
// sources, within the window.
func TestStory(t *testing.T) {
	s := read(t, "zh", "zh")[0]
	first := entry(1, s.text)
	copied := func(change func(*feed.Entry)) *feed.Entry {
		e := entry(2, s.headline(s.also).cut(60))
		change(e)
		return e
	}
	for _, tt := range []struct {
		name string
		rule feed.RepeatRule
		next *feed.Entry
		want feed.Likeness
	}{
		{"a copy", rule, copied(func(*feed.Entry) {}), feed.SameStory},
		{"only links count", feed.RepeatRule{Window: rule.Window}, copied(func(*feed.Entry) {}), feed.Unlike},
		{"of the same source", rule, copied(func(e *feed.Entry) { e.Source = first.Source }), feed.Unlike},
		{"at the window's end", rule, copied(func(e *feed.Entry) { e.Published = first.Published.Add(-rule.Window) }), feed.SameStory},
		{"beyond the window", rule, copied(func(e *feed.Entry) { e.Published = first.Published.Add(-rule.Window - time.Second) }), feed.Unlike},
		{"without a sketch", rule, copied(func(e *feed.Entry) { e.Story.Sketch = "" }), feed.Unlike},
		{"with a sketch cut short", rule, copied(func(e *feed.Entry) { e.Story.Sketch = e.Story.Sketch[:len(e.Story.Sketch)/2] }), feed.Unlike},
	} {
		got, share := repeat.Judge(tt.rule, first, tt.next)
		if got != tt.want || (got == feed.SameStory) != (share >= 60) {
			t.Errorf("%s: %s with %d%%, want %s", tt.name, got, share, tt.want)
		}
	}
}

// TestStable: sketches are stored, so they are the same on every machine and
// in every version that has not another format.
func TestStable(t *testing.T) {
	e := entry(1, text{title: "Dock workers begin strike", body: "Dock workers walked off the job at dawn on Thursday after talks over pay broke down."})
	if got, want := feed.DigestOf(e.Story.Sketch), stable; got != want {
		t.Errorf("the sketch's digest is %#v, want %#v: sketches of older versions cannot be compared with it", got, want)
	}
}

// FuzzOf: whatever an entry holds, its sketch is bounded, and it is a copy of
// itself as soon as it says anything.
func FuzzOf(f *testing.F) {
	for _, s := range read(f, "zh", "zh")[:3] {
		f.Add(s.title, s.body, false)
		f.Add(s.also, s.markup().body, true)
	}
	f.Add("", "<p", true)
	f.Add("\xff", "&#x110000; &amp", true)
	f.Fuzz(func(t *testing.T, title, body string, html bool) {
		x := text{title: title, body: body, html: html}
		a, b := entry(1, x), entry(2, x)
		if len(a.Story.Sketch) > 2<<10 || len(a.Story.Keys) > 6 || len(a.Story.Probes) > 13 {
			t.Errorf("a sketch of %d bytes, %d keys and %d probes", len(a.Story.Sketch), len(a.Story.Keys), len(a.Story.Probes))
		}
		if !slices.Equal(a.Story.Keys, b.Story.Keys) || a.Story.Sketch != b.Story.Sketch {
			t.Error("the same text gave two sketches")
		}
		if (a.Story.Sketch == "") != (len(a.Story.Keys) == 0) {
			t.Errorf("a sketch of %d bytes has %d keys", len(a.Story.Sketch), len(a.Story.Keys))
		}
		repeat.Judge(rule, a, b)
	})
}

// FuzzJudge: a sketch is read from a store, and may be anything.
func FuzzJudge(f *testing.F) {
	good := entry(1, read(f, "zh", "zh")[0].text)
	f.Add([]byte(good.Story.Sketch))
	f.Add([]byte{1, 0, 0x80})
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, b := *good, *good
		b.ID, b.Source, b.Story.Sketch = feed.EntryID{1}, "other", string(raw)
		if _, share := repeat.Judge(rule, &a, &b); share < 0 || share > 100 {
			t.Errorf("%d%% are shared", share)
		}
	})
}

func BenchmarkOf(b *testing.B) {
	for name, x := range map[string]text{
		"zh": read(b, "zh", "zh")[1].markup(), "en": read(b, "en", "en")[0].markup(),
		"long": {lang: "en", body: strings.Repeat(read(b, "en", "en")[0].body, 20)},
	} {
		b.Run(name, func(b *testing.B) {
			e := entry(1, x)
			b.ReportAllocs()
			for b.Loop() {
				repeat.Of(e, true)
			}
		})
	}
}

func BenchmarkJudge(b *testing.B) {
	s := read(b, "zh", "zh")[1]
	x, y := entry(1, s.text), entry(2, s.headline(s.also).cut(60))
	b.ReportAllocs()
	for b.Loop() {
		repeat.Judge(rule, x, y)
	}
}

// stable is the digest of a sketch of format 1.
var stable = feed.Digest{0xf6, 0x5b, 0x2b, 0x4d, 0x4b, 0x12, 0xf0, 0x18, 0xb5, 0x8f, 0x58, 0x1f, 0xa4, 0xc0, 0x51, 0xfb}
