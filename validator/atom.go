package validator

const (
	rfc4287 = "https://www.rfc-editor.org/rfc/rfc4287"
	atomNS  = "http://www.w3.org/2005/Atom"
)

// atomFamily is Atom 1.0 (RFC 4287).
var atomFamily = &family{
	name: "atom",
	rules: []*Rule{
		atomElementUnknown, atomElementRepeated, atomElementMissing, atomAttributeUnknown, atomAttributeMissing, atomText,
		atomIDMissing, atomTitleMissing, atomUpdatedMissing, atomAuthorMissing, atomLinkRepeated, atomSelfMissing, atomMetadataLate, atomIDRepeated, atomIDsSame,
		atomUpdatedSame, atomContentMissing, atomAlternateMissing, atomSummaryMissing, atomSourceIncomplete, atomHrefMissing, atomRelUnknown, atomSelfType,
		atomSelfRelative, atomLinkText, atomIDForm, atomTextType, atomTypeFragment, atomDivMissing, atomExtensionOfRSS, atomNotInline, atomSrcType, atomBase64, atomNameEmail,
		atomEmail, atomEscaped,
	},
	namespaces: []namespace{{short: "a:", uri: atomNS, prefix: "atom"}},
	grammar:    grammar{unknown: atomElementUnknown, repeated: atomElementRepeated, missing: atomElementMissing, unknownAttr: atomAttributeUnknown, missingAttr: atomAttributeMissing, text: atomText},
	in: map[string]string{
		"channel":    "a:link* a:id? a:updated? a:published? a:author* a:contributor* a:category* a:icon? a:logo? a:rights? a:generator? a:title? a:subtitle? a:summary? a:content?",
		"item":       "a:link* a:id? a:updated? a:published? a:author* a:contributor* a:category* a:rights? a:title? a:summary? a:content? a:source?",
		"r1:channel": "a:link* a:id? a:updated? a:author*", "r1:item": "a:link* a:id? a:updated? a:published? a:author* a:content? a:summary?",
	},
	elements: map[string]*element{
		"a:feed": {children: atomMetadata + " a:entry*", missing: atomMissing, check: atomFeedEnd, late: atomMetadataLate},
		"a:entry": {children: "a:title! a:id! a:updated! a:published? a:summary? a:content? a:rights? a:source? a:link* a:author* a:contributor* a:category*",
			missing: atomMissing, check: atomEntryEnd, record: true, open: atomEntryStart},
		"a:source":      {children: atomOptional, check: atomSourceEnd},
		"a:author":      {children: "a:name! a:uri? a:email?"},
		"a:contributor": {children: "a:name! a:uri? a:email?"},
		"a:name":        {text: personName},
		"a:uri":         {text: uriReference},
		"a:email":       {text: atomEmailCheck},
		"a:id":          {text: atomIDCheck},
		"a:icon":        {text: uriReference},
		"a:logo":        {text: uriReference},
		"a:updated":     {text: atomDate},
		"a:published":   {text: atomDate},
		"a:link":        {attrs: atomLinkAttrs, check: atomLinkEnd, text: ignoreText},
		"a:category":    {attrs: attrs{"term": {required: true, check: termBlank}, "scheme": {check: uriAbsolute}, "label": {check: plainText}}, anything: true},
		"a:generator":   {attrs: attrs{"uri": {check: uriReference}, "version": {check: blankAttr}}, text: generatorText},
		"a:title":       {attrs: textAttrs, stray: atomElementUnknown, open: textStart, check: textEnd, text: ignoreText},
		"a:subtitle":    {attrs: textAttrs, stray: atomElementUnknown, open: textStart, check: textEnd, text: ignoreText},
		"a:rights":      {attrs: textAttrs, stray: atomElementUnknown, open: textStart, check: textEnd, text: ignoreText},
		"a:summary":     {attrs: textAttrs, stray: atomElementUnknown, open: textStart, check: textEnd, text: ignoreText},
		"a:content":     {attrs: contentAttrs, stray: atomElementUnknown, open: contentStart, check: contentEnd, text: ignoreText},
	},
}

const (
	atomOptional = "a:title? a:id? a:updated? a:subtitle? a:rights? a:icon? a:logo? a:generator? a:link* a:author* a:contributor* a:category*"
	atomMetadata = "a:title! a:id! a:updated! a:subtitle? a:rights? a:icon? a:logo? a:generator? a:link* a:author* a:contributor* a:category*"
)

var atomMissing = map[string]*Rule{"a:id": atomIDMissing, "a:title": atomTitleMissing, "a:updated": atomUpdatedMissing}

var (
	atomElementUnknown = &Rule{
		Code: "atom-element-unknown", Level: Error, W3C: "UndefinedElement", Spec: Spec{"RFC 4287 §4", rfc4287 + "#section-4"},
		What: "an element is not one of Atom, or not at this place", Why: "Readers ignore it: what it says is lost.", Mend: "Use the element that Atom has for it (<updated>, not <pubDate>), or move it to where it belongs.",
		Bad: Example{In: "atom:entry", Text: "<pubDate>2026-11-20T08:00:00Z</pubDate>"}, Good: Example{In: "atom:entry", Text: "<published>2026-11-20T08:00:00Z</published>"},
	}
	atomElementRepeated = &Rule{
		Code: "atom-element-repeated", Level: Error, W3C: "DuplicateElement", Spec: Spec{"RFC 4287 §4.1", rfc4287 + "#section-4.1"},
		What: "an element is there more often than once", Why: "Readers take the first or the last, each its own.", Mend: "Keep one.",
		Bad: Example{In: "atom:entry", Text: "<title>One</title><title>Two</title>"}, Good: Example{In: "atom:entry", Text: "<title>One</title>"},
	}
	atomElementMissing = &Rule{
		Code: "atom-element-missing", Level: Error, W3C: "MissingElement", Spec: Spec{"RFC 4287 §3.2, §4.1", rfc4287 + "#section-4.1"},
		What: "an element lacks one that it must have", Why: "Readers rely on it.", Mend: "Add it.",
		Bad: Example{In: "atom:entry", Text: "<author><email>li@example.com</email></author>"}, Good: Example{In: "atom:entry", Text: "<author><name>Li Wei</name></author>"},
	}
	atomAttributeUnknown = &Rule{
		Code: "atom-attribute-unknown", Level: Error, W3C: "UnexpectedAttribute", Spec: Spec{"RFC 4287 §2, §4", rfc4287 + "#section-4"},
		What: "an element has an attribute that Atom does not give it", Why: "Readers ignore it: what it says is lost.", Mend: "Remove it, or correct its name; names are case sensitive.",
		Bad: Example{In: "atom:entry", Text: `<summary mode="escaped">First</summary>`}, Good: Example{In: "atom:entry", Text: `<summary type="html">First</summary>`},
	}
	atomAttributeMissing = &Rule{
		Code: "atom-attribute-missing", Level: Error, W3C: "MissingAttribute", Spec: Spec{"RFC 4287 §4.2.2", rfc4287 + "#section-4.2.2"},
		What: "an element lacks an attribute that it must have", Why: "Without it the element says nothing.", Mend: "Add it.",
		Bad: Example{In: "atom:entry", Text: `<category label="Markets"/>`}, Good: Example{In: "atom:entry", Text: `<category term="markets" label="Markets"/>`},
	}
	atomText = &Rule{
		Code: "atom-text-unexpected", Level: Error, W3C: "UnexpectedText", Spec: Spec{"RFC 4287 §4.1", rfc4287 + "#section-4.1"},
		What: "text stands where only elements belong", Why: "No reader shows it.", Mend: "Move it into an element: <summary> or <content>.",
		Bad: Example{In: "atom:entry", Text: "First of all"}, Good: Example{In: "atom:entry", Text: "<summary>First of all</summary>"},
	}
	atomIDMissing = &Rule{
		Code: "atom-id-missing", Level: Error, W3C: "MissingElement", Spec: Spec{"RFC 4287 §4.1.1, §4.1.2", rfc4287 + "#section-4.2.6"},
		What: "a feed or an entry has no id", Why: "Readers know an entry again by its id: without it every change shows as a new entry, or none does.", Mend: "Add <id> with an identifier that never changes: <id>tag:example.com,2026:1</id>.",
		Bad: Example{In: "atom:entry", Text: "", Without: []string{"id"}}, Good: Example{In: "atom:entry", Text: "<id>tag:example.com,2026:1</id>"},
	}
	atomTitleMissing = &Rule{
		Code: "atom-title-missing", Level: Error, W3C: "MissingElement", Spec: Spec{"RFC 4287 §4.1.1, §4.1.2", rfc4287 + "#section-4.2.14"},
		What: "a feed or an entry has no title", Why: "Readers list entries by their titles.", Mend: "Add <title>; it may be empty where an entry truly has none.",
		Bad: Example{In: "atom:entry", Text: "", Without: []string{"title"}}, Good: Example{In: "atom:entry", Text: "<title>One</title>"},
	}
	atomUpdatedMissing = &Rule{
		Code: "atom-updated-missing", Level: Error, W3C: "MissingElement", Spec: Spec{"RFC 4287 §4.2.15", rfc4287 + "#section-4.2.15"},
		What: "a feed or an entry does not say when it was updated", Why: "Readers sort by it, and by it notice changes.", Mend: "Add <updated> with the time of the last change that matters.",
		Bad: Example{In: "atom:entry", Text: "", Without: []string{"updated"}}, Good: Example{In: "atom:entry", Text: "<updated>2026-11-20T08:00:00+08:00</updated>"},
	}
	atomAuthorMissing = &Rule{
		Code: "atom-author-missing", Level: Error, W3C: "MissingElement", Spec: Spec{"RFC 4287 §4.1.2", rfc4287 + "#section-4.1.2"},
		What: "an entry has no author, and its feed or source has none either", Why: "RFC 4287 asks for one; readers show who wrote an entry.", Mend: "Add <author><name>...</name></author> to the feed, or to each entry.",
		Bad:  Example{In: "atom:feed", Text: "<entry><title>One</title><id>tag:example.com,2026:1</id><updated>2026-11-20T08:00:00Z</updated><content>First</content></entry>", Without: []string{"author"}},
		Good: Example{In: "atom:entry", Text: "<author><name>Li Wei</name></author>"},
	}
	atomLinkRepeated = &Rule{
		Code: "atom-link-repeated", Level: Error, W3C: "DuplicateAtomLink", w3cAt: atEntries, Spec: Spec{"RFC 4287 §4.1.1, §4.1.2", rfc4287 + "#section-4.1.2"},
		What: "two links with rel=\"alternate\" have the same type and language", Why: "A reader cannot tell which one to open.", Mend: "Keep one, or give them different type or hreflang.",
		Bad: Example{In: "atom:entry", Text: `<link href="https://example.com/1"/><link href="https://example.com/2"/>`}, Good: Example{In: "atom:entry", Text: `<link href="https://example.com/1" hreflang="en"/><link href="https://example.com/2" hreflang="zh"/>`},
	}
	atomSelfMissing = &Rule{
		Code: "atom-self-missing", Level: Warning, W3C: "MissingSelf", Spec: Spec{"RFC 4287 §4.1.1", rfc4287 + "#section-4.1.1"},
		What: "the feed does not say where it is found", Why: "A reader that got it as a file cannot subscribe, and WebSub and archives need it.", Mend: `Add <link rel="self" href="address of this feed"/>.`,
		Bad: Example{In: "atom:feed", Text: "", Without: []string{"link"}}, Good: Example{In: "atom:feed", Text: `<link rel="self" href="https://example.com/atom.xml"/>`},
	}
	atomMetadataLate = &Rule{
		Code: "atom-metadata-late", Level: Error, W3C: "MisplacedMetadata", Spec: Spec{"RFC 4287 §4.1.1", rfc4287 + "#section-4.1.1"},
		What: "an element of the feed itself stands after the first entry", Why: "The grammar puts the entries last; readers that stream have passed by.", Mend: "Move it before the first <entry>.",
		Bad:  Example{In: "atom:feed", Text: "<entry><title>One</title><id>tag:example.com,2026:1</id><updated>2026-11-20T08:00:00Z</updated><content>First</content></entry><rights>Li Wei</rights>"},
		Good: Example{In: "atom:feed", Text: "<rights>Li Wei</rights><entry><title>One</title><id>tag:example.com,2026:1</id><updated>2026-11-20T08:00:00Z</updated><content>First</content></entry>"},
	}
	atomIDRepeated = &Rule{
		Code: "atom-id-repeated", Level: Warning, W3C: "DuplicateEntries", Spec: Spec{"RFC 4287 §4.1.1", rfc4287 + "#section-4.1.1"},
		What: "two entries have one id", Why: "Readers show one of them only.", Mend: "Give each entry its own id; two versions of one entry must differ in <updated>.",
		Bad:  Example{In: "atom:feed", Text: twoEntries("tag:example.com,2026:1", "2026-11-20T08:00:00Z", "tag:example.com,2026:1", "2026-11-20T09:00:00Z")},
		Good: Example{In: "atom:feed", Text: twoEntries("tag:example.com,2026:1", "2026-11-20T08:00:00Z", "tag:example.com,2026:2", "2026-11-20T09:00:00Z")},
	}
	atomIDsSame = &Rule{
		Code: "atom-ids-all-same", Level: Error, W3C: "DuplicateIds", Spec: Spec{"RFC 4287 §4.2.6", rfc4287 + "#section-4.2.6"},
		What: "all entries have one id", Why: "Readers show a single entry. It is usually a template without a variable.", Mend: "Give each entry its own id.",
	}
	atomUpdatedSame = &Rule{
		Code: "atom-updated-same", Level: Warning, W3C: "DuplicateUpdated", Spec: Spec{"RFC 4287 §4.2.15", rfc4287 + "#section-4.2.15"},
		What: "two entries were updated at the same moment", Why: "Readers that sort by it cannot tell which comes first.", Mend: "Publish the entries' true times, with seconds.",
		Bad:  Example{In: "atom:feed", Text: twoEntries("tag:example.com,2026:1", "2026-11-20T08:00:00Z", "tag:example.com,2026:2", "2026-11-20T08:00:00Z")},
		Good: Example{In: "atom:feed", Text: twoEntries("tag:example.com,2026:1", "2026-11-20T08:00:00Z", "tag:example.com,2026:2", "2026-11-20T09:00:00Z")},
	}
	atomContentMissing = &Rule{
		Code: "atom-content-missing", Level: Warning, W3C: "MissingTextualContent", Spec: Spec{"RFC 4287 §4.1.1.1", rfc4287 + "#section-4.1.1.1"},
		What: "an entry has neither content nor summary", Why: "There is nothing to read in it: many readers show an empty page.", Mend: "Add <content> or <summary>.",
		Bad: Example{In: "atom:entry", Text: "", Without: []string{"content"}}, Good: Example{In: "atom:entry", Text: "<summary>First</summary>"},
	}
	atomAlternateMissing = &Rule{
		Code: "atom-alternate-missing", Level: Error, W3C: "MissingContentOrAlternate", Spec: Spec{"RFC 4287 §4.1.2", rfc4287 + "#section-4.1.2"},
		What: "an entry has neither content nor a link with rel=\"alternate\"", Why: "There is nothing to read and nowhere to go.", Mend: "Add <content>, or <link href=\"address of the page\"/>.",
		Bad: Example{In: "atom:entry", Text: "", Without: []string{"content", "link"}}, Good: Example{In: "atom:entry", Text: `<link href="https://example.com/1"/>`, Without: []string{"content"}},
	}
	atomSummaryMissing = &Rule{
		Code: "atom-summary-missing", Level: Error, W3C: "MissingSummary", Spec: Spec{"RFC 4287 §4.1.2", rfc4287 + "#section-4.1.2"},
		What: "an entry whose content lies elsewhere, or is not text, has no summary", Why: "Readers that cannot show the content have nothing to show.", Mend: "Add <summary>.",
		Bad: Example{In: "atom:entry", Text: `<content type="audio/mpeg" src="https://example.com/1.mp3"/>`}, Good: Example{In: "atom:entry", Text: `<content type="audio/mpeg" src="https://example.com/1.mp3"/><summary>First</summary>`},
	}
	atomSourceIncomplete = &Rule{
		Code: "atom-source-incomplete", Level: Warning, W3C: "MissingSourceElement", Spec: Spec{"RFC 4287 §4.2.11", rfc4287 + "#section-4.2.11"},
		What: "a source lacks id, title or updated", Why: "Readers cannot tell which feed the entry was taken from.", Mend: "Copy these elements of the feed that the entry comes from.",
		Bad: Example{In: "atom:entry", Text: "<source><title>Other</title></source>"}, Good: Example{In: "atom:entry", Text: "<source><title>Other</title><id>tag:example.org,2026:feed</id><updated>2026-11-20T08:00:00Z</updated></source>"},
	}
	atomHrefMissing = &Rule{
		Code: "atom-link-href-missing", Level: Error, W3C: "MissingHref", Spec: Spec{"RFC 4287 §4.2.7.1", rfc4287 + "#section-4.2.7.1"},
		What: "a link has no href", Why: "It leads nowhere. In RSS the address is the element's text, in Atom an attribute.", Mend: `Write <link href="address"/>.`,
		Bad: Example{In: "atom:entry", Text: `<link rel="related"/>`}, Good: Example{In: "atom:entry", Text: `<link rel="related" href="https://example.com/2"/>`},
	}
	atomRelUnknown = &Rule{
		Code: "atom-link-rel-unregistered", Level: Warning, W3C: "UnregisteredAtomLinkRel", Spec: Spec{"RFC 4287 §4.2.7.2", rfc4287 + "#section-4.2.7.2"},
		What: "the rel of a link is not registered", Why: "Readers do not know what the link is for.", Mend: "Use a relation that IANA lists, or an address of your own as rel.",
		Bad: Example{In: "atom:entry", Text: `<link rel="permalink" href="https://example.com/2"/>`}, Good: Example{In: "atom:entry", Text: `<link rel="canonical" href="https://example.com/2"/>`},
	}
	atomSelfType = &Rule{
		Code: "atom-self-type", Level: Warning, W3C: "SelfNotAtom", Spec: Spec{"RFC 4287 §4.2.7.2", rfc4287 + "#section-4.2.7.2"},
		What: "the self link says that it is no feed", Why: "Readers that look for the feed by its type pass it by.", Mend: `Write type="application/atom+xml", or leave the type out.`,
		Bad: Example{In: "atom:feed", Text: `<link rel="self" type="text/html" href="https://example.com/atom.xml"/>`}, Good: Example{In: "atom:feed", Text: `<link rel="self" type="application/atom+xml" href="https://example.com/atom.xml"/>`},
	}
	atomSelfRelative = &Rule{
		Code: "self-relative", Level: Warning, W3C: "RelativeSelf", Spec: Spec{"RFC 4287 §4.1.1", rfc4287 + "#section-4.1.1"},
		What: "the self link is relative", Why: "It is there for those who do not know where the document came from: to them it says nothing.", Mend: "Write the address in full.",
		Bad: Example{In: "atom:feed", Text: `<link rel="self" href="atom.xml"/>`}, Good: Example{In: "atom:feed", Text: `<link rel="self" href="https://example.com/atom.xml"/>`},
	}
	atomLinkText = &Rule{
		Code: "atom-link-text", Level: Warning, W3C: "AtomLinkNotEmpty", Spec: Spec{"RFC 4287 §4.2.7", rfc4287 + "#section-4.2.7"},
		What: "a link has text in it", Why: "RFC 4287 gives it no meaning; readers ignore it.", Mend: `Write the address into href, and a name into title.`,
		Bad: Example{In: "atom:entry", Text: `<link rel="related" href="https://example.com/2">Two</link>`}, Good: Example{In: "atom:entry", Text: `<link rel="related" href="https://example.com/2" title="Two"/>`},
	}
	atomIDForm = &Rule{
		Code: "atom-id-not-normal", Level: Warning, W3C: "NonCanonicalURI", Spec: Spec{"RFC 4287 §4.2.6", rfc4287 + "#section-4.2.6"},
		What: "an id is not in normal form", Why: "Ids are compared letter by letter, but software on the way may normalise addresses: then it is another id.", Mend: "Write the normal form: scheme and host in lower case, no default port, a path.",
		Bad: Example{In: "atom:entry", Text: "<id>http://EXAMPLE.com/1</id>"}, Good: Example{In: "atom:entry", Text: "<id>http://example.com/1</id>"},
	}
	atomTextType = &Rule{
		Code: "atom-text-type", Level: Error, W3C: "InvalidTextType", Spec: Spec{"RFC 4287 §3.1.1", rfc4287 + "#section-3.1.1"},
		What: "the type of a text is not text, html or xhtml", Why: "Readers take it for plain text, or show nothing. Media types are for <content> only.", Mend: `Write type="text", "html" or "xhtml".`,
		Bad: Example{In: "atom:entry", Text: `<title type="text/html">One</title>`}, Good: Example{In: "atom:entry", Text: `<title type="html">One</title>`},
	}
	atomTypeFragment = &Rule{
		Code: "atom-type-fragment", Level: Warning, W3C: "HtmlFragment", Spec: Spec{"RFC 4287 §4.1.3.1", rfc4287 + "#section-4.1.3.1"},
		What: "a media type for whole documents is used for a piece of one", Why: "Readers expect a document with <html> and may not show a piece.", Mend: `Write type="html" or "xhtml".`,
		Bad: Example{In: "atom:entry", Text: `<content type="text/html">&lt;p&gt;First&lt;/p&gt;</content>`}, Good: Example{In: "atom:entry", Text: `<content type="html">&lt;p&gt;First&lt;/p&gt;</content>`},
	}
	atomExtensionOfRSS = &Rule{
		Code: "atom-extension-of-rss", Level: Warning, Spec: Spec{"RFC 4287 §6.1", rfc4287 + "#section-6.1"},
		What: "an element is one of an extension that is made for RSS", Why: "Atom lets it stand; readers of the extension look for it in RSS only.", Mend: "Publish an RSS feed too, or use what Atom has for it.",
		Bad: Example{In: "atom:entry", Text: "<podcast:season>1</podcast:season>"}, Good: Example{In: "rss:item", Text: "<podcast:season>1</podcast:season>"},
	}
	atomDivMissing = &Rule{
		Code: "atom-xhtml-div-missing", Level: Error, W3C: "MissingXhtmlDiv", Spec: Spec{"RFC 4287 §3.1.1.3", rfc4287 + "#section-3.1.1.3"},
		What: "XHTML content is not held by a single div", Why: "Readers take the div's content; without it they show nothing.", Mend: `Put it into <div xmlns="http://www.w3.org/1999/xhtml">.`,
		Bad: Example{In: "atom:entry", Text: `<content type="xhtml"><p xmlns="http://www.w3.org/1999/xhtml">First</p></content>`}, Good: Example{In: "atom:entry", Text: `<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>First</p></div></content>`},
	}
	atomNotInline = &Rule{
		Code: "atom-xhtml-escaped", Level: Warning, W3C: "NotInline", Spec: Spec{"RFC 4287 §3.1.1.3", rfc4287 + "#section-3.1.1.3"},
		What: "XHTML content is escaped", Why: "Readers show the tags as text.", Mend: `Write type="html" for escaped markup, or do not escape it.`,
		Bad: Example{In: "atom:entry", Text: `<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">&lt;p&gt;First&lt;/p&gt;</div></content>`}, Good: Example{In: "atom:entry", Text: `<content type="html">&lt;p&gt;First&lt;/p&gt;</content>`},
	}
	atomSrcType = &Rule{
		Code: "atom-content-src-type", Level: Warning, W3C: "MissingTypeAttr", Spec: Spec{"RFC 4287 §4.1.3.2", rfc4287 + "#section-4.1.3.2"},
		What: "content that lies elsewhere has no type", Why: "Readers have to fetch it to learn what it is.", Mend: "Add its media type.",
		Bad: Example{In: "atom:entry", Text: `<content src="https://example.com/1.mp3"/><summary>First</summary>`}, Good: Example{In: "atom:entry", Text: `<content type="audio/mpeg" src="https://example.com/1.mp3"/><summary>First</summary>`},
	}
	atomBase64 = &Rule{
		Code: "atom-content-base64", Level: Error, W3C: "NotBase64", Spec: Spec{"RFC 4287 §4.1.3.3", rfc4287 + "#section-4.1.3.3"},
		What: "content that is not text is not written in base64", Why: "Readers decode it as base64 and get nothing.", Mend: "Encode it, or link to it with src.",
		Bad: Example{In: "atom:entry", Text: `<content type="image/png">not base64!</content><summary>First</summary>`}, Good: Example{In: "atom:entry", Text: `<content type="image/png">iVBORw0KGgo=</content><summary>First</summary>`},
	}
	atomNameEmail = &Rule{
		Code: "atom-name-email", Level: Warning, W3C: "ContainsEmail", Spec: Spec{"RFC 4287 §3.2.1", rfc4287 + "#section-3.2.1"},
		What: "a name holds an e-mail address", Why: "It is shown to everybody, and harvested.", Mend: "Write the name, and the address into <email> if it is to be public.",
		Bad: Example{In: "atom:entry", Text: "<author><name>li@example.com</name></author>"}, Good: Example{In: "atom:entry", Text: "<author><name>Li Wei</name></author>"},
	}
	atomEmail = &Rule{
		Code: "atom-email-invalid", Level: Error, W3C: "InvalidAddrSpec", Spec: Spec{"RFC 4287 §3.2.3", rfc4287 + "#section-3.2.3"},
		What: "an e-mail address is not one", Why: "Nobody can write to it.", Mend: "Write the bare address: li@example.com, without a name or mailto:.",
		Bad: Example{In: "atom:entry", Text: "<author><name>Li Wei</name><email>li at example.com</email></author>"}, Good: Example{In: "atom:entry", Text: "<author><name>Li Wei</name><email>li@example.com</email></author>"},
	}
	atomEscaped = &Rule{
		Code: "atom-escaped-holds-elements", Level: Error, W3C: "NotEscaped", Spec: Spec{"RFC 4287 §3.1.1.2", rfc4287 + "#section-3.1.1.2"},
		What: "HTML that must be escaped is written as elements", Why: "Readers lose the elements.", Mend: `Escape it, or write type="xhtml" and put it into a <div>.`,
		Bad: Example{In: "atom:entry", Text: `<summary type="text/html" mode="escaped"><b>First</b></summary>`}, Good: Example{In: "atom:entry", Text: `<content type="html">&lt;b&gt;First&lt;/b&gt;</content>`},
	}
)

// twoEntries are two entries with ids and times, for examples.
func twoEntries(id1, time1, id2, time2 string) string {
	entry := func(id, at string) string {
		return "<entry><title>One</title><id>" + id + "</id><updated>" + at + "</updated><content>First</content></entry>"
	}
	return entry(id1, time1) + "\n" + entry(id2, time2)
}
