package validator

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// declarationSize is how much of a document is looked at for its encoding.
const declarationSize = 1024

// A charset is what is known of a document's encoding.
type charset struct {
	bom, declared, http string // names, lower case; "" is not stated
	declaration         []byte // the XML declaration, in ASCII, as far as it can be read
	used                string // to read the document by
	bomSize             int
	false               bool // the declared encoding cannot be that of the declaration
}

// boms are byte order marks, the longer first.
var boms = []struct{ mark, name string }{
	{"\x00\x00\xfe\xff", "utf-32be"}, {"\xff\xfe\x00\x00", "utf-32le"}, {"\xef\xbb\xbf", "utf-8"}, {"\xfe\xff", "utf-16be"}, {"\xff\xfe", "utf-16le"},
}

// shapes are how "<?xml" or "<" starts in encodings that do not hold ASCII.
var shapes = []struct{ start, name string }{
	{"\x00\x00\x00<", "utf-32be"}, {"<\x00\x00\x00", "utf-32le"}, {"\x00<\x00", "utf-16be"}, {"<\x00", "utf-16le"}, {"\x4c\x6f\xa7\x94", "ibm037"},
}

// sniff finds out the encoding from the first bytes of a document and the
// media type it was sent with (RFC 7303 §3, XML 1.0 appendix F).
func sniff(head []byte, contentType string) charset {
	var c charset
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		c.http = strings.ToLower(params["charset"])
	}
	for _, b := range boms {
		if bytes.HasPrefix(head, []byte(b.mark)) {
			c.bom, c.bomSize = b.name, len(b.mark)
			break
		}
	}
	shape := ""
	if c.bom == "" {
		for _, s := range shapes {
			if bytes.HasPrefix(head, []byte(s.start)) {
				shape = s.name
				break
			}
		}
	}
	c.declaration = declaration(head[c.bomSize:])
	c.declared = declaredEncoding(c.declaration)
	c.used = first(c.bom, c.http, shape, c.declared, "utf-8")
	// What declares a wide encoding in ASCII is not in it.
	if c.bom == "" && shape == "" && c.http == "" && c.declaration != nil && (strings.HasPrefix(c.declared, "utf-16") || strings.HasPrefix(c.declared, "utf-32") || strings.HasPrefix(c.declared, "ucs-")) {
		c.used, c.false = "utf-8", true
	}
	// A UTF-16 document that is declared so, or not at all, is read by its shape.
	if shape != "" && c.http == "" {
		c.used = shape
	}
	return c
}

func first(names ...string) string {
	for _, n := range names {
		if n != "" {
			return n
		}
	}
	return ""
}

// declaration returns the XML declaration with the NULs of wide encodings
// left out, nil when there is none.
func declaration(head []byte) []byte {
	if len(head) > declarationSize {
		head = head[:declarationSize]
	}
	plain := bytes.ReplaceAll(head, []byte{0}, nil)
	if !bytes.HasPrefix(bytes.TrimLeft(plain, " \t\r\n"), []byte("<?xml")) {
		return nil
	}
	if end := bytes.Index(plain, []byte("?>")); end >= 0 {
		return plain[:end+2]
	}
	return nil
}

// pseudo returns where a pseudo-attribute's value is in an XML declaration.
func pseudo(declaration []byte, name string) (from, to int) {
	at := bytes.Index(declaration, []byte(name))
	if at < 0 {
		return 0, 0
	}
	rest := declaration[at+len(name):]
	i := bytes.IndexAny(rest, `"'`)
	if i < 0 || strings.Trim(string(rest[:i]), " \t\r\n") != "=" {
		return 0, 0
	}
	j := bytes.IndexByte(rest[i+1:], rest[i])
	if j < 0 {
		return 0, 0
	}
	from = at + len(name) + i + 1
	return from, from + j
}

func declaredEncoding(declaration []byte) string {
	from, to := pseudo(declaration, "encoding")
	return strings.ToLower(string(declaration[from:to]))
}

// decoderOf returns the encoding of a name, nil for UTF-8.
func decoderOf(name string) (encoding.Encoding, error) {
	switch name {
	case "utf-8", "utf8":
		return nil, nil
	case "utf-16le", "utf-16":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), nil
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), nil
	case "utf-32be", "utf-32":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), nil
	case "mac-cyrillic", "x-mac-cyrillic":
		return charmap.MacintoshCyrillic, nil
	case "iso-8859-1", "latin1", "latin-1":
		return charmap.ISO8859_1, nil
	}
	if e, err := ianaindex.IANA.Encoding(name); err == nil && e != nil {
		return e, nil
	}
	if e, err := htmlindex.Get(name); err == nil { // the names that the web knows: gb2312, x-sjis ...
		return e, nil
	}
	return nil, fmt.Errorf("unknown encoding %q", name)
}

// A recoder reads a document as UTF-8 and remembers where its bytes were.
type recoder struct {
	r       io.Reader
	dec     transform.Transformer
	raw     []byte // what has been read so far
	at      int    // of raw, what is decoded
	out     []byte
	decoded int64
	eof     bool
	err     error
	marks   []mark
	enc     encoding.Encoding
}

// A mark is a place of which both offsets are known.
type mark struct {
	decoded int64
	raw     int
}

func newRecoder(r io.Reader, enc encoding.Encoding) *recoder {
	return &recoder{r: r, dec: enc.NewDecoder(), enc: enc}
}

const recodeBlock = 4096

func (r *recoder) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.eof && r.at == len(r.raw) {
			return 0, first2(r.err, io.EOF)
		}
		r.block()
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

func first2(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// block decodes the next block.
func (r *recoder) block() {
	if !r.eof {
		buf := make([]byte, recodeBlock)
		n, err := io.ReadFull(r.r, buf)
		r.raw = append(r.raw, buf[:n]...)
		if err != nil {
			r.eof = true
			if err != io.EOF && err != io.ErrUnexpectedEOF {
				r.err = err
			}
		}
	}
	r.marks = append(r.marks, mark{r.decoded, r.at})
	dst := make([]byte, 6*recodeBlock)
	nDst, nSrc, err := r.dec.Transform(dst, r.raw[r.at:], r.eof)
	r.out = dst[:nDst]
	r.at += nSrc
	r.decoded += int64(nDst)
	if err != nil && r.eof && nSrc == 0 {
		r.at = len(r.raw)
	}
}

// source returns the offset in the document of a byte of the decoded text.
func (r *recoder) source(decoded int64) int64 {
	i := max(sort.Search(len(r.marks), func(i int) bool { return r.marks[i].decoded > decoded })-1, 0)
	if len(r.marks) == 0 {
		return 0
	}
	m := r.marks[i]
	dec := r.enc.NewDecoder()
	at, done := m.raw, m.decoded
	dst := make([]byte, 2*utf8.UTFMax)
	for done < decoded && at < len(r.raw) {
		size := 1
		for ; size <= 4 && at+size <= len(r.raw); size++ {
			n, used, err := dec.Transform(dst, r.raw[at:at+size], at+size == len(r.raw))
			if used > 0 && (err == nil || n > 0) {
				at, done = at+used, done+int64(n)
				break
			}
		}
		if size > 4 || at+size > len(r.raw) {
			at++
			done++
		}
	}
	return int64(min(at, len(r.raw)))
}
