package bolt

import (
	"encoding/binary"
	"encoding/json"
	"strconv"
	"time"

	"tributary/feed"
)

// fields calls f with every field of a value. The texts share one copy of the
// value, so decoding an entry allocates once for all of them.
func fields(value []byte, f func(tag uint64, text string) error) error {
	if len(value) == 0 || value[0] != formatFields {
		return damaged("a value has an unknown format")
	}
	rest := string(value[1:])
	for rest != "" {
		var tag, size uint64
		var ok bool
		if tag, rest, ok = cutUvarint(rest); !ok {
			return damaged("a field has no tag")
		}
		if size, rest, ok = cutUvarint(rest); !ok || size > uint64(len(rest)) {
			return damaged("a field is longer than its value")
		}
		if err := f(tag, rest[:size]); err != nil {
			return err
		}
		rest = rest[size:]
	}
	return nil
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

func decodeNumber(s string) (uint64, error) {
	n, rest, ok := cutUvarint(s)
	if !ok || rest != "" {
		return 0, damaged("a number is cut short")
	}
	return n, nil
}

func decodeTime(s string, t *time.Time) error {
	if len(s) != 16 {
		return damaged("a date is cut short")
	}
	b := []byte(s)
	seconds, nanos := int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint32(b[8:]))
	offset := int(int32(binary.BigEndian.Uint32(b[12:])))
	if nanos >= 1e9 || offset <= -86400 || offset >= 86400 {
		return damaged("a date is out of range")
	}
	*t = time.Unix(seconds, nanos).In(zone(offset))
	return nil
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

func decodeConstruct(s string, t *feed.Text) error {
	if s == "" || s[0] > byte(feed.TextHTML) {
		return damaged("a text has no type")
	}
	*t = feed.Text{Type: feed.TextType(s[0]), Body: s[1:]}
	return nil
}

// cutParts reads a record of texts into the given places. A record may have
// more parts than asked for, or fewer.
func cutParts(s string, into ...*string) error {
	for _, p := range into {
		if s == "" {
			return nil
		}
		n, rest, ok := cutUvarint(s)
		if !ok || n > uint64(len(rest)) {
			return damaged("a record is cut short")
		}
		*p, s = rest[:n], rest[n:]
	}
	return nil
}

func decodeLink(s string, out *[]feed.Link) error {
	var l feed.Link
	var length string
	err := cutParts(s, &l.Href, &l.Rel, &l.Type, &l.HrefLang, &l.Title, &length)
	if length != "" && err == nil {
		l.Length, err = strconv.ParseInt(length, 10, 64)
	}
	*out = append(*out, l)
	return err
}

func decodePerson(s string, out *[]feed.Person) error {
	var p feed.Person
	err := cutParts(s, &p.Name, &p.URI, &p.Email)
	*out = append(*out, p)
	return err
}

func decodeCategory(s string, out *[]feed.Category) error {
	var c feed.Category
	err := cutParts(s, &c.Term, &c.Scheme, &c.Label)
	*out = append(*out, c)
	return err
}

func decodeDigest(s string, d *[16]byte) error {
	if len(s) != len(d) {
		return damaged("a digest is cut short")
	}
	copy(d[:], s)
	return nil
}

func decodeEntry(value []byte) (e feed.Entry, err error) {
	err = fields(value, func(tag uint64, s string) error {
		switch tag {
		case entryID:
			return decodeDigest(s, (*[16]byte)(&e.ID))
		case entrySource:
			e.Source = feed.SourceID(s)
		case entryUpstreamID:
			e.UpstreamID = s
		case entrySlug:
			e.Slug = s
		case entryFiled:
			e.Filed = append(e.Filed, s)
		case entryTitle:
			return decodeConstruct(s, &e.Title)
		case entrySummary:
			return decodeConstruct(s, &e.Summary)
		case entryContent:
			return decodeConstruct(s, &e.Content)
		case entryRights:
			return decodeConstruct(s, &e.Rights)
		case entryLanguage:
			e.Language = s
		case entryLink:
			return decodeLink(s, &e.Links)
		case entryAuthor:
			return decodePerson(s, &e.Authors)
		case entryContributor:
			return decodePerson(s, &e.Contributors)
		case entryCategory:
			return decodeCategory(s, &e.Categories)
		default:
			return decodeEntryDates(&e, tag, s)
		}
		return nil
	})
	return e, err
}

func decodeEntryDates(e *feed.Entry, tag uint64, s string) error {
	switch tag {
	case entryPublished:
		return decodeTime(s, &e.Published)
	case entryUpdated:
		return decodeTime(s, &e.Updated)
	case entryReceived:
		return decodeTime(s, &e.Received)
	case entryOrder:
		return decodeTime(s, &e.Order)
	case entryModified:
		return decodeTime(s, &e.Modified)
	case entryDigest:
		return decodeDigest(s, (*[16]byte)(&e.Digest))
	}
	return nil
}

func decodeState(value []byte) (st storedState, err error) {
	err = fields(value, func(tag uint64, s string) (err error) {
		var n uint64
		switch tag {
		case stateInterval, stateRevision, stateFailures, stateUnwanted:
			n, err = decodeNumber(s)
		}
		if err != nil {
			return err
		}
		switch tag {
		case stateInterval:
			st.Source.Interval = time.Duration(n)
		case stateRevision:
			st.Revision = n
		case stateFailures:
			st.Failures = int(n)
		case stateUnwanted:
			st.unwanted = n != 0
		case stateOptions:
			return json.Unmarshal([]byte(s), &st.Source.Options)
		case stateFeed:
			st.Feed, err = decodeFeed(s)
		case stateBody:
			return decodeDigest(s, (*[16]byte)(&st.Body))
		case stateLastPoll:
			return decodeTime(s, &st.LastPoll)
		case stateNextPoll:
			return decodeTime(s, &st.NextPoll)
		case stateLastSuccess:
			return decodeTime(s, &st.LastSuccess)
		default:
			decodeStateTexts(&st, tag, s)
		}
		return err
	})
	return st, err
}

func decodeStateTexts(st *storedState, tag uint64, s string) {
	switch tag {
	case stateSource:
		st.Source.ID = feed.SourceID(s)
	case stateSourceURL:
		st.Source.URL = s
	case stateKind:
		st.Source.Kind = s
	case stateCategory:
		st.Source.Categories = append(st.Source.Categories, s)
	case stateURL:
		st.URL = s
	case stateETag:
		st.ETag = s
	case stateLastModified:
		st.LastModified = s
	case stateLastError:
		st.LastError = s
	}
}

func decodeFeed(value string) (f feed.Feed, err error) {
	err = fields([]byte(value), func(tag uint64, s string) error {
		switch tag {
		case feedID:
			f.ID = s
		case feedLanguage:
			f.Language = s
		case feedLogo:
			f.Logo = s
		case feedIcon:
			f.Icon = s
		case feedGenerator:
			f.Generator = s
		case feedTitle:
			return decodeConstruct(s, &f.Title)
		case feedSubtitle:
			return decodeConstruct(s, &f.Subtitle)
		case feedRights:
			return decodeConstruct(s, &f.Rights)
		case feedLink:
			return decodeLink(s, &f.Links)
		case feedAuthor:
			return decodePerson(s, &f.Authors)
		case feedCategory:
			return decodeCategory(s, &f.Categories)
		case feedPublished:
			return decodeTime(s, &f.Published)
		case feedUpdated:
			return decodeTime(s, &f.Updated)
		}
		return nil
	})
	return f, err
}
