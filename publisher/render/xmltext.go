package render

import (
	"html"
	"strings"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
	htmlatom "golang.org/x/net/html/atom"

	"tributary/internal/lazy"
)

// legal returns s without the characters that XML 1.0 has no place for
// (§2.2), C1 controls and the replacement character, which show that text
// was mis-decoded, and surrounding white space. Ends of lines become "\n", as
// every reader of XML makes them (§2.11).
func legal(s string) string {
	if !isLegal(s) {
		s = lineEnds.Replace(strings.Map(func(r rune) rune {
			if illegal(r) {
				return -1
			}
			return r
		}, s))
	}
	return strings.TrimSpace(s)
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// suspicious are the first bytes of what legal might take out: controls, and
// in UTF-8 U+0080–009F, the surrogates and U+FFFD–FFFF.
var suspicious = func() (table [256]bool) {
	for c := range 0x20 {
		table[c] = c != '\t' && c != '\n'
	}
	table[0x7f], table[0xc2], table[0xed], table[0xef] = true, true, true, true
	return table
}()

// isLegal reports whether legal would leave the inside of s as it is.
func isLegal(s string) bool {
	for i := 0; i < len(s); {
		end := min(i+8, len(s))
		if end-i == 8 && arePlain(s[i:end]) {
			i = end
			continue
		}
		for ; i < end; i++ {
			if suspicious[s[i]] && suspect(s[i:]) {
				return false
			}
		}
	}
	return utf8.ValidString(s)
}

// suspect reports whether s begins with something that legal takes out.
func suspect(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s[0] < utf8.RuneSelf || illegal(r)
}

// arePlain reports whether eight bytes are printable ASCII.
func arePlain(s string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	del := w ^ ones*0x7f
	return (w|(w-ones*0x20)|(del-ones))&tops == 0
}

func illegal(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r':
		return false
	case r < 0x20, r >= 0x7f && r <= 0x9f, r == 0xfffd, r == 0xfffe, r == 0xffff, r >= 0xd800 && r <= 0xdfff:
		return true
	}
	return false
}

// A written is character data as it stands in the document. Its text is
// legal.
type written struct {
	Body string `xml:",innerxml"`
}

// cdata writes markup as it is, which is smaller and quicker than escaping it.
func cdata(markup string) *written {
	if markup == "" {
		return nil
	}
	if strings.Contains(markup, "]]>") {
		markup = strings.ReplaceAll(markup, "]]>", "]]]]><![CDATA[>")
	}
	return &written{"<![CDATA[" + markup + "]]>"}
}

var plainEscaper = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;")

// plain writes text for RSS, in which & and < as hexadecimal references say
// that no markup is meant (RSS Advisory Board, RSS profile, "character data").
func plain(text string) *written {
	if text == "" {
		return nil
	}
	return &written{plainEscaper.Replace(text)}
}

// An atomText is a text construct (RFC 4287 §3.1).
type atomText struct {
	Type string `xml:"type,attr,omitempty"`
	Body string `xml:",innerxml"`
}

var textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// newAtomText writes plain text. Text that could be taken for markup is
// written as HTML that shows it, so that nobody has to guess.
func newAtomText(text string) *atomText {
	switch {
	case text == "":
		return nil
	case isMarkup(text):
		return &atomText{Type: "html", Body: textEscaper.Replace(textEscaper.Replace(text))}
	}
	return &atomText{Body: textEscaper.Replace(text)}
}

// newAtomHTML writes HTML.
func newAtomHTML(markup string) *atomText {
	if markup == "" {
		return nil
	}
	return &atomText{Type: "html", Body: cdata(markup).Body}
}

var markup = lazy.Regexp(`</([A-Za-z][A-Za-z0-9]*)>|&(#?[A-Za-z0-9]+)`)

// isMarkup reports whether plain text looks like HTML: it has an end tag, or
// a character reference.
func isMarkup(text string) bool {
	if !strings.Contains(text, "</") && !hasReference(text) {
		return false
	}
	for _, m := range markup().FindAllStringSubmatch(text, -1) {
		if m[1] != "" && htmlatom.Lookup([]byte(strings.ToLower(m[1]))) != 0 || strings.HasPrefix(m[2], "#") ||
			m[2] != "" && nethtml.UnescapeString("&"+m[2]+";") != "&"+m[2]+";" {
			return true
		}
	}
	return false
}

// hasReference reports whether an ampersand has a letter, digit or number
// sign behind it.
func hasReference(text string) bool {
	for at := strings.IndexByte(text, '&'); at >= 0 && at+1 < len(text); {
		if c := text[at+1]; c == '#' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' {
			return true
		}
		next := strings.IndexByte(text[at+1:], '&')
		if next < 0 {
			return false
		}
		at += 1 + next
	}
	return false
}

// unmarked returns a name or label without what looks like HTML, which has
// no place in one: upstream escaped it twice.
func unmarked(label string) string {
	for range 3 {
		if !isMarkup(label) {
			return label
		}
		label = legal(plainText(html.UnescapeString(label)))
	}
	return strings.NewReplacer("&", "", "<", "").Replace(label)
}
