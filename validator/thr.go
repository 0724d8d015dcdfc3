package validator

const (
	rfc4685 = "https://www.rfc-editor.org/rfc/rfc4685"
	rfc5005 = "https://www.rfc-editor.org/rfc/rfc5005"
)

var thrGrammar = extensionRules{prefix: "thr", name: "Atom Threading", spec: Spec{"RFC 4685", rfc4685},
	good: Example{In: "atom:entry", Text: `<thr:in-reply-to ref="tag:example.com,2026:0" href="https://example.com/0" type="text/html"/>`}, unknown: "<thr:children>3</thr:children>",
	attrUnknown: `<thr:in-reply-to ref="tag:example.com,2026:0" id="x"/>`, attrMissing: `<thr:in-reply-to href="https://example.com/0"/>`,
}.grammar()

// thrFamily is Atom Threading (RFC 4685).
var thrFamily = &family{
	name: "thr", rules: append(thrGrammar.rules(), thrWhen), grammar: thrGrammar,
	namespaces: []namespace{{short: "thr:", uri: "http://purl.org/syndication/thread/1.0", prefix: "thr"}},
	elements: map[string]*element{
		"thr:in-reply-to": {attrs: attrs{"ref": {required: true, check: uriAbsolute}, "href": {check: uriReference}, "source": {check: uriReference}, "type": {check: mediaType}}, anything: true},
		"thr:total":       {text: natural},
	},
	in: map[string]string{"a:entry": "thr:in-reply-to* thr:total*", "a:feed": "thr:in-reply-to*", "a:source": "thr:in-reply-to*", "item": "thr:in-reply-to* thr:total*"},
}

var thrWhen = &Rule{
	Code: "thr-when", Level: Error, W3C: "NoThrWhen", Spec: Spec{"RFC 4685 §4", rfc4685 + "#section-4"},
	What: "thr:when is used, which the published extension calls thr:updated", Why: "Readers look for thr:updated.", Mend: "Write thr:updated.",
	Bad: Example{In: "atom:entry", Text: `<link rel="replies" href="https://example.com/1/comments.xml" thr:when="2026-11-20T08:00:00Z"/>`}, Good: Example{In: "atom:entry", Text: `<link rel="replies" href="https://example.com/1/comments.xml" thr:updated="2026-11-20T08:00:00Z"/>`},
}

// historyFamily is Feed Paging and Archiving (RFC 5005).
var historyFamily = &family{
	name: "fh", rules: []*Rule{fhCurrent, fhArchive, fhRelInComplete, fhCompleteSelf, fhRelInEntry, fhPastEnd},
	namespaces: []namespace{{short: "fh:", uri: "http://purl.org/syndication/history/1.0", prefix: "fh"}},
	elements:   map[string]*element{"fh:archive": {}, "fh:complete": {}, "fh:incremental": {text: ignoreText}, "fh:prev": {text: ignoreText}},
	in:         map[string]string{"a:feed": "fh:archive? fh:complete? fh:incremental? fh:prev?", "channel": "fh:archive? fh:complete? fh:incremental? fh:prev?", "a:source": "fh:archive? fh:complete?"},
}

var (
	fhCurrent = &Rule{
		Code: "fh-current-missing", Level: Warning, W3C: "MissingCurrentInArchive", w3cAt: atEntries, Spec: Spec{"RFC 5005 §4", rfc5005 + "#section-4"},
		What: "an archive document has no link with rel=\"current\"", Why: "A reader that comes upon the archive cannot find the feed to subscribe to.", Mend: `Add <link rel="current" href="address of the feed"/>.`,
		Bad: Example{In: "atom:feed", Text: `<fh:archive/><link rel="prev-archive" href="https://example.com/2025.xml"/>`}, Good: Example{In: "atom:feed", Text: `<fh:archive/><link rel="self" href="https://example.com/2026.xml"/><link rel="current" href="https://example.com/atom.xml"/><link rel="prev-archive" href="https://example.com/2025.xml"/>`},
	}
	fhArchive = &Rule{
		Code: "fh-archive-alone", Level: Warning, W3C: "ArchiveIncomplete", w3cAt: atEntries, Spec: Spec{"RFC 5005 §4", rfc5005 + "#section-4"},
		What: "an archive document has no neighbours", Why: "A reader cannot go on from it.", Mend: `Add links with rel="prev-archive" and rel="next-archive".`,
		Bad: Example{In: "atom:feed", Text: `<fh:archive/><link rel="current" href="https://example.com/atom.xml"/>`}, Good: Example{In: "atom:feed", Text: `<fh:archive/><link rel="self" href="https://example.com/2026.xml"/><link rel="current" href="https://example.com/atom.xml"/><link rel="prev-archive" href="https://example.com/2025.xml"/>`},
	}
	fhRelInComplete = &Rule{
		Code: "fh-complete-paged", Level: Error, W3C: "FeedRelInCompleteFeed", w3cAt: atEntries, Spec: Spec{"RFC 5005 §2", rfc5005 + "#section-2"},
		What: "a feed that says it is complete has links to further pages", Why: "A reader must either drop what is not in the document or fetch more: it cannot do both.", Mend: "Remove <fh:complete/>, or the links.",
		Bad: Example{In: "atom:feed", Text: `<fh:complete/><link rel="next" href="https://example.com/atom.xml?page=2"/>`}, Good: Example{In: "atom:feed", Text: `<fh:complete/><link rel="self" href="https://example.com/atom.xml"/>`},
	}
	fhCompleteSelf = &Rule{
		Code: "fh-complete-current", Level: Error, W3C: "CurrentNotSelfInCompleteFeed", w3cAt: atEntries, Spec: Spec{"RFC 5005 §2", rfc5005 + "#section-2"},
		What: "a feed that says it is complete names another document as the current one", Why: "A complete feed is the current one.", Mend: "Let rel=\"current\" be the same address as rel=\"self\", or remove it.",
		Bad: Example{In: "atom:feed", Text: `<fh:complete/><link rel="self" href="https://example.com/atom.xml"/><link rel="current" href="https://example.com/other.xml"/>`}, Good: Example{In: "atom:feed", Text: `<fh:complete/><link rel="self" href="https://example.com/atom.xml"/>`},
	}
	fhRelInEntry = &Rule{
		Code: "fh-link-in-entry", Level: Warning, W3C: "FeedHistoryRelInEntry", Spec: Spec{"RFC 5005 §3, §4", rfc5005 + "#section-3"},
		What: "an entry has a link that leads from page to page of a feed", Why: "Such relations are a feed's; readers do not look for them in entries.", Mend: "Move the link to the feed, or use rel=\"related\".",
		Bad: Example{In: "atom:entry", Text: `<link rel="next-archive" href="https://example.com/2"/>`}, Good: Example{In: "atom:entry", Text: `<link rel="related" href="https://example.com/2"/>`},
	}
	fhPastEnd = &Rule{
		Code: "fh-past-end", Level: Error, W3C: "LinkPastEnd", w3cAt: atEntries, Spec: Spec{"RFC 5005 §3", rfc5005 + "#section-3"},
		What: "the first page has a link to one before it, or the last to one after it", Why: "A reader that follows the pages does not come to an end.", Mend: "Remove the link, or correct rel=\"first\" and rel=\"last\".",
		Bad: Example{In: "atom:feed", Text: `<link rel="self" href="https://example.com/atom.xml"/><link rel="last" href="https://example.com/atom.xml"/><link rel="next" href="https://example.com/atom.xml?page=2"/>`}, Good: Example{In: "atom:feed", Text: `<link rel="self" href="https://example.com/atom.xml"/><link rel="next" href="https://example.com/atom.xml?page=2"/>`},
	}
)

// pageRels lead from page to page of a feed.
var pageRels = []string{"first", "last", "next", "previous", "prev", "next-archive", "prev-archive"}

// history checks the links of a feed's pages (RFC 5005).
func (c *checker) history(n *node) {
	links := map[string]*node{}
	for _, l := range n.all("a:link") {
		if r := rel(l); links[r] == nil {
			links[r] = l
		}
	}
	href := func(r string) string {
		if links[r] == nil {
			return ""
		}
		return links[r].value("href")
	}
	if n.child("fh:archive") != nil {
		if links["current"] == nil {
			c.report(fhCurrent, n.open(), "")
		}
		if links["next-archive"] == nil && links["prev-archive"] == nil {
			c.report(fhArchive, n.open(), "")
		}
	}
	if n.child("fh:complete") != nil {
		for _, r := range pageRels {
			if l := links[r]; l != nil {
				c.report(fhRelInComplete, l.open(), "the feed says it is complete, and has a link with rel=%q", r)
			}
		}
		if l := links["current"]; l != nil && links["self"] != nil && href("self") != href("current") {
			c.report(fhCompleteSelf, l.open(), "")
		}
	}
	self := href("self")
	for _, end := range [][2]string{{"first", "previous"}, {"first", "prev"}, {"last", "next"}} {
		if l := links[end[1]]; l != nil && self != "" && href(end[0]) == self {
			c.report(fhPastEnd, l.open(), "this is the %s page, and it has a link with rel=%q", end[0], end[1])
		}
	}
}

// pagesInEntry reports links of an entry that are a feed's.
func (c *checker) pagesInEntry(n *node) {
	for _, l := range n.all("a:link") {
		switch rel(l) {
		case "first", "last", "next", "previous", "next-archive", "prev-archive", "current":
			if l.attr("rel") != nil {
				c.report(fhRelInEntry, l.open(), "an entry has a link with rel=%q, which is a feed's", rel(l))
			}
		}
	}
}
