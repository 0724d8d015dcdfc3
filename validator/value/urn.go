package value

import (
	"strings"
	"unicode/utf8"
)

// tagURI checks a tag: URI (RFC 4151 §2.1):
// tag:authority,date:specific#fragment.
func tagURI(s string) *Problem {
	const form = "; expected tag:, a domain or e-mail address, a comma, a date, a colon and a name, as tag:example.com,2026-11:1"
	const start = len("tag:")
	comma := strings.IndexByte(s, ',')
	colon := -1
	if comma >= 0 {
		colon = strings.IndexByte(s[comma:], ':')
	}
	switch {
	case comma < 0:
		return whole(BadTag, s, "is "+quote(s)+", a tag: URI without a comma and a date after its authority"+form)
	case colon < 0:
		return whole(BadTag, s, "is "+quote(s)+", a tag: URI without a colon after its date"+form)
	}
	colon += comma
	if p := tagAuthority(s[start:comma]); p != nil {
		return p.moved(start)
	}
	if date := s[comma+1 : colon]; !tagDate(date) {
		return problem(BadTag, comma+1, len(date), "has the date "+quote(date)+"; a tag: URI has a year, a year and month, or a day there: 2026, 2026-11 or 2026-11-20")
	}
	return tagSpecific(s)
}

// tagAuthority checks the domain or e-mail address of a tag: URI. RFC 4151
// has only ASCII letters in it; as an IRI it may have others.
func tagAuthority(s string) *Problem {
	domain, from := s, 0
	if at := strings.IndexByte(s, '@'); at >= 0 {
		for i := range at {
			if c := s[i]; !is(c, alphanum) && c != '-' && c != '.' && c != '_' && c < utf8.RuneSelf {
				return problem(BadTag, i, 1, "has "+quote(s[i:i+1])+" before the @ of its authority; expected letters, digits, -, . and _")
			}
		}
		if at == 0 {
			return problem(BadTag, 0, 1, "has nothing before the @ of its authority; expected an e-mail address of yours")
		}
		domain, from = s[at+1:], at+1
	}
	return dnsName(domain).moved(from)
}

// dnsName checks the domain of a tag: URI: labels of letters, digits and
// inner hyphens.
func dnsName(s string) *Problem {
	if s == "" {
		return problem(BadTag, 0, 0, "has no authority; expected a domain or e-mail address of yours, as tag:example.com,2026:1")
	}
	for i := range len(s) {
		c := s[i]
		edge := i == 0 || s[i-1] == '.' || i+1 == len(s) || s[i+1] == '.'
		switch {
		case is(c, alphanum) || c >= utf8.RuneSelf || c == '-' && !edge:
		case c == '.' && i > 0 && s[i-1] != '.' && i+1 < len(s):
		default:
			return problem(BadTag, i, 1, "has "+quote(s[i:i+1])+" in the domain "+quote(s)+"; expected a name of letters, digits, dots and inner hyphens, as example.com")
		}
	}
	return nil
}

// tagDate reports whether s is a year, a month or a day.
func tagDate(s string) bool {
	switch len(s) {
	case 4:
		return all(s, digit)
	case 7:
		return all(s[:4], digit) && s[4] == '-' && two(s, 5, 1, 12)
	case 10:
		return all(s[:4], digit) && s[4] == '-' && two(s, 5, 1, 12) && s[7] == '-' && two(s, 8, 1, 31)
	}
	return false
}

// tagSpecific checks the characters of the whole.
func tagSpecific(s string) *Problem {
	p := characters(s)
	if p != nil {
		p.Kind = BadTag
	}
	return p
}

// urn checks a URN (RFC 8141 §2):
// urn:NID:NSS, and then r-, q- and f-components.
func urn(s string) *Problem {
	const start = len("urn:")
	colon := strings.IndexByte(s[start:], ':')
	if colon < 0 {
		return whole(BadURN, s, "is "+quote(s)+", a urn: URI without a namespace and a name; expected a form such as urn:isbn:9780306406157")
	}
	nid, nss := s[start:start+colon], start+colon+1
	if p := namespaceID(nid); p != nil {
		return p.moved(start)
	}
	if strings.EqualFold(nid, "uuid") {
		return urnUUID(s, nss)
	}
	if p := characters(s); p != nil {
		p.Kind = BadURN
		return p
	}
	return urnName(s, nss)
}

// namespaceID checks the name of a namespace: 2 to 32 letters, digits and
// inner hyphens.
func namespaceID(s string) *Problem {
	if len(s) < 2 || len(s) > 32 {
		return whole(BadURN, s, "has the URN namespace "+quote(s)+"; one has 2 to 32 characters, as urn:isbn:")
	}
	for i := range len(s) {
		c := s[i]
		if !is(c, alphanum) && (c != '-' || i == 0 || i == len(s)-1) {
			return problem(BadURN, i, 1, "has "+quote(s[i:i+1])+" in the URN namespace "+quote(s)+"; expected letters, digits and inner hyphens")
		}
	}
	return nil
}

// urnName checks the name in its namespace, which begins at from.
func urnName(s string, from int) *Problem {
	if from == len(s) || strings.IndexByte("/?#", s[from]) >= 0 {
		return problem(BadURN, from, 0, "has no name after its URN namespace; expected a form such as urn:isbn:9780306406157")
	}
	question := strings.IndexByte(s, '?')
	if hash := strings.IndexByte(s, '#'); question < 0 || hash >= 0 && hash < question {
		return nil
	}
	if c := s[question+1:]; len(c) < 2 || c[0] != '+' && c[0] != '=' || strings.IndexByte("/?#", c[1]) >= 0 {
		return problem(BadURN, question, 1, "has a ? at character "+character(s, question)+" that begins no component of a URN; expected ?+ or ?=, or write it as %3F")
	}
	return nil
}

// urnUUID checks the UUID that begins at from; what RFC 8141 lets follow a
// name may follow it.
func urnUUID(s string, from int) *Problem {
	end := len(s)
	if i := strings.IndexAny(s[from:], "?#"); i >= 0 {
		if p := characters(s); p != nil {
			p.Kind = BadUUID
			return p
		}
		end = from + i
	}
	p := UUID(s[from:end])
	if p == nil {
		return nil
	}
	p.Kind = BadUUID
	if p.Want != "" {
		p.Want = s[:from] + p.Want + s[end:]
	}
	return p.moved(from)
}

// UUID checks a UUID (RFC 9562 §4): 32 hexadecimal digits in groups of
// 8, 4, 4, 4 and 12.
func UUID(s string) *Problem {
	const form = "; a UUID has 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12, as 1225c695-cfb8-4ebb-aaaa-80da344efa6a"
	const size = 36
	for i := range len(s) {
		switch hyphen := i == 8 || i == 13 || i == 18 || i == 23; {
		case i >= size:
			return uuidMend(s, problem(Syntax, i, len(s)-i, "has "+quote(s[i:])+" after its 36th character"+form))
		case hyphen && s[i] != '-':
			return uuidMend(s, uuidCharacter(s, i, "; expected a hyphen there"+form))
		case !hyphen && !is(s[i], hex):
			return uuidMend(s, uuidCharacter(s, i, form))
		}
	}
	if len(s) < size {
		return uuidMend(s, problem(Syntax, len(s), 0, "is "+quote(s)+", which is too short"+form))
	}
	return nil
}

func uuidCharacter(s string, i int, hint string) *Problem {
	_, n := utf8.DecodeRuneInString(s[i:])
	return problem(Syntax, i, n, "has "+quote(s[i:i+n])+" at character "+character(s, i)+hint)
}

// uuidMend adds the mend of a UUID in braces or without hyphens.
func uuidMend(s string, p *Problem) *Problem {
	bare := strings.TrimSuffix(strings.TrimPrefix(s, "{"), "}")
	if len(bare) == 32 && all(bare, hex) {
		bare = bare[:8] + "-" + bare[8:12] + "-" + bare[12:16] + "-" + bare[16:20] + "-" + bare[20:]
	}
	if bare != s && len(bare) == 36 && UUID(bare) == nil {
		p.Want = bare
	}
	return p
}
