package w3ccheck

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// A uriKind says what reference a place takes.
type uriKind uint8

const (
	anyURI  uriKind = iota // relative too
	fullURI                // with its scheme
)

var (
	schemePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
	// uriPattern is the characters of RFC 3986 and those of RFC 3987 beyond ASCII.
	uriPattern  = regexp.MustCompile(`^(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2}|[^\x00-\x7f])*$`)
	tagPattern  = regexp.MustCompile(`^tag:(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|[A-Za-z0-9._-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?),[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]|[^\x00-\x7f])*(?:#(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]|[^\x00-\x7f])*)?$`)
	uuidPattern = regexp.MustCompile(`^(?i:urn:uuid:)[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$`)
	// urnPattern is RFC 8141 §2.
	urnPattern  = regexp.MustCompile(`^(?i:urn:)[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:[^/?#][^#]*(?:#.*)?$`)
	mimePattern = regexp.MustCompile(`^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(?:\s*;\s*[^;]+)*$`)
	mailPattern = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$`)
)

// registered are the schemes that feeds' links have, of those IANA lists.
var registered = func() map[string]bool {
	out := map[string]bool{}
	for s := range strings.FieldsSeq(`http https ftp mailto news nntp tag urn data geo tel sms sip sips xmpp magnet info ldap
		gopher git irc ircs gemini urn: cid mid ni doi acct at did ipfs matrix rtsp rtmp mms webcal sftp`) {
		out[s] = true
	}
	return out
}()

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func isMIME(s string) bool    { return mimePattern.MatchString(s) }
func isAddress(s string) bool { return mailPattern.MatchString(s) }

// isURI reports whether s is an absolute URI or IRI.
func isURI(s string) bool { return schemePattern.MatchString(s) && uriPattern.MatchString(s) }

func isWebURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && uriPattern.MatchString(s) && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "ftp")
}

// reference checks a URI in an element's text or attribute.
func (c *checker) reference(n *node, v string, kind uriKind) {
	scheme, rest, _ := strings.Cut(v, ":")
	absolute := schemePattern.MatchString(v)
	switch {
	case strings.TrimSpace(v) != v && v == n.text:
		c.report("UnexpectedWhitespace", n.end, "%s %q", n.name, v)
	case absolute && strings.EqualFold(scheme, "tag"):
		c.pattern(n, v, tagPattern, "InvalidTAG")
	case absolute && strings.HasPrefix(strings.ToLower(v), "urn:uuid:"):
		c.pattern(n, v, uuidPattern, "InvalidUUID")
	case absolute && strings.EqualFold(scheme, "urn"):
		c.pattern(n, v, urnPattern, "InvalidURN")
	case !uriPattern.MatchString(v):
		c.report("InvalidUriChar", n.end, "%s %q", n.name, v)
	case !absolute && (kind == fullURI || v == ""):
		if v != "" || kind == fullURI {
			c.report("InvalidFullLink", n.end, "%s %q", n.name, v)
		}
	case absolute && !registered[strings.ToLower(scheme)]:
		c.report("SchemeNotIANARegistered", n.end, "%s %q", n.name, v)
	case absolute && web[strings.ToLower(scheme)] && !hasHost(rest):
		c.report(map[uriKind]string{anyURI: "InvalidLink", fullURI: "InvalidFullLink"}[kind], n.end, "%s %q", n.name, v)
	case c.rss && strings.ContainsFunc(v, func(r rune) bool { return r >= 0x80 }):
		c.report("UriNotIri", n.end, "%s %q", n.name, v)
	}
}

var web = map[string]bool{"http": true, "https": true, "ftp": true}

// hasHost reports whether what follows a scheme names a host and a port that
// can be.
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

func (c *checker) pattern(n *node, v string, p *regexp.Regexp, class string) {
	if !p.MatchString(v) {
		c.report(class, n.end, "%s %q", n.name, v)
	}
}

// canonical returns a URI in normal form (RFC 3986 §6.2.2, §6.2.3; RFC 4287
// §4.2.6.1).
func canonical(v string) string {
	scheme, rest, _ := strings.Cut(v, ":")
	scheme = strings.ToLower(scheme)
	if !strings.HasPrefix(rest, "//") || scheme == "urn" || scheme == "tag" {
		return scheme + ":" + rest
	}
	authority, path := rest[2:], ""
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority, path = authority[:end], authority[end:]
	}
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		user := strings.TrimRight(authority[:at], ":")
		authority = authority[at+1:]
		if user != "" {
			authority = user + "@" + authority
		}
	}
	authority = strings.ToLower(authority)
	authority = strings.TrimSuffix(authority, ":")
	authority = strings.TrimSuffix(authority, map[string]string{"http": ":80", "https": ":443", "ftp": ":21"}[scheme])
	if path == "" || path[0] != '/' {
		path = "/" + path
	}
	return scheme + "://" + authority + escapes(dots(path))
}

// dots removes dot segments from a path (RFC 3986 §5.2.4).
func dots(path string) string {
	end := strings.IndexAny(path, "?#")
	if end < 0 {
		end = len(path)
	}
	var out []string
	segments := strings.Split(path[:end], "/")
	for i, s := range segments {
		last := i == len(segments)-1
		switch {
		case s == "." || s == "..":
			if s == ".." && len(out) > 1 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, s)
		}
	}
	return strings.Join(out, "/") + path[end:]
}

var escaped = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// escapes writes percent-encodings in upper case, and none for the characters
// that need none.
func escapes(s string) string {
	return escaped.ReplaceAllStringFunc(s, func(e string) string {
		if r, err := url.PathUnescape(e); err == nil && (r[0] >= 'a' && r[0] <= 'z' || r[0] >= 'A' && r[0] <= 'Z' || r[0] >= '0' && r[0] <= '9' || strings.Contains("-._~", r)) {
			return r
		}
		return strings.ToUpper(e)
	})
}

var tagSyntax = regexp.MustCompile(`^(?:[A-Za-z]{2,3}|i|x)(?:-[A-Za-z0-9]{1,8})*$`)

// language checks a BCP 47 tag.
func (c *checker) language(n *node, place, v string) {
	base, _, _ := strings.Cut(v, "-")
	_, err := language.ParseBase(base)
	if base == "i" || base == "x" {
		err = nil
	}
	if err != nil || !tagSyntax.MatchString(v) {
		c.report("InvalidLanguage", n.line, "%s %s %q", n.name, place, v)
	}
}

func (c *checker) addrSpec(n *node) {
	if !isAddress(n.text) {
		c.report("InvalidAddrSpec", n.end, "%q", n.text)
	}
}

var rfc3339Pattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

func (c *checker) rfc3339(n *node) {
	if v := strings.TrimSpace(n.text); v != n.text && rfc3339Pattern.MatchString(v) {
		c.report("UnexpectedWhitespace", n.end, "%s %q", n.name, n.text)
		return
	}
	t, err := time.Parse(time.RFC3339, n.text)
	if err != nil || !rfc3339Pattern.MatchString(n.text) {
		c.report("InvalidRFC3339Date", n.end, "%s %q", n.name, n.text)
		return
	}
	c.plausible(n, t)
}

// plausible reports a date before there were feeds, or that is yet to come.
func (c *checker) plausible(n *node, t time.Time) {
	if t.UTC().Year() < 1990 || t.After(c.now.Add(24*time.Hour)) {
		c.report("ImplausibleDate", n.end, "%s %q", n.name, n.text)
	}
}

var (
	rfc822Pattern = regexp.MustCompile(`^(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) (\d\d:\d\d(?::\d\d)?) (?:GMT|UT|Z|[ECMP][SD]T|[+-]\d\d(?:00|15|30|45))$`)
	loose822      = regexp.MustCompile(`^(?:[A-Za-z]{3}[^,]*,)?\s*\d{1,2}[^ ]*\s+[A-Z][a-z]{2}[^ ]*\s+(?:\d{2}|\d{4})\s+\d{1,2}:\d\d(:\d\d)?(\s+([A-Z]{1,4}|[+-]\d{4})(\s*\(.*\))?)?$`)
)

func (c *checker) rfc822(n *node) {
	m := rfc822Pattern.FindStringSubmatch(n.text)
	if m == nil {
		class := "InvalidRFC2822Date"
		if loose822.MatchString(strings.TrimSpace(n.text)) {
			class = "ProblematicalRFC822Date"
		}
		c.report(class, n.end, "%s %q", n.name, n.text)
		return
	}
	day, err := time.Parse("2 Jan 2006", m[2]+" "+m[3]+" "+m[4])
	switch {
	case err != nil || m[5] > "23:59:59":
		c.report("InvalidRFC2822Date", n.end, "%s %q", n.name, n.text)
	case m[1] != "" && day.Weekday().String()[:3] != m[1]:
		c.report("IncorrectDOW", n.end, "%s %q", n.name, n.text)
	default:
		c.plausible(n, day)
	}
}
