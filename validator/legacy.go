package validator

import (
	"strings"
	"time"

	"tributary/validator/value"
)

// acceptText checks the media ranges that a collection takes.
func acceptText(c *checker, v val) {
	for r := range strings.SplitSeq(v.s, ",") {
		r = strings.TrimSpace(r)
		if strings.Contains(strings.ReplaceAll(r, " ", ""), ";q=") {
			c.report(appAcceptParam, v.whole(), "the media range %q has a weight", r)
		}
		if p := value.MediaType(strings.ReplaceAll(r, "*", "x")); r != "" && p != nil {
			c.problem(mediaTypeInvalid, v, &value.Problem{Kind: p.Kind, Len: len(v.s), Text: p.Text})
		}
	}
}

const feedSyncSpec = "https://web.archive.org/web/2010/http://www.feedsync.org/spec.html"

var syncGrammar = extensionRules{prefix: "feedsync", name: "FeedSync", spec: Spec{"FeedSync 1.0", feedSyncSpec},
	good:    Example{In: "atom:entry", Text: `<sx:sync xmlns:sx="http://feedsync.org/2007/feedsync" id="item_1" updates="1"><sx:history sequence="1" when="2026-11-20T08:00:00Z" by="REO"/></sx:sync>`},
	unknown: `<sx:item xmlns:sx="http://feedsync.org/2007/feedsync"/>`, missing: `<sx:sync xmlns:sx="http://feedsync.org/2007/feedsync" id="item_1" updates="1"/>`,
	attrMissing: `<sx:sync xmlns:sx="http://feedsync.org/2007/feedsync" updates="1"><sx:history sequence="1" when="2026-11-20T08:00:00Z"/></sx:sync>`,
	repeated:    `<sx:sync xmlns:sx="http://feedsync.org/2007/feedsync" id="a" updates="1"><sx:history sequence="1" when="2026-11-20T08:00:00Z"/></sx:sync><sx:sync xmlns:sx="http://feedsync.org/2007/feedsync" id="a" updates="1"><sx:history sequence="1" when="2026-11-20T08:00:00Z"/></sx:sync>`,
}.grammar()

// feedSyncFamily is FeedSync, formerly Simple Sharing Extensions.
var feedSyncFamily = &family{
	name: "feedsync", grammar: syncGrammar, rules: append(syncGrammar.rules(), syncType, syncNSS, syncOverflow, syncSince, syncHistory, syncWhen),
	namespaces: []namespace{{short: "sx:", uri: "http://feedsync.org/2007/feedsync", prefix: "sx", also: []string{"http://www.microsoft.com/schemas/sse", "http://www.microsoft.com/schemas/rss/sse"}}},
	elements: map[string]*element{
		"sx:sharing": {children: "sx:related*", attrs: attrs{"since": {check: syncDate}, "until": {check: syncDate}, "expires": {check: syncDate}, "version": {}, "window": {check: positive}}, check: sharingEnd},
		"sx:related": {attrs: attrs{"link": {required: true, check: syncLink}, "type": {required: true, check: oneOf(syncType, "complete", "aggregated")}, "title": {check: checks(blankElement, plainText)}, "since": {check: syncDate}, "until": {check: syncDate}}},
		"sx:sync": {children: "sx:history+ sx:conflicts? sx:update?", attrs: attrs{"id": {required: true, check: nss}, "updates": {required: true, check: syncCount}, "version": {}, "deleted": {check: oneOf(mediaTrueFalse, "true", "false")},
			"noconflicts": {check: oneOf(mediaTrueFalse, "true", "false")}, "conflict": {check: oneOf(mediaTrueFalse, "true", "false")}}},
		"sx:history":   {children: "sx:update*", attrs: attrs{"sequence": {required: true, check: syncCount}, "when": {check: syncDate}, "by": {check: checks(blankElement, nss)}}, check: historyEnd},
		"sx:update":    {anyAttrs: true, anything: true},
		"sx:conflicts": {anything: true, anyAttrs: true},
	},
	in: map[string]string{"a:feed": "sx:sharing?", "channel": "sx:sharing?", "a:entry": "sx:sync?", "item": "sx:sync?"},
}

func syncRule(code, w3c, bad string, words [3]string) *Rule {
	return &Rule{Code: code, Level: Error, W3C: w3c, Spec: Spec{"FeedSync 1.0", feedSyncSpec}, What: words[0], Why: words[1], Mend: words[2],
		Bad: Example{In: "atom:entry", Text: `<sx:sync xmlns:sx="http://feedsync.org/2007/feedsync" ` + bad}, Good: syncGrammar.missing.Good}
}

var (
	syncType = &Rule{Code: "feedsync-related-type", Level: Error, W3C: "InvalidSseType", Spec: Spec{"FeedSync 1.0, related", feedSyncSpec}, What: "the type of a related feed is neither complete nor aggregated", Why: "Software cannot tell what the feed holds.", Mend: "Write complete or aggregated, in lower case.",
		Bad:  Example{In: "atom:feed", Text: `<sx:sharing xmlns:sx="http://feedsync.org/2007/feedsync"><sx:related link="https://example.com/b.xml" type="other"/></sx:sharing>`},
		Good: Example{In: "atom:feed", Text: `<sx:sharing xmlns:sx="http://feedsync.org/2007/feedsync"><sx:related link="https://example.com/b.xml" type="complete"/></sx:sharing>`}}
	syncSince = &Rule{Code: "feedsync-since-after-until", Level: Error, W3C: "SinceAfterUntil", Spec: Spec{"FeedSync 1.0, sharing", feedSyncSpec}, What: "since is later than until", Why: "The span holds nothing.", Mend: "Swap them.",
		Bad:  Example{In: "atom:feed", Text: `<sx:sharing xmlns:sx="http://feedsync.org/2007/feedsync" since="2026-11-20T08:00:00Z" until="2026-11-19T08:00:00Z"/>`},
		Good: Example{In: "atom:feed", Text: `<sx:sharing xmlns:sx="http://feedsync.org/2007/feedsync" since="2026-11-19T08:00:00Z" until="2026-11-20T08:00:00Z"/>`}}
	syncNSS = syncRule("feedsync-identifier", "InvalidNSS", `id="item 1" updates="1"><sx:history sequence="1" when="2026-11-20T08:00:00Z"/></sx:sync>`,
		[3]string{"an identifier cannot be part of a URN", "Software that makes a URN of it fails.", "Use letters, digits and the signs that RFC 2141 allows; no spaces."})
	syncOverflow = syncRule("feedsync-number-large", "IntegerOverflow", `id="a" updates="2147483648"><sx:history sequence="1" when="2026-11-20T08:00:00Z"/></sx:sync>`,
		[3]string{"a number is larger than 2147483647", "FeedSync allows no more.", "Start again from 1."})
	syncHistory = syncRule("feedsync-history-empty", "MissingByAndWhenAttrs", `id="a" updates="1"><sx:history sequence="1"/></sx:sync>`,
		[3]string{"a change says neither when it was made nor by whom", "Conflicts cannot be settled.", "Add when, by or both."})
	syncWhen = func() *Rule {
		r := syncRule("feedsync-history-when", "MissingRecommendedAttribute", `id="a" updates="1"><sx:history sequence="1" by="REO"/></sx:sync>`,
			[3]string{"a change does not say when it was made", "Conflicts are settled by the time.", "Add when."})
		r.Level = Warning
		return r
	}()
)

// blankElement reports an attribute that is empty by the rule for elements.
func blankElement(c *checker, v val) {
	if v.s == "" {
		c.report(valueBlank, v.n.named(v.attr), "%s is empty", v.label())
	}
}

func syncDate(c *checker, v val) { _, _ = c.instant(v) }

// instant reads a date of RFC 3339, and reports what is none.
func (c *checker) instant(v val) (time.Time, bool) {
	t, p := value.RFC3339(v.s)
	if p != nil {
		c.problem(date3339, v, p)
	}
	return t, p == nil
}

func syncLink(c *checker, v val) {
	if i := value.NonASCII(v.s); i >= 0 {
		c.report(uriNotASCII, v.at(i, len(v.s)-i), "%s holds letters outside ASCII", v.label())
		return
	}
	uriAbsolute(c, v)
}

// nss checks the part of a URN after its namespace (RFC 2141 §2.2).
func nss(c *checker, v val) {
	ok := v.s != ""
	for _, r := range v.s {
		ok = ok && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("()+,-.:=@;$_!*'%/?#", r))
	}
	if !ok {
		c.report(syncNSS, v.named(), "%s is %q, which cannot be part of a URN", v.label(), shorten(v.s))
	}
}

// named is the place of the value's attribute.
func (v val) named() place { return v.n.named(v.attr) }

func syncCount(c *checker, v val) {
	positive(c, v)
	if s := strings.TrimLeft(v.s, "0"); value.Positive(v.s) == nil && (len(s) > 10 || len(s) == 10 && s > "2147483647") {
		c.report(syncOverflow, v.whole(), "%s is %s, the largest number is 2147483647", v.label(), shorten(v.s))
	}
}

func sharingEnd(c *checker, n *node) {
	since, until := n.attr("since"), n.attr("until")
	switch {
	case since == nil && until == nil:
	case until == nil || since == nil:
		key := map[bool]string{true: "until", false: "since"}[until == nil]
		c.report(syncGrammar.missingAttr, n.lackingAttr(key), "<%s> has one of since and until, and lacks %s", n.name.written(), key)
	case since.value != "" && until.value != "" && (since.value > until.value):
		c.report(syncSince, n.open(), "since %q is later than until %q", since.value, until.value)
	}
}

func historyEnd(c *checker, n *node) {
	switch {
	case n.attr("when") == nil && n.attr("by") == nil:
		c.report(syncHistory, n.open(), "<%s> has neither when nor by", n.name.written())
	case n.attr("when") == nil:
		c.report(syncWhen, n.lackingAttr("when"), "<%s> does not say when", n.name.written())
	}
}

var burnerGrammar = extensionRules{prefix: "feedburner", name: "FeedBurner's extension", spec: Spec{"FeedBurner namespace", "https://developers.google.com/feedburner/feedburner_namespace_reference"},
	good: Example{In: "atom:entry", Text: "<feedburner:origLink>https://example.com/1</feedburner:origLink>"}, unknown: "<feedburner:link>https://example.com/1</feedburner:link>",
	repeated: "<feedburner:origLink>https://example.com/1</feedburner:origLink><feedburner:origLink>https://example.com/2</feedburner:origLink>",
}.grammar()

// burnerFamily is FeedBurner's extension.
var burnerFamily = &family{
	name: "feedburner", grammar: burnerGrammar, rules: append(burnerGrammar.rules(), burnerRelative),
	namespaces: []namespace{{short: "feedburner:", uri: "http://rssnamespace.org/feedburner/ext/1.0", prefix: "feedburner"}},
	elements: map[string]*element{
		"feedburner:awareness": {text: uriAbsolute}, "feedburner:origLink": {text: uriAbsolute}, "feedburner:origEnclosureLink": {text: uriAbsolute}, "feedburner:browserFriendly": {text: plainText},
		"feedburner:emailServiceId": {text: plainText}, "feedburner:feedFlare": {attrs: attrs{"href": {check: burnerURL}, "src": {check: burnerURL}}, text: plainText},
		"feedburner:feedburnerHostname": {text: uriAbsolute}, "feedburner:info": {anyAttrs: true}, "feedburner:replyCount": {text: natural},
	},
	in: everywhere("feedburner:awareness? feedburner:origLink? feedburner:origEnclosureLink? feedburner:browserFriendly? feedburner:emailServiceId? feedburner:feedFlare* feedburner:feedburnerHostname? feedburner:info? feedburner:replyCount?"),
}

var burnerRelative = &Rule{
	Code: "feedburner-url-relative", Level: Warning, W3C: "ContainsRelRef", Spec: Spec{"FeedBurner namespace", "https://developers.google.com/feedburner/feedburner_namespace_reference"},
	What: "an address of a feedFlare is relative", Why: "RSS does not say what it is relative to.", Mend: "Write it in full.",
	Bad: Example{In: "rss:channel", Text: `<feedburner:feedFlare href="/a" src="https://example.com/b">Add</feedburner:feedFlare>`}, Good: Example{In: "rss:channel", Text: `<feedburner:feedFlare href="https://example.com/a" src="https://example.com/b">Add</feedburner:feedFlare>`},
}

func burnerURL(c *checker, v val) {
	if p := value.URI(v.s); p != nil && p.Kind == value.Relative && c.result.Format == RSS2 {
		c.report(burnerRelative, v.whole(), "%s is relative: %q", v.label(), shorten(v.s))
		return
	}
	uriReference(c, v)
}

var accessGrammar = extensionRules{prefix: "access", name: "the feed access control extension", spec: Spec{"Feed Access Control 1.0", "http://www.bloglines.com/about/specs/fac-1.0"},
	good: Example{Text: `<rss version="2.0" xmlns:access="http://www.bloglines.com/about/specs/fac-1.0"><access:restriction relationship="deny"/><channel><title>T</title><link>https://example.com/</link><description>d</description></channel></rss>`}, unknown: "-", attrMissing: "-",
}.grammar()

var netGrammar = extensionRules{prefix: "conversations", name: "the Conversations Network's extension", spec: Spec{"Conversations Network RSS namespace", "http://conversationsnetwork.org/rssNamespace-1.0/"},
	good: Example{In: "rss:item", Text: `<c:ratingCount xmlns:c="http://conversationsnetwork.org/rssNamespace-1.0/">3</c:ratingCount>`}, unknown: `<c:rating xmlns:c="http://conversationsnetwork.org/rssNamespace-1.0/">3</c:rating>`,
}.grammar()

// legacyFamily is extensions that hardly anybody uses any more.
var legacyFamily = &family{
	name: "access", grammar: withAccess(accessGrammar), rules: append(accessGrammar.rules(), accessRelationship),
	namespaces: []namespace{{short: "access:", uri: "http://www.bloglines.com/about/specs/fac-1.0", prefix: "access"}},
	elements:   map[string]*element{"access:restriction": {attrs: attrs{"relationship": {required: true, check: accessWord}}, check: accessEnd}},
	in:         map[string]string{"rss": "access:restriction?", "a:feed": "access:restriction?", "item": "access:restriction?", "a:entry": "access:restriction?"},
}

// withAccess gives rules examples that stand beside the channel.
func withAccess(g grammar) grammar {
	g.unknown.Bad = Example{Text: strings.Replace(g.unknown.Good.Text, "access:restriction", "access:limit", 1)}
	g.missingAttr.Bad = Example{Text: strings.Replace(g.unknown.Good.Text, ` relationship="deny"`, "", 1)}
	return g
}

var accessRelationship = &Rule{
	Code: "access-relationship", Level: Error, W3C: "InvalidAccessRestrictionRel", Spec: Spec{"Feed Access Control 1.0", "http://www.bloglines.com/about/specs/fac-1.0"},
	What: "a restriction neither allows nor denies", Why: "Search engines take the feed for public.", Mend: "Write relationship=\"allow\" or \"deny\".",
	Bad: Example{Text: strings.Replace(accessGrammar.unknown.Good.Text, "deny", "noncommercial", 1)}, Good: accessGrammar.unknown.Good,
}

func accessWord(c *checker, v val) {
	if w := strings.ToLower(v.s); w != "allow" && w != "deny" {
		c.report(accessRelationship, v.whole(), "%s is %q, it must be allow or deny", v.label(), shorten(v.s))
	}
}

func accessEnd(c *checker, n *node) {
	if n.attr("relationship") == nil {
		c.report(accessRelationship, n.open(), "<%s> says neither allow nor deny", n.name.written())
	}
}

var netFamily = &family{
	name: "conversations", grammar: netGrammar, rules: append(netGrammar.rules(), iso8601),
	namespaces: []namespace{{short: "net:", uri: "http://conversationsnetwork.org/rssNamespace-1.0/", prefix: "conversationsNetwork"}, {short: "ev:", uri: "http://purl.org/rss/1.0/modules/event/", prefix: "ev"}, {short: "cf:", uri: "http://www.microsoft.com/schemas/rss/core/2005"}},
	elements: map[string]*element{
		"net:introMilliseconds": {text: natural}, "net:image": {text: netImage}, "net:numRatings": {text: natural}, "net:ratingCount": {text: natural}, "net:ratingAverage": {text: float}, "net:ratingIndividual": {text: positive}, "net:ratingTimestamp": {text: isoDate},
		"ev:startdate": {text: isoPlain}, "ev:enddate": {text: isoPlain}, "ev:location": {text: ignoreText}, "ev:organizer": {text: ignoreText}, "ev:type": {text: ignoreText},
	},
	in: map[string]string{"item": "net:introMilliseconds? net:image? net:numRatings? net:ratingCount? net:ratingAverage? net:ratingIndividual? net:ratingTimestamp? ev:startdate? ev:enddate? ev:location? ev:organizer? ev:type?",
		"r1:item": "ev:startdate? ev:enddate? ev:location? ev:organizer? ev:type?"},
}

var iso8601 = &Rule{
	Code: "date-iso8601-invalid", Level: Error, W3C: "InvalidISO8601DateTime", Spec: Spec{"ISO 8601", "https://www.iso.org/iso-8601-date-and-time-format.html"},
	What: "a date is not written as ISO 8601 asks", Why: "Software that reads it fails.", Mend: "Write 2026-11-20T08:00:00+08:00.",
	Bad: Example{In: "rss:item", Text: `<c:ratingTimestamp xmlns:c="http://conversationsnetwork.org/rssNamespace-1.0/">2026-11-20T08:00:00GMT</c:ratingTimestamp>`}, Good: Example{In: "rss:item", Text: `<c:ratingTimestamp xmlns:c="http://conversationsnetwork.org/rssNamespace-1.0/">2026-11-20T08:00:00Z</c:ratingTimestamp>`},
}

func isoDate(c *checker, v val) {
	if _, p := value.ISO8601(v.s); p != nil {
		c.problem(iso8601, v, p)
	}
}

// isoPlain is isoDate for events, which may lie ahead.
func isoPlain(c *checker, v val) { isoDate(c, v) }

func netImage(c *checker, v val) {
	if p := value.WebURL(strings.TrimSpace(v.s)); p != nil {
		c.problem(rssEnclosureURL, v, p)
	}
}
