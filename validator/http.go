package validator

import (
	"hash/fnv"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tributary/validator/value"
)

// exchange judges how the document was sent.
func (c *checker) exchange(cs charset) {
	x := c.doc.Exchange
	if x.Failure != "" {
		r := map[FailureKind]*Rule{BadTLS: httpTLS, BadHTTP: httpHeader, BadRedirect: httpRedirectLoop}[x.FailureKind]
		c.http(firstRule(r, httpUnreachable), "", "%s", x.Failure)
		return
	}
	c.redirects(x)
	if len(x.Hops) == 0 {
		return
	}
	last := &x.Hops[len(x.Hops)-1]
	if !c.status(last, x) {
		return
	}
	c.fieldNames(last)
	c.mediaTypeSent(last)
	c.compression(last, x)
	c.validators(last, x)
	c.caching(last, x)
	c.where(x)
	c.probes(x)
	c.compare(x.Earlier)
	if x.OldTLS != "" {
		c.http(httpOldTLS, "", "the server speaks %s, which is no longer safe", x.OldTLS)
	}
}

// http reports what concerns the exchange: it has no place in the document,
// the header field it is about is named as the element.
func (c *checker) http(r *Rule, field, format string, args ...any) {
	c.report(r, place{start: Position{Line: 1, Column: 1}, end: Position{Line: 1, Column: 1}, element: field, parent: "response"}, format, args...)
}

func (c *checker) redirects(x *Exchange) {
	for i := range max(len(x.Hops)-1, 0) {
		h, next := &x.Hops[i], x.Hops[i+1].URL
		switch h.Status {
		case 301, 308:
			c.http(httpMoved, "Location", "%s has moved for good to %s (status %d)", h.URL, next, h.Status)
		default:
			c.http(httpRedirectTemporary, "Location", "%s leads to %s for the time being (status %d)", h.URL, next, h.Status)
		}
		if strings.HasPrefix(h.URL, "https:") && strings.HasPrefix(next, "http:") {
			c.http(httpDowngrade, "Location", "%s leads from https to %s", h.URL, next)
		}
	}
}

// status returns whether there is a document to look at.
func (c *checker) status(h *Hop, x *Exchange) bool {
	switch {
	case challenge(h):
		c.http(httpChallenge, "Status", "the server answers %d with a challenge for browsers: feed readers cannot pass it", h.Status)
	case h.Status == 304:
		c.http(httpStatus, "Status", "the server answers 304 to a request without conditions")
	case h.Status < 200 || h.Status > 299:
		c.http(httpStatus, "Status", "the server answers %d", h.Status)
	case x.Decoded == 0:
		c.http(httpEmpty, "Content-Length", "the answer is empty")
	default:
		return true
	}
	return false
}

// fieldNames reports header fields whose names are none (RFC 9110 §5.1).
func (c *checker) fieldNames(h *Hop) {
	for _, name := range sortedKeys(h.Header) {
		if i := strings.IndexAny(name, " \t\"(),/:;<=>?@[\\]{}"); i >= 0 || name == "" {
			c.http(httpHeader, name, "the header field %q is not named as one: names have neither spaces nor %q", name, name[max(i, 0):min(max(i, 0)+1, len(name))])
		}
	}
}

// challenge reports whether an answer is a bot wall's.
func challenge(h *Hop) bool {
	return (h.Status == 403 || h.Status == 503 || h.Status == 429) && (h.get("Cf-Mitigated") == "challenge" || h.get("Cf-Chl-Bypass") != "" ||
		strings.EqualFold(h.get("X-Sucuri-Block"), "challenge") || strings.EqualFold(h.get("X-Vercel-Mitigated"), "challenge"))
}

// typesOf are the media types that fit a format.
var typesOf = map[Format][]string{
	RSS2: {"application/rss+xml"}, RSS1: {"application/rdf+xml", "application/rss+xml"}, Atom: {"application/atom+xml"}, AtomEntry: {"application/atom+xml"},
	JSONFeed: {"application/feed+json", "application/json"}, OPML: {"text/x-opml", "application/opml+xml", "text/x-opml+xml"},
	AtomService: {"application/atomsvc+xml"}, AtomCategories: {"application/atomcat+xml"}, Sitemap: {"application/xml"},
}

func (c *checker) mediaTypeSent(h *Hop) {
	sent := h.get("Content-Type")
	t, _, _ := strings.Cut(strings.ToLower(sent), ";")
	t = strings.TrimSpace(t)
	fits := typesOf[c.result.Format]
	switch {
	case sent == "":
		c.http(httpTypeMissing, "Content-Type", "the answer has no Content-Type, %s is expected", describe(fits))
		return
	case value.MediaType(sent) != nil:
		c.http(httpTypeMalformed, "Content-Type", "Content-Type: %s: %s", sent, value.MediaType(sent).Text)
		return
	case t == "text/xml":
		if !strings.Contains(strings.ToLower(sent), "charset") {
			c.http(httpTextXML, "Content-Type", "text/xml without a charset was read as US-ASCII by older software: say application/xml or the feed's own type")
		}
	case t == "application/xml" && c.result.Format != JSONFeed:
	case len(fits) > 0 && !contains(fits, t):
		c.http(httpType, "Content-Type", "the document is %s and is sent as %q, expected %s", c.result.Format, t, describe(fits))
		return
	}
	if (t == "text/xml" || t == "application/xml") && len(fits) > 0 && fits[0] != "application/xml" {
		c.http(httpTypeGeneric, "Content-Type", "%s says that it is XML, not that it is a feed: %s does", t, fits[0])
	}
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func (c *checker) compression(h *Hop, x *Exchange) {
	const small = 1000 // bytes, below which compressing saves no packet
	if h.get("Content-Encoding") == "" && x.Decoded > small {
		c.http(httpUncompressed, "Content-Encoding", "%d bytes are sent as they are, though the request takes gzip", x.Decoded)
	}
	if h.get("Content-Encoding") != "" && !strings.Contains(strings.ToLower(strings.Join(h.Header["Vary"], ",")), "accept-encoding") && !strings.Contains(strings.Join(h.Header["Vary"], ","), "*") {
		c.http(httpVary, "Vary", "the answer is compressed and does not say Vary: Accept-Encoding: caches may hand it to those who cannot read it")
	}
}

// validators looks at the ETag and Last-Modified, and whether they work (RFC
// 9110 §8.8, §13).
func (c *checker) validators(h *Hop, x *Exchange) {
	tag, date := h.get("Etag"), h.get("Last-Modified")
	if tag == "" && date == "" {
		c.http(httpNoValidators, "ETag", "")
	}
	if tag != "" && !wellFormedTag(tag) {
		c.http(httpTagMalformed, "ETag", "ETag: %s: an entity tag stands in double quotes: \"...\" or W/\"...\"", tag)
	}
	modified, ok := httpDate(date)
	switch {
	case date != "" && !ok:
		c.http(httpDateMalformed, "Last-Modified", "Last-Modified: %s: expected the form Fri, 20 Nov 2026 08:00:00 GMT", date)
	case ok && !x.At.IsZero() && modified.After(x.At.Add(time.Hour)):
		c.http(httpModifiedFuture, "Last-Modified", "Last-Modified: %s lies in the future", date)
	}
	c.conditional(x.ByTag, h, "If-None-Match", "ETag")
	c.conditional(x.ByDate, h, "If-Modified-Since", "Last-Modified")
}

// conditional judges the answer to a conditional request.
func (c *checker) conditional(again, first *Hop, request, field string) {
	switch {
	case again == nil:
	case again.Status == 304 && again.Size > 0:
		c.http(http304Body, field, "the answer 304 to %s has a body of %d bytes", request, again.Size)
	case again.Status == 304:
	case again.Status == 200 && again.Digest == first.Digest:
		c.http(httpConditionIgnored, field, "the server sends %s, and answers a request with %s by the same document whole (200) in place of 304", field, request)
		if field == "ETag" && again.get("Etag") != "" && again.get("Etag") != first.get("Etag") {
			c.http(httpTagUnstable, field, "the ETag changes from %s to %s while the document stays the same", first.get("Etag"), again.get("Etag"))
		}
	case again.Status >= 400:
		c.http(httpConditionFails, field, "the server answers %d to a request with %s", again.Status, request)
	}
}

// wellFormedTag follows RFC 9110 §8.8.3.
func wellFormedTag(tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	return len(tag) >= 2 && tag[0] == '"' && tag[len(tag)-1] == '"' && !strings.ContainsAny(tag[1:len(tag)-1], "\" ")
}

// httpDate reads the preferred form of a date (RFC 9110 §5.6.7).
func httpDate(s string) (time.Time, bool) {
	t, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", s)
	return t, err == nil
}

// caching looks at what caches are told (RFC 9111).
func (c *checker) caching(h *Hop, x *Exchange) {
	control := strings.ToLower(strings.Join(h.Header["Cache-Control"], ","))
	switch {
	case strings.Contains(control, "no-store"):
		c.http(httpNoStore, "Cache-Control", "Cache-Control: %s forbids keeping the feed: every reader fetches it whole each time", control)
	case control == "" && h.get("Expires") == "":
		c.http(httpNoFreshness, "Cache-Control", "")
	}
	if e := h.get("Expires"); e != "" && e != "0" && e != "-1" {
		if _, ok := httpDate(e); !ok {
			c.http(httpDateMalformed, "Expires", "Expires: %s: expected the form Fri, 20 Nov 2026 08:00:00 GMT", e)
		}
	}
	if strings.TrimSpace(strings.Join(h.Header["Vary"], ",")) == "*" {
		c.http(httpVaryAll, "Vary", "Vary: * says that no answer can be used again")
	}
	if d := h.get("Date"); d != "" {
		at, ok := httpDate(d)
		switch {
		case !ok:
			c.http(httpDateMalformed, "Date", "Date: %s: expected the form Fri, 20 Nov 2026 08:00:00 GMT", d)
		case !x.At.IsZero() && (at.Sub(x.At) > 10*time.Minute || x.At.Sub(at) > 10*time.Minute && h.get("Age") == ""):
			c.http(httpClock, "Date", "the server's clock says %s, it is %s", d, x.At.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
		}
	}
	if len(h.Header["Set-Cookie"]) > 0 {
		c.http(httpCookie, "Set-Cookie", "")
	}
}

// where holds the self link against where the document was found.
func (c *checker) where(x *Exchange) {
	if c.self == "" {
		return
	}
	for _, h := range x.Hops {
		if sameAddress(c.self, h.URL) {
			return
		}
	}
	c.report(httpSelf, c.selfAt, "the self link is %q, the document was found at %q", shorten(c.self), x.Hops[len(x.Hops)-1].URL)
}

// sameAddress compares addresses as RFC 3986 §6 would, but for the fragment.
func sameAddress(a, b string) bool {
	norm := func(s string) string {
		u, err := url.Parse(s)
		if err != nil {
			return s
		}
		u.Fragment = ""
		if u.Path == "" {
			u.Path = "/"
		}
		return value.Canonical(u.String())
	}
	return norm(a) == norm(b)
}

// probes judges what was found at hubs and enclosures.
func (c *checker) probes(x *Exchange) {
	for _, p := range x.Hubs {
		if p.Failure != "" || p.Status >= 500 || p.Status == 404 || p.Status == 410 {
			c.http(httpHub, "hub", "the hub %s cannot be used: %s", p.URL, firstOf(p.Failure, statusText(p.Status)))
		}
	}
	for _, p := range x.Enclosures {
		switch {
		case p.Failure != "" || p.Status >= 400:
			c.http(httpEnclosure, "enclosure", "the enclosure %s cannot be had: %s", p.URL, firstOf(p.Failure, statusText(p.Status)))
			continue
		case p.StatedLength != "" && p.Length >= 0 && p.StatedLength != "0" && p.StatedLength != itoa(p.Length):
			c.http(httpEnclosureLength, "enclosure", "the enclosure %s has %d bytes, the feed says %s", p.URL, p.Length, p.StatedLength)
		}
		t, _, _ := strings.Cut(strings.ToLower(p.Type), ";")
		if s := strings.ToLower(p.StatedType); s != "" && t != "" && strings.TrimSpace(t) != s && !sameMedia(strings.TrimSpace(t), s) {
			c.http(httpEnclosureType, "enclosure", "the enclosure %s is sent as %q, the feed says %q", p.URL, strings.TrimSpace(t), p.StatedType)
		}
	}
}

// sameMedia reports types that are written in several ways.
func sameMedia(a, b string) bool {
	norm := strings.NewReplacer("x-", "", "mp3", "mpeg", "mpg", "mpeg", "m4a", "mp4", "m4v", "mp4", "jpg", "jpeg", "application/octet-stream", "")
	return norm.Replace(a) == norm.Replace(b)
}

// maxNamed bounds the addresses of hubs and enclosures that are remembered.
const maxNamed = 1000

// linked remembers the hubs and enclosures that links name.
func (c *checker) linked(l *node) {
	if c.doc.Exchange == nil {
		return
	}
	switch rel(l) {
	case "hub":
		if len(c.result.Hubs) < maxNamed {
			c.result.Hubs = append(c.result.Hubs, Probe{URL: strings.Clone(l.value("href")), Length: -1})
		}
	case "enclosure":
		c.enclosed(l.value("href"), l.value("type"), l.value("length"))
	}
}

func (c *checker) enclosed(address, mediaType, length string) {
	if c.doc.Exchange != nil && len(c.result.Enclosures) < maxNamed {
		c.result.Enclosures = append(c.result.Enclosures, Probe{URL: strings.Clone(address), StatedType: strings.Clone(mediaType), StatedLength: strings.Clone(length), Length: -1})
	}
}

// maxGlimpses bounds the entries that are remembered of a look.
const maxGlimpses = 1000

// glimpse remembers an entry, where looks are compared.
func (c *checker) glimpse(n *node, id, updated, published string) {
	if c.doc.Exchange == nil || len(c.glimpses) >= maxGlimpses {
		return
	}
	g := Glimpse{ID: textOf(n, id), Updated: textOf(n, updated), Published: textOf(n, published)}
	h := fnv.New64a()
	for _, k := range n.children {
		if !k.is(id, updated, published, "a:updated", "a:published") {
			_, _ = h.Write([]byte(k.name.key + k.text.s + k.value("href")))
		}
	}
	g.Content = strconv.FormatUint(h.Sum64(), 16)
	c.glimpses = append(c.glimpses, g)
}

// textOf returns the text of a child, "" without one.
func textOf(n *node, key string) string {
	if k := n.child(key); k != nil {
		return strings.Clone(strings.TrimSpace(k.text.s))
	}
	return ""
}

// compare holds the entries against those of an earlier look: what changes
// while the content stays makes readers show old entries as new.
func (c *checker) compare(earlier []Glimpse) {
	before := map[string]Glimpse{}
	for _, g := range earlier {
		before[g.Content] = g
	}
	for _, g := range c.glimpses {
		old, ok := before[g.Content]
		if !ok {
			continue
		}
		if old.ID != g.ID {
			c.http(httpIDUnstable, "id", "the entry %q had the id %q a moment ago, with the same content", shorten(g.ID), shorten(old.ID))
		}
		if old.Updated != g.Updated || old.Published != g.Published {
			c.http(httpDateUnstable, "updated", "the entry %q was dated %s a moment ago and is dated %s now, with the same content", shorten(g.ID), firstOf(old.Updated, old.Published), firstOf(g.Updated, g.Published))
		}
	}
}
