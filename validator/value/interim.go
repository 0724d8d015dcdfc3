package value

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
)

type Kind uint8

const (
	Syntax Kind = iota + 1
	Space
	BadChar
	BadEscape
	Relative
	NoHost
	BadPort
	BadHost
	Fragment
	BadTag
	BadURN
	BadUUID
	Scheme
	Empty
	NoEmail
	NoName
	OtherForm
	Weekday
	Obscure
	Range
)

type Problem struct {
	Kind    Kind
	At, Len int
	Text    string
	Want    string
}

var (
	schemePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
	uriPattern    = regexp.MustCompile(`^(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2}|[^\x00-\x7f])*$`)
	tagPattern    = regexp.MustCompile(`^tag:(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|[A-Za-z0-9._-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?),[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]|[^\x00-\x7f])*(?:#(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]|[^\x00-\x7f])*)?$`)
	uuidPattern   = regexp.MustCompile(`^(?i:urn:uuid:)[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$`)
	urnPattern    = regexp.MustCompile(`^(?i:urn:)[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:[^/?#][^#]*(?:#.*)?$`)
	mimePattern   = regexp.MustCompile(`^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(?:\s*;\s*[^;]+)*$`)
	mailPattern   = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$`)
)
var registered = func() map[string]bool {
	out := map[string]bool{}
	for s := range strings.FieldsSeq(`http https ftp mailto news nntp tag urn data geo tel sms sip sips xmpp magnet info ldap gopher git irc ircs gemini cid mid ni doi acct at did ipfs matrix rtsp rtmp mms webcal sftp feed javascript file about`) {
		out[s] = true
	}
	return out
}()

func p(k Kind, s, t string) *Problem { return &Problem{Kind: k, Len: len(s), Text: t} }
func Reference(v string) *Problem {
	scheme, rest, _ := strings.Cut(v, ":")
	absolute := schemePattern.MatchString(v)
	switch {
	case strings.TrimSpace(v) != v:
		return p(Space, v, "white space")
	case absolute && strings.EqualFold(scheme, "tag"):
		return pat(v, tagPattern, BadTag)
	case absolute && strings.HasPrefix(strings.ToLower(v), "urn:uuid:"):
		return pat(v, uuidPattern, BadUUID)
	case absolute && strings.EqualFold(scheme, "urn"):
		return pat(v, urnPattern, BadURN)
	case !uriPattern.MatchString(v):
		return p(BadChar, v, "bad character")
	case absolute && !registered[strings.ToLower(scheme)]:
		return p(Scheme, v, "scheme")
	case absolute && (scheme == "http" || scheme == "https" || scheme == "ftp") && !hasHost(rest):
		return p(NoHost, v, "no host")
	}
	return nil
}
func pat(v string, r *regexp.Regexp, k Kind) *Problem {
	if r.MatchString(v) {
		return nil
	}
	return p(k, v, "bad")
}
func hasHost(rest string) bool {
	authority, ok := strings.CutPrefix(rest, "//")
	if !ok {
		return false
	}
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority = authority[:end]
	}
	host := authority[strings.LastIndex(authority, "@")+1:]
	if strings.HasPrefix(host, "[") {
		literal, _, found := strings.Cut(host[1:], "]")
		_, err := netip.ParseAddr(literal)
		return found && err == nil
	}
	host, port, _ := strings.Cut(host, ":")
	return host != "" && strings.Trim(port, "0123456789") == ""
}
func URI(s string) *Problem {
	if q := Reference(s); q != nil {
		return q
	}
	if !schemePattern.MatchString(s) {
		return p(Relative, s, "relative")
	}
	return nil
}
func WebURL(s string) *Problem {
	if q := URI(s); q != nil {
		return q
	}
	if !strings.HasPrefix(s, "http") {
		return p(Scheme, s, "scheme")
	}
	return nil
}
func NonASCII(s string) int {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 })
}
func Canonical(s string) string { return s }

var tagSyntax = regexp.MustCompile(`^(?:[A-Za-z]{2,3}|i|x)(?:-[A-Za-z0-9]{1,8})*$`)

func Language(v string) *Problem {
	base, _, _ := strings.Cut(v, "-")
	_, err := language.ParseBase(base)
	if base == "i" || base == "x" {
		err = nil
	}
	if err != nil || !tagSyntax.MatchString(v) {
		return p(Syntax, v, "no language")
	}
	return nil
}
func MediaType(s string) *Problem { return pat(s, mimePattern, Syntax) }
func Email(s string) *Problem     { return pat(s, mailPattern, Syntax) }

var containsEmail = regexp.MustCompile(`[\w.+-]+@[\w-]+\.\w`)

func Contact(s string) *Problem {
	address, name, named := strings.Cut(strings.TrimPrefix(s, "mailto:"), " ")
	switch {
	case Email(strings.TrimSpace(address)) != nil:
		if containsEmail.MatchString(s) && !strings.Contains(s, "mailto:") {
			return p(OtherForm, s, "form")
		}
		return p(NoEmail, s, "no e-mail")
	case !named:
		return p(NoName, s, "no name")
	case !strings.HasPrefix(name, "(") || !strings.HasSuffix(name, ")"):
		return p(OtherForm, s, "form")
	}
	return nil
}

var rfc3339Pattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

func RFC3339(s string) (time.Time, *Problem) {
	t, err := time.Parse(time.RFC3339, s)
	if v := strings.TrimSpace(s); v != s && rfc3339Pattern.MatchString(v) {
		return t, p(Space, s, "space")
	}
	if err != nil || !rfc3339Pattern.MatchString(s) {
		return t, p(Syntax, s, "no date")
	}
	return t, nil
}

var (
	rfc822Pattern = regexp.MustCompile(`^(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) (\d\d:\d\d(?::\d\d)?) (?:GMT|UT|Z|[ECMP][SD]T|[+-]\d\d(?:00|15|30|45))$`)
	loose822      = regexp.MustCompile(`^(?:[A-Za-z]{3}[^,]*,)?\s*\d{1,2}[^ ]*\s+[A-Z][a-z]{2}[^ ]*\s+(?:\d{2}|\d{4})\s+\d{1,2}:\d\d(:\d\d)?(\s+([A-Z]{1,4}|[+-]\d{4})(\s*\(.*\))?)?$`)
)

func RFC822(s string) (time.Time, *Problem) {
	m := rfc822Pattern.FindStringSubmatch(s)
	if m == nil {
		if loose822.MatchString(strings.TrimSpace(s)) {
			return time.Time{}, p(Obscure, s, "obscure")
		}
		return time.Time{}, p(Syntax, s, "no date")
	}
	day, err := time.Parse("2 Jan 2006", m[2]+" "+m[3]+" "+m[4])
	switch {
	case err != nil || m[5] > "23:59:59":
		return day, p(Syntax, s, "no date")
	case m[1] != "" && day.Weekday().String()[:3] != m[1]:
		return day, p(Weekday, s, "weekday")
	}
	return day, nil
}

var dtf = regexp.MustCompile(`^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$`)

func W3CDTF(s string) (time.Time, *Problem)  { return time.Time{}, pat(s, dtf, Syntax) }
func ISO8601(s string) (time.Time, *Problem) { return time.Time{}, pat(s, dtf, Syntax) }
func Plausible(t, now time.Time) bool        { return t.Year() >= 1970 && !t.After(now.Add(24*time.Hour)) }

var digits = regexp.MustCompile(`^[0-9]+$`)
var integer = regexp.MustCompile(`^[+-]?[0-9]+$`)

func NonNegative(s string) *Problem { return pat(s, digits, Syntax) }
func Positive(s string) *Problem {
	if strings.Trim(s, "0") == "" {
		return p(Syntax, s, "zero")
	}
	return pat(s, digits, Syntax)
}
func Integer(s string) *Problem { return pat(s, integer, Syntax) }
func Float(s string) *Problem {
	if _, err := strconv.ParseFloat(s, 64); err != nil {
		return p(Syntax, s, "no number")
	}
	return nil
}
func Latitude(s string) *Problem  { return rng(s, 90) }
func Longitude(s string) *Problem { return rng(s, 180) }
func rng(s string, m float64) *Problem {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f > m || f < -m {
		return p(Range, s, "range")
	}
	return nil
}
func Duration(s string) *Problem { return nil }
func NPT(s string) *Problem      { return nil }
func Country(s string) *Problem  { return nil }
func Base64(s string) *Problem   { return nil }
func UUID(s string) *Problem     { return nil }
