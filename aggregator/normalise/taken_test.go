package normalise

import (
	"testing"

	"tributary/aggregator/parse"
	"tributary/feed"
)

// TestTaken: what the cleaner takes is counted by kind, and nothing is counted
// of a text that is fit.
func TestTaken(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     feed.Taken
	}{
		{"nothing", `<p>a <a href="https://example.com/">b</a></p>`, feed.Taken{}},
		{"only mended", `<p>a<br>b <a href="/x">c`, feed.Taken{}},
		{"scripts", `<p onclick="x()">a</p><script>1</script><script src="x"></script><SCRIPT/>b`, feed.Taken{feed.TookScripts: 4}},
		{"a script in a script", `<svg><script>1</script></svg>`, feed.Taken{feed.TookElements: 1}},
		{"styles", `<style>p{}</style><p style="color:red">a</p><link rel="stylesheet" href="x">`, feed.Taken{feed.TookStyles: 3, feed.TookAttributes: 0}},
		{"a tracker", `<img src="https://feeds.feedburner.com/~r/x/1" width="1" height="1"><img src="https://example.com/p.gif" width=1 height=1>a`, feed.Taken{feed.TookTrackers: 2}},
		{"a picture to come", `<img src="blank.gif">a`, feed.Taken{}},
		{"frames", `<iframe src="https://ads.example/1"></iframe><iframe src="https://www.youtube.com/embed/abc"></iframe>`, feed.Taken{feed.TookFrames: 2}},
		{"a form", `<form action="/x"><input name="a"><button>Go</button></form>`, feed.Taken{feed.TookForms: 3}},
		{"tracking parameters", `<a href="https://example.com/a?utm_source=x">a</a><a href="https://example.com/b?id=1">b</a><img src="https://example.com/c.png?fbclid=1">`, feed.Taken{feed.TookParameters: 2}},
		{"addresses", `<a href="javascript:alert(1)">a</a><img src="data:text/html,x">`, feed.Taken{feed.TookAddresses: 2}},
		{"others", `<font face="x">a</font><p id="b">c</p>`, feed.Taken{feed.TookElements: 1, feed.TookAttributes: 1}},
	} {
		out, got := plain.sanitise(tt.in, testBase)
		if got != tt.want {
			t.Errorf("%s: %v, want %v; left is %q", tt.name, got, tt.want, out)
		}
		if _, again := plain.sanitise(out, testBase); again != (feed.Taken{}) {
			t.Errorf("%s: of what is clean, %v was taken", tt.name, again)
		}
	}
}

// TestTakenOfEntry: counts are of all texts of an entry, those that are the
// same once; of the content of a page, those of the page.
func TestTakenOfEntry(t *testing.T) {
	bad := htmlTextOf(`<p onclick="x()">a</p>`)
	it := parse.Item{ID: "1", Title: parse.Text{Body: "t"}, Content: bad, Summary: bad, Rights: htmlTextOf(`<script>1</script>r`)}
	making := func(it parse.Item) feed.Making {
		_, entries := New().Feed(&feed.Source{ID: "a", URL: "https://example.com/feed"}, &parse.Feed{Items: []parse.Item{it}})
		return entries[0].Making
	}
	if got, want := making(it), (feed.Making{Taken: feed.Taken{feed.TookScripts: 2}}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	it.More = &parse.Item{Content: htmlTextOf(`<font>b</font>`), From: feed.FromSelectors}
	if got, want := making(it), (feed.Making{Taken: feed.Taken{feed.TookElements: 1}, Text: feed.FromSelectors}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	it.More.From = feed.FromSource
	if got := making(it); got.Text != feed.FromDocument {
		t.Errorf("%+v, want the text to be its own document's", got)
	}
	it.More, it.Lack = &parse.Item{}, "its page is gone"
	if got, want := making(it), (feed.Making{Taken: feed.Taken{feed.TookScripts: 2}, Text: feed.FromNowhere, Why: "its page is gone"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func htmlTextOf(s string) parse.Text { return parse.Text{Type: feed.TextHTML, Body: s} }
