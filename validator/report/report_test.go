package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tributary/validator"
	"tributary/validator/report"
)

// broken is a feed with an error, a warning and a piece of advice, in Chinese
// text whose letters are wide.
const broken = "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>财经新闻 &lt;b&gt;今日&lt;/b&gt;</title><link>https://example.com/</link>\n" +
	"<description>d</description><item><title>One</title><guid>42</guid></item></channel></rss>\n"

// files are a broken document, a valid one and one that could not be read.
func files(t *testing.T) []*report.File {
	t.Helper()
	judge := func(name, text string) *report.File {
		r, err := validator.Validate(validator.Document{Name: name, Body: strings.NewReader(text)}, validator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return &report.File{Name: name, Result: r, Source: strings.NewReader(text)}
	}
	return []*report.File{
		judge("a feed.xml", broken),
		judge("b.json", `{"version": "https://jsonfeed.org/version/1.1", "title": "News", "home_page_url": "https://example.com/", "feed_url": "https://example.com/f.json", "language": "en", "icon": "https://example.com/icon.png", "items": []}`),
		{Name: "c.xml", Err: errors.New("permission denied")},
	}
}

func write(t *testing.T, format string, o report.Options) string {
	t.Helper()
	var out bytes.Buffer
	w, err := report.New(format, &out, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files(t) {
		if err := w.File(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var options = report.Options{Show: validator.Warning, FailAt: validator.Error, Version: "1", Docs: "https://example.com/docs/"}

// TestGolden holds each format to its file in testdata.
func TestGolden(t *testing.T) {
	for _, name := range report.Names() {
		t.Run(name, func(t *testing.T) {
			got := write(t, name, options)
			path := filepath.Join("testdata", name+".golden")
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil || got != string(want) {
				t.Errorf("%s (%v), UPDATE=1 writes it:\n%s", path, err, got)
			}
		})
	}
}

// TestSARIF holds the report to the schema of OASIS.
func TestSARIF(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(write(t, "sarif", options)))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Error(err)
	}
}

// TestJSON is read by the scorer of the conformance cases.
func TestJSON(t *testing.T) {
	var got []struct {
		Source   string
		Valid    bool
		Error    string
		Messages []struct {
			Code, W3C, Severity string
			Line, Column        int
		}
	}
	if err := json.Unmarshal([]byte(write(t, "json", options)), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0].Valid || !got[1].Valid || got[2].Error == "" {
		t.Fatalf("files %+v", got)
	}
	for _, m := range got[0].Messages {
		if m.Code == "rss-guid-not-url" && (m.Line != 3 || m.Column != 59 || m.W3C != "InvalidHttpGUID" || m.Severity != "error") {
			t.Errorf("message %+v, want 3:59", m)
		}
	}
}

func TestJUnit(t *testing.T) {
	var got struct {
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suites   []struct {
			Name string `xml:"name,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(write(t, "junit", options)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Failures != 1 || got.Errors != 1 || len(got.Suites) != 3 {
		t.Errorf("suites %+v", got)
	}
}

// TestColour is for terminals only.
func TestColour(t *testing.T) {
	coloured := options
	coloured.Color = true
	if s := write(t, "text", coloured); !strings.Contains(s, "\x1b[31m") {
		t.Error("no colour was used")
	}
	if s := write(t, "text", options); strings.Contains(s, "\x1b") {
		t.Error("colour was used")
	}
}

func TestUnknownFormat(t *testing.T) {
	if _, err := report.New("pdf", nil, options); err == nil || !strings.Contains(err.Error(), "known are github, html, json") {
		t.Errorf("err = %v", err)
	}
}
