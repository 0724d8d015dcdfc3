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
	p := dateParser{language: language}
	if !p.read(s) {
		return time.Time{}
	}
	if p.year > 2400 && strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Thai, r) }) {
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
	pm                  int // 0 not said, 1 before noon, 2 after
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
	return strings.Contains("-,/.", t.text) || t.text == "'"
}

func (p *dateParser) peek(n int) dateToken {
	if p.at+n < len(p.tokens) {
		return p.tokens[p.at+n]
	}
	return dateToken{}
}

// is reports whether the n-th token from here is that text.
func (p *dateParser) is(n int, text string) bool { return p.peek(n).text == text }

// number understands a number by what follows it.
func (p *dateParser) number(t dateToken) bool {
	next := p.peek(1)
	switch {
	case next.text == ":" && p.hour < 0:
		return p.clock(t)
	case next.kind == dateWord && (next.joined || next.text >= "\u2e80") && markers[next.text] != 0:
		p.at += 2
		return p.marked(next.text, t)
	case p.peek(2).kind == dateNumber && dateSeparator(next.text) && p.month < 0 && p.day < 0:
		return p.group(t, next.text)
	case next.text == "-" && p.is(2, "w") && p.year < 0:
		return p.week(t, 3)
	case next.text == "w" && next.joined && p.year < 0:
		return p.week(t, 2)
	}
	p.at++
	return p.alone(t)
}

// alone understands a day or a year that stands among words.
func (p *dateParser) alone(t dateToken) bool {
	switch {
	case len(t.text) == 4 && p.year < 0:
		p.year = t.value
	case len(t.text) <= 2 && p.day < 0:
		p.day = t.value
	case len(t.text) <= 2 && p.year < 0 && p.month > 0:
		p.year = twoDigitYear(t.value)
	default:
		return false
	}
	return true
}

// clock understands 15:04, 15:04:05 and 15:04:05.999.
func (p *dateParser) clock(hour dateToken) bool {
	minute := p.peek(2)
	if minute.kind != dateNumber || len(hour.text) > 2 || len(minute.text) > 2 {
		return false
	}
	p.hour, p.min = hour.value, minute.value
	p.at += 3
	if !p.is(0, ":") {
		return true
	}
	second := p.peek(1)
	if second.kind != dateNumber || len(second.text) > 2 {
		return false
	}
	p.sec = second.value
	p.at += 2
	if fraction := p.peek(1); (p.is(0, ".") || p.is(0, ",")) && fraction.kind == dateNumber && fraction.joined {
		p.ns = nanoseconds(fraction.text)
		p.at += 2
	}
	return true
}

func nanoseconds(digits string) int {
	ns, unit := 0, 100_000_000
	for i := 0; i < len(digits) && unit > 0; i++ {
		ns += int(digits[i]-'0') * unit
		unit /= 10
	}
	return ns
}

// marked takes a number that a word after it explains, as in 2022年 or 13h.
func (p *dateParser) marked(word string, t dateToken) bool {
	p.assume(word)
	part := markers[word]
	field := map[byte]*int{'y': &p.year, 'm': &p.month, 'd': &p.day, 'H': &p.hour, 'M': &p.min, 'S': &p.sec}[part]
	*field = t.value
	if part == 'y' && len(t.text) == 2 {
		p.year = twoDigitYear(t.value)
	}
	if next := p.peek(0); part == 'H' && next.kind == dateNumber && next.joined && len(next.text) <= 2 && markers[p.peek(1).text] == 0 {
		p.min = next.value // 13h07
		p.at++
	}
	return len(t.text) <= 4
}

// group understands numbers with the same separator between them: a date
// whose year comes first, or last where the order can only be one.
func (p *dateParser) group(first dateToken, sep string) bool {
	parts := []dateToken{first, p.peek(2)}
	p.at += 3
	if p.is(0, sep) && p.peek(1).kind == dateNumber {
		parts = append(parts, p.peek(1))
		p.at += 2
	}
	if p.year >= 0 {
		return len(parts) == 2 && p.monthDay(parts[0], parts[1], sep)
	}
	switch {
	case len(parts) == 2 && len(first.text) == 4 && len(parts[1].text) == 3:
		return p.ordinal(first.value, parts[1].value)
	case len(parts) == 2 && len(first.text) == 4:
		p.year, p.month = first.value, parts[1].value
		return sep != "."
	case len(parts) == 2 && sep == "-" && p.tokens[0].text == "-":
		p.year, p.month = twoDigitYear(first.value), parts[1].value // -03-12
		return true
	case len(parts) == 2:
		return false
	case len(first.text) == 4:
		p.year, p.month, p.day = first.value, parts[1].value, parts[2].value
	case sep == "-" && len(first.text) == 2 && len(parts[2].text) == 2:
		p.year, p.month, p.day = twoDigitYear(first.value), parts[1].value, parts[2].value
	default:
		return p.yearLast(parts, sep)
	}
	return len(parts[1].text) <= 2 && len(parts[2].text) <= 2
}

// yearLast takes 31.12.2004 and, where one number can only be the day,
// 31/12/2004 and 12/31/2004.
func (p *dateParser) yearLast(parts []dateToken, sep string) bool {
	switch year := parts[2]; len(year.text) {
	case 4:
		p.year = year.value
	case 2:
		p.year = twoDigitYear(year.value)
	default:
		return false
	}
	return p.monthDay(parts[0], parts[1], sep)
}

func (p *dateParser) monthDay(a, b dateToken, sep string) bool {
	if len(a.text) > 2 || len(b.text) > 2 {
		return false
	}
	switch {
	case sep == "." || a.value > 12 || a.value == b.value:
		p.day, p.month = a.value, b.value
	case b.value > 12:
		p.month, p.day = a.value, b.value
	default:
		return false // two readings
	}
	return true
}

// week understands an ISO 8601 week: 2004-W53-6, 2004W536, 2004-W53.
func (p *dateParser) week(year dateToken, skip int) bool {
	week, day := p.peek(skip), 1
	p.at += skip + 1
	if week.kind != dateNumber || len(year.text) != 4 {
		return false
	}
	n := week.value
	switch {
	case len(week.text) == 3:
		n, day = week.value/10, week.value%10
	case len(week.text) != 2:
		return false
	case p.is(0, "-") && len(p.peek(1).text) == 1 && p.peek(1).kind == dateNumber:
		day = p.peek(1).value
		p.at += 2
	}
	if n < 1 || n > 53 || day < 1 || day > 7 {
		return false
	}
	// 4 January is always in week 1.
	jan4 := time.Date(year.value, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := jan4.AddDate(0, 0, -(int(jan4.Weekday())+6)%7)
	at := monday.AddDate(0, 0, (n-1)*7+day-1)
	if _, got := at.AddDate(0, 0, 1-day).ISOWeek(); got != n {
		return false // the year has no week 53
	}
	p.year, p.month, p.day = at.Year(), int(at.Month()), at.Day()
	return true
}

// ordinal takes the day of a year, from 1.
func (p *dateParser) ordinal(year, day int) bool {
	at := time.Date(year, 1, day, 0, 0, 0, 0, time.UTC)
	p.year, p.month, p.day = at.Year(), int(at.Month()), at.Day()
	return day >= 1 && at.Year() == year
}

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
	t := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.min, p.sec, p.ns, zone(p.offset))
	if !inRange(t) {
		return time.Time{}
	}
	return t
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
	if p.day > time.Date(p.year, time.Month(p.month)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
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
