// Package xmltext reads XML 1.0 in UTF-8 as a stream of tokens, each with its
// place.
//
// It keeps a window of the input, whatever the input's size. What XML calls a
// fatal error ends the stream. Namespaces, and whether tags match, are its
// caller's.
package xmltext

import (
	"bytes"
	"io"
	"sync"
	"unicode/utf8"
)

// A Kind says what a token is.
type Kind uint8

// The kinds of tokens. Text and CData may come in several parts.
const (
	EOF Kind = iota
	Start
	End
	Text
	CData
	Comment
	Instruction // <?name ...?>, the XML declaration too
	Doctype
	Failed // the input is not well-formed: see Scanner.Err
)

// A Pos is a place in the text: the line from 1, the column in characters
// from 1, and the offset in bytes.
type Pos struct {
	Line, Column int
	Offset       int64
}

// A Token is a piece of the document. Its bytes are good until the next call
// of Next.
type Token struct {
	Kind  Kind
	Pos   Pos
	Raw   []byte // as it was written, with its delimiters, which CData and Comment lack
	Name  []byte // of a Start, End or Instruction
	Attrs []Attr // of a Start
	Empty bool   // a Start is an empty-element tag, which no End follows
	Flags Flags
}

// Flags tell what text holds, so that plain text is read once.
type Flags uint8

// What text may hold.
const (
	References Flags = 1 << iota // an ampersand
	Returns                      // a carriage return
	NonASCII
	Garbled // C1 controls or U+FFFD: signs of text decoded wrongly
)

// An Attr is an attribute; its places are offsets within the tag.
type Attr struct {
	Name, Value  []byte // the value as written, without its quotes
	At, ValueAt  int
	NeedsDecoded bool // the value holds a reference or white space to normalise
}

// Limits of one token, in bytes.
const (
	MaxTag  = 1 << 20 // tags, instructions and document types
	maxText = 64 << 10
	minRead = 32 << 10
)

// An Error is why a document is not well-formed.
type Error struct {
	Kind ErrorKind
	Pos  Pos
	Len  int
	Text string
}

// An ErrorKind groups errors that are explained alike.
type ErrorKind uint8

// The kinds of errors.
const (
	Syntax       ErrorKind = iota
	IllegalChar            // a character that XML does not allow
	BadBytes               // that are no UTF-8
	BadReference           // a reference that is not one
	TooLong                // a token beyond its limit
	Unfinished             // the document ends within a token
	Duplicate              // an attribute given twice
	Read                   // the input could not be read
)

// A Scanner reads tokens.
type Scanner struct {
	r      io.Reader
	buf    []byte
	from   int // of the window
	to     int
	pos    Pos // of buf[from]
	cr     bool
	eof    bool
	err    error // of the reader
	tok    Token
	within Kind // CData or Comment: the next token goes on with it
	Err    *Error
	// BadBytes, if set, is told of bytes that are no UTF-8, which are no error
	// then: the text is read on.
	BadBytes func(at Pos, b byte)
}

// NewScanner returns a scanner of r, which is in UTF-8.
func NewScanner(r io.Reader) *Scanner {
	return &Scanner{r: r, buf: *buffers.Get().(*[]byte), pos: Pos{Line: 1, Column: 1}}
}

// buffers are those of closed scanners: most documents are far smaller than
// one.
var buffers = sync.Pool{New: func() any {
	b := make([]byte, maxText+minRead)
	return &b
}}

// Close gives the scanner's memory back. Neither it nor a token of it may be
// used after.
func (s *Scanner) Close() {
	if buf := s.buf; len(buf) == maxText+minRead {
		buffers.Put(&buf)
	}
	s.buf = nil
}

// SkipBOM skips a byte order mark at the start.
func (s *Scanner) SkipBOM() {
	s.need(3)
	if bytes.HasPrefix(s.window(), []byte("\ufeff")) {
		s.from += 3
		s.pos.Offset += 3
	}
}

// Pos returns the place of the next token.
func (s *Scanner) Pos() Pos { return s.pos }

func (s *Scanner) window() []byte { return s.buf[s.from:s.to] }

// more reads on; it returns false when there is no more.
func (s *Scanner) more() bool {
	if s.eof {
		return false
	}
	if len(s.buf)-s.to < minRead {
		if s.to-s.from+minRead > len(s.buf) {
			grown := make([]byte, 2*len(s.buf))
			copy(grown, s.window())
			s.to -= s.from
			s.from, s.buf = 0, grown
		} else {
			copy(s.buf, s.window())
			s.to -= s.from
			s.from = 0
		}
	}
	n, err := io.ReadAtLeast(s.r, s.buf[s.to:], minRead)
	s.to += n
	if err != nil {
		s.eof = true
		if err != io.EOF && err != io.ErrUnexpectedEOF {
			s.err = err
		}
	}
	return n > 0
}

// need reads until the window has n bytes, and reports whether it has.
func (s *Scanner) need(n int) bool {
	for s.to-s.from < n {
		if !s.more() {
			return s.to-s.from >= n
		}
	}
	return true
}

// Peek returns up to n bytes at the place of the next token.
func (s *Scanner) Peek(n int) []byte {
	s.need(n)
	return s.buf[s.from:min(s.to, s.from+n)]
}

// take makes the first n bytes of the window the token.
func (s *Scanner) take(kind Kind, n int) *Token {
	s.tok.Kind, s.tok.Pos = kind, s.pos
	s.tok.Raw = s.buf[s.from : s.from+n]
	s.tok.Flags = 0
	s.skip(n)
	return &s.tok
}

// skip goes over n bytes of the window.
func (s *Scanner) skip(n int) {
	b := s.buf[s.from : s.from+n]
	s.pos, s.cr = step(s.pos, b, s.cr)
	s.from += n
}

// Advance returns the place after b, which stands at p.
func Advance(p Pos, b []byte) Pos {
	p, _ = step(p, b, false)
	return p
}

// step returns the place after b, where cr says that the byte before b is a
// carriage return, and whether the last of b is one.
func step(p Pos, b []byte, cr bool) (Pos, bool) {
	if len(b) == 0 {
		return p, cr
	}
	p.Offset += int64(len(b))
	if cr || bytes.IndexByte(b, '\r') >= 0 {
		return stepReturns(p, b, cr)
	}
	if n := bytes.Count(b, newline); n > 0 {
		p.Line += n
		p.Column = 1
		b = b[bytes.LastIndexByte(b, '\n')+1:]
	}
	p.Column += utf8.RuneCount(b)
	return p, false
}

var newline = []byte{'\n'}

func stepReturns(p Pos, b []byte, cr bool) (Pos, bool) {
	for _, c := range b {
		switch {
		case c == '\n' && cr: // the line was counted at the return
		case c == '\n' || c == '\r':
			p.Line++
			p.Column = 1
		case utf8.RuneStart(c):
			p.Column++
		}
		cr = c == '\r'
	}
	return p, cr
}

// Next returns the next token. After EOF or Failed it returns the same again.
func (s *Scanner) Next() *Token {
	switch {
	case s.Err != nil:
		s.tok.Kind = Failed
		return &s.tok
	case s.within == CData:
		return s.cdata()
	case s.within == Comment:
		return s.comment()
	case !s.need(1):
		return s.end()
	case s.buf[s.from] == '<':
		return s.markup()
	}
	return s.text()
}

func (s *Scanner) end() *Token {
	if s.err != nil {
		return s.fail(Read, 0, 0, s.err.Error())
	}
	s.tok = Token{Kind: EOF, Pos: s.pos}
	return &s.tok
}

// fail ends the stream with an error at an offset of the window.
func (s *Scanner) fail(kind ErrorKind, at, length int, text string) *Token {
	if kind == Unfinished && s.err != nil {
		kind, text = Read, s.err.Error()
	}
	p, _ := step(s.pos, s.buf[s.from:s.from+at], s.cr)
	s.Err = &Error{Kind: kind, Pos: p, Len: length, Text: text}
	s.tok = Token{Kind: Failed, Pos: p}
	return &s.tok
}

func (s *Scanner) markup() *Token {
	s.need(9)
	w := s.window()
	switch {
	case len(w) > 1 && w[1] == '/':
		return s.endTag()
	case len(w) > 1 && w[1] == '?':
		return s.instruction()
	case bytes.HasPrefix(w, []byte("<!--")):
		s.skip(4)
		s.within = Comment
		return s.comment()
	case bytes.HasPrefix(w, []byte("<![CDATA[")):
		s.skip(9)
		s.within = CData
		return s.cdata()
	case bytes.HasPrefix(w, []byte("<!DOCTYPE")):
		return s.doctype()
	case len(w) > 1 && w[1] == '!':
		return s.fail(Syntax, 0, 2, "\"<!\" starts neither a comment (<!--), a CDATA section (<![CDATA[) nor a DOCTYPE")
	}
	return s.startTag()
}

// delimited returns where a token ends that is closed by a delimiter, 0 when
// it is not closed within its limit.
func (s *Scanner) delimited(skip int, delimiter string) int {
	from := skip
	for {
		w := s.window()
		if from < len(w) {
			if i := bytes.Index(w[from:], []byte(delimiter)); i >= 0 {
				return from + i + len(delimiter)
			}
		}
		from = max(skip, len(w)-len(delimiter)+1)
		if len(w) > MaxTag || !s.more() {
			return 0
		}
	}
}

// unclosed fails for a token that delimited did not find the end of.
func (s *Scanner) unclosed(what string) *Token {
	if len(s.window()) > MaxTag {
		return s.fail(TooLong, 0, 1, what+" is longer than 1 MiB")
	}
	return s.fail(Unfinished, 0, 1, what+" starts here and is never closed")
}

func (s *Scanner) instruction() *Token {
	n := s.delimited(2, "?>")
	if n == 0 {
		return s.unclosed("a processing instruction (<?)")
	}
	w := s.window()[:n]
	if bad := nameEnd(w[2:]); bad == 0 {
		return s.fail(Syntax, 2, 1, "a processing instruction (<?) has no name")
	}
	if at, kind, text := s.validate(w); at >= 0 {
		return s.fail(kind, at, 1, text)
	}
	t := s.take(Instruction, n)
	t.Name = t.Raw[2 : 2+nameEnd(t.Raw[2:])]
	return t
}
