package render_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/testshared"
	"tributary/publisher/render"
	"tributary/validator"
)

func show() *render.Podcast {
	return &render.Podcast{Author: "Ann & Co", OwnerName: "Ann", OwnerEmail: "ann@example.org", Image: "https://example.org/cover.jpg", Category: "News"}
}

func renderRSS(t testing.TB, p *render.Page) []byte {
	t.Helper()
	for _, f := range render.Feeds() {
		if f.Name == "rss" {
			var out bytes.Buffer
			if err := f.Render(&out, p); err != nil {
				t.Fatal(err)
			}
			return out.Bytes()
		}
	}
	t.Fatal("no rss")
	return nil
}

// TestPodcastCorpus publishes the corpus's podcasts as shows: what apps need of
// an episode is what upstream gave, and the validator has nothing against it.
func TestPodcastCorpus(t *testing.T) {
	folder := testshared.Dir(t, "corpus", "real")
	episodes, numbered, shows := 0, 0, 0
	for _, p := range corpusPages(t, 1) {
		var name string
		for id := range p.Sources {
			name = string(id)
		}
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || !bytes.Contains(data, []byte("<itunes:duration")) {
			continue
		}
		upstream, err := gofeed.NewParser().Parse(bytes.NewReader(data))
		if err != nil {
			continue
		}
		shows++
		t.Run(name, func(t *testing.T) {
			p.Category.Podcast, p.Category.Language = show(), "en"
			data := renderRSS(t, p)
			holdsNothingAgainst(t, data)
			got, err := gofeed.NewParser().Parse(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			byURL := map[string][]*gofeed.Item{} // two may have one recording
			for _, it := range got.Items {
				for _, e := range it.Enclosures {
					byURL[e.URL] = append(byURL[e.URL], it)
				}
			}
			for _, want := range upstream.Items {
				if len(want.Enclosures) == 0 || want.ITunesExt == nil {
					continue
				}
				differs := []string{"it is lost"}
				for _, it := range byURL[strings.TrimSpace(want.Enclosures[0].URL)] {
					if differs = episodeDiffers(it, want); len(differs) == 0 {
						break
					}
				}
				for _, text := range differs {
					t.Errorf("%q (%s): %s", want.Title, want.Enclosures[0].URL, text)
				}
				episodes++
				if want.ITunesExt.Season != "" || want.ITunesExt.Episode != "" {
					numbered++
				}
			}
		})
	}
	if shows < 20 || episodes < 1000 || numbered < 5 {
		t.Errorf("%d shows, %d episodes, %d of them numbered: the corpus has more", shows, episodes, numbered)
	}
}

// episodeDiffers says what of an episode is not as upstream has it.
func episodeDiffers(got, want *gofeed.Item) (out []string) {
	if g, w := got.Enclosures[0], want.Enclosures[0]; w.Type != "" && !strings.EqualFold(g.Type, w.Type) || w.Length != "" && g.Length != w.Length {
		out = append(out, fmt.Sprintf("enclosure %+v, want %+v", g, w))
	}
	if got.ITunesExt == nil {
		return append(out, "nothing of iTunes")
	}
	g, w := got.ITunesExt, want.ITunesExt
	if seconds(g.Duration) != seconds(w.Duration) {
		out = append(out, fmt.Sprintf("duration %q, want %q", g.Duration, w.Duration))
	}
	if w.Season != "" && w.Season != "0" && g.Season != strings.TrimLeft(w.Season, "0") || w.Episode != "" && w.Episode != "0" && g.Episode != strings.TrimLeft(w.Episode, "0") {
		out = append(out, fmt.Sprintf("season %q, episode %q, want %q and %q", g.Season, g.Episode, w.Season, w.Episode))
	}
	if strings.HasPrefix(w.Image, "http") && g.Image != w.Image {
		out = append(out, fmt.Sprintf("image %q, want %q", g.Image, w.Image))
	}
	return out
}

// seconds reads a duration as upstreams write it.
func seconds(s string) time.Duration {
	total := time.Duration(0)
	for part := range strings.SplitSeq(strings.TrimSpace(s), ":") {
		n, err := time.ParseDuration(part + "s")
		if err != nil {
			return 0
		}
		total = total*60 + n
	}
	return total.Truncate(time.Second)
}

func holdsNothingAgainst(t *testing.T, data []byte) {
	t.Helper()
	result, err := validator.Validate(validator.Document{Body: bytes.NewReader(data)}, validator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range result.Messages {
		if m.Level != validator.Info {
			t.Errorf("line %d: %s: %s", m.Start.Line, m.Rule.Code, m.Text)
		}
	}
}

// TestPodcastChannel holds what a show says of itself, and that a category that
// is none says nothing of the kind.
func TestPodcastChannel(t *testing.T) {
	p := page()
	p.Category.Language = "en"
	if plain := string(renderRSS(t, p)); strings.Contains(plain, "itunes") {
		t.Errorf("a category that is no show uses iTunes' words\n%s", plain)
	}
	p.Category.Podcast = show()
	p.Category.Podcast.Serial, p.Category.Podcast.Explicit, p.Category.Podcast.Within = true, true, "Tech News"
	data := renderRSS(t, p)
	holdsNothingAgainst(t, data)
	got, err := gofeed.NewParser().Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	e := got.ITunesExt
	if e == nil || e.Author != "Ann & Co" || e.Owner == nil || e.Owner.Name != "Ann" || e.Owner.Email != "ann@example.org" || e.Image != "https://example.org/cover.jpg" ||
		e.Type != "serial" || e.Explicit != "true" || len(e.Categories) != 1 || e.Categories[0].Text != "News" || e.Categories[0].Subcategory == nil || e.Categories[0].Subcategory.Text != "Tech News" {
		t.Errorf("got %+v", e)
	}
	if guid := got.Extensions["podcast"]["guid"]; len(guid) != 1 || len(guid[0].Value) != 36 || guid[0].Value[14] != '5' {
		t.Errorf("podcast:guid is %v, want a UUID of version 5", guid)
	}
}

// TestPodcastFiles: transcripts and chapters come through, those of kinds that
// there are not do not.
func TestPodcastFiles(t *testing.T) {
	const upstream = `<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>S</title><link>https://show.example/</link>
<item><guid>urn:uuid:6b9e0f3e-7a7b-4f52-8b86-0f4fd1b0a1aa</guid><title>One</title><link>https://show.example/1</link>
<enclosure url="https://show.example/1.ogg" type="audio/ogg" length="1"/>
<podcast:transcript url="/1.vtt" type="text/vtt" language="zh"/>
<podcast:transcript url="https://show.example/1.srt" type="application/x-subrip"/>
<podcast:transcript url="https://show.example/1.doc" type="application/msword"/>
<podcast:transcript url="javascript:alert(1)" type="text/plain"/>
<podcast:chapters url="https://show.example/1.json" type="application/json"/>
<itunes:explicit>yes</itunes:explicit>
<podcast:person role="Guest" group="Cast" href="https://show.example/ann" img="/ann.jpg">Ann &amp;amp; Co</podcast:person>
<podcast:person role="boss" group="crew">Bo</podcast:person><podcast:person group="crew">Cy</podcast:person><podcast:person role="host"> </podcast:person>
<podcast:chapters url="https://show.example/2.json" type="application/json+chapters"/>
</item></channel></rss>`
	src := &feed.Source{ID: "show", Kind: "feed", URL: "https://show.example/feed"}
	parser, err := parse.New(src)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(&fetch.Document{URL: src.URL, Body: []byte(upstream)})
	if err != nil {
		t.Fatal(err)
	}
	f, entries := normalise.New().Feed(src, parsed)
	entries[0].Received = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	entries[0].Order = entries[0].Received
	entries[0].Links = append(entries[0].Links, feed.Link{Href: "https://show.example/1.mp3", Rel: feed.RelEnclosure, Type: "audio/mpeg", Length: 2})
	p := page()
	p.Entries, p.Sources[src.ID] = entries, &render.Source{Feed: f, URL: src.URL, Name: "S"}
	if plain := string(renderRSS(t, p)); strings.Contains(plain, "podcast:transcript") || strings.Contains(plain, "itunes:") || !strings.Contains(plain, "<podcast:person>Cy<") {
		t.Errorf("a category that is no show uses the words of one\n%s", plain)
	}
	p.Category.Podcast, p.Category.Language = show(), "en"
	data := string(renderRSS(t, p))
	holdsNothingAgainst(t, []byte(data))
	for _, want := range []string{
		`<podcast:transcript url="https://show.example/1.vtt" type="text/vtt" language="zh"></podcast:transcript>`,
		`<podcast:transcript url="https://show.example/1.srt" type="application/x-subrip"></podcast:transcript>`,
		`<podcast:chapters url="https://show.example/1.json" type="application/json+chapters"></podcast:chapters>`,
		`<enclosure url="https://show.example/1.mp3"`,
		`<itunes:explicit>true</itunes:explicit>`,
		`<podcast:person role="Guest" group="Cast" img="https://show.example/ann.jpg" href="https://show.example/ann">Ann &amp; Co</podcast:person>`,
		`<podcast:person>Cy</podcast:person>`,
	} {
		if !strings.Contains(data, want) {
			t.Errorf("%s is not in\n%s", want, data)
		}
	}
	if n := strings.Count(data, "<podcast:person"); n != 2 {
		t.Errorf("%d persons, want 2: a role that nobody knows would be taken for a host\n%s", n, data)
	}
	if n := strings.Count(data, "<podcast:transcript") + strings.Count(data, "<podcast:chapters"); n != 3 {
		t.Errorf("%d transcripts and chapters, want 3\n%s", n, data)
	}
}
