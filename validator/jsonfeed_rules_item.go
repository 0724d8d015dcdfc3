package validator

// Rules of items and their attachments.
var (
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
	jsonItemURLMissing = &Rule{
		Code: "json-item-url-missing", Level: Warning, Spec: Spec{"JSON Feed 1.1, item url", jsonSpecURL},
		What: "an item has neither url nor external_url", Why: "Readers cannot offer the way to its page.", Mend: "Add url, unless the item has no page.",
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
	jsonTagHash = &Rule{
		Code: "json-tag-hash", Level: Info, Spec: Spec{"JSON Feed 1.1, tags", jsonSpecURL},
		What: "a tag starts with a number sign", Why: "Tags are no hashtags: readers show ##news.", Mend: "Write the word alone.",
		Bad: Example{In: "json:item", Text: `"tags": ["#news"]`}, Good: Example{In: "json:item"},
	}
	jsonAttachmentIncomplete = &Rule{
		Code: "json-attachment-incomplete", Level: Error, Spec: Spec{"JSON Feed 1.1, attachments", jsonSpecURL},
		What: "an attachment lacks its url or mime_type", Why: "Both are required: a reader cannot offer it.", Mend: "Add them.",
		Bad: Example{In: "json:item", Text: `"attachments": [{"url": "https://example.com/1.mp3"}]`}, Good: Example{In: "json:item"},
	}
	jsonAttachmentRepeated = &Rule{
		Code: "json-attachment-repeated", Level: Warning, Spec: Spec{"JSON Feed 1.1, attachments", jsonSpecURL},
		What: "an item has the same attachment twice", Why: "Readers offer, and podcast apps fetch, the same file twice.", Mend: "Leave one out.",
		Bad: Example{In: "json:item", Text: `"attachments": [{"url": "https://example.com/1.mp3", "mime_type": "audio/mpeg"}, {"url": "https://example.com/1.mp3", "mime_type": "audio/mpeg"}]`}, Good: Example{In: "json:item"},
	}
	jsonNegative = &Rule{
		Code: "json-number-negative", Level: Error, Spec: Spec{"JSON Feed 1.1, attachments", jsonSpecURL},
		What: "a size or duration is below 0", Why: "Readers show nonsense.", Mend: "Write 0 or more, or leave it out.",
		Bad: Example{In: "json:item", Text: `"attachments": [{"url": "https://example.com/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": -1}]`}, Good: Example{In: "json:item"},
	}
	jsonNumberRange = &Rule{
		Code: "json-number-range", Level: Warning, Spec: Spec{"RFC 8259 §6", rfc8259},
		What: "a number is larger than readers can hold", Why: "Most keep numbers as IEEE doubles, which are exact up to 9007199254740991.", Mend: "Write the true number.",
		Bad: Example{In: "json:item", Text: `"attachments": [{"url": "https://example.com/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 1e400}]`}, Good: Example{In: "json:item"},
	}
	jsonSizeFraction = &Rule{
		Code: "json-size-fraction", Level: Warning, Spec: Spec{"JSON Feed 1.1, attachments", jsonSpecURL},
		What: "a size in bytes is not whole", Why: "Readers that expect whole numbers fail.", Mend: "Write the size of the file in bytes.",
		Bad: Example{In: "json:item", Text: `"attachments": [{"url": "https://example.com/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12.5}]`}, Good: Example{In: "json:item"},
	}
)
