package validator

import "tributary/validator/markup"

const (
	jsonSpecURL = "https://www.jsonfeed.org/version/1.1/"
	rfc8259     = "https://www.rfc-editor.org/rfc/rfc8259"
)

// jsonFamily is JSON Feed 1.0 and 1.1.
var jsonFamily = &family{name: "json", rules: []*Rule{
	jsonSyntax, jsonUnfinished, jsonBytes, jsonEncoding, jsonCharsetSent, jsonBOM, jsonSurrogate, jsonDepth,
	jsonLong, jsonNotObject, jsonNotFeed, jsonKeyRepeated, jsonType, jsonNull, jsonEmpty,
	jsonKeyUnknown, jsonKeyMisspelt, jsonKeyMisplaced, jsonVersionKey, jsonLarge,
	jsonVersionMissing, jsonVersion, jsonVersionLate, jsonTitleMissing, jsonItemsMissing, jsonFeedURLMissing, jsonHomeMissing,
	jsonIconMissing, jsonLanguageMissing, jsonNextSelf, jsonOrder, jsonHubIncomplete, jsonHubType, jsonAuthor,
	jsonAuthorEmpty, jsonExtension, jsonExtensionName, jsonExtensionDot, jsonExtensionMember, jsonExtensionAbout,
	jsonIDMissing, jsonIDEmpty, jsonIDNumber, jsonIDRepeated, jsonContentMissing, jsonItemURLMissing, jsonDateMissing,
	jsonModifiedEarly, jsonTagHash, jsonAttachmentIncomplete, jsonAttachmentRepeated, jsonNegative, jsonNumberRange, jsonSizeFraction,
	jsonURLInvalid, jsonURLRelative, jsonURLScheme, jsonLanguageInvalid, jsonMIMEInvalid, jsonDateInvalid, jsonDateCase,
	jsonMarkup, jsonHTMLUnsafe, jsonHTMLRelative, jsonHTMLInvalid, jsonHTMLAdvice,
}}

var jsonHTMLRules = map[markup.Kind]*Rule{
	markup.UnsafeElement: jsonHTMLUnsafe, markup.UnsafeAttribute: jsonHTMLUnsafe, markup.UnsafeStyle: jsonHTMLUnsafe, markup.ScriptURL: jsonHTMLUnsafe, markup.Instruction: jsonHTMLUnsafe,
	markup.RelativeURL: jsonHTMLRelative, markup.UnknownElement: jsonHTMLInvalid, markup.BadReference: jsonHTMLInvalid, markup.Unfinished: jsonHTMLInvalid,
	markup.Unclosed: jsonHTMLAdvice, markup.DoubleEscaped: jsonHTMLAdvice,
}

// Rules of the document as a whole.
var (
	jsonSyntax = &Rule{
		Code: "json-syntax", Level: Error, Spec: Spec{"RFC 8259 §2", rfc8259},
		What: "the document is not JSON", Why: "A reader must stop here: it sees nothing of the feed.", Mend: "Correct the text at this place; write the feed with a JSON library.",
		Bad: Example{Text: `{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [],}`}, Good: Example{In: "json:feed"},
	}
	jsonUnfinished = &Rule{
		Code: "json-unfinished", Level: Error, Spec: Spec{"RFC 8259 §2", rfc8259},
		What: "the document ends too early", Why: "It was cut off on its way, or brackets are missing: a reader must stop, and sees nothing of the feed.", Mend: "Write the feed whole; close every bracket and quote.",
		Bad: Example{Text: `{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [`}, Good: Example{In: "json:feed"},
	}
	jsonBytes = &Rule{
		Code: "json-bytes", Level: Error, Spec: Spec{"RFC 8259 §8.1", rfc8259},
		What: "bytes of the document are no UTF-8", Why: "JSON is UTF-8: readers stop, or show wrong characters.", Mend: "Write the feed as UTF-8.",
		Bad: Example{In: "json:feed", Text: "\"description\": \"caf\xe9\""}, Good: Example{In: "json:feed"},
	}
	jsonEncoding = &Rule{
		Code: "json-encoding", Level: Warning, Spec: Spec{"RFC 8259 §8.1; JSON Feed 1.1, suggestions for publishers", rfc8259},
		What: "the document is not in UTF-8", Why: "Feeds should be UTF-8, and JSON between systems must be: few readers take anything else.", Mend: "Write the feed as UTF-8.",
		Bad: Example{Text: "\xfe\xff\x00{\x00\"\x00i\x00t\x00e\x00m\x00s\x00\"\x00:\x00[\x00]\x00}"}, Good: Example{In: "json:feed"},
	}
	jsonCharsetSent = &Rule{
		Code: "json-charset", Level: Warning, Spec: Spec{"RFC 8259 §11", rfc8259 + "#section-11"},
		What: "the server names an encoding that the document is not in", Why: "JSON has no charset parameter; readers that believe it show wrong characters.", Mend: "Send application/feed+json alone.",
	}
	jsonBOM = &Rule{
		Code: "json-bom", Level: Error, Spec: Spec{"RFC 8259 §8.1", rfc8259},
		What: "the document starts with a byte order mark", Why: "JSON that is sent must not have one: strict readers refuse the feed.", Mend: "Write the feed without it.",
		Bad: Example{Text: "\ufeff{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"News\", \"items\": []}"}, Good: Example{In: "json:feed"},
	}
	jsonSurrogate = &Rule{
		Code: "json-surrogate", Level: Warning, Spec: Spec{"RFC 8259 §8.2", rfc8259},
		What: "half of a surrogate pair stands in a string", Why: "Readers show a replacement character, or fail.", Mend: "Write the character itself, or both halves.",
		Bad: Example{In: "json:feed", Text: `"description": "\ud83d"`}, Good: Example{In: "json:feed"},
	}
	jsonDepth = &Rule{
		Code: "json-depth", Level: Error, Spec: Spec{"RFC 8259 §9", rfc8259},
		What: "values are nested deeper than is read", Why: "Readers bound the depth they follow, or fail.", Mend: "No feed needs more than a few levels.",
	}
	jsonLong = &Rule{
		Code: "json-too-long", Level: Error, Spec: Spec{"RFC 8259 §9", rfc8259},
		What: "a string is longer than is read", Why: "Readers bound the memory that one value may take, or fail.", Mend: "Shorten it; link to large content.",
	}
	jsonNotObject = &Rule{
		Code: "json-not-object", Level: Error, Spec: Spec{"JSON Feed 1.1, top-level", jsonSpecURL},
		What: "the document is no object", Why: "A feed is an object with version, title and items.", Mend: "Put the items into an object with version, title and items.",
		Bad: Example{Text: `["news"]`}, Good: Example{In: "json:feed"},
	}
	jsonNotFeed = &Rule{
		Code: "json-not-feed", Level: Error, Spec: Spec{"JSON Feed 1.1, top-level", jsonSpecURL},
		What: "the object is no feed", Why: "It has neither version nor items.", Mend: "Start with the version, https://jsonfeed.org/version/1.1.",
		Bad: Example{Text: `{"name": "tributary"}`}, Good: Example{In: "json:feed"},
	}
	jsonKeyRepeated = &Rule{
		Code: "json-key-repeated", Level: Warning, Spec: Spec{"RFC 8259 §4", rfc8259},
		What: "an object has a key twice", Why: "Readers take the first or the last, each its own.", Mend: "Keep one.",
		Bad: Example{In: "json:feed", Text: `"description": "a", "description": "b"`}, Good: Example{In: "json:feed"},
	}
	jsonType = &Rule{
		Code: "json-type", Level: Error, Spec: Spec{"JSON Feed 1.1", jsonSpecURL},
		What: "a value is of another kind than its key takes", Why: "Readers fail or ignore it.", Mend: "Write the kind of value that is named.",
		Bad: Example{In: "json:feed", Text: `"title": 5`, Without: []string{"title"}}, Good: Example{In: "json:feed"},
	}
	jsonNull = &Rule{
		Code: "json-null", Level: Warning, Spec: Spec{"JSON Feed 1.1", jsonSpecURL},
		What: "a value is null", Why: "Readers that expect a string fail.", Mend: "Leave the key out.",
		Bad: Example{In: "json:feed", Text: `"description": null`}, Good: Example{In: "json:feed"},
	}
	jsonEmpty = &Rule{
		Code: "json-empty", Level: Warning, Spec: Spec{"JSON Feed 1.1", jsonSpecURL},
		What: "a string is empty", Why: "Readers show an empty line, or the wrong thing in its place.", Mend: "Leave the key out.",
		Bad: Example{In: "json:feed", Text: `"description": ""`}, Good: Example{In: "json:feed"},
	}
	jsonKeyUnknown = &Rule{
		Code: "json-key-unknown", Level: Warning, Spec: Spec{"JSON Feed 1.1, extensions", jsonSpecURL},
		What: "a key is not one of JSON Feed", Why: "Readers ignore it; a later version may give it a meaning.", Mend: "Start names of your own with an underscore, and let them hold an object.",
		Bad: Example{In: "json:feed", Text: `"mood": "glad"`}, Good: Example{In: "json:feed"},
	}
	jsonKeyMisspelt = &Rule{
		Code: "json-key-misspelt", Level: Warning, Spec: Spec{"JSON Feed 1.1", jsonSpecURL},
		What: "a key is nearly one of JSON Feed", Why: "Readers do not find it: names are compared letter by letter.", Mend: "Correct it.",
		Bad: Example{In: "json:item", Text: `"datePublished": "2026-11-20T08:00:00Z"`}, Good: Example{In: "json:item"},
	}
	jsonKeyMisplaced = &Rule{
		Code: "json-key-misplaced", Level: Warning, Spec: Spec{"JSON Feed 1.1", jsonSpecURL},
		What: "a key stands in another object than it belongs in", Why: "Readers do not find it.", Mend: "Move it.",
		Bad: Example{In: "json:item", Text: `"home_page_url": "https://example.com/"`}, Good: Example{In: "json:item"},
	}
	jsonVersionKey = &Rule{
		Code: "json-key-version", Level: Warning, Spec: Spec{"JSON Feed 1.1, changes", jsonSpecURL},
		What: "a key of version 1.1 is used in a feed that says it is 1", Why: "Readers of version 1 ignore it.", Mend: "Write the version https://jsonfeed.org/version/1.1.",
		Bad: Example{In: "json:feed", Text: `"version": "https://jsonfeed.org/version/1"`, Without: []string{"version"}}, Good: Example{In: "json:feed"},
	}
	jsonLarge = &Rule{
		Code: "json-large", Level: Info, Spec: Spec{"JSON Feed 1.1, suggestions for publishers", jsonSpecURL},
		What: "the feed is larger than 1 MB", Why: "Every reader fetches it again and again: under 100 kB is ideal, 250 kB are fine.", Mend: "List fewer items, and the older ones at next_url.",
	}
)
