package render_test

import (
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/internal/publishedcheck"
	"tributary/publisher/render"
)

// FuzzRender publishes whatever strings an entry may hold. Each format is
// well-formed and free of errors, plain texts give no warning either, and
// gofeed reads the same entries from all of them.
func FuzzRender(f *testing.F) {
	f.Add("A title", "<p>Words &amp; pictures</p>", "Ida Holm", "https://gauge.example/1", "rivers", int64(1772442600), 28800)
	f.Add("</b> &copy; ]]> S&P500", "]]>\x00<![CDATA[", "Ida <ida@gauge.example>", "http://GAUGE.example:80/%7e?<>#a#b", "&lt;b&gt;", int64(-1), 29143)
	f.Add("\xff\xfe", "<p", "@", "urn:uuid:1", "\x00", int64(1)<<60, -86400)
	f.Add(" \u0085 ", "&", "a@b", "tag:gauge.example,2026:\u00e9", "https://安江.example/?a b", int64(631152000), 60)
	f.Fuzz(func(t *testing.T, title, body, name, uri, term string, at int64, zone int) {
		date := time.Unix(at%1e11, 0).In(time.FixedZone("", zone%90000))
		person := []feed.Person{{Name: name, URI: uri, Email: term}}
		p := filed(page(),
			feed.Entry{
				UpstreamID: uri, Title: plain(title), Summary: plain(body), Content: markup(body), Rights: plain(term), Language: term,
				Links:   []feed.Link{{Href: uri, Rel: feed.RelAlternate}, {Href: uri, Rel: feed.RelEnclosure, Type: term, Title: title, Length: at}, {Href: uri, Rel: feed.RelReplies, HrefLang: term}},
				Authors: person, Contributors: person, Categories: []feed.Category{{Term: term, Scheme: uri, Label: title}}, Published: date, Updated: date,
			},
			feed.Entry{UpstreamID: term, Title: plain(body), Content: plain(title), Published: date},
			feed.Entry{UpstreamID: name, Content: markup(name), Published: date, Source: "other"},
		)
		p.Sources["other"] = &render.Source{Name: name, URL: uri, Feed: feed.Feed{ID: term, Updated: date, Links: link(uri)}}
		docs := written(t, p)
		for _, problem := range publishedcheck.Feeds(docs["atom.xml"], docs["rss.xml"], docs["feed.json"]) {
			if !ofBody(problem) {
				t.Error(problem)
			}
		}
	})
}

// ofBody reports whether a problem is one of HTML that was never sanitised,
// which no store holds.
func ofBody(problem string) bool {
	return strings.Contains(problem, "[html-") || strings.Contains(problem, "[json-html-")
}
