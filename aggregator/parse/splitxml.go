package parse

import (
	"strings"

	"github.com/cespare/xxhash/v2"
)

// A cutter walks an XML document with the tokens that the reader sees, too.
type cutter struct {
	sc      scanner
	h       *xxhash.Digest // of what is no item
	stack   []string       // the names of what is open
	item    string         // the name of this format's items
	parent  int            // how many elements are open around an item
	quiet   int            // how many were open where what does not matter began; 0: nowhere
	tags    int
	channel bool // that of RSS was seen
	tail    bool // something that is no item came after one
	done    bool
	items   []span
}

// splitXML cuts RSS, RDF and Atom.
func splitXML(s *split, h *xxhash.Digest) bool {
	c := &cutter{sc: scanner{s: s.text}, h: h, stack: make([]string, 0, 16), items: make([]span, 0, 64)}
	for !c.done {
		t, ok := c.sc.next()
		if !ok || t.open || c.sc.noComment || c.sc.noBracket || !c.token(&t) {
			return false
		}
	}
	s.items = c.items
	return true
}

// token takes the next token, and reports whether all is still as it is to be.
func (c *cutter) token(t *token) bool {
	switch t.kind {
	case startToken:
		return c.start(t)
	case endToken:
		return c.end(t)
	case textToken:
		return t.body[0] != '<' && c.text(t)
	case cdataToken:
		return !strings.Contains(t.body, "<![CDATA[") && c.text(t)
	case otherToken:
		return true
	}
	return false
}

func (c *cutter) inItem() bool {
	return c.parent > 0 && len(c.stack) > c.parent && len(c.items) > 0 && c.items[len(c.items)-1].to == 0
}

func (c *cutter) start(t *token) bool {
	c.tags++
	depth := len(c.stack)
	switch {
	case c.tags > maxElements || depth >= maxDepth:
		return false
	case depth == 0:
		if !c.root(t) {
			return false
		}
	case c.inItem():
		if structural(t.body) {
			return false
		}
	case t.body == c.item && depth == c.parent && !c.tail && !t.empty && c.quiet == 0:
		c.items = append(c.items, span{from: t.from})
		c.stack = append(c.stack, t.body)
		return true
	case !c.heading(t, depth):
		return false
	}
	if !t.empty {
		c.stack = append(c.stack, t.body)
	}
	return true
}

// root begins the feed.
func (c *cutter) root(t *token) bool {
	switch {
	case t.body == "rss":
		c.item, c.parent = "item", 2
	case t.body == "feed":
		c.item, c.parent = "entry", 1
	case strings.HasSuffix(t.body, ":RDF"):
		c.item, c.parent = "item", 1
	default:
		return false
	}
	c.write(t)
	return !t.empty
}

// heading takes an element outside the items.
func (c *cutter) heading(t *token, depth int) bool {
	if t.body == "channel" && depth == 1 && c.item == "item" && !c.channel {
		c.channel = true
	} else if structural(t.body) || c.parent == 2 && depth == 1 {
		return false
	}
	if len(c.items) > 0 {
		c.tail = true
	}
	c.write(t)
	if c.quiet == 0 && !t.empty && passing(t.body) {
		c.quiet = depth + 1
	}
	return true
}

// structural reports whether a reader could take an element for one that
// holds, or is, an item.
func structural(name string) bool {
	local := name[strings.IndexByte(name, ':')+1:]
	switch len(local) {
	case 3:
		return strings.EqualFold(local, "rss") || strings.EqualFold(local, "rdf")
	case 4:
		return strings.EqualFold(local, "item") || strings.EqualFold(local, "feed")
	case 5:
		return strings.EqualFold(local, "entry")
	case 7:
		return strings.EqualFold(local, "channel")
	}
	return false
}

// passing reports whether what an element of the head says is another at each
// change and decides nothing of how items read: dates, and RDF's list of
// items.
func passing(name string) bool {
	switch name {
	case "lastBuildDate", "pubDate", "updated", "modified", "dc:date", "dcterms:modified", "atom:updated", "items":
		return true
	}
	return false
}

func (c *cutter) end(t *token) bool {
	last := len(c.stack) - 1
	if last < 0 || c.stack[last] != t.body {
		return false
	}
	inItem := c.inItem()
	c.stack = c.stack[:last]
	switch {
	case inItem:
		if last == c.parent {
			c.items[len(c.items)-1].to = t.to
		}
		return true
	case c.quiet > last:
		c.quiet = 0
	}
	c.write(t)
	c.done = last == 0
	return true
}

// text takes characters: between the items, none but white space.
func (c *cutter) text(t *token) bool {
	if c.inItem() {
		return true
	}
	body := strings.TrimSpace(t.body)
	if body == "" {
		return true
	}
	if len(c.stack) == 0 || len(c.items) > 0 && len(c.stack) <= c.parent {
		return false
	}
	c.write(t)
	return true
}

// write takes a token of the head into account.
func (c *cutter) write(t *token) {
	if c.quiet == 0 {
		_, _ = c.h.WriteString(c.sc.s[t.from:t.to]) // it never fails
	}
}
