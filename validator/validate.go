package validator

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"tributary/validator/xmltext"
)

// Validate judges a document. What is wrong with it is in the result; the
// error is for options that make no sense.
func Validate(doc Document, o Options) (*Result, error) {
	p, err := profile(o.Profile)
	if err != nil {
		return nil, err
	}
	only, err := codes(o.Only)
	if err != nil {
		return nil, err
	}
	ignore, err := codes(o.Ignore)
	if err != nil {
		return nil, err
	}
	c := &checker{profile: p, only: only, ignore: ignore, now: o.Now, limits: o.Limits.defaults(), doc: &doc}
	if c.now.IsZero() {
		c.now = time.Now()
	}
	c.result = &Result{Source: doc.Name, Format: Unknown, Profile: p.String(), Valid: true, Counts: map[string]int{}}
	c.document()
	c.result.Glimpses = c.glimpses
	c.result.sorted()
	return c.result, nil
}

// codes returns a set of codes, nil when there are none.
func codes(list []string) (map[string]bool, error) {
	if len(list) == 0 {
		return nil, nil
	}
	out := map[string]bool{}
	for _, code := range list {
		if Lookup(code) == nil {
			return nil, fmt.Errorf("there is no rule %q", code)
		}
		out[code] = true
	}
	return out, nil
}

func (l Limits) defaults() Limits {
	if l.Bytes == 0 {
		l.Bytes = 1 << 30
	}
	if l.Depth == 0 {
		l.Depth = 1000
	}
	if l.PerCode == 0 {
		l.PerCode = 100
	}
	return l
}

// inputs are the readers of documents that are judged.
var inputs = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 64<<10) }}

// document finds out what the document is and has it judged.
func (c *checker) document() {
	body := &limited{r: c.doc.Body, left: c.limits.Bytes}
	in := inputs.Get().(*bufio.Reader)
	in.Reset(body)
	defer func() {
		in.Reset(nil)
		inputs.Put(in)
	}()
	head, _ := in.Peek(declarationSize)
	cs := sniff(head, c.doc.ContentType)
	if looksJSON(head, c.doc) {
		cs = jsonCharset(head, cs)
	}
	c.result.Encoding = cs.used
	text, decoded := c.decoded(in, cs)
	if failed := c.doc.Exchange != nil && c.doc.Exchange.Failure != ""; text != nil && !failed {
		c.text(text, cs, head)
	}
	c.result.Bytes = body.read
	if body.over {
		c.report(documentTooLarge, c.atOffset(c.limits.Bytes), "the document is longer than %d bytes, the rest is not looked at", c.limits.Bytes)
	}
	if decoded != nil {
		c.restore(decoded)
	}
	if c.doc.Exchange != nil {
		c.exchange(cs)
	}
}

// text judges a document whose text is in UTF-8.
func (c *checker) text(text io.Reader, cs charset, head []byte) {
	if looksJSON(head, c.doc) {
		c.jsonFeed(text)
		return
	}
	e := &engine{checker: c, scan: xmltext.NewScanner(text)}
	defer e.scan.Close()
	e.scan.BadBytes = func(at xmltext.Pos, b byte) {
		if !e.badBytes {
			p := place{start: position(at), end: position(at)}
			p.end.Column++
			p.end.Offset++
			e.report(xmlBytes, p, "the byte 0x%02X is not %s here", b, strings.ToUpper(cs.used))
		}
		e.badBytes = true
	}
	e.recoded = cs.used
	e.scan.SkipBOM()
	e.encoding(cs)
	e.xml()
}

// decoded returns the document as UTF-8, and what recoded it, if anything
// did. It returns nil when the encoding is not known.
func (c *checker) decoded(in io.Reader, cs charset) (io.Reader, *recoder) {
	enc, err := decoderOf(cs.used)
	switch {
	case err != nil:
		c.unknownEncoding(cs)
		return nil, nil
	case enc == nil:
		return in, nil
	}
	r := newRecoder(in, enc)
	return r, r
}

// restore turns offsets in the decoded text into those of the document.
func (c *checker) restore(r *recoder) {
	for i := range c.result.Messages {
		m := &c.result.Messages[i]
		m.Start.Offset = r.source(m.Start.Offset)
		m.End.Offset = max(r.source(m.End.Offset), m.Start.Offset)
		if m.Fix != nil {
			f := *m.Fix
			f.Start, f.End = r.source(f.Start), r.source(f.End)
			m.Fix = &f
		}
	}
}

// atOffset is a place of which the offset alone is known.
func (c *checker) atOffset(offset int64) place {
	p := Position{Line: 1, Column: 1, Offset: offset}
	if n := len(c.result.Messages); n > 0 {
		p.Line = c.result.Messages[n-1].End.Line
	}
	return place{start: p, end: p}
}

// A limited reader ends after so many bytes, and tells when there were more.
type limited struct {
	r    io.Reader
	left int64
	read int64
	over bool
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		var one [1]byte
		n, err := l.r.Read(one[:])
		if n > 0 {
			l.over = true
			return 0, io.EOF
		}
		return 0, err
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	l.read += int64(n)
	return n, err
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
