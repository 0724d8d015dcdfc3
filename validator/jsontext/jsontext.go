// Package jsontext reads JSON (RFC 8259) as a stream, with the place of every
// key and value.
//
// It keeps to the grammar of the RFC to the letter. Memory is bounded by the
// longest string that is read whole; a long one can be read in parts.
package jsontext

// A Pos is a place in the text: the line from 1, the column in characters
// from 1, and the offset in bytes.
type Pos struct {
	Line, Column int
	Offset       int64
}

// A Kind says what a value is.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota + 1
	Bool
	Number
	String
	Array
	Object
)

var kindNames = [...]string{"nothing", "null", "true or false", "a number", "a string", "an array", "an object"}

func (k Kind) String() string { return kindNames[k] }

// A Key is that of a member of an object.
type Key struct {
	Name       string
	Start, End Pos  // with its quotes
	Repeated   bool // the object had it before
}

// An Error is why a text is not JSON. Its Text is a clause for people: what
// stands at Pos, and what was expected there.
type Error struct {
	Pos  Pos
	Kind ErrorKind
	Text string
}

func (e *Error) Error() string { return e.Text }

// An ErrorKind groups errors that are explained alike.
type ErrorKind uint8

// The kinds of errors.
const (
	Syntax     ErrorKind = iota
	BadBytes             // that are no UTF-8
	TooDeep              // values within each other
	TooLong              // a string, key or number
	Unfinished           // the text ends too early
	Unread               // reading failed
)

// Limits that a reader has when it is made.
const (
	DefaultDepth  = 1000
	DefaultString = 16 << 20
)
