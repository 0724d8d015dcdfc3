package validator

import "tributary/validator/markup"

const (
	jsonSpecURL = "https://www.jsonfeed.org/version/1.1/"
	rfc8259     = "https://www.rfc-editor.org/rfc/rfc8259"
)

// jsonFamily is JSON Feed 1.0 and 1.1.
var jsonFamily = &family{name: "json", rules: []*Rule{
	jsonSyntax, jsonBytes, jsonBOM, jsonSurrogate, jsonDepth, jsonLong, jsonNotObject, jsonNotFeed,
	jsonVersionMissing, jsonVersion, jsonTitleMissing, jsonItemsMissing, jsonIDMissing, jsonIDEmpty, jsonIDNumber, jsonIDRepeated,
	jsonContentMissing, jsonType, jsonNull, jsonEmpty, jsonKeyRepeated, jsonKeyUnknown, jsonKeyMisspelt, jsonExtension,
	jsonVersionKey, jsonURLInvalid, jsonLanguageInvalid, jsonMIMEInvalid, jsonDateInvalid, jsonMarkup, jsonNegative, jsonHubIncomplete,
	jsonAttachmentIncomplete, jsonAuthorEmpty, jsonAuthor, jsonNextSelf, jsonFeedURLMissing, jsonHomeMissing, jsonLanguageMissing, jsonItemURLMissing,
	jsonDateMissing, jsonModifiedEarly, jsonOrder, jsonHTMLUnsafe, jsonHTMLRelative, jsonHTMLInvalid, jsonHTMLAdvice,
}}

var jsonHTMLRules = map[markup.Kind]*Rule{
	markup.UnsafeElement: jsonHTMLUnsafe, markup.UnsafeAttribute: jsonHTMLUnsafe, markup.UnsafeStyle: jsonHTMLUnsafe, markup.ScriptURL: jsonHTMLUnsafe, markup.Instruction: jsonHTMLUnsafe,
	markup.RelativeURL: jsonHTMLRelative, markup.UnknownElement: jsonHTMLInvalid, markup.BadReference: jsonHTMLInvalid, markup.Unfinished: jsonHTMLInvalid,
	markup.Unclosed: jsonHTMLAdvice, markup.DoubleEscaped: jsonHTMLAdvice,
}

var (
	jsonSyntax = &Rule{
		Code: "json-syntax", Level: Error, Spec: Spec{"RFC 8259 §2", rfc8259},
		What: "the document is not JSON", Why: "A reader must stop here: it sees nothing of the feed.", Mend: "Correct the text at this place; write the feed with a JSON library.",
		Bad: Example{Text: `{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [],}`}, Good: Example{In: "json:feed"},
	}
	jsonBytes = &Rule{
		Code: "json-bytes", Level: Error, Spec: Spec{"RFC 8259 §8.1", rfc8259},
		What: "bytes of the document are no UTF-8", Why: "JSON is UTF-8: readers stop, or show wrong characters.", Mend: "Write the feed as UTF-8.",
		Bad: Example{In: "json:feed", Text: "\"description\": \"caf\xe9\""}, Good: Example{In: "json:feed"},
	}
	jsonBOM = &Rule{
		Code: "json-bom", Level: Warning, Spec: Spec{"RFC 8259 §8.1", rfc8259},
		What: "the document starts with a byte order mark", Why: "JSON must not have one: strict readers refuse it.", Mend: "Write the feed without it.",
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
	jsonVersionMissing = &Rule{
		Code: "json-version-missing", Level: Error, Spec: Spec{"JSON Feed 1.1, version", jsonSpecURL},
		What: "the feed has no version", Why: "Readers know by it that the document is a feed.", Mend: "Add the version https://jsonfeed.org/version/1.1.",
		Bad: Example{In: "json:feed", Text: `"user_comment": "x"`, Without: []string{"version"}}, Good: Example{In: "json:feed"},
	}
	jsonVersion = &Rule{
		Code: "json-version-unknown", Level: Error, Spec: Spec{"JSON Feed 1.1, version", jsonSpecURL},
		What: "the version is not one there is", Why: "Readers know by it that the document is a feed; they compare it letter by letter.", Mend: "Write https://jsonfeed.org/version/1.1.",
		Bad: Example{In: "json:feed", Text: `"version": "1.1"`, Without: []string{"version"}}, Good: Example{In: "json:feed"},
	}
	jsonTitleMissing = &Rule{
		Code: "json-title-missing", Level: Error, Spec: Spec{"JSON Feed 1.1, title", jsonSpecURL},
		What: "the feed has no title", Why: "Readers list feeds by their titles.", Mend: "Add a title.",
		Bad: Example{In: "json:feed", Text: `"user_comment": "x"`, Without: []string{"title"}}, Good: Example{In: "json:feed"},
	}
	jsonItemsMissing = &Rule{
		Code: "json-items-missing", Level: Error, Spec: Spec{"JSON Feed 1.1, items", jsonSpecURL},
		What: "the feed has no items", Why: "The array is required, even when it is empty.", Mend: "Add items, an array.",
		Bad: Example{In: "json:feed", Text: `"user_comment": "x"`, Without: []string{"items"}}, Good: Example{In: "json:feed"},
	}
	jsonIDMissing = &Rule{
		Code: "json-id-missing", Level: Error, Spec: Spec{"JSON Feed 1.1, item id", jsonSpecURL},
		What: "an item has no id", Why: "Readers must drop an item without one.", Mend: "Add an id that never changes, best the item's address.",
		Bad: Example{In: "json:item", Text: `"summary": "x"`, Without: []string{"id"}}, Good: Example{In: "json:item"},
	}
	jsonIDEmpty = &Rule{
		Code: "json-id-empty", Level: Error, Spec: Spec{"JSON Feed 1.1, item id", jsonSpecURL},
		What: "an item's id is empty", Why: "Readers must drop an item without one.", Mend: "Write an identifier that never changes, best the item's address.",
		Bad: Example{In: "json:item", Text: `"id": ""`, Without: []string{"id"}}, Good: Example{In: "json:item"},
	}
	jsonIDNumber = &Rule{
		Code: "json-id-not-string", Level: Warning, Spec: Spec{"JSON Feed 1.1, item id", jsonSpecURL},
		What: "an item's id is a number", Why: "A reader must turn it into a string; some drop the item.", Mend: "Put it in quotes.",
		Bad: Example{In: "json:item", Text: `"id": 42`, Without: []string{"id"}}, Good: Example{In: "json:item"},
	}
	jsonIDRepeated = &Rule{
		Code: "json-id-repeated", Level: Error, Spec: Spec{"JSON Feed 1.1, item id", jsonSpecURL},
		What: "two items have one id", Why: "Readers show one of them only.", Mend: "Give each item its own id.",
		Bad: Example{In: "json:feed", Text: `"items": [{"id": "1", "content_text": "a"}, {"id": "1", "content_text": "b"}]`, Without: []string{"items"}}, Good: Example{In: "json:feed"},
	}
	jsonContentMissing = &Rule{
		Code: "json-content-missing", Level: Error, Spec: Spec{"JSON Feed 1.1, content_html and content_text", jsonSpecURL},
		What: "an item has neither content_html nor content_text", Why: "One of them must be there: there is nothing to read.", Mend: "Add one of them.",
		Bad: Example{In: "json:item", Text: `"summary": "x"`, Without: []string{"content_text"}}, Good: Example{In: "json:item"},
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
	jsonKeyRepeated = &Rule{
		Code: "json-key-repeated", Level: Error, Spec: Spec{"RFC 8259 §4", rfc8259},
		What: "an object has a key twice", Why: "Readers take the first or the last, each its own.", Mend: "Keep one.",
		Bad: Example{In: "json:feed", Text: `"description": "a", "description": "b"`}, Good: Example{In: "json:feed"},
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
	jsonExtension = &Rule{
		Code: "json-extension-object", Level: Warning, Spec: Spec{"JSON Feed 1.1, extensions", jsonSpecURL},
		What: "an extension is no object", Why: "Extensions are objects, so that they can grow.", Mend: "Put it into an object.",
		Bad: Example{In: "json:feed", Text: `"_blue": 1`}, Good: Example{In: "json:feed"},
	}
	jsonVersionKey = &Rule{
		Code: "json-key-version", Level: Warning, Spec: Spec{"JSON Feed 1.1, changes", jsonSpecURL},
		What: "a key of version 1.1 is used in a feed that says it is 1", Why: "Readers of version 1 ignore it.", Mend: "Write the version https://jsonfeed.org/version/1.1.",
		Bad: Example{In: "json:feed", Text: `"version": "https://jsonfeed.org/version/1"`, Without: []string{"version"}}, Good: Example{In: "json:feed"},
	}
	jsonURLInvalid = &Rule{
		Code: "json-url-invalid", Level: Error, Spec: Spec{"JSON Feed 1.1; RFC 3986", jsonSpecURL},
		What: "an address is not a full http or https address", Why: "Readers do not know where the feed came from: a relative address leads nowhere.", Mend: "Write https://example.com/path.",
		Bad: Example{In: "json:feed", Text: `"home_page_url": "/news"`, Without: []string{"home_page_url"}}, Good: Example{In: "json:feed"},
	}
	jsonLanguageInvalid = &Rule{
		Code: "json-language-invalid", Level: Error, Spec: Spec{"JSON Feed 1.1, language; BCP 47", jsonSpecURL},
		What: "a language tag is not one", Why: "Readers choose fonts and voices by it.", Mend: "Write a language with an optional script and region: zh-CN.",
		Bad: Example{In: "json:feed", Text: `"language": "chinese"`, Without: []string{"language"}}, Good: Example{In: "json:feed"},
	}
	jsonMIMEInvalid = &Rule{
		Code: "json-mime-type-invalid", Level: Error, Spec: Spec{"JSON Feed 1.1, attachments; RFC 6838 §4.2", jsonSpecURL},
		What: "a media type is not written as one", Why: "Readers choose by it what to do with the attachment.", Mend: "Write type/subtype: audio/mpeg.",
		Bad: Example{In: "json:item", Text: `"attachments": [{"url": "https://example.com/1.mp3", "mime_type": "mp3"}]`}, Good: Example{In: "json:item"},
	}
	jsonDateInvalid = &Rule{
		Code: "json-date-invalid", Level: Error, Spec: Spec{"JSON Feed 1.1, date_published; RFC 3339", jsonSpecURL},
		What: "a date is not written as RFC 3339 asks", Why: "Readers that cannot read it show the time of fetching.", Mend: "Write 2026-11-20T08:00:00+08:00.",
		Bad: Example{In: "json:item", Text: `"date_published": "20 Nov 2026"`, Without: []string{"date_published"}}, Good: Example{In: "json:item"},
	}
	jsonMarkup = &Rule{
		Code: "json-text-markup", Level: Info, Spec: Spec{"JSON Feed 1.1, title", jsonSpecURL},
		What: "what reads as markup stands where plain text belongs", Why: "Readers show the tags or the reference as they stand, which is right only if they are meant so.", Mend: "Write plain text.",
		Bad: Example{In: "json:item", Text: `"title": "<b>One</b>"`}, Good: Example{In: "json:item"},
	}
	jsonNegative = &Rule{
		Code: "json-number-negative", Level: Error, Spec: Spec{"JSON Feed 1.1, attachments", jsonSpecURL},
		What: "a size or duration is below 0", Why: "Readers show nonsense.", Mend: "Write 0 or more, or leave it out.",
		Bad: Example{In: "json:item", Text: `"attachments": [{"url": "https://example.com/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": -1}]`}, Good: Example{In: "json:item"},
	}
	jsonHubIncomplete = &Rule{
		Code: "json-hub-incomplete", Level: Error, Spec: Spec{"JSON Feed 1.1, hubs", jsonSpecURL},
		What: "a hub lacks its type or url", Why: "Both are required: a reader cannot subscribe.", Mend: "Add type (WebSub) and url.",
		Bad: Example{In: "json:feed", Text: `"hubs": [{"type": "WebSub"}]`}, Good: Example{In: "json:feed"},
	}
	jsonAttachmentIncomplete = &Rule{
		Code: "json-attachment-incomplete", Level: Error, Spec: Spec{"JSON Feed 1.1, attachments", jsonSpecURL},
		What: "an attachment lacks its url or mime_type", Why: "Both are required: a reader cannot offer it.", Mend: "Add them.",
		Bad: Example{In: "json:item", Text: `"attachments": [{"url": "https://example.com/1.mp3"}]`}, Good: Example{In: "json:item"},
	}
	jsonAuthorEmpty = &Rule{
		Code: "json-author-empty", Level: Error, Spec: Spec{"JSON Feed 1.1, authors", jsonSpecURL},
		What: "an author has neither name, url nor avatar", Why: "At least one must be there.", Mend: "Add the name.",
		Bad: Example{In: "json:feed", Text: `"authors": [{}]`, Without: []string{"authors"}}, Good: Example{In: "json:feed"},
	}
	jsonAuthor = &Rule{
		Code: "json-author-deprecated", Level: Info, Spec: Spec{"JSON Feed 1.1, authors", jsonSpecURL},
		What: "author is used in version 1.1", Why: "It is deprecated in favour of authors; new readers may not look at it.", Mend: "Write authors, an array; keep author beside it for readers of version 1.",
		Bad: Example{In: "json:feed", Text: `"author": {"name": "Li Wei"}`, Without: []string{"authors"}}, Good: Example{In: "json:feed"},
	}
	jsonNextSelf = &Rule{
		Code: "json-next-url-self", Level: Error, Spec: Spec{"JSON Feed 1.1, next_url", jsonSpecURL},
		What: "next_url is the feed itself", Why: "A reader that follows it goes round and round; the specification forbids it.", Mend: "Leave next_url out on the last page.",
		Bad: Example{In: "json:feed", Text: `"next_url": "https://example.com/feed.json"`}, Good: Example{In: "json:feed"},
	}
	jsonFeedURLMissing = &Rule{
		Code: "json-feed-url-missing", Level: Warning, Spec: Spec{"JSON Feed 1.1, feed_url", jsonSpecURL},
		What: "the feed does not say where it is found", Why: "A reader that got it as a file cannot subscribe.", Mend: "Add feed_url.",
		Bad: Example{In: "json:feed", Text: `"user_comment": "x"`, Without: []string{"feed_url"}}, Good: Example{In: "json:feed"},
	}
	jsonHomeMissing = &Rule{
		Code: "json-home-page-missing", Level: Info, Spec: Spec{"JSON Feed 1.1, home_page_url", jsonSpecURL},
		What: "the feed does not say which page it belongs to", Why: "It is strongly recommended: readers offer the way to the website by it.", Mend: "Add home_page_url.",
		Bad: Example{In: "json:feed", Text: `"user_comment": "x"`, Without: []string{"home_page_url"}}, Good: Example{In: "json:feed"},
	}
	jsonLanguageMissing = &Rule{
		Code: "json-language-missing", Level: Info, Spec: Spec{"JSON Feed 1.1, language", jsonSpecURL},
		What: "nothing states the language", Why: "Readers have to guess it to choose a font, a voice or a translation.", Mend: "Add language.",
		Bad: Example{In: "json:feed", Text: `"user_comment": "x"`, Without: []string{"language"}}, Good: Example{In: "json:feed"},
	}
	jsonItemURLMissing = &Rule{
		Code: "json-item-url-missing", Level: Info, Spec: Spec{"JSON Feed 1.1, item url", jsonSpecURL},
		What: "an item has no url", Why: "Readers cannot offer the way to its page.", Mend: "Add url, unless the item has no page.",
		Bad: Example{In: "json:item", Text: `"summary": "x"`, Without: []string{"url"}}, Good: Example{In: "json:item"},
	}
	jsonDateMissing = &Rule{
		Code: "json-date-missing", Level: Info, Spec: Spec{"JSON Feed 1.1, date_published", jsonSpecURL},
		What: "an item does not say when it was published", Why: "Readers show the time of fetching.", Mend: "Add date_published.",
		Bad: Example{In: "json:item", Text: `"summary": "x"`, Without: []string{"date_published"}}, Good: Example{In: "json:item"},
	}
	jsonModifiedEarly = &Rule{
		Code: "json-modified-before-published", Level: Warning, Spec: Spec{"JSON Feed 1.1, date_modified", jsonSpecURL},
		What: "an item was modified before it was published", Why: "One of the two is wrong; readers sort by either.", Mend: "Correct it, or leave date_modified out.",
		Bad: Example{In: "json:item", Text: `"date_modified": "2026-11-19T08:00:00Z"`}, Good: Example{In: "json:item"},
	}
	jsonOrder = &Rule{
		Code: "json-order", Level: Info, Spec: Spec{"JSON Feed 1.1, items", jsonSpecURL},
		What: "items are not in order of their dates", Why: "Readers that show the first ones only miss the newest.", Mend: "List the newest first.",
		Bad: Example{In: "json:feed", Text: `"items": [{"id": "1", "content_text": "a", "date_published": "2026-11-19T08:00:00Z"}, {"id": "2", "content_text": "b", "date_published": "2026-11-20T08:00:00Z"}]`, Without: []string{"items"}}, Good: Example{In: "json:feed"},
	}
	jsonHTMLUnsafe = &Rule{
		Code: "json-html-unsafe", Level: Warning, Spec: Spec{"JSON Feed 1.1, content_html", jsonSpecURL},
		What: "the HTML holds what feed readers remove", Why: "Scripts, frames and handlers run with the reader's rights.", Mend: "Leave it out; link to the page that has it.",
		Bad: Example{In: "json:item", Text: `"content_html": "<script>alert(1)</script>"`, Without: []string{"content_text"}}, Good: Example{In: "json:item"},
	}
	jsonHTMLRelative = &Rule{
		Code: "json-html-url-relative", Level: Warning, Spec: Spec{"JSON Feed 1.1, content_html", jsonSpecURL},
		What: "the HTML holds an address without its host", Why: "Pictures are missing and links lead nowhere in most readers.", Mend: "Write it in full: https://example.com/path.",
		Bad: Example{In: "json:item", Text: `"content_html": "<img src='/a.png'>"`, Without: []string{"content_text"}}, Good: Example{In: "json:item"},
	}
	jsonHTMLInvalid = &Rule{
		Code: "json-html-invalid", Level: Warning, Spec: Spec{"JSON Feed 1.1, content_html", jsonSpecURL},
		What: "content_html is not HTML", Why: "Readers show it broken, or lose what follows.", Mend: "Correct what is named; write plain text as content_text.",
		Bad: Example{In: "json:item", Text: `"content_html": "<blnik>First</blnik>"`, Without: []string{"content_text"}}, Good: Example{In: "json:item"},
	}
	jsonHTMLAdvice = &Rule{
		Code: "json-html-unclosed", Level: Info, Spec: Spec{"JSON Feed 1.1, content_html", jsonSpecURL},
		What: "an element of the HTML is not closed, or the HTML was escaped twice", Why: "Its formatting runs on, or the tags are shown as text.", Mend: "Close it; escape once.",
		Bad: Example{In: "json:item", Text: `"content_html": "<b>First"`, Without: []string{"content_text"}}, Good: Example{In: "json:item"},
	}
)
