package validator

import (
	"strings"

	"tributary/validator/value"
)

const (
	dcSpec   = "https://www.dublincore.org/specifications/dublin-core/dces/"
	rss1Mods = "https://web.resource.org/rss/1.0/modules/"
)

var dcGrammar = extensionRules{prefix: "dc", name: "Dublin Core", spec: Spec{"RSS 1.0 Modules: Dublin Core", rss1Mods + "dc/"},
	good: Example{In: "rss:item", Text: "<dc:creator>Li Wei</dc:creator>"}, unknown: "<dc:author>Li Wei</dc:author>", attrUnknown: `<dc:creator role="a">Li Wei</dc:creator>`,
}.grammar()

// dcFamily is Dublin Core, its elements and its terms.
var dcFamily = &family{
	name: "dc", rules: append(dcGrammar.rules(), dctermsGrammar.rules()...), grammar: dcGrammar,
	namespaces: []namespace{{short: "dc:", uri: "http://purl.org/dc/elements/1.1/", prefix: "dc"}},
	elements: map[string]*element{
		"dc:title": {text: plainText}, "dc:creator": {text: rssPlain}, "dc:subject": {text: rssPlain}, "dc:description": {text: plainText}, "dc:publisher": {text: rssPlain},
		"dc:contributor": {text: rssPlain}, "dc:date": {text: collapsed(w3cDate)}, "dc:type": {text: plainText}, "dc:format": {text: plainText}, "dc:identifier": {text: plainText},
		"dc:source": {text: plainText}, "dc:language": {text: languageTag}, "dc:relation": {text: plainText}, "dc:coverage": {text: plainText}, "dc:rights": {text: plainText},
	},
	in: everywhere("dc:title* dc:creator* dc:subject* dc:description* dc:publisher* dc:contributor* dc:date* dc:type* dc:format* dc:identifier* dc:source* dc:language* dc:relation* dc:coverage* dc:rights*"),
}

var dctermsGrammar = extensionRules{prefix: "dcterms", name: "the Dublin Core terms", spec: Spec{"DCMI Metadata Terms", "https://www.dublincore.org/specifications/dublin-core/dcmi-terms/"},
	good: Example{In: "rss:item", Text: "<dcterms:modified>2026-11-20</dcterms:modified>"}, unknown: "<dcterms:changed>2026-11-20</dcterms:changed>",
}.grammar()

var dctermsFamily = &family{
	name: "dcterms", grammar: dctermsGrammar,
	namespaces: []namespace{{short: "dcterms:", uri: "http://purl.org/dc/terms/", prefix: "dcterms"}},
	elements: map[string]*element{
		"dcterms:created": {text: w3cDate}, "dcterms:issued": {text: w3cDate}, "dcterms:modified": {text: w3cDate}, "dcterms:available": {text: w3cDate}, "dcterms:dateAccepted": {text: w3cDate},
		"dcterms:dateCopyrighted": {text: w3cDate}, "dcterms:dateSubmitted": {text: w3cDate}, "dcterms:valid": {anything: true, anyAttrs: true, text: ignoreText},
		"dcterms:any": {anything: true, anyAttrs: true, text: ignoreText},
	},
	in: everywhere("dcterms:created? dcterms:issued? dcterms:modified? dcterms:available? dcterms:dateAccepted? dcterms:dateCopyrighted? dcterms:dateSubmitted? dcterms:valid? " + dctermsOthers),
}

// dctermsOthers are the terms whose values have no grammar.
const dctermsOthers = "dcterms:abstract* dcterms:accessRights* dcterms:accrualMethod* dcterms:accrualPeriodicity* dcterms:accrualPolicy* dcterms:alternative* dcterms:audience* dcterms:bibliographicCitation* " +
	"dcterms:conformsTo* dcterms:contributor* dcterms:coverage* dcterms:creator* dcterms:date* dcterms:description* dcterms:educationLevel* dcterms:extent* dcterms:format* dcterms:hasFormat* dcterms:hasPart* " +
	"dcterms:hasVersion* dcterms:identifier* dcterms:instructionalMethod* dcterms:isFormatOf* dcterms:isPartOf* dcterms:isReferencedBy* dcterms:isReplacedBy* dcterms:isRequiredBy* dcterms:isVersionOf* dcterms:language* " +
	"dcterms:license* dcterms:mediator* dcterms:medium* dcterms:provenance* dcterms:publisher* dcterms:references* dcterms:relation* dcterms:replaces* dcterms:requires* dcterms:rights* dcterms:rightsHolder* " +
	"dcterms:source* dcterms:spatial* dcterms:subject* dcterms:tableOfContents* dcterms:temporal* dcterms:title* dcterms:type*"

func everywhere(children string) map[string]string {
	return map[string]string{"channel": children, "item": children, "r1:channel": children, "r1:item": children, "rss11:Channel": children, "rss11:item": children, "r1:image": children, "r1:textinput": children, "image": children, "textInput": children, "a:feed": children, "a:entry": children, "a:source": children}
}

func inItems(children string) map[string]string {
	return map[string]string{"item": children, "r1:item": children, "a:entry": children}
}

var contentGrammar = extensionRules{prefix: "content", name: "the content module", spec: Spec{"RSS 1.0 Modules: Content", rss1Mods + "content/"},
	good: Example{In: "rss:item", Text: "<description>First</description><content:encoded>&lt;p&gt;First&lt;/p&gt;</content:encoded>"}, unknown: "<content:encode>First</content:encode>",
	repeated: "<description>First</description><content:encoded>One</content:encoded><content:encoded>Two</content:encoded>",
}.grammar()

var contentFamily = &family{
	name: "content", rules: contentGrammar.rules(), grammar: contentGrammar,
	namespaces: []namespace{{short: "content:", uri: "http://purl.org/rss/1.0/modules/content/", prefix: "content"}},
	elements:   map[string]*element{"content:encoded": {html: true, text: ignoreText}, "content:items": {anything: true, anyAttrs: true}},
	in:         map[string]string{"channel": contentChildren, "item": contentChildren, "r1:channel": contentChildren, "r1:item": contentChildren},
}

const contentChildren = "content:encoded? content:items?"

var slashGrammar = extensionRules{prefix: "slash", name: "the Slash module", spec: Spec{"RSS 1.0 Modules: Slash", rss1Mods + "slash/"},
	good: Example{In: "rss:item", Text: "<slash:comments>12</slash:comments>"}, unknown: "<slash:comment>12</slash:comment>", repeated: "<slash:comments>12</slash:comments><slash:comments>13</slash:comments>",
}.grammar()

var slashFamily = &family{
	name: "slash", rules: append(slashGrammar.rules(), slashParade), grammar: slashGrammar,
	namespaces: []namespace{{short: "slash:", uri: "http://purl.org/rss/1.0/modules/slash/", prefix: "slash"}},
	elements: map[string]*element{
		"slash:comments":   {text: slashComments},
		"slash:section":    {text: plainText},
		"slash:department": {text: plainText},
		"slash:hit_parade": {text: hitParade},
	},
	in: inItems("slash:comments? slash:section? slash:department? slash:hit_parade?"),
}

var slashParade = &Rule{
	Code: "slash-hit-parade", Level: Error, W3C: "InvalidCommaSeparatedIntegers", Spec: Spec{"RSS 1.0 Modules: Slash", rss1Mods + "slash/"},
	What: "the hit parade is not a list of whole numbers", Why: "Software that draws it fails.", Mend: "Write whole numbers with commas between them: 12,10,3,0.",
	Bad: Example{In: "rss:item", Text: "<slash:hit_parade>many</slash:hit_parade>"}, Good: Example{In: "rss:item", Text: "<slash:hit_parade>12,10,3</slash:hit_parade>"},
}

func slashComments(c *checker, v val) {
	c.slash = true
	natural(c, v)
}

func hitParade(c *checker, v val) {
	for part := range strings.SplitSeq(v.s, ",") {
		if value.NonNegative(strings.TrimSpace(part)) != nil {
			c.report(slashParade, v.whole(), "%s is %q, it must be whole numbers with commas between them", v.label(), shorten(v.s))
			return
		}
	}
}

var syGrammar = extensionRules{prefix: "sy", name: "the syndication module", spec: Spec{"RSS 1.0 Modules: Syndication", rss1Mods + "syndication/"},
	good: Example{In: "rss:channel", Text: "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"}, unknown: "<sy:updateperiod>hourly</sy:updateperiod>",
	repeated: "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updatePeriod>daily</sy:updatePeriod>",
}.grammar()

var syFamily = &family{
	name: "sy", rules: append(syGrammar.rules(), syPeriod), grammar: syGrammar,
	namespaces: []namespace{{short: "sy:", uri: "http://purl.org/rss/1.0/modules/syndication/", prefix: "sy"}},
	elements: map[string]*element{
		"sy:updatePeriod":    {text: collapsed(oneOf(syPeriod, "hourly", "daily", "weekly", "monthly", "yearly"))},
		"sy:updateFrequency": {text: collapsed(positive)},
		"sy:updateBase":      {text: collapsed(w3cDate)},
	},
	in: map[string]string{"channel": "sy:updatePeriod? sy:updateFrequency? sy:updateBase?", "r1:channel": "sy:updatePeriod? sy:updateFrequency? sy:updateBase?", "a:feed": "sy:updatePeriod? sy:updateFrequency? sy:updateBase?"},
}

var syPeriod = &Rule{
	Code: "sy-update-period", Level: Error, W3C: "InvalidUpdatePeriod", Spec: Spec{"RSS 1.0 Modules: Syndication", rss1Mods + "syndication/"},
	What: "updatePeriod is not one of its five words", Why: "Aggregators choose by it how often to ask; they ignore other words.", Mend: "Write hourly, daily, weekly, monthly or yearly, in lower case.",
	Bad: Example{In: "rss:channel", Text: "<sy:updatePeriod>Hourly</sy:updatePeriod>"}, Good: Example{In: "rss:channel", Text: "<sy:updatePeriod>hourly</sy:updatePeriod>"},
}

var wfwGrammar = extensionRules{prefix: "wfw", name: "the comment API", spec: Spec{"Well-Formed Web: RSS namespace", "http://wellformedweb.org/news/wfw_namespace_elements/"},
	good: Example{In: "rss:item", Text: "<wfw:commentRss>https://example.com/1/comments.xml</wfw:commentRss>"}, unknown: "<wfw:comments>https://example.com/1</wfw:comments>",
	repeated: "<wfw:commentRss>https://example.com/1.xml</wfw:commentRss><wfw:commentRss>https://example.com/2.xml</wfw:commentRss>",
}.grammar()

var wfwFamily = &family{
	name: "wfw", rules: append(wfwGrammar.rules(), wfwCase), grammar: wfwGrammar,
	namespaces: []namespace{{short: "wfw:", uri: "http://wellformedweb.org/CommentAPI/", prefix: "wfw"}},
	elements: map[string]*element{
		"wfw:comment":    {text: rssLink},
		"wfw:commentRss": {text: rssLink},
		"wfw:commentRSS": {text: rssLink, open: func(c *checker, n *node) { c.report(wfwCase, n.open(), "") }},
	},
	in: inItems("wfw:comment? wfw:commentRss? wfw:commentRSS?"),
}

var wfwCase = &Rule{
	Code: "wfw-comment-rss-case", Level: Warning, W3C: "CommentRSS", Spec: Spec{"Well-Formed Web: RSS namespace", "http://wellformedweb.org/news/wfw_namespace_elements/"},
	What: "wfw:commentRss is written wfw:commentRSS", Why: "The older spelling was a slip of the specification; readers look for commentRss.", Mend: "Write <wfw:commentRss>.",
	Bad: Example{In: "rss:item", Text: "<wfw:commentRSS>https://example.com/1.xml</wfw:commentRSS>"}, Good: Example{In: "rss:item", Text: "<wfw:commentRss>https://example.com/1.xml</wfw:commentRss>"},
}

var smallGrammar = withRDF(extensionRules{prefix: "module", name: "the module", spec: Spec{"RSS 2.0, extending RSS", rssSpec + "#extendingRss"},
	good: Example{In: "rss:item", Text: "<creativeCommons:license>https://creativecommons.org/licenses/by/4.0/</creativeCommons:license>"}, unknown: "<creativeCommons:licence>https://creativecommons.org/licenses/by/4.0/</creativeCommons:licence>",
	attrUnknown: `<creativeCommons:license version="4">https://creativecommons.org/licenses/by/4.0/</creativeCommons:license>`, attrMissing: "-",
}.grammar())

// withRDF gives the rule for missing attributes an example, which only RSS 1.0
// can have.
func withRDF(g grammar) grammar {
	ping := func(attr string) Example {
		x := rss1Doc(rss1Link, rss1Link1+"<trackback:ping "+attr+"/>")
		x.Text = strings.Replace(x.Text, "xmlns:dc=", "xmlns:trackback=\"http://madskills.com/public/xml/rss/module/trackback/\" xmlns:dc=", 1)
		return x
	}
	g.missingAttr.Bad, g.missingAttr.Good = ping(""), ping(`rdf:resource="https://example.com/tb"`)
	return g
}

// resourceAttr is the address of what a property of RDF points at.
var resourceAttr = attrs{"rdf:resource": {required: true, check: uriAbsolute}}

// smallFamily is the modules of few elements.
var smallFamily = &family{
	name: "module", rules: smallGrammar.rules(), grammar: smallGrammar,
	namespaces: []namespace{
		{short: "creativeCommons:", uri: "http://backend.userland.com/creativeCommonsRssModule", prefix: "creativeCommons", also: []string{"http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html"}},
		{short: "trackback:", uri: "http://madskills.com/public/xml/rss/module/trackback/", prefix: "trackback"},
		{short: "mvcb:", uri: "http://webns.net/mvcb/", prefix: "admin"},
		{short: "blogChannel:", uri: "http://backend.userland.com/blogChannelModule", prefix: "blogChannel"},
		{short: "ag:", uri: "http://purl.org/rss/1.0/modules/aggregation/", prefix: "ag"},
		{short: "oldag:", uri: "http://purl.org/rss/modules/aggregation/"},
		{short: "annotate:", uri: "http://purl.org/rss/1.0/modules/annotate/", prefix: "annotate"},
		{short: "audio:", uri: "http://media.tangent.org/rss/1.0/", prefix: "audio"},
		{short: "cp:", uri: "http://my.theinfo.org/changed/1.0/rss/", prefix: "cp"},
		{short: "email:", uri: "http://purl.org/rss/1.0/modules/email/", prefix: "email"},
		{short: "l:", uri: "http://purl.org/rss/1.0/modules/link/", prefix: "l"},
		{short: "ref:", uri: "http://purl.org/rss/1.0/modules/reference/", prefix: "ref"},
		{short: "reqv:", uri: "http://purl.org/rss/1.0/modules/richequiv/", prefix: "reqv"},
		{short: "search:", uri: "http://purl.org/rss/1.0/modules/search/", prefix: "search"},
		{short: "ss:", uri: "http://purl.org/rss/1.0/modules/servicestatus/", prefix: "ss"},
		{short: "str:", uri: "http://hacks.benhammersley.com/rss/streaming/", prefix: "str"},
		{short: "taxo:", uri: "http://purl.org/rss/1.0/modules/taxonomy/", prefix: "taxo"},
		{short: "thread:", uri: "http://purl.org/rss/1.0/modules/threading/", prefix: "thr"},
		{short: "prism:", uri: "http://prismstandard.org/namespaces/1.2/basic/", prefix: "prism", also: []string{"http://prismstandard.org/namespaces/basic/2.0/"}},
		{short: "cc:", uri: "http://web.resource.org/cc/", prefix: "cc", loose: true, also: []string{"http://creativecommons.org/ns#"}},
		{short: "blink:", uri: "http://purl.org/rss/1.0/modules/blink/", prefix: "blink"},
	},
	elements: map[string]*element{
		"creativeCommons:license":     {text: rssLink},
		"cc:license":                  {anyAttrs: true, attrs: attrs{"rdf:resource": {check: uriReference}}, text: ignoreText, anything: true},
		"trackback:ping":              {text: rssLink},
		"trackback:about":             {text: rssLink},
		"r1:item/trackback:ping":      {attrs: resourceAttr},
		"r1:item/trackback:about":     {attrs: resourceAttr},
		"mvcb:generatorAgent":         {attrs: attrs{"rdf:resource": {check: uriAbsolute}}},
		"mvcb:errorReportsTo":         {attrs: attrs{"rdf:resource": {check: uriAbsolute}}},
		"blogChannel:blogRoll":        {text: rssLink},
		"blogChannel:mySubscriptions": {text: rssLink},
		"blogChannel:blink":           {text: rssLink},
		"blogChannel:changes":         {text: rssLink},
	},
	in: map[string]string{
		"channel":    "cc:license* creativeCommons:license* mvcb:generatorAgent? mvcb:errorReportsTo? blogChannel:blogRoll? blogChannel:mySubscriptions? blogChannel:blink? blogChannel:changes?",
		"r1:channel": "cc:license* creativeCommons:license* mvcb:generatorAgent? mvcb:errorReportsTo? blogChannel:blogRoll?",
		"r1:item":    "cc:license* creativeCommons:license* trackback:ping* trackback:about*",
		"item":       "cc:license* creativeCommons:license* trackback:ping* trackback:about*",
		"a:feed":     "cc:license* creativeCommons:license* mvcb:generatorAgent? mvcb:errorReportsTo?",
		"a:entry":    "cc:license* creativeCommons:license* trackback:ping* trackback:about*",
	},
}
