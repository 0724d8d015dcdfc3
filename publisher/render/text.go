package render

import (
	"html"
	"math"
	"mime"
	"net/url"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
	xlanguage "golang.org/x/text/language"

	"tributary/feed"
	"tributary/internal/lazy"
)

// asHTML returns a text construct as HTML.
func asHTML(t feed.Text) string {
	if t.Type == feed.TextHTML {
		return legal(t.Body)
	}
	return escapeHTML(legal(t.Body))
}

func escapeHTML(s string) string { return html.EscapeString(s) }

// plainText returns the words of HTML.
func plainText(markup string) string { return plainStart(markup, math.MaxInt) }

// plainStart returns the beginning of what plainText does: all of it, or at
// least n characters.
func plainStart(markup string, n int) string {
	if !strings.ContainsAny(markup, "<&") {
		return strings.Join(strings.Fields(markup), " ")
	}
	var words strings.Builder
	for z, look := nethtml.NewTokenizer(strings.NewReader(markup)), n; ; {
		switch z.Next() {
		case nethtml.ErrorToken:
			return strings.Join(strings.Fields(words.String()), " ")
		case nethtml.TextToken:
			words.Write(z.Text())
		case nethtml.StartTagToken, nethtml.EndTagToken, nethtml.SelfClosingTagToken:
			if name, _ := z.TagName(); !inline[string(name)] {
				words.WriteByte(' ')
			}
		}
		if words.Len() <= look {
			continue
		}
		if text := strings.Join(strings.Fields(words.String()), " "); utf8.RuneCountInString(text) >= n {
			return text
		}
		look = 2 * words.Len()
	}
}

// inline are the elements that do not part words.
var inline = map[string]bool{"a": true, "b": true, "i": true, "em": true, "strong": true, "span": true, "code": true, "sub": true, "sup": true, "u": true, "s": true, "mark": true, "small": true, "abbr": true, "ruby": true, "wbr": true}

// mediaType returns the type of a link if it is one (RFC 6838 §4.2), else
// what the URL's extension says.
func mediaType(given, href string) string {
	if t, _, err := mime.ParseMediaType(given); err == nil && mediaTypePattern().MatchString(t) {
		return t
	}
	u, err := url.Parse(href)
	if err != nil {
		return "application/octet-stream"
	}
	if t := extensions[strings.ToLower(path.Ext(u.Path))]; t != "" {
		return t
	}
	return "application/octet-stream"
}

var mediaTypePattern = lazy.Regexp(`^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$`)

// extensions are those of the files that feeds enclose. The system's own
// table differs between machines, and documents are not to.
var extensions = map[string]string{
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg", ".wav": "audio/wav", ".flac": "audio/flac",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", ".ogv": "video/ogg",
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif", ".svg": "image/svg+xml",
	".pdf": "application/pdf", ".epub": "application/epub+zip", ".zip": "application/zip", ".torrent": "application/x-bittorrent",
}

// nothingYet is the date of a feed without entries: documents read no clock,
// and validators doubt any date before 1990. It is the month of RFC 4287.
var nothingYet = time.Date(2005, time.December, 1, 0, 0, 0, 0, time.UTC)

// pageUpdated returns when the page last changed.
func (p *Page) pageUpdated(items []item) time.Time {
	newest := nothingYet
	for i := range items {
		if at := items[i].updated; at.After(newest) {
			newest = at
		}
	}
	return newest
}

// language returns the language of the page's category, else of the site.
func (p *Page) language() string { return orElse(p.Category.Language, p.Site.Language) }

// heading returns the title of the category's feed.
func (p *Page) heading() string {
	if p.Category.Label == "" {
		return orElse(legal(p.Site.Title), p.Category.Term)
	}
	if p.Site.Title == "" {
		return legal(p.Category.Label)
	}
	return legal(p.Category.Label + " - " + p.Site.Title)
}

// description returns what the category's feed is about.
func (p *Page) description() string {
	return legal(orElse(p.Category.Description, p.Site.Description))
}

// language returns a BCP 47 tag that documents may hold, or "".
func language(s string) string {
	s = strings.ReplaceAll(legal(s), "_", "-")
	if !languageSyntax().MatchString(s) {
		return ""
	}
	base, _, _ := strings.Cut(s, "-")
	if _, err := xlanguage.ParseBase(base); err != nil {
		return ""
	}
	return s
}

var languageSyntax = lazy.Regexp(`^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$`)
