package value

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// Email checks a bare e-mail address, an addr-spec (RFC 5322 §3.4.1; letters
// outside ASCII as RFC 6531 has them).
func Email(s string) *Problem {
	const form = "; expected an address alone, as user@example.com"
	if s == "" {
		return empty("an e-mail address, as user@example.com")
	}
	if v, front := trim(s); len(v) != len(s) && v != "" && addrSpec(v) == nil {
		return spaced(s, v, front)
	}
	if p := addrSpec(s); p != nil {
		p.Text += form
		return p.wanting(bareAddress(s))
	}
	return nil
}

// bareAddress returns the one address in a text that has a name or mailto:
// around it, or "".
func bareAddress(s string) string {
	if foldPrefix(s, "mailto:") {
		s = s[len("mailto:"):]
		if addrSpec(s) == nil {
			return s
		}
		return ""
	}
	v, _ := trim(s)
	_, address, open := strings.Cut(v, "<")
	if address, closed := strings.CutSuffix(address, ">"); open && closed && addrSpec(address) == nil {
		return address
	}
	address, name, open := strings.Cut(v, " (")
	if open && strings.HasSuffix(name, ")") && addrSpec(address) == nil {
		return address
	}
	return ""
}

// addrSpec checks local-part@domain.
func addrSpec(s string) *Problem {
	at := strings.LastIndexByte(s, '@')
	switch {
	case at < 0:
		return whole(Syntax, s, "is "+quote(s)+", which has no @")
	case at == 0:
		return problem(Syntax, 0, 1, "has nothing before the @")
	}
	if p := localPart(s[:at]); p != nil {
		return p
	}
	return mailDomain(s[at+1:]).moved(at + 1)
}

// localPart checks what stands before the @: a dot-atom or a quoted string.
func localPart(s string) *Problem {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		return quotedString(s)
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case is(c, atext):
		case c == '.':
			if i == 0 || i == len(s)-1 || s[i-1] == '.' {
				return problem(Syntax, i, 1, "has a dot at character "+character(s, i)+" where none may be")
			}
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r < 0xA0 || r == utf8.RuneError {
				return mailCharacter(s, i, n)
			}
			i += n - 1
		}
	}
	return nil
}

func quotedString(s string) *Problem {
	for i := 1; i < len(s)-1; i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s)-1:
			i++
		case c == '"' || c == '\\' || c < ' ' || c == 0x7F:
			return mailCharacter(s, i, 1)
		}
	}
	return nil
}

func mailCharacter(s string, i, n int) *Problem {
	if s[i] == ' ' {
		return problem(Syntax, i, 1, "has a space at character "+character(s, i))
	}
	return problem(Syntax, i, n, "has the character "+quote(s[i:i+n])+" at character "+character(s, i))
}

// mailDomain checks a domain: labels of letters, digits and inner hyphens, or
// an address in brackets.
func mailDomain(s string) *Problem {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && len(s) > 2 && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0 {
		return nil
	}
	if s == "" {
		return problem(Syntax, 0, 0, "has no domain after the @")
	}
	label := 0
	for i := 0; i <= len(s); i++ {
		if i == len(s) || s[i] == '.' {
			if i == label || s[label] == '-' || s[i-1] == '-' {
				return problem(Syntax, label, i-label, "has the domain "+quote(s)+", which is no host's name")
			}
			label = i + 1
			continue
		}
		if c := s[i]; is(c, alphanum) || c == '-' {
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r < 0xA0 || r == utf8.RuneError {
			return mailCharacter(s, i, n)
		}
		i += n - 1
	}
	return nil
}

// mailto checks the addresses of a mailto: address (RFC 6068 §2), which
// begin at from.
func mailto(s string, from int) *Problem {
	to := s[from:]
	if i := strings.IndexAny(to, "?#"); i >= 0 {
		to = to[:i]
	}
	for part := range strings.SplitSeq(to, ",") {
		if part != "" && strings.IndexByte(part, '@') < 0 && !strings.Contains(part, "%40") {
			return problem(Syntax, from, len(to), "has "+quote(part)+" after mailto:, which is no e-mail address; expected a form such as mailto:user@example.com")
		}
		from += len(part) + 1
		to = to[min(len(to), len(part)+1):]
	}
	return nil
}

// Contact checks a person as RSS has it: user@example.com (Name). It returns
// NoEmail where there is no address, NoName where there is nothing else, and
// OtherForm where both are there in another form.
func Contact(s string) *Problem {
	const form = "expected the form user@example.com (Name)"
	v, _ := trim(s)
	if v == "" {
		return empty("an address and a name, as user@example.com (Name)")
	}
	if foldPrefix(v, "mailto:") && strings.IndexByte(v, '%') >= 0 {
		return mailtoContact(s, v)
	}
	address, name, ok := contactParts(v)
	switch {
	case !ok:
		return whole(NoEmail, s, "is "+quote(s)+", which has no e-mail address that readers find; "+form)
	case name == "" && foldPrefix(v, "mailto:"):
		return whole(OtherForm, s, "is "+quote(s)+"; "+form)
	case name == "":
		return problem(NoName, len(s), 0, "has no name after the address; "+form)
	case len(v) != len(address)+len(name)+3 || !strings.HasPrefix(v[len(address):], " (") || v[len(v)-1] != ')':
		return whole(OtherForm, s, "is "+quote(s)+"; "+form).wanting(goodContact(address, name))
	}
	return nil
}

// mailtoContact checks a person as a mailto: address (RFC 6068), with the
// name percent-encoded: mailto:user%40example.com%20(Name).
func mailtoContact(s, v string) *Problem {
	plain, err := url.PathUnescape(v[len("mailto:"):])
	if err != nil || strings.IndexByte(plain, '%') >= 0 {
		return whole(NoEmail, s, "is "+quote(s)+", which is no mailto: address; expected the form user@example.com (Name)")
	}
	p := Contact(plain)
	if p != nil {
		p.At, p.Len = 0, len(s)
	}
	return p
}

func goodContact(address, name string) string {
	if strings.ContainsAny(name, "()<>@\"") {
		return ""
	}
	return address + " (" + name + ")"
}

// contactParts finds address and name in "a@b (Name)", "Name <a@b>",
// "a@b, Name" and the like.
func contactParts(v string) (address, name string, ok bool) {
	at := strings.IndexByte(v, '@')
	if at < 0 {
		return "", "", false
	}
	edge := func(r rune) bool { return strings.ContainsRune(" \t\r\n<>()[],;:\"", r) }
	start := strings.LastIndexFunc(v[:at], edge) + 1
	end := len(v)
	if i := strings.IndexFunc(v[at:], edge); i >= 0 {
		end = at + i
	}
	address = strings.TrimRight(v[start:end], ".")
	before := strings.TrimSpace(strings.TrimRight(v[:start], "<([ \t\r\n"))
	after := strings.TrimSpace(v[end:])
	if strings.HasSuffix(strings.ToLower(before), "mailto:") {
		if start > len("mailto:") {
			return "", "", false
		}
		before = ""
	}
	if addrSpec(address) != nil {
		return "", "", false
	}
	after = strings.Trim(after, " \t\r\n<>()[],;\"")
	before = strings.Trim(before, " \t\r\n<>()[],;\"")
	if before != "" && after != "" {
		after = " " + after
	}
	return address, before + after, true
}
