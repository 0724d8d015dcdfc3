package validator

import (
	"strconv"
	"strings"
	"time"

	"tributary/validator/value"
)

const (
	sitemapNS   = "http://www.sitemaps.org/schemas/sitemap/0.9"
	sitemapSpec = "https://www.sitemaps.org/protocol.html"
	newsSpec    = "https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap"
)

// sitemap is a sitemap with this in its urlset.
func sitemap(urls string) Example {
	return Example{Text: `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">` + urls + `</urlset>`}
}

// newsItem is a sitemap of one article, with this in its news:news.
func newsItem(news string) Example {
	return sitemap(`<url><loc>https://example.com/1</loc><news:news>` + news + `</news:news></url>`)
}

const (
	goodPublication = `<news:publication><news:name>Example News</news:name><news:language>zh-cn</news:language></news:publication>`
	goodNewsDate    = `<news:publication_date>2026-11-22T08:00:00+08:00</news:publication_date>`
	goodNews        = goodPublication + goodNewsDate + `<news:title>One</news:title>`
)

var sitemapGrammar = extensionRules{prefix: "sitemap", name: "the sitemap protocol", spec: Spec{"sitemaps.org, XML tag definitions", sitemapSpec + "#xmlTagDefinitions"},
	good:     sitemap(`<url><loc>https://example.com/1</loc></url>`),
	unknown:  sitemap(`<url><loc>https://example.com/1</loc><title>One</title></url>`).Text,
	repeated: sitemap(`<url><loc>https://example.com/1</loc><loc>https://example.com/2</loc></url>`).Text,
	missing:  sitemap(`<url><lastmod>2026-11-20</lastmod></url>`).Text,
	text:     sitemap(`<url>https://example.com/1</url>`).Text,
}.grammar()

// sitemapFamily is the sitemap protocol, as far as it is about what a feed is
// about too.
var sitemapFamily = &family{
	name: "sitemap", grammar: sitemapGrammar, rules: append(sitemapGrammar.rules(), sitemapLocation, sitemapFrequency, sitemapPriority, sitemapURLs),
	namespaces: []namespace{
		{short: "sm:", uri: sitemapNS, prefix: "sitemap"},
		{short: "image:", uri: "http://www.google.com/schemas/sitemap-image/1.1", prefix: "image"},
		{short: "video:", uri: "http://www.google.com/schemas/sitemap-video/1.1", prefix: "video"},
	},
	elements: map[string]*element{
		"sm:urlset":       {children: "sm:url+", anyAttrs: true},
		"sm:url":          {children: "sm:loc! sm:lastmod? sm:changefreq? sm:priority? news:news? image:image* video:video*", record: true, open: sitemapURLStart},
		"sm:sitemapindex": {children: "sm:sitemap+", anyAttrs: true},
		"sm:sitemap":      {children: "sm:loc! sm:lastmod?", record: true, open: sitemapURLStart},
		"sm:loc":          {text: collapsed(sitemapAddress)},
		"sm:lastmod":      {text: collapsed(w3cDate)},
		"sm:changefreq":   {text: collapsed(oneOf(sitemapFrequency, "always", "hourly", "daily", "weekly", "monthly", "yearly", "never"))},
		"sm:priority":     {text: collapsed(sitemapPriorityText)},
		"image:image":     {children: "image:loc! image:caption? image:geo_location? image:title? image:license?"},
		"image:loc":       {text: collapsed(sitemapAddress)}, "image:license": {text: collapsed(sitemapAddress)},
		"image:caption": {text: ignoreText}, "image:geo_location": {text: ignoreText}, "image:title": {text: ignoreText},
		"video:video": {anything: true, anyAttrs: true},
	},
}

var newsGrammar = extensionRules{prefix: "news", name: "the news sitemap", spec: Spec{"Google, News sitemap tags", newsSpec + "#tags"},
	good:     newsItem(goodNews),
	unknown:  newsItem(goodNews + `<news:author>Li Wei</news:author>`).Text,
	repeated: newsItem(goodNews + `<news:title>Two</news:title>`).Text,
	missing:  newsItem(goodPublication + goodNewsDate).Text,
}.grammar()

// newsFamily is what Google's news sitemaps add to sitemaps.
var newsFamily = &family{
	name: "news", grammar: newsGrammar, rules: append(newsGrammar.rules(), newsBlank, newsLanguage, newsOld, newsUnused, newsMany),
	namespaces: []namespace{{short: "news:", uri: "http://www.google.com/schemas/sitemap-news/0.9", prefix: "news"}},
	elements: map[string]*element{
		"news:news":             {children: "news:publication! news:publication_date! news:title! news:access? news:genres? news:keywords? news:stock_tickers? news:geo_locations?", open: newsStart},
		"news:publication":      {children: "news:name! news:language!"},
		"news:name":             {text: newsText},
		"news:language":         {text: collapsed(newsLanguageText)},
		"news:publication_date": {text: collapsed(newsDate)},
		"news:title":            {text: newsText},
		"news:access":           {text: newsFormer}, "news:genres": {text: newsFormer}, "news:keywords": {text: newsFormer}, "news:stock_tickers": {text: newsFormer}, "news:geo_locations": {text: newsFormer},
	},
}

var (
	sitemapLocation = &Rule{
		Code: "sitemap-location-invalid", Level: Error, Spec: Spec{"sitemaps.org, loc", sitemapSpec + "#locdef"},
		What: "an address is not a whole address of the web", Why: "Search engines leave the entry out.", Mend: "Write the whole address with https://, of less than 2,048 characters, with &amp; for &.",
		Bad: sitemap(`<url><loc>/1</loc></url>`), Good: sitemap(`<url><loc>https://example.com/1</loc></url>`),
	}
	sitemapFrequency = &Rule{
		Code: "sitemap-changefreq-invalid", Level: Error, Spec: Spec{"sitemaps.org, changefreq", sitemapSpec + "#changefreqdef"},
		What: "a frequency of change is not one of the protocol's", Why: "Search engines ignore it.", Mend: "Write always, hourly, daily, weekly, monthly, yearly or never.",
		Bad: sitemap(`<url><loc>https://example.com/1</loc><changefreq>often</changefreq></url>`), Good: sitemap(`<url><loc>https://example.com/1</loc><changefreq>daily</changefreq></url>`),
	}
	sitemapPriority = &Rule{
		Code: "sitemap-priority-invalid", Level: Error, Spec: Spec{"sitemaps.org, priority", sitemapSpec + "#prioritydef"},
		What: "a priority is not a number from 0.0 to 1.0", Why: "Search engines ignore it.", Mend: "Write a number from 0.0 to 1.0, or leave it out: 0.5 is the default.",
		Bad: sitemap(`<url><loc>https://example.com/1</loc><priority>5</priority></url>`), Good: sitemap(`<url><loc>https://example.com/1</loc><priority>0.8</priority></url>`),
	}
	sitemapURLs = &Rule{
		Code: "sitemap-too-long", Level: Error, Spec: Spec{"sitemaps.org, Using Sitemap index files", sitemapSpec + "#index"},
		What: "a sitemap lists more than 50,000 addresses", Why: "Search engines refuse it, or leave out the rest.", Mend: "Split it, and list the parts in a <sitemapindex>.",
		Good: sitemap(`<url><loc>https://example.com/1</loc></url>`),
	}
	newsBlank = &Rule{
		Code: "news-text-missing", Level: Error, Spec: Spec{"Google, News sitemap tags", newsSpec + "#tags"},
		What: "a name or title is empty", Why: "Google News leaves the article out.", Mend: "Write the title as it stands on the page, and the publication's name as Google News has it.",
		Bad: newsItem(goodPublication + goodNewsDate + `<news:title/>`), Good: newsItem(goodNews),
	}
	newsLanguage = &Rule{
		Code: "news-language-invalid", Level: Error, Spec: Spec{"Google, News sitemap tags, news:language", newsSpec + "#tags"},
		What: "a publication's language is not a code of ISO 639 of two or three letters", Why: "Google News leaves the article out, or shows it to the wrong readers.", Mend: "Write en, de, fra; for Chinese zh-cn (simplified) or zh-tw (traditional).",
		Bad: newsItem(strings.Replace(goodNews, "zh-cn", "Chinese", 1)), Good: newsItem(goodNews),
	}
	newsOld = &Rule{
		Code: "news-old", Level: Info, Spec: Spec{"Google, News sitemap best practices", newsSpec + "#best-practices"},
		What: "an article is older than two days", Why: "A news sitemap is for what came in the last two days: crawlers come back for it often.", Mend: "Remove the entry, or its <news:news>.",
		Bad: newsItem(strings.Replace(goodNews, "2026-11-22", "2020-11-22", 1)), Good: newsItem(goodNews),
	}
	newsUnused = &Rule{
		Code: "news-element-unused", Level: Info, Spec: Spec{"Google, News sitemap tags", newsSpec + "#tags"},
		What: "an element is one that Google News does not read any more", Why: "It only makes the document longer.", Mend: "Remove it.",
		Bad: newsItem(goodNews + `<news:keywords>rivers</news:keywords>`), Good: newsItem(goodNews),
	}
	newsMany = &Rule{
		Code: "news-too-many", Level: Error, Spec: Spec{"Google, News sitemap best practices", newsSpec + "#best-practices"},
		What: "a news sitemap has more than 1,000 articles", Why: "Google reads the first thousand.", Mend: "Split it, and list the parts in a <sitemapindex>.",
		Good: newsItem(goodNews),
	}
)

// How much a sitemap may hold.
const (
	maxSitemapURLs = 50_000
	maxNews        = 1000
	maxLocation    = 2048 // bytes of an address, and one
)

func sitemapURLStart(c *checker, n *node) {
	if c.result.Entries++; c.result.Entries == maxSitemapURLs+1 {
		c.report(sitemapURLs, n.open(), "<%s> is number %d, a sitemap holds %d", n.name.written(), c.result.Entries, maxSitemapURLs)
	}
}

func sitemapAddress(c *checker, v val) {
	if p := value.WebURL(v.s); p != nil {
		c.problem(sitemapLocation, v, p)
	} else if len(v.s) >= maxLocation {
		c.report(sitemapLocation, v.whole(), "%s has %d characters, it must have less than %d", v.label(), len(v.s), maxLocation)
	}
}

func sitemapPriorityText(c *checker, v val) {
	if p := value.Float(v.s); p != nil {
		c.problem(sitemapPriority, v, p)
	} else if f, err := strconv.ParseFloat(v.s, 64); err != nil || f < 0 || f > 1 {
		c.report(sitemapPriority, v.whole(), "%s is %s, it must be from 0.0 to 1.0", v.label(), shorten(v.s))
	}
}

func newsStart(c *checker, n *node) {
	if c.news++; c.news == maxNews+1 {
		c.report(newsMany, n.open(), "this is article %d, a news sitemap holds %d", c.news, maxNews)
	}
}

func newsText(c *checker, v val) {
	if strings.TrimSpace(v.s) == "" {
		c.report(newsBlank, v.n.open(), "%s is empty", v.label())
	}
}

func newsLanguageText(c *checker, v val) {
	l := strings.ToLower(v.s)
	if l == "zh-cn" || l == "zh-tw" || (len(l) == 2 || len(l) == 3) && value.Language(l) == nil {
		return
	}
	c.report(newsLanguage, v.whole(), "%s is %q, expected a code of two or three letters, zh-cn or zh-tw", v.label(), shorten(v.s))
}

func newsDate(c *checker, v val) {
	t, p := value.W3CDTF(v.s)
	switch {
	case p != nil:
		c.problem(dateW3CDTF, v, p)
	case !t.IsZero() && c.now.Sub(t) > 2*24*time.Hour:
		c.report(newsOld, v.whole(), "the article is of %s, more than two days ago", v.s)
	default:
		c.plausible(v, t)
	}
}

func newsFormer(c *checker, v val) {
	c.report(newsUnused, v.n.open(), "Google News does not read %s any more", v.label())
}
