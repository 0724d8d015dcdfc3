package normalise

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/language"

	"tributary/aggregator/parse"
	"tributary/feed"
)

const maxTitle = 1000 // characters of a title, a name or a term; the rest is cut off

// legal returns s as valid UTF-8 that XML 1.0 §2.2 allows, without what it does not.
func legal(s string) string {
	if isLegal(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Map(func(r rune) rune {
		if isLegalRune(r) {
			return r
		}
		return -1
	}, s)
}

func isLegalRune(r rune) bool {
	return r >= ' ' && r != 0xFFFE && r != 0xFFFF && r != 0xFEFF && r != 0x7f || r == '\n' || r == '\t'
}

func isLegal(s string) bool {
	for i := 0; i < len(s); i++ {
		// EF begins U+FEFF, U+FFFE and U+FFFF, and full-width letters.
		if c := s[i]; c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return false
		} else if c == 0xEF {
			if r, _ := utf8.DecodeRuneInString(s[i:]); !isLegalRune(r) {
				return false
			}
		}
	}
	return utf8.ValidString(s)
}

// isSpace reports whether r is white space that folds; the ideographic space
// is a letter's breadth of it and stays within a text.
func isSpace(r rune) bool {
	return r == ' ' || r >= '\t' && r <= '\r' || r == 0x85 || r == 0xA0 || r == 0x2028 || r == 0x2029
}

// line returns s on one line: white space folded, cut at maxTitle characters.
func line(s string) string {
	s = legal(s)
	if !isFolded(s) {
		s = strings.Join(strings.FieldsFunc(s, isSpace), " ")
	}
	return cutRunes(strings.Trim(s, " \u3000"), maxTitle)
}

func isFolded(s string) bool {
	blank := false
	for _, r := range s {
		if isSpace(r) && (r != ' ' || blank) {
			return false
		}
		blank = r == ' '
	}
	return true
}

func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return strings.TrimSpace(s[:i]) + "…"
		}
	}
	return s
}

// title returns a text construct as one line of plain text: plain text is
// taken as it stands; of HTML the tags go and the entities are decoded once.
func title(t parse.Text) string {
	if t.Type == feed.TextPlain || strings.IndexByte(t.Body, '<') < 0 && strings.IndexByte(t.Body, '&') < 0 {
		return line(t.Body)
	}
	return line(words(cut(t.Body, 16*maxTitle)))
}

// words returns the text of some HTML, without what is code.
func words(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		return html.UnescapeString(s)
	}
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(comments(s)))
	var code codeSkipper
	lower := strings.ToLower(s)
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return out.String()
		case html.TextToken:
			if !code.skipping() {
				out.Write(z.Text())
			}
			continue
		case html.CommentToken, html.DoctypeToken:
			continue
		}
		raw := string(z.Raw()) // TagName changes it
		tag, _ := z.TagName()
		name := string(tag)
		switch kind {
		case html.StartTagToken:
			code.start(name)
			unraw(z, name)
		case html.SelfClosingTagToken:
			z.NextIsNotRawText()
		case html.EndTagToken:
			code.end(name)
		}
		switch {
		case breaks[name]:
			out.WriteByte(' ')
		case kind == html.StartTagToken && !code.skipping() && !isTag(name, lower):
			out.WriteString(raw)
		}
	}
}

// isTag reports whether <name> in s, which is in lower case, is markup. A name that is none of HTML's,
// without an end tag, is something else in angle brackets: Vec<T>.
func isTag(name, s string) bool {
	return tagNames[name] || strings.Contains(name, ":") || strings.Contains(s, "</"+name)
}

// tagNames are the names of HTML's elements, of today and before.
var tagNames = func() map[string]bool {
	names := wordSet(`applet area audio base basefont bgsound blink body button canvas datalist dialog dir embed fieldset
		form frame frameset head html iframe image input isindex keygen label layer legend link listing map marquee math
		meta meter nobr noembed noframes noscript object optgroup option output param plaintext progress script select
		slot spacer style svg template textarea title xml xmp`)
	for name := range elements {
		names[name] = true
	}
	return names
}()

// breaks are the elements between which words do not run together.
var breaks = wordSet("p div br li ul ol tr td th h1 h2 h3 h4 h5 h6 blockquote hr dt dd section article")

// languageTag returns a well-formed BCP 47 tag in its usual spelling, or "".
func languageTag(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 35 {
		return ""
	}
	if known, ok := commonTags[s]; ok {
		return known
	}
	tag, err := language.Raw.Parse(s) // knows "_" for "-" as well
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// commonTags spares the parser for what most feeds say.
var commonTags = map[string]string{
	"en": "en", "en-us": "en-US", "en-US": "en-US", "en-gb": "en-GB", "en-GB": "en-GB", "zh-cn": "zh-CN", "zh-CN": "zh-CN",
	"zh": "zh", "zh-tw": "zh-TW", "zh-TW": "zh-TW", "ja": "ja", "de": "de", "de-DE": "de-DE", "fr": "fr", "fr-FR": "fr-FR",
	"es": "es", "ru": "ru", "ko": "ko", "it": "it", "pt-BR": "pt-BR", "nl": "nl", "pl": "pl",
}
