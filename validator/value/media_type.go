package value

import "strings"

// MediaType checks a media type with its parameters (RFC 6838 §4.2,
// RFC 9110 §8.3.1).
func MediaType(s string) *Problem {
	if s == "" {
		return empty("a media type, as text/html")
	}
	if v, front := trim(s); len(v) != len(s) && v != "" && mediaType(v) == nil {
		return spaced(s, v, front)
	}
	return mediaType(s)
}

func mediaType(s string) *Problem {
	const form = "; expected type/subtype, as text/html or audio/mpeg"
	slash := span(s, 0, tchar)
	if slash == 0 || slash == len(s) || s[slash] != '/' {
		return whole(Syntax, s, "is "+quote(s)+form)
	}
	end := slash + 1 + span(s, slash+1, tchar)
	switch {
	case end == slash+1:
		return problem(Syntax, end, len(s)-end, "is "+quote(s)+", which has no subtype after the /"+form)
	case !restricted(s[:slash]) || !restricted(s[slash+1:end]):
		return problem(Syntax, 0, end, "is "+quote(s)+"; the names of a media type begin with a letter or digit and have 127 of letters, digits and !#$&-^_.+ at most"+form)
	}
	return parameters(s, end)
}

// restricted reports whether s is a restricted-name (RFC 6838 §4.2).
func restricted(s string) bool {
	return len(s) <= 127 && is(s[0], alphanum) && !strings.ContainsAny(s, "%'*`|~")
}

// parameters checks what follows the subtype: ;name=value, again and again.
func parameters(s string, i int) *Problem {
	for i < len(s) {
		i += blanks(s, i)
		if i == len(s) || s[i] != ';' {
			return problem(Syntax, min(i, len(s)), len(s)-min(i, len(s)), "has "+quote(s[min(i, len(s)):])+" after the media type; expected nothing, or a semicolon and a parameter, as ; charset=utf-8")
		}
		i++
		i += blanks(s, i)
		if i == len(s) || s[i] == ';' {
			continue // RFC 9110 §5.6.6 lets a parameter be empty
		}
		n := parameter(s[i:])
		if n == 0 {
			return problem(Syntax, i, len(s)-i, "has the parameter "+quote(s[i:])+"; expected name=value, as charset=utf-8")
		}
		i += n
	}
	return nil
}

func blanks(s string, i int) int {
	start := i
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	return i - start
}

// parameter returns the length of the parameter that s begins with, or 0.
func parameter(s string) int {
	eq := span(s, 0, tchar)
	if eq == 0 || eq+1 >= len(s) || s[eq] != '=' {
		return 0
	}
	if s[eq+1] != '"' {
		n := span(s, eq+1, tchar)
		if n == 0 {
			return 0
		}
		return eq + 1 + n
	}
	for i := eq + 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i + 1
		case c == '\\':
			i++
		case c < ' ' && c != '\t' || c == 0x7F:
			return 0
		}
	}
	return 0
}
