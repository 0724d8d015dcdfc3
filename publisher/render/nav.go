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
func (v *view) Nav() []navLink {
	out := make([]navLink, 0, len(v.page.Categories)+1)
	for _, c := range v.page.Categories {
		out = append(out, v.navLink(c))
	}
	return append(out, v.navLink(Category{Term: All, Label: v.Words.All}))
}

func (v *view) navLink(c Category) navLink {
	link := navLink{Label: label(c), Href: v.path(CategoryPath(c.Term)), Lang: otherLanguage(languageTag(c.Language), v.Lang)}
	if c.Term == v.page.Category.Term {
		link.Current = v.current
	}
	return link
}

var errNoNav = errors.New(`the layout defines no template "nav" for it`)

// NavItems returns all of Nav, each as the layout's template "nav" has it.
func (v *view) NavItems() (template.HTML, error) {
	if v.theme.nav.template == nil {
		return "", errNoNav
	}
	var out strings.Builder
	for _, l := range v.Nav() {
		text, err := v.theme.nav.of(l)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
	return template.HTML(out.String()), nil //nolint:gosec // the template has escaped it
}
