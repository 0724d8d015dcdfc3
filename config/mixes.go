package config

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds of the feeds that are rendered, pushed and built like those of
// categories, though they are of none.
const (
	maxMixes       = 100
	maxMixed       = 10 // categories of a mix
	maxSourceFeeds = 1000
)

const mixesExample = `["world+technology"]`

// mixes are the values of [site] mixes, as they stand in the file.
type mixes struct {
	s      *section
	values []value
}

// read returns the terms of each mix, sorted, each mix once.
func (m mixes) read(d *decoder, c *Config) (out [][]string) {
	for _, v := range m.values {
		terms := m.terms(d, c, v)
		switch {
		case terms == nil:
		case slices.ContainsFunc(out, func(other []string) bool { return slices.Equal(other, terms) }):
			m.s.wrong("mixes", v.at, fmt.Sprintf("mixes has %q twice", shorten(v.text)), "once is enough: the order of the categories makes no difference", "")
		case len(out) == maxMixes:
			m.s.wrong("mixes", v.at, fmt.Sprintf("mixes has more than %d in it", maxMixes), "readers can ask for any other mix at /mix/TERM+TERM/, too", "")
			return out
		default:
			out = append(out, terms)
		}
	}
	return out
}

// terms returns the categories of a mix, nil when it is none.
func (m mixes) terms(d *decoder, c *Config, v value) []string {
	terms := strings.Split(v.text, "+")
	slices.Sort(terms)
	terms = slices.Compact(terms)
	expected := fmt.Sprintf("expected the terms of 2 to %d categories with + between them, such as mixes = %s", maxMixed, mixesExample)
	if len(terms) < 2 || len(terms) > maxMixed {
		m.s.wrong("mixes", v.at, fmt.Sprintf("mixes: %q is no mix of categories", shorten(v.text)), expected, "")
		return nil
	}
	var known []string
	for i := range c.Categories {
		known = append(known, c.Categories[i].Term)
	}
	for _, term := range terms {
		if !slices.Contains(known, term) && d.whole {
			m.s.wrong("mixes", v.at, fmt.Sprintf("mixes: %q names %q, which is no category", shorten(v.text), shorten(term)), listed("defined categories", known), didYouMean(term, known))
			return nil
		}
	}
	return terms
}

// checkSources bounds how many feeds of sources are rendered at each change.
func (m mixes) checkSources(c *Config) {
	n := 0
	for i := range c.Sources {
		if !c.Sources[i].Unlisted {
			n++
		}
	}
	if c.Site.SourceFeeds && n > maxSourceFeeds {
		m.s.wrong("source_feeds", m.s.valueAt("source_feeds"), fmt.Sprintf("source_feeds = true with %d sources", n),
			fmt.Sprintf("expected at most %d sources that are not unlisted; without it, readers get /source/NAME/atom.xml all the same when they ask for it", maxSourceFeeds), "")
	}
}
