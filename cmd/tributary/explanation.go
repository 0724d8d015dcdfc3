package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tributary/aggregator/normalise"
	"tributary/feed"
	"tributary/publisher/render"
	"tributary/rules"
	"tributary/storage"
)

// An explanation is what `tributary explain --json` prints of an entry.
type explanation struct {
	ID        string          `json:"id"`
	State     string          `json:"state"` // published, hidden or dropped
	Source    feed.SourceID   `json:"source"`
	SourceURL string          `json:"source_url,omitempty"` // empty: it is not polled any more
	Received  *time.Time      `json:"received"`
	Modified  *time.Time      `json:"modified,omitempty"` // when what a reader sees last changed here
	Upstream  entryAs         `json:"upstream"`
	Ours      entryAs         `json:"ours"`
	Changes   []string        `json:"changes,omitempty"` // from upstream's to ours, in words
	Cleaned   map[string]int  `json:"cleaned,omitempty"` // what was taken out of its HTML, how many by kind
	Text      string          `json:"text,omitempty"`    // where its text is from
	TextWhy   string          `json:"text_why,omitempty"`
	Rules     []explainedRule `json:"rules,omitempty"`
	Repeats   []join          `json:"repeats,omitempty"` // the entries that it repeats, by category
	Also      []join          `json:"also,omitempty"`    // those that repeat it
	Filed     []string        `json:"filed,omitempty"`
	FiledWhy  string          `json:"filed_why"`
	Published []string        `json:"published,omitempty"` // the documents it is in at this moment
	Dropped   *explainedDrop  `json:"dropped,omitempty"`
}

// An entryAs is an entry as upstream or we have it.
type entryAs struct {
	ID         string   `json:"id,omitempty"`
	Title      string   `json:"title"`
	Link       string   `json:"link,omitempty"`
	Language   string   `json:"language,omitempty"`
	Published  string   `json:"published,omitempty"`
	Updated    string   `json:"updated,omitempty"`
	Categories []string `json:"categories,omitempty"`
}

// An explainedRule is what a rule said, or one of upstream's terms.
type explainedRule struct {
	Place    string `json:"place,omitempty"`
	Rule     string `json:"rule,omitempty"`
	Category string `json:"category,omitempty"`
	Did      bool   `json:"did"` // its condition is true, or it changed something
	What     string `json:"what"`
	Error    string `json:"error,omitempty"`
}

type explainedDrop struct {
	When   time.Time `json:"when"`
	By     string    `json:"by"`
	Why    string    `json:"why"`
	Listed time.Time `json:"listed"`
}

func when(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04:05 -0700")
}

// explainStored explains a stored entry.
func (a *app) explainStored(ctx context.Context, e *feed.Entry) (explanation, error) {
	x := explanation{ID: e.ID.String(), Source: e.Source, Received: moment(e.Received), Modified: moment(e.Modified), Filed: e.Filed}
	src := feed.Source{ID: e.Source}
	switch st, err := a.store.State(ctx, e.Source); {
	case err == nil:
		src, x.SourceURL = st.Source, feed.ShownURL(st.URL)
	case !errors.Is(err, storage.ErrNotFound):
		return x, err
	}
	said := *e
	(*rules.Set)(nil).Again(&said, src.Categories)
	x.Upstream = asUpstream(&said)
	x.Ours = entryAs{
		ID: render.EntryID(e), Title: e.Title.Body, Link: e.Alternate(), Language: e.Language,
		Published: stamp(e.Date()), Updated: stamp(e.LastUpdated()), Categories: e.Filed,
	}
	x.Changes = changesOf(e, &said)
	x.made(&e.Making)
	if x.SourceURL != "" {
		x.ruled(a.rules.Explain(&said))
	}
	x.FiledWhy = filedWhy(e, &src, x.SourceURL != "")
	var err error
	if x.Repeats, x.Also, err = joins(ctx, a.store, e); err != nil {
		return x, err
	}
	x.State = "published"
	if len(e.Filed) == 0 {
		x.State = "hidden"
		return x, nil
	}
	return x, a.published(ctx, e, &x)
}

func asUpstream(e *feed.Entry) entryAs {
	out := entryAs{
		ID: e.UpstreamID, Title: e.Title.Body, Link: e.Alternate(), Language: e.Language,
		Published: stamp(e.Published), Updated: stamp(e.Updated),
	}
	for _, c := range e.Categories {
		out.Categories = append(out.Categories, c.Term)
	}
	return out
}

// ruled takes over what the rules said.
func (x *explanation) ruled(v rules.Verdict) {
	for _, s := range v.Steps {
		r := explainedRule{Category: s.Category, Did: s.Did, What: s.What}
		if s.Rule != nil {
			r.Place, r.Rule = s.Rule.Place, fmt.Sprintf("%s = %s", s.Rule.Action, strings.TrimSpace(s.Rule.Text))
		}
		if s.Err != nil {
			r.Error, _, _ = strings.Cut(s.Err.Error(), "\n")
		}
		x.Rules = append(x.Rules, r)
	}
	if v.Dropped != nil {
		x.Rules = append(x.Rules, explainedRule{Place: v.Dropped.Place, Rule: v.Dropped.Action.String(), Did: true, What: "this drops it"})
	}
}

// changesOf says what differs between upstream's entry and ours.
func changesOf(e, said *feed.Entry) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	switch id := render.EntryID(e); {
	case e.UpstreamID == "":
		add("id: upstream gives none; it is known by its link or its words, and published as %s", id)
	case id != e.UpstreamID:
		add("id: upstream's %q names no entry for good, so it is published as %s", e.UpstreamID, id)
	default:
		add("id: upstream's own is kept, %s", id)
	}
	if said.Title.Body != e.Title.Body {
		add("title: upstream's is %q; a rule made it %q", said.Title.Body, e.Title.Body)
	}
	if said.Language != e.Language {
		add("language: upstream's is %q; a rule made it %q", said.Language, e.Language)
	}
	for _, d := range []struct {
		name string
		at   time.Time
	}{{"published", e.Published}, {"updated", e.Updated}} {
		switch {
		case d.at.IsZero():
			add("%s: upstream gives no date that can be read", d.name)
		case !e.Plausible(d.at):
			add("%s: upstream's %s cannot be true, and is passed over", d.name, stamp(d.at))
		}
	}
	add("date: readers see %s", stamp(e.Date()))
	if !e.Order.Equal(e.Date()) && e.Order.Sub(e.Date()).Abs() > time.Minute {
		add("place: it stands in feeds at %s, when it was first seen, so that nobody misses it", e.Order.Local().Format("2006-01-02 15:04:05 -0700"))
	}
	if link := e.Alternate(); normalise.Untracked(link) != link {
		add("link: it counts its readers; it is the same entry as %s", normalise.Untracked(link))
	}
	return out
}

// filedWhy says where the entry is filed, by its source and besides.
func filedWhy(e *feed.Entry, src *feed.Source, polled bool) string {
	switch {
	case !polled:
		return "nowhere: its source is not in the configuration"
	case len(e.Filed) == 0 && len(e.Repeats) > 0:
		return "nowhere: it repeats what is there already"
	case len(e.Filed) == 0:
		return "nowhere: a rule keeps it out"
	}
	var by, besides []string
	for _, term := range e.Filed {
		if slices.Contains(src.Categories, term) {
			by = append(by, term)
		} else {
			besides = append(besides, term)
		}
	}
	var out []string
	if len(by) > 0 {
		out = append(out, strings.Join(by, ", ")+" by its source")
	}
	if len(besides) > 0 {
		out = append(out, strings.Join(besides, ", ")+" by terms or rules")
	}
	return strings.Join(out, "; ")
}

// published adds the documents that hold the entry.
func (a *app) published(ctx context.Context, e *feed.Entry, x *explanation) error {
	site := render.Site{BaseURL: a.cfg.Site.BaseURL}
	x.Published = append(x.Published, site.URL(render.EntryPath(e.ID)))
	terms := []string{render.All}
	limits := map[string]int{render.All: a.cfg.Site.Limit}
	for i := range a.cfg.Categories {
		if c := &a.cfg.Categories[i]; e.IsFiled(c.Term) {
			terms, limits[c.Term] = append(terms, c.Term), c.Limit
		}
	}
	for _, term := range terms {
		holds, err := a.holds(ctx, term, limits[term], e.ID)
		if err != nil {
			return err
		}
		if !holds {
			x.Changes = append(x.Changes, fmt.Sprintf("feeds: %s has %d newer entries, as many as it publishes", term, limits[term]))
			continue
		}
		x.Published = append(x.Published, site.URL(render.CategoryPath(term)))
		for _, f := range render.Feeds() {
			x.Published = append(x.Published, site.URL(render.DocumentPath(term, f)))
		}
	}
	return nil
}

// holds reports whether the entry is among the newest of a category.
func (a *app) holds(ctx context.Context, term string, limit int, id feed.EntryID) (bool, error) {
	q := storage.Query{Category: term, Limit: limit}
	if term == render.All {
		q.Category = ""
	}
	for e, err := range a.store.Entries(ctx, q) {
		if err != nil || e.ID == id {
			return err == nil, err
		}
	}
	return false, nil
}

// explainDropped explains what is left of a dropped entry.
func (a *app) explainDropped(ctx context.Context, d *feed.DeletedEntry) (explanation, error) {
	x := explanation{
		ID: d.Ref.String(), State: "dropped", Source: d.Source, Received: moment(d.Received),
		Upstream: entryAs{ID: d.UpstreamID, Title: d.Title, Link: d.Link},
		Ours:     entryAs{Title: d.Title, Link: d.Link},
		Dropped:  &explainedDrop{When: d.When, By: d.By, Why: d.Comment, Listed: d.Listed},
		FiledWhy: "nowhere: it is not stored any more",
	}
	if d.By == feed.ByRule {
		x.FiledWhy = "nowhere: it was never stored; it comes in at a later poll if the rules change and its source still lists it"
	}
	st, err := a.store.State(ctx, d.Source)
	if err == nil {
		x.SourceURL = feed.ShownURL(st.URL)
	} else if !errors.Is(err, storage.ErrNotFound) {
		return x, err
	}
	return x, nil
}
