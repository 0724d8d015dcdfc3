package normalise

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The kinds of a dateToken.
const (
	dateSymbol = iota + 1
	dateNumber
	dateWord
)

// A dateToken is a number, a word in lower case, or one symbol. It is joined
// when nothing stands between it and the token before.
type dateToken struct {
	kind   int
	text   string
	value  int
	joined bool
}

const maxDateTokens = 32

// dateTokens cuts s into tokens, without white space and comments in
// brackets. It reports false where no date can be.
func dateTokens(s string) ([]dateToken, bool) {
	s = folded(s)
	tokens := make([]dateToken, 0, 16)
	joined, comment := false, 0
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '(' || r == ')':
			comment += map[rune]int{'(': 1, ')': -1}[r]
		case comment == 0 && !unicode.IsSpace(r):
			t := dateToken{text: s[:size], joined: joined, kind: dateSymbol}
			size = t.extend(s, r, tokens)
			if len(tokens) == maxDateTokens || t.kind == dateNumber && t.value < 0 {
				return nil, false
			}
			tokens, joined = append(tokens, t), true
			s = s[size:]
			continue
		}
		s, joined = s[size:], false
	}
	return tokens, comment == 0
}

// extend makes t a whole number or word of s and returns its length.
func (t *dateToken) extend(s string, r rune, before []dateToken) int {
	switch {
	case r >= '0' && r <= '9':
		n := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if n < 0 {
			n = len(s)
		}
		t.kind, t.text, t.value = dateNumber, s[:n], -1
		if n <= 15 {
			t.value, _ = strconv.Atoi(s[:n])
		} else if len(before) > 1 && t.joined { // a long fraction of a second
			t.value = 0
		}
	case unicode.IsLetter(r) || unicode.IsMark(r):
		t.kind = dateWord
		n := len(t.text)
		numbered := t.joined && len(before) > 0 && before[len(before)-1].kind == dateNumber
		if !(numbered && r >= 0x2E80 && markers[t.text] != 0) { // 年 of 2022年
			n = strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
			if n < 0 {
				n = len(s)
			}
		}
		t.text = s[:n]
	}
	return len(t.text)
}

func dateSeparator(s string) bool { return s == "-" || s == "/" || s == "." }

// word understands a word, or reports false where it is not one of a date.
func (p *dateParser) word(t dateToken) bool {
	p.at++
	p.assume(t.text)
	if m := p.monthOf(t.text); m != 0 && (p.month < 0 || p.month == m || p.leading) {
		p.month, p.leading = m, p.isLeading() // "mar." may be mardi
		return true
	}
	if half := p.half(t.text); half != 0 {
		p.pm = half
		return true
	}
	if t.text == "t" && p.hour < 0 && p.peek(0).kind == dateNumber && p.year >= 0 {
		return p.afterT()
	}
	if next := p.peek(0); next.kind == dateNumber && (eras[t.text] != 0 || prefixed[t.text] != 0) {
		return p.prefix(t.text, next)
	}
	if dateNoise[t.text] || dayNames[t.text] || cjkWeekday(t.text) {
		return true
	}
	if p.zoneWord(t.text) {
		return true
	}
	return p.isLeading() // a weekday, in whatever language
}

// isLeading reports whether no number was seen before the word just taken.
func (p *dateParser) isLeading() bool {
	return p.at <= maxLeading && !slices.ContainsFunc(p.tokens[:p.at], func(t dateToken) bool { return t.kind == dateNumber })
}

// maxLeading is how many words and signs may stand before a date.
const maxLeading = 6

// prefix takes a number that the word before it explains, as in 令和6年 or
// tháng 3.
func (p *dateParser) prefix(word string, t dateToken) bool {
	if era := eras[word]; era != 0 {
		p.era = era
		return true // 年 follows
	}
	p.at++
	*p.field(prefixed[word]) = t.value
	return len(t.text) <= 4
}

// afterT understands the time of ISO 8601's basic form; with colons it is
// read as any other.
func (p *dateParser) afterT() bool {
	t := p.peek(0)
	if p.is(1, ":") {
		return true
	}
	p.at++
	return p.digits(t.text)
}

// digits takes hh, hhmm or hhmmss.
func (p *dateParser) digits(s string) bool {
	if len(s) != 2 && len(s) != 4 && len(s) != 6 {
		return false
	}
	for i, field := range []*int{&p.hour, &p.min, &p.sec}[:len(s)/2] {
		*field, _ = strconv.Atoi(s[2*i : 2*i+2])
	}
	return true
}

// numericOffset takes an offset whose sign is skip-1 tokens from here: +8,
// +08, +0800, +08:00, +8:00.
func (p *dateParser) numericOffset(skip int) bool {
	sign, n := p.peek(skip-1), p.peek(skip)
	p.at += skip + 1
	hours, minutes := n.value, 0
	switch {
	case len(n.text) > 4:
		return false
	case len(n.text) > 2:
		hours, minutes = n.value/100, n.value%100
	case p.is(0, ":") && p.peek(1).kind == dateNumber && len(p.peek(1).text) <= 2:
		minutes = p.peek(1).value
		p.at += 2
	}
	if hours > 14 || minutes > 59 {
		return false
	}
	offset := hours*3600 + minutes*60
	if sign.text == "-" {
		offset = -offset
	}
	p.offset, p.hasZone, p.numericOff = offset, true, true
	return true
}

// zoneWord takes the name of a zone and an offset that belongs to it. A
// number that was given before the name wins over the name.
func (p *dateParser) zoneWord(name string) bool {
	offset, ok := zoneNames[name]
	if !ok || p.hour < 0 && p.year < 0 {
		return p.region(name)
	}
	if (name == "gmt" || name == "utc" || name == "ut") && p.hour >= 0 &&
		(p.is(0, "+") || p.is(0, "-")) && p.peek(1).kind == dateNumber {
		return p.numericOffset(1)
	}
	if local, ok := p.localZone(name); ok {
		offset = local
	}
	if !p.numericOff {
		p.offset, p.hasZone = offset*60, true
	}
	return true
}

// region takes a name of the zone database, Europe/Berlin.
func (p *dateParser) region(area string) bool {
	if !p.is(0, "/") || p.peek(1).kind != dateWord {
		return false
	}
	city := p.peek(1).text
	p.at += 2
	for (p.is(0, "_") || p.is(0, "/")) && p.peek(1).kind == dateWord {
		city += p.peek(0).text + p.peek(1).text
		p.at += 2
	}
	place, err := placeOf(zoneName(area, city))
	if err != nil {
		return false
	}
	if !p.numericOff {
		p.place, p.hasZone = place, true
	}
	return true
}

// isCompact reports whether the date is written without separators: Unix
// time, or ISO 8601's basic form.
func (p *dateParser) isCompact() bool {
	t := p.tokens[0]
	if t.text == "-" { // -0312
		return len(p.tokens) == 2 && len(p.tokens[1].text) == 4
	}
	return t.kind == dateNumber && (len(p.tokens) == 1 || p.is(1, "t") || len(t.text) == 8 || len(t.text) == 10)
}

// compact understands what isCompact recognised.
func (p *dateParser) compact() bool {
	t := p.tokens[0]
	if t.text == "-" {
		t = p.tokens[1]
		p.year, p.month = twoDigitYear(t.value/100), t.value%100
		return t.kind == dateNumber
	}
	if p.epoch(t) {
		return true
	}
	if !p.yearFirst(t.text) {
		return false
	}
	p.at = 1
	if next := p.peek(0); next.kind == dateNumber && !p.is(1, ":") { // 20031231 101455
		p.at = 2
		if !p.digits(next.text) {
			return false
		}
	}
	for p.at < len(p.tokens) {
		if !p.step() {
			return false
		}
	}
	return true
}

// epoch takes Unix seconds and milliseconds since 2001.
func (p *dateParser) epoch(t dateToken) bool {
	fraction := len(p.tokens) == 3 && p.is(1, ".") && p.peek(2).kind == dateNumber
	switch {
	case len(t.text) == 10 && (len(p.tokens) == 1 || fraction):
		ns := 0
		if fraction {
			ns = nanoseconds(p.peek(2).text)
		}
		p.unix = time.Unix(int64(t.value), int64(ns)).UTC()
	case len(t.text) == 13 && len(p.tokens) == 1:
		p.unix = time.UnixMilli(int64(t.value)).UTC()
	default:
		return false
	}
	p.isUnix = true
	return true
}

// yearFirst takes 20031231, 2003365, 031231, 03365, 2003 and 20031231101455.
func (p *dateParser) yearFirst(s string) bool {
	n := func(from, to int) int { v, _ := strconv.Atoi(s[from:to]); return v }
	switch len(s) {
	case 14:
		p.year, p.month, p.day = n(0, 4), n(4, 6), n(6, 8)
		return p.digits(s[8:])
	case 12:
		p.year, p.month, p.day = n(0, 4), n(4, 6), n(6, 8)
		return p.digits(s[8:])
	case 8:
		p.year, p.month, p.day = n(0, 4), n(4, 6), n(6, 8)
	case 7:
		return p.ordinal(n(0, 4), n(4, 7))
	case 6:
		p.year, p.month, p.day = twoDigitYear(n(0, 2)), n(2, 4), n(4, 6)
	case 5:
		return p.ordinal(twoDigitYear(n(0, 2)), n(2, 5))
	case 4:
		p.year = n(0, 4)
	default:
		return false
	}
	return true
}
