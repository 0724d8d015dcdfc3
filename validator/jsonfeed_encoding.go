package validator

import (
	"bytes"
	"strings"
)

// looksJSON reports whether a document is to be judged as JSON: by how it
// starts, or by its type or name where that is neither JSON nor XML.
func looksJSON(head []byte, doc *Document) bool {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n\xff\xfe\x00")
	if len(start) > 0 && (start[0] == '{' || start[0] == '[' || start[0] == '<') {
		return start[0] != '<'
	}
	name, _, _ := strings.Cut(doc.Name, "?")
	mediaType, _, _ := strings.Cut(strings.ToLower(doc.ContentType), ";")
	return strings.HasSuffix(strings.TrimSpace(mediaType), "json") || strings.HasSuffix(strings.ToLower(name), ".json")
}

// jsonCharset is the encoding of a document of JSON. It is told from its
// bytes alone: JSON has no charset parameter (RFC 8259 §11).
func jsonCharset(head []byte, c charset) charset {
	zero := func(i int) bool { return i < len(head) && head[i] == 0 }
	shape := ""
	switch {
	case len(head) < 2:
	case zero(0) && zero(1):
		shape = "utf-32be"
	case zero(1) && zero(2):
		shape = "utf-32le"
	case zero(0):
		shape = "utf-16be"
	case zero(1):
		shape = "utf-16le"
	}
	c.used = first(c.bom, shape, "utf-8")
	return c
}

// jsonEncoding checks what the document is written in, and what the server
// says of that.
func (j *jsonFeed) jsonEncoding() {
	at := place{start: Position{Line: 1, Column: 1}, end: Position{Line: 1, Column: 1}}
	used := j.result.Encoding
	if used != "utf-8" {
		j.report(jsonEncoding, at, "the document is in %s, which few readers of JSON take: write UTF-8", strings.ToUpper(used))
		j.in.BOM()
	} else if j.in.BOM() {
		bom := at
		bom.end.Offset = 3
		j.report(jsonBOM, bom.mending(&Fix{What: "remove the byte order mark", End: 3}), "")
	}
	if said := sniff(nil, j.doc.ContentType).http; said != "" && !agrees(said, used) {
		j.report(jsonCharsetSent, at, "the server says charset=%s, the document is in %s: JSON has no charset, leave it out", said, strings.ToUpper(used))
	}
}
