package opml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"

	"tributary/validator/xmltext"
)

// Read reads a document. What is damaged in it becomes a note, as far as the
// rest can be read; an error means that it is no OPML, or beyond the limits.
func Read(r io.Reader) (*Document, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("it is longer than %d MiB, the most that is read", MaxBytes>>20)
	}
	if data, err = recode(data); err != nil {
		return nil, err
	}
	p := &parser{data: data, prefixes: map[string]string{}, open: []*Outline{{}}}
	if err := p.parse(); err != nil {
		return nil, err
	}
	if !p.opml {
		return nil, errors.New(`it is no OPML: there is no <opml> in it`)
	}
	for len(p.open) > 1 {
		p.close()
	}
	p.doc.Outlines = p.open[0].Outlines
	p.settle(p.doc.Outlines)
	return &p.doc, nil
}

// recode returns the document in UTF-8.
func recode(data []byte) ([]byte, error) {
	head := data[:min(len(data), 200)]
	label := ""
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		label = "utf-16le"
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		label = "utf-16be"
	case bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("<?xml")):
		declaration, _, _ := strings.Cut(string(head), "?>")
		if _, rest, ok := strings.Cut(declaration, "encoding="); ok && len(rest) > 1 {
			label, _, _ = strings.Cut(rest[1:], rest[:1])
		}
	}
	if enc, name := charset.Lookup(label); enc != nil && name != "utf-8" {
		var err error
		if data, err = enc.NewDecoder().Bytes(data); err != nil {
			return nil, fmt.Errorf("its encoding, %s: %w", label, err)
		}
	}
	return bytes.ToValidUTF8(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("\uFFFD")), nil
}

// A parser reads one document.
type parser struct {
	doc      Document
	data     []byte
	prefixes map[string]string // to namespaces, wherever they are declared
	open     []*Outline        // the one that is being read last; the first stands for the body
	path     []string          // names of the elements around
	opml     bool
	outlines int
	mended   int     // where the tag ends that was mended last
	text     *string // of the element of the head that is being read
}

// parse reads all of the document, going on behind what is damaged.
func (p *parser) parse() error {
	at, line := 0, 1
	for {
		s := xmltext.NewScanner(bytes.NewReader(p.data[at:]))
		failed, err := p.scan(s, line)
		s.Close()
		if err != nil || failed == nil {
			return err
		}
		if !p.opml {
			return fmt.Errorf("it is no OPML: line %d: %s", line-1+failed.Pos.Line, failed.Text)
		}
		next, err := p.goOn(failed, at, line)
		if err != nil || next < 0 {
			return err
		}
		line += bytes.Count(p.data[at:next], []byte("\n"))
		at = next
	}
}

// goOn reads the tag that is not well-formed as well as it can, and returns
// where to go on, -1 at the end. Reading began at an offset and a line.
func (p *parser) goOn(failed *xmltext.Error, at, line int) (int, error) {
	where := at + int(failed.Pos.Offset)
	line += failed.Pos.Line - 1
	m := mend(p.data, where)
	if m == nil || m.end <= at || m.start < p.mended {
		return resume(p.data, where+1), p.note(line, "damaged: "+failed.Text+"; this outline is left out")
	}
	p.mended = m.end
	if err := p.note(line, "damaged: "+failed.Text+"; it was read all the same"); err != nil {
		return -1, err
	}
	if err := p.start(&m.token, line); err != nil {
		return -1, err
	}
	if m.token.Empty {
		p.end("outline")
	}
	return m.end, nil
}

// resume returns where the next tag of OPML begins, -1 when there is none.
func resume(data []byte, from int) int {
	for at := min(from, len(data)); ; at++ {
		i := bytes.IndexByte(data[at:], '<')
		if i < 0 {
			return -1
		}
		at += i
		name := bytes.TrimPrefix(data[at+1:min(at+10, len(data))], []byte("/"))
		for _, word := range []string{"outline", "body", "opml"} {
			if bytes.HasPrefix(name, []byte(word)) {
				return at
			}
		}
	}
}

// scan reads up to the end, or to what is not well-formed, which it returns.
func (p *parser) scan(s *xmltext.Scanner, line int) (*xmltext.Error, error) {
	for {
		t := s.Next()
		switch t.Kind {
		case xmltext.EOF:
			return nil, nil
		case xmltext.Failed:
			return s.Err, nil
		case xmltext.Start:
			if err := p.start(t, line-1+t.Pos.Line); err != nil {
				return nil, err
			}
			if t.Empty {
				p.end(string(t.Name))
			}
		case xmltext.End:
			p.end(string(t.Name))
		case xmltext.Text, xmltext.CData:
			if !p.opml && strings.TrimSpace(string(t.Raw)) != "" {
				return nil, fmt.Errorf("it is no OPML: line %d has text before any <opml>", line-1+t.Pos.Line)
			}
			p.characters(t)
		}
	}
}

func local(name string) string {
	_, after, ok := strings.Cut(name, ":")
	if ok {
		name = after
	}
	return strings.ToLower(name)
}

func (p *parser) start(t *xmltext.Token, line int) error {
	name := local(string(t.Name))
	p.path = append(p.path, name)
	if len(p.path) > MaxDepth+8 {
		return fmt.Errorf("line %d: elements stand deeper within each other than %d", line, MaxDepth)
	}
	p.declare(t.Attrs)
	switch {
	case name == "opml" || name == "outlinedocument":
		p.opml = true
	case name == "outline" && p.opml:
		return p.outline(t, line)
	case name == "title" && p.doc.Title == "" && slices.Contains(p.path, "head"):
		p.text = &p.doc.Title
	case name == "ownername" && p.doc.Owner == "":
		p.text = &p.doc.Owner
	}
	return nil
}

func (p *parser) outline(t *xmltext.Token, line int) error {
	p.outlines++
	switch {
	case p.outlines > MaxOutlines:
		return fmt.Errorf("line %d: there are more than %d outlines", line, MaxOutlines)
	case len(p.open) > MaxDepth:
		return fmt.Errorf("line %d: outlines stand deeper within each other than %d", line, MaxDepth)
	}
	attrs, err := p.attributes(t.Attrs, line)
	if err != nil {
		return err
	}
	p.open = append(p.open, &Outline{Attrs: attrs, Line: line})
	return nil
}

// end closes the innermost element of that name, and those within it.
func (p *parser) end(name string) {
	name = local(name)
	p.text = nil
	if !slices.Contains(p.path, name) {
		return
	}
	for len(p.path) > 0 {
		last := p.path[len(p.path)-1]
		p.path = p.path[:len(p.path)-1]
		if last == "outline" {
			p.close()
		}
		if last == name {
			return
		}
	}
}

// close puts the outline that was read last into the one around it.
func (p *parser) close() {
	n := len(p.open) - 1
	if n < 1 {
		return
	}
	p.open[n-1].Outlines = append(p.open[n-1].Outlines, *p.open[n])
	p.open = p.open[:n]
}

func (p *parser) characters(t *xmltext.Token) {
	if p.text == nil || len(*p.text) > MaxValue {
		return
	}
	text := string(t.Raw)
	if t.Kind == xmltext.Text {
		text = resolve(text)
	}
	*p.text = strings.Join(strings.Fields(*p.text+legal(text)), " ")
}

func (p *parser) note(line int, text string) error {
	if len(p.doc.Notes) == maxNotes {
		return fmt.Errorf("line %d: more than %d places are damaged", line, maxNotes)
	}
	p.doc.Notes = append(p.doc.Notes, Note{Line: line, Text: text})
	return nil
}
