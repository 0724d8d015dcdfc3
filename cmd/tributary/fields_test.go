package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/publishedcheck"
	"tributary/internal/testshared"
)

// fieldOf gives what an entry has of a field of docs/fields.md, as text.
var fieldOf = map[string]func(e *feed.Entry) string{
	"id":              func(e *feed.Entry) string { return e.UpstreamID },
	"title":           func(e *feed.Entry) string { return e.Title.Body },
	"link":            func(e *feed.Entry) string { return e.Alternate() },
	"summary":         func(e *feed.Entry) string { return e.Summary.Body },
	"content":         func(e *feed.Entry) string { return e.Content.Body },
	"authors":         func(e *feed.Entry) string { return each(e.Authors, func(p feed.Person) string { return p.Name }) },
	"authors' e-mail": func(e *feed.Entry) string { return each(e.Authors, func(p feed.Person) string { return p.Email }) },
	"authors' URI":    func(e *feed.Entry) string { return each(e.Authors, func(p feed.Person) string { return p.URI }) },
	"contributors":    func(e *feed.Entry) string { return each(e.Contributors, func(p feed.Person) string { return p.Name }) },
	"categories":      func(e *feed.Entry) string { return fmt.Sprint(len(e.Categories)) },
	"categories' scheme": func(e *feed.Entry) string {
		return each(e.Categories, func(c feed.Category) string { return c.Scheme })
	},
	"categories' label": func(e *feed.Entry) string {
		return each(e.Categories, func(c feed.Category) string { return c.Label })
	},
	"published":  func(e *feed.Entry) string { return stampOf(e.Published) },
	"updated":    func(e *feed.Entry) string { return stampOf(e.Updated) },
	"enclosures": func(e *feed.Entry) string { return each(e.Enclosures(), func(l feed.Link) string { return l.Href }) },
	"enclosures' type and length": func(e *feed.Entry) string {
		return each(e.Enclosures(), func(l feed.Link) string { return fmt.Sprint(l.Type, " ", l.Length) })
	},
	"comments": func(e *feed.Entry) string { return hrefOf(e, feed.RelReplies) },
	"related":  func(e *feed.Entry) string { return hrefOf(e, feed.RelRelated) },
	"language": func(e *feed.Entry) string { return e.Language },
	"rights":   func(e *feed.Entry) string { return e.Rights.Body },
	"picture":  func(e *feed.Entry) string { return e.Image },
	"duration": func(e *feed.Entry) string { return numberOf(int(e.Duration / time.Second)) },
	"season":   func(e *feed.Entry) string { return numberOf(e.Season) },
	"episode":  func(e *feed.Entry) string { return numberOf(e.Episode) },
	"in reply to": func(e *feed.Entry) string {
		return each(e.InReplyTo, func(r feed.Reference) string { return strings.Join([]string{r.Ref, r.Href, r.Type, r.Source}, " ") })
	},
	"source": func(e *feed.Entry) string {
		if e.FromFeed == nil {
			return ""
		}
		return e.FromFeed.Title.Body + " " + e.FromFeed.Self()
	},
	"persons": func(e *feed.Entry) string {
		return each(e.Credits, func(c feed.Credit) string {
			return strings.Join([]string{c.Name, c.Role, c.Group, c.Href, c.Image}, " ")
		})
	},
	"explicit": func(e *feed.Entry) string { return numberOf(int(e.Explicit)) },
	"place":    func(e *feed.Entry) string { return e.Point },
}

// each joins what there is.
func each[T any](list []T, of func(T) string) string {
	var out []string
	for _, v := range list {
		if s := of(v); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " | ")
}

func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func numberOf(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func hrefOf(e *feed.Entry, rel string) string {
	for _, l := range e.Links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

// A fieldRow is a row of docs/fields.md.
type fieldRow struct {
	field           string
	read, published [3]string // Atom, RSS, JSON Feed
}

const none = "—"

func fieldRows(t *testing.T) []fieldRow {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testshared.Root(t), "docs", "fields.md"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []fieldRow
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 9 || strings.HasPrefix(cells[1], "-") || strings.TrimSpace(cells[1]) == "field" {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, fieldRow{cells[1], [3]string(cells[2:5]), [3]string(cells[5:8])})
	}
	return rows
}

// readOne reads the only entry of a document as a poll does.
func readOne(t *testing.T, file string) feed.Entry {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	src := feed.Source{ID: "a", URL: "https://reader.example/" + filepath.Base(file), Kind: "feed"}
	p, err := parse.New(&src)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := p.Parse(&fetch.Document{URL: src.URL, Header: http.Header{}, Body: body})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	_, entries := normalise.New().Feed(&src, doc)
	if len(entries) != 1 {
		t.Fatalf("%s: %d entries, want 1", file, len(entries))
	}
	return entries[0]
}

var fieldFormats = [3]struct{ name, rich, published string }{
	{"Atom", "rich.atom.xml", "atom.xml"}, {"RSS", "rich.rss.xml", "rss.xml"}, {"JSON Feed", "rich.feed.json", "feed.json"},
}

// TestFields: what docs/fields.md says of each field is so, from a document of
// each format to the published ones.
func TestFields(t *testing.T) {
	t.Parallel()
	rows := fieldRows(t)
	if len(rows) != len(fieldOf) {
		t.Errorf("docs/fields.md has %d fields, the test knows %d", len(rows), len(fieldOf))
	}
	for in, format := range fieldFormats {
		t.Run(format.name, func(t *testing.T) {
			site := publishOne(t, format.rich)
			rich := readOne(t, filepath.Join("testdata", "fields", format.rich))
			for _, row := range rows {
				got := row.of(t, &rich)
				if (got != "") != (row.read[in] != none) {
					t.Errorf("%s is %q, which is not what docs/fields.md says of reading %s", row.field, got, format.name)
				}
			}
			for out, to := range fieldFormats {
				file := filepath.Join(site, "news", to.published)
				back := readOne(t, file)
				for _, row := range rows {
					row.compare(t, &rich, &back, out, file)
				}
			}
		})
	}
}

func (r *fieldRow) of(t *testing.T, e *feed.Entry) string {
	t.Helper()
	of, ok := fieldOf[r.field]
	if !ok {
		t.Fatalf("docs/fields.md has the field %q, which the test does not know", r.field)
	}
	return of(e)
}

// compare holds what was published in a format against what was read.
func (r *fieldRow) compare(t *testing.T, rich, back *feed.Entry, format int, file string) {
	t.Helper()
	want, got, says := r.of(t, rich), r.of(t, back), r.published[format]
	path, ours := strings.CutPrefix(strings.Trim(says, "`"), "_tributary.")
	switch {
	case want == "":
	case ours:
		if !slices.Contains(extrasOf(t, file), path) {
			t.Errorf("%s: %s is not in _tributary.%s", file, r.field, path)
		}
	case says == none && got == want:
		t.Errorf("%s: %s is published, but docs/fields.md says that it is not", file, r.field)
	case says != none && got != want && !excused(r.field, format, rich):
		t.Errorf("%s: %s is\n%q, want\n%q", file, r.field, got, want)
	}
}

// excused is the cell with a condition: JSON Feed has an author's page or his
// address.
func excused(field string, format int, rich *feed.Entry) bool {
	return field == "authors' e-mail" && format == 2 && slices.ContainsFunc(rich.Authors, func(p feed.Person) bool { return p.URI != "" && p.Email != "" })
}

// extrasOf returns the keys of the _tributary object of the only item.
func extrasOf(t *testing.T, file string) []string {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Items []struct {
			Extras map[string]any `json:"_tributary"`
		} `json:"items"`
	}
	if err := json.Unmarshal(body, &doc); err != nil || len(doc.Items) != 1 {
		t.Fatalf("%s: %d items, %v", file, len(doc.Items), err)
	}
	var keys []string
	for key := range doc.Items[0].Extras {
		keys = append(keys, key)
	}
	return keys
}

// publishOne polls one document and builds the site, which must be valid.
func publishOne(t *testing.T, file string) string {
	t.Helper()
	at, err := filepath.Abs(filepath.Join("testdata", "fields", file))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config := writeFile(t, dir, "feeds.toml", fmt.Sprintf(`
[site]
title = "Confluence"
language = "en"
base_url = "https://feeds.example"
[category.news]
[source.a]
url = %q
categories = ["news"]
`, fileURL(at)))
	must(t, "poll", "--config", config)
	site := filepath.Join(dir, "site")
	must(t, "build", "--config", config, "--out", site)
	publishedcheck.Dir(t, site)
	return site
}
