package parse

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/internal/lazy"
)

// jsonKind reads what a JSON API lists, by expressions in jq's language, and
// for each item the document that has more of it.
var jsonKind = Kind{
	Schemes: []string{"http", "https", "file"},
	Options: jsonOptions(),
	Opaque:  true,
	New:     newJSON,
}

// jsonFields are what expressions may say of an item, in the list and, as
// detail_FIELD, in the item's own document. Of id, link and slug only the list
// has a say: they are the item's identity.
var jsonFields = []string{"id", "link", "slug", "title", "date", "updated", "summary", "content", "author", "category", "image", "language"}

func isIdentity(field string) bool { return field == "id" || field == "link" || field == "slug" }

// usualFields are taken where the options say nothing.
var usualFields = map[string]string{"id": ".id?", "title": ".title?", "link": "(.url? // .link?)"}

func jsonOptions() []string {
	keys := []string{"items", "feed_title", "next", "pages", "detail", "date_layout", "date_zone"}
	for _, field := range jsonFields {
		keys = append(keys, field)
		if !isIdentity(field) {
			keys = append(keys, "detail_"+field)
		}
	}
	return keys
}

type jsonParser struct {
	items, title, next, detail *expression
	fields, details            map[string]*expression
	dates                      dateReader
	pages                      int
}

func newJSON(o feed.Options) (Parser, error) {
	s := settings{of: o}
	p := &jsonParser{
		items: s.expression("items"), title: s.expression("feed_title"), next: s.expression("next"), detail: s.expression("detail"),
		fields: map[string]*expression{}, details: map[string]*expression{}, dates: s.dates(), pages: s.number("pages", maxPages, 1),
	}
	if p.items == nil {
		s.wrong("items", -1, "it is missing", `expected the jq expression that gives the items, such as options.items = ".data.list[]"`, "")
	}
	for _, field := range jsonFields {
		if p.fields[field] = s.expression(field); p.fields[field] == nil {
			usual := settings{of: usualFields}
			p.fields[field] = usual.expression(field)
		}
		if !isIdentity(field) {
			p.details[field] = s.expression("detail_"+field, itemVariable)
		}
	}
	own := slices.DeleteFunc(slices.Sorted(maps.Keys(o)), func(key string) bool { return !strings.HasPrefix(key, "detail_") })
	switch {
	case p.detail == nil && len(own) > 0:
		s.wrong(own[0], -1, "option detail is missing", `expected the jq expression that gives the address of an item's own document, such as options.detail = '"/article?id=\(.id)"'`, "")
	case p.detail != nil && len(own) == 0:
		s.wrong("detail", -1, "nothing says what to take from an item's own document", `expected one such as options.detail_content = ".data.body"`, "")
	case p.pages > 1 && p.next == nil:
		s.wrong("pages", -1, "it says how many pages to read, and option next is missing", `expected the jq expression of the next page's address, such as options.next = ".links.next"`, "")
	}
	return s.result(p)
}

func (p *jsonParser) Pages() int { return p.pages }

// Parse reads one page of the list.
func (p *jsonParser) Parse(doc *fetch.Document) (*Feed, error) {
	v, d, err := readDocument(doc)
	if err != nil {
		return nil, err
	}
	r := newJSONReader(p)
	defer r.run.end()
	f := &Feed{Format: "json", Charset: d.charset, Notes: d.notes}
	if base := baseOf(doc); base != nil {
		f.Base = base.String()
		r.base = base
	}
	items, err := r.list(v)
	if err != nil {
		return nil, err
	}
	if len(items) > maxItems {
		f.Notes = append(f.Notes, fmt.Sprintf("only the first %d items are read", maxItems))
		items = items[:maxItems]
	}
	for _, v := range items {
		it := r.item(p.fields, v)
		if p.detail != nil {
			it.Detail = webAddress(r.base, r.first(p.detail, v))
			it.Scant = it.Content.Body == "" && it.Summary.Body == ""
			it.raw = v
		}
		f.Items = append(f.Items, it)
	}
	if p.title != nil {
		f.Title = plainText(r.first(p.title, v))
	}
	if p.next != nil {
		if next := webAddress(r.base, r.first(p.next, v)); next != "" && next != doc.URL {
			f.More = []string{next}
		}
	}
	f.Notes = append(f.Notes, r.notes(len(items))...)
	if r.slow {
		return nil, &Error{Reason: "the jq expressions of this source are too slow for its document: " + errSlow.Error(), Hint: "make them simpler, or ask the API for fewer items"}
	}
	return f, nil
}

// Detail reads an item's own document.
func (p *jsonParser) Detail(it *Item, doc *fetch.Document) (*Item, error) {
	v, _, err := readDocument(doc)
	if err != nil {
		return nil, err
	}
	r := newJSONReader(p, it.raw)
	defer r.run.end()
	r.base = baseOf(doc)
	more := r.item(p.details, v)
	if r.base != nil {
		more.Base = r.base.String()
	}
	for _, key := range slices.Sorted(maps.Keys(r.tallies)) {
		if t := r.tallies[key]; t.first != "" {
			return nil, &Error{Reason: fmt.Sprintf("option %s: %s", key, t.first)}
		}
	}
	if more.Content.Body == "" && more.Summary.Body == "" && p.details["content"] != nil {
		return nil, &Error{Reason: fmt.Sprintf("option detail_content: the expression %s gave nothing; the document has %s", p.details["content"].text, shape(v))}
	}
	return &more, nil
}

// A jsonReader evaluates a source's expressions.
type jsonReader struct {
	*jsonParser
	run       run
	base      *url.URL
	variables []any
	tallies   map[string]*tally
	slow      bool
}

func newJSONReader(p *jsonParser, variables ...any) *jsonReader {
	return &jsonReader{jsonParser: p, run: newRun(), variables: variables, tallies: map[string]*tally{}}
}

// list returns the items: the values of the expression, or the elements of
// the one list that it gives.
func (r *jsonReader) list(v any) ([]any, error) {
	var all []any
	err := r.run.each(r.items, v, func(v any) bool {
		all = append(all, v)
		return len(all) <= maxItems
	})
	if err != nil {
		return nil, &Error{Reason: fmt.Sprintf("option items: %s: %v", r.items.text, err), Hint: "the document has " + shape(v), Err: err}
	}
	if len(all) == 1 {
		switch list := all[0].(type) {
		case []any:
			return list, nil
		case nil:
			return nil, &Error{Reason: fmt.Sprintf("option items: the expression %s gave null, not a list of items", r.items.text), Hint: "the document has " + shape(v)}
		}
	}
	return all, nil
}

// shape says what a document has, for whoever writes expressions.
func shape(v any) string {
	switch v := v.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		return shorten("the keys "+strings.Join(keys, ", "), 300)
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	}
	return "neither an object nor a list in it"
}

func (r *jsonReader) texts(e *expression, v any, limit int) []string {
	if e == nil {
		return nil
	}
	out, err := r.run.texts(e, v, limit, r.variables...)
	t := r.tallies[e.key]
	if t == nil {
		t = &tally{}
		r.tallies[e.key] = t
	}
	t.see(len(out) > 0)
	if err != nil {
		t.failed("%s: %v", e.text, err)
		r.slow = r.slow || errors.Is(err, errSlow)
	}
	return out
}

func (r *jsonReader) first(e *expression, v any) string {
	if list := r.texts(e, v, 1); len(list) > 0 {
		return list[0]
	}
	return ""
}

// item returns what the expressions say of a value.
func (r *jsonReader) item(fields map[string]*expression, v any) Item {
	if r.slow {
		return Item{}
	}
	it := Item{
		ID:        strings.TrimSpace(r.first(fields["id"], v)),
		Slug:      r.first(fields["slug"], v),
		Language:  r.first(fields["language"], v),
		Title:     textOrHTML(r.first(fields["title"], v)),
		Summary:   textOrHTML(r.first(fields["summary"], v)),
		Content:   textOrHTML(r.first(fields["content"], v)),
		Published: r.date(fields["date"], v),
		Updated:   r.date(fields["updated"], v),
	}
	if href := r.first(fields["link"], v); href != "" {
		it.Links = append(it.Links, Link{Link: feed.Link{Href: href, Rel: feed.RelAlternate}})
	}
	for _, name := range r.texts(fields["author"], v, maxFew) {
		if who, ok := person(name); ok {
			it.Authors = addPerson(it.Authors, who)
		}
	}
	for _, term := range r.texts(fields["category"], v, maxFew) {
		it.Categories = addCategory(it.Categories, feed.Category{Term: term})
	}
	it.Image.Href = r.first(fields["image"], v)
	return it
}

// textOrHTML returns a text that an API does not tell the type of.
func textOrHTML(s string) Text {
	if looksLikeHTML(s) {
		return Text{Type: feed.TextHTML, Body: strings.TrimSpace(s)}
	}
	return Text{Body: strings.TrimSpace(s)}
}

var unixTime = lazy.Regexp(`^\d{9,14}(\.\d+)?$`)

// date returns a date as written, or seconds or milliseconds since 1970 as a
// date.
func (r *jsonReader) date(e *expression, v any) string {
	text := r.first(e, v)
	if unixTime().MatchString(text) {
		n, err := strconv.ParseFloat(text, 64)
		if err == nil {
			if n >= 1e11 {
				n /= 1000
			}
			at := time.Unix(int64(n), 0).UTC()
			if r.dates.zone != nil {
				at = at.In(r.dates.zone)
			}
			return at.Format(time.RFC3339)
		}
	}
	date, ok := r.dates.read(text)
	if !ok {
		r.tallies[e.key].failed("date_layout: the date %q is not written like %q", shorten(text, 60), r.dates.layout)
	}
	return date
}

// notes tells of expressions that failed, or never gave anything.
func (r *jsonReader) notes(items int) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(r.tallies)) {
		t := r.tallies[key]
		switch {
		case t.first != "":
			out = append(out, fmt.Sprintf("option %s: %s", key, shorten(t.first, 400)))
		case t.found == 0 && items > 0 && usualFields[key] == "" && key != "next":
			out = append(out, fmt.Sprintf("option %s: the expression gave nothing for any of the %d items", key, items))
		}
	}
	return out
}

// maxValueDepth bounds how deep values may lie in one another.
const maxValueDepth = 200

// padding is what servers put around JSON for scripts: a call, an assignment,
// or what keeps scripts out.
var padding = lazy.Regexp(`^(?:\)\]\}',?\s*|(?:/\*\*/)?\s*(?:try\s*\{)?\s*(?:(?:var|let|const)\s+)?[A-Za-z_$][\w$.]*\s*(?:\(|=)\s*)`)

// readDocument reads a JSON document, padded or not.
func readDocument(doc *fetch.Document) (any, decoded, error) {
	d := decode(doc.Body, doc.Header.Get("Content-Type"))
	text := strings.TrimSpace(d.text)
	at := strings.IndexAny(text[:min(len(text), 1)], `{["`)
	if at < 0 {
		if m := padding().FindStringIndex(text); m != nil {
			text = text[m[1]:]
		}
	}
	if text == "" {
		return nil, d, &Error{Reason: "the document is empty"}
	}
	if line, deep := nesting(text); deep {
		return nil, d, &Error{Reason: fmt.Sprintf("its values lie more than %d deep in one another", maxValueDepth), Line: line}
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		if strings.HasPrefix(text, "<") {
			return nil, d, &Error{Reason: "this is HTML or XML, not JSON", Hint: "give the address of the API, not of a page"}
		}
		e := &Error{Reason: "this is no JSON: " + err.Error(), Err: err}
		var se *json.SyntaxError
		switch {
		case errors.As(err, &se):
			e.Line = 1 + strings.Count(text[:min(int(se.Offset), len(text))], "\n")
		case errors.Is(err, io.ErrUnexpectedEOF):
			e.Reason = "the JSON is cut short"
		}
		return nil, d, e
	}
	return v, d, nil
}

// nesting reports whether values lie too deep, and the line where.
func nesting(text string) (line int, deep bool) {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxValueDepth {
				return 1 + strings.Count(text[:i], "\n"), true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return 0, false
}
