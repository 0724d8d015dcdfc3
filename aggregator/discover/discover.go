// Package discover finds the feeds of a web page: those it names, those that
// the form of its address gives away, and those in the usual places. Of a page
// without any it says how it could be read all the same.
package discover

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// A Found is a feed that was found and read.
type Found struct {
	URL     string    `json:"url"`
	Format  string    `json:"format"`
	Title   string    `json:"title"`
	Entries int       `json:"entries"`
	Updated time.Time `json:"updated,omitzero"` // of the newest entry; zero: no entry has a date
	Via     string    `json:"via"`              // how it was found
}

// A Proposal is how a page without a feed could be read.
type Proposal struct {
	Options feed.Options `json:"options"` // of a source of kind html
	Entries int          `json:"entries"`
	Titles  []string     `json:"titles"` // the first few
}

// A Result is what was found at an address.
type Result struct {
	URL       string     `json:"url"` // after redirects
	Title     string     `json:"title,omitempty"`
	Feeds     []Found    `json:"feeds"`
	Proposals []Proposal `json:"proposals,omitempty"`
}

// Bounds of one search.
const (
	maxProbes = 24
	pause     = 100 * time.Millisecond // between two requests
	maxTitles = 3
)

// A search is one search for feeds.
type search struct {
	fetcher fetch.Fetcher
	probes  int
	tried   map[string]bool
	result  Result
}

// Discover searches at an address. An error says why the address itself could
// not be read.
func Discover(ctx context.Context, f fetch.Fetcher, address string) (*Result, error) {
	s := &search{fetcher: f, tried: map[string]bool{address: true}, result: Result{URL: address, Feeds: []Found{}}}
	doc, err := s.get(ctx, address)
	if err != nil {
		return s.withoutPage(ctx, address, err)
	}
	defer doc.Close()
	s.result.URL = doc.URL
	s.tried[doc.URL] = true
	if found, ok := read(doc, "the address itself"); ok {
		s.result.Feeds = append(s.result.Feeds, found)
		return &s.result, nil
	}
	u, err := url.Parse(doc.URL)
	if err != nil {
		return nil, err
	}
	for _, a := range parse.Alternates(doc) {
		s.probe(ctx, a.URL, "named by the page")
	}
	for _, at := range slices.Concat(formed(u), named(u, doc.Body)) {
		s.probe(ctx, at, "the form of the address")
	}
	if len(s.result.Feeds) == 0 {
		s.guess(ctx, u)
	}
	if len(s.result.Feeds) == 0 {
		s.propose(doc)
	}
	s.rank()
	return &s.result, ctx.Err()
}

// withoutPage tries what an address alone gives away: some services show their
// pages to people only.
func (s *search) withoutPage(ctx context.Context, address string, cause error) (*Result, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, cause
	}
	for _, at := range formed(u) {
		s.probe(ctx, at, "the form of the address")
	}
	if len(s.result.Feeds) == 0 {
		return nil, cause
	}
	return &s.result, nil
}

// guess tries the usual places until one has a feed.
func (s *search) guess(ctx context.Context, u *url.URL) {
	for _, at := range common(u) {
		if s.probe(ctx, at, "a usual place") {
			return
		}
	}
}

// probe notes a feed if there is one at the address.
func (s *search) probe(ctx context.Context, address, via string) bool {
	if s.tried[address] || s.probes >= maxProbes || ctx.Err() != nil {
		return false
	}
	s.tried[address] = true
	s.probes++
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return false
	}
	doc, err := s.get(ctx, address)
	if err != nil {
		return false
	}
	defer doc.Close()
	found, ok := read(doc, via)
	if !ok || slices.ContainsFunc(s.result.Feeds, func(f Found) bool { return f.URL == found.URL }) {
		return false
	}
	s.result.Feeds = append(s.result.Feeds, found)
	return true
}

func (s *search) get(ctx context.Context, address string) (*fetch.Document, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("it is no web address; expected one such as https://example.org/")
	}
	return s.fetcher.Fetch(ctx, &feed.State{Source: feed.Source{ID: "discover", URL: address, Kind: "feed"}, URL: address})
}

// read reads a document as a feed.
func read(doc *fetch.Document, via string) (Found, bool) {
	src := feed.Source{ID: "discover", URL: doc.URL, Kind: "feed"}
	p, err := parse.New(&src)
	if err != nil {
		return Found{}, false
	}
	parsed, err := p.Parse(doc)
	if err != nil {
		return Found{}, false
	}
	f, entries := normalise.New().Feed(&src, parsed)
	found := Found{URL: doc.URL, Format: parsed.Format, Title: f.Title.Body, Entries: len(entries), Via: via}
	for i := range entries {
		if at := entries[i].Date(); at.After(found.Updated) {
			found.Updated = at
		}
	}
	return found, true
}

// rank puts the feeds that are likely to be wanted first: those with entries,
// and comments last.
func (s *search) rank() {
	weight := func(f Found) int {
		w := 0
		if f.Entries == 0 {
			w++
		}
		if text := strings.ToLower(f.Title + " " + f.URL); strings.Contains(text, "comment") || strings.Contains(text, "kommentar") {
			w += 2
		}
		return w
	}
	slices.SortStableFunc(s.result.Feeds, func(a, b Found) int { return weight(a) - weight(b) })
}

// propose looks for what repeats on a page without feeds.
func (s *search) propose(doc *fetch.Document) {
	for _, p := range parse.Propose(doc) {
		out := Proposal{Options: p.Options, Entries: len(p.Items)}
		for i := range p.Items[:min(len(p.Items), maxTitles)] {
			out.Titles = append(out.Titles, p.Items[i].Title.Body)
		}
		s.result.Proposals = append(s.result.Proposals, out)
	}
}

// Describe says in words what a feed is.
func (f *Found) Describe() string {
	text := fmt.Sprintf("%s, %d entries", f.Format, f.Entries)
	if f.Entries == 1 {
		text = f.Format + ", 1 entry"
	}
	if !f.Updated.IsZero() {
		text += ", the newest of " + f.Updated.Format(time.DateOnly)
	}
	return text
}
