package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
)

// An entryView is an entry as lists show it.
type entryView struct {
	Title, Href   string
	Lang, Dir     string // when they differ from the page's
	Excerpt       string // the beginning of its text; may be empty
	Picture       string // may be empty
	Source        string
	SourceHref    string // may be empty
	Date          stamp
	HasEnclosures bool
	Also          []alsoAt // where else its story is
}

func (v *view) entry(p *Page, it *item) entryView {
	out := entryView{
		Title: it.title, Href: v.path(EntryPath(it.ID)), Source: p.sourceName(it), Date: v.Words.stamp(it.Date()),
		Lang: otherLanguage(languageTag(it.Language), v.Lang), HasEnclosures: len(it.enclosures) > 0, Picture: picture(it), Also: it.also,
	}
	out.Date.Class = "dt-published"
	if out.Lang != "" && direction(out.Lang) != v.Dir {
		out.Dir = orElse(direction(out.Lang), "ltr")
	}
	if it.source != nil {
		out.SourceHref = pageURL(it.source.Feed.Alternate())
	}
	// Twice as much as is shown: closeUp takes out at most every other character.
	text := plainStart(orElse(it.summary, it.html), utf8.RuneCountInString(it.title)+2*(longestExcerpt+2))
	if rest, ok := strings.CutPrefix(text, it.title); ok && (rest == "" || rest[0] == ' ') {
		text = strings.TrimSpace(rest)
	}
	out.Excerpt = excerpt(closeUp(text), excerptLength(text))
	return out
}

// closeUp takes out the blanks that parted paragraphs where the text is of a
// script that has none.
func closeUp(text string) string {
	for _, mark := range []string{"。", "！", "？", "”", "；", "："} {
		text = strings.ReplaceAll(text, mark+" ", mark)
	}
	return text
}

// longestExcerpt is the most that excerptLength returns.
const longestExcerpt = 220

// excerptLength returns how many characters make about three lines: those of
// Chinese, Japanese and Korean are twice as wide.
func excerptLength(text string) int {
	wide, n := 0, 0
	for _, r := range text {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			wide++
		}
		if n++; n == 100 {
			break
		}
	}
	if wide*2 > n {
		return 110
	}
	return longestExcerpt
}

// picture returns the entry's own picture: an enclosed one, else the first in
// its text that is no icon.
func picture(it *item) string {
	if u := pageURL(firstImage(it)); u != "" {
		return u
	}
	if !strings.Contains(it.html, "<img") {
		return ""
	}
	for z := nethtml.NewTokenizer(strings.NewReader(it.html)); ; {
		switch z.Next() {
		case nethtml.ErrorToken:
			return ""
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			if t := z.Token(); t.Data == "img" {
				if u := pictureOf(&t); u != "" {
					return u
				}
			}
		}
	}
}

// smallest is the size in pixels below which a picture is an icon.
const smallest = 100

func pictureOf(t *nethtml.Token) string {
	src := ""
	for _, a := range t.Attr {
		switch a.Key {
		case "src":
			src = pageURL(a.Val)
		case "width", "height":
			var n int
			if _, err := fmt.Sscanf(a.Val, "%d", &n); err == nil && n < smallest && !strings.Contains(a.Val, "%") {
				return ""
			}
		}
	}
	return src
}

// An attachment is an enclosure that the page plays, shows or links to.
type attachment struct {
	Kind        string // "audio", "video", "image" or "file"
	Href, Type  string
	Name, Size  string
	Description string // for those who cannot see a picture
}

// attachments returns the enclosures that the text does not hold already.
func attachments(it *item) []attachment {
	var out []attachment
	for _, l := range it.enclosures {
		href := pageURL(l.Href)
		if href == "" || strings.Contains(it.html, `src="`+escapeHTML(href)+`"`) {
			continue
		}
		a := attachment{Kind: "file", Href: href, Type: l.Type, Name: orElse(legal(l.Title), fileName(upstreamOf(href))), Size: size(l.Length), Description: legal(l.Title)}
		if kind, _, _ := strings.Cut(l.Type, "/"); kind == "audio" || kind == "video" || kind == "image" {
			a.Kind = kind
		}
		out = append(out, a)
	}
	return out
}

// fileName returns the last part of a URL's path, else its host.
func fileName(href string) string {
	href, _, _ = strings.Cut(href, "?")
	href, _, _ = strings.Cut(href, "#")
	href = strings.TrimRight(href, "/")
	return href[strings.LastIndexByte(href, '/')+1:]
}

// size returns a number of bytes in words, "" for an unknown one.
func size(n int64) string {
	switch {
	case n <= 0:
		return ""
	case n < 1<<20:
		return fmt.Sprintf("%d KB", max(n>>10, 1))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}
