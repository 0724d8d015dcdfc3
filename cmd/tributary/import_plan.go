package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tributary/config"
	"tributary/opml"
)

// An importPlan is what becomes of a list of subscriptions. It is made without
// asking anybody.
type importPlan struct {
	fallback string // the term of what lies in no folder

	there      map[string]string // names of sources by the canonical form of their addresses
	names      map[string]bool   // of all sources
	terms      map[string]bool   // of all categories, as a file system tells them apart
	folders    map[string]string // terms by the names of their folders
	categories []config.Category // to add
	sources    []*imported       // to add
	added      map[string]*imported
	repeats    []opml.Note // what is there already
	bad        []opml.Note // what cannot be taken
	notes      []opml.Note // what was left out, or read differently
}

// An imported is a source to add.
type imported struct {
	name, canonical string
	address         string
	categories      []string
	attrs           []opml.Attr
	line            int
	comment         string // above its table; may be empty
}

// planImport says how to add a list to a configuration.
func planImport(cfg *config.Config, doc *opml.Document, fallback string) *importPlan {
	p := &importPlan{
		fallback: fallback, there: map[string]string{}, names: map[string]bool{}, terms: map[string]bool{},
		folders: map[string]string{}, added: map[string]*imported{}, notes: slices.Clone(doc.Notes),
	}
	for i := range cfg.Sources {
		s := &cfg.Sources[i]
		p.names[string(s.ID)] = true
		if canonical, err := config.WebURL(s.URL); err == nil {
			p.there[canonical] = string(s.ID)
		}
	}
	for i := range cfg.Categories {
		c := &cfg.Categories[i]
		p.terms[config.FoldTerm(c.Term)] = true
		if key := folderKey(c.Folder); key != "" && p.folders[key] == "" {
			p.folders[key] = c.Term
		}
	}
	p.walk(doc.Outlines, nil)
	return p
}

// folderKey returns what tells folders apart: the names on the way to them.
func folderKey(path [][]config.Attr) string {
	var names []string
	for _, attrs := range path {
		names = append(names, opml.Name(opmlAttrs(attrs)))
	}
	return strings.Join(names, "\x00")
}

func configAttrs(attrs []opml.Attr) []config.Attr {
	out := make([]config.Attr, 0, len(attrs))
	for _, a := range attrs {
		out = append(out, config.Attr(a))
	}
	return out
}

func (p *importPlan) walk(outlines []opml.Outline, path [][]config.Attr) {
	for i := range outlines {
		o := &outlines[i]
		_, feed := opml.Get(o.Attrs, "xmlUrl")
		switch {
		case feed:
			p.feed(o, path)
		case len(o.Outlines) > 0:
		case strings.EqualFold(o.Get("type"), "rss"):
			p.bad = append(p.bad, opml.Note{Line: o.Line, Text: fmt.Sprintf("%q has no xmlUrl, the address of its feed", o.Name())})
		case o.Get("url") != "":
			p.notes = append(p.notes, opml.Note{Line: o.Line, Text: fmt.Sprintf("%q is a link and no feed: left out", o.Name())})
		default:
			p.notes = append(p.notes, opml.Note{Line: o.Line, Text: fmt.Sprintf("%q has no feed in it: left out", o.Name())})
		}
		if len(o.Outlines) > 0 {
			p.walk(o.Outlines, append(slices.Clip(path), configAttrs(o.Attrs)))
		}
	}
}

// feed plans a subscription.
func (p *importPlan) feed(o *opml.Outline, path [][]config.Attr) {
	address := webAddress(o.Get("xmlUrl"))
	canonical, err := config.WebURL(address)
	if err != nil {
		p.bad = append(p.bad, opml.Note{Line: o.Line, Text: fmt.Sprintf("%q: %v", o.Name(), err)})
		return
	}
	if name, ok := p.there[canonical]; ok {
		p.repeats = append(p.repeats, opml.Note{Line: o.Line, Text: fmt.Sprintf("%s is there already: source %q", address, name)})
		return
	}
	terms := p.filed(o, path)
	if first := p.added[canonical]; first != nil {
		p.again(first, o, address, terms)
		return
	}
	s := &imported{name: p.free(nameOf(address)), canonical: canonical, address: address, categories: terms, line: o.Line}
	for _, a := range o.Attrs {
		if a.Name != "xmlUrl" {
			s.attrs = append(s.attrs, a)
		}
	}
	p.sources = append(p.sources, s)
	p.added[canonical] = s
}

// webAddress mends what stands for an address in real lists: blanks around it,
// and the scheme feed:.
func webAddress(text string) string {
	text = strings.TrimSpace(text)
	if len(text) < 5 || !strings.EqualFold(text[:5], "feed:") {
		return text
	}
	rest := text[5:]
	if strings.HasPrefix(rest, "//") {
		return "http:" + rest
	}
	return rest
}

// again plans a subscription that the list has had before: it counts for the
// folder it stands in.
func (p *importPlan) again(first *imported, o *opml.Outline, address string, terms []string) {
	text := fmt.Sprintf("%s stands in line %d already", address, first.line)
	var more []string
	for _, term := range terms {
		if !slices.Contains(first.categories, term) {
			more = append(more, term)
		}
	}
	first.categories = append(first.categories, more...)
	if len(more) > 0 {
		text += ": it is filed under " + strings.Join(more, " and ") + " as well"
	}
	for _, a := range o.Attrs {
		if value, _ := opml.Get(first.attrs, a.Name); value != a.Value && a.Name != "xmlUrl" {
			text += fmt.Sprintf("; its other %s is left out", a.Name)
			break
		}
	}
	p.repeats = append(p.repeats, opml.Note{Line: o.Line, Text: text})
}

// filed returns the terms for a subscription: of its folder, and of the
// categories that it names itself.
func (p *importPlan) filed(o *opml.Outline, path [][]config.Attr) []string {
	var terms []string
	if len(path) > 0 {
		terms = append(terms, p.folder(path, o.Line))
	}
	const most = 10
	for i, word := range strings.Split(o.Get("category"), ",") {
		if term := config.Term(strings.ReplaceAll(strings.Trim(word, "/ "), "/", "-")); term != "" && i < most {
			if term = p.named(term, strings.Trim(word, "/ ")); !slices.Contains(terms, term) {
				terms = append(terms, term)
			}
		}
	}
	if len(terms) == 0 {
		terms = append(terms, p.named(p.fallback, "Imported"))
	}
	return terms
}

// named returns the category of that term, which stands for no folder if it
// has to be added.
func (p *importPlan) named(term, label string) string {
	if !p.terms[config.FoldTerm(term)] {
		p.terms[config.FoldTerm(term)] = true
		_, last, ok := strings.Cut(label, "/")
		for ok {
			label = last
			_, last, ok = strings.Cut(label, "/")
		}
		p.categories = append(p.categories, config.Category{Term: term, Label: label, Folder: [][]config.Attr{}})
	}
	return term
}

// folder returns the term of a folder's category, a new one unless it is known.
func (p *importPlan) folder(path [][]config.Attr, line int) string {
	key := folderKey(path)
	if term, ok := p.folders[key]; ok {
		p.other(term, path, line)
		return term
	}
	base := config.Term(strings.ReplaceAll(key, "\x00", "-"))
	if base == "" {
		base = "folder"
	}
	term := base
	for n := 2; p.terms[config.FoldTerm(term)]; n++ {
		term = base + "-" + strconv.Itoa(n)
	}
	p.terms[config.FoldTerm(term)], p.folders[key] = true, term
	label := opml.Name(opmlAttrs(path[len(path)-1]))
	if label == "" {
		label = term
	}
	p.categories = append(p.categories, config.Category{Term: term, Label: label, Folder: slices.Clone(path)})
	return term
}

// other notes, once, that a folder which the list has twice has not the same
// attributes.
func (p *importPlan) other(term string, path [][]config.Attr, line int) {
	i := slices.IndexFunc(p.categories, func(c config.Category) bool { return c.Term == term })
	if i < 0 || slices.EqualFunc(p.categories[i].Folder, path, slices.Equal) {
		return
	}
	text := fmt.Sprintf("the folder %q stands twice with different attributes: those of the first count", opml.Name(opmlAttrs(path[len(path)-1])))
	if !slices.ContainsFunc(p.notes, func(n opml.Note) bool { return n.Text == text }) {
		p.notes = append(p.notes, opml.Note{Line: line, Text: text})
	}
}

// free returns a name that no source has.
func (p *importPlan) free(base string) string {
	name := base
	for n := 2; p.names[name]; n++ {
		name = base + "-" + strconv.Itoa(n)
	}
	p.names[name] = true
	return name
}

// used drops the categories that no source to add is filed under.
func (p *importPlan) used() []config.Category {
	filed := map[string]bool{}
	for _, s := range p.sources {
		for _, term := range s.categories {
			filed[term] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(p.categories), func(c config.Category) bool { return !filed[c.Term] })
}
