package exchange_test

import (
	"slices"
	"strings"
	"testing"

	"tributary/validator"
)

// TestExamples answers with the header of each rule's examples: the bad one
// draws the rule and the good one does not.
func TestExamples(t *testing.T) {
	seen := 0
	for _, r := range validator.Rules() {
		if !strings.HasPrefix(r.Bad.In, "http") {
			continue
		}
		seen++
		t.Run(r.Code, func(t *testing.T) {
			t.Parallel()
			if got := judge(t, replay(t, recording(r.Bad))+"/"); got.Counts[r.Code] == 0 {
				t.Errorf("the bad example does not draw it: %v\n%s", got.Counts, recording(r.Bad))
			}
			if got := judge(t, replay(t, recording(r.Good))+"/"); got.Counts[r.Code] > 0 {
				t.Errorf("the good example draws it: %v\n%s", got.Counts, recording(r.Good))
			}
		})
	}
	if seen < 27 {
		t.Errorf("%d rules have examples of answers", seen)
	}
}

var goodHeader = []string{"Content-Type: application/rss+xml", `ETag: "a"`, "Last-Modified: Fri, 20 Nov 2026 08:00:00 GMT", "Cache-Control: max-age=900"}

// recording is a whole exchange whose answer has the header of an example.
func recording(x validator.Example) string {
	body := "{FEED}"
	if x.In == "http:long" {
		body = "{LONG}"
		if strings.Contains(x.Text, "gzip") {
			body = "{LONG gzip}"
		}
	}
	const same = "HTTP/1.1 304 Not Modified\nETag: \"a\"\n\n"
	first, again := answered(x, body), same
	if x.In == "http:again" {
		first, again = answered(validator.Example{}, body), answered(x, body)
	}
	out := "GET /\n" + first + "=====\nGET /new\n" + answered(validator.Example{}, body)
	for _, condition := range []string{"If-None-Match", "If-Modified-Since"} {
		out += "=====\nGET / " + condition + "\n" + again + "=====\nGET /new " + condition + "\n" + same
	}
	return out
}

// answered is a good answer with what an example has in its place. A status
// other than 200 has the example's header alone.
func answered(x validator.Example, body string) string {
	status, fields := "HTTP/1.1 200 OK", strings.Split(x.Text, "\n")
	if !strings.Contains(fields[0], ":") {
		if fields[0] != "" {
			status = fields[0]
		}
		fields = fields[1:]
	}
	if strings.HasPrefix(status, "HTTP/1.1") && !strings.HasPrefix(status, "HTTP/1.1 200") || slices.Contains(fields, "Content-Length: 0") {
		body = ""
	}
	head := []string{status}
	name := func(field string) string { n, _, _ := strings.Cut(field, ":"); return n }
	for _, f := range goodHeader {
		if body != "" && !slices.Contains(x.Without, name(f)) && !slices.ContainsFunc(fields, func(g string) bool { return name(g) == name(f) }) {
			head = append(head, f)
		}
	}
	return strings.Join(append(head, fields...), "\n") + "\n\n" + body + "\n"
}
