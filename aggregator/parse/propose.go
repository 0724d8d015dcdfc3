package parse

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/internal/lazy"
)

// A Proposal is how a page could be read as a source of kind html.
type Proposal struct {
	Options feed.Options
	Items   []Item // what the options give on this page
}

// Bounds of the search for what repeats on a page.
const (
	maxLinks      = 3000 // of the page that are looked at
	maxClimb      = 6    // elements above a link that may be what repeats
	leastRepeated = 3
	maxProposals  = 3
)

// Propose looks for what repeats on a page and has a link in it each time, and
// returns selectors for it, the best guess first. Each was tried: it gives the
// items on this page.
func Propose(doc *fetch.Document) []Proposal {
	pg, err := readPage(doc)
	if err != nil {
		return nil
	}
	var out []Proposal
	for _, g := range pg.repeated() {
		for _, item := range g.selectors() {
			p, ok := try(doc, g, item)
			if ok && !slices.ContainsFunc(out, func(o Proposal) bool { return sameItems(o.Items, p.Items) }) {
				out = append(out, p)
			}
			if ok {
				break
			}
		}
		if len(out) == maxProposals {
			break
		}
	}
	return out
}

func sameItems(a, b []Item) bool {
	return slices.EqualFunc(a, b, func(x, y Item) bool {
		return len(x.Links) > 0 && len(y.Links) > 0 && x.Links[0].Href == y.Links[0].Href
	})
}

// A repetition is a group of elements of one name and class below one parent.
type repetition struct {
	parent  *html.Node
	name    string // tag and classes, as a selector
	members []*html.Node
	score   float64
}

// repeated returns the groups, the one most like a list of entries first.
func (p *page) repeated() []*repetition {
	type key struct {
		parent *html.Node
		name   string
	}
	groups := map[key]*repetition{}
	anchors := p.findAll(`a[href]`)
	for _, a := range anchors[:min(len(anchors), maxLinks)] {
		if p.address(attribute(a, "href")) == "" || utf8.RuneCountInString(words(a)) < 4 || isFurniture(a) {
			continue
		}
		n := a
		for climb := 0; climb < maxClimb && n.Parent != nil && n.Parent.Type == html.ElementNode; climb++ {
			k := key{n.Parent, nameOfElement(n)}
			g := groups[k]
			if g == nil {
				g = &repetition{parent: n.Parent, name: k.name}
				groups[k] = g
			}
			if !slices.Contains(g.members[max(0, len(g.members)-1):], n) { // links come in the page's order
				g.members = append(g.members, n)
			}
			n = n.Parent
		}
	}
	var out []*repetition
	for _, g := range groups {
		if len(g.members) >= leastRepeated && p.rate(g) {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b *repetition) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(len(b.members), len(a.members)), strings.Compare(a.name, b.name))
	})
	return out[:min(len(out), 4*maxProposals)]
}

// isFurniture reports whether an element is in what every page of a site has.
func isFurniture(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		switch n.DataAtom {
		case atom.Nav, atom.Footer, atom.Aside, atom.Form:
			return true
		case atom.Header:
			if n.Parent != nil && n.Parent.DataAtom == atom.Body {
				return true
			}
		}
	}
	return false
}

// rate says how much a group is like a list of entries: many members, whose
// links lead to different places and have titles, best of all as headings and
// with dates.
func (p *page) rate(g *repetition) bool {
	hrefs := map[string]bool{}
	titled, headed, dated, length := 0, 0, 0, 0
	for _, m := range g.members {
		a := firstLink(m)
		if a == nil {
			continue
		}
		hrefs[p.address(attribute(a, "href"))] = true
		n := utf8.RuneCountInString(words(a))
		length += min(n, 80)
		if n >= 8 {
			titled++
		}
		if firstElement(m, func(n *html.Node) bool { return headings[n.DataAtom] }) != nil {
			headed++
		}
		if dateElement(m) != nil {
			dated++
		}
	}
	n := float64(len(g.members))
	if len(hrefs) < leastRepeated || float64(len(hrefs)) < 0.7*n {
		return false
	}
	share := func(count int) float64 { return float64(count) / n }
	g.score = min(n, 30) * (share(titled) + 2*share(headed) + 2*share(dated) + float64(length)/n/40)
	return true
}

// dateElement returns what looks like the date of an entry.
func dateElement(n *html.Node) *html.Node {
	return firstElement(n, func(n *html.Node) bool {
		if n.DataAtom == atom.Time {
			return true
		}
		class := strings.ToLower(attribute(n, "class"))
		return (strings.Contains(class, "date") || strings.Contains(class, "time")) && hasDigits().MatchString(words(n)) && len(words(n)) < 60
	})
}

var hasDigits = lazy.Regexp(`\d.*\d`)

var plainName = lazy.Regexp(`^[A-Za-z_-][A-Za-z0-9_-]*$`)

// nameOfElement returns an element's tag and those of its classes that are
// likely to be the same for all of its kind, as a selector.
func nameOfElement(n *html.Node) string {
	name := n.Data
	if !plainName().MatchString(name) {
		return "*"
	}
	kept := 0
	for _, class := range strings.Fields(attribute(n, "class")) {
		if plainName().MatchString(class) && !numbered(class) && kept < 3 {
			name += "." + class
			kept++
		}
	}
	return name
}

// numbered reports whether a class tells elements apart, as post-123 does.
func numbered(class string) bool {
	return singular().MatchString(class) || strings.Contains(class, "--") && hasDigits().MatchString(class)
}

var singular = lazy.Regexp(`(?i)(^|[-_])(\d+|first|last|odd|even|active|current|sticky|featured)$`)

// selectors returns selectors for the members, the shortest first.
func (g *repetition) selectors() []string {
	out := []string{g.name}
	above := g.name
	n := g.parent
	for range 4 {
		if n == nil || n.Type != html.ElementNode {
			break
		}
		name := nameOfElement(n)
		if id := attribute(n, "id"); plainName().MatchString(id) && !numbered(id) {
			name = n.Data + "#" + id
		}
		above = name + " > " + above
		out = append(out, above)
		n = n.Parent
	}
	return out
}

// try reads the page by a selector, and reports whether it gives the group's
// members and no other.
func try(doc *fetch.Document, g *repetition, item string) (Proposal, bool) {
	o := feed.Options{"item": item}
	if n := dateElement(g.members[0]); n != nil && n.DataAtom != atom.Time {
		o["date"] = nameOfElement(n)
	}
	if sel := summaryOf(g); sel != "" {
		o["summary"] = sel
	}
	p, err := newHTML(o)
	if err != nil {
		return Proposal{}, false
	}
	if found := p.(*htmlParser).item.all(root(g.parent), maxPageItems); len(found) < len(g.members) || float64(len(found)) > 1.3*float64(len(g.members))+1 {
		return Proposal{}, false // it is the kind's own parser
	}
	f, err := p.Parse(doc)
	if err != nil || len(f.Items) < leastRepeated || len(f.Notes) > 0 {
		return Proposal{}, false
	}
	return Proposal{Options: o, Items: f.Items}, true
}

func root(n *html.Node) *html.Node {
	for n.Parent != nil {
		n = n.Parent
	}
	return n
}

// summaryOf returns a selector for the paragraph that most members have.
func summaryOf(g *repetition) string {
	counts := map[string]int{}
	for _, m := range g.members {
		n := firstElement(m, func(n *html.Node) bool { return n.DataAtom == atom.P && utf8.RuneCountInString(words(n)) > 30 })
		if n != nil && n != m {
			counts[nameOfElement(n)]++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if 2*counts[name] > len(g.members) {
			return name
		}
	}
	return ""
}
