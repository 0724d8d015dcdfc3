package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A channel is one of the upstream's feeds.
type channel struct {
	name      string // in paths, and of its source
	file      string // last part of its path
	mediaType string
	category  string
	title     string
	about     string
	authors   []string
	zone      *time.Location
	grammar   *grammar
	render    func(p *page) ([]byte, error)
	flaky     bool
}

func (c *channel) path() string { return "/" + c.name + "/" + c.file }

var beijing = time.FixedZone("CST", 8*60*60)

var channels = []channel{
	{
		name: "caijing", file: "rss.xml", mediaType: "application/rss+xml", category: "caijing",
		title: "江河财经", about: "江河市财经新闻，内容均为虚构", authors: []string{"江河财经"},
		zone: beijing, grammar: &finance, render: gb18030("caijing.xml"),
	},
	{
		name: "kettle", file: "atom.xml", mediaType: "application/atom+xml; charset=utf-8", category: "technology",
		title: "The Copper Kettle", about: "Engineering notes from a small workshop",
		authors: []string{"Ines Calder", "Tomas Brandt", "Wei Lan"},
		zone:    time.FixedZone("", 60*60), grammar: &engineering, render: xmlTemplate("kettle.xml"),
	},
	{
		name: "lantern", file: "feed.json", mediaType: "application/feed+json", category: "technology",
		title: "Lantern Bits", about: "Short notes on data and how it is kept",
		authors: []string{"Ruth Okoro"}, zone: time.UTC, grammar: &data, render: jsonFeed,
	},
	{
		name: "tidewater", file: "podcast.xml", mediaType: "application/rss+xml; charset=utf-8", category: "harbour",
		title: "Tidewater Voices", about: "Five minutes with somebody who works by the water",
		authors: []string{"Mara Lindqvist"}, zone: time.FixedZone("", -4*60*60), grammar: &voices, render: xmlTemplate("tidewater.xml"),
	},
	{
		name: "harbour", file: "rss.xml", mediaType: "application/rss+xml; charset=utf-8", category: "harbour",
		title: "The Harbour Bell", about: "Town news, from a server that has seen better days",
		authors: []string{"The Harbour Bell"}, zone: time.FixedZone("", -4*60*60), grammar: &town, render: xmlTemplate("harbour.xml"),
		flaky: true,
	},
}

// An entry is one entry of a channel.
type entry struct {
	Number     int
	Title      string
	Paragraphs []string
	Author     string
	Topic      string
	Published  time.Time
	URL        string
}

// HTML returns the entry's text as HTML.
func (e entry) HTML() string {
	var b strings.Builder
	for _, p := range e.Paragraphs {
		fmt.Fprintf(&b, "<p>%s</p>\n", escape(p))
	}
	return b.String()
}

const (
	initial = 12 // entries of a channel at the start
	window  = 30 // entries that a feed lists
)

// A schedule says how many entries the channel at index has.
type schedule struct {
	start time.Time
	every time.Duration
	index int
}

// count returns how many entries have been published until now.
func (s schedule) count(now time.Time) int {
	ticks := int(now.Sub(s.start) / s.every) // new entries of all channels together
	return initial + max(0, (ticks-s.index-1+len(channels))/len(channels))
}

// published returns when entry n was, or will be.
func (s schedule) published(n int) time.Time {
	if n < initial {
		return s.start.Add(-time.Duration(initial-n)*47*time.Minute - time.Duration(s.index)*7*time.Minute).Truncate(time.Second)
	}
	return s.start.Add(time.Duration((n-initial)*len(channels)+s.index+1) * s.every)
}

// entry returns entry n; its words follow from the seed alone.
func (c *channel) entry(seed uint64, base string, s schedule, n int) entry {
	r := rand.New(rand.NewPCG(seed, uint64(s.index)<<32|uint64(n))) //nolint:gosec // no secret hangs on it
	e := entry{
		Number:    n,
		Author:    c.authors[r.IntN(len(c.authors))],
		Published: s.published(n).In(c.zone),
		URL:       fmt.Sprintf("%s/%s/%d.html", base, c.name, n),
	}
	e.Title, e.Topic, e.Paragraphs = c.grammar.compose(r)
	return e
}

// A page is what a channel's document is made from.
type page struct {
	*channel
	Base    string
	Updated time.Time
	Entries []entry // newest first
}

// The template's names of a channel's fields.
func (p *page) Title() string { return p.title }
func (p *page) About() string { return p.about }
func (p *page) Name() string  { return p.name }
func (p *page) Path() string  { return p.path() }

// page returns the channel as it is at that time.
func (c *channel) page(seed uint64, base string, s schedule, now time.Time) *page {
	p := &page{channel: c, Base: base}
	count := s.count(now)
	for n := count - 1; n >= max(0, count-window); n-- {
		p.Entries = append(p.Entries, c.entry(seed, base, s, n))
	}
	p.Updated = p.Entries[0].Published
	return p
}
