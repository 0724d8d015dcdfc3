package publishedcheck

import (
	"bytes"
	"encoding/json"
	"html"
	"net/url"
	"time"

	"github.com/mmcdole/gofeed"
)

// An entry is what a reader has of one: equal in all formats.
type entry struct {
	id, title string
	published time.Time // RSS tells seconds alone
}

// entries reads a document as a feed reader does.
func (s *suite) entries(file string, doc []byte) []entry {
	if doc == nil {
		return nil
	}
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(doc))
	if err != nil {
		s.problem(file, "gofeed: %v", err)
		return nil
	}
	out := make([]entry, 0, len(parsed.Items))
	for _, item := range parsed.Items {
		e := entry{id: item.GUID, title: item.Title}
		if item.PublishedParsed == nil {
			s.problem(file, "%s has no date that gofeed reads: %q", item.GUID, item.Published)
		} else {
			e.published = *item.PublishedParsed
		}
		out = append(out, e)
	}
	return out
}

// same compares the entries of a folder's three feeds, in order.
func (s *suite) same(folder string, atom, rss, jsonFeed []entry) {
	if len(atom) != len(rss) || len(atom) != len(jsonFeed) {
		s.problem(folder, "gofeed reads %d entries from Atom, %d from RSS, %d from JSON Feed", len(atom), len(rss), len(jsonFeed))
		return
	}
	for i, a := range atom {
		r, j := rss[i], jsonFeed[i]
		if a.id != j.id || r.id != j.id {
			s.problem(folder, "entry %d: id is %q in Atom, %q in RSS, %q in JSON Feed", i+1, a.id, r.id, j.id)
		}
		if !sameText(a.title, j.title) || !sameText(r.title, j.title) {
			s.problem(folder, "entry %d: title is %q in Atom, %q in RSS, %q in JSON Feed", i+1, a.title, r.title, j.title)
		}
		if !a.published.Equal(j.published) || !r.published.Equal(j.published.Truncate(time.Second)) {
			s.problem(folder, "entry %d: published is %s in Atom, %s in RSS, %s in JSON Feed", i+1, a.published, r.published, j.published)
		}
	}
}

// sameText reports whether a title is the other. One that could be taken for
// markup stands as HTML in Atom, and gofeed does not tell.
func sameText(got, want string) bool { return got == want || html.UnescapeString(got) == want }

// A document is what JSON Feed 1.1 says of members that must be there.
type document struct {
	Version string
	Title   string
	FeedURL string `json:"feed_url"`
	Items   []member
}

type member struct {
	ID          string
	URL         string
	ContentHTML string `json:"content_html"`
	ContentText string `json:"content_text"`
	Published   string `json:"date_published"`
	Modified    string `json:"date_modified"`
	Authors     []struct{ Name, URL, Avatar string }
	Attachments []struct {
		URL      string
		MIMEType string `json:"mime_type"`
	}
}

// members checks what JSON Feed 1.1 requires.
func (s *suite) members(file string, doc []byte) {
	if doc == nil {
		return
	}
	var d document
	if err := json.Unmarshal(doc, &d); err != nil {
		s.problem(file, "%v", err)
		return
	}
	if d.Version != "https://jsonfeed.org/version/1.1" || d.Title == "" || d.Items == nil || !isURL(d.FeedURL) {
		s.problem(file, "version %q, title %q, feed_url %q, items %t: all are expected", d.Version, d.Title, d.FeedURL, d.Items != nil)
	}
	seen := map[string]bool{}
	for _, m := range d.Items {
		if m.ID == "" || seen[m.ID] {
			s.problem(file, "id %q is empty or given twice", m.ID)
		}
		seen[m.ID] = true
		s.member(file, m)
	}
}

func (s *suite) member(file string, m member) {
	if m.ContentHTML == "" && m.ContentText == "" {
		s.problem(file, "%s has neither content_html nor content_text", m.ID)
	}
	if m.URL != "" && !isURL(m.URL) {
		s.problem(file, "%s: url %q", m.ID, m.URL)
	}
	for _, date := range []string{m.Published, m.Modified} {
		if _, err := time.Parse(time.RFC3339, date); err != nil {
			s.problem(file, "%s: date %q", m.ID, date)
		}
	}
	for _, a := range m.Authors {
		if a.Name == "" && a.URL == "" && a.Avatar == "" {
			s.problem(file, "%s: an author without name, url and avatar", m.ID)
		}
	}
	for _, a := range m.Attachments {
		if !isURL(a.URL) || a.MIMEType == "" {
			s.problem(file, "%s: attachment %q of type %q", m.ID, a.URL, a.MIMEType)
		}
	}
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Opaque != "")
}
