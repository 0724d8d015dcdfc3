package validator_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tributary/validator"
)

// A testCase is a line of a manifest: a document, and what the specification
// says of it.
type testCase struct {
	Path        string `json:"path"`
	Format      string `json:"format"`
	Profile     string `json:"profile"` // "" is the default
	Description string `json:"description"`
	Expect      struct {
		Mode string `json:"mode"` // present or absent
		Code string `json:"code"`
	} `json:"expect"`
	Verdict struct {
		Valid bool `json:"valid"`
	} `json:"verdict"`
	Messages []struct {
		Code     string `json:"code"`
		Severity string `json:"severity"`
		Line     int    `json:"line"`
		Column   int    `json:"column"`
	} `json:"messages"`
}

// caseTime is when the documents of the cases are judged.
var caseTime = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func TestCases(t *testing.T) {
	manifests, err := filepath.Glob("testdata/cases/*/manifest.jsonl")
	if err != nil || len(manifests) == 0 {
		t.Fatalf("found %d manifests (%v)", len(manifests), err)
	}
	for _, name := range manifests {
		for _, c := range manifest(t, name) {
			t.Run(c.Path, func(t *testing.T) {
				t.Parallel()
				c.check(t)
			})
		}
	}
}

// manifest reads the cases of a file.
func manifest(t *testing.T, name string) []testCase {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []testCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c testCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("%s: %v: %s", name, err, lines.Text())
		}
		out = append(out, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func (c testCase) check(t *testing.T) {
	r := c.validate(t)
	if c.Format != "" && string(r.Format) != c.Format {
		t.Errorf("format = %s, want %s", r.Format, c.Format)
	}
	if r.Valid != c.Verdict.Valid {
		t.Errorf("%s: valid = %v, want %v", c.Description, r.Valid, c.Verdict.Valid)
	}
	if validator.Lookup(c.Expect.Code) == nil {
		t.Errorf("there is no rule %q", c.Expect.Code)
	}
	if found := r.Counts[c.Expect.Code] > 0; found != (c.Expect.Mode == "present") {
		t.Errorf("%s: %s is found: %v, want it %s", c.Description, c.Expect.Code, found, c.Expect.Mode)
	}
	for _, want := range c.Messages {
		if !has(r, want.Code, want.Severity, want.Line, want.Column) {
			t.Errorf("no %s %s at %d:%d", want.Severity, want.Code, want.Line, want.Column)
		}
	}
	if t.Failed() {
		for _, m := range r.Messages {
			t.Logf("%d:%d %s %s: %s", m.Start.Line, m.Start.Column, m.Level, m.Rule.Code, m.Text)
		}
	}
}

// validate judges the document of the case.
func (c testCase) validate(t *testing.T) *validator.Result {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata/cases", filepath.FromSlash(c.Path)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := validator.Validate(validator.Document{Name: c.Path, Body: f}, validator.Options{Profile: c.Profile, Now: caseTime})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// has reports whether a result has a message at a place.
func has(r *validator.Result, code, severity string, line, column int) bool {
	for _, m := range r.Messages {
		if m.Rule.Code == code && m.Level.String() == severity && m.Start.Line == line && m.Start.Column == column {
			return true
		}
	}
	return false
}

// TestSitemapLimits lists one more than a sitemap and a news sitemap may hold.
func TestSitemapLimits(t *testing.T) {
	const head = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">` + "\n"
	const plain = "<url><loc>https://example.com/1</loc></url>\n"
	const news = "<url><loc>https://example.com/1</loc><news:news><news:publication><news:name>N</news:name><news:language>en</news:language></news:publication>" +
		"<news:publication_date>2026-11-22</news:publication_date><news:title>T</news:title></news:news></url>\n"
	for _, tt := range []struct {
		code, url string
		most      int
	}{
		{"sitemap-too-long", plain, 50_000},
		{"news-too-many", news, 1000},
	} {
		for _, n := range []int{tt.most, tt.most + 1} {
			r, err := validator.Validate(validator.Document{Body: strings.NewReader(head + strings.Repeat(tt.url, n) + "</urlset>\n")}, validator.Options{Now: caseTime})
			if err != nil {
				t.Fatal(err)
			}
			if over := n > tt.most; r.Valid == over || r.Entries != n || over && !has(r, tt.code, "error", n+1, column(tt.url, tt.code)) {
				t.Errorf("%s: %d of them: valid %v, %v", tt.code, n, r.Valid, r.Counts)
			}
		}
	}
}

// column is where a URL's offending element starts.
func column(url, code string) int {
	if code == "news-too-many" {
		return strings.Index(url, "<news:news>") + 1
	}
	return 1
}
