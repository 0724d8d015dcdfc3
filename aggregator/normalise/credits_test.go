package normalise_test

import (
	"reflect"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
)

const showHead = `<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Terry and June</title><link>https://show.example/</link>
<description>d</description><podcast:person role="host" href="terry" img="/terry.jpg">Terry Scott</podcast:person><podcast:person role="Host">June Whitfield</podcast:person><podcast:person role="host">Terry Scott</podcast:person>`

const showAtom = `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:podcast="https://podcastindex.org/namespace/1.0"><title>Terry and June</title><id>urn:show</id><updated>2026-03-01T00:00:00Z</updated>
<podcast:person role="host" href="https://show.example/terry" img="https://show.example/terry.jpg">Terry Scott</podcast:person><podcast:person role="Host">June Whitfield</podcast:person>`

// Those of a show take part in each episode that names nobody itself. Whoever an
// episode names takes the place of all of them, and texts beside the episodes
// have none.
func TestCreditsOfShow(t *testing.T) {
	terry := feed.Credit{Name: "Terry Scott", Role: "host", Href: "https://show.example/terry", Image: "https://show.example/terry.jpg"}
	june := feed.Credit{Name: "June Whitfield", Role: "Host"}
	guest := feed.Credit{Name: "Reginald Marsh", Role: "guest"}
	const person, enclosure = `<podcast:person role="guest">Reginald Marsh</podcast:person>`, `<enclosure url="https://show.example/1.mp3" type="audio/mpeg" length="1"/>`
	for _, tt := range []struct {
		name, document string
		want           []feed.Credit
	}{
		{"an episode", showHead + `<item><guid>1</guid><title>One</title>` + enclosure + `</item></channel></rss>`, []feed.Credit{terry, june}},
		{"an episode with persons", showHead + `<item><guid>1</guid><title>One</title>` + enclosure + person + `</item></channel></rss>`, []feed.Credit{guest}},
		{"of an unknown type", showHead + `<item><guid>1</guid><title>One</title><enclosure url="https://show.example/1"/></item></channel></rss>`, []feed.Credit{terry, june}},
		{"a text", showHead + `<item><guid>1</guid><title>One</title></item></channel></rss>`, nil},
		{"a text with persons", showHead + `<item><guid>1</guid><title>One</title>` + person + `</item></channel></rss>`, []feed.Credit{guest}},
		{"a picture", showHead + `<item><guid>1</guid><title>One</title><enclosure url="https://show.example/1.jpg" type="image/jpeg" length="1"/></item></channel></rss>`, nil},
		{"named behind the items", `<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>T</title><link>https://show.example/</link><description>d</description><item><guid>1</guid><title>One</title>` + enclosure +
			`</item><podcast:person role="Host">June Whitfield</podcast:person></channel></rss>`, []feed.Credit{june}},
		{"of a live item", `<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>T</title><link>https://show.example/</link><description>d</description><podcast:liveItem status="live"><podcast:person>Nobody</podcast:person></podcast:liveItem><item><guid>1</guid><title>One</title>` + enclosure +
			`</item></channel></rss>`, nil},
		{"Atom", showAtom + `<entry><id>urn:1</id><title>One</title><link rel="enclosure" href="https://show.example/1.mp3" type="audio/mpeg"/></entry></feed>`, []feed.Credit{terry, june}},
		{"Atom with persons", showAtom + `<entry><id>urn:1</id><title>One</title><link rel="enclosure" href="https://show.example/1.mp3" type="audio/mpeg"/>` + person + `</entry></feed>`, []feed.Credit{guest}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := episodesOf(t, tt.document, nil)
			if len(e) != 1 || !reflect.DeepEqual(e[0].Credits, tt.want) {
				t.Errorf("%+v, want %+v", e[0].Credits, tt.want)
			}
		})
	}
}

// episodesOf returns the entries of a document, without those of known parts.
func episodesOf(t *testing.T, document string, known []feed.Part) []feed.Entry {
	t.Helper()
	src := feed.Source{ID: "show", URL: "https://show.example/feed.xml", Kind: "feed"}
	parser, err := parse.New(&src)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.(parse.Splitter).ParseNew(&fetch.Document{URL: src.URL, Body: []byte(document)}, known)
	if err != nil {
		t.Fatal(err)
	}
	_, entries, parts := normalise.New().Part(&src, f, feed.Parts{})
	remembered = parts.Items
	return entries
}

// remembered are the parts of the document that episodesOf has read last.
var remembered []feed.Part

// Another host of a show changes every episode that names nobody, although
// nothing in them has changed.
func TestCreditsOfShowChange(t *testing.T) {
	items := ""
	for _, id := range []string{"1", "2", "3"} {
		items += `<item><guid>` + id + `</guid><title>One</title><enclosure url="https://show.example/` + id + `.mp3" type="audio/mpeg" length="1"/></item>`
	}
	before := episodesOf(t, showHead+items+`</channel></rss>`, nil)
	if len(before) != 3 || len(remembered) != 3 {
		t.Fatalf("%d episodes in %d parts", len(before), len(remembered))
	}
	known := remembered
	if again := episodesOf(t, showHead+items+`</channel></rss>`, known); len(again) != 0 {
		t.Errorf("%d episodes are read anew", len(again))
	}
	after := episodesOf(t, showHead+`<podcast:person>Reginald Marsh</podcast:person>`+items+`</channel></rss>`, known)
	if len(after) != 3 {
		t.Fatalf("%d episodes are read, want all 3", len(after))
	}
	for i := range after {
		if len(after[i].Credits) != 3 || after[i].ID != before[i].ID || after[i].Digest == before[i].Digest {
			t.Errorf("%v of %v has the same digest: %t", after[i].Credits, after[i].ID == before[i].ID, after[i].Digest == before[i].Digest)
		}
	}
}
