package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A section reads the keys of one table. What is asked for is what may be
// there: the rest is reported by done.
type section struct {
	d     *decoder
	t     *table // nil: the table is absent, and every key takes its default
	group string // "site", "source"; empty for the top of the file
	name  string // of a source or category
	asked []string
}

// section returns the reader of a table.
func (d *decoder) section(t *table, group, name string) *section {
	return &section{d: d, t: t, group: group, name: name, asked: make([]string, 0, 10)}
}

// one returns the reader of one of many tables, to be read before the next.
func (d *decoder) one(t *table, group, name string) *section {
	d.reused = section{d: d, t: t, group: group, name: name, asked: d.reused.asked[:0]}
	return &d.reused
}

// sub returns the reader of a table below the top of the file.
func (s *section) sub(group string) *section {
	return s.d.section(s.table(group, "["+group+"]"), group, "")
}

// where names the section for people.
func (s *section) where() string {
	switch {
	case s.name != "":
		return fmt.Sprintf("%s %q: ", s.group, s.name)
	case s.group != "":
		return s.group + ": "
	}
	return ""
}

// key returns the dotted path of a key of the section.
func (s *section) key(key string) string {
	if key == "" {
		return joinKey(s.group, s.name)
	}
	return joinKey(joinKey(s.group, s.name), key)
}

// wrong reports a problem with a key, at the place of its value.
func (s *section) wrong(key string, at int32, problem, expected, hint string) {
	s.d.report(at, Error{Key: s.key(key), Problem: s.where() + problem, Expected: expected, Hint: hint})
}

// at returns the place of the section's header.
func (s *section) at() int32 {
	if s.t == nil {
		return 0
	}
	return s.t.at
}

// has reports whether a key is there, for those that have no default.
func (s *section) has(key string) bool {
	if s.t.find(key) != nil {
		return true
	}
	s.asked = append(s.asked, key)
	return false
}

// get returns the value of key, nil when it is absent or not of the wanted
// kind; then the example, of a text without its quotes, says what is expected.
func (s *section) get(key string, want kind, example string) *value {
	s.asked = append(s.asked, key)
	e := s.t.find(key)
	switch {
	case e == nil:
		return nil
	case e.value.kind != want:
		s.wrong(key, e.value.at, fmt.Sprintf("%s is %s", key, e.value.describe()), expectKind(key, want, example), "")
		return nil
	}
	return &e.value
}

// describe says what stands in the file.
func (v *value) describe() string {
	switch v.kind {
	case isText:
		return fmt.Sprintf("the text %q", shorten(v.text))
	case isNumber, isFraction:
		return "the number " + shorten(v.text)
	case isBool:
		return v.text
	case isDate:
		return "the date " + shorten(v.text)
	case isList:
		return "a list"
	}
	return "a table"
}

// shorten cuts what is quoted to a length that fits in a message.
func shorten(text string) string {
	const most = 200
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

func expectKind(key string, want kind, example string) string {
	what := map[kind]string{
		isText: "text in quotes", isNumber: "a whole number", isBool: "true or false",
		isList: "a list", isTable: "a table",
	}[want]
	if want == isTable {
		return fmt.Sprintf("expected a table, such as %s", example)
	}
	if want == isText {
		example = strconv.Quote(example)
	}
	return fmt.Sprintf("expected %s, such as %s = %s", what, key, example)
}

// text returns a text of one line, or the fallback when the key is absent or
// wrong.
func (s *section) text(key, example, fallback string) string {
	v := s.get(key, isText, example)
	if v == nil {
		return fallback
	}
	if strings.ContainsFunc(v.text, isControl) {
		s.wrong(key, v.at, fmt.Sprintf("%s has a line break or a control character in it", key), "expected one line of text", "")
		return fallback
	}
	return v.text
}

func isControl(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029'
}

// choice returns one of the words, or the first when the key is absent or wrong.
func (s *section) choice(key string, words ...string) string {
	v := s.get(key, isText, words[0])
	switch {
	case v == nil:
		return words[0]
	case !slices.Contains(words, v.text):
		s.wrong(key, v.at, fmt.Sprintf("unknown %s %q", key, shorten(v.text)), listed("known "+strings.TrimSuffix(key, "s")+"s", words), didYouMean(v.text, words))
		return words[0]
	}
	return v.text
}

// number returns a whole number from 1 to hi, or the fallback.
func (s *section) number(key string, hi, fallback int) int {
	v := s.get(key, isNumber, strconv.Itoa(fallback))
	if v == nil {
		return fallback
	}
	n, err := strconv.ParseInt(v.text, 0, 64)
	if err != nil || n < 1 || n > int64(hi) {
		s.wrong(key, v.at, fmt.Sprintf("%s is %s", key, shorten(v.text)),
			fmt.Sprintf("expected a whole number from 1 to %d, such as %s = %d", hi, key, fallback), "")
		return fallback
	}
	return int(n)
}

// duration returns a duration of at most hi, or the fallback.
func (s *section) duration(key string, hi, fallback time.Duration) time.Duration {
	example := "30m"
	if fallback > 0 {
		example = shortDuration(fallback)
	}
	v := s.get(key, isText, example)
	if v == nil {
		return fallback
	}
	d, err := parseDuration(v.text)
	if err == nil && d > hi {
		err = fmt.Errorf("longer than %s", shortDuration(hi))
	}
	if err != nil {
		s.wrong(key, v.at, fmt.Sprintf("%s %q is %v", key, shorten(v.text), err),
			fmt.Sprintf("expected a duration such as %s = %q; the units are s, m, h, d and w, as in \"1d12h\"", key, example),
			durationHint(v.text))
		return fallback
	}
	return d
}

// list returns the elements of a list, of which each must be a text.
func (s *section) list(key, example string) []value {
	v := s.get(key, isList, example)
	if v == nil {
		return nil
	}
	out := make([]value, 0, len(v.sub.entries))
	for i := range v.sub.entries {
		item := v.sub.entries[i].value
		if item.kind != isText {
			s.wrong(key, item.at, fmt.Sprintf("%s has %s in it", key, item.describe()), expectKind(key, isList, example), "")
			continue
		}
		out = append(out, item)
	}
	return out
}

// table returns the table of that key, or nil.
func (s *section) table(key, example string) *table {
	if v := s.get(key, isTable, example); v != nil {
		return v.sub
	}
	return nil
}

// done reports the keys that nobody asked for.
func (s *section) done() {
	if s.t == nil {
		return
	}
	for i := range s.t.entries {
		e := &s.t.entries[i]
		if !slices.Contains(s.asked, e.key) {
			s.unknown(e)
		}
	}
}

func (s *section) unknown(e *entry) {
	known := slices.Sorted(slices.Values(s.asked))
	what := "key"
	if e.value.kind == isTable {
		what = "table"
	}
	near := known
	if what == "table" && s.group == "source" {
		near = []string{"headers", "headers_env", "options", "outline"}
	}
	hint := didYouMean(e.key, near)
	switch home := s.d.homes[e.key]; {
	case s.group == "source" && e.key == "password":
		hint = `secrets come from the environment: password_env = "NAME_OF_THE_VARIABLE"`
	case what == "table" && s.name != "" && hint == "":
		hint = fmt.Sprintf("a name with a dot in it stands in quotes: [%s.%q]", s.group, s.name+"."+e.key)
	case home != "" && (hint == "" || s.group == ""):
		hint = fmt.Sprintf("it belongs into [%s]", home)
	}
	s.wrong(e.key, e.at, fmt.Sprintf("unknown %s %q", what, shorten(e.key)), listed("known keys", known), hint)
}
