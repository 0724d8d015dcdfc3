package render

import (
	"net/url"
	"strconv"
	"strings"

	"tributary/feed"
)

// The site's addresses, each defined here alone. Paths are relative to
// Site.BaseURL, start with a slash, and are the static site's file names too.

// CategoryPath is the path of a category's page.
func CategoryPath(term string) string { return "/" + url.PathEscape(term) + "/" }

// NumberedPath is the path of a category's n-th page, the first being 1.
func NumberedPath(term string, n int) string {
	if n <= 1 {
		return CategoryPath(term)
	}
	return CategoryPath(term) + "page/" + strconv.Itoa(n) + "/"
}

// DocumentPath is the path of a category's document in a format.
func DocumentPath(term string, f *Format) string { return CategoryPath(term) + f.File }

// EntryPath is the path of an entry's page.
func EntryPath(id feed.EntryID) string { return "/entry/" + id.String() + ".html" }

// AssetPath is the path of an embedded asset.
func AssetPath(name string) string { return "/assets/" + name }

// OPMLPath is the path of the subscription list.
const OPMLPath = "/opml.xml"

// SourcesPath is the path of the list of what is aggregated.
const SourcesPath = "/sources.opml"

// What crawlers and browsers ask for by its name.
const (
	RobotsPath  = "/robots.txt"
	FaviconPath = "/favicon.ico"
)

// BasePath returns the path of BaseURL, without a slash at its end.
func (s *Site) BasePath() string {
	u, err := url.Parse(s.BaseURL)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.Path, "/")
}

// URL returns the absolute address of one of the site's paths.
func (s *Site) URL(path string) string { return s.BaseURL + path }

// FeedID returns the identity of a category's feed: the same in all formats
// and wherever the site is served.
func (s *Site) FeedID(term string) string { return s.ID + "/" + url.PathEscape(term) }

// EntryID returns the published identity of e: upstream's own if it names one
// entry of its source and every reader gives it back as it was (RFC 4287
// §4.2.6: republishing keeps it), else a urn:uuid.
func EntryID(e *feed.Entry) string {
	unique := e.ID == feed.Identify(e.Source, e.UpstreamID, "", feed.Digest{})
	if unique && lasting(e.UpstreamID) {
		return e.UpstreamID
	}
	return e.ID.URN()
}
