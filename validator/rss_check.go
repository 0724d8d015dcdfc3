package validator

import (
	"strings"

	"tributary/validator/value"
	"tributary/validator/xmltext"
)

// rssVersionCheck checks the version of RSS.
func rssVersionCheck(c *checker, v val) {
	if c.netscape && v.s != "0.91" {
		c.report(rssDoctypeVersion, v.whole(), "the DOCTYPE is that of RSS 0.91, the version %q", v.s)
	}
	switch v.s {
	case "0.91", "0.92", "0.93", "0.94", "2.0", "2.0.1":
	default:
		at := v.whole()
		if strings.HasPrefix(strings.TrimSpace(v.s), "2") {
			at = at.mending(v.replaced("2.0"))
		}
		c.report(rssVersion, at, "RSS has no version %q: there are 0.91, 0.92 and 2.0", v.s)
	}
}

// docTypeOf checks the document type of RSS 0.91.
func (e *engine) docTypeOf(d xmltext.DocType, p place) {
	e.netscape = isRSS091(d)
	if strings.Contains(d.System, "netscape.com") {
		e.report(rssDoctypeNetscape, p, "the DOCTYPE points at %q, which is gone", d.System)
	}
}

// isRSS091 reports whether a document type is that of RSS 0.91.
func isRSS091(d xmltext.DocType) bool {
	return strings.Contains(d.Public, "RSS 0.91") || strings.Contains(d.System, "rss-0.91.dtd")
}

// rssPlain checks a text that must say something, and is plain.
func rssPlain(c *checker, v val) {
	notBlank(c, v)
	plainText(c, v)
}

// rssLink checks an address that must be complete.
func rssLink(c *checker, v val) {
	if strings.TrimSpace(v.s) == "" {
		if v.n.attr("rdf:resource") != nil && c.result.Format == RSS1 {
			return // the address is the attribute's
		}
		c.report(uriRelative, v.whole(), "%s is empty, it must be an address", v.label())
		return
	}
	uriAbsolute(c, v)
}

// rssPerson checks a person: "li@example.com (Li Wei)".
func rssPerson(c *checker, v val) {
	plainText(c, v)
	p := value.Contact(v.s)
	if p == nil {
		return
	}
	r := map[value.Kind]*Rule{value.NoName: rssContactName, value.OtherForm: rssContactForm}[p.Kind]
	if r == nil {
		r = rssContact
	}
	c.problem(r, v, p)
}

func enclosureURL(c *checker, v val) {
	if p := value.WebURL(v.s); p != nil {
		c.problem(rssEnclosureURL, v, p)
	}
}

func enclosureLength(c *checker, v val) {
	switch p := value.NonNegative(v.s); {
	case p == nil:
	case strings.TrimSpace(v.s) == "-1":
		c.report(rssEnclosureUnknown, v.whole().mending(v.replaced("0")), "length is -1, write 0 when it is not known")
	default:
		c.problem(rssEnclosureLength, v, p)
	}
}

func enclosureType(c *checker, v val) {
	if p := value.MediaType(v.s); p != nil {
		c.problem(rssEnclosureType, v, p)
	}
}

func cloudPort(c *checker, v val) {
	if p := value.Positive(v.s); p != nil {
		c.problem(rssEnclosureLength, v, p)
	}
}

// guidText checks a guid, which is an address unless it says otherwise.
func guidText(c *checker, v val) {
	v = v.trimmed(c)
	permalink := v.n.attr("isPermaLink")
	if permalink != nil && permalink.value == "false" {
		if notBlank(c, v) && value.NonNegative(v.s) == nil && len(v.s) < 9 {
			c.report(rssGUIDShort, v.whole(), "the guid %q is a short number, which other sites use too", v.s)
		}
		return
	}
	fix := func() place {
		if permalink == nil {
			return v.whole().mending(after(v.n, ` isPermaLink="false"`))
		}
		return v.whole()
	}
	switch {
	case strings.HasPrefix(v.s, "tag:") || strings.HasPrefix(strings.ToLower(v.s), "urn:uuid:"):
		c.report(rssGUIDPermalink, fix(), "the guid %q is no address to open: add isPermaLink=\"false\"", shorten(v.s))
	case v.s == "":
		notBlank(c, v)
		c.report(rssGUIDURL, v.whole(), "the guid is empty, it must be an address")
	default:
		if p := value.WebURL(v.s); p != nil && !isFTP(v.s) {
			c.report(rssGUIDURL, fix(), "the guid %q is no full address: add isPermaLink=\"false\" if it is an identifier", shorten(v.s))
		}
	}
}

func isFTP(s string) bool {
	return strings.HasPrefix(strings.ToLower(s), "ftp://") && value.URI(s) == nil
}

func rssTTLCheck(c *checker, v val) {
	if p := value.Positive(v.s); p != nil {
		c.problem(rssTTL, v, p)
	}
}

func fieldName(c *checker, v val) {
	for i, r := range v.s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789-_:.", r)) {
			c.report(rssFieldName, v.at(i, len(string(r))), "<name> is %q, a form's field cannot have %q in its name there", v.s, string(r))
			return
		}
	}
	if v.s == "" {
		c.report(rssFieldName, v.whole(), "<name> is empty")
	}
}

func imageWidth(c *checker, v val)  { c.size(rssImageWidth, v, 144) }
func imageHeight(c *checker, v val) { c.size(rssImageHeight, v, 400) }

// size checks a number from 1 to most.
func (c *checker) size(r *Rule, v val, most int) {
	n := 0
	if value.Positive(v.s) == nil && len(v.s) < 9 {
		for _, d := range v.s {
			n = n*10 + int(d-'0')
		}
	}
	if n < 1 || n > most {
		c.report(r, v.whole(), "%s is %q, it must be a number from 1 to %d", v.label(), v.s, most)
	}
}

func imageFormat(c *checker, v val) {
	path, _, _ := strings.Cut(v.s, "?")
	dot := strings.LastIndexByte(path, '.')
	if dot < 0 || strings.ContainsAny(path[dot:], "/") {
		return
	}
	switch ext := strings.ToLower(path[dot+1:]); ext {
	case "gif", "jpg", "jpeg", "png":
	case "bmp", "ico", "tif", "tiff", "svg", "webp", "psd", "pdf", "avif":
		c.report(rssImageFormat, v.whole(), "the image is a %s by its name, RSS takes GIF, JPEG and PNG", strings.ToUpper(ext))
	}
}

func skipHour(c *checker, v val) {
	switch p := value.NonNegative(v.s); {
	case v.s == "24":
		c.report(rssMidnight, v.whole().mending(&Fix{What: "write 0", Start: v.whole().start.Offset, End: v.whole().end.Offset, New: "0"}), "")
	case p != nil || len(strings.TrimLeft(v.s, "0")) > 2 || strings.TrimLeft(v.s, "0") > "23" && len(strings.TrimLeft(v.s, "0")) == 2:
		c.report(rssHour, v.whole(), "<hour> is %q, it must be a number from 0 to 23", v.s)
	}
}

func skipHoursEnd(c *checker, n *node) { c.different(n, "hour", 24, rssHours) }
func skipDaysEnd(c *checker, n *node)  { c.different(n, "day", 7, rssDays) }

// different checks that children have different values, and are not too many.
func (c *checker) different(n *node, key string, most int, many *Rule) {
	found := map[string]int{}
	all := n.all(key)
	for _, k := range all {
		s := strings.TrimLeft(strings.TrimSpace(k.text.s), "0")
		if line := found[s]; line > 0 {
			c.report(rssDayRepeated, val{n: k, s: k.text.s}.whole(), "%q is named on line %d already", k.text.s, line)
			continue
		}
		found[s] = k.start.Line
	}
	if len(all) > most {
		c.report(many, n.finish(), "there are %d, at most %d make sense", len(all), most)
	}
}

func rssImageEnd(c *checker, n *node) {
	ch := n.parent
	for _, pair := range []struct {
		key  string
		rule *Rule
	}{{"title", rssImageTitle}, {"link", rssImageLink}} {
		own, theirs := n.child(pair.key), ch.child(pair.key)
		if own != nil && theirs != nil && own.text.s != theirs.text.s {
			c.report(pair.rule, val{n: own, s: own.text.s}.whole(), "the image has the %s %q, the channel %q", pair.key, shorten(own.text.s), shorten(theirs.text.s))
		}
	}
}

// channelPairs are elements of RSS and of extensions that say one thing.
var channelPairs = [][2]string{{"language", "dc:language"}, {"copyright", "dc:rights"}, {"managingEditor", "dc:creator"},
	{"webMaster", "dc:publisher"}, {"pubDate", "dc:date"}, {"lastBuildDate", "dcterms:modified"}, {"pubDate", "a:published"}, {"lastBuildDate", "a:updated"},
	{"generator", "mvcb:generatorAgent"}, {"category", "dc:subject"}, {"creativeCommons:license", "cc:license"}}

var itemPairs = [][2]string{{"author", "dc:creator"}, {"category", "dc:subject"}, {"pubDate", "dc:date"}, {"pubDate", "a:published"}, {"source", "dc:source"}, {"author", "a:author"}, {"creativeCommons:license", "cc:license"}}

func rssChannelEnd(c *checker, n *node) {
	c.twice(n, rssChannelTwice, channelPairs)
	if n.child("language") == nil && n.child("dc:language") == nil && !n.lang {
		c.report(langMissing, n.lacking("language"), "the channel does not state its language: add <language>")
	}
	if n.parent.is("rss") {
		c.rssSelf(n)
	}
	c.show(n)
	c.podcastShow(n)
	if t := n.child("textInput"); t != nil {
		c.report(rssTextInput, t.open(), "")
	}
	if c.slash && n.child("lastBuildDate") == nil {
		c.report(rssSlashDate, n.lacking("lastBuildDate"), "")
	}
}

// rssSelf reports a channel that does not say where it is.
func (c *checker) rssSelf(n *node) {
	if strings.HasPrefix(n.parent.value("version"), "0.") {
		return
	}
	for _, l := range n.all("a:link") {
		if rel(l) == "self" {
			return
		}
	}
	c.report(rssSelfMissing, n.finish(), "")
}

// twice reports what is said by two elements.
func (c *checker) twice(n *node, r *Rule, pairs [][2]string) {
	for _, p := range pairs {
		k, other := n.child(p[1]), n.child(p[0])
		if k == nil || other == nil {
			continue
		}
		if other.start.Offset > k.start.Offset {
			k, other = other, k
		}
		c.report(r, k.open(), "<%s> says what <%s> of line %d says", k.name.written(), other.name.written(), other.start.Line)
	}
}

func rssItemStart(c *checker, n *node) { c.result.Entries++ }

func rssItemEnd(c *checker, n *node) {
	c.glimpse(n, "guid", "dc:date", "pubDate")
	if n.child("title") == nil && n.child("description") == nil {
		c.report(rssItemEmpty, n.lacking("description"), "an item must have a title or a description")
	}
	guid := n.child("guid")
	switch {
	case guid == nil && c.result.Version == "2.0":
		c.report(rssGUIDMissing, n.lacking("guid"), "")
	case guid != nil && guid.text.s != "":
		if line := c.entries.ids.again(guid.text.s, guid.start.Line); line > 0 {
			c.report(rssGUIDRepeated, val{n: guid, s: guid.text.s}.whole(), "the guid %q is that of the item of line %d", shorten(guid.text.s), line)
		}
	}
	for _, e := range n.all("enclosure") {
		c.enclosed(e.value("url"), e.value("type"), e.value("length"))
	}
	if all := n.all("enclosure"); len(all) > 1 {
		for _, k := range all[1:] {
			c.report(rssEnclosureRepeated, k.open(), "")
		}
	}
	c.playable(n)
	c.priorities(n)
	c.twice(n, rssItemTwice, itemPairs)
	c.bodies(n)
}

// bodies checks the order and number of an item's bodies.
func (c *checker) bodies(n *node) {
	described := false
	for _, k := range n.children {
		switch k.name.key {
		case "description":
			described = true
		case "content:encoded":
			if !described {
				c.report(rssContentFirst, k.open(), "")
			}
		case "a:content", "a:summary", "h:body", "h:div":
			if n.child("description") != nil || k.is("h:body") {
				c.report(rssDescriptionTwice, k.open(), "<%s> is a body beside <description>", k.name.written())
			}
		}
	}
}
