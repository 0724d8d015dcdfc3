package main

import (
	"cmp"
	"fmt"
	"html"
	"io"
	"time"

	"tributary/feed"
)

// An inspectReport is what inspect prints. Titles are HTML, plain ones
// escaped; other texts are as upstream means them, HTML sanitised.
type inspectReport struct {
	Document struct {
		Format   string   `json:"format"`
		Encoding string   `json:"encoding,omitempty"`
		Notes    []string `json:"notes,omitempty"`
	} `json:"document"`
	Feed    inspectFeed    `json:"feed"`
	Entries []inspectEntry `json:"entries"`
}

type inspectFeed struct {
	ID           string            `json:"id,omitempty"`
	Title        string            `json:"title"`
	URL          string            `json:"url,omitempty"`
	Subtitle     string            `json:"subtitle,omitempty"`
	Language     string            `json:"language,omitempty"`
	Rights       string            `json:"rights,omitempty"`
	Logo         string            `json:"logo,omitempty"`
	Icon         string            `json:"icon,omitempty"`
	Generator    *inspectGenerator `json:"generator,omitempty"`
	Published    string            `json:"published,omitempty"`
	Updated      string            `json:"updated,omitempty"`
	Authors      []inspectPerson   `json:"authors,omitempty"`
	Contributors []inspectPerson   `json:"contributors,omitempty"`
	Categories   []inspectCategory `json:"categories,omitempty"`
	Links        []inspectLink     `json:"links,omitempty"`
}

type inspectEntry struct {
	ID           string             `json:"id,omitempty"`
	TributaryID  string             `json:"tributary_id"`
	Title        string             `json:"title"`
	URL          string             `json:"url,omitempty"`
	Summary      string             `json:"summary,omitempty"`
	Content      string             `json:"content,omitempty"`
	Rights       string             `json:"rights,omitempty"`
	Comments     string             `json:"comments,omitempty"`
	Language     string             `json:"language,omitempty"`
	Published    string             `json:"published,omitempty"`
	Updated      string             `json:"updated,omitempty"`
	Authors      []inspectPerson    `json:"authors,omitempty"`
	Contributors []inspectPerson    `json:"contributors,omitempty"`
	Categories   []inspectCategory  `json:"categories,omitempty"`
	Enclosures   []inspectEnclosure `json:"enclosures,omitempty"`
	Links        []inspectLink      `json:"links,omitempty"`
	Source       *inspectFeed       `json:"source,omitempty"`    // the feed that upstream has it from
	Cleaned      map[string]int     `json:"cleaned,omitempty"`   // what was taken out of its HTML, by kind
	TextFrom     string             `json:"text_from,omitempty"` // where its text is from, if a document of its own was asked for
	TextWhy      string             `json:"text_why,omitempty"`
}

type (
	inspectGenerator struct {
		Name    string `json:"name"`
		URI     string `json:"uri,omitempty"`
		Version string `json:"version,omitempty"`
	}
	inspectPerson struct {
		Name  string `json:"name,omitempty"`
		Email string `json:"email,omitempty"`
		URI   string `json:"uri,omitempty"`
	}
	inspectCategory struct {
		Term   string `json:"term,omitempty"`
		Scheme string `json:"scheme,omitempty"`
		Label  string `json:"label,omitempty"`
	}
	inspectEnclosure struct {
		URL    string `json:"url"`
		Type   string `json:"type,omitempty"`
		Length int64  `json:"length,omitempty"`
	}
	inspectLink struct {
		Href     string `json:"href"`
		Rel      string `json:"rel,omitempty"`
		Type     string `json:"type,omitempty"`
		HrefLang string `json:"hreflang,omitempty"`
		Title    string `json:"title,omitempty"`
		Length   int64  `json:"length,omitempty"`
	}
)

func newInspectReport(in *inspected, entries []feed.Entry) *inspectReport {
	f := &in.feed
	r := &inspectReport{Entries: []inspectEntry{}}
	r.Document.Format, r.Document.Encoding, r.Document.Notes = in.Format, in.Charset, in.Notes
	r.Feed = newInspectFeed(f)
	for i := range entries {
		r.Entries = append(r.Entries, newInspectEntry(&entries[i]))
	}
	return r
}

func newInspectFeed(f *feed.Feed) inspectFeed {
	out := inspectFeed{
		ID: f.ID, Title: asHTML(f.Title), URL: f.Alternate(), Subtitle: f.Subtitle.Body, Language: f.Language,
		Rights: f.Rights.Body, Logo: f.Logo, Icon: f.Icon,
		Published: stamp(f.Published), Updated: stamp(f.Updated),
		Authors: persons(f.Authors), Contributors: persons(f.Contributors), Categories: categories(f.Categories), Links: links(f.Links),
	}
	if g := f.Generator; g != (feed.Generator{}) {
		out.Generator = &inspectGenerator{g.Name, g.URI, g.Version}
	}
	return out
}

func newInspectEntry(e *feed.Entry) inspectEntry {
	out := inspectEntry{
		ID: e.UpstreamID, TributaryID: e.ID.String(), Title: asHTML(e.Title), URL: e.Alternate(),
		Summary: e.Summary.Body, Content: e.Content.Body, Rights: e.Rights.Body, Language: e.Language,
		Published: stamp(e.Published), Updated: stamp(e.Updated),
		Authors: persons(e.Authors), Contributors: persons(e.Contributors),
		Categories: categories(e.Categories), Links: links(e.Links),
	}
	out.Cleaned, _ = takenOut(&e.Making)
	if e.Making.Text != feed.FromSource {
		out.TextFrom, out.TextWhy = e.Making.Text.String(), e.Making.Why
	}
	if e.FromFeed != nil {
		from := newInspectFeed(e.FromFeed)
		out.Source = &from
	}
	for _, l := range e.Links {
		switch l.Rel {
		case feed.RelReplies:
			out.Comments = cmp.Or(out.Comments, l.Href)
		case feed.RelEnclosure:
			out.Enclosures = append(out.Enclosures, inspectEnclosure{URL: l.Href, Type: l.Type, Length: l.Length})
		}
	}
	return out
}

func asHTML(t feed.Text) string {
	if t.Type == feed.TextHTML {
		return t.Body
	}
	return html.EscapeString(t.Body)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func persons(in []feed.Person) []inspectPerson {
	var out []inspectPerson
	for _, p := range in {
		out = append(out, inspectPerson{Name: p.Name, Email: p.Email, URI: p.URI})
	}
	return out
}

func categories(in []feed.Category) []inspectCategory {
	var out []inspectCategory
	for _, c := range in {
		out = append(out, inspectCategory(c))
	}
	return out
}

func links(in []feed.Link) []inspectLink {
	var out []inspectLink
	for _, l := range in {
		out = append(out, inspectLink{Href: l.Href, Rel: l.Rel, Type: l.Type, HrefLang: l.HrefLang, Title: l.Title, Length: l.Length})
	}
	return out
}

// print writes the report for people.
func (r *inspectReport) print(w io.Writer) error {
	fmt.Fprintf(w, "%s\n  %s, %s, %s\n  %s\n", cmp.Or(html.UnescapeString(r.Feed.Title), "(no title)"),
		r.Document.Format, cmp.Or(r.Document.Encoding, "utf-8"), entryCount(len(r.Entries)), r.Feed.URL)
	for _, n := range r.Document.Notes {
		fmt.Fprintf(w, "  note: %s\n", n)
	}
	for i := range r.Entries {
		e := &r.Entries[i]
		fmt.Fprintf(w, "\n%s\n  %s\n  id %s\n", cmp.Or(html.UnescapeString(e.Title), "(no title)"),
			joinNonEmpty("  ", cmp.Or(e.Published, e.Updated), e.URL), cmp.Or(e.ID, e.TributaryID))
		if e.TextFrom != "" {
			fmt.Fprintf(w, "  text from %s\n", joinNonEmpty(": ", e.TextFrom, e.TextWhy))
		}
		for _, enc := range e.Enclosures {
			fmt.Fprintf(w, "  enclosure %s\n", joinNonEmpty(" ", enc.URL, enc.Type))
		}
	}
	_, err := fmt.Fprintln(w)
	return err
}

func entryCount(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
