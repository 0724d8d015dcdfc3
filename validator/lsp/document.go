package lsp

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"tributary/validator"
	"tributary/validator/reference"
)

// pause is how long an edit is waited after before the document is judged.
const pause = 250 * time.Millisecond

// A document is one that is open in the editor.
type document struct {
	uri     string
	version int
	text    string
	lines   []int // where each starts
	result  *validator.Result
	timer   *time.Timer
}

// stop gives up a judging that waits.
func (s *server) stop(d *document) {
	if d.timer != nil && d.timer.Stop() {
		s.wait.Done()
	}
}

func (d *document) set(text string) {
	d.text, d.lines = text, []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			d.lines = append(d.lines, i+1)
		}
	}
}

type position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type span struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

// units is how many units of an encoding text takes.
func units(text, encoding string) int {
	switch encoding {
	case "utf-8":
		return len(text)
	case "utf-32":
		return utf8.RuneCountInString(text)
	}
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// at returns the place of a byte of the text.
func (d *document) at(offset int, encoding string) position {
	offset = max(min(offset, len(d.text)), 0)
	line := 0
	for lo, hi := 0, len(d.lines); lo < hi; {
		mid := (lo + hi) / 2
		if d.lines[mid] <= offset {
			line, lo = mid, mid+1
		} else {
			hi = mid
		}
	}
	return position{line, units(d.text[d.lines[line]:offset], encoding)}
}

// offset returns the byte of the text at a place.
func (d *document) offset(p position, encoding string) int {
	switch {
	case p.Line < 0:
		return 0
	case p.Line >= len(d.lines):
		return len(d.text)
	}
	i, n := d.lines[p.Line], 0
	for i < len(d.text) && d.text[i] != '\n' && n < p.Character {
		r, size := utf8.DecodeRuneInString(d.text[i:])
		i += size
		n += units(string(r), encoding)
	}
	return i
}

func (s *server) didOpen(params json.RawMessage) (any, *rpcError) {
	var p struct {
		TextDocument struct {
			URI     string `json:"uri"`
			Version int    `json:"version"`
			Text    string `json:"text"`
		} `json:"textDocument"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, &rpcError{invalidParams, err.Error()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(p.TextDocument.Text) > maxDocument || len(s.docs) >= maxOpen {
		return nil, nil
	}
	d := &document{uri: p.TextDocument.URI, version: p.TextDocument.Version}
	d.set(p.TextDocument.Text)
	s.docs[d.uri] = d
	s.judge(d)
	return nil, nil
}

func (s *server) didChange(params json.RawMessage) (any, *rpcError) {
	var p struct {
		TextDocument struct {
			URI     string `json:"uri"`
			Version int    `json:"version"`
		} `json:"textDocument"`
		Changes []struct {
			Range *span  `json:"range"`
			Text  string `json:"text"`
		} `json:"contentChanges"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, &rpcError{invalidParams, err.Error()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.docs[p.TextDocument.URI]
	if d == nil {
		return nil, nil
	}
	for _, c := range p.Changes {
		text := c.Text
		if c.Range != nil {
			from, to := d.offset(c.Range.Start, s.encoding), d.offset(c.Range.End, s.encoding)
			text = d.text[:from] + c.Text + d.text[max(from, to):]
		}
		if len(text) > maxDocument {
			return nil, nil
		}
		d.set(text)
	}
	d.version = p.TextDocument.Version
	s.stop(d)
	s.wait.Add(1)
	d.timer = time.AfterFunc(pause, func() {
		defer s.wait.Done()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.docs[d.uri] == d {
			s.judge(d)
		}
	})
	return nil, nil
}

func (s *server) didClose(params json.RawMessage) (any, *rpcError) {
	d, failed := s.document(params)
	if d == nil {
		return nil, failed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop(d)
	delete(s.docs, d.uri)
	s.publish(d, []any{})
	return nil, nil
}

// document returns the one that params name.
func (s *server) document(params json.RawMessage) (*document, *rpcError) {
	var p struct {
		TextDocument struct {
			URI string `json:"uri"`
		} `json:"textDocument"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, &rpcError{invalidParams, err.Error()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.docs[p.TextDocument.URI], nil
}

// judge judges a document and tells the editor. It holds the lock.
func (s *server) judge(d *document) {
	r, err := validator.Validate(validator.Document{Name: d.uri, Body: strings.NewReader(d.text)}, validator.Options{})
	if err != nil {
		return
	}
	if r.Encoding != "utf-8" { // an editor holds Unicode, whatever the file is in
		recoded, err := validator.Validate(validator.Document{Name: d.uri, ContentType: "text/xml; charset=utf-8", Body: strings.NewReader(d.text)}, validator.Options{Ignore: []string{"xml-encoding-http"}})
		if err == nil {
			r = recoded
		}
	}
	d.result = r
	diagnostics := make([]any, 0, len(r.Messages))
	for i := range r.Messages {
		m := &r.Messages[i]
		diagnostics = append(diagnostics, map[string]any{
			"range": s.span(d, m), "severity": map[validator.Level]int{validator.Error: 1, validator.Warning: 2, validator.Info: 3}[m.Level],
			"code": m.Rule.Code, "codeDescription": map[string]string{"href": m.Rule.Spec.URL}, "source": "tributary", "message": m.Text,
		})
	}
	s.publish(d, diagnostics)
}

// span is the range of a message; at least a character, so that it shows.
func (s *server) span(d *document, m *validator.Message) span {
	from, to := int(m.Start.Offset), int(m.End.Offset)
	if to <= from && from < len(d.text) {
		_, size := utf8.DecodeRuneInString(d.text[from:])
		to = from + size
	}
	return span{d.at(from, s.encoding), d.at(to, s.encoding)}
}

func (s *server) publish(d *document, diagnostics []any) {
	params, err := json.Marshal(map[string]any{"uri": d.uri, "version": d.version, "diagnostics": diagnostics})
	if err == nil {
		_ = s.write(&message{Method: "textDocument/publishDiagnostics", Params: params}) // a client that is gone is noticed by the next read
	}
}

// hover explains the messages at a place.
func (s *server) hover(params json.RawMessage) (any, *rpcError) {
	d, failed := s.document(params)
	var p struct {
		Position position `json:"position"`
	}
	if d == nil || json.Unmarshal(params, &p) != nil {
		return nil, failed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := int64(d.offset(p.Position, s.encoding))
	var pages []string
	for i := range d.result.Messages {
		if m := &d.result.Messages[i]; m.Start.Offset <= at && at <= max(m.End.Offset, m.Start.Offset+1) {
			pages = append(pages, fmt.Sprintf("**%s**: %s\n\n%s", m.Level, m.Text, reference.Page(m.Rule)))
		}
	}
	if pages == nil {
		return nil, nil
	}
	return map[string]any{"contents": map[string]string{"kind": "markdown", "value": strings.Join(pages, "\n\n---\n\n")}}, nil
}

// codeAction offers the safe edits of the messages within a range.
func (s *server) codeAction(params json.RawMessage) (any, *rpcError) {
	d, failed := s.document(params)
	var p struct {
		Range span `json:"range"`
	}
	if d == nil || json.Unmarshal(params, &p) != nil {
		return nil, failed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	from, to := int64(d.offset(p.Range.Start, s.encoding)), int64(d.offset(p.Range.End, s.encoding))
	actions := []any{}
	for i := range d.result.Messages {
		m := &d.result.Messages[i]
		if m.Fix == nil || m.Start.Offset > to || max(m.End.Offset, m.Start.Offset+1) < from {
			continue
		}
		edit := map[string]any{"range": span{d.at(int(m.Fix.Start), s.encoding), d.at(int(m.Fix.End), s.encoding)}, "newText": m.Fix.New}
		actions = append(actions, map[string]any{
			"title": strings.ToUpper(m.Fix.What[:1]) + m.Fix.What[1:], "kind": "quickfix", "isPreferred": true,
			"edit": map[string]any{"changes": map[string]any{d.uri: []any{edit}}},
		})
	}
	return actions, nil
}
