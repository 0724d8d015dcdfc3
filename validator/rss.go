package validator

// rssFamily is RSS 0.91 to 2.0, the specification and the RSS Advisory
// Board's best practices.
var rssFamily = &family{
	name: "rss",
	rules: []*Rule{
		rssElementUnknown, rssElementRepeated, rssElementMissing, rssAttributeUnknown, rssAttributeMissing, rssExtensionAttribute, rssText,
		rssTitleMissing, rssLinkMissing, rssDescriptionMissing, rssVersion, rssDoctypeVersion, rssDoctypeNetscape,
		rssItemEmpty, rssGUIDMissing, rssGUIDRepeated, rssGUIDBoolean, rssGUIDPermalink, rssGUIDURL, rssGUIDShort, rssEnclosureRepeated, rssEnclosureURL,
		rssEnclosureLength, rssEnclosureUnknown, rssEnclosureType, rssSelfMissing, rssItemLate, rssContact, rssContactForm, rssContactName,
		rssChannelTwice, rssItemTwice, rssDescriptionTwice, rssContentFirst, rssTextInput, rssFieldName, rssImageWidth, rssImageHeight, rssImageTitle, rssImageLink, rssImageFormat,
		rssDay, rssDays, rssHour, rssHours, rssMidnight, rssDayRepeated, rssXHTML, rssTTL, rssSlashDate, rssBlink,
	},
	grammar: grammar{unknown: rssElementUnknown, repeated: rssElementRepeated, missing: rssElementMissing, unknownAttr: rssAttributeUnknown,
		missingAttr: rssAttributeMissing, extensionAttr: rssExtensionAttribute, text: rssText},
	elements: map[string]*element{
		"rss": {children: "channel!", attrs: attrs{"version": {required: true, check: rssVersionCheck}}, anyAttrs: true, text: nil},
		"channel": {children: "title! link! description! language? copyright? managingEditor? webMaster? pubDate? lastBuildDate? category* generator? docs? cloud? ttl? image? rating? textInput? skipHours? skipDays? item*",
			missing: rssMissing, late: rssItemLate, check: rssChannelEnd, anyAttrs: true},
		"item": {children: "title? link? description? author? category* comments? enclosure* guid? pubDate? source? h:body* h:div*",
			check: rssItemEnd, open: rssItemStart, record: true, anyAttrs: true},
		"image":            {children: "url! title! link! width? height? description?", missing: rssMissing, check: rssImageEnd},
		"textInput":        {children: "title! description! name! link!", missing: rssMissing},
		"skipHours":        {children: "hour+", check: skipHoursEnd},
		"skipDays":         {children: "day+", check: skipDaysEnd},
		"hour":             {text: skipHour},
		"day":              {text: oneOf(rssDay, "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")},
		"url":              {text: checks(rssLink, imageFormat)},
		"title":            {text: rssPlain},
		"item/title":       {text: rssPlain},
		"link":             {text: rssLink},
		"description":      {text: plainText},
		"item/description": {html: true, text: ignoreText},
		"language":         {text: languageTag},
		"copyright":        {text: rssPlain},
		"managingEditor":   {text: rssPerson},
		"webMaster":        {text: rssPerson},
		"author":           {text: rssPerson},
		"pubDate":          {text: rssDate},
		"lastBuildDate":    {text: rssDate},
		"category":         {attrs: attrs{"domain": {}}, text: rssPlain},
		"generator":        {text: rssPlain},
		"docs":             {text: rssLink},
		"comments":         {text: rssLink},
		"ttl":              {text: rssTTLCheck},
		"rating":           {text: rssPlain},
		"name":             {text: fieldName},
		"width":            {text: imageWidth},
		"height":           {text: imageHeight},
		"cloud":            {attrs: attrs{"domain": {required: true}, "port": {required: true, check: cloudPort}, "path": {required: true}, "registerProcedure": {required: true}, "protocol": {required: true}}},
		"enclosure":        {attrs: attrs{"url": {required: true, check: enclosureURL}, "length": {required: true, check: enclosureLength}, "type": {required: true, check: enclosureType}}},
		"guid":             {attrs: attrs{"isPermaLink": {check: oneOf(rssGUIDBoolean, "true", "false")}}, text: guidText},
		"h:body":           {mixed: true, anything: true, anyAttrs: true},
		"h:div":            {mixed: true, anything: true, anyAttrs: true},
		"source":           {attrs: attrs{"url": {required: true, check: uriAbsolute}}, text: rssPlain},
	},
}

var rssMissing = map[string]*Rule{"title": rssTitleMissing, "link": rssLinkMissing, "description": rssDescriptionMissing}

var (
	rssElementUnknown = &Rule{
		Code: "rss-element-unknown", Level: Error, W3C: "UndefinedElement", Spec: Spec{"RSS 2.0", rssSpec},
		What: "an element is not one of RSS, or not at this place", Why: "Readers ignore it: what it says is lost.", Mend: "Correct its name (names are case sensitive), move it, or write it with the prefix of an extension.",
		Bad: Example{In: "rss:item", Text: "<published>2026-11-20</published>"}, Good: Example{In: "rss:item", Text: "<pubDate>Fri, 20 Nov 2026 08:00:00 +0800</pubDate>"},
	}
	rssElementRepeated = &Rule{
		Code: "rss-element-repeated", Level: Error, W3C: "DuplicateElement", Spec: Spec{"RSS 2.0", rssSpec},
		What: "an element is there more often than once", Why: "Readers take the first or the last, each its own.", Mend: "Keep one.",
		Bad: Example{In: "rss:item", Text: "<title>One</title><title>Two</title>"}, Good: Example{In: "rss:item", Text: "<title>One</title>"},
	}
	rssElementMissing = &Rule{
		Code: "rss-element-missing", Level: Error, W3C: "MissingElement", Spec: Spec{"RSS 2.0", rssSpec},
		What: "an element lacks one that it must have", Why: "Readers rely on it.", Mend: "Add it.",
		Bad: Example{Text: "<rss version=\"2.0\"/>"}, Good: Example{In: "rss:item", Text: ""},
	}
	rssAttributeUnknown = &Rule{
		Code: "rss-attribute-unknown", Level: Error, W3C: "UnexpectedAttribute", Spec: Spec{"RSS 2.0", rssSpec},
		What: "an element has an attribute that RSS does not give it", Why: "Readers ignore it: what it says is lost.", Mend: "Correct its name (names are case sensitive), or remove it.",
		Bad: Example{In: "rss:item", Text: `<guid isPermalink="false">tag:example.com,2026:1</guid>`}, Good: Example{In: "rss:item", Text: `<guid isPermaLink="false">tag:example.com,2026:1</guid>`},
	}
	rssAttributeMissing = &Rule{
		Code: "rss-attribute-missing", Level: Error, W3C: "MissingAttribute", Spec: Spec{"RSS 2.0", rssSpec},
		What: "an element lacks an attribute that it must have", Why: "Without it the element says too little to be used.", Mend: "Add it; the length of an enclosure that is not known is 0.",
		Bad: Example{In: "rss:item", Text: `<enclosure url="https://example.com/1.mp3" type="audio/mpeg"/>`}, Good: Example{In: "rss:item", Text: `<enclosure url="https://example.com/1.mp3" type="audio/mpeg" length="123456"/>`},
	}
	rssExtensionAttribute = &Rule{
		Code: "rss-extension-attribute", Level: Warning, W3C: "UseOfExtensionAttr", Spec: Spec{"RSS 2.0, extending RSS", rssSpec + "#extendingRss"},
		What: "an element of RSS carries an attribute of an extension", Why: "RSS is extended by elements; few readers look at such attributes.", Mend: "Use an element of the extension.",
		Bad: Example{In: "rss:item", Text: `<title media:lang="en">One</title>`}, Good: Example{In: "rss:item", Text: `<title>One</title>`},
	}
	rssText = &Rule{
		Code: "rss-text-unexpected", Level: Error, W3C: "UnexpectedText", Spec: Spec{"RSS 2.0", rssSpec},
		What: "text stands where only elements belong", Why: "No reader shows it.", Mend: "Move it into an element: <description>.",
		Bad: Example{In: "rss:item", Text: "First of all"}, Good: Example{In: "rss:item", Text: "<description>First of all</description>"},
	}
	rssTitleMissing = &Rule{
		Code: "rss-title-missing", Level: Error, W3C: "MissingTitle", Spec: Spec{"RSS 2.0, required channel elements", rssSpec + "#requiredChannelElements"},
		What: "a channel, an image or a text input has no title", Why: "Readers list feeds by their titles.", Mend: "Add <title>.",
		Bad: Example{In: "rss:channel", Text: "", Without: []string{"title"}}, Good: Example{In: "rss:channel", Text: "<title>News</title>"},
	}
	rssLinkMissing = &Rule{
		Code: "rss-link-missing", Level: Error, W3C: "MissingLink", Spec: Spec{"RSS 2.0, required channel elements", rssSpec + "#requiredChannelElements"},
		What: "a channel, an image or a text input has no link", Why: "Readers offer the way to the website by it.", Mend: "Add <link> with the address of the website.",
		Bad: Example{In: "rss:channel", Text: "", Without: []string{"link"}}, Good: Example{In: "rss:channel", Text: "<link>https://example.com/</link>"},
	}
	rssDescriptionMissing = &Rule{
		Code: "rss-description-missing", Level: Error, W3C: "MissingDescription", Spec: Spec{"RSS 2.0, required channel elements", rssSpec + "#requiredChannelElements"},
		What: "a channel or a text input has no description", Why: "RSS asks for it; directories show it.", Mend: "Add <description> with a sentence about the feed.",
		Bad: Example{In: "rss:channel", Text: "", Without: []string{"description"}}, Good: Example{In: "rss:channel", Text: "<description>All the news</description>"},
	}
	rssVersion = &Rule{
		Code: "rss-version-unknown", Level: Error, W3C: "InvalidRSSVersion", Spec: Spec{"RSS 2.0", rssSpec},
		What: "the version of RSS is not one there is", Why: "Readers choose how to read the feed by it.", Mend: `Write version="2.0".`,
		Bad: Example{Text: `<rss version="3.0"><channel/></rss>`}, Good: Example{In: "rss:item", Text: ""},
	}
	rssDoctypeVersion = &Rule{
		Code: "rss-doctype-version", Level: Error, W3C: "InvalidDoctype", Spec: Spec{"RSS 0.91", "https://www.rssboard.org/rss-0-9-1-netscape"},
		What: "the DOCTYPE of RSS 0.91 stands on a feed of another version", Why: "A validating reader refuses the feed.", Mend: "Remove the DOCTYPE.",
		Bad: Example{Text: `<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://www.rssboard.org/rss-0.91.dtd"><rss version="2.0"><channel/></rss>`}, Good: Example{In: "rss:item", Text: ""},
	}
	rssDoctypeNetscape = &Rule{
		Code: "rss-doctype-netscape", Level: Warning, W3C: "DeprecatedDTD", Spec: Spec{"RSS 0.91", "https://www.rssboard.org/rss-0-9-1-netscape"},
		What: "the DOCTYPE points at Netscape's site, which no longer has it", Why: "A reader that fetches it fails.", Mend: "Point it at http://www.rssboard.org/rss-0.91.dtd, or remove it.",
		Bad: Example{Text: `<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel/></rss>`}, Good: Example{In: "rss:item", Text: ""},
	}
	rssItemEmpty = &Rule{
		Code: "rss-item-empty", Level: Error, W3C: "ItemMustContainTitleOrDescription", Spec: Spec{"RSS 2.0, elements of item", rssSpec + "#hrelementsOfLtitemgt"},
		What: "an item has neither title nor description", Why: "There is nothing that a reader could show.", Mend: "Add one of them.",
		Bad: Example{In: "rss:item", Text: "", Without: []string{"title", "description"}}, Good: Example{In: "rss:item", Text: "<title>One</title>", Without: []string{"description"}},
	}
	rssGUIDMissing = &Rule{
		Code: "rss-guid-missing", Level: Warning, W3C: "MissingGuid", Spec: Spec{"RSS Best Practices, guid", rssBest + "#element-channel-item-guid"},
		What: "an item has no guid", Why: "Readers know an item again by it: without it a corrected title or link shows as a new item.", Mend: "Add <guid> with an identifier that never changes; isPermaLink=\"false\" unless it is an address.",
		Bad: Example{In: "rss:item", Text: "", Without: []string{"guid"}}, Good: Example{In: "rss:item", Text: "<guid>https://example.com/1</guid>"},
	}
	rssGUIDRepeated = &Rule{
		Code: "rss-guid-repeated", Level: Error, W3C: "DuplicateValue", Spec: Spec{"RSS 2.0, guid", rssSpec + "#ltguidgtSubelementOfLtitemgt"},
		What: "two items have one guid", Why: "Readers show one of them only.", Mend: "Give each item its own guid.",
		Bad:  Example{In: "rss:channel", Text: "<item><title>One</title><guid>https://example.com/1</guid></item><item><title>Two</title><guid>https://example.com/1</guid></item>"},
		Good: Example{In: "rss:channel", Text: "<item><title>One</title><guid>https://example.com/1</guid></item><item><title>Two</title><guid>https://example.com/2</guid></item>"},
	}
	rssGUIDBoolean = &Rule{
		Code: "rss-guid-ispermalink", Level: Error, W3C: "InvalidBooleanAttribute", Spec: Spec{"RSS 2.0, guid", rssSpec + "#ltguidgtSubelementOfLtitemgt"},
		What: "isPermaLink is neither true nor false", Why: "Readers take it for true, and the guid for an address.", Mend: `Write isPermaLink="false", or leave it out.`,
		Bad: Example{In: "rss:item", Text: `<guid isPermaLink="no">tag:example.com,2026:1</guid>`}, Good: Example{In: "rss:item", Text: `<guid isPermaLink="false">tag:example.com,2026:1</guid>`},
	}
	rssGUIDPermalink = &Rule{
		Code: "rss-guid-not-permalink", Level: Error, W3C: "InvalidPermalink", Spec: Spec{"RSS 2.0, guid", rssSpec + "#ltguidgtSubelementOfLtitemgt"},
		What: "a guid that is an identifier says that it is an address to open", Why: "Readers open it in a browser, which shows an error. isPermaLink is true unless it says otherwise.", Mend: `Add isPermaLink="false".`,
		Bad: Example{In: "rss:item", Text: `<guid>tag:example.com,2026:1</guid>`}, Good: Example{In: "rss:item", Text: `<guid isPermaLink="false">tag:example.com,2026:1</guid>`},
	}
	rssGUIDURL = &Rule{
		Code: "rss-guid-not-url", Level: Error, W3C: "InvalidHttpGUID", Spec: Spec{"RSS 2.0, guid", rssSpec + "#ltguidgtSubelementOfLtitemgt"},
		What: "a guid that is no address says that it is one to open", Why: "Readers open it in a browser, which shows an error. isPermaLink is true unless it says otherwise.", Mend: `Add isPermaLink="false", or write an address in full.`,
		Bad: Example{In: "rss:item", Text: `<guid>1234-abc</guid>`}, Good: Example{In: "rss:item", Text: `<guid isPermaLink="false">1234-abc</guid>`},
	}
	rssGUIDShort = &Rule{
		Code: "rss-guid-number", Level: Warning, W3C: "NotSufficientlyUnique", Spec: Spec{"RSS Best Practices, guid", rssBest + "#element-channel-item-guid"},
		What: "a guid is a short number", Why: "It must be unique among all feeds in the world: aggregators confuse items of different sites.", Mend: "Put the site's name into it: tag:example.com,2026:42.",
		Bad: Example{In: "rss:item", Text: `<guid isPermaLink="false">42</guid>`}, Good: Example{In: "rss:item", Text: `<guid isPermaLink="false">tag:example.com,2026:42</guid>`},
	}
	rssEnclosureRepeated = &Rule{
		Code: "rss-enclosure-repeated", Level: Warning, W3C: "DuplicateEnclosure", Spec: Spec{"RSS Best Practices, enclosure", rssBest + "#element-channel-item-enclosure"},
		What: "an item has several enclosures", Why: "Many readers and podcast apps take one only, the first or the last.", Mend: "Keep one; offer the others by media:content or podcast:alternateEnclosure.",
		Bad:  Example{In: "rss:item", Text: `<enclosure url="https://example.com/1.mp3" type="audio/mpeg" length="1"/><enclosure url="https://example.com/1.ogg" type="audio/ogg" length="1"/>`},
		Good: Example{In: "rss:item", Text: `<enclosure url="https://example.com/1.mp3" type="audio/mpeg" length="1"/>`},
	}
	rssEnclosureURL = &Rule{
		Code: "rss-enclosure-url", Level: Error, W3C: "InvalidURLAttribute", Spec: Spec{"RSS 2.0, enclosure", rssSpec + "#ltenclosuregtSubelementOfLtitemgt"},
		What: "the address of an enclosure is not a full http or https address", Why: "Readers cannot fetch it.", Mend: "Write https://example.com/path/file.mp3.",
		Bad: Example{In: "rss:item", Text: `<enclosure url="/1.mp3" type="audio/mpeg" length="1"/>`}, Good: Example{In: "rss:item", Text: `<enclosure url="https://example.com/1.mp3" type="audio/mpeg" length="1"/>`},
	}
	rssEnclosureLength = &Rule{
		Code: "rss-attribute-not-integer", Level: Error, W3C: "InvalidIntegerAttribute", Spec: Spec{"RSS 2.0, enclosure, cloud", rssSpec + "#ltenclosuregtSubelementOfLtitemgt"},
		What: "the length of an enclosure or the port of a cloud is not a whole number", Why: "Readers show the wrong size or ignore the enclosure.", Mend: "Write the number of bytes in digits only, 0 when it is not known.",
		Bad: Example{In: "rss:item", Text: `<enclosure url="https://example.com/1.mp3" type="audio/mpeg" length="1.2 MB"/>`}, Good: Example{In: "rss:item", Text: `<enclosure url="https://example.com/1.mp3" type="audio/mpeg" length="1258291"/>`},
	}
	rssEnclosureUnknown = &Rule{
		Code: "rss-enclosure-length-unknown", Level: Error, W3C: "UseZeroForUnknown", Spec: Spec{"RSS Best Practices, enclosure", rssBest + "#element-channel-item-enclosure"},
		What: "the length of an enclosure is -1", Why: "A length is 0 or more: readers refuse it.", Mend: "Write 0 when it is not known.",
		Bad: Example{In: "rss:item", Text: `<enclosure url="https://example.com/1.mp3" type="audio/mpeg" length="-1"/>`}, Good: Example{In: "rss:item", Text: `<enclosure url="https://example.com/1.mp3" type="audio/mpeg" length="0"/>`},
	}
	rssEnclosureType = &Rule{
		Code: "rss-enclosure-type", Level: Error, W3C: "InvalidMIMEAttribute", Spec: Spec{"RSS 2.0, enclosure", rssSpec + "#ltenclosuregtSubelementOfLtitemgt"},
		What: "the type of an enclosure is not a media type", Why: "Podcast apps choose by it what to play.", Mend: "Write type/subtype: audio/mpeg.",
		Bad: Example{In: "rss:item", Text: `<enclosure url="https://example.com/1.mp3" type="mp3" length="1"/>`}, Good: Example{In: "rss:item", Text: `<enclosure url="https://example.com/1.mp3" type="audio/mpeg" length="1"/>`},
	}
	rssSelfMissing = &Rule{
		Code: "rss-self-missing", Level: Warning, W3C: "MissingAtomSelfLink", Spec: Spec{"RSS Best Practices, atom:link", rssBest + "#namespace-elements-atom-link"},
		What: "the channel does not say where the feed is found", Why: "A reader that got it as a file cannot subscribe, and WebSub needs it.", Mend: `Add xmlns:atom="http://www.w3.org/2005/Atom" to <rss> and <atom:link rel="self" type="application/rss+xml" href="address of this feed"/> to <channel>.`,
		Bad: Example{In: "rss:channel", Text: "", Without: []string{"atom:link"}}, Good: Example{In: "rss:channel", Text: `<atom:link rel="self" type="application/rss+xml" href="https://example.com/feed.xml"/>`},
	}
	rssItemLate = &Rule{
		Code: "rss-channel-element-late", Level: Warning, W3C: "MisplacedItem", Spec: Spec{"RSS Best Practices, channel", rssBest + "#element-channel-item"},
		What: "an element of the channel stands after an item", Why: "Readers that stream have passed by.", Mend: "Move it before the first <item>.",
		Bad:  Example{In: "rss:channel", Text: "<item><title>One</title><guid>https://example.com/1</guid></item><copyright>Li Wei</copyright>"},
		Good: Example{In: "rss:channel", Text: "<copyright>Li Wei</copyright><item><title>One</title><guid>https://example.com/1</guid></item>"},
	}
	rssContact = &Rule{
		Code: "rss-person-no-email", Level: Error, W3C: "InvalidContact", Spec: Spec{"RSS 2.0", rssSpec},
		What: "a person is given without an e-mail address", Why: "RSS asks for an address here; readers that expect one show nothing.", Mend: "Write li@example.com (Li Wei), or use <dc:creator> for a name alone.",
		Bad: Example{In: "rss:item", Text: "<author>Li Wei</author>"}, Good: Example{In: "rss:item", Text: "<author>li@example.com (Li Wei)</author>"},
	}
	rssContactForm = &Rule{
		Code: "rss-person-form", Level: Warning, W3C: "EmailFormat", Spec: Spec{"RSS Best Practices, e-mail addresses", rssBest + "#data-types-email"},
		What: "a person's name and address are not written the usual way", Why: "Readers that take the two apart get it wrong.", Mend: "Write li@example.com (Li Wei).",
		Bad: Example{In: "rss:item", Text: "<author>Li Wei &lt;li@example.com&gt;</author>"}, Good: Example{In: "rss:item", Text: "<author>li@example.com (Li Wei)</author>"},
	}
	rssContactName = &Rule{
		Code: "rss-person-no-name", Level: Warning, W3C: "MissingRealName", Spec: Spec{"RSS Best Practices, e-mail addresses", rssBest + "#data-types-email"},
		What: "a person is given by an e-mail address alone", Why: "Readers show the address where a name should stand.", Mend: "Write li@example.com (Li Wei).",
		Bad: Example{In: "rss:item", Text: "<author>li@example.com</author>"}, Good: Example{In: "rss:item", Text: "<author>li@example.com (Li Wei)</author>"},
	}
	rssChannelTwice = &Rule{
		Code: "rss-channel-said-twice", Level: Warning, W3C: "DuplicateSemantics", Spec: Spec{"RSS Best Practices, namespace elements", rssBest + "#namespace-elements"},
		What: "the channel says one thing by an element of RSS and one of an extension", Why: "Readers take one of the two, each its own.", Mend: "Keep the element of RSS.",
		Bad: Example{In: "rss:channel", Text: "<dc:language>en</dc:language>"}, Good: Example{In: "rss:channel", Text: "<language>en</language>"},
	}
	rssItemTwice = &Rule{
		Code: "rss-item-said-twice", Level: Warning, W3C: "DuplicateItemSemantics", Spec: Spec{"RSS Best Practices, namespace elements", rssBest + "#namespace-elements"},
		What: "an item says one thing by an element of RSS and one of an extension", Why: "Readers take one of the two, each its own.", Mend: "Keep the element of RSS.",
		Bad:  Example{In: "rss:item", Text: "<pubDate>Fri, 20 Nov 2026 08:00:00 +0800</pubDate><dc:date>2026-11-20T08:00:00+08:00</dc:date>"},
		Good: Example{In: "rss:item", Text: "<pubDate>Fri, 20 Nov 2026 08:00:00 +0800</pubDate>"},
	}
	rssDescriptionTwice = &Rule{
		Code: "rss-body-said-twice", Level: Warning, W3C: "DuplicateDescriptionSemantics", Spec: Spec{"RSS Best Practices, content:encoded", rssBest + "#namespace-elements-content-encoded"},
		What: "an item has a body that is not its description", Why: "Readers show one of the two, each its own.", Mend: "Use <description> for a summary and <content:encoded> for the whole.",
		Bad: Example{In: "rss:item", Text: "<atom:content>First</atom:content>"}, Good: Example{In: "rss:item", Text: "<content:encoded>First</content:encoded>"},
	}
	rssContentFirst = &Rule{
		Code: "rss-content-before-description", Level: Warning, W3C: "NeedDescriptionBeforeContent", Spec: Spec{"RSS Best Practices, content:encoded", rssBest + "#namespace-elements-content-encoded"},
		What: "content:encoded stands without or before the description", Why: "Some readers take the description that comes last for the body: the whole text is lost.", Mend: "Put <description> before <content:encoded>.",
		Bad: Example{In: "rss:item", Text: "<content:encoded>First</content:encoded>", Without: []string{"description"}}, Good: Example{In: "rss:item", Text: "<description>First</description><content:encoded>First of all</content:encoded>"},
	}
	rssTextInput = &Rule{
		Code: "rss-text-input", Level: Warning, W3C: "AvoidTextInput", Spec: Spec{"RSS Best Practices, textInput", rssBest + "#element-channel-textinput"},
		What: "the channel has a text input", Why: "Hardly any reader shows it.", Mend: "Leave it out.",
		Bad:  Example{In: "rss:channel", Text: "<textInput><title>Search</title><description>Search the news</description><name>q</name><link>https://example.com/search</link></textInput>"},
		Good: Example{In: "rss:channel", Text: ""},
	}
	rssFieldName = &Rule{
		Code: "rss-text-input-name", Level: Error, W3C: "InvalidFormComponentName", Spec: Spec{"RSS 2.0, textInput", rssSpec + "#lttextinputgtSubelementOfLtchannelgt"},
		What: "the name of a text input cannot be that of a form's field", Why: "The form cannot be sent.", Mend: "Use letters, digits, hyphens and full stops, and a letter first.",
		Bad:  Example{In: "rss:channel", Text: "<textInput><title>Search</title><description>Search the news</description><name>my query</name><link>https://example.com/search</link></textInput>"},
		Good: Example{In: "rss:channel", Text: ""},
	}
	rssImageWidth = &Rule{
		Code: "rss-image-width", Level: Error, W3C: "InvalidWidth", Spec: Spec{"RSS 2.0, image", rssSpec + "#ltimagegtSubelementOfLtchannelgt"},
		What: "the width of the image is not 1 to 144", Why: "RSS allows no more; readers that keep to it distort the image.", Mend: "Write the true width, and use an image of at most 144 by 400; podcasts use itunes:image for large ones.",
		Bad: Example{In: "rss:channel", Text: "<image><url>https://example.com/a.png</url><title>News</title><link>https://example.com/</link><width>1400</width></image>"}, Good: Example{In: "rss:channel", Text: "<image><url>https://example.com/a.png</url><title>News</title><link>https://example.com/</link><width>144</width></image>"},
	}
	rssImageHeight = &Rule{
		Code: "rss-image-height", Level: Error, W3C: "InvalidHeight", Spec: Spec{"RSS 2.0, image", rssSpec + "#ltimagegtSubelementOfLtchannelgt"},
		What: "the height of the image is not 1 to 400", Why: "RSS allows no more; readers that keep to it distort the image.", Mend: "Write the true height, and use an image of at most 144 by 400.",
		Bad: Example{In: "rss:channel", Text: "<image><url>https://example.com/a.png</url><title>News</title><link>https://example.com/</link><height>1400</height></image>"}, Good: Example{In: "rss:channel", Text: "<image><url>https://example.com/a.png</url><title>News</title><link>https://example.com/</link><height>144</height></image>"},
	}
	rssImageTitle = &Rule{
		Code: "rss-image-title-differs", Level: Warning, W3C: "ImageTitleDoesntMatch", Spec: Spec{"RSS Best Practices, image", rssBest + "#element-channel-image"},
		What: "the title of the image is not that of the channel", Why: "Readers use the image in place of the title.", Mend: "Write the channel's title.",
		Bad: Example{In: "rss:channel", Text: "<image><url>https://example.com/a.png</url><title>Logo</title><link>https://example.com/</link></image>"}, Good: Example{In: "rss:channel", Text: "<image><url>https://example.com/a.png</url><title>News</title><link>https://example.com/</link></image>"},
	}
	rssImageLink = &Rule{
		Code: "rss-image-link-differs", Level: Warning, W3C: "ImageLinkDoesntMatch", Spec: Spec{"RSS Best Practices, image", rssBest + "#element-channel-image"},
		What: "the link of the image is not that of the channel", Why: "Readers use the image in place of the channel's link.", Mend: "Write the channel's link.",
		Bad: Example{In: "rss:channel", Text: "<image><url>https://example.com/a.png</url><title>News</title><link>https://example.com/logo</link></image>"}, Good: Example{In: "rss:channel", Text: "<image><url>https://example.com/a.png</url><title>News</title><link>https://example.com/</link></image>"},
	}
	rssImageFormat = &Rule{
		Code: "rss-image-format", Level: Warning, W3C: "ImageUrlFormat", Spec: Spec{"RSS 2.0, image", rssSpec + "#ltimagegtSubelementOfLtchannelgt"},
		What: "the image is not a GIF, JPEG or PNG by its name", Why: "RSS names these three; older readers show no other.", Mend: "Offer a PNG.",
		Bad: Example{In: "rss:channel", Text: "<image><url>https://example.com/a.bmp</url><title>News</title><link>https://example.com/</link></image>"}, Good: Example{In: "rss:channel", Text: "<image><url>https://example.com/a.png</url><title>News</title><link>https://example.com/</link></image>"},
	}
	rssDay = &Rule{
		Code: "rss-skip-day", Level: Error, W3C: "InvalidDay", Spec: Spec{"RSS 2.0, skipDays", "https://www.rssboard.org/skip-hours-days"},
		What: "a day to skip is not an English name of a weekday", Why: "Aggregators do not understand it and fetch on that day too.", Mend: "Write Monday, Tuesday, Wednesday, Thursday, Friday, Saturday or Sunday.",
		Bad: Example{In: "rss:channel", Text: "<skipDays><day>Sonntag</day></skipDays>"}, Good: Example{In: "rss:channel", Text: "<skipDays><day>Sunday</day></skipDays>"},
	}
	rssDays = &Rule{
		Code: "rss-skip-days-many", Level: Error, W3C: "EightDaysAWeek", Spec: Spec{"RSS 2.0, skipDays", "https://www.rssboard.org/skip-hours-days"},
		What: "there are more than seven days to skip", Why: "A week has seven.", Mend: "Name each day once at most.",
	}
	rssHour = &Rule{
		Code: "rss-skip-hour", Level: Error, W3C: "InvalidHour", Spec: Spec{"RSS 2.0, skipHours", "https://www.rssboard.org/skip-hours-days"},
		What: "an hour to skip is not a whole hour of the day", Why: "Aggregators do not understand it and fetch in that hour too.", Mend: "Write a number from 0 to 23, in GMT.",
		Bad: Example{In: "rss:channel", Text: "<skipHours><hour>25</hour></skipHours>"}, Good: Example{In: "rss:channel", Text: "<skipHours><hour>3</hour></skipHours>"},
	}
	rssHours = &Rule{
		Code: "rss-skip-hours-many", Level: Error, W3C: "NotEnoughHoursInTheDay", Spec: Spec{"RSS 2.0, skipHours", "https://www.rssboard.org/skip-hours-days"},
		What: "there are more than 24 hours to skip", Why: "A day has 24.", Mend: "Name each hour once at most.",
	}
	rssMidnight = &Rule{
		Code: "rss-skip-hour-24", Level: Warning, W3C: "UseZeroForMidnight", Spec: Spec{"RSS Best Practices, skipHours", rssBest + "#element-channel-skiphours"},
		What: "midnight is written as 24", Why: "Aggregators count from 0 to 23.", Mend: "Write 0.",
		Bad: Example{In: "rss:channel", Text: "<skipHours><hour>24</hour></skipHours>"}, Good: Example{In: "rss:channel", Text: "<skipHours><hour>0</hour></skipHours>"},
	}
	rssDayRepeated = &Rule{
		Code: "rss-skip-repeated", Level: Error, W3C: "DuplicateValue", Spec: Spec{"RSS 2.0, skipHours, skipDays", "https://www.rssboard.org/skip-hours-days"},
		What: "a day or an hour to skip is named twice", Why: "One of them was probably meant to be another.", Mend: "Name each once.",
		Bad: Example{In: "rss:channel", Text: "<skipDays><day>Sunday</day><day>Sunday</day></skipDays>"}, Good: Example{In: "rss:channel", Text: "<skipDays><day>Saturday</day><day>Sunday</day></skipDays>"},
	}
	rssXHTML = &Rule{
		Code: "rss-xhtml-misplaced", Level: Warning, W3C: "MisplacedXHTMLContent", Spec: Spec{"RSS 2.0, extending RSS", rssSpec + "#extendingRss"},
		What: "an element of XHTML stands directly in the feed", Why: "No reader shows it.", Mend: "Put the text into <description>, escaped.",
		Bad: Example{In: "rss:channel", Text: `<p xmlns="http://www.w3.org/1999/xhtml">Hello</p>`}, Good: Example{In: "rss:channel", Text: ""},
	}
	rssBlink = &Rule{
		Code: "rss-blink", Level: Error, W3C: "NoBlink", Spec: Spec{"RSS 2.0", rssSpec},
		What: "blink is no element of RSS", Why: "It is one of the blogChannel module: without its prefix readers ignore it.", Mend: "Write <blogChannel:blink>, and declare the module.",
		Bad: Example{In: "rss:channel", Text: "<blink>https://example.com/</blink>"}, Good: Example{In: "rss:channel", Text: `<bc:blink xmlns:bc="http://backend.userland.com/blogChannelModule">https://example.com/</bc:blink>`},
	}
	rssTTL = &Rule{
		Code: "rss-ttl", Level: Error, W3C: "InvalidPositiveInteger", Spec: Spec{"RSS 2.0, ttl", rssSpec + "#ltttlgtSubelementOfLtchannelgt"},
		What: "ttl is not a whole number of minutes", Why: "Aggregators ignore it.", Mend: "Write the minutes a copy may be kept, digits only: 60.",
		Bad: Example{In: "rss:channel", Text: "<ttl>1 hour</ttl>"}, Good: Example{In: "rss:channel", Text: "<ttl>60</ttl>"},
	}
	rssSlashDate = &Rule{
		Code: "rss-comments-without-date", Level: Warning, W3C: "SlashDate", Spec: Spec{"RSS Best Practices, slash:comments", rssBest + "#namespace-elements-slash-comments"},
		What: "the number of comments is given and lastBuildDate is not", Why: "The number is true for a moment only: readers cannot tell which.", Mend: "Add <lastBuildDate> to the channel.",
		Bad: Example{In: "rss:item", Text: "<slash:comments>12</slash:comments>"}, Good: Example{In: "rss:channel", Text: "<lastBuildDate>Fri, 20 Nov 2026 08:00:00 +0800</lastBuildDate><item><title>One</title><guid>https://example.com/1</guid><slash:comments>12</slash:comments></item>"},
	}
)
