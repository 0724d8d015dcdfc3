package parse

import (
	"mime"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tributary/feed"
	"tributary/internal/lazy"
)

// postText returns a file as Jekyll would read it: UTF-8 without a byte order
// mark, lines ended by \n.
func postText(raw []byte) string {
	s := strings.TrimPrefix(string(raw), "\uFEFF")
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ReplaceAll(s, "\r\n", "\n")
}

// read adds the post's item to the feed.
func (r *folderReader) read(p *post) {
	if !utf8.Valid(p.body) {
		r.note(p.file, 0, "not valid UTF-8; read without the bytes that are not")
	}
	yaml, body, ok := splitMatter(postText(p.body))
	if !ok {
		r.note(p.file, 1, "no front matter: the file must begin with a line ---, and have another at most %d KiB further on; left out", maxMatter>>10)
		return
	}
	m, err := readMatter(yaml)
	if err != nil {
		r.noteMatter(p.file, 1, err, "left out")
		return
	}
	if strings.EqualFold(m.get("published"), "false") {
		return
	}
	it := p.item(m)
	it.Published = r.date(p, m)
	it.Updated = r.zoned(m.get("last_modified_at", "updated", "modified"))
	if m.get("render_with_liquid") != "false" {
		var removed int
		if body, removed = unliquid(body); removed > 0 {
			r.note(p.file, 0, "%d Liquid tags left out: only Jekyll can run them", removed)
		}
	}
	it.Content = Text{Type: feed.TextHTML, Body: body}
	if !p.isHTML {
		var link string
		body, link = cutTail(body, originalLink(m))
		if it.Content.Body, ok = markdown(body); !ok {
			r.note(p.file, 0, "the Markdown is too long or too deeply nested; shown as it is written")
		}
		if link != "" && originalLink(m) == "" {
			it.Links = append([]Link{{Link: feed.Link{Href: link, Rel: feed.RelAlternate}}}, it.Links...)
		}
	}
	r.feed.Items = append(r.feed.Items, it)
}

// item returns what the front matter says, dates aside.
func (p *post) item(m matter) Item {
	it := Item{
		ID:         p.id,
		Slug:       p.slug,
		Language:   m.get("lang", "locale", "language"),
		Title:      Text{Body: m.get("title")},
		Summary:    excerpt(m.get("description", "excerpt", "summary")),
		Authors:    append(persons(m.fields["author"]), persons(m.fields["authors"])...),
		Categories: p.categories(m),
	}
	if _, has := m.fields["title"]; !has {
		it.Title.Body = titleOf(p.slug)
	}
	if link := originalLink(m); link != "" {
		it.Links = append(it.Links, Link{Link: feed.Link{Href: link, Rel: feed.RelAlternate}})
	}
	for _, key := range []string{"enclosure", "image"} {
		if l, ok := enclosure(m.fields[key]); ok {
			it.Links = append(it.Links, l)
		}
	}
	return it
}

// originalLink returns where the post was first published, as front matter
// says it.
func originalLink(m matter) string {
	return m.get("link", "original_url", "canonical_url", "external_url")
}

// excerpt returns a text that may be HTML or not: it is if it looks as if.
func excerpt(s string) Text {
	if looksLikeHTML(s) {
		return Text{Type: feed.TextHTML, Body: s}
	}
	return Text{Body: s}
}

// titleOf returns what Jekyll shows of a post without a title.
func titleOf(slug string) string {
	words := strings.FieldsFunc(slug, func(r rune) bool { return r == '-' })
	for i, w := range words {
		first, size := utf8.DecodeRuneInString(w)
		words[i] = string(unicode.ToUpper(first)) + w[size:]
	}
	return strings.Join(words, " ")
}

// categories returns those of the folders, then category, categories, tag and
// tags: Jekyll splits a string at its blanks where the key is a plural.
func (p *post) categories(m matter) []feed.Category {
	terms := append([]string{}, p.folders...)
	terms = append(terms, m.fields["category"].texts()...)
	terms = append(terms, m.fields["categories"].words()...)
	terms = append(terms, m.fields["tag"].texts()...)
	terms = append(terms, m.fields["tags"].words()...)
	var out []feed.Category
	for _, t := range terms {
		out = append(out, feed.Category{Term: t})
	}
	return out
}

// persons reads an author: a name, a map with name, email and url, or a list
// of either.
func persons(m matter) []feed.Person {
	if name := strings.TrimSpace(m.text); name != "" {
		return []feed.Person{{Name: name}}
	}
	p := feed.Person{Name: m.get("name", "display_name"), Email: m.get("email"), URI: m.get("url", "uri", "link")}
	if p != (feed.Person{}) {
		return []feed.Person{p}
	}
	var out []feed.Person
	for _, v := range m.list {
		out = append(out, persons(v)...)
	}
	return out
}

// enclosure reads a URL, or a map with url or path, type and length.
func enclosure(m matter) (Link, bool) {
	l := feed.Link{Rel: feed.RelEnclosure, Href: strings.TrimSpace(m.text), Type: m.get("type")}
	if l.Href == "" {
		l.Href = m.get("url", "path", "src")
	}
	l.Length, _ = strconv.ParseInt(m.get("length"), 10, 64) // 0, unknown, when it is no number
	if l.Type == "" {
		l.Type, _, _ = strings.Cut(mime.TypeByExtension(path.Ext(l.Href)), ";")
	}
	return Link{Link: l}, l.Href != ""
}

var year = lazy.Regexp(`\b\d{4}\b`)

// date returns the post's date: the front matter's, else that of its name.
func (r *folderReader) date(p *post, m matter) string {
	date := m.get("date")
	if date != "" && !year().MatchString(date) {
		r.note(p.file, m.fields["date"].line+1, "%q is no date; that of the file's name is taken", date)
		date = ""
	}
	if date == "" {
		date = p.date
	}
	return r.zoned(date)
}

// zoned adds the site's offset to a date that has none.
func (r *folderReader) zoned(date string) string {
	if r.zone == nil {
		return date
	}
	for _, layout := range []string{time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, date, r.zone); err == nil {
			return at.Format("2006-01-02 15:04:05 -0700")
		}
	}
	return date
}
