package render

import (
	"net/url"
	"path"
	"strings"
	"text/template"
	"time"
	"unicode"
	"unicode/utf8"

	"tributary/feed"
)

// maxSlug is how long a slug may be, in bytes: with the date and a suffix the
// file's name stays below 255.
const maxSlug = 200

// jekyllFuncs are the functions of both templates.
var jekyllFuncs = template.FuncMap{
	"query":   queryValue,
	"base":    lastSegment,
	"slugify": slugify,
	"md":      markdownText,
	"lower":   strings.ToLower,
}

// slugData is what the template of a slug sees.
type slugData struct {
	ID         string    // 26 letters and digits, ours
	UpstreamID string    // atom:id, guid or JSON Feed id
	Source     string    // name of the source in feeds.toml
	Title      string    // plain text
	Link       string    // the entry's page, or ""
	Date       time.Time // that of the post
}

// Slug returns the middle of the post's file name, between the date and the
// extension: the entry's own, else what the template makes of it, else the
// last part of its link, else its ID. It is safe as a part of a file's name in
// every file system, and not necessarily unique.
func (j *Jekyll) Slug(e *feed.Entry) (string, error) {
	if slug := slugify(e.Slug); slug != "" {
		return slug, nil
	}
	if j.slug != nil {
		made, err := run(j.slug, slugData{
			ID: e.ID.String(), UpstreamID: e.UpstreamID, Source: string(e.Source),
			Title: e.Title.Body, Link: e.Alternate(), Date: e.Date(),
		})
		if slug := slugify(made); slug != "" || err != nil {
			return slug, err
		}
	}
	if slug := linkSlug(e.Alternate()); slug != "" {
		return slug, nil
	}
	return e.ID.String(), nil
}

// linkSlug returns the last part of a link if that is likely to name this
// entry and no other: it is not one of many under a query, and not a mere word
// such as index.
func linkSlug(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.RawQuery != "" {
		return ""
	}
	slug := slugify(lastSegment(link))
	if utf8.RuneCountInString(slug) < 4 || genericNames[strings.ToLower(slug)] {
		return ""
	}
	return slug
}

var genericNames = map[string]bool{"index": true, "default": true, "home": true, "main": true, "news": true,
	"article": true, "post": true, "view": true, "show": true, "detail": true, "content": true, "page": true}

// lastSegment returns the last part of a URL's path, decoded, without the
// extension of a page.
func lastSegment(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	name := path.Base(strings.TrimRight(u.Path, "/"))
	switch ext := path.Ext(name); strings.ToLower(ext) {
	case ".html", ".htm", ".shtml", ".xhtml", ".php", ".asp", ".aspx", ".jsp", ".md":
		name = strings.TrimSuffix(name, ext)
	}
	return name
}

// queryValue returns a value of a URL's query, "" when there is none.
func queryValue(link, key string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Query().Get(key)
}

// slugify keeps letters of every script, digits, dots, - and _; what is
// between becomes one -. So no two slugs look the same to Jekyll, which does
// likewise for a post's address.
func slugify(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		if r == utf8.RuneError || !isNameRune(r) && !unicode.IsMark(r) && r != '.' || r == '-' {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(r)
	}
	return trimSlug(b.String())
}

// trimSlug cuts a slug to its length, without dots at its ends: names that
// begin with one are hidden, and some systems drop them at the end.
func trimSlug(s string) string {
	s = strings.Trim(s, ".-")
	if len(s) > maxSlug {
		s = strings.ToValidUTF8(s[:maxSlug], "")
	}
	return strings.Trim(s, ".-")
}
