package render

import (
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"

	"tributary/feed"
)

// Relations of RFC 5005.
const (
	relPrevArchive = "prev-archive"
	relNextArchive = "next-archive"
	relCurrent     = "current"
	relFirst       = "first"
	relPrevious    = "previous"
	relNext        = "next"
	relLast        = "last"
)

// ArchivePath is the path below which the documents of a category's archive
// lie. Archives are numbered from 1 on.
func ArchivePath(term string, number int) string {
	return "/" + url.PathEscape(term) + "/archive/" + strconv.Itoa(number) + "/"
}

// A Place is where a page of a category stands among its archives (RFC 5005
// §4). The zero Place is that of a subscription document without archives.
type Place struct {
	Archive int // its number; 0: it is the subscription document
	Before  int // the number of the archive before it; 0: there is none
	Paged   int // the number of the page of a feed that is read page by page, newest first (RFC 5005 §3); 0: it is none
	Last    int // the number of the last such page; 0: unknown

	// Of feeds that are of no category; empty: as the category says.
	Folder string // path below which the documents lie
	Home   string // path of the page that the feed belongs to
}

// folder is the path below which the page's documents lie.
func (p *Page) folder() string {
	if p.Place.Archive > 0 {
		return ArchivePath(p.Category.Term, p.Place.Archive)
	}
	return p.current()
}

// current is the path below which the newest documents of what the page shows
// lie.
func (p *Page) current() string { return orElse(p.Place.Folder, CategoryPath(p.Category.Term)) }

// home is the path of the page that the page's documents belong to.
func (p *Page) home() string { return orElse(p.Place.Home, CategoryPath(p.Category.Term)) }

// feedID is the identity of the page's feed.
func (p *Page) feedID() string {
	if p.Place.Folder != "" {
		return p.Site.ID + strings.TrimSuffix(p.Place.Folder, "/")
	}
	return p.Site.FeedID(p.Category.Term)
}

// self is the path of the page's document in a file.
func (p *Page) self(file string) string {
	if p.Place.Paged > 0 {
		file += pagedQuery(p.Place.Paged)
	}
	return p.folder() + file
}

// pagedQuery asks for a page of a feed.
func pagedQuery(n int) string { return "?page=" + strconv.Itoa(n) }

// related returns the links from a document of the page to those around it.
// The one to the archive that comes next is there before that archive is: until
// then its address leads to the subscription document. So an archive need not
// change when the next one is full.
func (p *Page) related(file, mediaType string) (out []feed.Link) {
	link := func(rel, folder, query string) {
		out = append(out, feed.Link{Rel: rel, Href: p.Site.URL(folder + file + query), Type: mediaType})
	}
	if n := p.Place.Paged; n > 0 {
		link(relFirst, p.current(), pagedQuery(1))
		if n > 1 {
			link(relPrevious, p.current(), pagedQuery(n-1))
		}
		if p.More {
			link(relNext, p.current(), pagedQuery(n+1))
		}
		if p.Place.Last > 0 {
			link(relLast, p.current(), pagedQuery(p.Place.Last))
		}
		link(relCurrent, p.current(), "")
	}
	if p.Place.Before > 0 {
		link(relPrevArchive, ArchivePath(p.Category.Term, p.Place.Before), "")
	}
	if p.Place.Archive > 0 {
		link(relNextArchive, ArchivePath(p.Category.Term, p.Place.Archive+1), "")
		link(relCurrent, CategoryPath(p.Category.Term), "")
	}
	return out
}

// generator names the program. In an archive it has no version: another one is
// no reason for it to change.
func (p *Page) generator() Generator {
	g := p.Site.Generator
	if p.Place.Archive > 0 {
		g.Version = ""
	}
	return g
}

// An archiveMark says that a document is an archive (RFC 5005 §4).
type archiveMark struct {
	XMLName xml.Name `xml:"fh:archive"`
	Space   string   `xml:"xmlns:fh,attr"`
}

func (p *Page) archiveMark() *archiveMark {
	if p.Place.Archive == 0 {
		return nil
	}
	return &archiveMark{Space: "http://purl.org/syndication/history/1.0"}
}

// nextURL is where JSON Feed's readers find what is older, "" when there is
// nothing.
func (p *Page) nextURL() string {
	switch {
	case p.Place.Paged > 0 && p.More:
		return p.Site.URL(p.current() + jsonFeedFile + pagedQuery(p.Place.Paged+1))
	case p.Place.Before == 0:
		return ""
	}
	return p.Site.URL(ArchivePath(p.Category.Term, p.Place.Before) + jsonFeedFile)
}
