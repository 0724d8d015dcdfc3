package parse

import (
	"fmt"
	"net/url"
	"strings"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

// feedKind reads one feed from a web server: RSS 0.9x, 1.0 and 2.0, Atom 0.3
// and 1.0, JSON Feed.
var feedKind = Kind{
	Schemes: []string{"http", "https"},
	New:     func(feed.Options) (Parser, error) { return feedParser{}, nil },
}

type feedParser struct{}

// Parse is ParseNew where nothing is known.
func (p feedParser) Parse(doc *fetch.Document) (*Feed, error) { return p.ParseNew(doc, nil) }

func (feedParser) ParseNew(doc *fetch.Document, known []feed.Part) (*Feed, error) {
	d, base, language := decode(doc.Body, doc.Header.Get("Content-Type")), baseOf(doc), doc.Header.Get("Content-Language")
	cut := d.cut(base, language)
	f := d.news(cut, base, known)
	if f == nil {
		whole, err := d.document(base)
		if err != nil {
			return nil, err
		}
		f = whole
		f.Split = cut.whole(f)
	}
	if f.Language == "" {
		lang, _, _ := strings.Cut(language, ",")
		f.Language = strings.TrimSpace(lang)
	}
	return f, nil
}

// baseOf returns what a document's relative references start from: its
// Content-Location (RFC 3986 §5.1.2) if that is a web address, else its URL.
func baseOf(doc *fetch.Document) *url.URL {
	at, err := url.Parse(doc.URL)
	if err != nil || doc.URL == "" {
		at = nil
	}
	location, err := url.Parse(strings.TrimSpace(doc.Header.Get("Content-Location")))
	if err != nil || location.String() == "" {
		return at
	}
	if at != nil {
		location = at.ResolveReference(location)
	}
	if location.Scheme != "http" && location.Scheme != "https" {
		return at
	}
	return location
}

// document reads one document. base is nil when its place is not known.
func document(body []byte, contentType string, base *url.URL) (*Feed, error) {
	d := decode(body, contentType)
	return d.document(base)
}

func (d *decoded) document(base *url.URL) (*Feed, error) {
	f, err := d.feed(base)
	if err != nil {
		return nil, err
	}
	f.Charset = d.charset
	f.Notes = append(d.notes, f.Notes...)
	if f.Base == "" && base != nil {
		f.Base = base.String()
	}
	return f, nil
}

// lineEnds normalises the ends of lines (XML 1.0 §2.11).
func lineEnds(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

func (d *decoded) feed(base *url.URL) (*Feed, error) {
	if strings.HasPrefix(strings.TrimLeft(d.text, " \t\r\n"), "{") {
		return readJSON(d.text)
	}
	k, err := newSkeleton(lineEnds(d.text), base)
	if err != nil {
		return nil, err
	}
	read := k.rss
	if k.atom {
		read = k.readAtom
	}
	f, err := read()
	if err == nil && k.ents.bomb() {
		err = &Error{Reason: fmt.Sprintf("its entity declarations expand to more than %d KB", maxExpansion>>10)}
	}
	if err != nil {
		return nil, err
	}
	f.Base = k.rootScope.String()
	f.Notes = k.notes
	return f, nil
}
