package validator

import (
	"strings"
	"time"

	"tributary/validator/value"
)

const (
	rfc3986 = "https://www.rfc-editor.org/rfc/rfc3986"
	rfc3987 = "https://www.rfc-editor.org/rfc/rfc3987"
	rfc3339 = "https://www.rfc-editor.org/rfc/rfc3339"
	rssSpec = "https://www.rssboard.org/rss-specification"
	rssBest = "https://www.rssboard.org/rss-profile"
)

// valueFamily is about values that several formats have.
var valueFamily = &family{name: "value", rules: []*Rule{
	uriCharacter, uriRelative, uriInvalid, uriTag, uriURN, uriUUID, uriScheme, uriNotASCII, uriSpace, valueSpace,
	date3339, date822, date822Weekday, date822Obscure, dateImplausible, dateW3CDTF,
	valueBlank, attributeBlank, numberNonNegative, numberPositive, numberInteger, mediaTypeInvalid,
}}

var (
	uriCharacter = &Rule{
		Code: "uri-character", Level: Error, W3C: "InvalidUriChar", Spec: Spec{"RFC 3986 §2; RFC 3987 §2.2", rfc3986 + "#section-2"},
		What: "an address holds a character that no address may", Why: "Readers encode it each in its own way, or refuse the address.", Mend: "Percent-encode it: a space is %20.",
		Bad: Example{In: "rss:item", Text: "<link>https://example.com/a b</link>"}, Good: Example{In: "rss:item", Text: "<link>https://example.com/a%20b</link>"},
	}
	uriRelative = &Rule{
		Code: "uri-relative", Level: Error, W3C: "InvalidFullLink", Spec: Spec{"RFC 3986 §4.3", rfc3986 + "#section-4.3"},
		What: "an address lacks its scheme or host where it must be complete", Why: "A reader does not know where the document came from, so the address leads nowhere.", Mend: "Write it in full: https://example.com/path.",
		Bad: Example{In: "rss:item", Text: "<link>/news/1</link>"}, Good: Example{In: "rss:item", Text: "<link>https://example.com/news/1</link>"},
	}
	uriInvalid = &Rule{
		Code: "uri-invalid", Level: Error, W3C: "InvalidLink", Spec: Spec{"RFC 3986 §3", rfc3986 + "#section-3"},
		What: "an address is not written as one", Why: "Readers cannot follow it.", Mend: "Correct the part that is named: scheme, host, port, path.",
		Bad: Example{In: "atom:entry", Text: `<link rel="related" href="http://"/>`}, Good: Example{In: "atom:entry", Text: `<link rel="related" href="https://example.com/2"/>`},
	}
	uriTag = &Rule{
		Code: "uri-tag-invalid", Level: Error, W3C: "InvalidTAG", Spec: Spec{"RFC 4151 §2.1", "https://www.rfc-editor.org/rfc/rfc4151#section-2.1"},
		What: "a tag: URI is not written as one", Why: "It is not unique by the rules that make such identifiers unique.", Mend: "Write tag:, a domain or e-mail address of yours, a comma, a date at which it was yours, a colon and a name: tag:example.com,2026:1.",
		Bad: Example{In: "atom:entry", Text: "<id>tag:example.com:1</id>"}, Good: Example{In: "atom:entry", Text: "<id>tag:example.com,2026-11:1</id>"},
	}
	uriURN = &Rule{
		Code: "uri-urn-invalid", Level: Error, W3C: "InvalidURN", Spec: Spec{"RFC 8141 §2", "https://www.rfc-editor.org/rfc/rfc8141#section-2"},
		What: "a urn: URI is not written as one", Why: "Software that takes it apart fails.", Mend: "Write urn:, a registered namespace, a colon and a name: urn:isbn:9780306406157.",
		Bad: Example{In: "atom:entry", Text: "<id>urn:1</id>"}, Good: Example{In: "atom:entry", Text: "<id>urn:isbn:9780306406157</id>"},
	}
	uriUUID = &Rule{
		Code: "uri-uuid-invalid", Level: Error, W3C: "InvalidUUID", Spec: Spec{"RFC 9562 §4", "https://www.rfc-editor.org/rfc/rfc9562#section-4"},
		What: "a UUID is not written as one", Why: "It may not be unique, and databases refuse it.", Mend: "Write 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.",
		Bad: Example{In: "atom:entry", Text: "<id>urn:uuid:1225c695</id>"}, Good: Example{In: "atom:entry", Text: "<id>urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a</id>"},
	}
	uriScheme = &Rule{
		Code: "uri-scheme-unregistered", Level: Warning, W3C: "SchemeNotIANARegistered", Spec: Spec{"RFC 7595 §3", "https://www.rfc-editor.org/rfc/rfc7595#section-3"},
		What: "the scheme of an address is not registered", Why: "Readers and browsers do not know what to do with it; it is often a slip (htp:).", Mend: "Correct it, or use a registered scheme.",
		Bad: Example{In: "rss:item", Text: "<link>htp://example.com/1</link>"}, Good: Example{In: "rss:item", Text: "<link>https://example.com/1</link>"},
	}
	uriNotASCII = &Rule{
		Code: "uri-not-ascii", Level: Error, W3C: "UriNotIri", Spec: Spec{"RSS 2.0; RFC 3987 §3.1", rfc3987 + "#section-3.1"},
		What: "an address holds letters outside ASCII where the format takes only ASCII", Why: "RSS takes URIs, not IRIs: some readers break the address.", Mend: "Percent-encode them as UTF-8 (%E8%B4%A2), and write a host by its xn-- name.",
		Bad: Example{In: "rss:item", Text: "<link>https://example.com/财经</link>"}, Good: Example{In: "rss:item", Text: "<link>https://example.com/%E8%B4%A2%E7%BB%8F</link>"},
	}
	uriSpace = &Rule{
		Code: "uri-white-space", Level: Error, W3C: "UnexpectedWhitespace", Spec: Spec{"RFC 4287 §4.2.6", rfc4287 + "#section-4.2.6"},
		What: "white space stands around an address", Why: "White space is part of the value: an identifier with a space is another one, and an address with one leads nowhere.", Mend: "Remove it.",
		Bad: Example{In: "atom:entry", Text: "<id> tag:example.com,2026:1</id>"}, Good: Example{In: "atom:entry", Text: "<id>tag:example.com,2026:1</id>"},
	}
	valueSpace = &Rule{
		Code: "value-white-space", Level: Error, W3C: "UnexpectedWhitespace", Spec: Spec{"RFC 4287 §3.3", rfc4287 + "#section-3.3"},
		What: "white space stands around a value that may have none", Why: "Strict readers refuse the value.", Mend: "Remove it.",
		Bad: Example{In: "atom:entry", Text: "<updated>2026-11-20T08:00:00Z </updated>"}, Good: Example{In: "atom:entry", Text: "<updated>2026-11-20T08:00:00Z</updated>"},
	}
	date3339 = &Rule{
		Code: "date-rfc3339-invalid", Level: Error, W3C: "InvalidRFC3339Date", Spec: Spec{"RFC 4287 §3.3; RFC 3339 §5.6", rfc4287 + "#section-3.3"},
		What: "a date is not written as RFC 3339 asks", Why: "Readers that cannot read it show the time of fetching, or put the entry at the end.", Mend: "Write 2026-11-20T08:00:00+08:00: T and Z in upper case, seconds and zone always.",
		Bad: Example{In: "atom:entry", Text: "<updated>2026-11-20 08:00</updated>"}, Good: Example{In: "atom:entry", Text: "<updated>2026-11-20T08:00:00+08:00</updated>"},
	}
	date822 = &Rule{
		Code: "date-rfc822-invalid", Level: Error, W3C: "InvalidRFC2822Date", Spec: Spec{"RSS 2.0; RFC 822 §5", rssSpec},
		What: "a date is not written as RSS asks", Why: "Readers that cannot read it show the time of fetching, or put the entry at the end.", Mend: "Write Fri, 20 Nov 2026 08:00:00 +0800: English names, four digits of year, a zone.",
		Bad: Example{In: "rss:item", Text: "<pubDate>2026-11-20T08:00:00+08:00</pubDate>"}, Good: Example{In: "rss:item", Text: "<pubDate>Fri, 20 Nov 2026 08:00:00 +0800</pubDate>"},
	}
	date822Weekday = &Rule{
		Code: "date-weekday-wrong", Level: Error, W3C: "IncorrectDOW", Spec: Spec{"RFC 822 §5.2", "https://www.rfc-editor.org/rfc/rfc822#section-5.2"},
		What: "the day of the week is not that of the date", Why: "Strict readers refuse the date; one of the two is wrong.", Mend: "Correct it, or leave it out: it is optional.",
		Bad: Example{In: "rss:item", Text: "<pubDate>Mon, 20 Nov 2026 08:00:00 +0800</pubDate>"}, Good: Example{In: "rss:item", Text: "<pubDate>Fri, 20 Nov 2026 08:00:00 +0800</pubDate>"},
	}
	date822Obscure = &Rule{
		Code: "date-rfc822-obscure", Level: Warning, W3C: "ProblematicalRFC822Date", Spec: Spec{"RSS Best Practices, dates", rssBest + "#data-types-datetime"},
		What: "a date is written in a form that many readers misread", Why: "RFC 822 allows it; software reads years of two digits, rare zones and comments differently.", Mend: "Write Fri, 20 Nov 2026 08:00:00 +0800.",
		Bad: Example{In: "rss:item", Text: "<pubDate>20 Nov 26 08:00 GMT</pubDate>"}, Good: Example{In: "rss:item", Text: "<pubDate>Fri, 20 Nov 2026 08:00:00 +0800</pubDate>"},
	}
	dateImplausible = &Rule{
		Code: "date-implausible", Level: Warning, W3C: "ImplausibleDate", Spec: Spec{"RFC 4287 §4.2.9, §4.2.15", rfc4287 + "#section-4.2.9"},
		What: "a date lies in the future, or long before there were computers", Why: "An entry of the future stays on top of every list, one without a true date is hidden at its end.", Mend: "Publish the date the entry has; check the clock and the zone of what writes the feed.",
		Bad: Example{In: "atom:entry", Text: "<updated>1901-01-01T00:00:00Z</updated>"}, Good: Example{In: "atom:entry", Text: "<updated>2026-11-20T08:00:00+08:00</updated>"},
	}
	dateW3CDTF = &Rule{
		Code: "date-w3cdtf-invalid", Level: Error, W3C: "InvalidW3CDTFDate", Spec: Spec{"W3C Note Date and Time Formats", "https://www.w3.org/TR/NOTE-datetime"},
		What: "a date of Dublin Core is not written in the W3C's form", Why: "Readers that cannot read it ignore it.", Mend: "Write 2026-11-20T08:00:00+08:00, or the day alone: 2026-11-20.",
		Bad: Example{In: "rss:item", Text: "<dc:date>20 Nov 2026</dc:date>"}, Good: Example{In: "rss:item", Text: "<dc:date>2026-11-20T08:00:00+08:00</dc:date>"},
	}
	valueBlank = &Rule{
		Code: "element-blank", Level: Warning, W3C: "NotBlank", Spec: Spec{"RSS 2.0; RFC 4287", rssSpec},
		What: "an element that should say something is empty", Why: "Readers show an empty line, or the wrong thing in its place.", Mend: "Fill it, or leave the element out.",
		Bad: Example{In: "rss:item", Text: "<category/>"}, Good: Example{In: "rss:item", Text: "<category>Markets</category>"},
	}
	attributeBlank = &Rule{
		Code: "attribute-blank", Level: Warning, W3C: "AttrNotBlank", Spec: Spec{"RFC 4287 §4.2.7", rfc4287 + "#section-4.2.7"},
		What: "an attribute that should say something is empty", Why: "Readers take it for a value that means nothing.", Mend: "Fill it, or leave the attribute out.",
		Bad: Example{In: "atom:entry", Text: `<link rel="related" title="" href="https://example.com/2"/>`}, Good: Example{In: "atom:entry", Text: `<link rel="related" title="Two" href="https://example.com/2"/>`},
	}
	numberNonNegative = &Rule{
		Code: "number-not-natural", Level: Error, W3C: "InvalidNonNegativeInteger", Spec: Spec{"XML Schema, nonNegativeInteger", "https://www.w3.org/TR/xmlschema-2/#nonNegativeInteger"},
		What: "a value is not a whole number of 0 or more", Why: "Readers ignore it or fail.", Mend: "Write digits only.",
		Bad: Example{In: "atom:entry", Text: `<link rel="enclosure" length="1 MB" href="https://example.com/a.mp3"/>`}, Good: Example{In: "atom:entry", Text: `<link rel="enclosure" length="1048576" href="https://example.com/a.mp3"/>`},
	}
	numberPositive = &Rule{
		Code: "number-not-positive", Level: Error, W3C: "InvalidPositiveInteger", Spec: Spec{"XML Schema, positiveInteger", "https://www.w3.org/TR/xmlschema-2/#positiveInteger"},
		What: "a value is not a whole number of 1 or more", Why: "Readers ignore it or fail.", Mend: "Write digits only.",
		Bad: Example{In: "rss:item", Text: "<media:content url=\"https://example.com/a.jpg\" width=\"0\"/>"}, Good: Example{In: "rss:item", Text: "<media:content url=\"https://example.com/a.jpg\" width=\"640\"/>"},
	}
	numberInteger = &Rule{
		Code: "number-not-integer", Level: Error, W3C: "InvalidInteger", Spec: Spec{"XML Schema, integer", "https://www.w3.org/TR/xmlschema-2/#integer"},
		What: "a value is not a whole number", Why: "Readers ignore it or fail.", Mend: "Write digits only, without separators.",
		Bad: Example{In: "rss:item", Text: "<georss:floor>ground</georss:floor>"}, Good: Example{In: "rss:item", Text: "<georss:floor>0</georss:floor>"},
	}
	mediaTypeInvalid = &Rule{
		Code: "media-type-invalid", Level: Error, W3C: "InvalidMIMEType", Spec: Spec{"RFC 6838 §4.2", "https://www.rfc-editor.org/rfc/rfc6838#section-4.2"},
		What: "a media type is not written as one", Why: "Readers choose what to do with the content by it.", Mend: "Write type/subtype: text/html, audio/mpeg.",
		Bad: Example{In: "atom:entry", Text: `<link rel="related" type="html" href="https://example.com/2"/>`}, Good: Example{In: "atom:entry", Text: `<link rel="related" type="text/html" href="https://example.com/2"/>`},
	}
)

// uriRules are the rules for problems of addresses that do not depend on
// where they stand.
var uriRules = map[value.Kind]*Rule{
	value.Space: uriSpace, value.BadChar: uriCharacter, value.BadEscape: uriCharacter, value.Relative: uriRelative,
	value.NoHost: uriInvalid, value.BadPort: uriInvalid, value.BadHost: uriInvalid, value.Fragment: uriInvalid, value.Empty: uriInvalid,
	value.BadTag: uriTag, value.BadURN: uriURN, value.BadUUID: uriUUID, value.Scheme: uriScheme, value.Syntax: uriInvalid,
}

// problem reports a problem of a value by a rule.
func (c *checker) problem(r *Rule, v val, p *value.Problem) {
	at := v.at(p.At, max(p.Len, 0))
	if p.Want != "" && p.Want != v.s {
		at = at.mending(v.replaced(p.Want))
	}
	c.report(r, at, "%s: %s", v.label(), p.Text)
}

// uriReference checks an address that may be relative.
func uriReference(c *checker, v val) {
	v = v.trimmed(c)
	if p := value.Reference(v.s); p != nil && p.Kind != value.Empty {
		c.problem(v.uriRule(p.Kind), v, p)
		return
	}
	c.ascii(v)
}

// uriAbsolute checks an address that must be complete.
func uriAbsolute(c *checker, v val) {
	v = v.trimmed(c)
	p := value.URI(v.s)
	switch {
	case p == nil:
		c.ascii(v)
	case p.Kind == value.NoHost || p.Kind == value.Empty:
		c.problem(uriRelative, v, p)
	default:
		c.problem(v.uriRule(p.Kind), v, p)
	}
}

// uriRule is the rule for a problem of the address. White space in an
// attribute is a character like others.
func (v val) uriRule(k value.Kind) *Rule {
	if k == value.Space && v.attr != nil {
		return uriCharacter
	}
	return uriRules[k]
}

// trimmed leaves out the white space around an element's text that readers of
// RSS do without; Atom and attributes have none to spare.
func (v val) trimmed(c *checker) val {
	if v.attr != nil || c.result.Format == Atom || c.result.Format == AtomEntry {
		return v
	}
	left := strings.TrimLeft(v.s, " \t\r\n")
	v.from += len(v.s) - len(left)
	v.s = strings.TrimRight(left, " \t\r\n")
	return v
}

// collapsed checks a value without the white space around it: what the modules
// of RSS say of their values leaves it open, and WordPress writes it.
func collapsed(check func(*checker, val)) func(*checker, val) {
	return func(c *checker, v val) {
		left := strings.TrimLeft(v.s, " \t\r\n")
		v.from += len(v.s) - len(left)
		v.s = strings.TrimRight(left, " \t\r\n")
		check(c, v)
	}
}

// ascii reports letters outside ASCII in an address of RSS.
func (c *checker) ascii(v val) {
	if c.result.Format != RSS2 && c.result.Format != RSS1 {
		return
	}
	if i := value.NonASCII(v.s); i >= 0 {
		c.report(uriNotASCII, v.at(i, len(v.s)-i), "%s: %q holds letters outside ASCII, percent-encode them", v.label(), shorten(v.s))
	}
}

// languageTag checks a language.
func languageTag(c *checker, v val) {
	if p := value.Language(v.s); p != nil {
		c.problem(langInvalid, v, p)
	}
}

// mediaType checks a media type.
func mediaType(c *checker, v val) {
	if p := value.MediaType(v.s); p != nil {
		c.problem(mediaTypeInvalid, v, p)
	}
}

// atomDate checks a date construct (RFC 4287 §3.3).
func atomDate(c *checker, v val) {
	t, p := value.RFC3339(v.s)
	switch {
	case p == nil:
		c.plausible(v, t)
	case p.Kind == value.Space:
		c.problem(valueSpace, v, p)
	default:
		c.problem(date3339, v, p)
	}
}

// rssDate checks a date of RSS.
func rssDate(c *checker, v val) {
	v = v.trimmed(c)
	t, p := value.RFC822(v.s)
	switch {
	case p == nil:
		c.plausible(v, t)
	case p.Kind == value.Weekday:
		c.problem(date822Weekday, v, p)
	case p.Kind == value.Obscure || p.Kind == value.Space:
		c.problem(date822Obscure, v, p)
		if !t.IsZero() {
			c.plausible(v, t)
		}
	default:
		c.problem(date822, v, p)
	}
}

// w3cDate checks a date of Dublin Core.
func w3cDate(c *checker, v val) {
	t, p := value.W3CDTF(v.s)
	if p != nil {
		c.problem(dateW3CDTF, v, p)
		return
	}
	c.plausible(v, t)
}

func (c *checker) plausible(v val, t time.Time) {
	if !t.IsZero() && !value.Plausible(t, c.now) {
		c.report(dateImplausible, v.whole(), "%s: %q lies in the future, or too far in the past", v.label(), v.s)
	}
}

// notBlank reports a value that is empty. It returns whether it is not.
func notBlank(c *checker, v val) bool {
	if strings.TrimSpace(v.s) != "" || v.attr == nil && (v.n.text.done > 0 || v.n.strays > 0) {
		return true
	}
	if v.attr != nil {
		c.report(attributeBlank, v.n.named(v.attr), "%s is empty", v.label())
		return false
	}
	c.report(valueBlank, v.n.open(), "%s is empty", v.label())
	return false
}

// blankAttr is notBlank as the check of an attribute.
func blankAttr(c *checker, v val) { notBlank(c, v) }

func natural(c *checker, v val) { c.number(numberNonNegative, v, value.NonNegative(v.s)) }
func positive(c *checker, v val) {
	if v.attr == nil {
		notBlank(c, v)
	}
	c.number(numberPositive, v, value.Positive(v.s))
}
func integer(c *checker, v val) { c.number(numberInteger, v, value.Integer(v.s)) }

func (c *checker) number(r *Rule, v val, p *value.Problem) {
	if p != nil {
		c.problem(r, v, p)
	}
}

// oneOf checks that a value is one of a few words, by a rule.
func oneOf(r *Rule, words ...string) func(*checker, val) {
	return func(c *checker, v val) {
		for _, w := range words {
			if v.s == w {
				return
			}
		}
		at := v.whole()
		for _, w := range words {
			if strings.EqualFold(w, strings.TrimSpace(v.s)) {
				at = at.mending(v.replaced(w))
			}
		}
		c.report(r, at, "%s is %q, it must be %s", v.label(), shorten(v.s), describe(words))
	}
}

// checks runs several checks of one value.
func checks(all ...func(*checker, val)) func(*checker, val) {
	return func(c *checker, v val) {
		for _, f := range all {
			f(c, v)
		}
	}
}
