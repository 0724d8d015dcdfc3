package normalise

import (
	"strings"
	"time"
	"unicode"
)

// maxDate is the longest text, in bytes, that is looked at as a date.
const maxDate = 128

// Date reads a date as feeds write it: RFC 3339 and ISO 8601 with all their
// parts or only some, RFC 822 and what passes for it, asctime, Unix seconds,
// year-first dates with slashes, and dates in words of many languages. The
// offset is kept; UTC is assumed where there is none, except that dates in
// Chinese, Japanese or Korean words are in that country's time.
//
// What cannot be a date, or could be two, is the zero time: 30 February,
// 01/02/2004, an unknown month. Language is the feed's (BCP 47), or "": it
// settles what CST means.
func Date(s, language string) time.Time {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxDate {
		return time.Time{}
	}
	if t, ok := rfc3339(s); ok {
		return t
	}
	if t, ok := rfc822(s); ok {
		return t
	}
	p := dateParser{language: strings.ReplaceAll(strings.ToLower(language), "_", "-")}
	if !p.read(s) {
		return time.Time{}
	}
	if p.year > 2400 && (strings.HasPrefix(p.language, "th") || strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Thai, r) })) {
		p.year -= 543 // counted from the Buddha's
	}
	return p.time()
}

// rfc3339 is the short cut for what most feeds send.
func rfc3339(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' || s[10] != 'T' {
		return time.Time{}, false
	}
	// In UTC, so that the machine's own zone has no say.
	t, err := time.ParseInLocation(time.RFC3339, s, time.UTC)
	if err != nil || !inRange(t) {
		return time.Time{}, false
	}
	return t.In(zoneAt(t)), true
}

func zoneAt(t time.Time) *time.Location {
	_, offset := t.Zone()
	return zone(offset)
}

// inRange reports whether t can be written as RFC 3339, in UTC too.
func inRange(t time.Time) bool {
	year, utc := t.Year(), t.UTC().Year()
	_, offset := t.Zone()
	return year >= 1 && year <= 9999 && utc >= 1 && utc <= 9999 && offset >= -maxOffset && offset <= maxOffset
}

const maxOffset = 15 * 3600 // seconds; the widest in use is +14:00

// zone returns the location with that offset; a quarter of an hour is what
// zones differ by, so most are made once.
func zone(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	if offset%900 == 0 && offset >= -maxOffset && offset <= maxOffset {
		return zones[(offset+maxOffset)/900]
	}
	return time.FixedZone("", offset)
}

var zones = func() (all [2*maxOffset/900 + 1]*time.Location) {
	for i := range all {
		all[i] = time.FixedZone("", i*900-maxOffset)
	}
	return all
}()

// A dateParser collects the parts of a date. Parts that are not given are -1.
type dateParser struct {
	language string
	tokens   []dateToken
	at       int

	year, month, day    int
	hour, min, sec, ns  int
	pm                  int            // 0 not said, 1 before noon, 2 after
	era                 int            // what the years of a Japanese or Taiwanese era are counted from
	leading             bool           // the month stood before every number
	place               *time.Location // of the zone database; nil when the offset says it
	offset              int
	hasZone, numericOff bool
	unix                time.Time
	isUnix              bool
}

// read fills the parts from s and reports whether all of s was understood.
func (p *dateParser) read(s string) bool {
	p.year, p.month, p.day, p.hour = -1, -1, -1, -1
	var ok bool
	if p.tokens, ok = dateTokens(s); !ok || len(p.tokens) == 0 {
		return false
	}
	if p.isCompact() {
		return p.compact()
	}
	if p.tokens[0].text == "-" && (len(p.tokens) < 2 || len(p.tokens[1].text) != 2) {
		return false // MySQL's -0001-11-30
	}
	for p.at < len(p.tokens) {
		if !p.step() {
			return false
		}
	}
	return true
}

// step understands the token at hand and what belongs to it.
func (p *dateParser) step() bool {
	t := p.tokens[p.at]
	switch t.kind {
	case dateNumber:
		return p.number(t)
	case dateWord:
		return p.word(t)
	}
	if next := p.peek(1); (t.text == "+" || t.text == "-") && p.hour >= 0 && next.kind == dateNumber && next.joined {
		return p.numericOffset(1)
	}
	p.at++
	return strings.Contains("-,/.[]'’׳॰", t.text)
}

func (p *dateParser) peek(n int) dateToken {
	if p.at+n < len(p.tokens) {
		return p.tokens[p.at+n]
	}
	return dateToken{}
}

// is reports whether the n-th token from here is that text.
func (p *dateParser) is(n int, text string) bool { return p.peek(n).text == text }

// time puts the parts together, or returns the zero time when they are none.
func (p *dateParser) time() time.Time {
	if p.isUnix {
		return p.unix
	}
	if p.month < 0 && p.day < 0 && p.hour < 0 {
		p.month = 1
	}
	if p.day < 0 && p.hour < 0 {
		p.day = 1
	}
	if p.hour < 0 {
		p.hour = 0
	}
	if !p.possible() {
		return time.Time{}
	}
	place := zone(p.offset)
	if p.place != nil {
		place = p.place
	}
	t := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.min, p.sec, p.ns, place)
	if !inRange(t) {
		return time.Time{}
	}
	return t.In(zoneAt(t))
}

// possible checks every part against the calendar, after turning 12-hour
// time into 24-hour time. A leap second and 24:00 stand for what follows them.
func (p *dateParser) possible() bool {
	if p.pm != 0 {
		if p.hour > 12 && p.pm == 1 || p.hour > 23 {
			return false
		}
		if p.hour <= 12 {
			p.hour = p.hour%12 + 12*(p.pm-1)
		}
	}
	if p.year < 1 || p.year > 9999 || p.month < 1 || p.month > 12 || p.day < 1 {
		return false
	}
	if p.day > daysIn(p.year, p.month) {
		return false
	}
	midnight := p.hour == 24 && p.min == 0 && p.sec == 0
	return (p.hour <= 23 || midnight) && p.min <= 59 && p.sec <= 60
}

// twoDigitYear follows RFC 5322 §4.3.
func twoDigitYear(y int) int {
	if y < 50 {
		return 2000 + y
	}
	return 1900 + y
}
