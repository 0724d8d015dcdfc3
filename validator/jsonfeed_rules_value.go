package validator

// Rules of values.
var (
	jsonURLInvalid = &Rule{
		Code: "json-url-invalid", Level: Error, Spec: Spec{"JSON Feed 1.1; RFC 3986", jsonSpecURL},
		What: "an address is not written as one", Why: "Readers and browsers cannot follow it, or each follows another.", Mend: "Write https://example.com/path, with spaces and the like percent-encoded.",
		Bad: Example{In: "json:feed", Text: `"home_page_url": "https://example.com/a b"`, Without: []string{"home_page_url"}}, Good: Example{In: "json:feed"},
	}
	jsonURLRelative = &Rule{
		Code: "json-url-relative", Level: Warning, Spec: Spec{"JSON Feed 1.1, items; RFC 3986 §4.2", jsonSpecURL},
		What: "an address has no scheme and host", Why: "JSON Feed does not say what it is relative to: in most readers it leads nowhere.", Mend: "Write it in full: https://example.com/path.",
		Bad: Example{In: "json:item", Text: `"url": "/1"`, Without: []string{"url"}}, Good: Example{In: "json:item"},
	}
	jsonURLScheme = &Rule{
		Code: "json-url-scheme", Level: Warning, Spec: Spec{"JSON Feed 1.1, top-level", jsonSpecURL},
		What: "an address is not one of the web", Why: "Readers fetch http and https only.", Mend: "Write an address that starts with https://.",
		Bad: Example{In: "json:feed", Text: `"icon": "ftp://example.com/icon.png"`}, Good: Example{In: "json:feed"},
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
	jsonDateCase = &Rule{
		Code: "json-date-case", Level: Warning, Spec: Spec{"RFC 3339 §5.6", "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"},
		What: "the T or Z of a date is in lower case", Why: "The grammar allows it, and asks programs not to write it: some readers fail.", Mend: "Write T and Z: 2026-11-20T08:00:00Z.",
		Bad: Example{In: "json:item", Text: `"date_published": "2026-11-20t08:00:00z"`, Without: []string{"date_published"}}, Good: Example{In: "json:item"},
	}
	jsonMarkup = &Rule{
		Code: "json-text-markup", Level: Info, Spec: Spec{"JSON Feed 1.1, title", jsonSpecURL},
		What: "what reads as markup stands where plain text belongs", Why: "Readers show the tags or the reference as they stand, which is right only if they are meant so.", Mend: "Write plain text.",
		Bad: Example{In: "json:item", Text: `"title": "<b>One</b>"`}, Good: Example{In: "json:item"},
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
