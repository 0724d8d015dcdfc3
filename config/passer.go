package config

import (
	"bytes"

	"github.com/pelletier/go-toml/v2/unstable"
)

// A passer passes over plain sources while the tree is built. They are read
// from the file's text when their turn comes, and take no memory until then.
type passer struct {
	sources *table // that they would be in
	names   index  // to their offsets
	mixed   bool   // one of them is written in two places: the tree needs it
}

// A run is plain sources that follow each other without a gap.
type run struct {
	from, to int32 // offsets
	sources  int
	behind   int // so many entries of the table of sources
}

// passOver returns where the run of plain sources ends that n opens, and
// whether it opens one.
func (b *builder) passOver(n *unstable.Node) (int, bool) {
	if b.passer == nil || n.Kind != unstable.Table {
		return 0, false
	}
	it := n.Key()
	it.Next()
	at := b.at(it.Node())
	r := run{from: at - int32(len("[")), to: at}
	s := scanner{data: b.data, at: int(r.from)}
	for p, ok := s.source(); ok && b.pass(&p, at); p, ok = s.source() {
		r.to = int32(s.at)
		r.sources++
	}
	if r.sources == 0 {
		return 0, false
	}
	r.behind = len(b.passer.sources.entries)
	b.runs = append(b.runs, r)
	b.current = &table{origin: scrapped} // a header follows, if anything does
	return int(r.to), true
}

// pass notes the name of a source in a run whose first header is at that
// place. It returns false when the source belongs into the tree.
func (b *builder) pass(p *plainSource, at int32) bool {
	if b.passer.sources == nil {
		e := b.root.find("source")
		if e == nil {
			e = b.root.add(entry{key: "source", at: at, value: value{kind: isTable, at: at, sub: newTable(at)}})
		}
		if !e.isOpen() {
			return false
		}
		b.passer.sources = e.value.sub
	}
	if b.passer.sources.find(string(p.name)) != nil {
		return false
	}
	names := &b.passer.names
	return names.add(names.hashBytes(p.name), int(p.nameAt), b.isNamed(string(p.name))) < 0
}

// isNamed returns what tells whether the plain source with its name at an
// offset has that name.
func (b *builder) isNamed(name string) func(at int) bool {
	return func(at int) bool {
		rest := b.data[at:]
		return bytes.HasPrefix(rest, []byte(name)) && rest[len(name)] == ']'
	}
}

// find returns the entry of that key in t, or nil.
func (b *builder) find(t *table, key string) *entry {
	if p := b.passer; p != nil && t == p.sources && p.names.find(p.names.hash(key), b.isNamed(key)) >= 0 {
		p.mixed = true
	}
	return t.find(key)
}

// source returns the entry of a plain source, which stands from one offset to
// another.
func (b *builder) source(from, to int) *entry {
	b.root = &table{origin: headed}
	b.current, b.base = b.root, from
	b.parser.Reset(b.data[from:to])
	b.expressions()
	return &b.root.find("source").value.sub.entries[0]
}
