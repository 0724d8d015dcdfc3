package render

import (
	"encoding/base64"
	"net/url"
	"path"
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

// The paths of sitemaps: the index of all, the pages that are no entry's, and
// the newest entries as news.
const (
	SitemapPath      = "/sitemap.xml"
	SitemapPagesPath = "/sitemap/pages.xml"
	SitemapNewsPath  = "/sitemap/news.xml"
)

// SitemapPartPath is the path of a part of the entries, the first being 1.
func SitemapPartPath(n int) string { return "/sitemap/" + strconv.Itoa(n) + ".xml" }

// MaxPictureURL is how long the URL of a picture can be, in bytes, that is
// shown at an address of ours.
const MaxPictureURL = 8 << 10

const mediaFolder = "/media/"

// MediaPath is where a picture of another site's is served, under a signature
// of 32 letters, digits, - and _. Its end is that of the picture's own URL: some
// programs tell pictures by it.
func MediaPath(signature, url string) string {
	return mediaFolder + signature + "/" + base64.RawURLEncoding.EncodeToString([]byte(url)) + pictureExt(url)
}

// ParseMediaPath reads what MediaPath returned. The signature is not held
// against anything.
func ParseMediaPath(path string) (signature, url string, ok bool) {
	rest, ok := strings.CutPrefix(path, mediaFolder)
	if !ok || len(rest) < 33 || rest[32] != '/' || len(rest) > 2*MaxPictureURL {
		return "", "", false
	}
	signature, name := rest[:32], rest[33:]
	name, _, _ = strings.Cut(name, ".")
	text, err := base64.RawURLEncoding.DecodeString(name)
	if err != nil || MediaPath(signature, string(text)) != path {
		return "", "", false
	}
	return signature, string(text), true
}

// pictureExt returns the extension of a URL's path where it is one of
// pictures, else "".
func pictureExt(address string) string {
	if end := strings.IndexAny(address, "?#"); end >= 0 {
		address = address[:end]
	}
	switch ext := path.Ext(address); ext {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".JPG", ".JPEG", ".PNG", ".GIF", ".WEBP", ".AVIF":
		return strings.ToLower(ext)
	}
	return ""
}

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
