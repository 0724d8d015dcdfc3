package validator

import (
	"slices"
	"strings"
	"sync"
)

// families are all formats and extensions, each in its file.
var families []*family

func init() {
	families = []*family{
		xmlFamily,
		nameFamily,
		valueFamily,
		htmlFamily,
		rssFamily,
		atomFamily,
		rdfFamily,
		opmlFamily,
		appFamily,
		rss11Family,
		metaFamily,
		feedSyncFamily,
		burnerFamily,
		legacyFamily,
		netFamily,
		httpFamily,
		jsonFamily,
		dcFamily,
		dctermsFamily,
		contentFamily,
		slashFamily,
		syFamily,
		wfwFamily,
		smallFamily,
		thrFamily,
		historyFamily,
		openSearchFamily,
		itunesFamily,
		podcastFamily,
		mediaFamily,
		geoFamily,
		sitemapFamily,
		newsFamily,
	}
}

// Rules returns all rules, by their codes.
func Rules() []*Rule {
	var out []*Rule
	for _, f := range families {
		out = append(out, f.rules...)
	}
	slices.SortFunc(out, func(a, b *Rule) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// Lookup returns the rule of a code, nil when there is none.
func Lookup(code string) *Rule { return byCode()[code] }

var byCode = sync.OnceValue(func() map[string]*Rule {
	out := map[string]*Rule{}
	for _, r := range Rules() {
		if out[r.Code] != nil {
			panic("validator: two rules of code " + r.Code)
		}
		out[r.Code] = r
	}
	return out
})
