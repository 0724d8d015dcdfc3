package render

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	dom "golang.org/x/net/html/atom"

	"tributary/feed"
)

func TestProse(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"plain", "<p>a</p>", "<p>a</p>"},
		{"headings go below the page's own", "<p>a</p><h1>b</h1><h2>c</h2><h6>d</h6>", "<p>a</p><h2>b</h2><h3>c</h3><h6>d</h6>"},
		{"a heading that repeats the title", "\n<h1>The  <em>title</em></h1><p>a</p>", "<p>a</p>"},
		{"a heading that does not", "<h2>Titles</h2><p>a</p>", "<h3>Titles</h3><p>a</p>"},
		{"landmarks are the page's", "<main><nav>a</nav><header>b</header></main>", "<div><div>a</div><div>b</div></div>"},
		{"an element that does not end", "<div><p>a", "<div><p>a</p></div>"},
		{"an end that ends nothing of ours", "</div></article></main>a", "a"},
		{"names and classes of ours", `<p id="main" class="t-skip" style="x">a</p>`, "<p>a</p>"},
		{"a picture without words", `<img src="https://a.example/b.png">`, `<img src="https://a.example/b.png" alt="" loading="lazy" class="t-box"/>`},
		{"a picture whose shape is known", `<img src="https://a.example/b.png" width="640" height="360">`, `<img src="https://a.example/b.png" width="640" height="360" alt="" loading="lazy"/>`},
		{"a picture half of whose size is known", `<img src="https://a.example/b.png" width="640">`, `<img src="https://a.example/b.png" alt="" loading="lazy" class="t-box"/>`},
		{"an emoji", `a <img src="https://a.example/1f600.png" alt="😀">`, `a <img src="https://a.example/1f600.png" alt="😀" loading="lazy" class="t-glyph"/>`},
		{"a player that the operator allows", `<p>a</p><iframe src="https://player.example/1" sandbox="allow-scripts" srcdoc="x">b</iframe><p>c</p>`, `<p>a</p><iframe src="https://player.example/1" sandbox="allow-scripts"></iframe><p>c</p>`},
		{"a film starts when told", `<video src="https://a.example/b.mp4" preload="auto"></video>`, `<video src="https://a.example/b.mp4" controls="" preload="none"></video>`},
		{"nested too deeply", strings.Repeat("<div>", 600) + "a &amp; b", "<p>a &amp; b</p>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := prose(tt.body, "The title"); got != tt.want {
				t.Errorf("prose(%.80q) = %q, want %q", tt.body, got, tt.want)
			}
		})
	}
}

// Whatever the body is, what is around it stays around it.
func FuzzProse(f *testing.F) {
	for _, seed := range []string{"<p>a", "</div>b", "<table><td>a", "<!-- ", "<svg><style></svg>", "<plaintext>", "<textarea>", "<select><a>", "<math><mi><img>", "<template></div>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		page := `<div id="before"></div><div id="around">` + prose(body, "t") + `</div><div id="after"></div>`
		context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: dom.Body}
		nodes, err := html.ParseFragment(strings.NewReader(page), context)
		if err != nil {
			t.Fatal(err)
		}
		if len(nodes) != 3 {
			t.Errorf("%q broke out: %d nodes, want 3\n%s", body, len(nodes), page)
		}
	})
}

func TestStamp(t *testing.T) {
	zone := func(minutes int) *time.Location { return time.FixedZone("", minutes*60) }
	for _, tt := range []struct {
		words *words
		at    time.Time
		want  stamp
	}{
		{&english, time.Date(2022, 2, 11, 13, 7, 57, 0, zone(480)), stamp{`datetime="2022-02-11T13:07:57+08:00"`, "11 February 2022", ", 13:07", "UTC+8", ""}},
		{&chinese, time.Date(2022, 2, 11, 13, 7, 57, 0, zone(480)), stamp{`datetime="2022-02-11T13:07:57+08:00"`, "2022年2月11日", " 13:07", "UTC+8", ""}},
		{&english, time.Date(2022, 2, 11, 0, 0, 0, 0, time.UTC), stamp{`datetime="2022-02-11T00:00:00Z"`, "11 February 2022", "", "", ""}},
		{&english, time.Date(2022, 12, 31, 23, 59, 0, 0, zone(-210)), stamp{`datetime="2022-12-31T23:59:00-03:30"`, "31 December 2022", ", 23:59", "UTC-3:30", ""}},
		{&english, time.Date(2022, 12, 31, 23, 59, 0, 0, time.UTC), stamp{`datetime="2022-12-31T23:59:00Z"`, "31 December 2022", ", 23:59", "UTC", ""}},
	} {
		if got := tt.words.stamp(tt.at); got != tt.want {
			t.Errorf("stamp(%s) = %+v, want %+v", tt.at, got, tt.want)
		}
	}
}

func TestLanguages(t *testing.T) {
	for _, tt := range []struct{ language, tag, direction, skip string }{
		{"", "", "", english.Skip},
		{"en-GB", "en-GB", "", english.Skip},
		{"zh-CN", "zh-CN", "", chinese.Skip},
		{"zh_TW", "zh-TW", "", chinese.Skip},
		{"ZH", "ZH", "", chinese.Skip},
		{"he", "he", "rtl", english.Skip},
		{"ar-EG", "ar-EG", "rtl", english.Skip},
		{`"><b>`, "", "", english.Skip},
		{"english, please", "", "", english.Skip},
	} {
		tag := languageTag(tt.language)
		if tag != tt.tag || direction(tag) != tt.direction || wordsOf(tag).Skip != tt.skip {
			t.Errorf("%q: %q %q %q", tt.language, tag, direction(tag), wordsOf(tag).Skip)
		}
	}
}

func TestAttachments(t *testing.T) {
	e := feed.Entry{Content: feed.Text{Type: feed.TextHTML, Body: `<p><img src="https://a.example/shown.jpg"></p>`}}
	for _, l := range []feed.Link{
		{Href: "https://a.example/talk.mp3", Length: 5 << 20, Title: "The talk"},
		{Href: "https://a.example/film", Type: "video/mp4"},
		{Href: "https://a.example/shown.jpg"},
		{Href: "https://a.example/other.jpg", Length: 100},
		{Href: "https://a.example/paper.pdf?x=1"},
		{Href: "javascript:alert(1)"},
		{Href: "magnet:?xt=urn:btih:1"},
	} {
		l.Rel = feed.RelEnclosure
		e.Links = append(e.Links, l)
	}
	page := &Page{}
	it := page.item(&e)
	got := attachments(&it)
	want := []attachment{
		{Kind: "audio", Href: "https://a.example/talk.mp3", Type: "audio/mpeg", Name: "The talk", Size: "5.0 MB", Description: "The talk"},
		{Kind: "video", Href: "https://a.example/film", Type: "video/mp4", Name: "film"},
		{Kind: "image", Href: "https://a.example/other.jpg", Type: "image/jpeg", Name: "other.jpg", Size: "1 KB"},
		{Kind: "file", Href: "https://a.example/paper.pdf?x=1", Type: "application/pdf", Name: "paper.pdf"},
	}
	if len(got) != len(want) {
		t.Fatalf("%+v, want %d", got, len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}

func TestPicture(t *testing.T) {
	for _, tt := range []struct{ body, want string }{
		{`<p>none</p>`, ""},
		{`<img src="https://a.example/1.jpg">`, "https://a.example/1.jpg"},
		{`<img src="https://a.example/icon.png" width="16" height="16"><img src="https://a.example/1.jpg" width="100%">`, "https://a.example/1.jpg"},
		{`<img src="data:image/png;base64,AAAA"><img src="/relative.jpg">`, ""},
	} {
		it := item{Entry: &feed.Entry{}, html: tt.body}
		if got := picture(&it); got != tt.want {
			t.Errorf("picture(%s) = %q, want %q", tt.body, got, tt.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	page := &Page{}
	for _, tt := range []struct{ name, title, body, want string }{
		{"short", "t", "<p>a</p><p>b</p>", "a b"},
		{"the title again", "Big news", "<h1>Big news</h1><p>It came.</p>", "It came."},
		{"a word that begins like the title", "Big", "<p>Bigger than ever</p>", "Bigger than ever"},
		{"no more than the title", "Big news", "<p>Big news</p>", ""},
		{"Chinese has no blanks between paragraphs", "题", "<p>第一段。</p><p>第二段！</p><p>第三段</p>", "第一段。第二段！第三段"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := feed.Entry{Title: feed.Text{Body: tt.title}, Content: feed.Text{Type: feed.TextHTML, Body: tt.body}}
			it := page.item(&e)
			v := newView(page, "./")
			if got := v.entry(page, &it).Excerpt; got != tt.want {
				t.Errorf("excerpt = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEntryPageNeedsOneEntry(t *testing.T) {
	if err := entryPage.Render(&strings.Builder{}, &Page{}); err == nil {
		t.Error("a page of no entry was written")
	}
}
