// Package rules decides what becomes of entries by the operator's
// expressions: which are dropped, where they are filed, what their titles are.
//
// It is pure: the same rules make the same of the same entry at any time, so
// that stored entries can be filed anew without asking their upstream again.
// What an expression may cost in time and memory is known when it is compiled.
package rules

import (
	"fmt"
	"slices"
	"strings"

	"tributary/feed"
)

// A Set is all the rules of a configuration. Nil has none. It is safe for
// concurrent use, and not to be changed once it is used.
type Set struct {
	Sources    map[feed.SourceID][]*Rule // of one source
	Categories []Category                // all that are defined, in the order of the configuration
	Global     []*Rule                   // of every source

	byTerm  map[string][]string // our categories by upstream's terms, folded
	defined map[string]int      // indexes in Categories
	common  feed.Digest         // of what is the same for all sources
}

// A Category is one that entries may be filed under.
type Category struct {
	Term  string
	Terms []string // upstream's terms that file an entry here
	Rules []*Rule  // Drop and Keep are about this category only
}

// New returns the set, or nil if it changes nothing.
func New(sources map[feed.SourceID][]*Rule, categories []Category, global []*Rule) *Set {
	s := &Set{Sources: sources, Categories: categories, Global: global, byTerm: map[string][]string{}, defined: map[string]int{}}
	common := len(global) > 0
	for i := range categories {
		c := &categories[i]
		s.defined[c.Term] = i
		common = common || len(c.Terms)+len(c.Rules) > 0
		for _, term := range c.Terms {
			key := fold(term)
			s.byTerm[key] = append(s.byTerm[key], c.Term)
		}
	}
	if !common && len(sources) == 0 {
		return nil
	}
	if common {
		s.common = s.digestCommon()
	}
	return s
}

// fold makes terms equal that differ only by case and blanks around them.
func fold(term string) string { return strings.ToLower(strings.TrimSpace(term)) }

// Digest stands for everything that decides about the entries of a source
// besides its own categories; zero: nothing does.
func (s *Set) Digest(id feed.SourceID) feed.Digest {
	if s == nil {
		return feed.Digest{}
	}
	own := s.Sources[id]
	if len(own) == 0 {
		return s.common
	}
	parts := []string{string(s.common[:])}
	parts = appendRules(parts, own)
	for _, c := range s.Categories {
		parts = append(parts, c.Term)
	}
	return feed.DigestOf(parts...)
}

func (s *Set) digestCommon() feed.Digest {
	parts := appendRules(nil, s.Global)
	for _, c := range s.Categories {
		parts = append(parts, "category", c.Term)
		parts = append(parts, c.Terms...)
		parts = appendRules(parts, c.Rules)
	}
	return feed.DigestOf(parts...)
}

func appendRules(parts []string, rules []*Rule) []string {
	parts = append(parts, "rules")
	for _, r := range rules {
		parts = append(parts, r.Action.String(), r.Text)
	}
	return parts
}

// Silent reports whether nothing of the set is about entries of the source.
func (s *Set) Silent(id feed.SourceID) bool {
	return s == nil || s.common.IsZero() && len(s.Sources[id]) == 0
}

// A Verdict says what became of an entry.
type Verdict struct {
	Dropped *Rule // that does not let it in; nil: it is kept
	Steps   []Step
}

// A Step is what one rule did. Apply tells those that failed, Explain all.
type Step struct {
	Rule     *Rule    // nil: Terms filed it
	Category string   // that the rule, or the term, is of
	Did      bool     // the condition was true, or something was changed
	What     string   // in words
	Before   []string // where the entry was filed before, if the step has changed that
	Err      error    // why it could not be evaluated: the entry is kept as it was
}

// Apply decides about an entry that is filed under its source's categories. It
// changes Filed, Title and Language, and keeps in Original what they were.
func (s *Set) Apply(e *feed.Entry) Verdict { return s.run(e, false) }

// Explain is Apply that tells every step.
func (s *Set) Explain(e *feed.Entry) Verdict { return s.run(e, true) }

// Again decides anew about a stored entry: from what upstream said, and the
// categories of its source. What is dropped is filed nowhere.
func (s *Set) Again(e *feed.Entry, categories []string) Verdict {
	restore(e, categories)
	v := s.Apply(e)
	if v.Dropped != nil {
		e.Filed = nil
	}
	return v
}

// ExplainAgain is Again that tells every step.
func (s *Set) ExplainAgain(e *feed.Entry, categories []string) Verdict {
	restore(e, categories)
	return s.Explain(e)
}

// restore takes back what rules have made of an entry.
func restore(e *feed.Entry, categories []string) {
	if o := e.Original; o != nil {
		e.Title, e.Language, e.Digest, e.Original = o.Title, o.Language, o.Digest, nil
	}
	e.Filed = feed.Filing(categories)
}

// A run is one entry on its way through a set.
type run struct {
	set   *Set
	e     *feed.Entry
	env   env
	tells bool
	Verdict
}

func (s *Set) run(e *feed.Entry, tells bool) Verdict {
	if s == nil || !tells && s.Silent(e.Source) {
		return Verdict{}
	}
	r := &run{set: s, e: e, tells: tells}
	r.byTerms()
	if r.all(s.Sources[e.Source]); r.Dropped == nil {
		r.categories()
		r.all(s.Global)
	}
	return r.Verdict
}

// byTerms files the entry where upstream's own terms lead.
func (r *run) byTerms() {
	if len(r.set.byTerm) == 0 {
		return
	}
	for i := range r.e.Categories {
		c := &r.e.Categories[i]
		r.byTerm(c.Term)
		if c.Label != c.Term {
			r.byTerm(c.Label)
		}
	}
}

func (r *run) byTerm(term string) {
	for _, ours := range r.set.byTerm[fold(term)] {
		if r.e.IsFiled(ours) {
			continue
		}
		before := r.e.Filed
		r.e.Filed = feed.Filing(before, []string{ours})
		r.tell(Step{Category: ours, Did: true, What: fmt.Sprintf("upstream's term %q files it under %s", term, ours), Before: before})
	}
}

// all applies the rules of a source, or the global ones: conditions first,
// then what they set. Drop goes before Keep.
func (r *run) all(rules []*Rule) {
	for _, rule := range rules {
		if rule.Action == Drop && r.holds(rule, "", false) {
			r.Dropped = rule
			return
		}
	}
	if keep, any := r.keeps(rules, ""); !keep {
		r.Dropped = any
		return
	}
	for _, rule := range rules {
		switch rule.Action {
		case SetTitle, SetLanguage:
			r.setText(rule, "")
		case SetCategories:
			r.setCategories(rule)
		case Drop, Keep:
		}
	}
}

// categories asks each category that the entry is filed under whether it wants
// it, and lets it change the entry.
func (r *run) categories() {
	for _, term := range r.e.Filed {
		i, ok := r.set.defined[term]
		if !ok || len(r.set.Categories[i].Rules) == 0 {
			continue
		}
		r.category(&r.set.Categories[i])
	}
}

func (r *run) category(c *Category) {
	for _, rule := range c.Rules {
		if rule.Action == Drop && r.holds(rule, c.Term, false) {
			r.leave(c.Term)
			return
		}
	}
	if keep, _ := r.keeps(c.Rules, c.Term); !keep {
		r.leave(c.Term)
		return
	}
	for _, rule := range c.Rules {
		if rule.Action == SetTitle || rule.Action == SetLanguage {
			r.setText(rule, c.Term)
		}
	}
}

func (r *run) leave(term string) {
	r.e.Filed = slices.DeleteFunc(slices.Clone(r.e.Filed), func(t string) bool { return t == term })
	r.env.loaded &^= useFiled
}

// keeps reports whether one of the Keep rules holds, or there is none. It
// returns the last of them.
func (r *run) keeps(rules []*Rule, category string) (keep bool, last *Rule) {
	for _, rule := range rules {
		if rule.Action != Keep {
			continue
		}
		if last = rule; r.holds(rule, category, true) {
			return true, rule
		}
	}
	return last == nil, last
}

// holds evaluates a condition; unsure is what it is when that fails.
func (r *run) holds(rule *Rule, category string, unsure bool) bool {
	value, err := rule.eval(&r.env, r.e)
	if err != nil {
		r.fail(rule, category, err)
		return unsure
	}
	holds, _ := value.(bool) // it was compiled to be one
	r.tell(Step{Rule: rule, Category: category, Did: holds, What: fmt.Sprint(holds)})
	return holds
}

// maxTitle bounds what a rule may set a text to, in bytes.
const maxTitle = 4 << 10

func (r *run) setText(rule *Rule, category string) {
	value, err := rule.eval(&r.env, r.e)
	if err != nil {
		r.fail(rule, category, err)
		return
	}
	text, _ := value.(string) // it was compiled to be one
	field, use := &r.e.Title.Body, useTitle
	if rule.Action == SetLanguage {
		field, use = &r.e.Language, useLanguage
	}
	if text = cut(line(text), maxTitle); text == *field {
		r.tell(Step{Rule: rule, Category: category, What: "nothing to change"})
		return
	}
	was := *field
	keepOriginal(r.e)
	*field = text
	o := r.e.Original
	r.e.Digest = feed.DigestOf(string(o.Digest[:]), r.e.Title.Body, r.e.Language)
	r.env.loaded &^= use
	r.tell(Step{Rule: rule, Category: category, Did: true, What: fmt.Sprintf("%q became %q", was, text)})
}

func keepOriginal(e *feed.Entry) {
	if e.Original == nil {
		e.Original = &feed.Original{Title: e.Title, Language: e.Language, Digest: e.Digest}
	}
}

// line puts text into one line.
func line(text string) string { return strings.Join(strings.Fields(text), " ") }

func (r *run) setCategories(rule *Rule) {
	value, err := rule.eval(&r.env, r.e)
	var terms []string
	if err == nil {
		terms, err = termsOf(value)
	}
	if err != nil {
		r.fail(rule, "", err)
		return
	}
	var unknown []string
	terms = slices.DeleteFunc(feed.Filing(terms), func(term string) bool {
		_, ok := r.set.defined[term]
		if !ok {
			unknown = append(unknown, term)
		}
		return !ok
	})
	if len(unknown) > 0 {
		r.fail(rule, "", fmt.Errorf("it names categories that are not defined: %q", unknown))
	}
	before := r.e.Filed
	r.e.Filed = terms
	r.env.loaded &^= useFiled
	if slices.Equal(before, terms) {
		r.tell(Step{Rule: rule, What: "nothing to change"})
		return
	}
	r.tell(Step{Rule: rule, Did: true, What: "filed under " + list(terms), Before: before})
}

func list(terms []string) string {
	if len(terms) == 0 {
		return "nothing"
	}
	return strings.Join(terms, ", ")
}

func termsOf(value any) ([]string, error) {
	switch v := value.(type) {
	case []string:
		return slices.Clone(v), nil
	case []any:
		terms := make([]string, 0, len(v))
		for _, x := range v {
			term, ok := x.(string)
			if !ok {
				return nil, fmt.Errorf("it gave a list with %v in it, not terms of categories", x)
			}
			terms = append(terms, term)
		}
		return terms, nil
	}
	return nil, fmt.Errorf("it gave %v, not a list of terms", value)
}

func (r *run) tell(s Step) {
	if r.tells {
		r.Steps = append(r.Steps, s)
	}
}

func (r *run) fail(rule *Rule, category string, err error) {
	r.Steps = append(r.Steps, Step{Rule: rule, Category: category, What: "could not be evaluated, so it changes nothing", Err: err})
}
