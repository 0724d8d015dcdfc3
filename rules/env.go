package rules

import (
	"strings"
	"time"
	"unicode/utf8"

	"tributary/feed"
)

// What an expression sees of an entry. Texts are cut, lists end early.
const (
	maxBody = 64 << 10 // bytes of summary and content
	maxText = 4 << 10  // bytes of every other text
	maxItem = 2 << 10  // bytes of a text in a list
	maxList = 100      // elements of a list
)

// uses are the fields that an expression reads. Only they are made.
type uses uint32

const (
	useTitle uses = 1 << iota
	useSummary
	useContent
	useRights
	useLanguage
	useID
	useLink
	useSource
	usePublished
	useUpdated
	useTerms
	useCategories
	useAuthors
	useContributors
	useLinks
	useEnclosures
	useFiled
)

// A Field is what an expression may read, for people.
type Field struct{ Name, Type, Meaning string }

// Fields are those that expressions may read.
func Fields() []Field {
	out := make([]Field, len(fields))
	for i := range fields {
		out[i] = fields[i].Field
	}
	return out
}

// field is a Field and what it may cost.
type field struct {
	Field
	use  uses
	load func(v *env, e *feed.Entry)
	bound
}

var (
	aBody   = bound{size: maxBody}
	aText   = bound{size: maxText}
	aNumber = bound{size: 16}
	aList   = bound{size: maxList * maxItem, item: maxItem, n: maxList}
	objects = aList // one field of an element at a time is looked at
)

var fields = []field{
	{Field{"title", "text", "atom:title, plain"}, useTitle, func(v *env, e *feed.Entry) { v.Title = cut(e.Title.Body, maxText) }, aText},
	{Field{"summary", "text", "atom:summary, HTML or plain"}, useSummary, func(v *env, e *feed.Entry) { v.Summary = cut(e.Summary.Body, maxBody) }, aBody},
	{Field{"content", "text", "atom:content, HTML or plain"}, useContent, func(v *env, e *feed.Entry) { v.Content = cut(e.Content.Body, maxBody) }, aBody},
	{Field{"rights", "text", "atom:rights"}, useRights, func(v *env, e *feed.Entry) { v.Rights = cut(e.Rights.Body, maxText) }, aText},
	{Field{"language", "text", `a tag such as "en" or "zh-CN"; empty: unknown`}, useLanguage, func(v *env, e *feed.Entry) { v.Language = cut(e.Language, maxText) }, aText},
	{Field{"id", "text", "upstream's atom:id or guid; may be empty"}, useID, func(v *env, e *feed.Entry) { v.ID = cut(e.UpstreamID, maxText) }, aText},
	{Field{"link", "text", "the URL of its page; may be empty"}, useLink, func(v *env, e *feed.Entry) { v.Link = cut(e.Alternate(), maxText) }, aText},
	{Field{"source", "text", "the NAME of [source.NAME]"}, useSource, func(v *env, e *feed.Entry) { v.Source = string(e.Source) }, aText},
	{Field{"published", "time", "atom:published, RSS pubDate; zero when upstream gave none"}, usePublished, func(v *env, e *feed.Entry) { v.Published = e.Published }, aNumber},
	{Field{"updated", "time", "atom:updated; zero when upstream gave none"}, useUpdated, func(v *env, e *feed.Entry) { v.Updated = e.Updated }, aNumber},
	{Field{"terms", "list of texts", "the terms of its atom:category elements, upstream's own"}, useTerms, (*env).loadTerms, aList},
	{Field{"categories", "list of .term .scheme .label", "atom:category"}, useCategories, (*env).loadCategories, objects},
	{Field{"authors", "list of .name .uri .email", "atom:author"}, useAuthors, func(v *env, e *feed.Entry) { v.Authors = persons(e.Authors) }, objects},
	{Field{"contributors", "list of .name .uri .email", "atom:contributor"}, useContributors, func(v *env, e *feed.Entry) { v.Contributors = persons(e.Contributors) }, objects},
	{Field{"links", "list of .href .rel .type .hreflang .title .length", "atom:link, enclosures too"}, useLinks, func(v *env, e *feed.Entry) { v.Links = links(e.Links, "") }, objects},
	{Field{"enclosures", "list of .href .rel .type .hreflang .title .length", "the links with rel enclosure"}, useEnclosures, func(v *env, e *feed.Entry) { v.Enclosures = links(e.Links, feed.RelEnclosure) }, objects},
	{Field{"filed", "list of texts", "the terms of our categories that it is filed under so far"}, useFiled, func(v *env, e *feed.Entry) { v.Filed = e.Filed[:min(len(e.Filed), maxList)] }, aList},
}

// An env is what an expression reads.
type env struct {
	Title        string     `expr:"title"`
	Summary      string     `expr:"summary"`
	Content      string     `expr:"content"`
	Rights       string     `expr:"rights"`
	Language     string     `expr:"language"`
	ID           string     `expr:"id"`
	Link         string     `expr:"link"`
	Source       string     `expr:"source"`
	Published    time.Time  `expr:"published"`
	Updated      time.Time  `expr:"updated"`
	Terms        []string   `expr:"terms"`
	Categories   []category `expr:"categories"`
	Authors      []person   `expr:"authors"`
	Contributors []person   `expr:"contributors"`
	Links        []link     `expr:"links"`
	Enclosures   []link     `expr:"enclosures"`
	Filed        []string   `expr:"filed"`

	loaded uses
}

type category struct {
	Term   string `expr:"term"`
	Scheme string `expr:"scheme"`
	Label  string `expr:"label"`
}

type person struct {
	Name  string `expr:"name"`
	URI   string `expr:"uri"`
	Email string `expr:"email"`
}

type link struct {
	Href     string `expr:"href"`
	Rel      string `expr:"rel"`
	Type     string `expr:"type"`
	HrefLang string `expr:"hreflang"`
	Title    string `expr:"title"`
	Length   int    `expr:"length"`
}

// load makes what is used and not there yet.
func (v *env) load(e *feed.Entry, want uses) {
	want &^= v.loaded
	for i := 0; want != 0 && i < len(fields); i++ {
		if f := &fields[i]; want&f.use != 0 {
			f.load(v, e)
			want &^= f.use
			v.loaded |= f.use
		}
	}
}

func (v *env) loadTerms(e *feed.Entry) {
	v.Terms = make([]string, 0, len(e.Categories))
	for _, c := range e.Categories[:min(len(e.Categories), maxList)] {
		v.Terms = append(v.Terms, cut(c.Term, maxItem))
	}
}

func (v *env) loadCategories(e *feed.Entry) {
	v.Categories = make([]category, 0, len(e.Categories))
	for _, c := range e.Categories[:min(len(e.Categories), maxList)] {
		v.Categories = append(v.Categories, category{cut(c.Term, maxItem), cut(c.Scheme, maxItem), cut(c.Label, maxItem)})
	}
}

func persons(in []feed.Person) []person {
	out := make([]person, 0, len(in))
	for _, p := range in[:min(len(in), maxList)] {
		out = append(out, person{cut(p.Name, maxItem), cut(p.URI, maxItem), cut(p.Email, maxItem)})
	}
	return out
}

// links returns those with a relation, or all for an empty one.
func links(in []feed.Link, rel string) []link {
	out := make([]link, 0, len(in))
	for _, l := range in {
		if rel != "" && l.Rel != rel || len(out) == maxList {
			continue
		}
		out = append(out, link{cut(l.Href, maxItem), cut(l.Rel, maxItem), cut(l.Type, maxItem), cut(l.HrefLang, maxItem), cut(l.Title, maxItem), int(l.Length)})
	}
	return out
}

// cut returns as much of a text as is handed in, without half a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// fieldNamed finds a field.
func fieldNamed(name string) (*field, bool) {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i], true
		}
	}
	return nil, false
}

// nearest returns the field or function with the name that is most like a
// word, "" if none is.
func nearest(word string) string {
	best, most := "", (len(word)+1)/3+1
	for _, name := range append(names(), Functions...) {
		if d := distance(strings.ToLower(word), strings.ToLower(name)); d < most {
			best, most = name, d
		}
	}
	return best
}

func names() []string {
	out := make([]string, 0, len(fields))
	for i := range fields {
		out = append(out, fields[i].Name)
	}
	return out
}

// distance is how many letters must be changed, added or left out.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
