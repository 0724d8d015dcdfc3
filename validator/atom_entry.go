package validator

import (
	"hash/maphash"
	"strings"

	"tributary/validator/value"
)

// seed makes hashes of this run; what they are does not matter.
var seed = maphash.MakeSeed()

// A seen set remembers where values were first, by their hashes: 12 bytes a
// value, whatever its length.
type seen map[uint64]int32

// again adds a value and returns the line where it was before, 0 when it is
// new.
func (s *seen) again(v string, line int) int {
	if *s == nil {
		*s = seen{}
	}
	h := maphash.String(seed, v)
	if first, ok := (*s)[h]; ok {
		return int(first)
	}
	(*s)[h] = int32(line)
	return 0
}

// entryState is what is remembered of a document's entries.
type entryState struct {
	ids, times seen
}

func atomFeedEnd(c *checker, n *node) {
	c.alternates(n)
	c.history(n)
	c.selfLink(n, n.all("a:link"))
	if c.result.Entries >= 10 && len(c.entries.ids) == 1 {
		c.report(atomIDsSame, n.open(), "all %d entries have one id", c.result.Entries)
	}
}

// selfLink reports a feed of Atom that does not say where it is.
func (c *checker) selfLink(n *node, links []*node) {
	for _, l := range links {
		if rel(l) == "self" {
			return
		}
	}
	p := n.open()
	if c.doc.URL != "" {
		p = p.mending(&Fix{What: "add the self link", Start: int64(len(n.tag)) + n.start.Offset, End: int64(len(n.tag)) + n.start.Offset, New: "\n<link rel=\"self\" href=\"" + escape(c.doc.URL) + "\"/>"})
	}
	c.report(atomSelfMissing, p, "")
}

// rel returns the relation of a link, without IANA's address.
func rel(l *node) string {
	if l.attr("rel") == nil {
		return "alternate"
	}
	return strings.TrimPrefix(l.value("rel"), "http://www.iana.org/assignments/relation/")
}

// alternates reports links that a reader cannot tell apart.
func (c *checker) alternates(n *node) {
	var keys []string
	for _, l := range n.all("a:link") {
		if rel(l) != "alternate" {
			continue
		}
		key := l.value("type") + "\n" + l.value("hreflang")
		for _, k := range keys {
			if k == key {
				p := l.open()
				c.report(atomLinkRepeated, p, "a second link with rel=\"alternate\", type %q and hreflang %q: only one may have them", l.value("type"), l.value("hreflang"))
				break
			}
		}
		keys = append(keys, key)
	}
}

func atomEntryStart(c *checker, n *node) {
	c.result.Entries++
}

func atomEntryEnd(c *checker, n *node) {
	c.glimpse(n, "a:id", "a:updated", "a:published")
	c.alternates(n)
	c.pagesInEntry(n)
	c.entryContent(n)
	c.entryAuthor(n)
	for _, id := range n.all("a:id") {
		if strings.TrimSpace(id.text.s) == "" {
			continue
		}
		if line := c.entries.ids.again(id.text.s, id.start.Line); line > 0 {
			c.report(atomIDRepeated, val{n: id, s: id.text.s}.whole(), "the id %q is that of the entry of line %d", shorten(id.text.s), line)
		}
	}
	for _, at := range n.all("a:updated") {
		if strings.TrimSpace(at.text.s) == "" {
			continue
		}
		if line := c.entries.times.again(at.text.s, at.start.Line); line > 0 {
			c.report(atomUpdatedSame, val{n: at, s: at.text.s}.whole(), "the entry of line %d was updated at the same moment", line)
		}
	}
}

// entryContent checks that there is something to read (RFC 4287 §4.1.2).
func (c *checker) entryContent(n *node) {
	content, summary := n.child("a:content"), n.child("a:summary")
	if content == nil && summary == nil {
		c.report(atomContentMissing, n.lacking("summary"), "")
	}
	if content == nil {
		for _, l := range n.all("a:link") {
			if rel(l) == "alternate" {
				return
			}
		}
		c.report(atomAlternateMissing, n.lacking("content"), "")
		return
	}
	if summary == nil && (content.attr("src") != nil || isBinary(content.value("type")) && !isTextual(content.value("type"))) {
		c.report(atomSummaryMissing, n.lacking("summary"), "")
	}
}

// entryAuthor reports an entry without an author (RFC 4287 §4.1.2).
func (c *checker) entryAuthor(n *node) {
	if n.child("a:author") != nil {
		return
	}
	if n.parent != nil && n.parent.child("a:author") != nil {
		return
	}
	if s := n.child("a:source"); s != nil && s.child("a:author") != nil {
		return
	}
	c.report(atomAuthorMissing, n.lacking("author"), "")
}

func atomSourceEnd(c *checker, n *node) {
	for _, key := range []string{"a:id", "a:title", "a:updated"} {
		if n.child(key) == nil {
			c.report(atomSourceIncomplete, n.lacking(key), "<source> lacks its element <%s>", local(key))
		}
	}
}

func personName(c *checker, v val) {
	notBlank(c, v)
	if at := strings.IndexByte(v.s, '@'); at > 0 && looksLikeEmail(v.s) {
		c.report(atomNameEmail, v.whole(), "the name %q holds an e-mail address", shorten(v.s))
	}
	plainText(c, v)
}

// looksLikeEmail reports whether a word of s is an e-mail address.
func looksLikeEmail(s string) bool {
	for w := range strings.FieldsSeq(s) {
		if at := strings.IndexByte(w, '@'); at > 0 && strings.Contains(w[at:], ".") && value.Email(strings.Trim(w, "<>()[],;\"'")) == nil {
			return true
		}
	}
	return false
}

func atomEmailCheck(c *checker, v val) {
	if p := value.Email(v.s); p != nil {
		c.problem(atomEmail, v, p)
	}
}

func atomIDCheck(c *checker, v val) {
	if v.n.parent.is("a:source") && strings.TrimSpace(v.s) == "" {
		return
	}
	notBlank(c, v)
	p := value.URI(v.s)
	if p == nil || p.Kind == value.Scheme {
		if want := value.Canonical(v.s); want != v.s {
			c.report(atomIDForm, v.whole(), "the id %q is not in normal form, which is %q", shorten(v.s), shorten(want))
		}
	}
	uriAbsolute(c, v)
}

func termBlank(c *checker, v val) {
	if v.s == "" {
		c.report(valueBlank, v.n.named(v.attr), "%s is empty", v.label())
	}
}

func generatorText(c *checker, v val) {
	notBlank(c, v)
	plainText(c, v)
}

// atomLinkAttrs are those of a link (RFC 4287 §4.2.7).
var atomLinkAttrs = attrs{
	"href": {required: true, missing: atomHrefMissing, check: uriReference}, "rel": {check: linkRel}, "type": {check: mediaType},
	"hreflang": {check: languageTag}, "title": {check: checks(blankAttr, plainText)}, "length": {check: natural},
}

// relations are those that IANA lists and that feeds are known to use.
var relations = wordSet(`about acl alternate amphtml appendix apple-touch-icon apple-touch-startup-image archives author blocked-by bookmark canonical
	chapter cite-as collection contents convertedfrom copyright create-form current describedby describes disclosure dns-prefetch duplicate
	edit edit-form edit-media enclosure external first glossary help hosts hub icon index item last latest-version license linkset me
	memento monitor monitor-group next next-archive nofollow noopener noreferrer opener original payment pingback preconnect
	predecessor-version prefetch preload prerender prev prev-archive preview previous privacy-policy profile publication related
	replies restconf rulinput search section self service service-desc service-doc service-meta sponsored start status stylesheet
	subsection successor-version sunset tag terms-of-service timegate timemap type ugc up version-history via webmention working-copy
	working-copy-of http://www.iana.org/assignments/relation/self`)

func wordSet(list string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		out[w] = true
	}
	return out
}

func linkRel(c *checker, v val) {
	notBlank(c, v)
	r := strings.TrimPrefix(v.s, "http://www.iana.org/assignments/relation/")
	if !relations[r] && !strings.Contains(v.s, ":") {
		c.report(atomRelUnknown, v.whole(), "rel=%q is neither registered with IANA nor an address", v.s)
	}
}

func atomLinkEnd(c *checker, n *node) {
	if strings.TrimSpace(n.text.s) != "" {
		c.report(atomLinkText, val{n: n, s: n.text.s}.whole(), "<%s> has text in it: %q", n.name.written(), shorten(strings.TrimSpace(n.text.s)))
	}
	c.linked(n)
	if rel(n) != "self" || n.parent.is("a:source") {
		return
	}
	if t := n.attr("type"); t != nil && !feedType(t.value) {
		c.report(atomSelfType, val{n: n, attr: t, s: t.value}.whole(), "the self link has type %q, which is not that of a feed", t.value)
	}
	if h := n.attr("href"); h != nil && c.self == "" && n.parent.is("a:feed", "channel", "r1:channel") {
		c.self, c.selfAt = h.value, val{n: n, attr: h, s: h.value}.whole()
	}
	if h := n.attr("href"); h != nil && value.URI(h.value) != nil && (value.URI(h.value).Kind == value.Relative || h.value == "") && !n.base {
		c.report(atomSelfRelative, val{n: n, attr: h, s: h.value}.whole(), "the self link %q is relative", shorten(h.value))
	}
}

// feedType reports whether a media type is that of a feed.
func feedType(t string) bool {
	t, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(t)), ";")
	return strings.HasSuffix(t, "+xml") || t == "application/xml" || t == "text/xml" || strings.HasSuffix(t, "/feed+json")
}
