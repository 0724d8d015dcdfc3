package bolt

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"tributary/feed"
)

// A value is a format byte and fields; a field is a tag, a length and that
// many bytes. A reader passes over tags it does not know, so a new field needs
// no migration. Fields that are empty are not written.
const formatFields = 1

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

// The tags of an original.
const (
	originalTitle = iota + 1
	originalLanguage
	originalDigest
)

// The tags of a state.
const (
	stateSource = iota + 1
	stateSourceURL
	stateKind
	stateCategory
	stateInterval
	stateOptions
	stateRevision
	stateURL
	stateFeed
	stateETag
	stateLastModified
	stateBody
	stateLastPoll
	stateNextPoll
	stateLastSuccess
	stateFailures
	stateLastError
	stateUnwanted
	stateCoded
	stateRefile
	stateProblems
	stateRequest
	stateReader
	stateHub
	stateTopic
	stateRhythm
	stateFresh
	stateNewest
	stateGap
	stateWhy
	stateNotBefore
	stateStatus
	stateFailingSince
	stateMove
	stateValidatorsOf
	stateRead
	stateParts
	stateWhole
	stateDates
	stateBare
)

// These are far from the others, as entryOriginal is.
const (
	stateFiling = iota + 64
	stateRuled
)

// The tags of a rhythm.
const (
	rhythmTTL = iota + 1
	rhythmPeriod
	rhythmBase
	rhythmSkipHours
	rhythmSkipDays
)

// The tags of a move.
const (
	moveTo = iota + 1
	moveSeen
	moveAt
)

// The tags of a subscription.
const (
	subSource = iota + 1
	subHub
	subTopic
	subToken
	subSecret
	subMode
	subNext
	subLeaseEnd
	subPushed
	subFailures
	subError
	subCallback
	subMissed
)

// The tags of a subscriber of our own hub.
const (
	subscriberTopic = iota + 1
	subscriberCallback
	subscriberSecret
	subscriberSince
	subscriberLeaseEnd
	subscriberSent
	subscriberOwed
	subscriberNext
	subscriberFailures
	subscriberError
)

// The tags of a deleted entry.
const (
	deletedRef = iota + 1
	deletedSource
	deletedUpstreamID
	deletedLink
	deletedTitle
	deletedWords
	deletedReceived
	deletedWhen
	deletedBy
	deletedComment
	deletedListed
)

// The tags of a feed's metadata.
const (
	feedID = iota + 1
	feedLanguage
	feedLogo
	feedIcon
	feedGenerator
	feedTitle
	feedSubtitle
	feedRights
	feedLink
	feedAuthor
	feedCategory
	feedPublished
	feedUpdated
)

// A fieldWriter appends fields.
type fieldWriter struct{ b []byte }

func newFieldWriter(size int) *fieldWriter {
	return &fieldWriter{b: append(make([]byte, 0, size), formatFields)}
}

func (w *fieldWriter) head(tag, length int) {
	w.b = binary.AppendUvarint(w.b, uint64(tag))
	w.b = binary.AppendUvarint(w.b, uint64(length))
}

func (w *fieldWriter) text(tag int, s string) {
	if s != "" {
		w.head(tag, len(s))
		w.b = append(w.b, s...)
	}
}

// item writes one text of a list; an empty one is an item too.
func (w *fieldWriter) item(tag int, s string) {
	w.head(tag, len(s))
	w.b = append(w.b, s...)
}

func (w *fieldWriter) bytes(tag int, b []byte) {
	w.head(tag, len(b))
	w.b = append(w.b, b...)
}

func (w *fieldWriter) number(tag int, n uint64) {
	if n != 0 {
		w.bytes(tag, binary.AppendUvarint(nil, n))
	}
}

func (w *fieldWriter) duration(tag int, d time.Duration) { w.number(tag, uint64(max(d, 0))) }

func (w *fieldWriter) flag(tag int, set bool) {
	if set {
		w.number(tag, 1)
	}
}

// time writes seconds, nanoseconds and the offset from UTC in seconds.
func (w *fieldWriter) time(tag int, t time.Time) {
	if t.IsZero() {
		return
	}
	var b [16]byte
	_, offset := t.Zone()
	binary.BigEndian.PutUint64(b[:], uint64(t.Unix()))
	binary.BigEndian.PutUint32(b[8:], uint32(t.Nanosecond()))
	binary.BigEndian.PutUint32(b[12:], uint32(int32(offset)))
	w.bytes(tag, b[:])
}

// construct writes a text construct: its type in one byte, then the text.
func (w *fieldWriter) construct(tag int, t feed.Text) {
	if t.Body == "" && t.Type == feed.TextPlain {
		return
	}
	w.head(tag, 1+len(t.Body))
	w.b = append(append(w.b, byte(t.Type)), t.Body...)
}

// parts writes a record of texts, each with its length before it.
func (w *fieldWriter) parts(tag int, parts ...string) {
	size := 0
	for _, p := range parts {
		size += uvarintSize(len(p)) + len(p)
	}
	w.head(tag, size)
	for _, p := range parts {
		w.b = binary.AppendUvarint(w.b, uint64(len(p)))
		w.b = append(w.b, p...)
	}
}

// listing writes the parts of a document, eight bytes each.
func (w *fieldWriter) listing(tag int, parts []feed.Part) {
	if len(parts) == 0 {
		return
	}
	w.head(tag, 8*len(parts))
	for _, p := range parts {
		w.b = binary.BigEndian.AppendUint64(w.b, uint64(p))
	}
}

func uvarintSize(n int) int {
	size := 1
	for ; n >= 0x80; n >>= 7 {
		size++
	}
	return size
}

func (w *fieldWriter) link(tag int, l feed.Link) {
	length := ""
	if l.Length != 0 {
		length = fmt.Sprint(l.Length)
	}
	w.parts(tag, l.Href, l.Rel, l.Type, l.HrefLang, l.Title, length)
}

func (w *fieldWriter) person(tag int, p feed.Person)     { w.parts(tag, p.Name, p.URI, p.Email) }
func (w *fieldWriter) category(tag int, c feed.Category) { w.parts(tag, c.Term, c.Scheme, c.Label) }

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
	for _, r := range e.InReplyTo {
		w.parts(entryReference, r.Ref, r.Href, r.Source, r.Type)
	}
	w.story(e)
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

// A storedState is a state and what the engine must remember of the source.
type storedState struct {
	feed.State
	unwanted bool      // by the configuration
	refile   bool      // entries may not be filed yet as its categories say
	ruled    bool      // rules may have changed its entries: Refile puts them right, not PutSources
	read     time.Time // when its last whole document was
}

// terms are what the entries of the source are to be filed under.
func (s *storedState) terms() []string {
	if s.unwanted {
		return nil
	}
	return feed.Filing(s.Source.Categories)
}

func encodeState(s *storedState) ([]byte, error) {
	w := newFieldWriter(512)
	w.text(stateSource, string(s.Source.ID))
	w.text(stateSourceURL, s.Source.URL)
	w.text(stateKind, s.Source.Kind)
	for _, c := range s.Source.Categories {
		w.item(stateCategory, c)
	}
	w.number(stateInterval, uint64(s.Source.Interval))
	if len(s.Source.Options) > 0 {
		options, err := json.Marshal(s.Source.Options) // keys in order
		if err != nil {
			return nil, fmt.Errorf("encode the options of %s: %w", s.Source.ID, err)
		}
		w.bytes(stateOptions, options)
	}
	if !s.Source.Filing.IsZero() {
		w.bytes(stateFiling, s.Source.Filing[:])
	}
	if !s.Source.Request.IsZero() {
		w.bytes(stateRequest, s.Source.Request[:])
	}
	w.number(stateRevision, s.Revision)
	w.text(stateURL, s.URL)
	w.bytes(stateFeed, encodeFeed(&s.Feed))
	w.text(stateETag, s.ETag)
	w.text(stateLastModified, s.LastModified)
	w.text(stateValidatorsOf, s.ValidatorsOf)
	w.number(stateBare, uint64(max(s.Bare, 0)))
	if !s.Body.IsZero() {
		w.bytes(stateBody, s.Body[:])
	}
	if !s.Coded.IsZero() {
		w.bytes(stateCoded, s.Coded[:])
	}
	w.text(stateProblems, s.Problems)
	w.listing(stateParts, s.Parts.Items)
	w.time(stateWhole, s.Parts.Whole)
	w.text(stateDates, s.Parts.Dates)
	w.time(stateLastPoll, s.LastPoll)
	w.time(stateNextPoll, s.NextPoll)
	w.time(stateLastSuccess, s.LastSuccess)
	w.number(stateFailures, uint64(max(s.Failures, 0)))
	w.text(stateLastError, s.LastError)
	w.flag(stateUnwanted, s.unwanted)
	w.flag(stateRefile, s.refile)
	w.flag(stateRuled, s.ruled)
	w.time(stateRead, s.read)
	w.schedule(&s.State)
	return w.b, nil
}

// schedule writes what decides when a source is polled.
func (w *fieldWriter) schedule(s *feed.State) {
	w.number(stateReader, uint64(max(s.Reader, 0)))
	w.text(stateHub, s.Hub)
	w.text(stateTopic, s.Topic)
	if s.Rhythm != (feed.Rhythm{}) {
		w.bytes(stateRhythm, encodeRhythm(&s.Rhythm))
	}
	w.duration(stateFresh, s.Fresh)
	w.time(stateNewest, s.Newest)
	w.duration(stateGap, s.Gap)
	w.number(stateWhy, uint64(s.Why))
	w.time(stateNotBefore, s.NotBefore)
	w.number(stateStatus, uint64(max(s.Status, 0)))
	w.time(stateFailingSince, s.FailingSince)
	if s.Move != (feed.Move{}) {
		w.bytes(stateMove, encodeMove(&s.Move))
	}
}

func encodeRhythm(r *feed.Rhythm) []byte {
	w := newFieldWriter(64)
	w.duration(rhythmTTL, r.TTL)
	w.duration(rhythmPeriod, r.Period)
	w.time(rhythmBase, r.Base)
	w.number(rhythmSkipHours, uint64(r.SkipHours))
	w.number(rhythmSkipDays, uint64(r.SkipDays))
	return w.b
}

func encodeMove(m *feed.Move) []byte {
	w := newFieldWriter(64 + len(m.To))
	w.text(moveTo, m.To)
	w.number(moveSeen, uint64(max(m.Seen, 0)))
	w.time(moveAt, m.At)
	return w.b
}

func encodeSubscription(s *feed.Subscription) []byte {
	w := newFieldWriter(512)
	w.text(subSource, string(s.Source))
	w.text(subHub, s.Hub)
	w.text(subTopic, s.Topic)
	w.text(subToken, s.Token)
	w.text(subSecret, s.Secret)
	w.number(subMode, uint64(s.Mode))
	w.time(subNext, s.Next)
	w.time(subLeaseEnd, s.LeaseEnd)
	w.time(subPushed, s.Pushed)
	w.number(subFailures, uint64(max(s.Failures, 0)))
	w.text(subError, s.Error)
	w.text(subCallback, s.Callback)
	w.time(subMissed, s.Missed)
	return w.b
}

func encodeDeleted(d *feed.DeletedEntry) []byte {
	w := newFieldWriter(256)
	w.bytes(deletedRef, d.Ref[:])
	w.text(deletedSource, string(d.Source))
	w.text(deletedUpstreamID, d.UpstreamID)
	w.text(deletedLink, d.Link)
	w.text(deletedTitle, d.Title)
	if !d.Words.IsZero() {
		w.bytes(deletedWords, d.Words[:])
	}
	w.time(deletedReceived, d.Received)
	w.time(deletedWhen, d.When)
	w.text(deletedBy, d.By)
	w.text(deletedComment, d.Comment)
	w.time(deletedListed, d.Listed)
	return w.b
}

func encodeFeed(f *feed.Feed) []byte {
	w := newFieldWriter(256)
	w.text(feedID, f.ID)
	w.text(feedLanguage, f.Language)
	w.text(feedLogo, f.Logo)
	w.text(feedIcon, f.Icon)
	w.text(feedGenerator, f.Generator)
	w.construct(feedTitle, f.Title)
	w.construct(feedSubtitle, f.Subtitle)
	w.construct(feedRights, f.Rights)
	for _, l := range f.Links {
		w.link(feedLink, l)
	}
	for _, p := range f.Authors {
		w.person(feedAuthor, p)
	}
	for _, c := range f.Categories {
		w.category(feedCategory, c)
	}
	w.time(feedPublished, f.Published)
	w.time(feedUpdated, f.Updated)
	return w.b
}
