package parse

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"

	"tributary/feed"
)

// A split is a document cut at its items: head, items with nothing between
// them that matters, tail. Only a document that is sure to be read the same in
// parts is split: each tag is closed by its own, there is no DOCTYPE, and
// nothing in an item could be taken for another item or for its end.
type split struct {
	text  string
	items []span
	comma string // between two items
	key   uint64 // of all that decides how an item reads, the items aside
}

type span struct{ from, to int }

// A Split says which items of a document a Feed has.
type Split struct {
	Digests []uint64 // of all items of the document
	Read    []int    // those that are in Feed.Items, as indices of Digests
	Text    string   // what was read of the document, in UTF-8; "": all of it
	of      *split
}

// Partial reports whether items were left out.
func (s *Split) Partial() bool { return s != nil && len(s.Read) < len(s.Digests) }

// First returns the Split of a whole document for its first n items.
func (s *Split) First(n int) *Split {
	first := &Split{Digests: s.Digests, Read: all(min(n, len(s.Digests))), of: s.of}
	first.Text = s.of.only(first.Read)
	return first
}

// Place returns the line and column, from 1, of a byte of Text in the document.
func (s *Split) Place(at int) (line, column int) {
	text := s.of.text
	at = s.of.place(at, s.Read)
	begin := strings.LastIndexByte(text[:at], '\n') + 1
	return 1 + strings.Count(text[:begin], "\n"), 1 + utf8.RuneCountInString(text[begin:at])
}

// place returns where a byte of only(items) is in the document.
func (s *split) place(at int, items []int) int {
	if at < s.items[0].from {
		return max(at, 0)
	}
	at -= s.items[0].from
	for n, i := range items {
		if n > 0 {
			at -= len(s.comma)
		}
		item := s.items[i]
		if at < item.to-item.from {
			return item.from + max(at, 0)
		}
		at -= item.to - item.from
	}
	return min(s.items[len(s.items)-1].to+at, len(s.text))
}

// digests returns the digest of each item.
func (s *split) digests() []uint64 {
	out := make([]uint64, len(s.items))
	h := xxhash.NewWithSeed(s.key)
	for i, at := range s.items {
		h.ResetWithSeed(s.key)
		_, _ = h.WriteString(s.text[at.from:at.to]) // it never fails
		out[i] = h.Sum64()
	}
	return out
}

// only returns the document with these of its items.
func (s *split) only(items []int) string {
	head, tail := s.text[:s.items[0].from], s.text[s.items[len(s.items)-1].to:]
	size := len(head) + len(tail) + len(items)
	for _, i := range items {
		size += s.items[i].to - s.items[i].from
	}
	var b strings.Builder
	b.Grow(size)
	b.WriteString(head)
	for n, i := range items {
		if n > 0 {
			b.WriteString(s.comma)
		}
		b.WriteString(s.text[s.items[i].from:s.items[i].to])
	}
	b.WriteString(tail)
	return b.String()
}

// splitText cuts a document. seed is of what decides how it is read and does
// not stand in it. It returns nil when it is not sure.
func splitText(text, seed string) *split {
	cut := splitXML
	if isJSON(text) {
		cut = splitJSON
	}
	h := xxhash.New()
	_, _ = h.WriteString(seed) // it never fails
	s := &split{text: text}
	if !cut(s, h) || len(s.items) == 0 || len(s.items) > feed.MaxParts {
		return nil
	}
	s.key = h.Sum64()
	return s
}

func isJSON(text string) bool { return strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") }

// unknown returns which digests are of no known part.
func unknown(digests []uint64, known []feed.Part) []int {
	if len(known) == 0 {
		return all(len(digests))
	}
	set := make(map[feed.Part]struct{}, len(known))
	for _, p := range known {
		set[p.Key()] = struct{}{}
	}
	var out []int
	for i, d := range digests {
		if _, ok := set[feed.KeyOf(d)]; !ok {
			out = append(out, i)
		}
	}
	return out
}

func all(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// A cutting is a document that can be read in parts.
type cutting struct {
	*split
	digests []uint64
}

// cut returns how the document can be read in parts, nil for one that cannot
// for sure. What else decides how it reads is its base and the language it was
// sent with.
func (d *decoded) cut(base *url.URL, language string) *cutting {
	if len(d.notes) > 0 || d.forbidden {
		return nil
	}
	seed := language
	if base != nil {
		seed += "\n" + base.String()
	}
	s := splitText(d.text, seed)
	if s == nil {
		return nil
	}
	return &cutting{s, s.digests()}
}

// news reads what is not known of the document. It returns nil when all is to
// be read: if nothing is known, and if anything is wrong with what is new. What
// is left out was read without a word before.
func (d *decoded) news(c *cutting, base *url.URL, known []feed.Part) *Feed {
	if c == nil {
		return nil
	}
	read := unknown(c.digests, known)
	if len(read) == len(c.digests) {
		return nil
	}
	part := decoded{text: c.only(read), charset: d.charset}
	f, err := part.document(base)
	if err != nil || len(f.Notes) > 0 || len(f.Items) != len(read) {
		return nil
	}
	f.Split = &Split{Digests: c.digests, Read: read, Text: part.text, of: c.split}
	return f
}

// whole returns the Split of a document that was read as a whole.
func (c *cutting) whole(f *Feed) *Split {
	if c == nil || len(f.Notes) > 0 || len(f.Items) != len(c.digests) {
		return nil
	}
	return &Split{Digests: c.digests, Read: all(len(c.digests)), of: c.split}
}
