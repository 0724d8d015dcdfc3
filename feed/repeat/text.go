package repeat

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tributary/feed"
)

// maxTokens bounds how much of a text is looked at: copies differ in their
// ends.
const maxTokens = 400

// A token is a word of a script that has blanks between words, a number, or a
// character of one that has none.
type token struct {
	hash  uint64
	width uint8 // 1 for a character, 2 for a word
	digit bool
}

// A reader makes tokens of text.
type reader struct {
	tokens []token
	word   uint64 // hash of what has been read of a word
	in     bool   // a word
	digit  bool   // it is a number
	seps   uint64 // a separator within a number, kept until a digit follows
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// tokensOf returns the tokens of a text, at most maxTokens.
func tokensOf(t feed.Text) []token {
	r := reader{tokens: make([]token, 0, 128)}
	r.text(t)
	r.end()
	return r.tokens
}

func (r *reader) text(t feed.Text) {
	if t.Type != feed.TextHTML {
		r.plain(t.Body)
		return
	}
	for rest := t.Body; rest != "" && !r.full(); {
		words, tag, found := strings.Cut(rest, "<")
		if strings.IndexByte(words, '&') >= 0 {
			words = html.UnescapeString(words)
		}
		r.plain(words)
		if !found {
			return
		}
		tag, rest, _ = strings.Cut(tag, ">")
		if !inline(tag) {
			r.end()
		}
	}
}

// inline reports whether a tag may stand within a word.
func inline(tag string) bool {
	name := strings.TrimPrefix(tag, "/")
	if end := strings.IndexAny(name, " /"); end >= 0 {
		name = name[:end]
	}
	switch name {
	case "a", "b", "i", "u", "s", "em", "strong", "span", "mark", "small", "sub", "sup", "wbr", "font", "abbr", "code":
		return true
	}
	return false
}

func (r *reader) full() bool { return len(r.tokens) >= maxTokens }

func (r *reader) plain(s string) {
	if !norm.NFC.IsNormalString(s) {
		s = norm.NFC.String(s)
	}
	for i := 0; i < len(s) && !r.full(); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			r.ascii(c)
			continue
		}
		x, size := utf8.DecodeRuneInString(s[i:])
		i += size
		r.rune(x)
	}
}

func (r *reader) ascii(c byte) {
	switch {
	case 'a' <= c && c <= 'z':
		r.letter(rune(c))
	case 'A' <= c && c <= 'Z':
		r.letter(rune(c) + 'a' - 'A')
	case '0' <= c && c <= '9':
		r.figure(rune(c))
	case (c == '.' || c == ',') && r.in && r.digit:
		r.seps = uint64(c)
	case c == '\'':
	default:
		r.end()
	}
}

func (r *reader) rune(x rune) {
	if 0xff01 <= x && x <= 0xff5e {
		r.ascii(byte(x - 0xff01 + '!'))
		return
	}
	switch {
	case spaceless(x):
		r.end()
		r.add(mix(fnvOffset, uint64(simplified(x))), 1, false)
	case unicode.IsLetter(x):
		r.letter(unicode.ToLower(x))
	case unicode.IsDigit(x):
		r.figure(x)
	case unicode.IsMark(x) || x == '’' || x == '\u00ad' || x == '\u200b':
	default:
		r.end()
	}
}

// spaceless reports whether a character is of a script that is compared
// character by character: those without blanks between words, and Korean, in
// which they are set as one likes.
func spaceless(x rune) bool {
	switch {
	case x < 0x0e00:
		return false
	case x >= 0x4e00 && x <= 0x9fff || x >= 0xac00 && x <= 0xd7a3 || x >= 0x3040 && x <= 0x30ff && x != 0x30fb || x >= 0x3400 && x <= 0x4dbf:
		return true
	}
	return x >= 0x20000 && x <= 0x3ffff || unicode.In(x, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && unicode.IsLetter(x)
}

func (r *reader) letter(x rune) {
	if x == 'ё' {
		x = 'е'
	}
	if r.in && r.digit {
		r.end()
	}
	r.begin(false)
	r.word = mix(r.word, uint64(x))
}

func (r *reader) figure(x rune) {
	if r.in && !r.digit {
		r.end()
	}
	r.begin(true)
	if r.seps == '.' {
		r.word = mix(r.word, r.seps)
	}
	r.seps = 0
	r.word = mix(r.word, uint64(x))
}

func (r *reader) begin(digit bool) {
	if !r.in {
		r.in, r.digit, r.word, r.seps = true, digit, fnvOffset, 0
	}
}

func (r *reader) end() {
	if r.in {
		r.add(r.word, 2, r.digit)
		r.in = false
	}
}

func (r *reader) add(hash uint64, width uint8, digit bool) {
	if !r.full() {
		r.tokens = append(r.tokens, token{hash, width, digit})
	}
}

// mix takes one more value into a hash.
func mix(h, x uint64) uint64 { return (h ^ x) * fnvPrime }

// finish spreads a hash over all its bits.
func finish(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}
