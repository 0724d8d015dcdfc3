package markup

import (
	"fmt"
	"strings"
)

// Element judges the name of an element of inline XHTML; nil is fine.
func Element(name string) *Finding {
	var s Scanner
	l := lower(name)
	return s.element(name, l, traitsOf()[l])
}

// MathML judges the name of an element of inline MathML.
func MathML(name string) *Finding {
	if mathElements()[name] {
		return nil
	}
	return &Finding{Kind: UnsafeElement, Element: name, Text: fmt.Sprintf("<%s> is no element of MathML", short(name))}
}

// MathAttribute judges an attribute of inline MathML.
func MathAttribute(element, name, value string) *Finding {
	if mathAttributes()[name] || strings.HasPrefix(name, "xml") || strings.HasPrefix(name, "data-") || strings.Contains(name, ":") {
		return nil
	}
	return &Finding{Kind: UnsafeAttribute, Element: element, Attribute: name, Value: value, Text: fmt.Sprintf("the attribute %s of <%s> is not one of MathML", short(name), short(element))}
}

// element judges an element by its name, as written and in lower case.
func (s *Scanner) element(written, name string, is traits) *Finding {
	switch {
	case s.foreign > 0 && name != "script" && name != "foreignobject":
		return nil
	case is&isUnsafe != 0:
		return &Finding{Kind: UnsafeElement, Element: written, Text: fmt.Sprintf("<%s> is removed by feed readers", short(name))}
	case is&isSafe != 0 || strings.Contains(name, "-") && isLetter(name[0]) || strings.Contains(name, ":"):
		return nil
	}
	return &Finding{Kind: UnknownElement, Element: written, Text: fmt.Sprintf("<%s> is no element of HTML", short(name))}
}

// Attribute judges an attribute of inline XHTML; nil is fine.
func Attribute(element, name, value string) *Finding {
	var s Scanner
	return s.attribute(element, name, value)
}

func (s *Scanner) attribute(element, written, value string) *Finding {
	name := lower(written)
	if foreign := lower(element); (s.foreign > 0 || foreign == "svg" || foreign == "math") && !strings.HasPrefix(name, "on") {
		return nil
	}
	found := func(kind Kind, format string, args ...any) *Finding {
		return &Finding{Kind: kind, Element: element, Attribute: written, Value: value, Text: fmt.Sprintf(format, args...)}
	}
	switch {
	case name == "style":
		if f := CSS(value); f != nil {
			f.Element, f.Attribute = element, written
			return f
		}
	case addresses()[name]:
		switch v := strings.TrimLeft(value, " \t\n\r\f\x00"); {
		case hasPrefix(v, "javascript:") || hasPrefix(v, "vbscript:") || hasPrefix(v, "data:text/html"):
			return found(ScriptURL, "the %s %q runs a script: readers remove it", name, short(value))
		case !absolute(v):
			return found(RelativeURL, "the %s %q is relative: readers do not know what to", name, short(value))
		}
	case !safeAttribute(name):
		return found(UnsafeAttribute, "the attribute %s of <%s> is removed by feed readers", short(written), short(element))
	}
	return nil
}

// hasPrefix is strings.HasPrefix in either case.
func hasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// absolute reports whether an address has a scheme, or is a mere fragment.
func absolute(v string) bool {
	if strings.HasPrefix(v, "#") {
		return true
	}
	for i := range len(v) {
		switch c := v[i]; {
		case c == ':':
			return i > 0
		case !isAlnum(c) && c != '+' && c != '-' && c != '.':
			return false
		}
	}
	return false
}

func safeAttribute(name string) bool {
	if safeAttributes()[name] || strings.HasPrefix(name, "aria-") || strings.HasPrefix(name, "data-") {
		return true
	}
	return strings.HasPrefix(name, "xml") // xmlns, xml:lang
}

// CSS judges the value of a style attribute; nil is fine.
func CSS(style string) *Finding {
	for declaration := range strings.SplitSeq(style, ";") {
		property, value, found := strings.Cut(declaration, ":")
		property = strings.TrimSpace(property)
		if property == "" && !found {
			continue
		}
		if !safeProperties()[lower(property)] {
			return &Finding{Kind: UnsafeStyle, Attribute: "style", Value: property, Text: fmt.Sprintf("the style property %q is removed by feed readers", short(property))}
		}
		if unsafeValue(value) {
			return &Finding{Kind: UnsafeStyle, Attribute: "style", Value: strings.TrimSpace(value), Text: fmt.Sprintf("the style %q is removed by feed readers", short(strings.TrimSpace(declaration)))}
		}
	}
	return nil
}

// unsafeValue reports a value of a style that reaches beyond its element.
func unsafeValue(v string) bool {
	if strings.ContainsAny(v, "\\<>{}@") {
		return true
	}
	l := strings.ToLower(v)
	if strings.Contains(l, "url(") || strings.Contains(l, "expression") || strings.Contains(l, "javascript:") {
		return true
	}
	digits := 0
	for i := range len(l) {
		if l[i] < '0' || l[i] > '9' {
			for _, unit := range []string{"em", "ex", "px", "pt", "%"} {
				if digits >= 4 && strings.HasPrefix(l[i:], unit) {
					return true
				}
			}
			digits = 0
			continue
		}
		digits++
	}
	return false
}

// Plain looks for markup where plain text belongs: an end tag of HTML, or a
// character reference. nil: there is none.
func Plain(s string) *Finding {
	for from := 0; from < len(s); {
		i := strings.IndexAny(s[from:], "<&")
		if i < 0 {
			return nil
		}
		i += from
		if s[i] == '&' {
			if n := plainReference(s[i:]); n > 0 {
				return &Finding{At: i, Len: n, Value: s[i : i+n], Text: fmt.Sprintf("%q is a character reference, which plain text does not have", short(s[i:i+n]))}
			}
		} else if n := plainTag(s[i:]); n > 0 {
			return &Finding{At: i, Len: n, Value: s[i : i+n], Text: fmt.Sprintf("%q is markup, which plain text does not have", short(s[i:i+n]))}
		}
		from = i + 1
	}
	return nil
}

// plainReference returns the length of the reference s starts with, 0 when it
// is none.
func plainReference(s string) int {
	n, bad := reference(s)
	if n == 0 && len(s) > 1 && isLetter(s[1]) {
		return bareReference(s)
	}
	if len(s) > 2 && s[1] == '#' && n == 0 && bad {
		return 3
	}
	if bad && s[1] != '#' {
		return 0
	}
	return n
}

// bareReference returns the length of a reference without its semicolon, which
// some readers resolve, 0 when s does not start with one.
func bareReference(s string) int {
	i := 1
	for i < len(s) && i < 12 && isAlnum(s[i]) {
		i++
	}
	if i > 2 && (i == len(s) || s[i] != '=') && known(s[:i]+";") {
		return i
	}
	return 0
}

// plainTag returns the length of the end tag of HTML s starts with, or of a
// tag that is empty by nature.
func plainTag(s string) int {
	end := strings.IndexByte(s[:min(len(s), 300)], '>')
	if end < 0 {
		return 0
	}
	name, closing := strings.CutPrefix(s[1:end], "/")
	n := nameLen(name)
	l := lower(name[:n])
	switch {
	case closing && n == len(name) && isElement(l):
		return end + 1
	case !closing && (l == "br" || l == "hr" || l == "img") && (n == len(name) || isSpace(name[n]) || name[n] == '/'):
		return end + 1
	}
	return 0
}

func isElement(name string) bool { return traitsOf()[name]&(isSafe|isUnsafe) != 0 }

// LooksEscaped reports text of inline XHTML that is escaped markup.
func LooksEscaped(s string) bool {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], '<')
		if i < 0 {
			return false
		}
		from += i
		if plainTag(s[from:]) > 0 {
			return true
		}
		from++
	}
}
