package config

import "slices"

// A kind says what a value in the file is.
type kind uint8

const (
	isText kind = iota
	isNumber
	isFraction
	isBool
	isDate
	isList
	isTable
)

// A value is a value of the file, with the place it stands at.
type value struct {
	kind kind
	at   int32  // byte offset
	text string // a text decoded; numbers, booleans and dates as written
	sub  *table // of a table its entries, of a list its elements, without keys
}

// An origin says how a table came to be, which decides who may extend it.
type origin uint8

const (
	implied  origin = iota // by the header of a table below it
	headed                 // by its own [header]
	dotted                 // by a dotted key
	inline                 // { … }, or the elements of a list
	scrapped               // what follows a header that could not be used
)

// An entry is a key with its value.
type entry struct {
	key   string
	at    int32 // byte offset of the key
	value value
}

// A table is a list of entries in the file's order, found by key.
type table struct {
	at      int32 // byte offset of the header, 0 without one
	origin  origin
	entries []entry
	index   map[string]int32 // made when linear search gets slow
}

const indexFrom = 12

// newTable returns the table that a header at that offset opens.
func newTable(at int32) *table { return &table{at: at, entries: make([]entry, 0, 4)} }

// isOpen tells whether e is a table that headers may extend.
func (e *entry) isOpen() bool { return e.value.kind == isTable && e.value.sub.origin != inline }

// find returns the entry of that key, or nil. The pointer holds until the
// next add.
func (t *table) find(key string) *entry {
	if t == nil {
		return nil
	}
	if t.index != nil {
		if i, ok := t.index[key]; ok {
			return &t.entries[i]
		}
		return nil
	}
	for i := range t.entries {
		if t.entries[i].key == key {
			return &t.entries[i]
		}
	}
	return nil
}

// add appends an entry whose key is not there yet.
func (t *table) add(e entry) *entry {
	t.entries = append(t.entries, e)
	switch n := len(t.entries); {
	case t.index != nil:
		t.index[e.key] = int32(n - 1)
	case n == indexFrom:
		t.index = make(map[string]int32, 2*n)
		for i := range t.entries {
			t.index[t.entries[i].key] = int32(i)
		}
	}
	return &t.entries[len(t.entries)-1]
}

// keys returns the keys, sorted.
func (t *table) keys() []string {
	if t == nil {
		return nil
	}
	keys := make([]string, len(t.entries))
	for i := range t.entries {
		keys[i] = t.entries[i].key
	}
	slices.Sort(keys)
	return keys
}
