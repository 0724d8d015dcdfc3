package publisher_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"tributary/opml"
	"tributary/validator"
)

// TestSourcesList: a site that tells its sources serves them as OPML that the
// validator has nothing against; one that tells none has no such document.
func TestSourcesList(t *testing.T) {
	s := newSite(t)
	if r := request(t, s.publisher().Handler(), "GET", "/sources.opml"); r.StatusCode != http.StatusNotFound {
		t.Errorf("without sources: %d", r.StatusCode)
	}
	s.set.Site.Sources = []opml.Outline{{
		Attrs:    []opml.Attr{{Name: "text", Value: "江河 & more"}},
		Outlines: []opml.Outline{{Attrs: []opml.Attr{{Name: "text", Value: "A"}, {Name: "xmlUrl", Value: "https://example.org/a"}}}},
	}}
	r := request(t, s.publisher().Handler(), "GET", "/sources.opml")
	text := body(t, r)
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "text/x-opml; charset=utf-8" || !strings.Contains(text, "江河 &amp; more") {
		t.Fatalf("%d %s\n%s", r.StatusCode, r.Header.Get("Content-Type"), text)
	}
	result, err := validator.Validate(validator.Document{ContentType: r.Header.Get("Content-Type"), Body: bytes.NewReader([]byte(text))}, validator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range result.Messages {
		t.Errorf("line %d: %s: %s", m.Start.Line, m.Rule.Code, m.Text)
	}
}
