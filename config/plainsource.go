package config

import (
	"slices"
	"strings"
	"time"

	"tributary/feed"
)

// readRun reads plain sources, those with something unusual by way of a tree
// of their own.
func (r *roster) readRun(run run) {
	s := scanner{data: r.data, at: int(run.from)}
	for s.at < int(run.to) {
		from := s.at
		p, _ := s.source()
		src, ok := r.plainSource(&p)
		if !ok {
			r.read(r.toml.source(from, s.at))
			continue
		}
		r.sources = append(r.sources, src)
	}
}

// plainSource does what source does, for a source with nothing wrong. It
// returns false, and has reported nothing, when something may be wrong.
func (r *roster) plainSource(p *plainSource) (src Source, ok bool) {
	src = r.keyless
	url, canonical, bad := sourceURL(string(p.url), r.folder, r.reads)
	if bad != nil {
		return src, false
	}
	src.ID, src.URL = feed.SourceID(p.name), url
	if src.Kind, ok = r.plainKind(p.kind, url); !ok {
		return src, false
	}
	if src.Categories, ok = r.plainTerms(p.categories); !ok {
		return src, false
	}
	if src.Interval, ok = r.plainInterval(p.interval); !ok {
		return src, false
	}
	_, taken := r.taken.add(upstream{canonical: canonical, source: int32(len(r.sources)), at: p.urlAt})
	return src, !taken
}

func (r *roster) plainKind(text []byte, url string) (string, bool) {
	scheme, _, _ := strings.Cut(url, ":")
	if text == nil {
		return usualKind(scheme), true
	}
	kind := r.toml.word(text)
	keys := r.known.Kinds[kind]
	return kind, !keys.Needs && slices.Contains(keys.Schemes, scheme)
}

func (r *roster) plainInterval(text []byte) (time.Duration, bool) {
	if text == nil {
		return r.keyless.Interval, true
	}
	d, err := parseDuration(r.toml.word(text))
	return d, err == nil && d <= maxDuration
}

// maxLists bounds how many lists of categories are kept for sources to share.
const maxLists = 4096

// plainTerms returns the terms in a list that is written between brackets.
func (r *roster) plainTerms(list []byte) ([]string, bool) {
	if terms, ok := r.lists[string(list)]; ok {
		return terms, true
	}
	var terms []string
	for i, text := range strings.Split(string(list), `"`) {
		e := r.terms[text]
		switch {
		case i%2 == 0: // between two texts
			continue
		case e == nil || slices.Contains(terms, text):
			return nil, false
		}
		terms = append(terms, e.key)
	}
	if terms == nil {
		return nil, false
	}
	for _, term := range terms {
		r.fed[term] = true
	}
	terms = slices.Clip(terms)
	if len(r.lists) < maxLists {
		r.lists[string(list)] = terms
	}
	return terms, true
}

// withoutKeys returns what a source is that sets none of its keys.
func (r *roster) withoutKeys() Source {
	silent := *r.decoder
	silent.reporter, silent.whole = &reporter{}, false
	return silent.roster(nil).source(silent.section(&table{}, "source", "x"), &entry{key: "x"})
}
