package bolt

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"tributary/feed"
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

// seconds cuts a moment from a record.
func (r *fieldReader) seconds() time.Time {
	n, err := strconv.ParseInt(r.part(), 10, 64)
	if err != nil {
		r.fail("a date is out of range")
	}
	return time.Unix(n, 0).UTC()
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
