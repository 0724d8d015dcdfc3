package validator

// Rules of the feed, its authors, hubs and extensions.
var (
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
	jsonVersionLate = &Rule{
		Code: "json-version-late", Level: Info, Spec: Spec{"JSON Feed 1.1, version", jsonSpecURL},
		What: "version is not the first key", Why: "Readers look at the start of a document to see what it is: the specification asks for it at the very top.", Mend: "Write it first, where the library allows that.",
		Bad: Example{In: "json:feed", Text: `"version": "https://jsonfeed.org/version/1.1"`, Without: []string{"version"}}, Good: Example{In: "json:feed"},
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
	jsonFeedURLMissing = &Rule{
		Code: "json-feed-url-missing", Level: Warning, Spec: Spec{"JSON Feed 1.1, feed_url", jsonSpecURL},
		What: "the feed does not say where it is found", Why: "A reader that got it as a file cannot subscribe.", Mend: "Add feed_url.",
		Bad: Example{In: "json:feed", Text: `"user_comment": "x"`, Without: []string{"feed_url"}}, Good: Example{In: "json:feed"},
	}
	jsonHomeMissing = &Rule{
		Code: "json-home-page-missing", Level: Warning, Spec: Spec{"JSON Feed 1.1, home_page_url", jsonSpecURL},
		What: "the feed does not say which page it belongs to", Why: "It is strongly recommended: readers offer the way to the website by it.", Mend: "Add home_page_url.",
		Bad: Example{In: "json:feed", Text: `"user_comment": "x"`, Without: []string{"home_page_url"}}, Good: Example{In: "json:feed"},
	}
	jsonIconMissing = &Rule{
		Code: "json-icon-missing", Level: Info, Spec: Spec{"JSON Feed 1.1, suggestions for publishers", jsonSpecURL},
		What: "the feed has neither icon nor favicon", Why: "Readers fetch the home page, and guess at addresses, to find one.", Mend: "Add icon (512 by 512 pixels) or favicon (at least 64 by 64).",
		Bad: Example{In: "json:feed"}, Good: Example{In: "json:feed", Text: `"icon": "https://example.com/icon.png"`},
	}
	jsonLanguageMissing = &Rule{
		Code: "json-language-missing", Level: Info, Spec: Spec{"JSON Feed 1.1, language", jsonSpecURL},
		What: "nothing states the language", Why: "Readers have to guess it to choose a font, a voice or a translation.", Mend: "Add language.",
		Bad: Example{In: "json:feed", Text: `"user_comment": "x"`, Without: []string{"language"}}, Good: Example{In: "json:feed"},
	}
	jsonNextSelf = &Rule{
		Code: "json-next-url-self", Level: Error, Spec: Spec{"JSON Feed 1.1, next_url", jsonSpecURL},
		What: "next_url is the feed itself", Why: "A reader that follows it goes round and round; the specification forbids it.", Mend: "Leave next_url out on the last page.",
		Bad: Example{In: "json:feed", Text: `"next_url": "https://example.com/feed.json"`}, Good: Example{In: "json:feed"},
	}
	jsonOrder = &Rule{
		Code: "json-order", Level: Info, Spec: Spec{"JSON Feed 1.1, items", jsonSpecURL},
		What: "items do not stand newest first", Why: "Readers that show the first ones only miss the newest.", Mend: "List the newest first.",
		Bad: Example{In: "json:feed", Text: `"items": [{"id": "1", "content_text": "a", "date_published": "2026-11-19T08:00:00Z"}, {"id": "2", "content_text": "b", "date_published": "2026-11-20T08:00:00Z"}]`, Without: []string{"items"}}, Good: Example{In: "json:feed"},
	}
	jsonHubIncomplete = &Rule{
		Code: "json-hub-incomplete", Level: Error, Spec: Spec{"JSON Feed 1.1, hubs", jsonSpecURL},
		What: "a hub lacks its type or url", Why: "Both are required: a reader cannot subscribe.", Mend: "Add type (WebSub) and url.",
		Bad: Example{In: "json:feed", Text: `"hubs": [{"type": "WebSub"}]`}, Good: Example{In: "json:feed"},
	}
	jsonHubType = &Rule{
		Code: "json-hub-type", Level: Info, Spec: Spec{"JSON Feed 1.1, hubs", jsonSpecURL},
		What: "the type of a hub is not one that readers know", Why: "They cannot subscribe to it.", Mend: "Write WebSub or rssCloud.",
		Bad: Example{In: "json:feed", Text: `"hubs": [{"type": "carrier pigeon", "url": "https://example.com/hub"}]`}, Good: Example{In: "json:feed"},
	}
	jsonAuthor = &Rule{
		Code: "json-author-deprecated", Level: Warning, Spec: Spec{"JSON Feed 1.1, authors", jsonSpecURL},
		What: "author is used in version 1.1", Why: "It is deprecated in favour of authors; new readers may not look at it.", Mend: "Write authors, an array; keep author beside it for readers of version 1.",
		Bad: Example{In: "json:feed", Text: `"author": {"name": "Li Wei"}`, Without: []string{"authors"}}, Good: Example{In: "json:feed"},
	}
	jsonAuthorEmpty = &Rule{
		Code: "json-author-empty", Level: Error, Spec: Spec{"JSON Feed 1.1, authors", jsonSpecURL},
		What: "an author has neither name, url nor avatar", Why: "At least one must be there.", Mend: "Add the name.",
		Bad: Example{In: "json:feed", Text: `"authors": [{}]`, Without: []string{"authors"}}, Good: Example{In: "json:feed"},
	}
	jsonExtension = &Rule{
		Code: "json-extension-object", Level: Warning, Spec: Spec{"JSON Feed 1.1, extensions", jsonSpecURL},
		What: "an extension is no object", Why: "Extensions are objects, so that they can grow.", Mend: "Put it into an object.",
		Bad: Example{In: "json:feed", Text: `"_blue": 1`}, Good: Example{In: "json:feed"},
	}
	jsonExtensionName = &Rule{
		Code: "json-extension-name", Level: Error, Spec: Spec{"JSON Feed 1.1, extensions", jsonSpecURL},
		What: "an extension is not named as it must be", Why: "Names must start with an underscore that a letter follows.", Mend: "Name it after a company or service: _blue_shed.",
		Bad: Example{In: "json:feed", Text: `"_1": {"about": "https://example.com/docs"}`}, Good: Example{In: "json:feed"},
	}
	jsonExtensionDot = &Rule{
		Code: "json-extension-dot", Level: Error, Spec: Spec{"JSON Feed 1.1, extensions", jsonSpecURL},
		What: "the name of an extension, or of one of its keys, holds a point", Why: "The specification forbids it: software that finds values by paths such as a.b does not find it.", Mend: "Write an underscore.",
		Bad: Example{In: "json:feed", Text: `"_blue_shed": {"show.type": "serial"}`}, Good: Example{In: "json:feed"},
	}
	jsonExtensionMember = &Rule{
		Code: "json-extension-member", Level: Warning, Spec: Spec{"JSON Feed 1.1, extensions", jsonSpecURL},
		What: "a key within an extension starts with an underscore", Why: "The underscore marks the name of the extension, and only that.", Mend: "Write the key without it.",
		Bad: Example{In: "json:feed", Text: `"_blue_shed": {"_explicit": false}`}, Good: Example{In: "json:feed"},
	}
	jsonExtensionAbout = &Rule{
		Code: "json-extension-about", Level: Info, Spec: Spec{"JSON Feed 1.1, extensions", jsonSpecURL},
		What: "an extension that is used several times does not say what it is", Why: "about is there for people who look at the feed; it should appear once.", Mend: "Add about, the address of its documentation, to the first use.",
		Bad: Example{In: "json:feed", Text: `"_blue_shed": {"explicit": false}, "items": [{"id": "1", "url": "https://example.com/1", "content_text": "a", "_blue_shed": {"explicit": false}}]`, Without: []string{"items"}}, Good: Example{In: "json:feed", Text: `"_blue_shed": {"about": "https://example.com/docs"}, "items": [{"id": "1", "url": "https://example.com/1", "content_text": "a", "_blue_shed": {"explicit": false}}]`, Without: []string{"items"}},
	}
)
