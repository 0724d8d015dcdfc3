// Package markup looks through the HTML that titles and bodies of feeds
// carry, for what feed readers remove, misread or cannot show.
//
// It reads HTML that comes in parts, in time linear in it, and allocates
// nothing where nothing is wrong.
package markup

// A Kind tells findings apart.
type Kind uint8

// The kinds of findings.
const (
	UnsafeElement   Kind = iota + 1 // that readers remove: script, iframe ...
	UnsafeAttribute                 // that readers remove: event handlers ...
	UnsafeStyle                     // a property or value that readers remove
	ScriptURL                       // an address that runs a script
	RelativeURL                     // an address without its host
	UnknownElement                  // that HTML does not have
	BadReference                    // what looks like a character reference and is none
	Unfinished                      // the text ends within a tag or comment
	Instruction                     // <?...?>, which HTML does not have
	Unclosed                        // an element never closed, or closed without being open
	DoubleEscaped                   // text that was escaped twice
)

// A Finding is one thing of note in a text.
type Finding struct {
	Kind      Kind
	At, Len   int    // bytes of the text given to Feed
	Element   string // as written, as are Attribute and Value
	Attribute string
	Value     string
	Text      string // a clause for people
}

// maxWait is how long a token may be that is waited for, in bytes.
const maxWait = 1 << 20

// A Scanner looks through a text. Its zero value with a Report is ready.
type Scanner struct {
	// Report is called with each finding, in order.
	Report func(Finding)

	raw     string // the element whose text is not HTML: script, style ...
	open    []opened
	foreign int  // how deep in svg or math
	code    int  // how deep in code, where escaped tags are meant as such
	escaped bool // DoubleEscaped was reported
}

// An opened element is one that is not closed yet.
type opened struct {
	name string
	is   traits
}

// maxOpen bounds the elements that are remembered as open.
const maxOpen = 512

// Reset makes the scanner ready for another text.
func (s *Scanner) Reset() { *s = Scanner{Report: s.Report, open: s.open[:0]} }

func (s *Scanner) report(kind Kind, at, length int, text string) {
	s.Report(Finding{Kind: kind, At: at, Len: length, Text: text})
}
