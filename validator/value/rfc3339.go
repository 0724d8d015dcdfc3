package value

import (
	"strings"
	"time"
)

// RFC3339 reads a date as RFC 4287 §3.3 narrows RFC 3339 §5.6: T and Z in
// upper case, seconds and zone always. The time is in UTC; it is zero where
// the text is no date at all.
func RFC3339(s string) (time.Time, *Problem) {
	v, front := trim(s)
	if v == "" {
		return time.Time{}, problem(Syntax, 0, 0, "is empty, expected a date as 2026-11-20T08:00:00Z")
	}
	c, p := strict3339(v)
	switch {
	case p == nil && len(v) == len(s):
		return c.instant(), nil
	case p == nil:
		return c.instant(), spaced(s, v, front)
	}
	return mendDate(v, p.moved(front), (*civil).rfc3339, "2026-11-20T08:00:00+08:00")
}

// mendDate adds to the problem of a date how to write it: the date itself in
// good form where it has one meaning, or else an example.
func mendDate(s string, p *Problem, write func(*civil) string, example string) (time.Time, *Problem) {
	c, ok := loosely(s)
	if ok {
		p.Want = write(&c)
	}
	if p.Want == "" {
		p.Text += "; expected the form " + example
		return time.Time{}, p
	}
	p.Text += "; write " + p.Want
	return c.instant(), p
}

// strict3339 reads a date in the full form.
func strict3339(s string) (civil, *Problem) {
	c := civil{}
	at := c.calendar(s)
	if at < 10 {
		return c, problem(Syntax, min(at, len(s)), len(s)-min(at, len(s)), "is "+quote(s)+", which does not begin with a date as 2026-11-20")
	}
	if !strings.HasPrefix(s[10:], "T") {
		return c, dateAt(s, 10, "where a T in upper case must be")
	}
	at = c.timeOfDay(s, 11, true)
	if at < 0 {
		return c, dateAt(s, -at, "where a time of day with hours, minutes and seconds must be")
	}
	if fault := c.fault(); fault != "" && c.sec != 60 {
		return c, whole(Syntax, s, "is "+quote(s)+", which has "+fault)
	}
	end := c.numericZone(s, at, true)
	if end < 0 || end != len(s) {
		return c, dateAt(s, max(at, end), "where a zone must be (Z, or such as +08:00)")
	}
	if fault := c.fault(); fault != "" {
		return c, whole(Syntax, s, "is "+quote(s)+", which has "+fault)
	}
	return c, nil
}

// dateAt is the problem of what a date has at byte at.
func dateAt(s string, at int, where string) *Problem {
	at = min(at, len(s))
	if at == len(s) {
		return problem(Syntax, at, 0, "is "+quote(s)+", which ends "+where)
	}
	return problem(Syntax, at, len(s)-at, "is "+quote(s)+", which has "+quote(s[at:])+" "+where)
}

// calendar reads YYYY-MM-DD from the start of s, and returns how far it came:
// 10, or 4 or 7 for a year or a month alone, or less.
func (c *civil) calendar(s string) int {
	if c.year = number(s, 0, 4); c.year < 0 {
		return 0
	}
	if c.month = number(s, 5, 2); c.month < 0 || s[4] != '-' {
		return 4
	}
	if c.day = number(s, 8, 2); c.day < 0 || s[7] != '-' {
		return 7
	}
	return 10
}

// timeOfDay reads hh:mm:ss with a fraction from s[i:], where seconds may be
// left out unless full. It returns where it ends, or where it fails, negated.
func (c *civil) timeOfDay(s string, i int, full bool) int {
	if c.hour = number(s, i, 2); c.hour < 0 || len(s) < i+3 || s[i+2] != ':' {
		return -i
	}
	if c.min = number(s, i+3, 2); c.min < 0 {
		return -(i + 3)
	}
	i += 5
	if i == len(s) || s[i] != ':' {
		if full {
			return -i
		}
		return i
	}
	if c.sec = number(s, i+1, 2); c.sec < 0 {
		return -(i + 1)
	}
	i += 3
	if i < len(s) && s[i] == '.' {
		n := span(s, i+1, digit)
		if n == 0 {
			return -i
		}
		c.fraction = s[i+1 : i+1+n]
		i += n + 1
	}
	return i
}

// numericZone reads Z or ±hh:mm, or ±hhmm without colon, from s[i:]. It
// returns where it ends, or -1.
func (c *civil) numericZone(s string, i int, colon bool) int {
	if i < len(s) && s[i] == 'Z' {
		return i + 1
	}
	if i == len(s) || s[i] != '+' && s[i] != '-' {
		return -1
	}
	minutes, end := i+3, i+5
	if colon {
		if len(s) < i+4 || s[i+3] != ':' {
			return -1
		}
		minutes, end = i+4, i+6
	}
	hour, minute := number(s, i+1, 2), number(s, minutes, 2)
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return -1
	}
	if c.zone = hour*60 + minute; s[i] == '-' {
		c.zone = -c.zone
	}
	return end
}
