package config

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"tributary/feed"
)

// A Flaw is what is wrong with one option of a source.
type Flaw struct {
	Key      string // "": none is meant
	Problem  string
	Expected string
	Hint     string
	At       int // byte offset of the trouble in the option's value; -1: it has no place
}

// flag returns whether a key is true.
func (s *section) flag(key string) bool {
	v := s.get(key, isBool, "true")
	return v != nil && v.text == "true"
}

// fullText adds the keys of a source that every kind takes for options.
func (s *section) fullText(o feed.Options) feed.Options {
	set := func(key, value string) {
		if value == "" {
			return
		}
		if o == nil {
			o = feed.Options{}
		}
		o[key] = value
	}
	if s.flag("full_text") {
		set("full_text", "true")
	}
	for _, key := range []string{"full_text_take", "full_text_remove"} {
		set(key, s.text(key, "main article", ""))
	}
	return o
}

// checkOptions has the kind look at its options, once they are known to be
// its own.
func (r *roster) checkOptions(s *section, e *entry, kind string, o feed.Options) {
	keys := r.known.Kinds[kind]
	if keys.Check == nil || !r.whole || len(o) == 0 && !keys.Needs {
		return
	}
	flaw := keys.Check(o)
	if flaw == nil {
		return
	}
	key, at, expected := flaw.Key, e.at, flaw.Expected
	if v, nested := s.option(flaw.Key); v != nil {
		at = v.at
		if flaw.At >= 0 && v.kind == isText {
			expected = pointTo(flaw.Key, v.text, flaw.At) + "\n" + expected
		}
		if nested {
			key = "options." + key
		}
	} else if v := s.t.find("options"); v != nil {
		at, key = v.at, "options."+key
	}
	problem := flaw.Problem
	if flaw.Key != "" {
		problem = fmt.Sprintf("option %s: %s", flaw.Key, problem)
	}
	s.wrong(key, at, problem, expected, flaw.Hint)
}

// option returns the value of an option, of the table of options or one that
// every kind takes; nested tells which.
func (s *section) option(key string) (v *value, nested bool) {
	if e := s.t.find("options"); e != nil && e.value.kind == isTable {
		if in := e.value.sub.find(key); in != nil {
			return &in.value, true
		}
	}
	if e := s.t.find(key); e != nil && key != "" {
		return &e.value, false
	}
	return nil, false
}

// pointTo shows the line of a value that has a byte offset in it, with a caret
// below the place.
func pointTo(key, text string, at int) string {
	at = min(max(at, 0), len(text))
	from := strings.LastIndexByte(text[:at], '\n') + 1
	line, _, _ := strings.Cut(text[from:], "\n")
	head := key + ` = "`
	if from > 0 {
		head = ""
	}
	const most = 100 // characters before the caret
	before := []rune(text[from:at])
	if len(before) > most {
		line = "…" + string(before[len(before)-most:]) + text[at:from+len(line)]
		before = append([]rune("…"), before[len(before)-most:]...)
	}
	pad := strings.Map(func(r rune) rune {
		switch k := width.LookupRune(r).Kind(); {
		case r == '\t':
			return r
		case k == width.EastAsianWide || k == width.EastAsianFullwidth:
			return '\u3000'
		}
		return ' '
	}, head+string(before))
	tail := `"`
	if head == "" || strings.Contains(text, "\n") {
		tail = ""
	}
	if !utf8.ValidString(line) {
		line = strings.ToValidUTF8(line, "\uFFFD")
	}
	return head + shorten(line) + tail + "\n" + pad + "^"
}
