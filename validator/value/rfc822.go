package value

import (
	"strings"
	"time"
)

// RFC822 reads a date of RSS: RFC 822 §5 with years of four digits. The time
// is in UTC; it is zero where the text is no date at all.
func RFC822(s string) (time.Time, *Problem) {
	v, front := trim(s)
	if v == "" {
		return time.Time{}, problem(Syntax, 0, 0, "is empty, expected a date as Fri, 20 Nov 2026 08:00:00 +0800")
	}
	r := reader822{s: v}
	if !r.read() {
		return mendDate(v, r.unread().moved(front), (*civil).plain822, "Fri, 20 Nov 2026 08:00:00 +0800")
	}
	if p := r.judge(); p != nil {
		t := time.Time{}
		if p.Kind != Syntax {
			t = r.instant()
		}
		return t, p.moved(front)
	}
	if len(v) != len(s) {
		return r.instant(), spaced(s, v, front)
	}
	return r.instant(), nil
}

// A reader822 reads the parts of an RFC 822 date.
type reader822 struct {
	civil
	s        string
	at       int
	expected string // what should have been at at
	named    int    // the day of the week named, from 1; 0 for none
	namedEnd int    // where its name ends
	obscure  string // why many readers mishandle it
	obscured int    // where
	clear    bool   // whether the obscure date means one thing only
}

// read reads the whole text. Where it cannot, at and expected tell.
func (r *reader822) read() bool {
	r.clear = true
	return r.weekdayName() && r.date() && r.gap() && r.time() && r.gap() && r.zoneName() && r.end()
}

// unread is the problem of a text that read could not read.
func (r *reader822) unread() *Problem {
	if r.at == 0 {
		return whole(Syntax, r.s, "is "+quote(r.s)+", which does not begin with "+r.expected)
	}
	return dateAt(r.s, r.at, "where "+r.expected+" must be")
}

func (r *reader822) fail(expected string) bool {
	r.expected = expected
	return false
}

// odd notes the first thing that many readers mishandle.
func (r *reader822) odd(at int, why string) {
	if r.obscure == "" {
		r.obscure, r.obscured = why, at
	}
}

// skip passes over white space and comments, and returns whether there were
// any.
func (r *reader822) skip() bool {
	start, depth := r.at, 0
	for ; r.at < len(r.s); r.at++ {
		switch c := r.s[r.at]; {
		case c == '(':
			r.odd(r.at, "has a comment in parentheses")
			depth++
		case depth == 0 && c != ' ' && c != '\t' && c != '\n' && c != '\r':
			return r.at > start
		case c == ')':
			depth--
		case c == '\\' && depth > 0:
			r.at++
		}
	}
	r.at = len(r.s)
	return depth == 0
}

// gap passes over what separates two parts: one space, in good form.
func (r *reader822) gap() bool {
	start := r.at
	if !r.skip() {
		return r.fail("a space")
	}
	if r.s[start:r.at] != " " {
		r.odd(start, "separates its parts by other than one space")
	}
	return true
}

// word takes the letters that come next.
func (r *reader822) word() string {
	n := span(r.s, r.at, alpha)
	return r.s[r.at : r.at+n]
}

func (r *reader822) weekdayName() bool {
	word := r.word()
	if word == "" {
		return true
	}
	day := short(weekdays[:], word)
	if day < 0 {
		return r.fail("a day of the week in three English letters or the day of the month")
	}
	if word != weekdays[day][:3] {
		r.odd(r.at, "has letters in the wrong case")
	}
	r.at += len(word)
	r.named, r.namedEnd = day+1, r.at
	start := r.at
	r.skip()
	if r.at == len(r.s) || r.s[r.at] != ',' {
		r.at = start
		return r.fail("a comma")
	}
	if r.at > start {
		r.odd(start, "has something between the day of the week and its comma")
	}
	r.at++
	start = r.at
	r.skip()
	if r.s[start:r.at] != " " {
		r.odd(start, "has other than one space after the comma")
	}
	return true
}

// date reads day, month and year.
func (r *reader822) date() bool {
	n := span(r.s, r.at, digit)
	if n != 1 && n != 2 {
		return r.fail("the day of the month in one or two digits")
	}
	r.day = number(r.s, r.at, n)
	r.at += n
	if !r.gap() {
		return false
	}
	word := r.word()
	month := short(months[:], word)
	if month < 0 {
		return r.fail("an English month in three letters")
	}
	if word != months[month][:3] {
		r.odd(r.at, "has letters in the wrong case")
	}
	r.month = month + 1
	r.at += len(word)
	return r.gap() && r.yearNumber()
}

func (r *reader822) yearNumber() bool {
	switch n := span(r.s, r.at, digit); n {
	case 2:
		r.odd(r.at, "has a year of two digits")
		r.year = century(number(r.s, r.at, 2))
		r.at += n
	case 4:
		r.year = number(r.s, r.at, 4)
		r.at += n
	default:
		return r.fail("the year in four digits")
	}
	return true
}

// century completes a year of two digits as RFC 5322 §4.3 does.
func century(year int) int {
	if year < 50 {
		return 2000 + year
	}
	return 1900 + year
}

func (r *reader822) time() bool {
	end := r.timeOfDay(r.s, r.at, false)
	if end < 0 || r.fraction != "" {
		r.at = max(r.at, -end)
		return r.fail("a time of day as 08:00:00")
	}
	r.at = end
	return true
}

// zoneName reads a zone: a difference in four digits, or one of the names of
// RFC 822.
func (r *reader822) zoneName() bool {
	word := r.word()
	if word == "" {
		end := r.numericZone(r.s, r.at, false)
		if end < 0 {
			return r.fail("a zone (GMT, or such as +0800)")
		}
		if !r.usualZone() {
			r.odd(r.at, "has a zone that is used nowhere")
			r.clear = false
		}
		r.at = end
		return true
	}
	minutes, known := zoneMinutes(word)
	switch {
	case known:
		if word != strings.ToUpper(word) {
			r.odd(r.at, "has letters in the wrong case")
		}
	case len(word) == 1 && lower(word[0]) != 'j':
		r.odd(r.at, "has a military zone, which RFC 822 itself defined the wrong way round")
		r.clear = false
	default:
		return r.fail("a zone (GMT, or such as +0800)")
	}
	r.zone = minutes
	r.at += len(word)
	return true
}

// usualZone reports whether some place on earth has the difference.
func (c *civil) usualZone() bool {
	return c.zone%15 == 0 && c.zone >= -12*60 && c.zone <= 14*60
}

// plain822 is rfc822 for a date that no reader mishandles, or "".
func (c *civil) plain822() string {
	if !c.usualZone() {
		return ""
	}
	return c.rfc822()
}

// zoneMinutes returns the difference of a zone that RFC 822 names.
func zoneMinutes(name string) (int, bool) {
	if len(name) < 1 || len(name) > 3 {
		return 0, false
	}
	var buf [3]byte
	for i := range len(name) {
		buf[i] = lower(name[i])
	}
	switch string(buf[:len(name)]) {
	case "gmt", "ut", "z":
		return 0, true
	case "edt":
		return -4 * 60, true
	case "est", "cdt":
		return -5 * 60, true
	case "cst", "mdt":
		return -6 * 60, true
	case "mst", "pdt":
		return -7 * 60, true
	case "pst":
		return -8 * 60, true
	}
	return 0, false
}

func (r *reader822) end() bool {
	if r.at == len(r.s) {
		return true
	}
	start := r.at
	if !r.skip() || r.at < len(r.s) {
		r.at = start
		return r.fail("the end of the date")
	}
	return true
}

// judge says what is wrong with a date that could be read.
func (r *reader822) judge() *Problem {
	if fault := r.fault(); fault != "" {
		return whole(Syntax, r.s, "is "+quote(r.s)+", which has "+fault)
	}
	if r.named > 0 && weekdays[r.named-1][:3] != r.weekday() {
		p := problem(Weekday, r.namedEnd-3, 3, "names "+weekdays[r.named-1]+", but "+string(r.civil.date())+" is a "+weekdays[short(weekdays[:], r.weekday())]+"; correct the one that is wrong")
		if r.clear {
			p.Want = r.rfc822()
		}
		return p
	}
	if r.obscure == "" {
		return nil
	}
	p := problem(Obscure, r.obscured, len(r.s)-r.obscured, "is "+quote(r.s)+", which "+r.obscure+", and many readers mishandle that; ")
	if !r.clear {
		p.Text += "write a difference such as +0800, or GMT"
		return p
	}
	p.Want = r.rfc822()
	p.Text += "write " + p.Want
	return p
}
