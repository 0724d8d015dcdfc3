package value

import (
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// Language checks a language tag (BCP 47, RFC 5646 §2.1): its form, and that
// IANA registers its primary subtag.
func Language(s string) *Problem {
	const form = "; expected a tag of BCP 47, as en, zh-Hans or pt-BR"
	if s == "" {
		return problem(Syntax, 0, 0, "is empty, expected a language tag, as en or zh-Hans")
	}
	if v, front := trim(s); len(v) != len(s) && v != "" && Language(v) == nil {
		return spaced(s, v, front)
	}
	if p := subtags(s); p != nil {
		p.Text += form
		return p.wanting(hyphened(s))
	}
	if grandfathered(s) {
		return nil
	}
	if p := langtag(s); p != nil {
		p.Text += form
		return p
	}
	return nil
}

// subtags checks that s is a row of 1 to 8 letters and digits with hyphens
// between.
func subtags(s string) *Problem {
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && is(s[i], alphanum) {
			continue
		}
		switch {
		case i < len(s) && s[i] == '_' && hyphened(s) != "":
			return problem(Syntax, i, 1, "is "+quote(s)+", which has an underscore; subtags stand between hyphens")
		case i < len(s) && s[i] != '-':
			return whole(Syntax, s, "is "+quote(s)+", which is no language tag")
		case i == start:
			return problem(Syntax, i, min(1, len(s)-i), "is "+quote(s)+", which has an empty subtag")
		case i-start > 8:
			return problem(Syntax, start, i-start, "has the subtag "+quote(s[start:i])+" of "+strconv.Itoa(i-start)+" characters; one has 8 at most")
		}
		start = i + 1
	}
	return nil
}

// hyphened returns s with hyphens for underscores where that makes it a tag.
func hyphened(s string) string {
	want := strings.ReplaceAll(s, "_", "-")
	if want == s || Language(want) != nil {
		return ""
	}
	return want
}

// grandfathered reports whether s is one of the tags registered before
// RFC 4646 (RFC 5646 §2.2.8).
func grandfathered(s string) bool {
	const longest = len("zh-min-nan")
	if len(s) > longest {
		return false
	}
	var buf [longest]byte
	for i := range len(s) {
		buf[i] = lower(s[i])
	}
	switch string(buf[:len(s)]) {
	case "en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo", "i-navajo",
		"i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-be-fr", "sgn-be-nl", "sgn-ch-de",
		"art-lojban", "cel-gaulish", "no-bok", "no-nyn", "zh-guoyu", "zh-hakka", "zh-min", "zh-min-nan", "zh-xiang":
		return true
	}
	return false
}

// A tagReader walks over the subtags of a language tag.
type tagReader struct {
	s  string
	at int // where the next subtag begins
}

// next returns the next subtag, or "" at the end, without taking it.
func (r *tagReader) next() string {
	if r.at >= len(r.s) {
		return ""
	}
	rest := r.s[r.at:]
	if i := strings.IndexByte(rest, '-'); i >= 0 {
		return rest[:i]
	}
	return rest
}

func (r *tagReader) take() { r.at += len(r.next()) + 1 }

// langtag checks the parts of a tag in their order: language, extended
// language, script, region, variants, extensions, private use.
func langtag(s string) *Problem {
	r := &tagReader{s: s}
	first := r.next()
	if strings.EqualFold(first, "x") {
		return r.privateUse()
	}
	if !primary(first) {
		return problem(Syntax, 0, len(first), "has the language "+quote(first)+", which is not registered with IANA")
	}
	r.take()
	for n := 0; n < 3 && len(first) < 4 && len(r.next()) == 3 && all(r.next(), alpha); n++ {
		r.take()
	}
	if len(r.next()) == 4 && all(r.next(), alpha) {
		r.take()
	}
	if next := r.next(); len(next) == 2 && all(next, alpha) || len(next) == 3 && all(next, digit) {
		r.take()
	}
	for variant(r.next()) {
		r.take()
	}
	return r.extensions()
}

// primary reports whether s is a language that IANA registers.
func primary(s string) bool {
	if len(s) != 2 && len(s) != 3 || !all(s, alpha) {
		return false
	}
	_, err := language.ParseBase(s)
	return err == nil
}

func variant(s string) bool {
	return len(s) >= 5 || len(s) == 4 && is(s[0], digit)
}

// extensions checks the singletons and what follows them. One occurs once.
func (r *tagReader) extensions() *Problem {
	var seen [256]bool
	for {
		next := r.next()
		switch {
		case next == "":
			return nil
		case len(next) != 1:
			return problem(Syntax, r.at, len(next), "has the subtag "+quote(next)+" where none of its kind may be")
		case strings.EqualFold(next, "x"):
			return r.privateUse()
		case seen[lower(next[0])]:
			return problem(Syntax, r.at, 1, "has the extension "+quote(next)+" twice")
		}
		seen[lower(next[0])] = true
		at := r.at
		r.take()
		if len(r.next()) < 2 {
			return problem(Syntax, at, 1, "has the extension "+quote(next)+" with nothing in it")
		}
		for len(r.next()) >= 2 {
			r.take()
		}
	}
}

// privateUse checks that something follows the x.
func (r *tagReader) privateUse() *Problem {
	at := r.at
	r.take()
	if r.next() == "" {
		return problem(Syntax, at, 1, "has x with nothing after it")
	}
	return nil
}
