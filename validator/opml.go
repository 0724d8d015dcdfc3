package validator

import (
	"strings"

	"tributary/validator/value"
)

const opmlSpec = "https://opml.org/spec2.opml"

// opmlFamily is OPML 1.0 and 2.0.
var opmlFamily = &family{
	name: "opml",
	rules: []*Rule{opmlElementUnknown, opmlElementRepeated, opmlElementMissing, opmlAttributeUnknown, opmlAttributeMissing, opmlText, opmlVersion, opmlXMLURLMissing, opmlXMLURL, opmlTitleMissing, opmlURLMissing,
		opmlTypeMissing, opmlType, opmlOutlineVersion, opmlBoolean, opmlExpansion, opmlOwnerEmail, opmlOutlineDocument, opmlNumber, opmlFeedTwice, opmlAttributeCase},
	namespaces: []namespace{{short: "opml2:", uri: "http://www.opml.org/spec2", prefix: "opml", also: []string{"http://opml.org/spec2"}}},
	grammar:    grammar{unknown: opmlElementUnknown, repeated: opmlElementRepeated, missing: opmlElementMissing, unknownAttr: opmlAttributeUnknown, missingAttr: opmlAttributeMissing, text: opmlText},
	elements: map[string]*element{
		"outlineDocument": {children: "head! body!", anyAttrs: true},
		"opml":            {children: "head! body!", attrs: attrs{"version": {required: true, check: opmlVersionCheck}}},
		"head":            {children: "title? dateCreated? dateModified? ownerName? ownerEmail? ownerId? docs? expansionState? vertScrollState? windowTop? windowLeft? windowBottom? windowRight?"},
		"body":            {children: "outline+"},
		"head/title":      {text: ignoreText},
		"outline":         {children: "outline*", anyAttrs: true, record: true, open: outlineStart, text: nil},
		"dateCreated":     {text: rssDate},
		"dateModified":    {text: rssDate},
		"ownerName":       {text: ignoreText},
		"ownerEmail":      {text: ownerEmail},
		"ownerId":         {text: uriAbsolute},
		"head/docs":       {text: uriAbsolute},
		"expansionState":  {text: expansionState},
		"vertScrollState": {text: opmlInteger(positiveOrZero)},
		"windowTop":       {text: opmlInteger(value.Integer)},
		"windowLeft":      {text: opmlInteger(value.Integer)},
		"windowBottom":    {text: opmlInteger(value.Integer)},
		"windowRight":     {text: opmlInteger(value.Integer)},
	},
}

func opmlBody(text string) Example { return Example{In: "opml:body", Text: text} }
func opmlHead(text string) Example { return Example{In: "opml:head", Text: text} }

const goodOutline = `<outline text="News" title="News" type="rss" xmlUrl="https://example.com/feed.xml"/>`

var (
	opmlElementUnknown = &Rule{
		Code: "opml-element-unknown", Level: Error, W3C: "UndefinedElement", Spec: Spec{"OPML 2.0", opmlSpec},
		What: "an element is not one of OPML, or not at this place", Why: "Readers ignore it, and the feeds in it.", Mend: "Correct its name; outlines stand within <body>.",
		Bad: opmlBody(`<feed/>` + goodOutline), Good: opmlBody(goodOutline),
	}
	opmlElementRepeated = &Rule{
		Code: "opml-element-repeated", Level: Error, W3C: "DuplicateElement", Spec: Spec{"OPML 2.0", opmlSpec},
		What: "an element is there more often than once", Why: "Readers take the first or the last, each its own.", Mend: "Keep one.",
		Bad: opmlHead("<title>One</title><title>Two</title>"), Good: opmlHead("<title>One</title>"),
	}
	opmlElementMissing = &Rule{
		Code: "opml-element-missing", Level: Error, W3C: "MissingElement", Spec: Spec{"OPML 2.0", opmlSpec},
		What: "an element lacks one that it must have", Why: "An OPML document has a head, and a body with at least one outline.", Mend: "Add it; <head/> may be empty.",
		Bad: Example{Text: `<opml version="2.0"><body>` + goodOutline + `</body></opml>`}, Good: opmlBody(goodOutline),
	}
	opmlAttributeUnknown = &Rule{
		Code: "opml-attribute-unknown", Level: Error, W3C: "UnexpectedAttribute", Spec: Spec{"OPML 2.0, subscription lists", opmlSpec + "#subscriptionLists"},
		What: "an outline of a subscription has an attribute that it does not take", Why: "Readers ignore it; xmlurl instead of xmlUrl loses the feed.", Mend: "Correct its name (names are case sensitive), or write it with the prefix of a namespace.",
		Bad: opmlBody(`<outline text="News" title="News" type="rss" xmlUrl="https://example.com/feed.xml" feed="1"/>`), Good: opmlBody(goodOutline),
	}
	opmlAttributeMissing = &Rule{
		Code: "opml-attribute-missing", Level: Error, W3C: "MissingAttribute", Spec: Spec{"OPML 2.0", opmlSpec},
		What: "opml has no version, or an outline no text", Why: "Readers show the text; the version says how to read the document.", Mend: `Add version="2.0", or text="...".`,
		Bad: opmlBody(`<outline title="News" type="rss" xmlUrl="https://example.com/feed.xml"/>`), Good: opmlBody(goodOutline),
	}
	opmlText = &Rule{
		Code: "opml-text-unexpected", Level: Error, W3C: "UnexpectedText", Spec: Spec{"OPML 2.0", opmlSpec},
		What: "text stands where only elements belong", Why: "No reader shows it.", Mend: "Put it into the text attribute of an outline.",
		Bad: opmlBody(goodOutline + "My feeds"), Good: opmlBody(goodOutline),
	}
	opmlVersion = &Rule{
		Code: "opml-version-unknown", Level: Error, W3C: "InvalidOPMLVersion", Spec: Spec{"OPML 2.0, opml", opmlSpec},
		What: "the version of OPML is not one there is", Why: "Readers may refuse it.", Mend: `Write version="2.0".`,
		Bad: Example{Text: `<opml version="3.0"><head/><body>` + goodOutline + `</body></opml>`}, Good: opmlBody(goodOutline),
	}
	opmlXMLURLMissing = &Rule{
		Code: "opml-xmlurl-missing", Level: Warning, W3C: "MissingXmlURL", Spec: Spec{"OPML 2.0, subscription lists", opmlSpec + "#subscriptionLists"},
		What: "a subscription has no xmlUrl", Why: "It cannot be subscribed to.", Mend: `Add xmlUrl="address of the feed".`,
		Bad: opmlBody(`<outline text="News" title="News" type="rss"/>`), Good: opmlBody(goodOutline),
	}
	opmlXMLURL = &Rule{
		Code: "opml-url-invalid", Level: Error, Spec: Spec{"OPML 2.0, subscription lists", opmlSpec + "#subscriptionLists"},
		What: "an address of an outline is not a full http or https address", Why: "It cannot be fetched.", Mend: "Write https://example.com/feed.xml.",
		Bad: opmlBody(`<outline text="News" title="News" type="rss" xmlUrl="feed.xml"/>`), Good: opmlBody(goodOutline),
	}
	opmlTitleMissing = &Rule{
		Code: "opml-title-missing", Level: Warning, W3C: "MissingTitleAttr", Spec: Spec{"OPML 2.0, subscription lists", opmlSpec + "#subscriptionLists"},
		What: "a subscription has no title", Why: "Some readers show the title, not the text.", Mend: "Add title with what text says.",
		Bad: opmlBody(`<outline text="News" type="rss" xmlUrl="https://example.com/feed.xml"/>`), Good: opmlBody(goodOutline),
	}
	opmlURLMissing = &Rule{
		Code: "opml-link-url-missing", Level: Warning, W3C: "MissingUrlAttr", Spec: Spec{"OPML 2.0, inclusion", opmlSpec + "#inclusion"},
		What: "an outline of type link or include has no url", Why: "It leads nowhere.", Mend: `Add url="address".`,
		Bad: opmlBody(`<outline text="More" type="link"/>`), Good: opmlBody(`<outline text="More" type="link" url="https://example.com/"/>`),
	}
	opmlTypeMissing = &Rule{
		Code: "opml-type-missing", Level: Warning, W3C: "MissingOutlineType", Spec: Spec{"OPML 2.0, outline", opmlSpec},
		What: "an outline has the attributes of a subscription and no type", Why: "Some readers take only outlines of type rss for subscriptions.", Mend: `Add type="rss".`,
		Bad: opmlBody(`<outline text="News" title="News" xmlUrl="https://example.com/feed.xml"/>`), Good: opmlBody(goodOutline),
	}
	opmlType = &Rule{
		Code: "opml-type-unknown", Level: Warning, W3C: "InvalidOutlineType", Spec: Spec{"OPML 1.0, outline", "https://opml.org/spec1.opml"},
		What: "an outline's type is not a known one", Why: "Readers do not know what to do with it.", Mend: "Write rss, link or include.",
		Bad: Example{Text: `<opml version="1.0"><head/><body><outline text="News" type="song"/></body></opml>`}, Good: opmlBody(goodOutline),
	}
	opmlOutlineVersion = &Rule{
		Code: "opml-outline-version", Level: Warning, W3C: "InvalidOutlineVersion", Spec: Spec{"OPML 2.0, subscription lists", opmlSpec + "#subscriptionLists"},
		What: "the version of a subscription is not one of its words", Why: "Readers ignore it.", Mend: "Write RSS1 for RSS 1.0, RSS for 0.91, 0.92 or 2.0, scriptingNews for that format; or leave it out.",
		Bad: opmlBody(`<outline text="News" title="News" type="rss" version="2" xmlUrl="https://example.com/feed.xml"/>`), Good: opmlBody(`<outline text="News" title="News" type="rss" version="RSS" xmlUrl="https://example.com/feed.xml"/>`),
	}
	opmlBoolean = &Rule{
		Code: "opml-boolean", Level: Error, W3C: "InvalidTrueFalse", Spec: Spec{"OPML 2.0, outline", opmlSpec},
		What: "isComment or isBreakpoint is neither true nor false", Why: "Readers take it for false.", Mend: "Write true or false.",
		Bad: opmlBody(`<outline text="News" isComment="maybe"/>`), Good: opmlBody(`<outline text="News" isComment="true"/>`),
	}
	opmlExpansion = &Rule{
		Code: "opml-expansion-state", Level: Error, W3C: "InvalidExpansionState", Spec: Spec{"OPML 2.0, head", opmlSpec},
		What: "expansionState is not a list of line numbers", Why: "Outliners cannot open what was open.", Mend: "Write whole numbers with commas between them: 1, 6, 13.",
		Bad: opmlHead("<expansionState>open</expansionState>"), Good: opmlHead("<expansionState>1, 6, 13</expansionState>"),
	}
	opmlOwnerEmail = &Rule{
		Code: "opml-owner-email", Level: Error, W3C: "InvalidContact", Spec: Spec{"OPML 2.0, head", opmlSpec},
		What: "ownerEmail is not an e-mail address", Why: "Nobody can write to it.", Mend: "Write the bare address: li@example.com.",
		Bad: opmlHead("<ownerEmail>by post</ownerEmail>"), Good: opmlHead("<ownerEmail>li@example.com</ownerEmail>"),
	}
	opmlOutlineDocument = &Rule{
		Code: "opml-outline-document", Level: Warning, W3C: "ObsoleteVersion", Spec: Spec{"OPML 2.0", opmlSpec},
		What: "the root element is outlineDocument, an early form of OPML", Why: "Readers look for <opml>.", Mend: `Write <opml version="2.0">.`,
		Bad: Example{Text: `<outlineDocument version="1.0"><head/><body>` + goodOutline + `</body></outlineDocument>`}, Good: opmlBody(goodOutline),
	}
	opmlNumber = &Rule{
		Code: "opml-number", Level: Error, W3C: "InvalidInteger", Spec: Spec{"OPML 2.0, head", opmlSpec},
		What: "a place of the window is not a whole number", Why: "Outliners open the window elsewhere.", Mend: "Write digits only.",
		Bad: opmlHead("<windowTop>top</windowTop>"), Good: opmlHead("<windowTop>61</windowTop>"),
	}
	opmlFeedTwice = &Rule{
		Code: "opml-feed-repeated", Level: Info, Spec: Spec{"OPML 2.0, subscription lists", opmlSpec + "#subscriptionLists"},
		What: "a feed is listed twice", Why: "A reader that imports the list subscribes once, or twice.", Mend: "Keep one, or use category to put it into several.",
		Bad: opmlBody(goodOutline + goodOutline), Good: opmlBody(goodOutline),
	}
	opmlAttributeCase = &Rule{
		Code: "opml-attribute-case", Level: Warning, Spec: Spec{"OPML 2.0, subscription lists", opmlSpec + "#subscriptionLists"},
		What: "an attribute differs from one of OPML only in its case", Why: "Names are case sensitive: readers do not find it.", Mend: "Write xmlUrl, htmlUrl, isComment, isBreakpoint.",
		Bad: opmlBody(`<outline text="News" htmlURL="https://example.com/"/>`), Good: opmlBody(`<outline text="News" htmlUrl="https://example.com/"/>`),
	}
)

func opmlVersionCheck(c *checker, v val) {
	switch v.s {
	case "1.0", "1.1", "2.0":
	default:
		c.report(opmlVersion, v.whole(), "OPML has no version %q: there are 1.0 and 2.0", v.s)
	}
}

// outlineAttrs are the attributes that OPML defines.
var outlineAttrs = wordSet("text type isComment isBreakpoint created category description htmlUrl language title version xmlUrl url")

// outlineStart checks an outline by its type; those of a type that is not
// known may have any attributes.
func outlineStart(c *checker, n *node) {
	c.outlineCommon(n)
	t := n.attr("type")
	switch {
	case t == nil:
		if n.attr("xmlUrl") != nil {
			c.report(opmlTypeMissing, n.lackingAttr("type"), "")
		}
	case strings.EqualFold(t.value, "rss"):
		c.subscription(n)
	case t.value == "link" || t.value == "include":
		if n.attr("url") == nil {
			c.report(opmlURLMissing, n.lackingAttr("url"), "an outline of type %s has no url", t.value)
		}
	case strings.HasPrefix(c.result.Version, "1.") && t.value != "atom":
		c.report(opmlType, val{n: n, attr: t, s: t.value}.whole(), "the type %q is not a known one", shorten(t.value))
	}
}

func (c *checker) outlineCommon(n *node) {
	if n.attr("text") == nil {
		c.report(opmlAttributeMissing, n.lackingAttr("text"), "<outline> lacks its attribute text")
	}
	for i := range n.attrs {
		a := &n.attrs[i]
		v := val{n: n, attr: a, s: a.value}
		switch a.key {
		case "isComment", "isBreakpoint":
			oneOf(opmlBoolean, "true", "false")(c, v)
		case "created":
			rssDate(c, v)
		case "url", "htmlUrl":
			if p := value.WebURL(v.s); p != nil && v.s != "" && p.Kind != value.Scheme {
				c.problem(opmlXMLURL, v, p)
			}
		default:
			for known := range outlineAttrs {
				if a.key != known && strings.EqualFold(a.key, known) {
					c.report(opmlAttributeCase, n.named(a), "%s is written %s in OPML", a.key, known)
				}
			}
		}
	}
}

// subscription checks an outline of type rss.
func (c *checker) subscription(n *node) {
	for i := range n.attrs {
		if a := &n.attrs[i]; !outlineAttrs[a.key] && !strings.Contains(a.key, ":") {
			c.report(opmlAttributeUnknown, n.named(a), "<outline> of a subscription has no attribute %s", a.key)
		}
	}
	x := n.attr("xmlUrl")
	switch {
	case x == nil:
		c.report(opmlXMLURLMissing, n.lackingAttr("xmlUrl"), "")
	default:
		c.feedURL(val{n: n, attr: x, s: x.value})
	}
	if n.attr("title") == nil {
		c.report(opmlTitleMissing, n.lackingAttr("title"), "")
	}
	if a := n.attr("version"); a != nil {
		oneOf(opmlOutlineVersion, "RSS", "RSS1", "RSS2", "scriptingNews")(c, val{n: n, attr: a, s: a.value})
	}
	if a := n.attr("language"); a != nil && a.value != "unknown" {
		languageTag(c, val{n: n, attr: a, s: a.value})
	}
}

func (c *checker) feedURL(v val) {
	if p := value.WebURL(v.s); p != nil {
		c.problem(opmlXMLURL, v, p)
		return
	}
	c.result.Entries++
	if line := c.entries.ids.again(v.s, v.n.start.Line); line > 0 {
		c.report(opmlFeedTwice, v.whole(), "the feed %q is listed on line %d already", shorten(v.s), line)
	}
}

func ownerEmail(c *checker, v val) {
	if p := value.Email(v.s); p != nil {
		c.problem(opmlOwnerEmail, v, p)
	}
}

func expansionState(c *checker, v val) {
	for part := range strings.SplitSeq(v.s, ",") {
		if part = strings.TrimSpace(part); part != "" && value.NonNegative(part) != nil {
			c.report(opmlExpansion, v.whole(), "expansionState is %q, it must be line numbers with commas between them", shorten(v.s))
			return
		}
	}
}

func positiveOrZero(s string) *value.Problem { return value.NonNegative(s) }

func opmlInteger(grammar func(string) *value.Problem) func(*checker, val) {
	return func(c *checker, v val) {
		if p := grammar(v.s); p != nil && v.s != "" {
			c.problem(opmlNumber, v, p)
		}
	}
}
