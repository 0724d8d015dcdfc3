package validator

import (
	"sync"

	"tributary/validator/jsontext"
)

// jsonFeedKeys are those of a feed (JSON Feed 1.1, top-level).
var jsonFeedKeys = sync.OnceValue(func() map[string]jsonKey {
	return map[string]jsonKey{
		"version":       {kind: jsontext.String, required: jsonVersionMissing, check: (*jsonFeed).checkVersion},
		"title":         {kind: jsontext.String, required: jsonTitleMissing, check: jsonPlain},
		"home_page_url": {kind: jsontext.String, check: jsonURL},
		"feed_url":      {kind: jsontext.String, check: jsonURL},
		"description":   {kind: jsontext.String, check: jsonPlain},
		"user_comment":  {kind: jsontext.String},
		"next_url":      {kind: jsontext.String, check: jsonURL},
		"icon":          {kind: jsontext.String, check: jsonURL},
		"favicon":       {kind: jsontext.String, check: jsonURL},
		"author":        {kind: jsontext.Object, check: authorNamed},
		"authors":       {kind: jsontext.Array, check: each(jsontext.Object, authorNamed), since: "1.1"},
		"language":      {kind: jsontext.String, check: jsonLanguage, since: "1.1"},
		"expired":       {kind: jsontext.Bool},
		"hubs":          {kind: jsontext.Array, check: each(jsontext.Object, object("hub", jsonHubKeys))},
		"items":         {kind: jsontext.Array, required: jsonItemsMissing},
	}
})

var jsonItemKeys = sync.OnceValue(func() map[string]jsonKey {
	return map[string]jsonKey{
		"id":             {kind: jsontext.String, required: jsonIDMissing, check: (*jsonFeed).id},
		"url":            {kind: jsontext.String, check: jsonAddress},
		"external_url":   {kind: jsontext.String, check: jsonAddress},
		"title":          {kind: jsontext.String, check: jsonPlain},
		"content_html":   {kind: jsontext.String, check: jsonHTML},
		"content_text":   {kind: jsontext.String},
		"summary":        {kind: jsontext.String, check: jsonPlain},
		"image":          {kind: jsontext.String, check: jsonURL},
		"banner_image":   {kind: jsontext.String, check: jsonURL},
		"date_published": {kind: jsontext.String, check: jsonDate},
		"date_modified":  {kind: jsontext.String, check: jsonDate},
		"author":         {kind: jsontext.Object, check: authorNamed},
		"authors":        {kind: jsontext.Array, check: each(jsontext.Object, authorNamed), since: "1.1"},
		"tags":           {kind: jsontext.Array, check: each(jsontext.String, jsonTag)},
		"language":       {kind: jsontext.String, check: jsonLanguage, since: "1.1"},
		"attachments":    {kind: jsontext.Array, check: each(jsontext.Object, object("attachment", jsonAttachmentKeys))},
	}
})

var jsonAuthorKeys = sync.OnceValue(func() map[string]jsonKey {
	return map[string]jsonKey{"name": {kind: jsontext.String, check: jsonPlain}, "url": {kind: jsontext.String, check: jsonAuthorURL}, "avatar": {kind: jsontext.String, check: jsonURL}}
})

var jsonHubKeys = sync.OnceValue(func() map[string]jsonKey {
	return map[string]jsonKey{"type": {kind: jsontext.String, required: jsonHubIncomplete}, "url": {kind: jsontext.String, required: jsonHubIncomplete, check: jsonURL}}
})

var jsonAttachmentKeys = sync.OnceValue(func() map[string]jsonKey {
	return map[string]jsonKey{
		"url": {kind: jsontext.String, required: jsonAttachmentIncomplete, check: jsonURL}, "mime_type": {kind: jsontext.String, required: jsonAttachmentIncomplete, check: jsonMIME},
		"title": {kind: jsontext.String, check: jsonPlain}, "size_in_bytes": {kind: jsontext.Number, check: jsonNumber}, "duration_in_seconds": {kind: jsontext.Number, check: jsonNumber},
	}
})

// jsonAuthorURL is an address of a person, which may be mailto: too.
func jsonAuthorURL(j *jsonFeed, v jsonVal) {
	if len(v.Text) > 7 && v.Text[:7] == "mailto:" {
		return
	}
	jsonURL(j, v)
}

func jsonTag(j *jsonFeed, v jsonVal) {
	if v.Text == "" {
		j.report(jsonEmpty, v.place(), "a tag is empty: leave it out")
	}
}
