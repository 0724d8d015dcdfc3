// Package opml reads and writes subscription lists in OPML 2.0. It reads what
// real programs write, damage included, and keeps every attribute of an
// outline; what it writes is valid.
package opml

import (
	"slices"
	"strings"
)

// A Document is a list of outlines.
type Document struct {
	Title, Owner string
	Outlines     []Outline
	Notes        []Note // on what was damaged or left out, when it was read
}

// An Outline is a subscription, a folder, or something else that outliners
// keep.
type Outline struct {
	Attrs    []Attr // in their order, xmlns:… for the prefixes in their names included
	Line     int    // where it stands, when it was read
	Outlines []Outline
}

// An Attr is an attribute: its name as it is written, and its value.
type Attr struct{ Name, Value string }

// A Note says what of a document could not be taken as it is.
type Note struct {
	Line int
	Text string
}

// Limits of one document. What goes beyond them is an error.
const (
	MaxBytes    = 32 << 20
	MaxDepth    = 64 // of outlines within each other
	MaxOutlines = 200_000
	MaxValue    = 64 << 10 // bytes of an attribute
	maxNotes    = 200
)

// kept is the namespace of attributes that OPML does not know, or whose value
// it does not allow: they are written in it, and read as they were.
const kept = "urn:tributary:opml:kept"

// Get returns the value of an attribute, "" when it is not there.
func (o *Outline) Get(name string) string {
	value, _ := Get(o.Attrs, name)
	return value
}

// Get returns the value of an attribute, and whether it is there.
func Get(attrs []Attr, name string) (string, bool) {
	for _, a := range attrs {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// Name returns what people know the outline by: its text, else its title.
func (o *Outline) Name() string { return Name(o.Attrs) }

// Name returns what people know an outline with these attributes by.
func Name(attrs []Attr) string {
	for _, name := range []string{"text", "title"} {
		if value, _ := Get(attrs, name); strings.TrimSpace(value) != "" {
			return strings.Join(strings.Fields(value), " ")
		}
	}
	return ""
}

// IsDefined reports whether OPML defines an attribute of that name.
func IsDefined(name string) bool { return slices.Contains(words, name) }

// words are the attributes of an outline that OPML defines.
var words = []string{
	"text", "type", "isComment", "isBreakpoint", "created", "category",
	"description", "htmlUrl", "language", "title", "version", "xmlUrl", "url",
}
