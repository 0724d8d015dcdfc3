package parse

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// exotic finds encodings that browsers do not have.
func exotic(label string) (string, encoding.Encoding) {
	if label == "hz-gb-2312" {
		return label, simplifiedchinese.HZGB2312
	}
	enc, err := ianaindex.IANA.Encoding(label)
	if err != nil || enc == nil {
		return "", nil
	}
	name, err := ianaindex.IANA.Name(enc)
	if err != nil {
		name = label
	}
	return strings.ToLower(name), enc
}

// guess reads bytes in no declared encoding. Mostly valid UTF-8 is UTF-8 with
// stray bytes of another encoding among it; bytes above ASCII that come one at
// a time are a Western or, by the language, another alphabet; those that come
// in pairs are East Asian.
func guess(body []byte) (name, text string) {
	good, bad := sequences(body)
	if good > 0 && good >= 2*bad {
		return "utf-8", mend(body, strayEncoding(body))
	}
	if pairs(body) {
		if name, text, ok := eastAsian(body); ok {
			return name, text
		}
	}
	if name := alphabet(language(body)); name != "windows-1252" {
		enc, _ := charset.Lookup(name)
		out, _ := enc.NewDecoder().Bytes(body) // a charmap has no errors
		return name, string(out)
	}
	if good > bad {
		name = "utf-8"
	} else {
		name = "windows-1252"
	}
	return name, mend(body, charmap.Windows1252)
}

// alphabet returns the usual encoding of one byte a character for a language.
func alphabet(lang string) string {
	lang, _, _ = strings.Cut(lang, "-")
	switch lang {
	case "ru", "uk", "bg", "be", "sr", "mk":
		return "windows-1251"
	case "el":
		return "windows-1253"
	case "he":
		return "windows-1255"
	case "ar", "fa":
		return "windows-1256"
	case "tr":
		return "windows-1254"
	case "th":
		return "windows-874"
	case "pl", "cs", "sk", "hu", "sl", "hr", "ro":
		return "windows-1250"
	}
	return "windows-1252"
}

// strayEncoding returns what bytes among UTF-8 that are none are likely in.
func strayEncoding(body []byte) encoding.Encoding {
	lang := language(body)
	name := ""
	switch {
	case strings.HasPrefix(lang, "zh-tw"), strings.HasPrefix(lang, "zh-hk"), strings.HasPrefix(lang, "zh-hant"):
		name = "big5"
	case strings.HasPrefix(lang, "zh"), lang == "" && ideographs(string(body[:min(len(body), 8192)])):
		name = "gb18030"
	case strings.HasPrefix(lang, "ja"):
		name = "shift_jis"
	case strings.HasPrefix(lang, "ko"):
		name = "euc-kr"
	default:
		name = alphabet(lang)
	}
	enc, _ := charset.Lookup(name)
	return enc
}

// sequences counts the bytes beyond ASCII that are valid UTF-8, and those that
// are not.
func sequences(b []byte) (good, bad int) {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good += n
		}
		b = b[n:]
	}
	return good, bad
}

// mend reads UTF-8, and runs of bytes that are none in another encoding.
func mend(b []byte, stray encoding.Encoding) string {
	var out strings.Builder
	out.Grow(len(b) + 16)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r != utf8.RuneError || n > 1 {
			out.Write(b[:n])
			b = b[n:]
			continue
		}
		for n < len(b) && b[n] >= utf8.RuneSelf {
			if r, _ := utf8.DecodeRune(b[n:]); r != utf8.RuneError {
				break
			}
			n++
		}
		text, err := stray.NewDecoder().Bytes(b[:n])
		if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
			text, _ = charmap.Windows1252.NewDecoder().Bytes(b[:n]) // a charmap has no errors
		}
		out.Write(text)
		b = b[n:]
	}
	return out.String()
}

// pairs reports whether bytes above ASCII mostly come several at a time.
func pairs(b []byte) bool {
	single, several := 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < utf8.RuneSelf {
			continue
		}
		from := i
		for i < len(b) && b[i] >= utf8.RuneSelf {
			i++
		}
		if i-from == 1 {
			single++
		} else {
			several++
		}
	}
	return several > single
}

// eastAsian tries the encodings of the language the document names, then all,
// and takes the one whose text has most of the common characters.
func eastAsian(body []byte) (name, text string, ok bool) {
	names := []string{"gb18030", "big5", "shift_jis", "euc-jp", "euc-kr"}
	switch lang := language(body); {
	case strings.HasPrefix(lang, "ja"):
		names = []string{"shift_jis", "euc-jp"}
	case strings.HasPrefix(lang, "ko"):
		names = []string{"euc-kr"}
	case strings.HasPrefix(lang, "zh-tw"), strings.HasPrefix(lang, "zh-hant"), strings.HasPrefix(lang, "zh-hk"):
		names = []string{"big5"}
	case strings.HasPrefix(lang, "zh"):
		names = []string{"gb18030", "big5"}
	}
	best := 0.5
	for _, n := range names {
		enc, _ := charset.Lookup(n)
		out, err := enc.NewDecoder().Bytes(body)
		if err != nil {
			continue
		}
		if p := plausible(string(out), n); p > best {
			best, name, text, ok = p, n, string(out), true
		}
	}
	return name, text, ok
}

// common are the first bytes of the characters that every encoding puts first
// because they are frequent.
var common = map[string][2]byte{
	"gb18030": {0xb0, 0xd7}, "big5": {0xa4, 0xc6}, "shift_jis": {0x88, 0x97}, "euc-jp": {0xb0, 0xcf}, "euc-kr": {0xb0, 0xc8},
}

// plausible rates a text that was decoded from an East Asian encoding: 1 if it
// holds nothing but frequent characters.
func plausible(s, name string) float64 {
	const enough = 3000
	enc, _ := charset.Lookup(name)
	encoder := enc.NewEncoder()
	japanese := name == "shift_jis" || name == "euc-jp"
	all, good := 0.0, 0.0
	for _, r := range s {
		if r < utf8.RuneSelf {
			continue
		}
		if all++; all == enough {
			break
		}
		switch {
		case r == utf8.RuneError:
			good -= 5
		case r >= 0x3040 && r < 0x3100:
			if japanese {
				good++
			}
		case r >= 0x3000 && r < 0x3020 || r >= 0xff01 && r < 0xff20 || r >= 0x2010 && r < 0x2030:
			good++
		case r >= 0x4e00 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3:
			raw, err := encoder.String(string(r))
			if err == nil && raw[0] >= common[name][0] && raw[0] <= common[name][1] && (len(raw) > 1 && raw[1] >= 0x40) {
				good++
			}
		}
	}
	return good / max(all, 1)
}

// ideographs reports whether most characters beyond ASCII are Chinese.
func ideographs(s string) bool {
	all, han := 0, 0
	for _, r := range s {
		if r >= utf8.RuneSelf {
			all++
		}
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	return 2*han > all
}

// language returns what the document says its language is, in lower case.
func language(body []byte) string {
	head := bytes.ToLower(body[:min(len(body), 8192)])
	for _, mark := range [...]string{"<language>", "xml:lang=\"", "<dc:language>", "xml:lang='"} {
		if _, after, ok := bytes.Cut(head, []byte(mark)); ok {
			after = bytes.TrimSpace(after[:min(len(after), 16)])
			if n := bytes.IndexAny(after, "<\"'"); n >= 0 {
				after = after[:n]
			}
			return strings.ReplaceAll(string(after), "_", "-")
		}
	}
	return ""
}

// clean removes the characters that XML 1.0 §2.2 forbids.
func clean(s string) string {
	if at := firstIllegal(s); at < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if !legal(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// firstIllegal returns the place of the first forbidden character, or -1.
func firstIllegal(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != 0xef {
			continue
		}
		switch {
		case c < 0x20:
			if c != '\t' && c != '\n' && c != '\r' {
				return i
			}
		case c == 0xef && i+2 < len(s) && s[i+1] == 0xbf && s[i+2] >= 0xbe: // U+FFFE, U+FFFF
			return i
		}
	}
	return -1
}
