package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tributary/rules"
)

// reserved are the words that the site's own paths use.
var reserved = []string{"all", "assets", "entry", "index", "mix", "opml", "sitemap", "source"}

const maxTerm = 100 // bytes; terms become file names

func (d *decoder) categories(t *table, site *Site) []Category {
	if t == nil {
		return nil
	}
	out := make([]Category, 0, len(t.entries))
	folded := map[string]*entry{}
	for i := range t.entries {
		e := &t.entries[i]
		s := d.named(e, "category", `label = "News"`)
		if s == nil {
			continue
		}
		s.term(e, folded)
		folded[strings.ToLower(norm.NFC.String(e.key))] = e
		label := s.text("label", "News", e.key)
		language := s.language("language")
		out = append(out, Category{
			Term:        e.key,
			Label:       label,
			Folder:      s.folder(label),
			Description: s.text("description", "What happened today", ""),
			Language:    language,
			Podcast:     s.podcast(site, language),
			Limit:       s.number("limit", maxLimit, site.Limit),
			LimitAge:    s.limitAge(),
			SummaryOnly: s.flag("summary_only"),
			SchemaType:  s.choice("schema_type", "NewsArticle", "BlogPosting", "Article"),
			Title:       s.title(),
			MaxAge:      s.maxAge(),
			MaxEntries:  s.maxEntries(),
			Terms:       s.upstreamTerms(),
			Rules:       s.rules(rules.Drop, rules.Keep, rules.SetTitle, rules.SetLanguage),
			Repeats:     s.choice("repeats", "keep", "link", "story"),
			Window:      s.window(),
		})
		s.done()
	}
	return out
}

// named returns the section of [group.NAME], or nil when e is no table. It
// holds until the next is asked for.
func (d *decoder) named(e *entry, group, example string) *section {
	if e.value.kind == isTable {
		return d.one(e.value.sub, group, e.key)
	}
	d.report(e.value.at, Error{
		Key:      joinKey(group, e.key),
		Problem:  fmt.Sprintf("%s %q: this is %s", group, shorten(e.key), e.value.describe()),
		Expected: fmt.Sprintf("expected a table with the %s's name:\n[%s.NAME]\n%s", group, group, example),
	})
	return nil
}

// term checks the name of a category: it stands in paths, in file names and
// in Jekyll's front matter.
func (s *section) term(e *entry, folded map[string]*entry) {
	meant := termOf(e.key)
	other := folded[strings.ToLower(norm.NFC.String(e.key))]
	var problem, hint string
	switch {
	case other != nil:
		problem = fmt.Sprintf("it differs from %q in line %d only by case", other.key, s.d.line(other.at))
	case slices.Contains(reserved, e.key):
		problem, hint = "the site uses this name itself", fmt.Sprintf("did you mean %q?", e.key+"-news")
	case len(e.key) > maxTerm:
		problem = fmt.Sprintf("this name is longer than %d bytes", maxTerm)
	case e.key == "" || e.key != meant:
		problem = "this name cannot stand in a path"
		if meant != "" && !slices.Contains(reserved, meant) {
			hint = fmt.Sprintf("did you mean %q? The label may hold anything", meant)
		}
	default:
		return
	}
	s.wrong("", e.at, problem, "expected lower-case letters and digits of any script, - and _, other than "+strings.Join(reserved, ", "), hint)
}

// termOf returns what text would be as a term: itself when it is one.
func termOf(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(norm.NFC.String(text)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && (unicode.IsMark(r) || r == '-' || r == '_'):
			b.WriteRune(r)
		case b.Len() > 0 && strings.ContainsRune(" ./&", r):
			b.WriteRune('-')
		}
	}
	return b.String()
}
