package validator

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/validator/jsontext"
)

// A misspelt key is one that is nearly a key there is.
type misspelt struct {
	at    place
	meant string
}

// A jsonExtensionUse is what is known of an extension.
type jsonExtensionUse struct {
	at    place // where it is first used
	uses  int
	about bool
}

const (
	maxMisspelt   = 20   // that are remembered of one object
	maxNear       = 1000 // keys that are looked up once
	maxExtensions = 100
)

// foreign reads the member of a key that JSON Feed does not define.
func (j *jsonFeed) foreign(s *jsonScope, key jsontext.Key) *jsontext.Error {
	at := keyPlace(s, key)
	if strings.HasPrefix(key.Name, "_") {
		return j.extension(at, key.Name)
	}
	switch meant := j.meant(s.object, key.Name); {
	case strings.HasPrefix(meant, "."):
		j.report(jsonKeyMisplaced, at, "the key %q stands in the %s, it belongs in the %s", key.Name, s.object.name, meant[1:])
	case meant != "" && len(s.misspelt) < maxMisspelt:
		s.misspelt = append(s.misspelt, misspelt{at, meant})
		if isNear(key.Name, meant) && !s.with(meant) {
			return j.asMeant(s, meant)
		}
	default:
		j.report(jsonKeyUnknown, at, "there is no key %q in the %s: names of your own start with an underscore", shorten(key.Name), s.object.name)
	}
	return j.in.Skip()
}

// asMeant reads the value of a misspelt key as that of the key that is meant,
// so that all that is wrong with it is told at once.
func (j *jsonFeed) asMeant(s *jsonScope, meant string) *jsontext.Error {
	kind, err := j.in.Next()
	if err != nil {
		return err
	}
	s.val = jsonVal{kind: kind, key: meant, parent: s.object.name}
	return j.value(s, &s.object.keys[s.object.index[meant]], &s.val)
}

// nearly reports whether one of some keys was given, misspelt.
func (s *jsonScope) nearly(keys ...string) bool {
	for _, m := range s.misspelt {
		if slices.Contains(keys, m.meant) {
			return true
		}
	}
	return false
}

// misspelt reports the keys of an object that are nearly those there are,
// once it is known which it has.
func (j *jsonFeed) misspelt(s *jsonScope) {
	for i, m := range s.misspelt {
		at := m.at
		again := slices.ContainsFunc(s.misspelt[:i], func(before misspelt) bool { return before.meant == m.meant })
		if !again && !s.with(m.meant) && isNear(at.value, m.meant) {
			at = at.mending(&Fix{What: "write " + m.meant, Start: at.start.Offset, End: at.end.Offset, New: `"` + m.meant + `"`})
		}
		j.report(jsonKeyMisspelt, at, "there is no key %q in the %s, did you mean %q?", shorten(at.value), s.object.name, m.meant)
	}
}

// others are names that other formats, and people, have for keys.
var others = map[string]map[string]string{
	"feed": {"link": "home_page_url", "url": "home_page_url", "home_page": "home_page_url", "homepage_url": "home_page_url", "site_url": "home_page_url", "subtitle": "description", "lang": "language", "logo": "icon", "entries": "items", "entry": "items", "item": "items"},
	"item": {
		"guid": "id", "link": "url", "permalink": "url", "content": "content_html", "body": "content_html", "html": "content_html", "text": "content_text", "description": "summary", "excerpt": "summary", "published": "date_published", "pubdate": "date_published",
		"date": "date_published", "created": "date_published", "updated": "date_modified", "date_updated": "date_modified", "modified": "date_modified", "categories": "tags", "category": "tags", "keywords": "tags", "enclosures": "attachments", "enclosure": "attachments", "lang": "language", "thumbnail": "image",
	},
	"attachment": {"type": "mime_type", "length": "size_in_bytes", "size": "size_in_bytes", "duration": "duration_in_seconds", "href": "url"},
	"author":     {"uri": "url", "link": "url", "image": "avatar", "picture": "avatar"},
	"hub":        {"href": "url"},
}

// meant returns the key that an unknown one probably stands for, or a point
// and the name of the object that it belongs in, or "".
func (j *jsonFeed) meant(o *jsonObject, key string) string {
	cached := o.name + "." + key
	if m, ok := j.near[cached]; ok {
		return m
	}
	m := j.nearest(o, key)
	if len(j.near) < maxNear && len(cached) < 100 {
		j.near[cached] = m
	}
	return m
}

func (j *jsonFeed) nearest(o *jsonObject, key string) string {
	for i := range o.keys {
		if sameLetters(o.keys[i].name, key) {
			return o.keys[i].name
		}
	}
	if m := others[o.name][strings.ToLower(key)]; m != "" {
		return m
	}
	for _, other := range []*jsonObject{j.tables.feed, j.tables.item, j.tables.attachment} {
		if _, ok := other.index[key]; ok && other != o && (o == j.tables.feed || o == j.tables.item) {
			return "." + other.name
		}
	}
	for i := range o.keys {
		if isNear(key, o.keys[i].name) {
			return o.keys[i].name
		}
	}
	return ""
}

// isNear reports whether a key is another but for a letter or two, case and
// the signs between words.
func isNear(key, other string) bool {
	if sameLetters(key, other) {
		return true
	}
	allowed := 1
	if len(other) > 6 || sameSet(key, other) {
		allowed = 2
	}
	return len(other) > 3 && distance(strings.ToLower(key), other) <= allowed
}

// sameSet reports whether two words have the same letters in another order.
func sameSet(a, b string) bool {
	if len(a) != len(b) || len(a) > 40 {
		return false
	}
	x, y := []byte(strings.ToLower(a)), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return string(x) == string(y)
}

// sameLetters compares keys but for case, underscores and hyphens.
func sameLetters(a, b string) bool {
	only := strings.NewReplacer("_", "", "-", "", " ", "")
	return len(a)+len(b) < 100 && strings.EqualFold(only.Replace(a), only.Replace(b))
}

// extension reads the member of an extension.
func (j *jsonFeed) extension(at place, name string) *jsontext.Error {
	if c, _ := utf8.DecodeRuneInString(name[1:]); !unicode.IsLetter(c) {
		j.report(jsonExtensionName, at, "the extension is named %q: the underscore must be followed by a letter", shorten(name))
	}
	if strings.Contains(name, ".") {
		j.report(jsonExtensionDot, at, "the extension is named %q: its name must not hold a point", shorten(name))
	}
	kind, err := j.in.Next()
	if err != nil {
		return err
	}
	if kind != jsontext.Object {
		j.report(jsonExtension, at, "the extension %s is %s, extensions are objects", shorten(name), kind)
		return j.in.Skip()
	}
	use := j.extensions[name]
	if use == nil {
		use = &jsonExtensionUse{at: at}
		if len(j.extensions) < maxExtensions {
			j.extensions[strings.Clone(name)] = use
		}
	}
	use.uses++
	return j.in.Object(func(key jsontext.Key) *jsontext.Error { return j.extensionMember(use, name, key) })
}

// extensionMember reads a member of an extension.
func (j *jsonFeed) extensionMember(use *jsonExtensionUse, name string, key jsontext.Key) *jsontext.Error {
	at := place{start: jsonPos(key.Start), end: jsonPos(key.End), element: key.Name, parent: name, value: key.Name}
	switch {
	case key.Repeated:
		j.report(jsonKeyRepeated, at, "the key %q is given twice in the extension %s", shorten(key.Name), shorten(name))
	case strings.Contains(key.Name, "."):
		j.report(jsonExtensionDot, at, "the key %q of the extension %s must not hold a point", shorten(key.Name), shorten(name))
	case strings.HasPrefix(key.Name, "_"):
		j.report(jsonExtensionMember, at, "the key %q of the extension %s starts with an underscore, which names of extensions alone do", shorten(key.Name), shorten(name))
	}
	kind, err := j.in.Next()
	if err == nil && key.Name == "about" && kind == jsontext.String {
		use.about = true
	}
	if err != nil {
		return err
	}
	return j.in.Skip()
}

// aboutExtensions asks for what tells people what an extension is.
func (j *jsonFeed) aboutExtensions() {
	for _, name := range slices.Sorted(maps.Keys(j.extensions)) {
		if use := j.extensions[name]; use.uses > 1 && !use.about {
			j.report(jsonExtensionAbout, use.at, "the extension %s is used %d times and has no about", shorten(name), use.uses)
		}
	}
}
