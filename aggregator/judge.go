package aggregator

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/validator"
)

// Bounds of what is told of one document that is not valid.
const (
	maxProblems = 3
	maxCodes    = 200 // bytes of feed.State.Problems
	judged      = 20  // items of a document that is read as a whole: judging costs as much as reading
)

// judge returns what the validator finds wrong with a document: the codes of
// its errors, to be held against those of the next, and the first errors in
// words. What can be read is read all the same.
func judge(doc *fetch.Document) (codes string, problems []string) {
	found := errorsIn(validator.Document{Name: doc.URL, URL: doc.URL, ContentType: doc.Header.Get("Content-Type"), Body: bytes.NewReader(doc.Body)})
	for i := range found {
		problems = appendProblem(problems, &found[i], found[i].Start.Line, found[i].Start.Column)
	}
	return codesOf(found, ""), problems
}

// ofTheWhole are codes of errors that a part of a document may have alone.
var ofTheWhole = []string{"rss1-items-differ"}

// judgePart is judge of a part of a document: its first items, or those that
// are new. What was wrong before stays so until the whole is read once more.
func judgePart(doc *fetch.Document, part *parse.Split, charset, before string) (codes string, problems []string) {
	if len(part.Read) == 0 {
		return before, nil
	}
	media, _, _ := strings.Cut(doc.Header.Get("Content-Type"), ";")
	text := undeclared(part.Text, charset)
	found := errorsIn(validator.Document{Name: doc.URL, URL: doc.URL, ContentType: media + "; charset=utf-8", Body: strings.NewReader(text)})
	found = slices.DeleteFunc(found, func(m validator.Message) bool { return slices.Contains(ofTheWhole, m.Rule.Code) })
	for i := range found {
		line, column := part.Place(int(found[i].Start.Offset))
		problems = appendProblem(problems, &found[i], line, column)
	}
	return codesOf(found, before), problems
}

// undeclared returns text of a document that had another encoding, now in
// UTF-8, with blanks in place of the declaration that says otherwise.
func undeclared(text, charset string) string {
	end := strings.Index(text, "?>") + len("?>")
	if charset == "utf-8" || !strings.HasPrefix(text, "<?xml") || end < len("?>") {
		return text
	}
	return strings.Repeat(" ", end) + text[end:]
}

func errorsIn(d validator.Document) []validator.Message {
	r, err := validator.Validate(d, validator.Options{Limits: validator.Limits{PerCode: 1}})
	if err != nil || r.Valid {
		return nil
	}
	return slices.DeleteFunc(r.Messages, func(m validator.Message) bool { return m.Level != validator.Error })
}

func appendProblem(to []string, m *validator.Message, line, column int) []string {
	if len(to) == maxProblems {
		return to
	}
	return append(to, fmt.Sprintf("line %d, column %d: %s [%s]", line, column, m.Text, m.Rule.Code))
}

// codesOf returns the codes of what was found, and of what was found before.
func codesOf(found []validator.Message, before string) string {
	all := strings.Fields(before)
	for i := range found {
		all = append(all, found[i].Rule.Code)
	}
	slices.Sort(all)
	codes := strings.Join(slices.Compact(all), " ")
	return codes[:min(len(codes), maxCodes)]
}
