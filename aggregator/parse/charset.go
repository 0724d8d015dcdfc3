package parse

import (
	"bytes"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// A decoded is a document as text: valid UTF-8 without the characters that XML
// forbids.
type decoded struct {
	text      string
	charset   string // the name of the encoding it was read as
	notes     []string
	forbidden bool // characters were taken out of it
}

// decode reads a document's bytes as text.
func decode(body []byte, contentType string) decoded {
	d := recode(body, contentType)
	text := clean(d.text)
	d.text, d.forbidden = text, len(text) != len(d.text)
	return d
}

// recode is decode with the characters that XML forbids left in. A byte order
// mark is believed first, then the Content-Type's charset, then the XML
// declaration (RFC 7303 §3), unless the bytes say otherwise: what is valid UTF-8 and not plain ASCII
// is UTF-8, whatever it claims.
func recode(body []byte, contentType string) decoded {
	if enc, name, n := byteOrder(body); enc != nil {
		out, err := enc.NewDecoder().Bytes(body[n:])
		if err == nil {
			return decoded{text: string(out), charset: name}
		}
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	labels := claims(body, contentType)
	if utf8.Valid(body) && !escapes(body, labels) {
		d := decoded{text: string(body), charset: "utf-8"}
		if text, ok := encodedOnce(d.text); ok {
			d.text = text
			d.notes = append(d.notes, "it is UTF-8 that was encoded as UTF-8 once more")
		}
		name, _ := known(labels)
		switch {
		case name == "" || name == "utf-8":
		case ascii(body) && !strings.HasPrefix(name, "utf-16"):
			d.charset = asciiName(labels[0], name)
		default:
			d.notes = append(d.notes, fmt.Sprintf("it says it is in %s, but is in UTF-8", name))
		}
		return d
	}
	return legacy(body, labels)
}

// legacy reads bytes that are not UTF-8: by the first claim that fits them,
// else by the best guess.
func legacy(body []byte, labels []string) decoded {
	for _, label := range labels {
		name, enc := byLabel(label)
		if enc == nil || name == "utf-8" {
			continue
		}
		out, err := enc.NewDecoder().Bytes(body)
		if err == nil && fits(out) {
			d := decoded{text: string(out), charset: name}
			if label != labels[0] {
				d.notes = append(d.notes, fmt.Sprintf("it is not in %s, as it says first; it was read as %s", labels[0], name))
			}
			return d
		}
	}
	name, text := guess(body)
	claim := "it names no encoding"
	if len(labels) > 0 {
		claim = "it is not in " + labels[0] + ", as it says"
	}
	return decoded{text: text, charset: name,
		notes: []string{fmt.Sprintf("%s; it was read as %s, the best guess", claim, name)}}
}

// fits reports whether hardly anything in decoded text could not be decoded:
// a stray byte is no proof against a claim.
func fits(text []byte) bool {
	bad := bytes.Count(text, []byte("\ufffd"))
	return bad == 0 || bad*200 < len(text)
}

// byteOrder finds UTF-16 and UTF-32 by the byte order mark, or by how XML and
// JSON must begin. n is the length of the mark.
func byteOrder(b []byte) (enc encoding.Encoding, name string, n int) {
	has := func(s string) bool { return bytes.HasPrefix(b, []byte(s)) }
	switch {
	case has("\xff\xfe\x00\x00"):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), "utf-32le", 4
	case has("\x00\x00\xfe\xff"):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), "utf-32be", 4
	case has("\xff\xfe"):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16le", 2
	case has("\xfe\xff"):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "utf-16be", 2
	case has("<\x00\x00\x00"):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), "utf-32le", 0
	case has("\x00\x00\x00<"):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), "utf-32be", 0
	case len(b) > 3 && (b[0] == '<' || b[0] == '{') && b[1] == 0 && b[2] != 0 && b[3] == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16le", 0
	case len(b) > 3 && b[0] == 0 && (b[1] == '<' || b[1] == '{') && b[2] == 0 && b[3] != 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "utf-16be", 0
	}
	return nil, "", 0
}

// claims returns the encodings that a document is said to be in, the one with
// most authority first.
func claims(body []byte, contentType string) []string {
	var out []string
	add := func(label string) {
		label = strings.ToLower(strings.Trim(label, " \t\r\n\"'"))
		if label != "" {
			out = append(out, label)
		}
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		add(params["charset"])
	} else if _, label, ok := strings.Cut(strings.ToLower(contentType), "charset="); ok {
		label, _, _ = strings.Cut(label, ";")
		add(label)
	}
	head := string(body[:min(len(body), 1024)])
	if at := strings.Index(head, "<?xml"); at >= 0 {
		declaration, _, _ := strings.Cut(head[at+5:], ">")
		for _, a := range attributes(nil, strings.TrimSuffix(declaration, "?")) {
			if strings.EqualFold(a.name, "encoding") {
				add(a.value)
			}
		}
	} else if label := metaCharset(head); label != "" {
		add(label)
	}
	return out
}

// metaCharset returns what a meta element near the start says.
func metaCharset(head string) string {
	at := strings.Index(strings.ToLower(head), "charset=")
	if at < 0 {
		return ""
	}
	label := strings.TrimLeft(head[at+len("charset="):], `"' `)
	if n := strings.IndexAny(label, "\"' />;\r\n"); n >= 0 {
		label = label[:n]
	}
	return label
}

// known returns the first claim that names an encoding.
func known(labels []string) (string, encoding.Encoding) {
	for _, label := range labels {
		if name, enc := byLabel(label); enc != nil {
			return name, enc
		}
	}
	return "", nil
}

// labels that browsers do not know, or read too narrowly.
var labels = map[string]string{
	"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "x-gbk": "gb18030", "euc-cn": "gb18030",
	"gb_2312-80": "gb18030", "gb2312-80": "gb18030", "windows-936": "gb18030",
	"cp949": "euc-kr", "ms949": "euc-kr", "uhc": "euc-kr", "euckr": "euc-kr",
	"cp932": "shift_jis", "ms932": "shift_jis", "shiftjis": "shift_jis", "shift-jis": "shift_jis",
	"eucjp": "euc-jp", "ujis": "euc-jp", "cp950": "big5", "ms950": "big5", "big5hkscs": "big5",
	"utf8": "utf-8", "utf_8": "utf-8", "u8": "utf-8", "utf-8n": "utf-8", "utf": "utf-8", "unicode": "utf-8",
	"latin-1": "windows-1252", "iso8859_1": "windows-1252", "iso_8859_1": "windows-1252", "8859-1": "windows-1252",
	"cp1252": "windows-1252", "ansi": "windows-1252", "win1251": "windows-1251", "win-1251": "windows-1251",
	"maccyrillic": "x-mac-cyrillic", "mac-cyrillic": "x-mac-cyrillic", "macroman": "macintosh", "x-mac-roman": "macintosh",
	"tis620": "windows-874", "iso-8859-11": "windows-874", "iso8859-11": "windows-874", "koi8": "koi8-r", "koi8r": "koi8-r",
}

// byLabel returns the encoding of a label, and its usual name in lower case.
func byLabel(label string) (string, encoding.Encoding) {
	if to, ok := labels[label]; ok {
		label = to
	}
	enc, name := charset.Lookup(label)
	switch {
	case enc == nil || name == "replacement":
		return exotic(label)
	case name == "gbk":
		enc, name = charset.Lookup("gb18030")
	}
	return name, enc
}

// escapes reports whether bytes that look like ASCII are one of the encodings
// that shift with escape sequences.
func escapes(body []byte, labels []string) bool {
	name, enc := known(labels)
	return enc != nil && (name == "iso-2022-jp" && bytes.IndexByte(body, 0x1b) >= 0 ||
		name == "hz-gb-2312" && bytes.Contains(body, []byte("~{")))
}

// asciiName names the encoding of a document that claims one but has nothing
// in it that would tell it from ASCII.
func asciiName(label, name string) string {
	if label == "us-ascii" || label == "iso-8859-1" {
		return label
	}
	return name
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
