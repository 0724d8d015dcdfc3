package validator

import (
	"bytes"
	"html"
	"strings"

	"tributary/validator/xmltext"
)

// standard are the encodings that every XML reader knows.
var standard = map[string]bool{"utf-8": true, "utf8": true, "utf-16": true, "utf-16le": true, "utf-16be": true}

// obscure are encodings of the web's past and of single makers.
func obscure(name string) bool {
	for _, prefix := range []string{"x-", "ibm", "cp0", "cp4", "cp8", "cp1006", "cp1140", "ebcdic", "hp-", "mac", "utf-7", "utf-32", "hz", "johab", "ptcp", "viscii", "tis", "scsu", "bocu"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// inDeclaration is the place of the encoding's name in the declaration.
func (c *checker) inDeclaration(cs charset, name string) place {
	from, to := pseudo(cs.declaration, name)
	at := xmltext.Pos{Line: 1, Column: 1, Offset: int64(cs.bomSize)}
	from = min(from, len(cs.declaration))
	start := xmltext.Advance(at, cs.declaration[:from])
	end := xmltext.Advance(start, cs.declaration[from:to])
	return place{start: position(start), end: position(end), attribute: name, value: string(cs.declaration[from:to])}
}

func (c *checker) unknownEncoding(cs charset) {
	p := c.inDeclaration(cs, "encoding")
	c.report(xmlEncodingUnknown, p, "the encoding %q is not known", cs.used)
}

// encoding checks what is stated of the document's encoding.
func (e *engine) encoding(cs charset) {
	if v := e.inDeclaration(cs, "version"); cs.declaration != nil && v.value != "1.0" {
		e.report(xmlVersion, v.mending(&Fix{What: "declare version 1.0", Start: v.start.Offset, End: v.end.Offset, New: "1.0"}), "the XML declaration names version %q, feeds are XML 1.0", v.value)
	}
	p := e.inDeclaration(cs, "encoding")
	stated := first(cs.http, cs.declared, cs.bom)
	switch {
	case stated == "" && cs.declaration == nil:
		e.report(xmlEncodingMissing, p.mending(&Fix{What: "declare the encoding", New: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"}), "")
	}
	if cs.bom != "" && cs.declared != "" && !agrees(cs.declared, cs.bom) {
		e.report(xmlEncodingConflict, p.mending(&Fix{What: "declare " + cs.bom, Start: p.start.Offset, End: p.end.Offset, New: cs.bom}),
			"the document declares %q and starts with the byte order mark of %s", cs.declared, cs.bom)
	}
	if cs.false {
		e.report(xmlEncodingConflict, p.mending(&Fix{What: "declare utf-8", Start: p.start.Offset, End: p.end.Offset, New: "utf-8"}), "the document declares %q in bytes that are not so: it is read as UTF-8", cs.declared)
	}
	if cs.http != "" && cs.declared != "" && !agrees(cs.declared, cs.http) {
		e.report(xmlEncodingHTTP, p, "the server says charset=%s, the document %q", cs.http, cs.declared)
	}
	switch {
	case obscure(cs.used):
		e.report(xmlEncodingObscure, p, "the encoding %q is one that few programs read", cs.used)
	case !standard[cs.used]:
		e.report(xmlEncodingNonstandard, p, "the document is in %s, readers must know UTF-8 and UTF-16 only", cs.used)
	}
}

// agrees reports whether a declared name can stand for an encoding.
func agrees(declared, used string) bool {
	norm := func(s string) string { return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(s)) }
	return norm(declared) == norm(used) || strings.HasPrefix(used, "utf-16") && norm(declared) == "utf16" || strings.HasPrefix(used, "utf-32") && norm(declared) == "utf32"
}

// garbled reports text that shows signs of a wrong encoding.
func (e *engine) garbled(n *node, t *xmltext.Token) {
	at := bytes.Index(t.Raw, []byte("\ufffd"))
	if i := bytes.IndexByte(t.Raw, 0xc2); at < 0 && i >= 0 {
		at = i
	}
	from := xmltext.Advance(t.Pos, t.Raw[:max(at, 0)])
	p := n.place()
	p.start, p.end = position(from), position(from)
	if !e.badBytes && e.recoded != "utf-8" && bytes.Contains(t.Raw, []byte("\ufffd")) {
		e.badBytes = true
		e.report(xmlBytes, p, "a byte here is not %s", strings.ToUpper(e.recoded))
	}
	e.report(xmlGarbled, p, "<%s> holds control or replacement characters, a sign of text decoded by the wrong encoding", n.name.written())
}

// garbled reports whether text holds C1 controls or replacement characters.
func garbled(b []byte) bool {
	for _, r := range string(b) {
		if r == 0xfffd || r >= 0x80 && r <= 0x9f {
			return true
		}
	}
	return false
}

// characterFor mends a reference to one of HTML's entities.
func characterFor(err *xmltext.ReferenceError, p place) *Fix {
	s := html.UnescapeString("&" + err.Name + ";")
	if s == "&"+err.Name+";" {
		return nil
	}
	return &Fix{What: "write the character itself", Start: p.start.Offset, End: p.end.Offset, New: s}
}

// checkDocType reports declarations that are kept elsewhere.
func (e *engine) checkDocType(d xmltext.DocType, p place) {
	if (d.System != "" || len(d.External) > 0) && !isRSS091(d) {
		p.value = d.System
		e.report(xmlEntityExternal, p, "")
	}
	e.docTypeOf(d, p)
}
