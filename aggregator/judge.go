package aggregator

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"tributary/aggregator/fetch"
	"tributary/validator"
)

// Bounds of what is told of one document that is not valid.
const (
	maxProblems = 3
	maxCodes    = 200 // bytes of feed.State.Problems
)

// judge returns what the validator finds wrong with a document: the codes of
// its errors, to be held against those of the next, and the first errors in
// words. What can be read is read all the same.
func judge(doc *fetch.Document) (codes string, problems []string) {
	if len(doc.Body) == 0 {
		return "", nil
	}
	r, err := validator.Validate(validator.Document{Name: doc.URL, URL: doc.URL, ContentType: doc.Header.Get("Content-Type"), Body: bytes.NewReader(doc.Body)},
		validator.Options{Limits: validator.Limits{PerCode: 1}})
	if err != nil || r.Valid {
		return "", nil
	}
	var found []string
	for _, m := range r.Messages {
		if m.Level != validator.Error {
			continue
		}
		found = append(found, m.Rule.Code)
		if len(problems) < maxProblems {
			problems = append(problems, fmt.Sprintf("line %d, column %d: %s [%s]", m.Start.Line, m.Start.Column, m.Text, m.Rule.Code))
		}
	}
	slices.Sort(found)
	codes = strings.Join(slices.Compact(found), " ")
	return codes[:min(len(codes), maxCodes)], problems
}
