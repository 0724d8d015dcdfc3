package render_test

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	nethtml "golang.org/x/net/html"

	"tributary/feed"
	"tributary/internal/publishedcheck"
	"tributary/publisher/render"
)

const testSignature = "abcdefghijklmnopqrstuvwxyz012345"

func signed(string) string { return testSignature }

// ours is where a picture is shown.
func ours(src string) string {
	return "https://feeds.example" + render.MediaPath(testSignature, src)
}

// pictured renders one entry with that HTML as JSON Feed, which shows it as it is.
func pictured(t testing.TB, markup string, sign func(string) string) string {
	t.Helper()
	p := page()
	p.Site.Sign = sign
	p.Entries = []feed.Entry{{Source: "a", Content: feed.Text{Type: feed.TextHTML, Body: markup}, Received: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}
	f, err := gofeed.NewParser().Parse(bytes.NewReader(document(t, formatOf(t, "json"), p)))
	if err != nil || len(f.Items) != 1 {
		t.Fatalf("%v, %d items", err, len(f.Items))
	}
	return f.Items[0].Content
}

func formatOf(t testing.TB, name string) *render.Format {
	t.Helper()
	for _, f := range render.Feeds() {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no format %s", name)
	return nil
}

func TestPicturesAreTakenOver(t *testing.T) {
	const a, b = "http://pics.example/a.jpg", "https://pics.example/b?w=1&h=2"
	long := "https://pics.example/" + strings.Repeat("x", render.MaxPictureURL)
	for _, tt := range []struct{ name, in, want string }{
		{"src", `<p>x<img src="` + a + `" alt="A &gt; B"></p>`, `<p>x<img src="` + ours(a) + `" alt="A &gt; B"></p>`},
		{"an escaped ampersand", `<img src="https://pics.example/b?w=1&amp;h=2">`, `<img src="` + ours(b) + `">`},
		{"closed", `<img src="` + a + `"/>`, `<img src="` + ours(a) + `">`},
		{"srcset", `<img src="` + a + `" srcset="` + a + ` 1x, https://pics.example/c,d.png 2x">`, `<img src="` + ours(a) + `" srcset="` + ours(a) + ` 1x, ` + ours("https://pics.example/c,d.png") + ` 2x">`},
		{"srcset without descriptors", `<img srcset="` + a + `, ` + b + `">`, `<img srcset="` + ours(a) + `, ` + ours(b) + `">`},
		{"picture", `<picture><source srcset="` + a + ` 600w" media="(min-width: 60em)"><img src="` + a + `"></picture>`,
			`<picture><source srcset="` + ours(a) + ` 600w" media="(min-width: 60em)"><img src="` + ours(a) + `"></picture>`},
		{"poster", `<video src="https://v.example/v.mp4" poster="` + a + `" controls=""></video>`, `<video src="https://v.example/v.mp4" poster="` + ours(a) + `" controls=""></video>`},
		{"films and sound stay", `<video controls=""><source src="https://v.example/v.mp4" type="video/mp4"></video><audio src="https://v.example/a.mp3"></audio>`, ""},
		{"a link to a picture stays", `<a href="` + a + `">x</a>`, ""},
		{"data: stays", `<img src="data:image/png;base64,iVBORw0KGgo=">`, ""},
		{"ours stays", `<img src="https://feeds.example/assets/x.png">`, ""},
		{"words that look like one", `<p>&lt;img src="` + a + `"&gt;</p><code>img src</code>`, ""},
		{"a fragment goes", `<img src="` + a + `#x">`, `<img src="` + ours(a) + `">`},
		{"an IRI", `<img src="https://pics.example/河.png">`, `<img src="` + ours("https://pics.example/%E6%B2%B3.png") + `">`},
		{"too long", `<img src="` + long + `" alt="x">`, `<img alt="x">`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			if want == "" {
				want = tt.in
			}
			if got := pictured(t, tt.in, signed); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if off := pictured(t, tt.in, nil); off != tt.in {
				t.Errorf("without a signer\n%s\nbecomes\n%s", tt.in, off)
			}
		})
	}
}

// TestPicturesEverywhere: no document of any format leads a reader's program to
// another site for a picture, and sound stays where it is.
func TestPicturesEverywhere(t *testing.T) {
	p := page()
	p.Site.Sign = signed
	p.Category.Podcast, p.Category.Language = show(), "en"
	p.Entries = []feed.Entry{{
		Source: "a", Title: feed.Text{Body: "One"}, Received: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Image: "http://pics.example/image.jpg",
		Summary: feed.Text{Type: feed.TextHTML, Body: `<img src="http://pics.example/summary.png">`},
		Credits: []feed.Credit{{Name: "Ann", Image: "http://pics.example/ann.jpg"}},
		Content: feed.Text{Type: feed.TextHTML, Body: `<p><img src="http://pics.example/content.png" width="600" height="400"> words</p>`},
		Rights:  feed.Text{Type: feed.TextHTML, Body: `<img src="http://pics.example/rights.png">`},
		Links: []feed.Link{
			{Rel: feed.RelAlternate, Href: "http://pages.example/1"},
			{Rel: feed.RelEnclosure, Href: "http://sound.example/1.mp3", Type: "audio/mpeg", Length: 5},
			{Rel: feed.RelEnclosure, Href: "http://pics.example/enclosed/a%20name.jpg", Type: "image/jpeg", Length: 5},
		},
	}}
	for _, f := range render.Formats {
		if f.Scope == render.PerSite {
			continue
		}
		text := string(document(t, f, p))
		if strings.Contains(text, "pics.example") {
			t.Errorf("%s leads to a picture's own site\n%s", f.Name, text)
		}
		if f.Scope == render.PerEntry && !strings.Contains(text, "a name.jpg") && !strings.Contains(text, "a%20name.jpg") {
			t.Errorf("the name of an enclosed picture is lost\n%s", text)
		}
		for _, want := range picturesIn[f.Name] {
			if !strings.Contains(html.UnescapeString(text), want) {
				t.Errorf("%s: %s is not in\n%s", f.Name, want, text)
			}
		}
		if f.Feed {
			for _, problem := range publishedcheck.Judge([]byte(text)) {
				t.Errorf("%s: %s", f.Name, problem)
			}
		}
	}
}

var picturesIn = map[string][]string{
	"atom": {ours("http://pics.example/image.jpg"), ours("http://pics.example/content.png"), ours("http://pics.example/enclosed/a%20name.jpg"), `href="http://sound.example/1.mp3"`},
	"rss": {`<media:thumbnail url="` + ours("http://pics.example/image.jpg") + `"`, `<itunes:image href="` + ours("http://pics.example/image.jpg") + `"`,
		`<enclosure url="http://sound.example/1.mp3"`, `<media:content url="` + ours("http://pics.example/enclosed/a%20name.jpg") + `"`, `<itunes:image href="https://example.org/cover.jpg"`,
		`img="` + ours("http://pics.example/ann.jpg") + `"`},
	"json": {`"image":"` + ours("http://pics.example/image.jpg"), ours("http://pics.example/content.png")},
}

// TestPicturesCorpus: the corpus with its pictures at our addresses is as valid
// as without, and they are the same pictures in the same places.
func TestPicturesCorpus(t *testing.T) {
	pictures := 0
	for _, p := range corpusPages(t, 20) {
		for _, f := range render.Feeds() {
			p.Site.Sign = nil
			before := document(t, f, p)
			p.Site.Sign = signed
			after := document(t, f, p)
			for _, problem := range publishedcheck.Judge(after) {
				t.Errorf("%s: %s", f.Name, problem)
			}
			own, taken := parsed(t, before), parsed(t, after)
			for i := range own.Items {
				was, is := imagesOf(own.Items[i].Content), imagesOf(taken.Items[i].Content)
				if len(was) != len(is) {
					t.Errorf("%s: %d pictures, there were %d", f.Name, len(is), len(was))
					continue
				}
				for j := range was {
					pictures++
					if !sameImage(was[j], is[j]) {
						t.Errorf("%s: %s is shown as %s", f.Name, was[j], is[j])
					}
				}
			}
		}
	}
	if pictures < 1000 {
		t.Errorf("%d pictures, the corpus has more", pictures)
	}
}

func parsed(t *testing.T, data []byte) *gofeed.Feed {
	t.Helper()
	f, err := gofeed.NewParser().Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// imagesOf returns the addresses of the pictures of HTML, as an HTML parser
// sees them.
func imagesOf(markup string) (out []string) {
	z := nethtml.NewTokenizer(strings.NewReader(markup))
	for kind := z.Next(); kind != nethtml.ErrorToken; kind = z.Next() {
		t := z.Token()
		if kind != nethtml.StartTagToken && kind != nethtml.SelfClosingTagToken || t.Data != "img" {
			continue
		}
		for _, a := range t.Attr {
			if a.Key == "src" {
				out = append(out, a.Val)
			}
		}
	}
	return out
}

func sameImage(was, is string) bool {
	if !strings.HasPrefix(was, "http") {
		return was == is
	}
	_, src, ok := render.ParseMediaPath(strings.TrimPrefix(is, "https://feeds.example"))
	u, err := url.Parse(was)
	if err != nil || !ok {
		return false
	}
	u.Fragment = ""
	back, err := url.Parse(src)
	return err == nil && back.Hostname() != "" && strings.HasSuffix(u.Path, back.Path[strings.LastIndexByte(back.Path, '/')+1:])
}

// FuzzPictures: HTML as it is stored keeps its tags, and none of its pictures
// stays at another site.
func FuzzPictures(f *testing.F) {
	for _, s := range []string{"http://a.example/x.png", "https://a.example/?a=1&b=\"<>'", "data:image/png;base64,AA", "http://a.example/a, http://b.example/b 2x", "//a.example/"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, src, set string) {
		in := fmt.Sprintf(`<p>a<img src="%s" srcset="%s" alt="%s"/>b</p>`, html.EscapeString(src), html.EscapeString(set), html.EscapeString(set))
		out := pictured(t, in, signed)
		if strings.Count(out, "<") != 3 || !strings.HasPrefix(out, "<p>a<img ") || !strings.HasSuffix(out, ">b</p>") {
			t.Errorf("%s becomes %s", in, out)
		}
		z := nethtml.NewTokenizer(strings.NewReader(out))
		for kind := z.Next(); kind != nethtml.ErrorToken; kind = z.Next() {
			for _, a := range z.Token().Attr {
				elsewhere := strings.HasPrefix(a.Val, "http://") || strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "https://feeds.example/")
				if u, err := url.Parse(a.Val); a.Key == "src" && elsewhere && err == nil && u.Hostname() != "" && len(a.Val) < 1000 && strings.Trim(u.Host, "abcdefghijklmnopqrstuvwxyz.") == "" {
					t.Errorf("%s becomes %s", in, out)
				}
			}
		}
	})
}

func BenchmarkPictures(b *testing.B) {
	pages := corpusPages(b, 20)
	for name, sign := range map[string]func(string) string{"off": nil, "on": signed} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			f := formatOf(b, "atom")
			for b.Loop() {
				for _, p := range pages {
					p.Site.Sign = sign
					if err := f.Render(&bytes.Buffer{}, p); err != nil {
						b.Fatal(err)
					}
				}
			}
			entries := 0
			for _, p := range pages {
				entries += len(p.Entries)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*entries), "ns/entry")
		})
	}
}
