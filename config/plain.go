package config

import "bytes"

// Nearly all of a large file is sources in one plain form, perhaps with kind
// and interval, blank lines and comments:
//
//	[source.NAME]
//	url = "https://example.org/feed"
//	categories = ["news", "tech"]
//
// A plainSource is a source in that form. Its texts are parts of the file.
type plainSource struct {
	name                []byte
	url, kind, interval []byte // between the quotes; nil without that key
	categories          []byte // between the brackets
	nameAt, urlAt       int32  // offsets of the name, and of the url's opening quote
}

// A scanner reads plain sources. It takes nothing that the library's parser
// would not take, or would take for something else; the text is UTF-8.
type scanner struct {
	data []byte
	at   int
}

const opening = "[source."

// source reads one plain source with all that follows it up to the next
// header. It returns false when something else stands there.
func (s *scanner) source() (p plainSource, ok bool) {
	if !bytes.HasPrefix(s.data[s.at:], []byte(opening)) {
		return p, false
	}
	s.at += len(opening)
	p.nameAt = int32(s.at)
	p.name = s.bare()
	if len(p.name) == 0 || len(p.name) > maxName || !s.skip(']') || !s.endLine() {
		return p, false
	}
	for {
		s.blanks()
		if s.at == len(s.data) || s.data[s.at] == '[' {
			return p, !s.goesOn(&p)
		}
		if !s.line(&p) {
			return p, false
		}
	}
}

// goesOn tells whether a header stands here for a table in p, as that of its
// options.
func (s *scanner) goesOn(p *plainSource) bool {
	below, ok := bytes.CutPrefix(s.data[s.at:], []byte(opening))
	below, same := bytes.CutPrefix(below, p.name)
	return ok && same && bytes.HasPrefix(below, []byte("."))
}

// line reads a line that is empty, a comment or a key with its value.
func (s *scanner) line(p *plainSource) bool {
	ok := true
	switch key := s.bare(); string(key) {
	case "":
	case "url":
		ok = s.value(&p.url, s.text)
		p.urlAt = int32(s.at - len(p.url) - len(`""`))
	case "kind":
		ok = s.value(&p.kind, s.text)
	case "interval":
		ok = s.value(&p.interval, s.text)
	case "categories":
		ok = s.value(&p.categories, s.texts)
	default:
		return false
	}
	return ok && s.endLine()
}

// value reads the value of a key that is not there yet.
func (s *scanner) value(v *[]byte, read func() ([]byte, bool)) (ok bool) {
	s.blanks()
	if *v != nil || !s.skip('=') {
		return false
	}
	s.blanks()
	*v, ok = read()
	return ok
}

// text reads a text in double quotes without escapes.
func (s *scanner) text() ([]byte, bool) {
	if !s.skip('"') {
		return nil, false
	}
	from := s.at
	for s.at < len(s.data) {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return s.data[from : s.at-1], true
		case c < ' ' || c == '\\' || c == 0x7f:
			return nil, false
		}
		s.at++
	}
	return nil, false
}

// texts reads a list of texts in one line.
func (s *scanner) texts() ([]byte, bool) {
	if !s.skip('[') {
		return nil, false
	}
	from := s.at
	for more := true; ; {
		s.blanks()
		if s.skip(']') {
			return s.data[from : s.at-1], true
		}
		if !more {
			return nil, false
		}
		if _, ok := s.text(); !ok {
			return nil, false
		}
		s.blanks()
		more = s.skip(',')
	}
}

// bare reads a key without quotes, which may be empty.
func (s *scanner) bare() []byte {
	from := s.at
	for s.at < len(s.data) && isWordByte(s.data[s.at]) {
		s.at++
	}
	return s.data[from:s.at]
}

// endLine reads the rest of a line, in which there may be a comment.
func (s *scanner) endLine() bool {
	s.blanks()
	if s.skip('#') {
		for s.at < len(s.data) && (s.data[s.at] >= ' ' && s.data[s.at] != 0x7f || s.data[s.at] == '\t') {
			s.at++
		}
	}
	return s.at == len(s.data) || s.skip('\n') || s.skip('\r') && s.skip('\n')
}

func (s *scanner) blanks() {
	for s.at < len(s.data) && (s.data[s.at] == ' ' || s.data[s.at] == '\t') {
		s.at++
	}
}

// skip reads the byte, if it stands there.
func (s *scanner) skip(c byte) bool {
	if s.at == len(s.data) || s.data[s.at] != c {
		return false
	}
	s.at++
	return true
}
