package parse

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones are named in options wherever we run

	"tributary/feed"
)

// An OptionError says what is wrong with one option of a source.
type OptionError struct {
	Key      string
	Problem  string // "the selector cannot be read: …"
	Expected string
	Hint     string // or ""
	At       int    // byte offset of the trouble in the option's value; -1: it has no place
}

func (e *OptionError) Error() string {
	text := fmt.Sprintf("option %s: %s", e.Key, e.Problem)
	for _, more := range []string{e.Expected, e.Hint} {
		if more != "" {
			text += "; " + more
		}
	}
	return text
}

// settings reads options. The first thing that is wrong is kept, and the rest
// is then of no use.
type settings struct {
	of  feed.Options
	err *OptionError
}

// result returns p, or what is wrong.
func (s *settings) result(p Parser) (Parser, error) {
	if s.err != nil {
		return nil, s.err
	}
	return p, nil
}

func (s *settings) wrong(key string, at int, problem, expected, hint string) {
	if s.err == nil {
		s.err = &OptionError{Key: key, At: at, Problem: problem, Expected: expected, Hint: hint}
	}
}

func (s *settings) has(key string) bool { return strings.TrimSpace(s.of[key]) != "" }

// number returns a whole number from 1 to hi, or the fallback.
func (s *settings) number(key string, hi, fallback int) int {
	if !s.has(key) {
		return fallback
	}
	n, err := strconv.Atoi(s.of[key])
	if err != nil || n < 1 || n > hi {
		s.wrong(key, -1, fmt.Sprintf("it is %q", shorten(s.of[key], 40)), fmt.Sprintf("expected a whole number from 1 to %d", hi), "")
		return fallback
	}
	return n
}

// flag returns whether the option is true.
func (s *settings) flag(key string) bool {
	switch s.of[key] {
	case "true":
		return true
	case "", "false":
	default:
		s.wrong(key, -1, fmt.Sprintf("it is %q", shorten(s.of[key], 40)), "expected true or false", "")
	}
	return false
}

// A dateReader reads dates as a source's options say.
type dateReader struct {
	layout string
	zone   *time.Location // of dates without an offset; nil: unknown
}

// dates reads date_layout and date_zone.
func (s *settings) dates() dateReader {
	d := dateReader{layout: s.of["date_layout"]}
	if d.layout != "" && time.Date(2001, 11, 22, 13, 14, 15, 0, time.UTC).Format(d.layout) == d.layout {
		s.wrong("date_layout", -1, fmt.Sprintf("there is no part of a date in %q", shorten(d.layout, 60)),
			`expected how 2 January 2006, 15:04:05 -0700 would be written, such as "2006-01-02 15:04"`, "")
	}
	if name := s.of["date_zone"]; name != "" {
		zone, err := time.LoadLocation(name)
		if err != nil || name == "Local" {
			s.wrong("date_zone", -1, fmt.Sprintf("unknown time zone %q", shorten(name, 60)),
				`expected a name such as "Asia/Shanghai" or "Europe/Vienna"`, "")
		}
		d.zone = zone
	}
	return d
}

// zonelessLayouts are those that a zone is missing in.
var zonelessLayouts = []string{time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly,
	"2006/01/02 15:04:05", "2006/01/02 15:04", "2006/01/02"}

// read returns a date with what the options say of it, and whether it is
// written as they say. Others are left as they are.
func (d *dateReader) read(text string) (string, bool) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return "", true
	}
	zone := d.zone
	if zone == nil {
		zone = time.UTC
	}
	if d.layout != "" {
		at, err := time.ParseInLocation(d.layout, text, zone)
		if err != nil {
			return text, false
		}
		return at.Format(time.RFC3339), true
	}
	if d.zone != nil {
		for _, layout := range zonelessLayouts {
			if at, err := time.ParseInLocation(layout, text, zone); err == nil {
				return at.Format(time.RFC3339), true
			}
		}
	}
	return text, true
}

// tally counts what an option gave, to tell when it never gave anything.
type tally struct {
	tried, found int
	first        string // what went wrong first
}

// see counts one try.
func (t *tally) see(found bool) {
	t.tried++
	if found {
		t.found++
	}
}

// failed notes what went wrong, once.
func (t *tally) failed(format string, args ...any) {
	if t.first == "" {
		t.first = fmt.Sprintf(format, args...)
	}
}
