package validator

import (
	"sync"

	"tributary/validator/jsontext"
)

// A jsonObject says what one object of JSON Feed may hold.
type jsonObject struct {
	name  string
	keys  []jsonKey
	index map[string]int
	// end looks at the object once it was read.
	end func(*jsonFeed, *jsonScope)
}

// A jsonKey says what one key may hold.
type jsonKey struct {
	name     string
	kind     jsontext.Kind
	required *Rule
	// check looks at its value, which is of the kind.
	check func(*jsonFeed, *jsonScope, *jsonVal)
	// read reads its value, which is of the kind, where that is special.
	read   func(*jsonFeed, *jsonScope, *jsonVal) *jsontext.Error
	object *jsonObject // of objects
	of     *jsonKey    // of arrays: what its elements are
	since  string      // the version that brought it; "" is the first
	keep   int         // where the scope keeps it, from 1; 0 is not at all
	blank  bool        // check looks at an empty string too
	first  bool        // it should come before all others
	// numbered values may be numbers, which readers turn into strings.
	numbered bool
}

// A jsonTable is all objects.
type jsonTable struct{ feed, item, author, hub, attachment *jsonObject }

// jsonTables are the objects of JSON Feed 1.0 and 1.1.
var jsonTables = sync.OnceValue(func() *jsonTable {
	t := &jsonTable{author: jsonAuthorObject(), hub: jsonHubObject(), attachment: jsonAttachmentObject()}
	t.item = jsonItemObject(t)
	t.feed = jsonFeedObject(t)
	for _, o := range []*jsonObject{t.feed, t.item, t.author, t.hub, t.attachment} {
		o.index = map[string]int{}
		for i := range o.keys {
			o.index[o.keys[i].name] = i
		}
	}
	return t
})

// The values of a feed that are kept.
const (
	keptFeedURL = iota
	keptNextURL
	keptFeedAuthor
)

func jsonFeedObject(t *jsonTable) *jsonObject {
	return &jsonObject{name: "feed", end: (*jsonFeed).feedEnd, keys: []jsonKey{
		{name: "version", kind: jsontext.String, required: jsonVersionMissing, check: (*jsonFeed).checkVersion, first: true},
		{name: "title", kind: jsontext.String, required: jsonTitleMissing, check: (*jsonFeed).plainText},
		{name: "home_page_url", kind: jsontext.String, check: (*jsonFeed).webURL},
		{name: "feed_url", kind: jsontext.String, check: (*jsonFeed).webURL, keep: keptFeedURL + 1},
		{name: "description", kind: jsontext.String, check: (*jsonFeed).plainText},
		{name: "user_comment", kind: jsontext.String, read: (*jsonFeed).longText},
		{name: "next_url", kind: jsontext.String, check: (*jsonFeed).webURL, keep: keptNextURL + 1},
		{name: "icon", kind: jsontext.String, check: (*jsonFeed).webURL},
		{name: "favicon", kind: jsontext.String, check: (*jsonFeed).webURL},
		{name: "author", kind: jsontext.Object, read: (*jsonFeed).singleAuthor, object: t.author},
		{name: "authors", kind: jsontext.Array, of: &jsonKey{kind: jsontext.Object, object: t.author}, since: "1.1"},
		{name: "language", kind: jsontext.String, check: (*jsonFeed).language, since: "1.1"},
		{name: "expired", kind: jsontext.Bool},
		{name: "hubs", kind: jsontext.Array, of: &jsonKey{kind: jsontext.Object, object: t.hub}},
		{name: "items", kind: jsontext.Array, required: jsonItemsMissing, read: (*jsonFeed).items},
	}}
}

// The values of an item that are kept.
const (
	keptPublished = iota
	keptModified
	keptItemAuthor
	keptID
)

func jsonItemObject(t *jsonTable) *jsonObject {
	return &jsonObject{name: "item", end: (*jsonFeed).itemEnd, keys: []jsonKey{
		{name: "id", kind: jsontext.String, required: jsonIDMissing, check: (*jsonFeed).id, blank: true, numbered: true, keep: keptID + 1},
		{name: "url", kind: jsontext.String, check: (*jsonFeed).address},
		{name: "external_url", kind: jsontext.String, check: (*jsonFeed).address},
		{name: "title", kind: jsontext.String, check: (*jsonFeed).plainText},
		{name: "content_html", kind: jsontext.String, read: (*jsonFeed).htmlText},
		{name: "content_text", kind: jsontext.String, read: (*jsonFeed).longText},
		{name: "summary", kind: jsontext.String, check: (*jsonFeed).plainText},
		{name: "image", kind: jsontext.String, check: (*jsonFeed).webURL},
		{name: "banner_image", kind: jsontext.String, check: (*jsonFeed).webURL},
		{name: "date_published", kind: jsontext.String, check: (*jsonFeed).date, keep: keptPublished + 1},
		{name: "date_modified", kind: jsontext.String, check: (*jsonFeed).date, keep: keptModified + 1},
		{name: "author", kind: jsontext.Object, read: (*jsonFeed).singleAuthor, object: t.author},
		{name: "authors", kind: jsontext.Array, of: &jsonKey{kind: jsontext.Object, object: t.author}, since: "1.1"},
		{name: "tags", kind: jsontext.Array, of: &jsonKey{kind: jsontext.String, check: (*jsonFeed).tag, blank: true}},
		{name: "language", kind: jsontext.String, check: (*jsonFeed).language, since: "1.1"},
		{name: "attachments", kind: jsontext.Array, of: &jsonKey{kind: jsontext.Object, object: t.attachment}},
	}}
}

func jsonAuthorObject() *jsonObject {
	return &jsonObject{name: "author", end: (*jsonFeed).authorEnd, keys: []jsonKey{
		{name: "name", kind: jsontext.String, check: (*jsonFeed).plainText},
		{name: "url", kind: jsontext.String, check: (*jsonFeed).authorURL},
		{name: "avatar", kind: jsontext.String, check: (*jsonFeed).webURL},
	}}
}

func jsonHubObject() *jsonObject {
	return &jsonObject{name: "hub", end: (*jsonFeed).hubEnd, keys: []jsonKey{
		{name: "type", kind: jsontext.String, required: jsonHubIncomplete, check: (*jsonFeed).hubType},
		{name: "url", kind: jsontext.String, required: jsonHubIncomplete, check: (*jsonFeed).webURL, keep: keptURL + 1},
	}}
}

// The values of an attachment or hub that are kept.
const (
	keptURL = iota
	keptType
	keptSize
)

func jsonAttachmentObject() *jsonObject {
	return &jsonObject{name: "attachment", end: (*jsonFeed).attachmentEnd, keys: []jsonKey{
		{name: "url", kind: jsontext.String, required: jsonAttachmentIncomplete, check: (*jsonFeed).webURL, keep: keptURL + 1},
		{name: "mime_type", kind: jsontext.String, required: jsonAttachmentIncomplete, check: (*jsonFeed).mediaType, keep: keptType + 1},
		{name: "title", kind: jsontext.String, check: (*jsonFeed).plainText},
		{name: "size_in_bytes", kind: jsontext.Number, check: (*jsonFeed).size, keep: keptSize + 1},
		{name: "duration_in_seconds", kind: jsontext.Number, check: (*jsonFeed).notNegative},
	}}
}
