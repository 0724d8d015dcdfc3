package bolt

import (
	"encoding/binary"
	"strconv"

	"tributary/feed"
)

// The tags of an entry. They are for good: a tag is never given to another
// field.
const (
	entryID = iota + 1
	entrySource
	entryUpstreamID
	entrySlug
	entryFiled
	entryTitle
	entrySummary
	entryContent
	entryRights
	entryLanguage
	entryLink
	entryAuthor
	entryContributor
	entryCategory
	entryPublished
	entryUpdated
	entryReceived
	entryOrder
	entryModified
	entryDigest
	entryImage
	entryDuration
	entrySeason
	entryEpisode
	entryPoint
	entryReference
	entryLinkKey
	entryKeys
	entrySketch
	entryRepeat
	entryAlso
	entryLead
)

// entryOriginal is far from the others: several add fields at one time.
const entryOriginal = 64

// The tags of what a podcast says of an episode.
const (
	entryCredit   = 65
	entryExplicit = 66
)

// The tags of an original.
const (
	originalTitle = iota + 1
	originalLanguage
	originalDigest
)

func encodeEntry(e *feed.Entry) []byte {
	w := newFieldWriter(512 + len(e.Content.Body) + len(e.Summary.Body))
	w.bytes(entryID, e.ID[:])
	w.text(entrySource, string(e.Source))
	w.text(entryUpstreamID, e.UpstreamID)
	w.text(entrySlug, e.Slug)
	for _, term := range e.Filed {
		w.item(entryFiled, term)
	}
	w.construct(entryTitle, e.Title)
	w.construct(entrySummary, e.Summary)
	w.construct(entryContent, e.Content)
	w.construct(entryRights, e.Rights)
	w.text(entryLanguage, e.Language)
	for _, l := range e.Links {
		w.link(entryLink, l)
	}
	for _, p := range e.Authors {
		w.person(entryAuthor, p)
	}
	for _, p := range e.Contributors {
		w.person(entryContributor, p)
	}
	for _, c := range e.Categories {
		w.category(entryCategory, c)
	}
	w.time(entryPublished, e.Published)
	w.time(entryUpdated, e.Updated)
	w.time(entryReceived, e.Received)
	w.time(entryOrder, e.Order)
	w.time(entryModified, e.Modified)
	w.bytes(entryDigest, e.Digest[:])
	w.text(entryImage, e.Image)
	w.duration(entryDuration, e.Duration)
	w.number(entrySeason, uint64(max(e.Season, 0)))
	w.number(entryEpisode, uint64(max(e.Episode, 0)))
	w.text(entryPoint, e.Point)
	for _, c := range e.Credits {
		w.parts(entryCredit, c.Name, c.Role, c.Group, c.Href, c.Image)
	}
	w.number(entryExplicit, uint64(e.Explicit))
	for _, r := range e.InReplyTo {
		w.parts(entryReference, r.Ref, r.Href, r.Source, r.Type)
	}
	w.story(e)
	w.making(&e.Making)
	w.fromFeed(e.FromFeed)
	if o := e.Original; o != nil {
		w.bytes(entryOriginal, encodeOriginal(o))
	}
	return w.b
}

func encodeOriginal(o *feed.Original) []byte {
	w := newFieldWriter(64 + len(o.Title.Body))
	w.construct(originalTitle, o.Title)
	w.text(originalLanguage, o.Language)
	w.bytes(originalDigest, o.Digest[:])
	return w.b
}

// story writes what tells that an entry comes once more, and what does.
func (w *fieldWriter) story(e *feed.Entry) {
	w.number(entryLinkKey, e.Story.Link)
	if len(e.Story.Keys) > 0 {
		w.head(entryKeys, 8*len(e.Story.Keys))
		for _, k := range e.Story.Keys {
			w.b = binary.BigEndian.AppendUint64(w.b, k)
		}
	}
	w.text(entrySketch, e.Story.Sketch)
	for i := range e.Repeats {
		r := &e.Repeats[i]
		w.parts(entryRepeat, r.Term, string(r.Of[:]), strconv.Itoa(int(r.Why)), strconv.Itoa(r.Share))
	}
	for i := range e.Also {
		a := &e.Also[i]
		w.parts(entryAlso, string(a.Entry[:]), string(a.Source), a.Href, a.Title, strconv.FormatInt(a.At.Unix(), 10))
	}
	if e.Lead != (feed.EntryID{}) {
		w.bytes(entryLead, e.Lead[:])
	}
}

// An entryDecoder decodes entries whose lists share a few allocations.
type entryDecoder struct {
	terms      []string
	links      []feed.Link
	people     []feed.Person
	categories []feed.Category
}

// newEntryDecoder makes room for the lists of n usual entries.
func newEntryDecoder(n int) *entryDecoder {
	return &entryDecoder{terms: make([]string, 0, n), links: make([]feed.Link, 0, n), people: make([]feed.Person, 0, n)}
}

// grow appends v to the arena and to part, the arena's last elements, and
// returns both. The parts of other entries are never written to.
func grow[T any](arena []T, part []T, v T) (newArena, newPart []T) {
	arena = append(arena, v)
	from := len(arena) - 1 - len(part)
	return arena, arena[from:len(arena):len(arena)]
}

// list decodes the fields that repeat, and reports whether it was one.
func (d *entryDecoder) list(r *fieldReader, e *feed.Entry) bool {
	switch r.tag {
	case entryFiled:
		d.terms, e.Filed = grow(d.terms, e.Filed, r.text)
	case entryLink:
		d.links, e.Links = grow(d.links, e.Links, r.link())
	case entryAuthor:
		d.people, e.Authors = grow(d.people, e.Authors, r.person())
	case entryContributor:
		d.people, e.Contributors = grow(d.people, e.Contributors, r.person())
	case entryCategory:
		d.categories, e.Categories = grow(d.categories, e.Categories, r.category())
	default:
		return false
	}
	return true
}

// decode reads an entry. The fields of a list lie side by side in a value;
// what grow leans on.
func (d *entryDecoder) decode(value string, e *feed.Entry) error {
	r := readFields(value)
	for r.next() {
		if d.list(&r, e) {
			continue
		}
		switch r.tag {
		case entryID:
			e.ID = r.digest()
		case entrySource:
			e.Source = feed.SourceID(r.text)
		case entryUpstreamID:
			e.UpstreamID = r.text
		case entrySlug:
			e.Slug = r.text
		case entryTitle:
			e.Title = r.construct()
		case entrySummary:
			e.Summary = r.construct()
		case entryContent:
			e.Content = r.construct()
		case entryRights:
			e.Rights = r.construct()
		case entryLanguage:
			e.Language = r.text
		case entryPublished:
			e.Published = r.time()
		case entryUpdated:
			e.Updated = r.time()
		case entryReceived:
			e.Received = r.time()
		case entryOrder:
			e.Order = r.time()
		case entryModified:
			e.Modified = r.time()
		case entryDigest:
			e.Digest = r.digest()
		default:
			decodeRest(&r, e)
		}
	}
	return r.err
}

// decodeRest reads the fields that few entries have.
func decodeRest(r *fieldReader, e *feed.Entry) {
	switch r.tag {
	case entryImage:
		e.Image = r.text
	case entryDuration:
		e.Duration = r.duration()
	case entrySeason:
		e.Season = r.count()
	case entryEpisode:
		e.Episode = r.count()
	case entryPoint:
		e.Point = r.text
	case entryCredit:
		e.Credits = append(e.Credits, feed.Credit{Name: r.part(), Role: r.part(), Group: r.part(), Href: r.part(), Image: r.part()})
	case entryExplicit:
		e.Explicit = feed.Rating(min(r.number(), uint64(feed.Explicit)))
	case entryOriginal:
		e.Original = decodeOriginal(r)
	case entryMaking:
		e.Making = r.making()
	case entryFromFeed:
		e.FromFeed = r.fromFeed()
	case entryReference:
		e.InReplyTo = append(e.InReplyTo, feed.Reference{Ref: r.part(), Href: r.part(), Source: r.part(), Type: r.part()})
	default:
		r.story(e)
	}
}

func decodeOriginal(in *fieldReader) *feed.Original {
	o := &feed.Original{}
	r := readFields(in.text)
	for r.next() {
		switch r.tag {
		case originalTitle:
			o.Title = r.construct()
		case originalLanguage:
			o.Language = r.text
		case originalDigest:
			o.Digest = r.digest()
		}
	}
	in.inherit(&r)
	return o
}

// story reads a field that fieldWriter.story wrote; it passes over others.
func (r *fieldReader) story(e *feed.Entry) {
	switch r.tag {
	case entryLinkKey:
		e.Story.Link = r.number()
	case entryKeys:
		e.Story.Keys = r.keys()
	case entrySketch:
		e.Story.Sketch = r.text
	case entryRepeat:
		e.Repeats = append(e.Repeats, feed.Repeat{Term: r.part(), Of: r.id(), Why: feed.Likeness(r.small(uint64(feed.SameStory))), Share: int(r.small(100))})
	case entryAlso:
		e.Also = append(e.Also, feed.Also{Entry: r.id(), Source: feed.SourceID(r.part()), Href: r.part(), Title: r.part(), At: r.seconds()})
	case entryLead:
		e.Lead = r.digest()
	}
}

func (r *fieldReader) keys() []uint64 {
	if len(r.text) == 0 || len(r.text)%8 != 0 {
		r.fail("a key is cut short")
		return nil
	}
	keys := make([]uint64, len(r.text)/8)
	for i := range keys {
		keys[i] = binary.BigEndian.Uint64([]byte(r.text[8*i : 8*i+8]))
	}
	return keys
}

func decodeEntry(value []byte) (e feed.Entry, err error) {
	err = new(entryDecoder).decode(string(value), &e)
	return e, err
}

// decodeHead reads what is compared of an entry, which is not its text.
func decodeHead(value []byte) (e feed.Entry, err error) {
	r := readFields(string(value))
	for r.next() {
		switch r.tag {
		case entryID:
			e.ID = r.digest()
		case entrySource:
			e.Source = feed.SourceID(r.text)
		case entryTitle:
			e.Title = r.construct()
		case entryFiled:
			e.Filed = append(e.Filed, r.text)
		case entryPublished:
			e.Published = r.time()
		case entryUpdated:
			e.Updated = r.time()
		case entryReceived:
			e.Received = r.time()
		case entryModified:
			e.Modified = r.time()
		case entryOrder:
			e.Order = r.time()
		default:
			r.story(&e)
		}
	}
	return e, r.err
}
