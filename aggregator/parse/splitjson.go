package parse

import (
	"strings"

	"github.com/cespare/xxhash/v2"
)

// maxNesting bounds the nesting in one item of a JSON Feed that is split.
const maxNesting = 64

// A jsonCutter walks a JSON document.
type jsonCutter struct {
	s     string
	pos   int
	items []span
}

// splitJSON cuts a JSON Feed at the elements of the one array "items" at its
// top. What stands within them is balanced; whether it is JSON shows when it
// is read.
func splitJSON(s *split, h *xxhash.Digest) bool {
	c := jsonCutter{s: s.text}
	if !c.literal('{') || !c.members() {
		return false
	}
	c.space()
	if c.pos != len(c.s) || len(c.items) == 0 {
		return false
	}
	s.items, s.comma = c.items, ","
	_, _ = h.WriteString(c.s[:c.items[0].from]) // it never fails
	_, _ = h.WriteString(c.s[c.items[len(c.items)-1].to:])
	return true
}

func (c *jsonCutter) members() bool {
	for found := false; ; {
		c.space()
		key, ok := c.text()
		if !ok || strings.IndexByte(key, '\\') >= 0 || !c.literal(':') {
			return false
		}
		if strings.EqualFold(key, "items") {
			if found || key != "items" || !c.array() {
				return false
			}
			found = true
		} else if !c.value() {
			return false
		}
		if c.literal('}') {
			return found
		}
		if !c.literal(',') {
			return false
		}
	}
}

// array takes the items, which are objects.
func (c *jsonCutter) array() bool {
	if !c.literal('[') {
		return false
	}
	for {
		c.space()
		from := c.pos
		if c.pos >= len(c.s) || c.s[c.pos] != '{' || !c.value() {
			return false
		}
		c.items = append(c.items, span{from, c.pos})
		if c.literal(']') {
			return true
		}
		if !c.literal(',') {
			return false
		}
	}
}

func (c *jsonCutter) space() {
	for c.pos < len(c.s) && strings.IndexByte(" \t\r\n", c.s[c.pos]) >= 0 {
		c.pos++
	}
}

func (c *jsonCutter) literal(b byte) bool {
	c.space()
	if c.pos >= len(c.s) || c.s[c.pos] != b {
		return false
	}
	c.pos++
	return true
}

// text takes a string and returns what stands between its quotes.
func (c *jsonCutter) text() (string, bool) {
	if c.pos >= len(c.s) || c.s[c.pos] != '"' {
		return "", false
	}
	c.pos++
	for from := c.pos; ; {
		n := strings.IndexByte(c.s[c.pos:], '"')
		if n < 0 {
			return "", false
		}
		c.pos += n + 1
		back := c.pos - 2
		for back >= from && c.s[back] == '\\' {
			back--
		}
		if (c.pos-2-back)%2 == 0 {
			return c.s[from : c.pos-1], true
		}
	}
}

// value takes any value: what is balanced, or what stands before the next
// comma or bracket.
func (c *jsonCutter) value() bool {
	c.space()
	var open [maxNesting]byte
	depth, from := 0, c.pos
	for c.pos < len(c.s) {
		switch b := c.s[c.pos]; b {
		case '"':
			if _, ok := c.text(); !ok {
				return false
			}
			continue
		case '{', '[':
			if depth == maxNesting {
				return false
			}
			open[depth] = b + 2 // its other half
			depth++
		case '}', ']':
			if depth == 0 {
				return c.pos > from
			}
			if depth--; open[depth] != b {
				return false
			}
			if depth == 0 {
				c.pos++
				return true
			}
		case ',':
			if depth == 0 {
				return c.pos > from
			}
		}
		c.pos++
	}
	return false
}
