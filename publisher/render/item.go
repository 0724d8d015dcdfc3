package render

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tributary/feed"
	"tributary/internal/lazy"
)

// An item is an entry as every feed format writes it: its texts are free of
// characters that XML has no place for, its links are those a reader can
// follow, and two entries of a document never share an identity.
type item struct {
	*feed.Entry
	id         string
	title      string // plain text, never empty
	link       string
	published  time.Time // the date readers sort by; a plausible one
	updated    time.Time // no two of a document are at one instant
	html       string    // the body: content, else summary
	summary    string    // HTML; empty when there is no more to it than the body
	authors    []feed.Person
	categories []feed.Category
	enclosures []feed.Link
	picture    string
	inReplyTo  []feed.Reference
	credits    []feed.Credit
	source     *Source
	also       []alsoAt // where else its story is
}

// newItems returns the page's entries, newest first. Of entries with one
// published identity, which are one entry that two sources carry, the newest
// is written.
func (p *Page) newItems() []item {
	seen := make(map[string]bool, len(p.Entries))
	out := make([]item, 0, len(p.Entries))
	for i := range p.Entries {
		it := p.item(&p.Entries[i])
		if !seen[it.id] {
			seen[it.id] = true
			out = append(out, it)
		}
	}
	setDates(out)
	if p.Only != nil {
		out = slices.DeleteFunc(out, func(it item) bool { return !p.Only[it.Entry.ID] })
	}
	return out
}

func (p *Page) item(e *feed.Entry) item {
	it := item{
		Entry: e, id: EntryID(e), link: webURL(e.Alternate()), source: p.Sources[e.Origin()], also: p.alsoAt(e),
		html: asHTML(e.Content), summary: asHTML(e.Summary),
	}
	if it.html == "" || it.html == it.summary {
		it.html, it.summary = orElse(it.html, it.summary), ""
	}
	it.title = itemTitle(&it)
	if it.link == "" {
		it.link = p.Site.URL(EntryPath(e.ID))
	}
	if it.html == "" {
		it.html = escapeHTML(it.title)
	}
	it.authors = people(e.Authors)
	it.categories = append(writable(e.Categories), p.filedUnder(e)...)
	for _, l := range e.Enclosures() {
		if l.Href = webURL(l.Href); strings.HasPrefix(l.Href, "http") {
			l.Type = mediaType(l.Type, l.Href)
			it.enclosures = append(it.enclosures, l)
		}
	}
	it.picture, it.inReplyTo = webURL(e.Image), references(e.InReplyTo)
	it.credits = credits(e.Credits)
	if p.Site.Sign != nil {
		p.Site.takeOver(&it)
	}
	return it
}

// writable returns the categories that a document can name.
func writable(in []feed.Category) []feed.Category {
	var out []feed.Category
	for _, c := range in {
		c = feed.Category{Term: legal(c.Term), Scheme: absolute(c.Scheme), Label: legal(c.Label)}
		if c.Term != "" {
			out = append(out, c)
		}
	}
	return out
}

// filedUnder returns the categories of ours that an entry is filed under, where
// that is worth saying: in the feed of them all.
func (p *Page) filedUnder(e *feed.Entry) []feed.Category {
	if p.Category.Term != All {
		return nil
	}
	var out []feed.Category
	for _, c := range p.Categories {
		if e.IsFiled(c.Term) {
			out = append(out, feed.Category{Term: legal(c.Term), Scheme: absolute(p.Site.ID), Label: legal(c.Label)})
		}
	}
	return out
}

// itemTitle returns the title, or what stands for it: the beginning of the
// text, else the date.
func itemTitle(it *item) string {
	if title := legal(it.Title.Body); title != "" {
		return title
	}
	text := plainText(it.html)
	if text == "" {
		return it.Date().Format("2006-01-02 15:04")
	}
	return excerpt(text, 80)
}

// excerpt returns the beginning of text, at most n characters, ended at a
// word where there are words.
func excerpt(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	runes := []rune(text)[:n]
	for i := n - 1; i > n/2; i-- {
		if unicode.IsSpace(runes[i]) {
			runes = runes[:i]
			break
		}
	}
	return strings.TrimRightFunc(string(runes), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) + "…"
}

// people returns the persons that a document can name. An e-mail address
// within a name is moved to where it belongs.
func people(in []feed.Person) []feed.Person {
	var out []feed.Person
	for _, p := range in {
		p = feed.Person{Name: unmarked(legal(p.Name)), URI: absolute(p.URI), Email: legal(p.Email)}
		if !isAddress(p.Email) {
			p.Email = ""
		}
		if strings.Contains(p.Name, "@") {
			p.Name = addressInName().ReplaceAllStringFunc(p.Name, func(match string) string {
				p.Email = orElse(p.Email, strings.Trim(match, " \t<>()[]"))
				return " "
			})
			p.Name = strings.Trim(p.Name, " ()")
		}
		if !isAddress(p.Email) {
			p.Email = ""
		}
		if p.Name == "" {
			p.Name, _, _ = strings.Cut(p.Email, "@")
		}
		if p.Name != "" {
			out = append(out, p)
		}
	}
	return out
}

var addressInName = lazy.Regexp(`[ \t]*[<(\[]?[\pL\pN_.+%-]+@[\pL\pN_.-]+\.[\pL\pN_]+[>)\]]?`)

// isAddress reports whether s is a plain e-mail address, as atom:email and
// RSS want it.
func isAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || !strings.Contains(domain, ".") || strings.HasPrefix(domain, ".") || strings.HasSuffix(domain, ".") {
		return false
	}
	for _, r := range local + domain {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._%+-", r) {
			return false
		}
	}
	return true
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
