package xmltext

import (
	"bytes"
	"strings"
)

// doctype reads a document type declaration with its internal subset.
func (s *Scanner) doctype() *Token {
	for {
		if n := doctypeEnd(s.window()); n > 0 {
			if at, kind, text := s.validate(s.window()[:n]); at >= 0 {
				return s.fail(kind, at, 1, text)
			}
			return s.take(Doctype, n)
		}
		if len(s.window()) > MaxTag || !s.more() {
			return s.unclosed("a DOCTYPE")
		}
	}
}

// doctypeEnd returns where a document type ends, 0 when it does not.
func doctypeEnd(w []byte) int {
	depth := 0
	for i := 0; i < len(w); i++ {
		switch w[i] {
		case '"', '\'':
			n := bytes.IndexByte(w[i+1:], w[i])
			if n < 0 {
				return 0
			}
			i += n + 1
		case '[':
			depth++
		case ']':
			depth--
		case '<':
			if bytes.HasPrefix(w[i:], []byte("<!--")) {
				n := bytes.Index(w[i:], []byte("-->"))
				if n < 0 {
					return 0
				}
				i += n + 2
			}
		case '>':
			if depth <= 0 {
				return i + 1
			}
		}
	}
	return 0
}

// A DocType is what a document type declaration says.
type DocType struct {
	Name             string
	Public, System   string
	Entities         map[string]string // internal general ones, as written
	External         map[string]bool   // general ones that are kept elsewhere
	ParameterEntites bool
}

// ParseDocType reads a Doctype token.
func ParseDocType(raw []byte) DocType {
	d := DocType{Entities: map[string]string{}, External: map[string]bool{}}
	head, subset, _ := strings.Cut(strings.TrimPrefix(string(raw), "<!DOCTYPE"), "[")
	words := tokens(head)
	if len(words) > 0 {
		d.Name = words[0]
		d.Public, d.System = identifiers(words[1:])
	}
	d.ParameterEntites = strings.Contains(subset, "%")
	for {
		at := strings.Index(subset, "<!")
		if at < 0 {
			return d
		}
		subset = subset[at:]
		if strings.HasPrefix(subset, "<!--") {
			_, subset, _ = strings.Cut(subset, "-->")
			continue
		}
		subset = d.declaration(subset)
	}
}

// declaration takes in the declaration that subset starts with, and returns
// the rest.
func (d *DocType) declaration(subset string) string {
	end := doctypeEnd([]byte(subset))
	if end == 0 {
		return ""
	}
	if body, ok := strings.CutPrefix(subset[:end-1], "<!ENTITY"); ok {
		words := tokens(body)
		switch {
		case len(words) < 2 || words[0] == "%":
		case isQuoted(words[1]):
			if _, again := d.Entities[words[0]]; !again {
				d.Entities[words[0]] = unquote(words[1])
			}
		default:
			d.External[words[0]] = true
		}
	}
	return subset[end:]
}

// identifiers returns the public and system identifiers.
func identifiers(words []string) (public, system string) {
	if len(words) == 0 {
		return "", ""
	}
	var quoted []string
	for _, w := range words[1:] {
		if isQuoted(w) {
			quoted = append(quoted, unquote(w))
		}
	}
	switch {
	case words[0] == "PUBLIC" && len(quoted) > 1:
		return quoted[0], quoted[1]
	case words[0] == "PUBLIC" && len(quoted) == 1:
		return quoted[0], ""
	case len(quoted) > 0:
		return "", quoted[0]
	}
	return "", ""
}

func isQuoted(w string) bool {
	return len(w) > 1 && (w[0] == '"' || w[0] == '\'') && w[len(w)-1] == w[0]
}
func unquote(w string) string { return w[1 : len(w)-1] }

// tokens splits at white space outside quotes.
func tokens(s string) []string {
	var out []string
	for {
		s = strings.TrimLeft(s, " \t\r\n>")
		if s == "" {
			return out
		}
		end := strings.IndexAny(s, " \t\r\n>")
		if s[0] == '"' || s[0] == '\'' {
			if end = strings.IndexByte(s[1:], s[0]) + 2; end == 1 {
				return out
			}
		}
		if end < 0 {
			end = len(s)
		}
		out, s = append(out, s[:end]), s[end:]
	}
}
