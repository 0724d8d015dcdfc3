package w3ccheck

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	endTag = regexp.MustCompile(`</([A-Za-z][A-Za-z0-9]*)>`)
	entity = regexp.MustCompile(`&(#?[A-Za-z0-9]+)`)
)

// noHTML reports markup where plain text belongs: an end tag of HTML, or a
// character reference. In RSS, < and & as hexadecimal references show that
// they are meant as they stand (RSS Advisory Board profile, "character data").
func (c *checker) noHTML(n *node, place, text, class string) {
	if c.rss && bytes.Contains(n.raw, []byte("&#x")) {
		return
	}
	if m := endTag.FindStringSubmatch(text); m != nil && isHTML(m[1]) {
		c.report(class, n.end, "%s: </%s>", place, m[1])
		return
	}
	for _, m := range entity.FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(m[1], "#") || nethtml.UnescapeString("&"+m[1]+";") != "&"+m[1]+";" {
			c.report(class, n.end, "%s: %s", place, m[0])
		}
	}
	if c.rss && class == "ContainsHTML" {
		switch {
		case strings.Contains(text, "&#x"):
			c.report(class, n.end, "%s: &#x", place)
		case strings.Contains(text, "</"):
			c.report("CharacterData", n.end, "%s: </", place)
		}
	}
}

// isHTML reports whether there is an element of that name in HTML.
func isHTML(name string) bool {
	return atom.Lookup([]byte(strings.ToLower(name))) != 0 && !foreign[strings.ToLower(name)]
}

// foreign are names that package atom knows and HTML does not, or that the
// validator does not take in escaped HTML.
var foreign = words(`svg math search title-case foreignobject mi mn mo ms mtext mglyph malignmark desc`)

// risky are the elements that must not be in a feed.
var risky = words(`applet base basefont bgsound body embed frame frameset head html iframe isindex link meta noembed noframes
	noscript object param plaintext script style template title xml`)

// safeAttributes are those that the validator lets stand
// (https://validator.w3.org/feed/docs/warning/SecurityRiskAttr.html).
var safeAttributes = words(`abbr accept accept-charset accesskey action align alt axis border cellpadding cellspacing char charoff
	charset checked cite class clear cols colspan color compact coords datetime dir disabled enctype for frame headers height href
	hreflang hspace id ismap label lang longdesc maxlength media method multiple name nohref noshade nowrap prompt readonly rel
	rev rows rowspan rules scope selected shape size span src srcset start summary tabindex target title type usemap valign value
	vspace width style xml:lang`)

// safeProperties are those of CSS
// (https://validator.w3.org/feed/docs/warning/DangerousStyleAttr.html).
var safeProperties = words(`azimuth background background-color border border-bottom border-bottom-color border-bottom-style
	border-bottom-width border-collapse border-color border-left border-left-color border-left-style border-left-width border-right
	border-right-color border-right-style border-right-width border-spacing border-style border-top border-top-color
	border-top-style border-top-width border-width clear color cursor direction display elevation float font font-family font-size
	font-style font-variant font-weight height letter-spacing line-height margin margin-bottom margin-left margin-right margin-top
	overflow padding padding-bottom padding-left padding-right padding-top pause pause-after pause-before pitch pitch-range
	richness speak speak-header speak-numeral speak-punctuation speech-rate stress text-align text-decoration text-indent
	unicode-bidi vertical-align voice-family volume white-space width`)

func words(list string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		out[w] = true
	}
	return out
}

// html checks escaped HTML.
func (c *checker) html(n *node, text string) {
	z := nethtml.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) || unfinished(text) {
				c.report("NotHtml", n.end, "%s: a tag is not finished", n.name)
			}
			return
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			c.tag(n, z)
		case nethtml.TextToken:
			c.references(n, string(z.Raw()))
		case nethtml.CommentToken:
			if raw := string(z.Raw()); strings.HasPrefix(raw, "<?") {
				c.report("NotHtml", n.end, "%s: %q", n.name, raw)
				c.report("SecurityRisk", n.end, "%s: %q", n.name, raw)
			}
		}
	}
}

// references reports what looks like a character reference and is none.
func (c *checker) references(n *node, text string) {
	for _, r := range reference.FindAllString(text, -1) {
		if nethtml.UnescapeString(r) == r || badReference.MatchString(r) {
			c.report("NotHtml", n.end, "%s: %q", n.name, r)
			return
		}
	}
}

var reference = regexp.MustCompile("&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);?|&[^ \\t\\n\\r\\f<&\"']")

// badReference is one to a control character.
var badReference = regexp.MustCompile(`^&#(?:1(?:2[89]|[345]\d)|x(?:8[0-9A-Fa-f]|9[0-9A-Fa-f]));`)

// unfinished reports whether text ends within a tag.
func unfinished(text string) bool {
	at := strings.LastIndexByte(text, '<')
	return at >= 0 && !strings.Contains(text[at:], ">") && len(text) > at+1 && (text[at+1] >= 'a' && text[at+1] <= 'z' || text[at+1] == '/')
}

func (c *checker) tag(n *node, z *nethtml.Tokenizer) {
	c.references(n, string(z.Raw()))
	raw, more := z.TagName()
	name := string(raw)
	switch {
	case risky[name]:
		c.report("SecurityRisk", n.end, "%s: <%s>", n.name, name)
	case !isHTML(name):
		c.report("NotHtml", n.end, "%s: <%s>", n.name, name)
	}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		c.attribute(n, string(key), strings.TrimSpace(string(value)))
	}
}

func (c *checker) attribute(n *node, key, value string) {
	if !safeAttributes[key] {
		c.report("SecurityRiskAttr", n.end, "%s: %s", n.name, key)
		return
	}
	switch key {
	case "style":
		c.style(n, value)
	case "href", "src", "cite", "longdesc", "action":
		if c.rss && !schemePattern.MatchString(value) && !strings.HasPrefix(value, "#") {
			c.report("ContainsRelRef", n.end, "%s: %s=%q", n.name, key, value)
		}
		if strings.HasPrefix(strings.ToLower(value), "javascript:") {
			c.report("SecurityRiskAttr", n.end, "%s: %s=%q", n.name, key, value)
		}
	}
}

// style reports declarations with what the validator does not let stand.
func (c *checker) style(n *node, value string) {
	for declaration := range strings.SplitSeq(value, ";") {
		property, v, found := strings.Cut(declaration, ":")
		if property = strings.TrimSpace(property); property == "" && !found {
			continue
		}
		if !safeProperties[strings.ToLower(property)] || dangerousValue.MatchString(v) {
			c.report("DangerousStyleAttr", n.end, "%s: %s", n.name, declaration)
			return
		}
	}
}

var dangerousValue = regexp.MustCompile(`(?i)url\(|expression|\d{4,}(em|ex|px|pt|%)|[\\<>{}@]`)
