package render

import (
	"fmt"
	"html/template"
	"strings"
	"sync"
)

// frameParts are what a layout's templates make of frames. There are as many
// pages of entries as entries, and most of what the template engine would do
// for one it has done for the one before.
type frameParts struct {
	layout *template.Template // with the templates

	mu      sync.RWMutex // guards what follows
	written map[partKey]template.HTML
	size    int // of them, in bytes
}

// maxFrameParts bounds what is kept, in bytes.
const maxFrameParts = 8 << 20

// A partKey is all that a part is made from, but for the theme.
type partKey struct {
	name                  string // of the template
	lang, root, current   string
	site                  siteWords
	term, label, language string    // of the page's category
	first                 *Category // of all there are, which nobody changes
	categories            int
}

func newFrameParts(layout *template.Template) *frameParts {
	return &frameParts{layout: layout, written: map[partKey]template.HTML{}}
}

// Shared returns what the layout's template of a name makes of the frame.
func (f *frame) Shared(name string) (template.HTML, error) {
	parts := f.theme.parts
	if !f.alike {
		return parts.write(name, f)
	}
	c := &f.page.Category
	key := partKey{name: name, lang: f.Lang, root: f.Root, current: f.current, site: f.Site, term: c.Term, label: c.Label, language: c.Language, categories: len(f.page.Categories)}
	if key.categories > 0 {
		key.first = &f.page.Categories[0]
	}
	parts.mu.RLock()
	text, ok := parts.written[key]
	parts.mu.RUnlock()
	if ok {
		return text, nil
	}
	text, err := parts.write(name, f)
	if err == nil {
		parts.keep(key, text)
	}
	return text, err
}

func (p *frameParts) write(name string, f *frame) (template.HTML, error) {
	t := p.layout.Lookup(name)
	if t == nil {
		return "", fmt.Errorf("the layout defines no template %q for it", name)
	}
	var out strings.Builder
	err := t.Execute(&out, f)
	return template.HTML(out.String()), err //nolint:gosec // the template has escaped it
}

func (p *frameParts) keep(key partKey, text template.HTML) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.size += len(text); p.size > maxFrameParts {
		clear(p.written)
		p.size = len(text)
	}
	p.written[key] = text
}
