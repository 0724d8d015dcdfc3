package value

import "strings"

// loosely reads a date in any of the forms that people write by mistake and
// that mean one moment only. It is used to mend, never to judge.
func loosely(s string) (civil, bool) {
	const longest = 80
	if len(s) > longest {
		return civil{}, false
	}
	r := looseReader{s: s}
	ok := r.iso() && r.rest()
	if !ok {
		r = looseReader{s: s}
		ok = r.named() && r.rest()
	}
	if !ok || r.fault() != "" || r.weekdayNamed != "" && r.weekdayNamed != r.weekday() {
		return civil{}, false
	}
	return r.civil, true
}

// A looseReader reads a date part by part; a part that is not there is false.
type looseReader struct {
	civil
	s            string
	at           int
	weekdayNamed string // the day of the week it names
}

// pass passes over any of the characters.
func (r *looseReader) pass(chars string) {
	for r.at < len(r.s) && strings.IndexByte(chars, r.s[r.at]) >= 0 {
		r.at++
	}
}

// digits takes a number of low to high digits.
func (r *looseReader) digits(low, high int) (int, bool) {
	n := span(r.s, r.at, digit)
	if n < low || n > high {
		return 0, false
	}
	v := number(r.s, r.at, n)
	r.at += n
	return v, true
}

func (r *looseReader) word() string {
	n := span(r.s, r.at, alpha)
	r.at += n
	return r.s[r.at-n : r.at]
}

// iso reads 2026-11-20, with a T after it.
func (r *looseReader) iso() (ok bool) {
	if r.year = number(r.s, 0, 4); r.year < 0 {
		return false
	}
	r.at = 4
	if span(r.s, 0, digit) == 8 {
		r.month, r.day = number(r.s, 4, 2), number(r.s, 6, 2)
		r.at = 8
	} else {
		if r.at == len(r.s) || r.s[r.at] != '-' && r.s[r.at] != '/' {
			return false
		}
		r.at++
		if r.month, ok = r.digits(1, 2); !ok {
			return false
		}
		r.pass("-/")
		if r.day, ok = r.digits(1, 2); !ok {
			return false
		}
	}
	start := r.at
	r.pass(" \t\r\n")
	r.pass("Tt")
	r.pass(" \t\r\n")
	return r.at > start
}

// named reads Fri, 20 Nov 2026 in its many forms.
func (r *looseReader) named() bool {
	if day := abbreviated(weekdays[:], r.word()); day >= 0 {
		r.weekdayNamed = weekdays[day][:3]
	} else {
		r.at = 0
	}
	r.pass("., \t\r\n")
	if !r.dayAndMonth() {
		return false
	}
	r.pass(".,- \t\r\n")
	width := span(r.s, r.at, digit)
	year, ok := r.digits(2, 4)
	if !ok || width == 3 {
		return false
	}
	if width == 2 {
		year = century(year)
	}
	r.year = year
	start := r.at
	r.pass(", \t\r\n")
	return r.at > start
}

// dayAndMonth reads 20 Nov, or Nov 20.
func (r *looseReader) dayAndMonth() (ok bool) {
	if r.day, ok = r.digits(1, 2); ok {
		r.pass(".- \t\r\n")
	}
	month := abbreviated(months[:], r.word())
	r.month = month + 1
	if ok || month < 0 {
		return month >= 0
	}
	r.pass(". \t\r\n")
	r.day, ok = r.digits(1, 2)
	return ok
}

// rest reads the time of day and the zone.
func (r *looseReader) rest() (ok bool) {
	if n := span(r.s, r.at, digit); n == 4 || n == 6 {
		return r.basic(n)
	}
	if r.hour, ok = r.digits(1, 2); !ok || !r.colon() {
		return false
	}
	if r.min, ok = r.digits(2, 2); !ok {
		return false
	}
	if r.colon() {
		if r.sec, ok = r.digits(1, 2); !ok {
			return false
		}
		r.pass(".")
		if r.s[r.at-1] == '.' {
			n := span(r.s, r.at, digit)
			r.fraction = r.s[r.at : r.at+n]
			r.at += n
		}
	}
	r.pass(" \t\r\n")
	return r.looseZone() && r.at == len(r.s)
}

// basic reads a time of day without colons, and the zone.
func (r *looseReader) basic(n int) bool {
	r.hour, r.min = number(r.s, r.at, 2), number(r.s, r.at+2, 2)
	if n == 6 {
		r.sec = number(r.s, r.at+4, 2)
	}
	r.at += n
	r.pass(" \t\r\n")
	return r.looseZone() && r.at == len(r.s)
}

func (r *looseReader) colon() bool {
	if r.at < len(r.s) && r.s[r.at] == ':' {
		r.at++
		return true
	}
	return false
}

// looseZone reads a zone that has a sign or a name of one meaning.
func (r *looseReader) looseZone() bool {
	if word := r.word(); word != "" {
		if strings.EqualFold(word, "UTC") {
			return true
		}
		minutes, ok := zoneMinutes(word)
		r.zone = minutes
		return ok
	}
	if r.at == len(r.s) || r.s[r.at] != '+' && r.s[r.at] != '-' {
		return false
	}
	if i := r.at; len(r.s) == i+3 {
		hour, ok := number(r.s, i+1, 2), two(r.s, i+1, 0, 23)
		if r.zone = hour * 60; r.s[i] == '-' {
			r.zone = -r.zone
		}
		r.at = len(r.s)
		return ok
	}
	for _, colon := range []bool{true, false} {
		if end := r.numericZone(r.s, r.at, colon); end > 0 {
			r.at = end
			return true
		}
	}
	return false
}
