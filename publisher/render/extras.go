package render

import (
	"encoding/xml"
	"strconv"
	"time"

	"tributary/feed"
)

// The namespaces of what neither Atom nor RSS has a word for. A document
// declares those it uses. That of iTunes is not among them: who uses it says
// that the whole feed is one show, and owes what a show must have.
const (
	mediaNS   = "http://search.yahoo.com/mrss/"
	podcastNS = "https://podcastindex.org/namespace/1.0"
	geoRSSNS  = "http://www.georss.org/georss"
	threadNS  = "http://purl.org/syndication/thread/1.0"
)

// spaces are the declarations of a document.
type spaces struct {
	Media   string `xml:"xmlns:media,attr,omitempty"`
	Podcast string `xml:"xmlns:podcast,attr,omitempty"`
	ITunes  string `xml:"xmlns:itunes,attr,omitempty"` // of shows alone
	GeoRSS  string `xml:"xmlns:georss,attr,omitempty"`
	Thread  string `xml:"xmlns:thr,attr,omitempty"`
}

// declare adds what an entry's extras need.
func (s *spaces) declare(e *extras) {
	if e.Thumbnail != nil || len(e.Contents) > 0 {
		s.Media = mediaNS
	}
	if e.Season != "" || e.Episode != "" || len(e.Credits) > 0 {
		s.Podcast = podcastNS
	}
	if e.Point != "" {
		s.GeoRSS = geoRSSNS
	}
	if len(e.InReplyTo) > 0 {
		s.Thread = threadNS
	}
}

// extras are the elements of an entry in these namespaces.
type extras struct {
	Thumbnail *thumbnail
	Contents  []mediaContent
	Season    string `xml:"podcast:season,omitempty"` // in RSS, for which the vocabulary is made
	Episode   string `xml:"podcast:episode,omitempty"`
	Credits   []podcastPerson
	Point     string `xml:"georss:point,omitempty"`
	InReplyTo []inReplyTo
}

type thumbnail struct {
	XMLName xml.Name `xml:"media:thumbnail"`
	URL     string   `xml:"url,attr"`
}

// A mediaContent says how long an enclosure is; in RSS, which has one only, it
// is the others too.
type mediaContent struct {
	XMLName xml.Name `xml:"media:content"`
	URL     string   `xml:"url,attr"`
	Type    string   `xml:"type,attr,omitempty"`
	Size    int64    `xml:"fileSize,attr,omitempty"`
	Seconds int64    `xml:"duration,attr,omitempty"`
}

func newMediaContent(l *feed.Link) mediaContent {
	return mediaContent{URL: l.Href, Type: l.Type, Size: max(l.Length, 0)}
}

// An inReplyTo is RFC 4685 §3.
type inReplyTo struct {
	XMLName xml.Name `xml:"thr:in-reply-to"`
	Ref     string   `xml:"ref,attr"`
	Href    string   `xml:"href,attr,omitempty"`
	Type    string   `xml:"type,attr,omitempty"`
	Source  string   `xml:"source,attr,omitempty"`
}

// newExtras returns what both XML formats say of an entry in words that are
// not their own.
func newExtras(it *item) extras {
	e := extras{Point: it.Point}
	if it.picture != "" {
		e.Thumbnail = &thumbnail{URL: it.picture}
	}
	if it.Duration >= time.Second && len(it.enclosures) > 0 {
		c := newMediaContent(&it.enclosures[0])
		c.Seconds = int64(it.Duration / time.Second)
		e.Contents = append(e.Contents, c)
	}
	for _, r := range it.inReplyTo {
		e.InReplyTo = append(e.InReplyTo, inReplyTo{Ref: r.Ref, Href: r.Href, Type: r.Type, Source: r.Source})
	}
	return e
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// references returns what an entry answers, as documents can name it.
func references(in []feed.Reference) []feed.Reference {
	var out []feed.Reference
	for _, r := range in {
		r = feed.Reference{Ref: absolute(r.Ref), Href: webURL(r.Href), Source: webURL(r.Source), Type: legal(r.Type)}
		if r.Ref == "" {
			r.Ref = r.Href
		}
		if r.Type != "" {
			r.Type = mediaType(r.Type, r.Href)
		}
		if r.Ref != "" {
			out = append(out, r)
		}
	}
	return out
}
