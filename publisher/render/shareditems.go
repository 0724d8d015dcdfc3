package render

import (
	"slices"
	"sync"
)

// sharedItems are a page's items, which several documents are written from.
type sharedItems struct {
	once  sync.Once
	items []item
}

// Share has the documents that are written from p, also at one time, read its
// entries once. What p holds is not to be changed afterwards.
func (p *Page) Share() { p.shared = &sharedItems{} }

// items returns the page's entries, newest first, for the caller to change
// but for what their slices hold.
func (p *Page) items() []item {
	if p.shared == nil {
		return p.newItems()
	}
	p.shared.once.Do(func() { p.shared.items = p.newItems() })
	return slices.Clone(p.shared.items)
}
