package parse_test

import (
	"strings"
	"testing"
)

// within wraps what a channel and its only item hold, in RSS or in Atom.
var within = map[string]string{
	"rss": `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">` +
		`<channel>HEAD<item>ITEM<description>d</description></item></channel></rss>`,
	"atom": `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">` +
		`HEAD<entry>ITEM<title>t</title></entry></feed>`,
}

// Elements of one format in a document of another mean what they mean at home,
// and what gofeed changes of them is put back.
func TestBorrowed(t *testing.T) {
	for _, tt := range []struct{ name, in, head, item, path, want string }{
		{"Atom's link in RSS", "rss", `<link rel="self" href="/s"/><link href="/a"/>`, "", "feed.url", "http://example.com/a"},
		{"Atom's link in an RSS item", "rss", "", `<link rel="alternate" href="/a"/>`, "entries[0].url", "http://example.com/a"},
		{"Atom's enclosure in RSS", "rss", "", `<link rel="enclosure" type="audio/mpeg" length="9" href="/e.mp3"/>`, "entries[0].enclosures[0].length", "9"},
		{"enclosure with href", "rss", "", `<enclosure href="/e.mp3"/>`, "entries[0].enclosures[0].url", "http://example.com/e.mp3"},
		{"Atom's category in RSS", "rss", "", `<category term="A" scheme="http://s.example/#" label="L"/>`, "entries[0].categories[0].scheme", "http://s.example/#"},
		{"a category with nothing but a label", "rss", "", `<category label="L"/>`, "entries[0].categories[0].term", "L"},
		{"Atom's author in RSS", "rss", "", `<author><name>N</name><email>a@b.example</email><uri>/n</uri></author>`, "entries[0].authors[0].uri", "http://example.com/n"},
		{"Atom's author of an RSS channel", "rss", `<author> <email>a@b.example</email><name>N</name></author>`, "", "feed.authors[0].email", "a@b.example"},
		{"managingEditor of an item", "rss", "", `<managingEditor>a@b.example (N)</managingEditor>`, "entries[0].authors[0].name", "N"},
		{"Atom's rights in RSS", "rss", "", `<rights>R</rights>`, "entries[0].rights", "R"},
		{"Atom's logo in RSS", "rss", `<logo>/l.png</logo>`, "", "feed.logo", "http://example.com/l.png"},
		{"Atom's subtitle in RSS", "rss", `<subtitle>S</subtitle>`, "", "feed.subtitle", "S"},
		{"Atom 0.3's tagline in RSS", "rss", `<tagline>S</tagline>`, "", "feed.subtitle", "S"},
		{"the owner of a podcast without an author", "rss", `<itunes:owner><itunes:name>O</itunes:name><itunes:email>o@b.example</itunes:email></itunes:owner>`, "", "feed.authors[0].email", "o@b.example"},
		{"the author's address as owner", "rss", `<itunes:owner><itunes:email>o@b.example</itunes:email><itunes:name>O</itunes:name></itunes:owner><itunes:author>O</itunes:author>`, "", "feed.authors[0].email", "o@b.example"},
		{"an owner who is not the author", "rss", `<itunes:owner><itunes:name>P</itunes:name></itunes:owner><itunes:author>O</itunes:author>`, "", "feed.authors[1].name", ""},
		{"RSS's category in Atom", "atom", "", `<category>A &amp; B</category>`, "entries[0].categories[0].term", "A & B"},
		{"RSS's category in CDATA in Atom", "atom", "", `<category domain="http://s.example/"><![CDATA[A & B]]></category>`, "entries[0].categories[0].term", "A & B"},
		{"RSS's domain in Atom", "atom", "", `<category domain="http://s.example/">A</category>`, "entries[0].categories[0].scheme", "http://s.example/"},
		{"a scheme that ends with #", "atom", "", `<category scheme="http://www.blogger.com/atom/ns#" term="A"/>`, "entries[0].categories[0].scheme", "http://www.blogger.com/atom/ns#"},
		{"a scheme that is no URL", "atom", `<category scheme="HTTP://S.example/%7e" term="A"/>`, "", "feed.categories[0].scheme", "HTTP://S.example/%7e"},
		{"RSS's link in CDATA in Atom", "atom", `<link><![CDATA[http://example.com/a?b=1&c=2]]></link>`, "", "feed.url", "http://example.com/a?b=1&c=2"},
		{"RSS's description in Atom", "atom", "", `<description>&lt;b&gt;d&lt;/b&gt;</description>`, "entries[0].summary", "<b>d</b>"},
		{"RSS's guid in Atom", "atom", "", `<guid>g</guid>`, "entries[0].id", "g"},
		{"RSS's item in Atom", "atom", `<item><title>i</title></item>`, "", "entries[0].title", "i"},
		{"Atom's entry in RSS", "rss", `<entry><title>i</title></entry>`, "", "entries[0].title", "i"},
		{"an entry within an RSS item", "rss", "", `<entry><title>i</title></entry>`, "entries[0].summary", "d"},
		{"the language of an RSS item's XHTML", "rss", "", `<body xmlns="http://www.w3.org/1999/xhtml" xml:lang="cy"><p>x</p></body>`, "entries[0].language", "cy"},
		{"the language of an RSS item's text", "rss", "", `<fullitem xml:lang="cy">x</fullitem>`, "entries[0].language", "cy"},
		{"an address for a name", "atom", "", `<author><name>a@b.example</name></author>`, "entries[0].authors[0].name", "a@b.example"},
		{"iTunes' image in Atom", "atom", `<itunes:image href="/i.jpg"/>`, "", "feed.logo", "http://example.com/i.jpg"},
		{"media:category without a scheme", "rss", "", `<media:category>A</media:category>`, "entries[0].categories[0].scheme", "http://search.yahoo.com/mrss/category_schema"},
		{"media:keywords", "rss", "", `<media:keywords>A, B b</media:keywords>`, "entries[0].categories[1].term", "B b"},
		{"base64 that is none", "atom", "", `<summary mode="base64">Example text</summary>`, "entries[0].summary", "Example text"},
		{"base64 that is damaged", "atom", "", `<summary mode="base64">RXhhb!BsZQ==</summary>`, "entries[0].summary", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := read(t, document(strings.NewReplacer("HEAD", tt.head, "ITEM", tt.item).Replace(within[tt.in])))
			if err != nil {
				t.Fatal(err)
			}
			if got := printed(f, tt.path); got != tt.want {
				t.Errorf("%s = %q, want %q", tt.path, got, tt.want)
			}
		})
	}
}

// The dates of other formats are read where a format's own are missing.
func TestBorrowedDates(t *testing.T) {
	for _, tt := range []struct{ in, element, published, updated string }{
		{"rss", "issued", "D", ""},
		{"rss", "created", "D", ""},
		{"rss", "published", "D", ""},
		{"rss", "modified", "", "D"},
		{"rss", "dc:date", "D", "D"},
		{"atom", "pubDate", "D", ""},
		{"atom", "lastBuildDate", "", "D"},
		{"atom", "dc:date", "D", "D"},
		{"atom", "dcterms:modified", "", "D"},
	} {
		element := "<" + tt.element + ">D</" + tt.element + ">"
		f, err := read(t, document(strings.NewReplacer("HEAD", element, "ITEM", element).Replace(within[tt.in])))
		if err != nil {
			t.Fatal(err)
		}
		if f.Published != tt.published || f.Updated != tt.updated {
			t.Errorf("%s in %s: the feed is published %q, updated %q; want %q and %q", tt.element, tt.in, f.Published, f.Updated, tt.published, tt.updated)
		}
		if it := f.Items[0]; it.Published != tt.published || it.Updated != tt.updated {
			t.Errorf("%s in %s: the entry is published %q, updated %q; want %q and %q", tt.element, tt.in, it.Published, it.Updated, tt.published, tt.updated)
		}
	}
}
