package validator

import (
	"io"
	"slices"
	"strings"
	"time"

	"tributary/validator/jsontext"
	"tributary/validator/markup"
	"tributary/validator/value"
)

// A jsonKey says what one key of JSON Feed may hold.
type jsonKey struct {
	kind     jsontext.Kind
	required *Rule
	// check looks at its value, which is of the kind.
	check func(j *jsonFeed, v jsonVal)
	since string // "1.1": the version that brought it
}

// A jsonVal is a value with the names that messages give it.
type jsonVal struct {
	*jsontext.Value
	key, parent string
}

// A jsonFeed is a document of JSON Feed while it is judged.
type jsonFeed struct {
	*checker
	html      markup.Scanner
	version   string
	feedURL   string
	ids       seen
	last      time.Time // of the entry before
	unordered int
}

func jsonPos(p jsontext.Pos) Position { return Position(p) }

// place is that of the whole value.
func (v jsonVal) place() place {
	return place{start: jsonPos(v.Start), end: jsonPos(v.End), element: v.key, parent: v.parent, value: v.Text}
}

// at is the place of length bytes of a string at an offset.
func (v jsonVal) at(offset, length int) place {
	p := v.place()
	if v.Kind == jsontext.String {
		p.start, p.end = jsonPos(v.At(offset)), jsonPos(v.At(offset+length))
	}
	return p
}

// replaced is the edit that writes another string.
func (v jsonVal) replaced(s string) *Fix {
	return &Fix{What: "write " + s, Start: v.Start.Offset, End: v.End.Offset, New: `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`}
}

// json judges a document of JSON. Only a feed's items are forgotten one by
// one: the rest of a feed is small.
func (c *checker) jsonFeed(r io.Reader) {
	j := &jsonFeed{checker: c}
	c.result.Format = JSONFeed
	in := jsontext.NewReader(r)
	in.Note = func(at jsontext.Pos, text string) { j.report(jsonSurrogate, spot(at), "%s", text) }
	if in.BOM() {
		j.report(jsonBOM, place{start: Position{Line: 1, Column: 1}, end: Position{Line: 1, Column: 1, Offset: 3}}.mending(&Fix{What: "remove the byte order mark", End: 3}), "")
	}
	if in.Space() != '{' {
		j.notAnObject(in)
		return
	}
	feed := &jsontext.Value{Kind: jsontext.Object, Start: in.Pos()}
	err := in.Object(func(m jsontext.Member) *jsontext.Error { return j.member(in, feed, m) })
	feed.End = in.Pos()
	if err != nil {
		j.failed(err)
		return
	}
	if in.Space() != 0 {
		j.report(jsonSyntax, spot(in.Pos()), "something stands after the end of the feed: a document is one object")
		return
	}
	j.whole(jsonVal{feed, "feed", ""})
}

func spot(p jsontext.Pos) place { return place{start: jsonPos(p), end: jsonPos(p)} }

func (j *jsonFeed) notAnObject(in *jsontext.Reader) {
	v, err := in.Value()
	if err != nil {
		j.failed(err)
		return
	}
	j.report(jsonNotObject, jsonVal{v, "feed", ""}.place(), "the document is %s, a feed is an object: { ... }", v.Kind)
}

// failed reports why the document is no JSON.
func (j *jsonFeed) failed(err *jsontext.Error) {
	r := map[jsontext.ErrorKind]*Rule{jsontext.BadBytes: jsonBytes, jsontext.TooDeep: jsonDepth, jsontext.TooLong: jsonLong}[err.Kind]
	if r == nil {
		r = jsonSyntax
	}
	j.report(r, spot(err.Pos), "%s", err.Text)
}

// member reads a member of the feed. Items are judged and forgotten.
func (j *jsonFeed) member(in *jsontext.Reader, feed *jsontext.Value, m jsontext.Member) *jsontext.Error {
	if m.Key == "version" {
		defer func() {
			if v := feed.Get("version"); v != nil {
				j.version = strings.TrimPrefix(strings.TrimPrefix(v.Text, "https://jsonfeed.org/version/"), "http://jsonfeed.org/version/")
			}
		}()
	}
	if m.Key != "items" || in.Space() != '[' {
		var err *jsontext.Error
		m.Value, err = in.Value()
		if err == nil {
			feed.Members = append(feed.Members, m)
		}
		return err
	}
	m.Value = &jsontext.Value{Kind: jsontext.Array, Start: in.Pos()}
	feed.Members = append(feed.Members, m)
	err := in.Array(func() *jsontext.Error {
		item, err := in.Value()
		if err == nil {
			j.item(jsonVal{item, "item", "items"})
		}
		return err
	})
	m.Value.End = in.Pos()
	return err
}

// whole judges the feed itself.
func (j *jsonFeed) whole(feed jsonVal) {
	if v := feed.Get("feed_url"); v != nil {
		j.feedURL = v.Text
	}
	j.keys(feed, jsonFeedKeys())
	j.result.Version = j.version
	j.result.Encoding = "utf-8"
	if feed.Get("version") == nil && feed.Get("items") == nil {
		j.report(jsonNotFeed, feed.open(), "the object has neither version nor items: it is no feed")
	}
	if n := feed.Get("next_url"); n != nil && n.Text != "" && n.Text == j.feedURL {
		j.report(jsonNextSelf, jsonVal{n, "next_url", "feed"}.place(), "next_url is feed_url: a reader would go round and round")
	}
	j.deprecated(feed)
	if j.unordered > 0 {
		j.report(jsonOrder, feed.open(), "%d items stand before one that is newer: list the newest first", j.unordered)
	}
	if feed.Get("feed_url") == nil {
		j.report(jsonFeedURLMissing, feed.open(), "")
	}
	if feed.Get("home_page_url") == nil {
		j.report(jsonHomeMissing, feed.open(), "")
	}
	if feed.Get("language") == nil && j.version == "1.1" {
		j.report(jsonLanguageMissing, feed.open(), "")
	}
}

// open is the place of the brace that opens an object.
func (v jsonVal) open() place {
	p := v.place()
	p.end = p.start
	p.end.Column++
	p.end.Offset++
	return p
}

// deprecated reports author, which 1.1 has replaced.
func (j *jsonFeed) deprecated(v jsonVal) {
	if a := v.Get("author"); a != nil && j.version == "1.1" && v.Get("authors") == nil {
		j.report(jsonAuthor, jsonVal{a, "author", v.key}.place(), "author is deprecated in version 1.1: write authors, an array")
	}
}

// keys holds an object against what it may hold.
func (j *jsonFeed) keys(v jsonVal, known map[string]jsonKey) {
	found := map[string]bool{}
	for _, m := range v.Members {
		at := place{start: jsonPos(m.Start), end: jsonPos(m.End), element: m.Key, parent: v.key, value: m.Key}
		if found[m.Key] {
			j.report(jsonKeyRepeated, at, "the key %q is given twice in the %s", shorten(m.Key), v.key)
			continue
		}
		found[m.Key] = true
		k, ok := known[m.Key]
		switch {
		case !ok:
			j.unknown(v, m, at, known)
		case k.since != "" && j.version == "1":
			j.report(jsonVersionKey, at, "%s came with version %s, the feed says it is 1", m.Key, k.since)
			fallthrough
		default:
			j.value(jsonVal{m.Value, m.Key, v.key}, k)
		}
	}
	for _, key := range sortedKeys(known) {
		if k := known[key]; k.required != nil && !found[key] {
			p := v.open()
			p.element, p.parent = key, v.key
			j.report(k.required, p, "the %s has no %s", v.key, key)
		}
	}
}

// value checks the kind of a value, and then the value.
func (j *jsonFeed) value(v jsonVal, k jsonKey) {
	switch {
	case v.Kind == jsontext.Null:
		j.report(jsonNull, v.place(), "%s is null: leave the key out", v.key)
		return
	case v.Kind != k.kind && v.key == "id" && v.Kind == jsontext.Number:
		j.report(jsonIDNumber, v.place().mending(&Fix{What: "put it in quotes", Start: v.Start.Offset, End: v.End.Offset, New: `"` + v.Text + `"`}), "the id is the number %s, it should be a string", shorten(v.Text))
		j.id(v)
		return
	case v.Kind != k.kind:
		j.report(jsonType, v.place(), "%s is %s, it must be %s", v.key, v.Kind, k.kind)
		return
	case v.Kind == jsontext.String && strings.TrimSpace(v.Text) == "" && v.key != "id":
		j.report(jsonEmpty, v.place(), "%s is empty: leave the key out", v.key)
		return
	}
	if k.check != nil {
		k.check(j, v)
	}
}

// unknown reports a key that JSON Feed does not define. Those of extensions
// start with an underscore.
func (j *jsonFeed) unknown(v jsonVal, m jsontext.Member, at place, known map[string]jsonKey) {
	if strings.HasPrefix(m.Key, "_") {
		if m.Value.Kind != jsontext.Object {
			j.report(jsonExtension, at, "the extension %s is %s, extensions are objects", shorten(m.Key), m.Value.Kind)
		}
		return
	}
	best, least := "", 3
	for _, key := range sortedKeys(known) {
		if d := distance(strings.ToLower(strings.ReplaceAll(m.Key, "-", "_")), key); d < least {
			best, least = key, d
		}
		if strings.EqualFold(strings.NewReplacer("_", "", "-", "").Replace(m.Key), strings.ReplaceAll(key, "_", "")) {
			best, least = key, 0
		}
	}
	if best != "" {
		j.report(jsonKeyMisspelt, at.mending(&Fix{What: "write " + best, Start: at.start.Offset, End: at.end.Offset, New: `"` + best + `"`}), "there is no key %q in the %s, did you mean %q?", shorten(m.Key), v.key, best)
		return
	}
	j.report(jsonKeyUnknown, at, "there is no key %q in the %s: names of your own start with an underscore", shorten(m.Key), v.key)
}

// each runs a check on the elements of an array, which are of one kind.
func each(kind jsontext.Kind, check func(j *jsonFeed, v jsonVal)) func(*jsonFeed, jsonVal) {
	return func(j *jsonFeed, v jsonVal) {
		for _, e := range v.Elements {
			one := jsonVal{e, v.key, v.parent}
			if e.Kind != kind {
				j.report(jsonType, one.place(), "%s holds %s, it must hold %s", v.key, e.Kind, plural(kind))
				continue
			}
			check(j, one)
		}
	}
}

func plural(k jsontext.Kind) string {
	return strings.TrimPrefix(strings.TrimPrefix(k.String(), "an "), "a ") + "s"
}

// object runs keys on an object.
func object(name string, known func() map[string]jsonKey) func(*jsonFeed, jsonVal) {
	return func(j *jsonFeed, v jsonVal) { j.keys(jsonVal{v.Value, name, v.parent}, known()) }
}

// problem reports a problem of a string's grammar.
func (j *jsonFeed) badValue(r *Rule, v jsonVal, p *value.Problem) {
	at := v.at(p.At, p.Len)
	if p.Want != "" {
		at = at.mending(v.replaced(p.Want))
	}
	j.report(r, at, "%s: %s", v.key, p.Text)
}

func jsonURL(j *jsonFeed, v jsonVal) {
	if p := value.WebURL(v.Text); p != nil {
		j.badValue(jsonURLInvalid, v, p)
	}
}

// jsonAddress checks an address of any scheme: the resource an item describes.
func jsonAddress(j *jsonFeed, v jsonVal) {
	if p := value.URI(v.Text); p != nil && p.Kind != value.Scheme {
		j.badValue(jsonURLInvalid, v, p)
	}
}

func jsonLanguage(j *jsonFeed, v jsonVal) {
	if p := value.Language(v.Text); p != nil {
		j.badValue(jsonLanguageInvalid, v, p)
	}
}

func jsonMIME(j *jsonFeed, v jsonVal) {
	if p := value.MediaType(v.Text); p != nil {
		j.badValue(jsonMIMEInvalid, v, p)
	}
}

func jsonDate(j *jsonFeed, v jsonVal) {
	t, p := value.RFC3339(v.Text)
	switch {
	case p != nil:
		j.badValue(jsonDateInvalid, v, p)
	case !value.Plausible(t, j.now):
		j.report(dateImplausible, v.place(), "%s: %q lies in the future, or too far in the past", v.key, v.Text)
	}
}

func jsonPlain(j *jsonFeed, v jsonVal) {
	if f := markup.Plain(v.Text); f != nil {
		j.report(jsonMarkup, v.at(f.At, f.Len), "%s: %s", v.key, f.Text)
	}
}

func jsonNumber(j *jsonFeed, v jsonVal) {
	if strings.HasPrefix(v.Text, "-") {
		j.report(jsonNegative, v.place(), "%s is %s, it must be 0 or more", v.key, shorten(v.Text))
	}
}

func jsonHTML(j *jsonFeed, v jsonVal) {
	j.html.Reset()
	j.html.Report = func(f markup.Finding) {
		r := jsonHTMLRules[f.Kind]
		if r == nil {
			return
		}
		j.report(r, v.at(f.At, f.Len).quoting(f.Value), "%s: %s", v.key, f.Text)
	}
	j.html.Feed(v.Text, true)
}

// item judges an entry.
func (j *jsonFeed) item(v jsonVal) {
	j.result.Entries++
	if v.Kind != jsontext.Object {
		j.report(jsonType, v.place(), "items holds %s, it must hold objects", v.Kind)
		return
	}
	j.keys(v, jsonItemKeys())
	html, text := v.Get("content_html"), v.Get("content_text")
	if html == nil && text == nil {
		j.report(jsonContentMissing, v.open(), "")
	}
	if v.Get("url") == nil && v.Get("external_url") == nil {
		j.report(jsonItemURLMissing, v.open(), "")
	}
	if v.Get("date_published") == nil {
		j.report(jsonDateMissing, v.open(), "")
	}
	j.deprecated(v)
	j.dates(v)
}

// dates looks at the order of an item's dates, and at that of the items.
func (j *jsonFeed) dates(v jsonVal) {
	published, modified := v.Get("date_published"), v.Get("date_modified")
	var p, m time.Time
	if published != nil {
		p, _ = value.RFC3339(published.Text)
	}
	if modified != nil {
		m, _ = value.RFC3339(modified.Text)
	}
	if !p.IsZero() && !m.IsZero() && m.Before(p) {
		j.report(jsonModifiedEarly, jsonVal{modified, "date_modified", "item"}.place(), "date_modified %q is before date_published %q", modified.Text, published.Text)
	}
	if !p.IsZero() {
		if !j.last.IsZero() && p.After(j.last) {
			j.unordered++
		}
		j.last = p
	}
}

func (j *jsonFeed) id(v jsonVal) {
	if strings.TrimSpace(v.Text) == "" {
		j.report(jsonIDEmpty, v.place(), "the id is empty: readers drop such an item")
		return
	}
	if line := j.ids.again(v.Text, v.Start.Line); line > 0 {
		j.report(jsonIDRepeated, v.place(), "the id %q is that of the item of line %d", shorten(v.Text), line)
	}
}

func (j *jsonFeed) checkVersion(v jsonVal) {
	switch v.Text {
	case "https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1":
	default:
		at := v.place()
		if strings.Contains(v.Text, "1.1") {
			at = at.mending(v.replaced("https://jsonfeed.org/version/1.1"))
		} else if strings.HasSuffix(v.Text, "1") || strings.HasSuffix(v.Text, "1/") || strings.HasSuffix(v.Text, "1.0") {
			at = at.mending(v.replaced("https://jsonfeed.org/version/1"))
		}
		j.report(jsonVersion, at, "the version is %q, it must be \"https://jsonfeed.org/version/1.1\" or \"https://jsonfeed.org/version/1\"", shorten(v.Text))
	}
}

// authorNamed checks that an author says something.
func authorNamed(j *jsonFeed, v jsonVal) {
	j.keys(jsonVal{v.Value, "author", v.parent}, jsonAuthorKeys())
	if !slices.ContainsFunc(v.Members, func(m jsontext.Member) bool { return m.Key == "name" || m.Key == "url" || m.Key == "avatar" }) {
		j.report(jsonAuthorEmpty, jsonVal{v.Value, "author", v.parent}.open(), "an author must have a name, url or avatar")
	}
}
