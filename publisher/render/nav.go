package render

import (
	"errors"
	"html/template"
	"strings"
	"sync"
)

// navItems are links of the navigation as pages show them. Every page has a
// link to every category: where those are many, writing them by the template
// each time would cost more than all else on the page.
type navItems struct {
	template *template.Template // "nav" of the theme's layout; nil: it has none

	mu      sync.RWMutex // guards what follows
	written map[navLink]string
}

// maxNavItems bounds how many links are remembered: each stands for a category,
// for how deep pages lie, and for what the page is to it.
const maxNavItems = 1 << 14

func newNavItems(layout *template.Template) *navItems {
	return &navItems{template: layout.Lookup("nav"), written: map[navLink]string{}}
}

// of returns a link as the template "nav" has it.
func (n *navItems) of(l navLink) (string, error) {
	n.mu.RLock()
	text, ok := n.written[l]
	n.mu.RUnlock()
	if ok {
		return text, nil
	}
	var out strings.Builder
	if err := n.template.Execute(&out, l); err != nil {
		return "", err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.written) >= maxNavItems {
		clear(n.written)
	}
	n.written[l] = out.String()
	return out.String(), nil
}

// Nav returns a link to each category, and one to all entries.
func (f *frame) Nav() []navLink {
	out := make([]navLink, 0, len(f.page.Categories)+1)
	for _, c := range f.page.Categories {
		out = append(out, f.navLink(c))
	}
	return append(out, f.navLink(Category{Term: All, Label: f.Words.All}))
}

func (f *frame) navLink(c Category) navLink {
	link := navLink{Label: label(c), Href: f.path(CategoryPath(c.Term)), Lang: otherLanguage(languageTag(c.Language), f.Lang)}
	if c.Term == f.page.Category.Term {
		link.Current = f.current
	}
	return link
}

var errNoNav = errors.New(`the layout defines no template "nav" for it`)

// NavItems returns all of Nav, each as the layout's template "nav" has it.
func (f *frame) NavItems() (template.HTML, error) {
	if f.theme.nav.template == nil {
		return "", errNoNav
	}
	var out strings.Builder
	for _, l := range f.Nav() {
		text, err := f.theme.nav.of(l)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
	return template.HTML(out.String()), nil //nolint:gosec // the template has escaped it
}
