package parse

import (
	"bytes"
	"strings"
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
	var name string
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
