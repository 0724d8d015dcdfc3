package parse

import (
	"strings"

	"tributary/feed"
)

// person reads the ways in which RSS names people: "a@b (Name)", "Name (a@b)",
// "Name <a@b>", "a@b", "Name".
func person(s string) (feed.Person, bool) {
	s = strings.TrimSpace(twice(s))
	if strings.IndexByte(s, '<') >= 0 && strings.IndexByte(s, '@') < 0 {
		s = strings.TrimSpace(tagless(s))
	}
	if s == "" {
		return feed.Person{}, false
	}
	for _, pair := range [...]string{"()", "<>", "[]"} {
		before, rest, ok := strings.Cut(s, pair[:1])
		inside, after, closed := strings.Cut(rest, pair[1:])
		if !ok || !closed || strings.TrimSpace(after) != "" {
			continue
		}
		before, inside = strings.TrimSpace(before), strings.TrimSpace(inside)
		switch {
		case isEmail(before):
			return feed.Person{Name: inside, Email: mailto(before)}, true
		case isEmail(inside):
			return feed.Person{Name: strings.Trim(before, `"`), Email: mailto(inside)}, true
		}
	}
	if isEmail(s) {
		return feed.Person{Email: mailto(s)}, true
	}
	if at := strings.LastIndexByte(s, ' '); at > 0 && isEmail(s[at+1:]) && strings.IndexByte(s[:at], '@') < 0 {
		return feed.Person{Name: strings.TrimRight(s[:at], " ,:-"), Email: mailto(s[at+1:])}, true
	}
	return feed.Person{Name: s}, true
}

func isEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " \t\r\n,<>()") && strings.Count(s, "@") == 1
}

// mailto returns an address without what makes a link of it.
func mailto(s string) string {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "mailto:"), "?")
	return s
}

// tagless returns s without its tags.
func tagless(s string) string {
	var b strings.Builder
	sc := scanner{s: s}
	for t, ok := sc.next(); ok; t, ok = sc.next() {
		if t.kind == textToken || t.kind == cdataToken {
			b.WriteString(t.body)
		} else {
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// addPerson appends p unless it is there; what one knows of a name or address
// the other completes.
func addPerson(people []feed.Person, p feed.Person) []feed.Person {
	if len(people) == maxEach {
		return people
	}
	for i := range people {
		have := &people[i]
		sameName := p.Name != "" && strings.EqualFold(have.Name, p.Name)
		sameEmail := p.Email != "" && strings.EqualFold(have.Email, p.Email)
		if sameName && (p.Email == "" || have.Email == "" || sameEmail) || sameEmail && (p.Name == "" || have.Name == "") {
			have.Name, have.Email, have.URI = first(have.Name, p.Name), first(have.Email, p.Email), first(have.URI, p.URI)
			return people
		}
	}
	return append(people, p)
}

// first returns the first that is not empty.
func first(s ...string) string {
	for _, v := range s {
		if v != "" {
			return v
		}
	}
	return ""
}

// twice undoes the second escaping that names and categories of RSS often have.
func twice(s string) string { return (*entities)(nil).unescape(s) }
