package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tributary/feed"
	"tributary/internal/lazy"
	"tributary/rules"
)

// A roster is what the sources of a file have in common while they are read.
type roster struct {
	*decoder
	sources []Source            // read so far
	taken   upstreams           // by them
	terms   map[string]*entry   // defined categories
	fed     map[string]bool     // those that a source names
	lists   map[string][]string // of defined categories, as they are written
	names   []string            // of terms, sorted
	kinds   []string            // known kinds
	reads   []string            // schemes that any kind can read
	keyless Source              // what a source is without keys
}

// roster returns that of a file with these categories, nil if it has none.
func (d *decoder) roster(categories *entry) *roster {
	r := &roster{
		decoder: d, terms: map[string]*entry{}, fed: map[string]bool{}, lists: map[string][]string{},
		kinds: slices.Sorted(maps.Keys(d.known.Kinds)), reads: d.known.schemes(),
	}
	if categories != nil && categories.value.kind == isTable {
		for i := range categories.value.sub.entries {
			e := &categories.value.sub.entries[i]
			r.terms[e.key] = e
		}
		r.names = categories.value.sub.keys()
	}
	return r
}

// sources reads all sources, and then looks for categories without any.
func (d *decoder) sources(c *Config, t *table, categories *entry) {
	r := d.roster(categories)
	if t != nil {
		r.readAll(t.entries, d.toml.runs)
	}
	c.Sources = r.sources
	r.unfed(c)
}

// readAll reads the sources that are in the tree and those in runs, in the
// file's order.
func (r *roster) readAll(entries []entry, runs []run) {
	n := len(entries)
	for _, run := range runs {
		n += run.sources
	}
	r.sources = make([]Source, 0, n)
	r.taken.expect(n)
	r.keyless = r.withoutKeys()
	done := 0
	for _, run := range runs {
		r.readEntries(entries[done:run.behind])
		r.readRun(run)
		done = run.behind
	}
	r.readEntries(entries[done:])
}

func (r *roster) readEntries(entries []entry) {
	for i := range entries {
		r.read(&entries[i])
	}
}

func (r *roster) read(e *entry) {
	if s := r.named(e, "source", `url = "https://example.org/feed"`); s != nil {
		r.sources = append(r.sources, r.source(s, e))
	}
}

// unfed reports the categories that no source names.
func (r *roster) unfed(c *Config) {
	if !r.whole {
		return
	}
	for i := range c.Categories {
		if term := c.Categories[i].Term; !r.fed[term] && c.feeds(&c.Categories[i]) {
			r.fed[term] = true
		}
	}
	for term, e := range r.terms {
		if !r.fed[term] {
			r.report(e.at, Error{
				Key: "category." + term, Problem: fmt.Sprintf("category %q: no source feeds it", term),
				Expected: fmt.Sprintf("name it in a source: categories = [%q]", term), Hint: "or give the category terms of upstreams that file entries there: terms = [\"economy\"]; or remove the table",
			})
		}
	}
}

// source reads a source in the tree. A plain one, which has no other keys than
// the scanner knows, gets the other fields as they are here without keys.
func (r *roster) source(s *section, e *entry) Source {
	s.sourceName(e)
	src := Source{Source: feed.Source{ID: feed.SourceID(e.key)}}
	src.URL = r.url(s, e)
	src.Kind = r.kind(s, src.URL)
	src.Categories = r.filed(s)
	src.Interval = s.duration("interval", maxDuration, 0)
	src.Options = s.fullText(r.options(s, src.Kind))
	r.checkOptions(s, e, src.Kind, src.Options)
	src.Priority = s.priority()
	src.Outline, src.Unlisted = s.outline(), s.flag("unlisted")
	src.Request, src.Source.Request = r.request(s, src.URL)
	src.Rules = s.rules(rules.Actions...)
	s.done()
	return src
}

const maxName = 200 // bytes

func (s *section) sourceName(e *entry) {
	if e.key == "" || len(e.key) > maxName || strings.TrimSpace(e.key) != e.key || strings.ContainsFunc(e.key, isControl) {
		s.d.report(e.at, Error{
			Key:      joinKey("source", shorten(e.key)),
			Problem:  fmt.Sprintf("source %q: this name cannot be used", shorten(e.key)),
			Expected: fmt.Sprintf("expected 1 to %d bytes without control characters or blanks around them", maxName),
		})
	}
}

// url returns the source's URL, "" when it has none that can be used. A file:
// URL is made absolute.
func (r *roster) url(s *section, e *entry) string {
	if s.t.find("command") != nil {
		return r.command(s, e)
	}
	s.asked = append(s.asked, "command")
	v := s.get("url", isText, "https://example.org/feed")
	switch {
	case v == nil && s.t.find("url") == nil && r.whole:
		s.wrong("url", e.at, "url is missing", `expected the address of its feed, such as url = "https://example.org/feed"`, "")
		return ""
	case v == nil:
		return ""
	}
	url, canonical, bad := sourceURL(v.text, r.folder, r.reads)
	if bad != nil {
		s.wrong("url", v.at, bad.problem, bad.expected, bad.hint)
		return ""
	}
	if first, taken := r.taken.add(upstream{canonical: canonical, source: int32(len(r.sources)), at: v.at}); taken {
		s.wrong("url", v.at, fmt.Sprintf("url %q is that of source %q in line %d too", redact(v.text), r.sources[first.source].ID, r.line(first.at)),
			"every upstream is polled once", "keep one source, and give it the categories of both")
	}
	return url
}

// schemes returns those that any kind can read.
func (known *Known) schemes() []string {
	var all []string
	for _, k := range known.Kinds {
		all = append(all, k.Schemes...)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(scheme string) bool { return scheme == "exec" }) // command writes those
}

// kind returns the kind that is written, else the usual one for the URL's
// scheme.
func (r *roster) kind(s *section, url string) string {
	scheme, _, _ := strings.Cut(url, ":")
	usual := usualKind(scheme)
	v := s.get("kind", isText, "feed")
	if v == nil {
		return usual
	}
	keys, ok := r.known.Kinds[v.text]
	switch {
	case !ok:
		s.wrong("kind", v.at, fmt.Sprintf("unknown kind %q", shorten(v.text)), listed("known kinds", r.kinds), didYouMean(v.text, r.kinds))
		return ""
	case url != "" && !slices.Contains(keys.Schemes, scheme):
		s.wrong("kind", v.at, fmt.Sprintf("kind %q cannot read %s: URLs", v.text, scheme), "it reads "+strings.Join(keys.Schemes, ": and ")+": URLs",
			fmt.Sprintf("the kind for %s: is %q", scheme, usual))
	}
	return v.text
}

func usualKind(scheme string) string {
	switch scheme {
	case "file", "exec":
		return scheme
	}
	return "feed"
}

// filed returns the terms of the categories the source's entries go to.
func (r *roster) filed(s *section) []string {
	v := s.t.find("categories")
	items := s.list("categories", `["news"]`)
	terms := make([]string, 0, len(items))
	for _, item := range items {
		term := item.text
		switch {
		case slices.Contains(terms, term):
			s.wrong("categories", item.at, fmt.Sprintf("categories names %q twice", shorten(term)), "once is enough", "")
			continue
		case r.terms[term] == nil && r.whole:
			r.undefined(s, item)
		}
		terms = append(terms, term)
		r.fed[term] = true
	}
	switch {
	case v == nil && r.whole:
		s.wrong("categories", s.at(), "categories is missing", `expected where its entries are filed, such as categories = ["news"]`, "")
	case v != nil && v.value.kind == isList && len(v.value.sub.entries) == 0:
		s.wrong("categories", v.value.at, "categories is empty", `expected one or more, such as categories = ["news"]`, "")
	}
	return terms
}

func (r *roster) undefined(s *section, item value) {
	hint := didYouMean(item.text, r.names)
	if hint == "" {
		hint = fmt.Sprintf("or add the table [category.%s]", tomlKey(shorten(item.text)))
	}
	s.wrong("categories", item.at, fmt.Sprintf("categories names %q, which is not defined", shorten(item.text)), listed("defined categories", r.names), hint)
}

var bareKey = lazy.Regexp(`^[A-Za-z0-9_-]+$`)

// tomlKey writes a key as TOML wants it.
func tomlKey(key string) string {
	if bareKey().MatchString(key) {
		return key
	}
	return fmt.Sprintf("%q", key)
}

// options reads [source.NAME.options], of which only the kind knows the keys.
func (r *roster) options(s *section, kind string) feed.Options {
	v := s.get("options", isTable, `options = { key = "value" }`)
	if v == nil {
		return nil
	}
	known := slices.Sorted(slices.Values(r.known.Kinds[kind].Options))
	out := feed.Options{}
	for i := range v.sub.entries {
		e := &v.sub.entries[i]
		key := "options." + e.key
		switch {
		case kind != "" && !slices.Contains(known, e.key):
			s.wrong(key, e.at, fmt.Sprintf("kind %q has no option %q", kind, shorten(e.key)), listed("options of this kind", known), didYouMean(e.key, known))
		case e.value.kind == isList || e.value.kind == isTable:
			s.wrong(key, e.value.at, fmt.Sprintf("option %s is %s", shorten(e.key), e.value.describe()), "expected a text, a number, true or false", "")
		default:
			out[e.key] = e.value.text
		}
	}
	return out
}

var variable = lazy.Regexp(`^[A-Za-z_][A-Za-z0-9_]*$`)

// credentials returns the user's name, and the password from the variable
// that password_env names. What is written there and cannot be a variable's
// name may be the password itself, and is not repeated.
func (r *roster) credentials(s *section, url string) (string, Secret) {
	username := s.text("username", "ann", "")
	v := s.get("password_env", isText, "NEWS_PASSWORD")
	usage := `expected the name of the environment variable that holds the password, such as password_env = "NEWS_PASSWORD"`
	switch {
	case v == nil && username == "":
		return "", ""
	case strings.HasPrefix(url, "file:"):
		s.wrong("username", s.at(), "a file: URL takes no username and no password_env", "expected them only with http and https", "")
	case v == nil && s.t.find("password_env") == nil:
		s.wrong("password_env", s.valueAt("username"), "username is given, and password_env is missing", usage, "")
	case v == nil:
	case !variable().MatchString(v.text):
		s.wrong("password_env", v.at, "password_env cannot be the name of an environment variable", usage, "")
	case username == "":
		s.wrong("username", v.at, "password_env is given, and username is missing", `expected the user's name, such as username = "ann"`, "")
	case r.getenv == nil || r.getenv(v.text) == "":
		s.wrong("password_env", v.at, fmt.Sprintf("the environment variable %s is not set", shorten(v.text)), usage, "set it before you start tributary: export "+shorten(v.text)+"=…")
	default:
		return username, Secret(r.getenv(v.text))
	}
	return username, ""
}
