package validator

import (
	"slices"
	"strings"

	"tributary/validator/xmltext"
)

// declarations are the namespaces of the prefixes that examples use. A frame
// declares those that its example has.
var declarations = []struct{ prefix, uri string }{
	{"atom", "http://www.w3.org/2005/Atom"}, {"dc", "http://purl.org/dc/elements/1.1/"}, {"dcterms", "http://purl.org/dc/terms/"},
	{"content", "http://purl.org/rss/1.0/modules/content/"}, {"slash", "http://purl.org/rss/1.0/modules/slash/"}, {"sy", "http://purl.org/rss/1.0/modules/syndication/"},
	{"wfw", "http://wellformedweb.org/CommentAPI/"}, {"thr", "http://purl.org/syndication/thread/1.0"}, {"fh", "http://purl.org/syndication/history/1.0"},
	{"itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"}, {"podcast", "https://podcastindex.org/namespace/1.0"}, {"media", "http://search.yahoo.com/mrss/"},
	{"georss", "http://www.georss.org/georss"}, {"geo", "http://www.w3.org/2003/01/geo/wgs84_pos#"}, {"gml", "http://www.opengis.net/gml"},
	{"openSearch", "http://a9.com/-/spec/opensearch/1.1/"}, {"feedburner", "http://rssnamespace.org/feedburner/ext/1.0"},
	{"creativeCommons", "http://backend.userland.com/creativeCommonsRssModule"}, {"app", "http://www.w3.org/2007/app"},
}

// declared returns the declarations of the prefixes that text uses and does
// not declare itself.
func declared(text string) string {
	var b strings.Builder
	for _, d := range declarations {
		if (strings.Contains(text, "<"+d.prefix+":") || strings.Contains(text, " "+d.prefix+":")) && !strings.Contains(text, "xmlns:"+d.prefix+"=") {
			b.WriteString(" xmlns:" + d.prefix + `="` + d.uri + `"`)
		}
	}
	return b.String()
}

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
		before: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"@>\n<channel>\n",
		defaults: []piece{{"title", "<title>News</title>"}, {"link", "<link>https://example.com/</link>"}, {"description", "<description>All the news</description>"},
			{"language", "<language>en</language>"}, {"atom:link", `<atom:link rel="self" href="https://example.com/feed.xml" type="application/rss+xml"/>`}},
		after: "</channel>\n</rss>\n",
	},
	"rss:item": {
		before: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"@>\n<channel>\n<title>News</title><link>https://example.com/</link><description>All the news</description><language>en</language>\n" +
			`<atom:link rel="self" href="https://example.com/feed.xml" type="application/rss+xml"/>` + "\n<item>\n",
		defaults: []piece{{"title", "<title>One</title>"}, {"description", "<description>First</description>"}, {"guid", `<guid isPermaLink="false">tag:example.com,2026:1</guid>`}},
		after:    "</item>\n</channel>\n</rss>\n",
	},
	"atom:feed": {
		before: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"@>\n",
		defaults: []piece{{"title", "<title>News</title>"}, {"id", "<id>tag:example.com,2026:feed</id>"}, {"updated", "<updated>2026-11-20T08:00:00+08:00</updated>"},
			{"author", "<author><name>Li Wei</name></author>"}, {"link", `<link rel="self" href="https://example.com/atom.xml"/>`}},
		after: "</feed>\n",
	},
	"atom:entry": {
		before: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"@>\n<title>News</title><id>tag:example.com,2026:feed</id><updated>2026-11-20T08:00:00+08:00</updated>\n" +
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

// Document returns the example as a whole document, that of an answer's header
// as it is: status line or fields in place of those of a good answer.
func (x Example) Document() string {
	if strings.HasPrefix(x.In, "json:") {
		return x.json()
	}
	f, ok := frames[x.In]
	if !ok {
		return x.Text
	}
	var b strings.Builder
	has := topLevel(x.Text)
	for _, d := range f.defaults {
		if !slices.Contains(x.Without, d.name) && !has[d.name] {
			b.WriteString(d.text + "\n")
		}
	}
	body := b.String() + x.Text + "\n" + f.after
	return strings.Replace(f.before, "@", declared(f.before+body), 1) + body
}

// topLevel returns the names of the elements of text that stand in no other.
func topLevel(text string) map[string]bool {
	out, depth := map[string]bool{}, 0
	scan := xmltext.NewScanner(strings.NewReader(text))
	defer scan.Close()
	for {
		switch t := scan.Next(); t.Kind {
		case xmltext.EOF, xmltext.Failed:
			return out
		case xmltext.Start:
			if depth == 0 {
				out[string(t.Name)] = true
			}
			if !t.Empty {
				depth++
			}
		case xmltext.End:
			depth--
		}
	}
}

// jsonDefaults are the members that a frame of JSON Feed has of its own.
var jsonDefaults = map[string][]piece{
	"json:feed": {{"version", `"version": "https://jsonfeed.org/version/1.1"`}, {"title", `"title": "News"`}, {"home_page_url", `"home_page_url": "https://example.com/"`},
		{"feed_url", `"feed_url": "https://example.com/feed.json"`}, {"language", `"language": "en"`}, {"authors", `"authors": [{"name": "Li Wei"}]`}, {"items", `"items": []`}},
	"json:item": {{"id", `"id": "https://example.com/1"`}, {"url", `"url": "https://example.com/1"`}, {"content_text", `"content_text": "First"`}, {"date_published", `"date_published": "2026-11-20T08:00:00+08:00"`}},
}

// json returns an example of JSON Feed as a whole document.
func (x Example) json() string {
	members := x.members(x.In)
	if x.In == "json:item" {
		items := "\"items\": [{\n" + members + "\n}]"
		members = Example{Text: items, Without: []string{"items"}}.members("json:feed")
	}
	return "{\n" + members + "\n}\n"
}

func (x Example) members(frame string) string {
	var all []string
	for _, d := range jsonDefaults[frame] {
		if !slices.Contains(x.Without, d.name) {
			all = append(all, d.text)
		}
	}
	if x.Text != "" {
		all = append(all, x.Text)
	}
	return strings.Join(all, ",\n")
}
