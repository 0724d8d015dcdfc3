package validator

import "fmt"

// A Level says how much a message weighs.
type Level uint8

// Off is not told. Info is better practice, a warning works badly somewhere,
// an error breaks the specification.
const (
	Off Level = iota
	Info
	Warning
	Error
)

var levelNames = [...]string{"off", "info", "warning", "error"}

func (l Level) String() string { return levelNames[l] }

// ParseLevel returns the level of a name.
func ParseLevel(name string) (Level, error) {
	for l, n := range levelNames {
		if n == name {
			return Level(l), nil
		}
	}
	return Off, fmt.Errorf("unknown level %q, want error, warning or info", name)
}

// A Rule is one thing that can be wrong with a document.
type Rule struct {
	// Code names the rule for good: kebab-case, its format or module first.
	Code  string
	Level Level
	// W3C is the message class of the W3C validator that says the same, "" if
	// there is none.
	W3C string
	// Spec is the section that asks for it, and its address.
	Spec Spec
	// What is wrong, Why it matters and to whom, and how to Mend it: a
	// sentence or two each.
	What, Why, Mend string
	// Bad draws a message of this rule and Good does not.
	Bad, Good Example
	// Profiles has another level for the profiles it names.
	Profiles map[string]Level
	w3cAt    w3cPlace
}

// A Spec is a section of a specification.
type Spec struct {
	Section string // "RFC 4287 §4.2.6"
	URL     string
}

// An Example is a piece of a document, put into a frame that makes it whole.
type Example struct {
	In   string // a name of frames; "" is a whole document
	Text string
	// Without are the elements that the frame has of its own, left out here.
	Without []string
}
