package parse

// A role says what the reader does with an element.
type role uint8

const (
	pass     role = iota // gofeed reads it
	skip                 // nobody reads it
	item                 // an item or entry
	channel              // RSS channel
	prose                // a text construct: kept aside as written, gofeed sees its number
	address              // its text is a URL, resolved against the xml:base in force
	periods              // its words, and those of the elements in it, with spaces between
	datetime             // kept from gofeed's own parsing of dates, which is slow and loses the zone
)

type word struct {
	words vocabulary
	local string
}

var rssRoles = map[word]role{
	{native, "item"}: item, {native, "channel"}: channel,
	{native, "items"}: skip, {native, "cloud"}: skip, {native, "skiphours"}: periods, {native, "skipdays"}: periods,
	{native, "title"}: prose, {native, "description"}: prose, {native, "summary"}: prose, {native, "abstract"}: prose,
	{native, "content"}: prose, {native, "encoded"}: prose, {native, "fullitem"}: prose, {native, "body"}: prose,
	{native, "copyright"}: prose, {native, "rights"}: prose, {native, "tagline"}: prose, {native, "guid"}: prose,
	{native, "author"}: pass, {native, "category"}: pass, {native, "enclosure"}: pass, {native, "source"}: pass,
	{native, "language"}: pass, {native, "generator"}: pass, {native, "managingeditor"}: pass,
	{native, "webmaster"}: pass, {native, "image"}: pass, {native, "textinput"}: pass, {native, "ttl"}: pass,
	{native, "name"}: pass, {native, "email"}: pass, // of an author, as Atom has it
	{native, "link"}: address, {native, "comments"}: address, {native, "url"}: address,
	{native, "uri"}: address, {native, "homepage"}: address, // of an author too
	{native, "pubdate"}: datetime, {native, "lastbuilddate"}: datetime, {native, "date"}: datetime,
	{native, "published"}: datetime, {native, "updated"}: datetime, {native, "modified"}: datetime,
	{native, "issued"}: datetime, {native, "created"}: datetime,
}

var atomRoles = map[string]role{
	"entry": item,
	"title": prose, "subtitle": prose, "tagline": prose, "info": skip, "summary": prose, "content": prose,
	"rights": prose, "copyright": prose, "id": prose,
	"uri": address, "url": address, "homepage": address, "icon": address, "logo": address,
	"updated": datetime, "modified": datetime, "published": datetime, "issued": datetime, "created": datetime,
	"pubdate": datetime, "lastbuilddate": datetime,
}

var extensionRoles = map[word]role{
	{contentWords, "encoded"}: prose,
	{xhtml, "body"}:           prose, {xhtml, "div"}: prose,
	{dublinCore, "title"}: prose, {dublinCore, "description"}: prose, {dublinCore, "rights"}: prose,
	{dublinCore, "creator"}: pass, {dublinCore, "author"}: pass, {dublinCore, "subject"}: pass,
	{dublinCore, "contributor"}: pass, {dublinCore, "publisher"}: pass,
	{dublinCore, "language"}: pass, {dublinCore, "date"}: pass, {dublinCore, "identifier"}: pass,
	{dcTerms, "issued"}: pass, {dcTerms, "created"}: pass, {dcTerms, "modified"}: pass,
	{mediaRSS, "title"}: prose, {mediaRSS, "description"}: prose,
	{mediaRSS, "group"}: pass, {mediaRSS, "content"}: pass, {mediaRSS, "category"}: pass, {mediaRSS, "keywords"}: pass,
	{itunes, "summary"}: prose, {itunes, "subtitle"}: prose, {itunes, "title"}: prose,
	{itunes, "author"}: pass, {itunes, "category"}: pass, {itunes, "keywords"}: pass, {itunes, "image"}: pass,
	{itunes, "duration"}: pass, {itunes, "explicit"}: pass, {itunes, "season"}: pass, {itunes, "episode"}: pass,
	{mediaRSS, "thumbnail"}: pass, {threading, "in-reply-to"}: pass,
	{geoRSS, "point"}: pass, {geoRSS, "where"}: pass, {gml, "point"}: pass, {gml, "pos"}: pass,
	{podcast, "season"}: pass, {podcast, "episode"}: pass, {podcast, "transcript"}: pass, {podcast, "chapters"}: pass, {podcast, "person"}: pass,
	{geoWGS84, "lat"}: pass, {geoWGS84, "long"}: pass, {geoWGS84, "point"}: pass,
	{itunes, "owner"}: pass, {itunes, "name"}: pass, {itunes, "email"}: pass,
	{feedburner, "origlink"}:      pass,
	{syndication, "updateperiod"}: pass, {syndication, "updatefrequency"}: pass, {syndication, "updatebase"}: pass,
}

// roleOf returns what to do with an element. atom says that the document is
// an Atom feed, whose own words are Atom's.
func roleOf(w word, atom bool) role {
	switch w.words {
	case native:
		if atom {
			return atomRoles[w.local]
		}
		if r, ok := rssRoles[w]; ok {
			return r
		}
		return skip
	case atomWords:
		if r := atomRoles[w.local]; r != item {
			return r
		}
		return skip
	}
	if r, ok := extensionRoles[w]; ok {
		return r
	}
	return skip
}
