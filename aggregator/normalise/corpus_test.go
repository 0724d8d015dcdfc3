package normalise_test

import (
	"bufio"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/testshared"
)

// read parses the file as a document of source.
func read(t testing.TB, path string) (*parse.Feed, error) {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := parse.New(&feed.Source{Kind: "feed"})
	if err != nil {
		t.Fatal(err)
	}
	return p.Parse(&fetch.Document{URL: source.URL, Header: http.Header{}, Body: body})
}

// Whatever real feeds hold, what comes of it can be kept and published, and
// comes out the same the next time.
func TestCorpus(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(testshared.Dir(t, "corpus", "real"), "*"))
	if err != nil {
		t.Fatal(err)
	}
	n, items := normalise.New(), 0
	for _, path := range paths {
		f, err := read(t, path)
		if err != nil {
			continue
		}
		_, first := n.Feed(source, f)
		_, second := n.Feed(source, f)
		ids := map[feed.EntryID]bool{}
		for i := range first {
			sound(t, filepath.Base(path), &first[i])
			if ids[first[i].ID] {
				t.Errorf("%s: two entries are %s", path, first[i].ID)
			}
			ids[first[i].ID] = true
			if first[i].ID != second[i].ID || first[i].Digest != second[i].Digest {
				t.Errorf("%s: entry %d differs the second time", path, i)
			}
		}
		items += len(first)
	}
	if items < 7000 {
		t.Errorf("only %d entries", items)
	}
}

// Dates of real feeds that say nothing: an offset of 30 hours, a day of three
// digits, no year, a zero of some program.
var corpusUndated = regexp.MustCompile(`^(Fri, 11 Mar 2016 01:15:00 \+3000|2004-10-067T00:00:00\+02:00|\d\d/\d\d \d+:\d\d [ap]m|Mon, 01 Jan 0001 00:00:00 \+0000)$`)

// Every date of real feeds is read, whatever its form and language.
func TestCorpusDates(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(testshared.Dir(t, "corpus", "real"), "*"))
	if err != nil {
		t.Fatal(err)
	}
	dates := 0
	for _, path := range paths {
		f, err := read(t, path)
		if err != nil {
			continue
		}
		for _, it := range append(f.Items, parse.Item{Published: f.Published, Updated: f.Updated}) {
			for _, date := range []string{it.Published, it.Updated} {
				if date == "" {
					continue
				}
				dates++
				if normalise.Date(date, f.Language).IsZero() != corpusUndated.MatchString(date) {
					t.Errorf("%s: the date %q is read as %v", filepath.Base(path), date, normalise.Date(date, f.Language))
				}
			}
		}
	}
	if dates < 7000 {
		t.Errorf("only %d dates", dates)
	}
}

// sound fails t when there is something in e that nobody should be sent.
func sound(t testing.TB, name string, e *feed.Entry) {
	t.Helper()
	for _, l := range e.Links {
		if u, err := url.Parse(l.Href); err != nil || !u.IsAbs() || u.Scheme == "javascript" || u.Scheme == "file" || u.Scheme == "data" {
			t.Errorf("%s: link %q: %v", name, l.Href, err)
		}
	}
	for _, s := range []string{e.Title.Body, e.Content.Body, e.Summary.Body, e.Rights.Body} {
		if strings.ToValidUTF8(s, "") != s || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF }) {
			t.Errorf("%s: text XML cannot hold: %q", name, s)
		}
	}
	for _, at := range []time.Time{e.Published, e.Updated} {
		if year := at.Year(); !at.IsZero() && (year < 1 || year > 9999) {
			t.Errorf("%s: date %v", name, at)
		}
	}
	if strings.ContainsAny(e.Title.Body, "\n\t") || e.Title.Type != feed.TextPlain {
		t.Errorf("%s: title %+v", name, e.Title)
	}
}

// The cases of dates and of escaped titles, whose outcome is this package's alone.
func TestConformance(t *testing.T) {
	dir := testshared.Dir(t, "conformance", "parser")
	manifest, err := os.Open(filepath.Join(dir, "manifest-more.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer manifest.Close()
	n, checked := normalise.New(), 0
	for sc := bufio.NewScanner(manifest); sc.Scan(); {
		var c struct {
			File, Group string
			Checks      []struct{ Want any }
		}
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if c.Group != "dates" && c.Group != "amp" {
			continue
		}
		f, err := read(t, filepath.Join(dir, "cases", c.File))
		if err != nil {
			t.Fatal(err)
		}
		_, got := n.Document(source, f)
		checked++
		want, _ := c.Checks[0].Want.(string)
		if c.Group == "dates" && stamp(got[0].Published) != want {
			t.Errorf("%s: published %v, want %q", c.File, got[0].Published, want)
		} else if c.Group == "amp" && got[0].Title.Body != text(want) {
			t.Errorf("%s: title %q, want %q", c.File, got[0].Title.Body, text(want))
		}
	}
	if checked < 60 {
		t.Errorf("only %d cases", checked)
	}
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

var tag = regexp.MustCompile(`<[^>]*>`)

// text is how the cases compare titles.
func text(s string) string { return html.UnescapeString(tag.ReplaceAllString(s, "")) }

// The model case of the published site comes out as it went in.
func TestSeeds(t *testing.T) {
	seeds, err := filepath.Glob(filepath.Join(testshared.Dir(t, "seeds"), "*.md"))
	if err != nil || len(seeds) == 0 {
		t.Fatalf("no seeds: %v", err)
	}
	for _, path := range seeds {
		post, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, body, _ := strings.Cut(strings.TrimPrefix(string(post), "---"), "---\n")
		body, _, _ = strings.Cut(body, "\n\n<")
		if got := entries(parse.Item{ID: "1", Content: htmlText(body)})[0].Content.Body; got != body {
			t.Errorf("%s became\n%s", filepath.Base(path), got)
		}
	}
}

func FuzzFeed(f *testing.F) {
	f.Add("<b>t</b>", "<p>c", "/a?utm_source=x", "1", "2022-02-11", "zh", "/base/")
	f.Add("a &amp; b", "<img src=x onerror=y>", "javascript:x", "", "11 Feb 2022", "en-us", "http://[::1]/")
	f.Fuzz(func(t *testing.T, title, content, link, id, date, language, base string) {
		item := parse.Item{ID: id, Title: htmlText(title), Content: htmlText(content), Summary: parse.Text{Body: content}, Links: alternate(link),
			Published: date, Updated: date, Language: language, Base: base, Authors: []feed.Person{{Name: title, URI: link}}, Categories: []feed.Category{{Term: title}}}
		other := item
		other.Title = htmlText(content)
		n := normalise.New()
		_, got := n.Feed(source, &parse.Feed{Base: base, Language: language, Items: []parse.Item{item, other, item}})
		ids := map[feed.EntryID]bool{}
		for i := range got {
			sound(t, "entry", &got[i])
			if ids[got[i].ID] {
				t.Fatalf("two entries are %s", got[i].ID)
			}
			ids[got[i].ID] = true
		}
	})
}
