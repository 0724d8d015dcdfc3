package validator

import (
	"hash"
	"hash/fnv"
	"io"
	"time"

	"tributary/validator/jsontext"
	"tributary/validator/markup"
)

// A jsonFeed is a document of JSON Feed while it is judged. Nothing of it is
// kept but what a later part is held against.
type jsonFeed struct {
	*checker
	in     *jsontext.Reader
	tables *jsonTable
	scopes []*jsonScope // of the objects that are open, and those before
	level  int          // how many are open

	html       markup.Scanner
	htmlVal    *jsonVal
	version    string    // "1" or "1.1"; "" is not known, or not yet
	pending    []pending // what depends on it
	ids        seen
	last       time.Time // of the item before
	unordered  int
	newer      jsonVal // the date of the first item that is newer than the one before
	extensions map[string]*jsonExtensionUse
	near       map[string]string // keys that there are not, and those that are meant
	digest     hash.Hash64       // of the item's texts; nil where looks are not compared
}

// A pending message is one for documents of a version that is not known yet.
type pending struct {
	version string
	rule    *Rule
	at      place
	text    string
}

const maxPending = 100

// A jsonScope is what is known of an object while it is read.
type jsonScope struct {
	object   *jsonObject
	key      string // that it is the value of
	at       Position
	members  int
	found    uint32  // the keys that are there and not null, by their index
	val      jsonVal // that is read now, and the element of it if that is an array
	element  jsonVal
	kept     [4]jsonVal
	misspelt []misspelt
	urls     []string // of an item's attachments
	member   func(jsontext.Key) *jsontext.Error
}

// jsonFeed judges a document of JSON.
func (c *checker) jsonFeed(r io.Reader) {
	j := &jsonFeed{checker: c, in: jsontext.NewReader(r), tables: jsonTables(), extensions: map[string]*jsonExtensionUse{}, near: map[string]string{}}
	c.result.Format = JSONFeed
	j.in.MaxDepth = c.limits.Depth
	j.in.Lone = func(start, end jsontext.Pos) {
		j.report(jsonSurrogate, place{start: jsonPos(start), end: jsonPos(end)}, "half of a surrogate pair stands here: \\u escapes above U+FFFF come in two")
	}
	j.html.Report = j.htmlFinding
	if c.doc.Exchange != nil {
		j.digest = fnv.New64a()
	}
	j.jsonEncoding()
	if err := j.document(); err != nil {
		j.failed(err)
	}
	if n := j.in.Pos().Offset; n > 1<<20 {
		j.report(jsonLarge, place{start: Position{Line: 1, Column: 1}, end: Position{Line: 1, Column: 1}}, "the feed has %d kB: 250 are fine, 1,000 are a burden", n>>10)
	}
}

// document reads the document, which is one object.
func (j *jsonFeed) document() *jsontext.Error {
	kind, err := j.in.Next()
	if err != nil {
		return err
	}
	if kind != jsontext.Object {
		start := jsonPos(j.in.Pos())
		if err := j.in.Skip(); err != nil {
			return err
		}
		j.report(jsonNotObject, place{start: start, end: jsonPos(j.in.Pos()), element: "feed"}, "the document is %s, a feed is an object: { ... }", kind)
		return j.in.End()
	}
	if err := j.object(j.tables.feed, "feed", nil); err != nil {
		return err
	}
	j.settle()
	j.aboutExtensions()
	return j.in.End()
}

// failed reports why the document is no JSON.
func (j *jsonFeed) failed(err *jsontext.Error) {
	if j.limits.Bytes <= err.Pos.Offset && err.Kind == jsontext.Unfinished {
		return // the rest was not looked at, which is told
	}
	r := map[jsontext.ErrorKind]*Rule{
		jsontext.BadBytes: jsonBytes, jsontext.TooDeep: jsonDepth, jsontext.TooLong: jsonLong, jsontext.Unfinished: jsonUnfinished, jsontext.Unread: documentUnread,
	}[err.Kind]
	if r == nil {
		r = jsonSyntax
	}
	at := place{start: jsonPos(err.Pos), end: jsonPos(err.Pos)}
	j.report(r, at, "%s", err.Text)
	j.settle()
}

// object reads an object and holds it against what it may hold. done is
// called at its end, where it has something to look at.
func (j *jsonFeed) object(o *jsonObject, key string, done func(*jsonScope)) *jsontext.Error {
	s := j.enter(o, key)
	if err := j.in.Object(s.member); err != nil {
		return err
	}
	j.misspelt(s)
	for i := range o.keys {
		if k := &o.keys[i]; k.required != nil && !s.has(i) {
			at := s.open()
			at.element, at.parent = k.name, o.name
			j.report(k.required, at, "the %s has no %s", o.name, k.name)
		}
	}
	if o.end != nil {
		o.end(j, s)
	}
	if done != nil {
		done(s)
	}
	j.level--
	return nil
}

// enter returns the scope of an object that is to be read.
func (j *jsonFeed) enter(o *jsonObject, key string) *jsonScope {
	if j.level == len(j.scopes) {
		s := &jsonScope{}
		s.member = func(k jsontext.Key) *jsontext.Error { return j.member(s, k) }
		j.scopes = append(j.scopes, s)
	}
	s := j.scopes[j.level]
	j.level++
	*s = jsonScope{object: o, key: key, at: jsonPos(j.in.Pos()), member: s.member, misspelt: s.misspelt[:0], urls: s.urls[:0]}
	return s
}

// has reports whether the key of an index was given and was not null.
func (s *jsonScope) has(i int) bool { return s.found&(1<<i) != 0 }

// with reports whether a key was given and was not null.
func (s *jsonScope) with(key string) bool {
	i, ok := s.object.index[key]
	return ok && s.has(i)
}

// open is the place of the brace that opens the object.
func (s *jsonScope) open() place {
	end := s.at
	end.Column++
	end.Offset++
	return place{start: s.at, end: end, element: s.object.name, parent: s.key}
}

// member reads a member of an object.
func (j *jsonFeed) member(s *jsonScope, key jsontext.Key) *jsontext.Error {
	s.members++
	if key.Repeated {
		j.report(jsonKeyRepeated, keyPlace(s, key), "the key %q is given twice in the %s", shorten(key.Name), s.object.name)
		return j.in.Skip()
	}
	i, ok := s.object.index[key.Name]
	if !ok {
		return j.foreign(s, key)
	}
	k := &s.object.keys[i]
	if k.since != "" {
		j.only("1", jsonVersionKey, keyPlace(s, key), k.name+" came with version 1.1, the feed says it is 1")
	}
	if k.first && s.members > 1 {
		j.report(jsonVersionLate, keyPlace(s, key), "")
	}
	kind, err := j.in.Next()
	if err != nil {
		return err
	}
	if kind != jsontext.Null {
		s.found |= 1 << i
	}
	s.val = jsonVal{kind: kind, key: k.name, parent: s.object.name}
	return j.value(s, k, &s.val)
}

// keyPlace is the place of a key.
func keyPlace(s *jsonScope, key jsontext.Key) place {
	return place{start: jsonPos(key.Start), end: jsonPos(key.End), element: key.Name, parent: s.object.name, value: key.Name}
}

// only reports what is wrong in documents of a version, once that is known.
func (j *jsonFeed) only(version string, r *Rule, at place, text string) {
	switch {
	case j.version == version:
		j.report(r, at, "%s", text)
	case j.version == "" && len(j.pending) < maxPending:
		j.pending = append(j.pending, pending{version: version, rule: r, at: at, text: text})
	}
}

// settle reports what waited for the version. Without one the feed is held
// against the newest.
func (j *jsonFeed) settle() {
	if j.version == "" {
		j.version = "1.1"
	}
	for _, p := range j.pending {
		j.only(p.version, p.rule, p.at, p.text)
	}
	j.pending = nil
}

func jsonPos(p jsontext.Pos) Position { return Position(p) }
