package value

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// NonNegative checks a whole number of 0 or more.
func NonNegative(s string) *Problem {
	return digitsOnly(s, "a whole number of 0 or more, in digits only")
}

// Positive checks a whole number of 1 or more.
func Positive(s string) *Problem {
	const expected = "a whole number of 1 or more, in digits only"
	if v, front := trim(s); v != "" && strings.Trim(v, "0０") == "" {
		return problem(Syntax, front, len(v), "is "+quote(v)+"; expected "+expected)
	}
	return digitsOnly(s, expected)
}

// Integer checks a whole number, with or without a sign.
func Integer(s string) *Problem {
	v, front := trim(s)
	sign := 0
	if len(v) > 1 && (v[0] == '-' || v[0] == '+') {
		sign = 1
	}
	p := digitsOnly(v[sign:], "a whole number, in digits only")
	switch {
	case p == nil && len(v) == len(s):
		return nil
	case p == nil:
		return spaced(s, v, front)
	case p.Want != "":
		p.Want = v[:sign] + p.Want
	}
	return p.moved(front + sign)
}

// digitsOnly checks that s is ASCII digits.
func digitsOnly(s, expected string) *Problem {
	if all(s, digit) {
		return nil
	}
	if s == "" {
		return problem(Syntax, 0, 0, "is empty; expected "+expected)
	}
	if v, front := trim(s); len(v) != len(s) && all(v, digit) {
		return spaced(s, v, front)
	}
	i := span(s, 0, digit)
	_, n := utf8.DecodeRuneInString(s[i:])
	p := problem(Syntax, i, n, "is "+quote(s)+"; expected "+expected)
	if want := asciiDigits(s); all(want, digit) {
		p.Want = want
	}
	return p
}

// asciiDigits returns s with full-width digits as ASCII has them.
func asciiDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if '０' <= r && r <= '９' {
			return '0' + r - '０'
		}
		return r
	}, s)
}

// Float checks a decimal number, with or without an exponent.
func Float(s string) *Problem {
	if decimal(s) {
		return nil
	}
	const expected = "expected a decimal number, as 12.5"
	if s == "" {
		return problem(Syntax, 0, 0, "is empty; "+expected)
	}
	if v, front := trim(s); len(v) != len(s) && decimal(v) {
		return spaced(s, v, front)
	}
	p := whole(Syntax, s, "is "+quote(s)+"; "+expected)
	if want := strings.Replace(s, ",", ".", 1); strings.Count(s, ",") == 1 && len(s)-strings.IndexByte(s, ',') != 4 && decimal(want) {
		p.Want = want
	}
	return p
}

// decimal reports whether s is [+-]digits[.digits][e[+-]digits].
func decimal(s string) bool {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	whole := span(s, i, digit)
	i += whole
	fraction := 0
	if i < len(s) && s[i] == '.' {
		fraction = span(s, i+1, digit)
		i += fraction + 1
	}
	if whole+fraction == 0 {
		return false
	}
	if i == len(s) {
		return true
	}
	if lower(s[i]) != 'e' {
		return false
	}
	i++
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	return all(s[i:], digit)
}

// Latitude checks a number from -90 to 90.
func Latitude(s string) *Problem { return degrees(s, "latitude", 90) }

// Longitude checks a number from -180 to 180.
func Longitude(s string) *Problem { return degrees(s, "longitude", 180) }

func degrees(s, name string, most float64) *Problem {
	p := Float(s)
	v := s
	if p != nil {
		v = p.Want
	}
	if v == "" {
		return p
	}
	if f, err := strconv.ParseFloat(v, 64); err != nil || f < -most || f > most {
		limit := strconv.Itoa(int(most))
		return whole(Range, s, "is "+quote(s)+", which is no "+name+"; expected -"+limit+" to "+limit)
	}
	return p
}

// Duration checks a duration of a podcast: seconds, MM:SS or HH:MM:SS.
func Duration(s string) *Problem {
	const form = "; expected seconds, MM:SS or HH:MM:SS, as 1:04:09"
	if s == "" {
		return problem(Syntax, 0, 0, "is empty"+form)
	}
	if v, front := trim(s); len(v) != len(s) && v != "" && Duration(v) == nil {
		return spaced(s, v, front)
	}
	fields, start := 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != ':' {
			continue
		}
		field := s[start:i]
		fields++
		switch {
		case !all(field, digit):
			return problem(Syntax, start, len(field), "is "+quote(s)+", which has "+quote(field)+" where digits must be"+form)
		case fields > 3:
			return problem(Syntax, start, len(s)-start, "is "+quote(s)+", which has more than three parts"+form)
		case fields > 1 && (len(field) > 2 || field > "59" && len(field) == 2):
			return problem(Syntax, start, len(field), "is "+quote(s)+", which has "+quote(field)+" where at most 59 can be"+form)
		}
		start = i + 1
	}
	return nil
}

// NPT checks a normal play time (RFC 2326 §3.6): seconds or H:MM:SS, with a
// fraction, or now.
func NPT(s string) *Problem {
	const form = "; expected seconds or H:MM:SS, with or without a fraction, as 12.5 or 0:01:12.5"
	if s == "now" {
		return nil
	}
	v, front := trim(s)
	if len(v) != len(s) && v != "" && NPT(v) == nil {
		return spaced(s, v, front)
	}
	i := span(s, 0, digit)
	if i == 0 {
		return whole(Syntax, s, "is "+quote(s)+", which is no normal play time"+form)
	}
	if i < len(s) && s[i] == ':' {
		if !two(s, i+1, 0, 59) || len(s) < i+6 || s[i+3] != ':' || !two(s, i+4, 0, 59) {
			return problem(Syntax, i, len(s)-i, "is "+quote(s)+", which has no minutes and seconds of two digits, 00 to 59, after its hours"+form)
		}
		i += 6
	}
	if i < len(s) && s[i] == '.' {
		i += 1 + span(s, i+1, digit)
	}
	if i < len(s) {
		return problem(Syntax, i, len(s)-i, "is "+quote(s)+", which has "+quote(s[i:])+" after the time"+form)
	}
	return nil
}
