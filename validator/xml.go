package validator

const (
	xml10    = "https://www.w3.org/TR/xml/"
	xmlNames = "https://www.w3.org/TR/xml-names/"
	rfc7303  = "https://www.rfc-editor.org/rfc/rfc7303"
)

// xmlFamily is about the document itself, whatever its format.
var xmlFamily = &family{name: "xml", rules: []*Rule{
	xmlSyntax, xmlEmpty, xmlUnclosed, xmlMismatch, xmlAttributeTwice, xmlCharacter, xmlReference, xmlEntity, xmlEntityBomb, xmlEntityExternal,
	xmlPrefixUnbound, xmlDepth, xmlTooLong, xmlAfterRoot, xmlOutsideRoot, xmlDeclarationLate, xmlVersion, xmlGarbled, xmlBytes,
	xmlEncodingUnknown, xmlEncodingConflict, xmlEncodingMissing, xmlEncodingNonstandard, xmlEncodingObscure, xmlEncodingHTTP,
	documentTooLarge, documentUnread, xmlRootUnknown,
}}

var (
	xmlSyntax = &Rule{
		Code: "xml-syntax", Level: Error, W3C: "SAXError", Spec: Spec{"XML 1.0 §2.1", xml10 + "#sec-well-formed"},
		What: "the document is not well-formed XML", Why: "An XML reader must stop here: no feed reader sees what comes after this place.",
		Mend: "Correct the markup at this place; write < as &lt; and & as &amp; where they are text.",
		Bad:  Example{In: "rss:item", Text: "<title>1 < 2</title>"}, Good: Example{In: "rss:item", Text: "<title>1 &lt; 2</title>"},
	}
	xmlEmpty = &Rule{
		Code: "xml-empty", Level: Error, W3C: "SAXError", Spec: Spec{"XML 1.0 §2.1", xml10 + "#sec-well-formed"},
		What: "the document holds no element", Why: "Nothing can be read from it.", Mend: "Check what writes the feed: it produced an empty document.",
		Bad: Example{Text: "<?xml version=\"1.0\"?>\n"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlUnclosed = &Rule{
		Code: "xml-unclosed", Level: Error, W3C: "SAXError", Spec: Spec{"XML 1.0 §2.1", xml10 + "#sec-well-formed"},
		What: "the document ends before everything it opened is closed", Why: "It was probably cut short. A reader refuses it or loses its end.",
		Mend: "Send the whole document; a time or memory limit of what writes it is the usual reason.",
		Bad:  Example{Text: "<rss version=\"2.0\"><channel>"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlMismatch = &Rule{
		Code: "xml-tag-mismatch", Level: Error, W3C: "SAXError", Spec: Spec{"XML 1.0 §3", xml10 + "#GIMatch"},
		What: "an end tag does not close the element that is open", Why: "An XML reader must stop here: no feed reader sees what comes after this place.",
		Mend: "Close elements in the reverse order of their start tags; put HTML into a CDATA section or escape it.",
		Bad:  Example{In: "rss:item", Text: "<description><p>one<br></p></description>", Without: []string{"description"}}, Good: Example{In: "rss:item", Text: "<description><![CDATA[<p>one<br></p>]]></description>", Without: []string{"description"}},
	}
	xmlAttributeTwice = &Rule{
		Code: "xml-attribute-repeated", Level: Error, W3C: "SAXError", Spec: Spec{"XML 1.0 §3.1", xml10 + "#uniqattspec"},
		What: "a tag has an attribute twice", Why: "An XML reader must stop here.", Mend: "Keep one of the two.",
		Bad: Example{In: "rss:item", Text: `<guid isPermaLink="false" isPermaLink="true">x1</guid>`, Without: []string{"guid"}}, Good: Example{In: "rss:item", Text: `<guid isPermaLink="false">tag:example.com,2026:1</guid>`, Without: []string{"guid"}},
	}
	xmlCharacter = &Rule{
		Code: "xml-character", Level: Error, W3C: "SAXError", Spec: Spec{"XML 1.0 §2.2", xml10 + "#charsets"},
		What: "a character stands here that XML does not allow", Why: "An XML reader must stop here. Such characters come from databases and word processors.",
		Mend: "Remove control characters before writing the feed; a reference such as &#8; is not allowed either.",
		Bad:  Example{In: "rss:item", Text: "<title>a\x08b</title>"}, Good: Example{In: "rss:item", Text: "<title>ab</title>"},
	}
	xmlReference = &Rule{
		Code: "xml-reference", Level: Error, W3C: "SAXError", Spec: Spec{"XML 1.0 §4.1", xml10 + "#sec-references"},
		What: "an ampersand starts no reference", Why: "An XML reader must stop here. It is the most common reason for a broken feed.",
		Mend: "Write &amp; for an ampersand, in addresses too.",
		Bad:  Example{In: "rss:item", Text: "<title>AT&T</title>"}, Good: Example{In: "rss:item", Text: "<title>AT&amp;T</title>"},
	}
	xmlEntity = &Rule{
		Code: "xml-entity-undeclared", Level: Error, W3C: "SAXError", Spec: Spec{"XML 1.0 §4.1", xml10 + "#wf-entdeclared"},
		What: "an entity is used that the document does not declare", Why: "&nbsp;, &eacute; and the like are HTML's. An XML reader knows five and must stop at any other.",
		Mend: "Write the character itself, or its number: &#160; for &nbsp;.",
		Bad:  Example{In: "rss:item", Text: "<title>a&nbsp;b</title>"}, Good: Example{In: "rss:item", Text: "<title>a&#160;b</title>"},
	}
	xmlEntityBomb = &Rule{
		Code: "xml-entity-expansion", Level: Error, W3C: "SAXError", Spec: Spec{"XML 1.0 §4.1", xml10 + "#norecursion"},
		What: "an entity grows the document without bound", Why: "Entities that hold themselves or each other many times are an attack on whoever reads the document.",
		Mend: "Feeds need no entities of their own: write what they stand for.",
		Bad:  Example{Text: "<!DOCTYPE rss [<!ENTITY a \"&a;\">]>\n<rss version=\"2.0\"><channel><title>&a;</title></channel></rss>"}, Good: Example{In: "rss:item", Text: "<title>plain</title>"},
	}
	xmlEntityExternal = &Rule{
		Code: "xml-entity-external", Level: Info, W3C: "ContainsSystemEntity", Spec: Spec{"XML 1.0 §4.2.2", xml10 + "#sec-external-ent"},
		What: "the document refers to declarations that are kept elsewhere", Why: "Feed readers do not fetch them, so that entities declared there are lost.",
		Mend: "Leave the DOCTYPE out: no feed format needs one.",
		Bad:  Example{Text: "<!DOCTYPE rss [<!ENTITY a SYSTEM \"a.ent\">]>\n<rss version=\"2.0\"><channel/></rss>"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlPrefixUnbound = &Rule{
		Code: "xml-prefix-unbound", Level: Error, W3C: "SAXError", Spec: Spec{"Namespaces in XML §5", xmlNames + "#ns-using"},
		What: "a prefix is used that no xmlns declares", Why: "A reader of XML with namespaces must stop here.",
		Mend: "Declare it on the root element: xmlns:prefix=\"address of the namespace\".",
		Bad:  Example{In: "rss:item", Text: "<foo:bar>x</foo:bar>"}, Good: Example{In: "rss:item", Text: "<dc:creator>Li Wei</dc:creator>"},
	}
	xmlDepth = &Rule{
		Code: "xml-depth", Level: Error, Spec: Spec{"XML 1.0 §3", xml10 + "#sec-logical-struct"},
		What: "elements are nested deeper than is read", Why: "Readers bound the depth they follow, or fail.", Mend: "Close what is open; no feed needs more than a few dozen levels.",
	}
	xmlTooLong = &Rule{
		Code: "xml-too-long", Level: Error, Spec: Spec{"XML 1.0 §3.1", xml10 + "#sec-starttags"},
		What: "a tag is longer than is read", Why: "Readers bound the memory that one tag may take, or fail.", Mend: "Check for a quote that is never closed.",
	}
	xmlAfterRoot = &Rule{
		Code: "xml-second-root", Level: Error, W3C: "SAXError", Spec: Spec{"XML 1.0 §2.1", xml10 + "#sec-well-formed"},
		What: "an element stands after the end of the root element", Why: "An XML reader must stop here.", Mend: "Remove it: two documents were probably written into one file.",
		Bad: Example{Text: "<rss version=\"2.0\"><channel/></rss>\n<rss version=\"2.0\"/>"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlOutsideRoot = &Rule{
		Code: "xml-text-outside", Level: Error, W3C: "SAXError", Spec: Spec{"XML 1.0 §2.1", xml10 + "#sec-well-formed"},
		What: "text stands outside the root element", Why: "An XML reader must stop here. Such text is often a message of the program that wrote the feed.",
		Mend: "Remove it; turn off the display of errors in what writes the feed.",
		Bad:  Example{Text: "Warning: out of memory\n<rss version=\"2.0\"><channel/></rss>"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlDeclarationLate = &Rule{
		Code: "xml-declaration-late", Level: Error, W3C: "WPBlankLine", Spec: Spec{"XML 1.0 §2.8", xml10 + "#sec-prolog-dtd"},
		What: "something stands before the XML declaration", Why: "An XML reader must stop here. A blank line that a plugin or theme prints is the usual reason.",
		Mend: "Let the document start with <?xml, without a space or blank line before it.",
		Bad:  Example{Text: "\n<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel/></rss>"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlVersion = &Rule{
		Code: "xml-version", Level: Error, W3C: "BadXmlVersion", Spec: Spec{"XML 1.0 §2.8", xml10 + "#sec-prolog-dtd"},
		What: "the XML declaration names a version other than 1.0", Why: "Feed readers read XML 1.0 only.", Mend: "Write version=\"1.0\".",
		Bad: Example{Text: "<?xml version=\"1.1\"?>\n<rss version=\"2.0\"><channel/></rss>"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlGarbled = &Rule{
		Code: "xml-text-garbled", Level: Warning, W3C: "BadCharacters", Spec: Spec{"XML 1.0 §2.2", xml10 + "#charsets"},
		What: "control characters or replacement characters stand in the text", Why: "They show that text was decoded by the wrong encoding: readers see boxes or nothing in their place.",
		Mend: "Decode the source by its true encoding (windows-1252 is the usual one) before writing it as UTF-8.",
		Bad:  Example{In: "rss:item", Text: "<title>it\u0092s</title>"}, Good: Example{In: "rss:item", Text: "<title>it’s</title>"},
	}
	xmlBytes = &Rule{
		Code: "xml-bytes", Level: Error, W3C: "UnicodeError", Spec: Spec{"XML 1.0 §4.3.3", xml10 + "#charencoding"},
		What: "bytes stand here that the document's encoding does not allow", Why: "An XML reader must stop here, or shows wrong characters.",
		Mend: "Write the whole document in the encoding that it declares, best UTF-8.",
		Bad:  Example{In: "rss:item", Text: "<title>caf\xe9</title>"}, Good: Example{In: "rss:item", Text: "<title>café</title>"},
	}
	xmlEncodingUnknown = &Rule{
		Code: "xml-encoding-unknown", Level: Error, W3C: "UnknownEncoding", Spec: Spec{"XML 1.0 §4.3.3", xml10 + "#charencoding"},
		What: "the document's encoding is not known", Why: "An XML reader must stop: it cannot turn the bytes into characters.", Mend: "Write the document as UTF-8 and declare encoding=\"utf-8\".",
		Bad: Example{Text: "<?xml version=\"1.0\" encoding=\"klingon\"?>\n<rss version=\"2.0\"><channel/></rss>"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlEncodingConflict = &Rule{
		Code: "xml-encoding-conflict", Level: Error, W3C: "UnicodeError", Spec: Spec{"XML 1.0 §4.3.3", xml10 + "#charencoding"},
		What: "the declared encoding is not that of the document's bytes", Why: "Some readers believe the declaration and fail, others the bytes.", Mend: "Declare the encoding that the document is written in.",
		Bad: Example{Text: "\ufeff<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<rss version=\"2.0\"><channel/></rss>"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlEncodingMissing = &Rule{
		Code: "xml-encoding-missing", Level: Info, W3C: "MissingEncoding", Spec: Spec{"XML 1.0 §4.3.3", xml10 + "#charencoding"},
		What: "nothing states the document's encoding", Why: "It is read as UTF-8, which is right for most; programs that handle it as plain text have to guess.",
		Mend: "Start it with <?xml version=\"1.0\" encoding=\"utf-8\"?>.",
		Bad:  Example{Text: "<rss version=\"2.0\"><channel/></rss>"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlEncodingNonstandard = &Rule{
		Code: "xml-encoding-legacy", Level: Info, W3C: "NonstdEncoding", Spec: Spec{"XML 1.0 §4.3.3", xml10 + "#charencoding"},
		What: "the document is neither in UTF-8 nor UTF-16", Why: "These two are all that an XML reader must know.", Mend: "Write UTF-8.",
		Bad: Example{Text: "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<rss version=\"2.0\"><channel/></rss>"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlEncodingObscure = &Rule{
		Code: "xml-encoding-obscure", Level: Warning, W3C: "ObscureEncoding", Spec: Spec{"XML 1.0 §4.3.3", xml10 + "#charencoding"},
		What: "the document's encoding is one that few programs read", Why: "Readers that do not know it show nothing at all.", Mend: "Write UTF-8.",
		Bad: Example{Text: "<?xml version=\"1.0\" encoding=\"x-mac-cyrillic\"?>\n<rss version=\"2.0\"><channel/></rss>"}, Good: Example{In: "rss:item", Text: ""},
	}
	xmlEncodingHTTP = &Rule{
		Code: "xml-encoding-http", Level: Warning, W3C: "EncodingMismatch", Spec: Spec{"RFC 7303 §3.2", rfc7303 + "#section-3.2"},
		What: "the server and the document name two encodings", Why: "A reader that follows RFC 7303 believes the server; one that works from a saved file cannot.", Mend: "Let both say utf-8.",
	}
	documentTooLarge = &Rule{
		Code: "document-too-large", Level: Error, Spec: Spec{"XML 1.0 §2.1", xml10 + "#sec-well-formed"},
		What: "the document is longer than is looked at", Why: "Readers bound what they fetch: most refuse far smaller feeds.", Mend: "Publish fewer entries, and the older ones as an archive (RFC 5005); or raise --max-size.",
	}
	documentUnread = &Rule{
		Code: "document-unread", Level: Error, Spec: Spec{"RFC 9110 §6.1", "https://www.rfc-editor.org/rfc/rfc9110#section-6.1"},
		What: "the document could not be read to its end", Why: "What came after is not judged.", Mend: "Try again; check the disk, or the server that sends it.",
	}
	xmlRootUnknown = &Rule{
		Code: "root-unknown", Level: Error, W3C: "UndefinedElement", Spec: Spec{"RSS 2.0, RFC 4287 §2, OPML 2.0", "https://www.rssboard.org/rss-specification"},
		What: "the root element is that of no feed", Why: "A feed reader cannot tell what the document is.", Mend: "A feed starts with <rss>, <feed> (Atom), <rdf:RDF> (RSS 1.0) or <opml>; an HTML page is not a feed, look for its <link rel=\"alternate\">.",
		Bad: Example{Text: "<html><body/></html>"}, Good: Example{In: "rss:item", Text: ""},
	}
)
