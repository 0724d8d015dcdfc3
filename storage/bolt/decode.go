package bolt

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"tributary/feed"
)

// A fieldReader yields the fields of a value. The texts are parts of the
// value, which is copied once.
type fieldReader struct {
	rest string
	tag  uint64
	text string
	err  error
}

// readFields begins a value that will not change.
func readFields(value string) fieldReader {
	if value == "" || value[0] != formatFields {
		return fieldReader{err: damaged("a value has an unknown format")}
	}
	return fieldReader{rest: value[1:]}
}

// next goes to the next field; false at the end, or at an error.
func (r *fieldReader) next() bool {
	if r.rest == "" || r.err != nil {
		return false
	}
	var size uint64
	var ok bool
	if r.tag, r.rest, ok = cutUvarint(r.rest); !ok {
		return r.fail("a field has no tag")
	}
	if size, r.rest, ok = cutUvarint(r.rest); !ok || size > uint64(len(r.rest)) {
		return r.fail("a field is longer than its value")
	}
	r.text, r.rest = r.rest[:size], r.rest[size:]
	return true
}

func (r *fieldReader) fail(why string) bool {
	r.err = damaged(why)
	return false
}

// cutUvarint reads a number from the front of s.
func cutUvarint(s string) (n uint64, rest string, ok bool) {
	for i := 0; i < len(s) && i < binary.MaxVarintLen64; i++ {
		n |= uint64(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			return n, s[i+1:], true
		}
	}
	return 0, s, false
}

func (r *fieldReader) number() uint64 {
	n, rest, ok := cutUvarint(r.text)
	if !ok || rest != "" {
		r.fail("a number is cut short")
	}
	return n
}

func (r *fieldReader) time() time.Time {
	if len(r.text) != 16 {
		r.fail("a date is cut short")
		return time.Time{}
	}
	var b [16]byte
	copy(b[:], r.text)
	seconds, nanos := int64(binary.BigEndian.Uint64(b[:])), int64(binary.BigEndian.Uint32(b[8:]))
	offset := int(int32(binary.BigEndian.Uint32(b[12:])))
	if nanos >= 1e9 || offset <= -86400 || offset >= 86400 {
		r.fail("a date is out of range")
		return time.Time{}
	}
	t := time.Unix(seconds, nanos).In(zone(offset))
	if t.IsZero() {
		return time.Time{}
	}
	return t
}

// zone returns a location for the offset. UTC and the offsets of whole hours
// are made once.
func zone(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	if offset%3600 == 0 {
		return hours[offset/3600+24]
	}
	return time.FixedZone("", offset)
}

var hours = func() (zones [49]*time.Location) {
	for i := range zones {
		zones[i] = time.FixedZone("", (i-24)*3600)
	}
	return zones
}()

func (r *fieldReader) construct() feed.Text {
	if r.text == "" || r.text[0] > byte(feed.TextHTML) {
		r.fail("a text has no type")
		return feed.Text{}
	}
	return feed.Text{Type: feed.TextType(r.text[0]), Body: r.text[1:]}
}

func (r *fieldReader) digest() (d [16]byte) {
	if len(r.text) != len(d) {
		r.fail("a digest is cut short")
	}
	copy(d[:], r.text)
	return d
}

// part cuts the next text from a record. A record may have fewer than are
// asked for: the missing ones are empty.
func (r *fieldReader) part() string {
	if r.text == "" {
		return ""
	}
	n, rest, ok := cutUvarint(r.text)
	if !ok || n > uint64(len(rest)) {
		r.fail("a record is cut short")
		r.text = ""
		return ""
	}
	r.text = rest[n:]
	return rest[:n]
}

func (r *fieldReader) link() feed.Link {
	l := feed.Link{Href: r.part(), Rel: r.part(), Type: r.part(), HrefLang: r.part(), Title: r.part()}
	if length := r.part(); length != "" {
		var err error
		if l.Length, err = strconv.ParseInt(length, 10, 64); err != nil {
			r.fail("a length is no number")
		}
	}
	return l
}

func (r *fieldReader) person() feed.Person {
	return feed.Person{Name: r.part(), URI: r.part(), Email: r.part()}
}

func (r *fieldReader) category() feed.Category {
	return feed.Category{Term: r.part(), Scheme: r.part(), Label: r.part()}
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
	case entryOriginal:
		e.Original = decodeOriginal(r)
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

// id cuts an identity from a record.
func (r *fieldReader) id() (id feed.EntryID) {
	if part := r.part(); len(part) == len(id) {
		copy(id[:], part)
	} else {
		r.fail("an identity is cut short")
	}
	return id
}

// small cuts a number of at most so much from a record.
func (r *fieldReader) small(most uint64) uint64 {
	n, err := strconv.ParseUint(r.part(), 10, 64)
	if err != nil || n > most {
		r.fail("a number is out of range")
		return 0
	}
	return n
}

// seconds cuts a moment from a record.
func (r *fieldReader) seconds() time.Time {
	n, err := strconv.ParseInt(r.part(), 10, 64)
	if err != nil {
		r.fail("a date is out of range")
	}
	return time.Unix(n, 0).UTC()
}

func decodeEntry(value []byte) (e feed.Entry, err error) {
	err = new(entryDecoder).decode(string(value), &e)
	return e, err
}

func decodeState(value []byte) (st storedState, err error) {
	r := readFields(string(value))
	for r.next() {
		if known, err := decodeSetting(&r, &st); err != nil {
			return st, err
		} else if !known {
			decodeLearned(&r, &st.State)
		}
	}
	return st, r.err
}

// decodeSettings is decodeState for those who want to know the settings only.
func decodeSettings(value []byte) (st storedState, err error) {
	r := readFields(string(value))
	for r.next() {
		if _, err := decodeSetting(&r, &st); err != nil {
			return st, err
		}
	}
	return st, r.err
}

// decodeSetting reads what the configuration says of a source, and reports
// whether the field was of that kind.
func decodeSetting(r *fieldReader, st *storedState) (known bool, err error) {
	switch r.tag {
	case stateSource:
		st.Source.ID = feed.SourceID(r.text)
	case stateSourceURL:
		st.Source.URL = r.text
	case stateKind:
		st.Source.Kind = r.text
	case stateCategory:
		st.Source.Categories = append(st.Source.Categories, r.text)
	case stateInterval:
		st.Source.Interval = time.Duration(r.number())
	case stateOptions:
		if err := json.Unmarshal([]byte(r.text), &st.Source.Options); err != nil {
			return true, damaged("the options of a source: " + err.Error())
		}
		if len(st.Source.Options) == 0 {
			st.Source.Options = nil
		}
	case stateFiling:
		st.Source.Filing = r.digest()
	case stateRequest:
		st.Source.Request = r.digest()
	case stateUnwanted:
		st.unwanted = r.number() != 0
	case stateRefile:
		st.refile = r.number() != 0
	case stateRuled:
		st.ruled = r.number() != 0
	case stateRead:
		st.read = r.time()
	default:
		return false, nil
	}
	return true, nil
}

// decodeLearned reads what polling has learned.
func decodeLearned(r *fieldReader, st *feed.State) {
	switch r.tag {
	case stateRevision:
		st.Revision = r.number()
	case stateURL:
		st.URL = r.text
	case stateFeed:
		var err error
		if st.Feed, err = decodeFeed(r.text); err != nil {
			r.err = err
		}
	case stateETag:
		st.ETag = r.text
	case stateLastModified:
		st.LastModified = r.text
	case stateValidatorsOf:
		st.ValidatorsOf = r.text
	case stateBare:
		st.Bare = r.count()
	case stateBody:
		st.Body = r.digest()
	case stateCoded:
		st.Coded = r.digest()
	case stateParts:
		st.Parts.Items = r.listing()
	case stateWhole:
		st.Parts.Whole = r.time()
	case stateDates:
		st.Parts.Dates = r.text
	case stateProblems:
		st.Problems = r.text
	case stateLastPoll:
		st.LastPoll = r.time()
	case stateNextPoll:
		st.NextPoll = r.time()
	case stateLastSuccess:
		st.LastSuccess = r.time()
	case stateFailures:
		st.Failures = r.count()
	case stateLastError:
		st.LastError = r.text
	default:
		decodeSchedule(r, st)
	}
}

// decodeSchedule reads what decides when a source is polled.
func decodeSchedule(r *fieldReader, st *feed.State) {
	switch r.tag {
	case stateReader:
		st.Reader = r.count()
	case stateHub:
		st.Hub = r.text
	case stateTopic:
		st.Topic = r.text
	case stateRhythm:
		st.Rhythm = decodeRhythm(r)
	case stateFresh:
		st.Fresh = r.duration()
	case stateNewest:
		st.Newest = r.time()
	case stateGap:
		st.Gap = r.duration()
	case stateWhy:
		st.Why = feed.Why(min(r.number(), math.MaxUint8))
	case stateNotBefore:
		st.NotBefore = r.time()
	case stateStatus:
		st.Status = r.count()
	case stateFailingSince:
		st.FailingSince = r.time()
	case stateMove:
		st.Move = decodeMove(r)
	}
}

func (r *fieldReader) listing() []feed.Part {
	if len(r.text) == 0 || len(r.text)%8 != 0 {
		r.fail("the digest of an item is cut short")
		return nil
	}
	parts := make([]feed.Part, len(r.text)/8)
	for i := range parts {
		parts[i] = feed.Part(binary.BigEndian.Uint64([]byte(r.text[8*i : 8*i+8])))
	}
	return parts
}

func (r *fieldReader) duration() time.Duration { return time.Duration(min(r.number(), math.MaxInt64)) }
func (r *fieldReader) count() int              { return int(min(r.number(), math.MaxInt32)) }

func decodeRhythm(in *fieldReader) (to feed.Rhythm) {
	r := readFields(in.text)
	for r.next() {
		switch r.tag {
		case rhythmTTL:
			to.TTL = r.duration()
		case rhythmPeriod:
			to.Period = r.duration()
		case rhythmBase:
			to.Base = r.time()
		case rhythmSkipHours:
			to.SkipHours = uint32(min(r.number(), math.MaxUint32))
		case rhythmSkipDays:
			to.SkipDays = uint8(min(r.number(), math.MaxUint8))
		}
	}
	in.inherit(&r)
	return to
}

func decodeMove(in *fieldReader) (to feed.Move) {
	r := readFields(in.text)
	for r.next() {
		switch r.tag {
		case moveTo:
			to.To = r.text
		case moveSeen:
			to.Seen = r.count()
		case moveAt:
			to.At = r.time()
		}
	}
	in.inherit(&r)
	return to
}

// inherit takes over the error of a value inside.
func (r *fieldReader) inherit(inner *fieldReader) {
	if inner.err != nil {
		r.err = inner.err
	}
}

func decodeSubscription(value []byte) (s feed.Subscription, err error) {
	r := readFields(string(value))
	for r.next() {
		switch r.tag {
		case subSource:
			s.Source = feed.SourceID(r.text)
		case subHub:
			s.Hub = r.text
		case subTopic:
			s.Topic = r.text
		case subToken:
			s.Token = r.text
		case subSecret:
			s.Secret = r.text
		case subMode:
			s.Mode = feed.Mode(min(r.number(), math.MaxUint8))
		case subNext:
			s.Next = r.time()
		case subLeaseEnd:
			s.LeaseEnd = r.time()
		case subPushed:
			s.Pushed = r.time()
		case subFailures:
			s.Failures = r.count()
		case subError:
			s.Error = r.text
		case subCallback:
			s.Callback = r.text
		case subMissed:
			s.Missed = r.time()
		}
	}
	return s, r.err
}

func decodeDeleted(value []byte) (d feed.DeletedEntry, err error) {
	r := readFields(string(value))
	for r.next() {
		switch r.tag {
		case deletedRef:
			d.Ref = r.digest()
		case deletedSource:
			d.Source = feed.SourceID(r.text)
		case deletedUpstreamID:
			d.UpstreamID = r.text
		case deletedLink:
			d.Link = r.text
		case deletedTitle:
			d.Title = r.text
		case deletedWords:
			d.Words = r.digest()
		case deletedReceived:
			d.Received = r.time()
		case deletedWhen:
			d.When = r.time()
		case deletedBy:
			d.By = r.text
		case deletedComment:
			d.Comment = r.text
		case deletedListed:
			d.Listed = r.time()
		}
	}
	return d, r.err
}

func decodeFeed(value string) (f feed.Feed, err error) {
	r := readFields(value)
	for r.next() {
		switch r.tag {
		case feedID:
			f.ID = r.text
		case feedLanguage:
			f.Language = r.text
		case feedLogo:
			f.Logo = r.text
		case feedIcon:
			f.Icon = r.text
		case feedGenerator:
			f.Generator = r.text
		case feedTitle:
			f.Title = r.construct()
		case feedSubtitle:
			f.Subtitle = r.construct()
		case feedRights:
			f.Rights = r.construct()
		case feedLink:
			f.Links = append(f.Links, r.link())
		case feedAuthor:
			f.Authors = append(f.Authors, r.person())
		case feedCategory:
			f.Categories = append(f.Categories, r.category())
		case feedPublished:
			f.Published = r.time()
		case feedUpdated:
			f.Updated = r.time()
		}
	}
	return f, r.err
}
