// Package fix mends documents by the edits that the validator proposes.
package fix

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"tributary/validator"
)

// rounds is how often a document is judged again after it was mended: an error
// of XML hides all that come after it.
const rounds = 20

// A Mended document is one with all safe edits made.
type Mended struct {
	Text  []byte
	Edits []string // what each did, with its place in the document it was made in
	Left  *validator.Result
}

// Document makes every safe edit of a document, over and over until none is
// left. What it returns has no more errors than what it was given.
func Document(doc validator.Document, text []byte, o validator.Options) (Mended, error) {
	judge := func(text []byte) (*validator.Result, error) {
		doc.Body = bytes.NewReader(text)
		return validator.Validate(doc, o)
	}
	r, err := judge(text)
	out := Mended{Text: text, Left: r}
	for i := 0; err == nil && i < rounds; i++ {
		next, edits := Apply(out.Text, r.Messages, r.Encoding)
		if len(edits) == 0 {
			break
		}
		after, err := judge(next)
		if err != nil {
			return out, err
		}
		if worse(r, after) {
			break
		}
		out.Text, out.Left, r = next, after, after
		out.Edits = append(out.Edits, edits...)
	}
	return out, err
}

// worse reports whether a mended document has errors of a kind that it did not
// have, other than those that a fatal error had hidden.
func worse(before, after *validator.Result) bool {
	if slices.ContainsFunc(before.Messages, func(m validator.Message) bool {
		return strings.HasPrefix(m.Rule.Code, "xml-") && m.Level == validator.Error
	}) {
		return false
	}
	return errors(after) > errors(before)
}

func errors(r *validator.Result) int {
	n := 0
	for _, m := range r.Messages {
		if m.Level == validator.Error {
			n++
		}
	}
	return n
}

// Apply makes the edits of messages that do not overlap, in a document of the
// named encoding, and says what they did.
func Apply(text []byte, messages []validator.Message, charset string) ([]byte, []string) {
	var fixes []validator.Message
	for _, m := range messages {
		if m.Fix != nil && m.Fix.Start >= 0 && m.Fix.End >= m.Fix.Start && m.Fix.End <= int64(len(text)) {
			fixes = append(fixes, m)
		}
	}
	slices.SortStableFunc(fixes, func(a, b validator.Message) int { return int(min(max(a.Fix.Start-b.Fix.Start, -1), 1)) })
	var out bytes.Buffer
	var said []string
	at, last := int64(0), int64(-1)
	for _, m := range fixes {
		replacement, ok := encoded(m.Fix.New, charset)
		if m.Fix.Start < at || m.Fix.Start == last || !ok {
			continue
		}
		out.Write(text[at:m.Fix.Start])
		out.Write(replacement)
		at, last = m.Fix.End, m.Fix.Start
		said = append(said, fmt.Sprintf("line %d, column %d: %s [%s]", m.Start.Line, m.Start.Column, m.Fix.What, m.Rule.Code))
	}
	out.Write(text[at:])
	return out.Bytes(), said
}

// encoded returns s in an encoding; false when it cannot be written in it.
func encoded(s, charset string) ([]byte, bool) {
	if charset == "" || strings.HasPrefix(charset, "utf-8") {
		return []byte(s), true
	}
	e, err := htmlindex.Get(charset)
	if err != nil {
		return nil, false
	}
	b, err := e.NewEncoder().Bytes([]byte(s))
	return b, err == nil
}
