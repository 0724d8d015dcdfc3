package value

import (
	"strings"
	"time"
)

// W3CDTF reads a date of the W3C note "Date and Time Formats": a year, a
// month, a day, or a day with a time and its zone. The time is in UTC.
func W3CDTF(s string) (time.Time, *Problem) {
	return dateForm(s, w3cDate, "2026, 2026-11, 2026-11-20 or 2026-11-20T08:00:00+08:00")
}

// ISO8601 reads a date, or a date and time, of ISO 8601 in the forms that
// state a day: extended or basic, by month, week or day of the year, with or
// without a zone. The time is in UTC; one without a zone is taken as UTC.
func ISO8601(s string) (time.Time, *Problem) {
	return dateForm(s, isoDate, "2026-11-20 or 2026-11-20T08:00:00+08:00")
}

// dateForm reads a date by one of the grammars, of which example shows forms.
func dateForm(s string, read func(string) (civil, *Problem), example string) (time.Time, *Problem) {
	v, front := trim(s)
	if v == "" {
		return time.Time{}, problem(Syntax, 0, 0, "is empty, expected a date as 2026-11-20T08:00:00Z")
	}
	c, p := read(v)
	switch {
	case p == nil && len(v) == len(s):
		return c.instant(), nil
	case p == nil:
		return c.instant(), spaced(s, v, front)
	}
	return mendDate(v, p.moved(front), (*civil).rfc3339, example)
}

func w3cDate(s string) (civil, *Problem) {
	c := civil{}
	at := c.calendar(s)
	switch {
	case at == 0 || at < 10 && at != len(s):
		return c, dateAt(s, at, "where a date must be")
	case at == len(s):
		return c, c.faulty(s)
	case s[at] != 'T':
		return c, dateAt(s, at, "where a T in upper case or the end must be")
	}
	end := c.timeOfDay(s, at+1, false)
	if end < 0 {
		return c, dateAt(s, -end, "where a time of day must be")
	}
	if zone := c.numericZone(s, end, true); zone != len(s) {
		return c, dateAt(s, max(end, zone), "where a zone must be (Z, or such as +08:00)")
	}
	return c, c.faulty(s)
}

// faulty is the problem of what is impossible in c, which s says. A month or
// day that s leaves out is the first.
func (c *civil) faulty(s string) *Problem {
	if len(s) == 4 {
		c.month = 1
	}
	if len(s) <= 7 {
		c.day = 1
	}
	if fault := c.fault(); fault != "" {
		return whole(Syntax, s, "is "+quote(s)+", which has "+fault)
	}
	return nil
}

func isoDate(s string) (civil, *Problem) {
	date, clock, timed := strings.Cut(s, "T")
	c := civil{}
	if !c.isoCalendar(date) {
		return c, problem(Syntax, 0, len(date), "is "+quote(s)+", which begins with no date of ISO 8601")
	}
	midnight := false
	if timed {
		end := c.isoClock(clock)
		if end < 0 || c.isoZone(clock, end) != len(clock) {
			return c, problem(Syntax, len(date)+1, len(clock), "is "+quote(s)+", which has "+quote(clock)+" where a time of day must be")
		}
		midnight = c.hour == 24 && c.min == 0 && c.sec == 0 && strings.Trim(c.fraction, "0") == ""
	}
	if midnight {
		c.hour = 0
	}
	if fault := c.fault(); fault != "" {
		return c, whole(Syntax, s, "is "+quote(s)+", which has "+fault)
	}
	if midnight {
		c.hour = 24
	}
	return c, nil
}

// isoCalendar reads a date in any form of ISO 8601.
func (c *civil) isoCalendar(s string) bool {
	if c.year = number(s, 0, 4); c.year < 0 {
		return false
	}
	c.month, c.day = 1, 1
	rest := s[4:]
	extended := strings.HasPrefix(rest, "-")
	rest = strings.TrimPrefix(rest, "-")
	switch {
	case rest == "":
		return !extended
	case rest[0] == 'W':
		return c.week(rest[1:], extended)
	case len(rest) == 3 && all(rest, digit):
		return c.ordinal(number(rest, 0, 3))
	case extended:
		return c.calendar(s) == len(s) && c.defaultDay(len(s))
	}
	c.month, c.day = number(rest, 0, 2), number(rest, 2, 2)
	return len(rest) == 4 && c.month >= 0 && c.day >= 0
}

// defaultDay sets the day that a month alone leaves out.
func (c *civil) defaultDay(n int) bool {
	if n == 7 {
		c.day = 1
	}
	return true
}

// week reads the week of the year, and a day of it.
func (c *civil) week(s string, extended bool) bool {
	n, day := number(s, 0, 2), 1
	if n < 1 || n > 53 {
		return false
	}
	if s = s[2:]; s != "" {
		rest, hyphen := strings.CutPrefix(s, "-")
		if day = number(rest, 0, 1); hyphen != extended || len(rest) != 1 || day < 1 || day > 7 {
			return false
		}
	}
	// The week with the fourth of January is the first.
	fourth := time.Date(c.year, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := 4 - (int(fourth.Weekday())+6)%7
	t := time.Date(c.year, 1, monday+(n-1)*7+day-1, 0, 0, 0, 0, time.UTC)
	if year, _ := t.ISOWeek(); year != c.year {
		return false
	}
	c.set(t)
	return true
}

func (c *civil) ordinal(day int) bool {
	if day < 1 || day > 365+daysIn(c.year, 2)-28 {
		return false
	}
	c.set(time.Date(c.year, 1, day, 0, 0, 0, 0, time.UTC))
	return true
}

func (c *civil) set(t time.Time) {
	c.year, c.month, c.day = t.Year(), int(t.Month()), t.Day()
}

// isoClock reads hh, hh:mm, hh:mm:ss with a fraction, or the same without
// colons. It returns where it ends, or -1.
func (c *civil) isoClock(s string) int {
	if c.hour = number(s, 0, 2); c.hour < 0 {
		return -1
	}
	i, colon := 2, len(s) > 2 && s[2] == ':'
	for _, field := range [...]*int{&c.min, &c.sec} {
		at := i
		if colon && at < len(s) && s[at] == ':' {
			at++
		} else if colon {
			break
		}
		if n := number(s, at, 2); n >= 0 {
			*field, i = n, at+2
		} else if colon {
			return -1
		} else {
			break
		}
	}
	if i < len(s) && (s[i] == '.' || s[i] == ',') {
		n := span(s, i+1, digit)
		if n == 0 || i < 6 {
			return -1
		}
		c.fraction = s[i+1 : i+1+n]
		i += n + 1
	}
	return i
}

// isoZone reads nothing, Z, ±hh, ±hhmm or ±hh:mm. It returns where it ends,
// or -1.
func (c *civil) isoZone(s string, i int) int {
	if i == len(s) {
		return i
	}
	if len(s) == i+3 && (s[i] == '+' || s[i] == '-') && two(s, i+1, 0, 23) {
		if c.zone = number(s, i+1, 2) * 60; s[i] == '-' {
			c.zone = -c.zone
		}
		return len(s)
	}
	return c.numericZone(s, i, len(s) == i+6)
}
