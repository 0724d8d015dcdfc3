package validator

import (
	"slices"
	"strings"
)

// declarations bind every prefix that examples use.
const declarations = `xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
 xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:fh="http://purl.org/syndication/history/1.0"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:georss="http://www.georss.org/georss" xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" xmlns:gml="http://www.opengis.net/gml"
 xmlns:openSearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"
 xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule" xmlns:app="http://www.w3.org/2007/app"`

// A frame makes an example a whole document. Its default elements stand where
// the example has none of the name.
type frame struct {
	before   string
	defaults []piece
	after    string
}

// A piece is a default element.
type piece struct{ name, text string }

var frames = map[string]frame{
	"rss:channel": {
		before: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" " + declarations + ">\n<channel>\n",
		defaults: []piece{{"title", "<title>News</title>"}, {"link", "<link>https://example.com/</link>"}, {"description", "<description>All the news</description>"},
			{"language", "<language>en</language>"}, {"atom:link", `<atom:link rel="self" href="https://example.com/feed.xml" type="application/rss+xml"/>`}},
		after: "</channel>\n</rss>\n",
	},
	"rss:item": {
		before: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" " + declarations + ">\n<channel>\n<title>News</title><link>https://example.com/</link><description>All the news</description><language>en</language>\n" +
			`<atom:link rel="self" href="https://example.com/feed.xml" type="application/rss+xml"/>` + "\n<item>\n",
		defaults: []piece{{"title", "<title>One</title>"}, {"description", "<description>First</description>"}, {"guid", `<guid isPermaLink="false">tag:example.com,2026:1</guid>`}},
		after:    "</item>\n</channel>\n</rss>\n",
	},
	"atom:feed": {
		before: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\" " + declarations + ">\n",
		defaults: []piece{{"title", "<title>News</title>"}, {"id", "<id>tag:example.com,2026:feed</id>"}, {"updated", "<updated>2026-11-20T08:00:00+08:00</updated>"},
			{"author", "<author><name>Li Wei</name></author>"}, {"link", `<link rel="self" href="https://example.com/atom.xml"/>`}},
		after: "</feed>\n",
	},
	"atom:entry": {
		before: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\" " + declarations + ">\n<title>News</title><id>tag:example.com,2026:feed</id><updated>2026-11-20T08:00:00+08:00</updated>\n" +
			"<author><name>Li Wei</name></author>" + `<link rel="self" href="https://example.com/atom.xml"/>` + "\n<entry>\n",
		defaults: []piece{{"title", "<title>One</title>"}, {"id", "<id>tag:example.com,2026:1</id>"}, {"updated", "<updated>2026-11-20T08:00:00+08:00</updated>"},
			{"link", `<link href="https://example.com/1"/>`}, {"content", "<content>First</content>"}},
		after: "</entry>\n</feed>\n",
	},
	"opml:head": {
		before:   "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n<head>\n",
		defaults: []piece{{"title", "<title>Subscriptions</title>"}},
		after:    "</head>\n<body><outline text=\"News\" title=\"News\" type=\"rss\" xmlUrl=\"https://example.com/feed.xml\"/></body>\n</opml>\n",
	},
	"opml:body": {
		before:   "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n<head><title>Subscriptions</title></head>\n<body>\n",
		defaults: []piece{{"outline", "<outline text=\"News\" title=\"News\" type=\"rss\" xmlUrl=\"https://example.com/feed.xml\"/>"}},
		after:    "</body>\n</opml>\n",
	},
}

// Document returns the example as a whole document.
func (x Example) Document() string {
	f, ok := frames[x.In]
	if !ok {
		return x.Text
	}
	var b strings.Builder
	b.WriteString(f.before)
	for _, d := range f.defaults {
		if !slices.Contains(x.Without, d.name) && !strings.Contains(x.Text, "<"+d.name+">") && !strings.Contains(x.Text, "<"+d.name+" ") && !strings.Contains(x.Text, "<"+d.name+"/") {
			b.WriteString(d.text + "\n")
		}
	}
	b.WriteString(x.Text + "\n" + f.after)
	return b.String()
}
