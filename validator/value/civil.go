package value

import (
	"strconv"
	"strings"
	"time"
)

// A civil is a date and time of day as a text states them.
type civil struct {
	year, month, day int
	hour, min, sec   int
	fraction         string // the digits after the decimal sign
	zone             int    // minutes east of UTC
}

// instant returns the moment, to the nanosecond.
func (c *civil) instant() time.Time {
	nano := 0
	for i, scale := 0, 100_000_000; i < len(c.fraction) && scale > 0; i, scale = i+1, scale/10 {
		nano += int(c.fraction[i]-'0') * scale
	}
	return time.Date(c.year, time.Month(max(c.month, 1)), max(c.day, 1), c.hour, c.min-c.zone, c.sec, nano, time.UTC)
}

// fault says what is impossible in the fields of c, or "".
func (c *civil) fault() string {
	switch {
	case c.month < 1 || c.month > 12:
		return "the month " + strconv.Itoa(c.month) + ", where 01 to 12 can be"
	case c.day < 1 || c.day > daysIn(c.year, c.month):
		return "the day " + strconv.Itoa(c.day) + ", but " + time.Month(c.month).String() + " " + strconv.Itoa(c.year) + " has " + strconv.Itoa(daysIn(c.year, c.month)) + " days"
	case c.hour > 23:
		return "the hour " + strconv.Itoa(c.hour) + ", where 00 to 23 can be"
	case c.min > 59:
		return "the minute " + strconv.Itoa(c.min) + ", where 00 to 59 can be"
	case c.sec == 60 && !c.leap():
		return "the second 60, which is only at 23:59:60 UTC at the end of June or December"
	case c.sec > 60:
		return "the second " + strconv.Itoa(c.sec) + ", where 00 to 59 can be"
	}
	return ""
}

// leap reports whether the second 60 is where a leap second can be.
func (c *civil) leap() bool {
	before := time.Date(c.year, time.Month(c.month), c.day, c.hour, c.min-c.zone, 59, 0, time.UTC)
	next := before.Add(time.Second)
	return before.Hour() == 23 && before.Minute() == 59 && next.Day() == 1 && (next.Month() == time.July || next.Month() == time.January)
}

// rfc3339 writes c as Atom has it.
func (c *civil) rfc3339() string {
	b := append(c.date(), 'T')
	b = append(c.clock(b), fractional(c.fraction)...)
	if c.zone == 0 {
		return string(append(b, 'Z'))
	}
	return string(c.offset(b, ":"))
}

// date writes year, month and day.
func (c *civil) date() []byte {
	b := make([]byte, 0, 40)
	b = append(pad(b, c.year, 4), '-')
	b = append(pad(b, c.month, 2), '-')
	return pad(b, c.day, 2)
}

// rfc822 writes c as RSS has it.
func (c *civil) rfc822() string {
	b := make([]byte, 0, 40)
	b = append(b, c.weekday()...)
	b = append(b, ", "...)
	b = append(pad(b, c.day, 2), ' ')
	b = append(b, months[c.month-1][:3]...)
	b = append(pad(append(b, ' '), c.year, 4), ' ')
	b = append(c.clock(b), ' ')
	if c.zone == 0 {
		return string(append(b, "GMT"...))
	}
	return string(c.offset(b, ""))
}

// weekday returns the name of the date's day of the week, in three letters.
func (c *civil) weekday() string {
	return weekdays[time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC).Weekday()][:3]
}

func (c *civil) clock(b []byte) []byte {
	b = append(pad(b, c.hour, 2), ':')
	b = append(pad(b, c.min, 2), ':')
	return pad(b, c.sec, 2)
}

func (c *civil) offset(b []byte, separator string) []byte {
	sign, zone := byte('+'), c.zone
	if zone < 0 {
		sign, zone = '-', -zone
	}
	b = append(pad(append(b, sign), zone/60, 2), separator...)
	return pad(b, zone%60, 2)
}

func fractional(digits string) string {
	if digits == "" {
		return ""
	}
	return "." + digits
}

func pad(b []byte, n, width int) []byte {
	for limit := 10; width > 1; width, limit = width-1, limit*10 {
		if n < limit {
			b = append(b, '0')
		}
	}
	return strconv.AppendInt(b, int64(n), 10)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

var (
	weekdays = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	months   = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
)

// short returns the number of the name that word is the first three letters
// of, without regard to case, counted from 0, or -1.
func short(names []string, word string) int {
	if len(word) != 3 {
		return -1
	}
	for i, name := range names {
		if strings.EqualFold(name[:3], word) {
			return i
		}
	}
	return -1
}

// abbreviated is short for a word of three or more of the name's letters, or
// Sept.
func abbreviated(names []string, word string) int {
	for i, name := range names {
		if len(word) >= 3 && len(word) <= len(name) && strings.EqualFold(name[:len(word)], word) {
			return i
		}
	}
	return -1
}

// number returns what n digits at s[i:] say, or -1.
func number(s string, i, n int) int {
	if len(s) < i+n {
		return -1
	}
	v := 0
	for _, c := range []byte(s[i : i+n]) {
		if c < '0' || c > '9' {
			return -1
		}
		v = v*10 + int(c-'0')
	}
	return v
}

// two reports whether two digits at s[i:] are a number from low to high.
func two(s string, i, low, high int) bool {
	n := number(s, i, 2)
	return low <= n && n <= high
}

// Plausible reports whether t is a likely date of a feed: from 1970 on, and
// at most a day after now.
func Plausible(t, now time.Time) bool {
	return t.Year() >= 1970 && !t.After(now.Add(24*time.Hour))
}
