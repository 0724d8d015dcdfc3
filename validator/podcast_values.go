package validator

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"tributary/internal/lazy"
	"tributary/validator/value"
)

// proposedElement is one that was never adopted: it is told, and not looked
// into.
func proposedElement() *element {
	return &element{anything: true, anyAttrs: true, open: func(c *checker, n *node) {
		c.report(podcastProposed, n.open(), "<%s> was proposed for the namespace and never adopted: hardly any app reads it", n.name.written())
	}}
}

// podcastAdvise tells of recommended attributes that are not there.
func podcastAdvise(keys ...string) func(*checker, *node) {
	return func(c *checker, n *node) {
		for _, key := range keys {
			if n.attr(key) == nil {
				c.report(podcastRecommended, n.lackingAttr(key), "<%s> has no %s, which the specification recommends", n.name.written(), key)
			}
		}
	}
}

// bare returns the value without the white space around it, and where it
// begins.
func (v val) bare() (string, int) {
	s := strings.TrimSpace(v.s)
	return s, strings.Index(v.s, s)
}

// filled reports text that is empty and must not be.
func (c *checker) filled(v val) bool {
	if strings.TrimSpace(v.s) != "" {
		return true
	}
	if v.attr != nil {
		return notBlank(c, v)
	}
	c.report(podcastTextMissing, v.n.open(), "%s is empty, it must hold text", v.label())
	return false
}

// podcastRequired checks text that must be there.
func podcastRequired(c *checker, v val) {
	if c.filled(v) {
		podcastText(128)(c, v)
	}
}

// podcastLabelText checks the words beside a link.
func podcastLabelText(c *checker, v val) {
	if strings.TrimSpace(v.s) == "" {
		c.report(podcastLabelMissing, v.n.open(), "%s is empty: write the words that apps show between its tags", v.label())
		return
	}
	podcastText(128)(c, v)
}

// podcastText checks the length of a text, without the white space around it.
func podcastText(most int) func(*checker, val) {
	return func(c *checker, v val) {
		s, at := v.bare()
		if len(s) <= most {
			return
		}
		if n := utf8.RuneCountInString(s); n > most {
			c.report(podcastTooLong, v.at(at, len(s)), "%s has %d characters, aggregators may cut it after %d", v.label(), n, most)
		}
	}
}

// podcastUpTo checks the length of an attribute, which must say something.
func podcastUpTo(most int) func(*checker, val) { return checks(blankAttr, podcastText(most)) }

// podcastURL checks an address of the web, which must be https.
func podcastURL(c *checker, v val) {
	if p := value.WebURL(v.s); p != nil {
		c.problem(podcastURLInvalid, v, p)
		return
	}
	c.secure(v)
}

// secure reports an address that is not https. Hidden services have no need
// of it.
func (c *checker) secure(v val) {
	const scheme = "http://"
	if len(v.s) < len(scheme) || !strings.EqualFold(v.s[:len(scheme)], scheme) {
		return
	}
	host, _, _ := strings.Cut(v.s[len(scheme):], "/")
	if strings.HasSuffix(strings.ToLower(host), ".onion") {
		return
	}
	c.report(podcastURLScheme, v.at(0, len("http")), "%s is %q, the specification asks for https", v.label(), shorten(v.s))
}

// podcastURI checks an address of any scheme, registered or not.
func podcastURI(c *checker, v val) {
	if p := value.URI(v.s); p != nil && p.Kind != value.Scheme {
		c.problem(podcastURIInvalid, v, p)
	}
}

func podcastMedia(c *checker, v val) {
	if p := value.MediaType(v.s); p != nil {
		c.problem(podcastMediaType, v, p)
	}
}

// podcastMediaOf checks a media type that apps read few of.
func podcastMediaOf(r *Rule, types ...string) func(*checker, val) {
	return func(c *checker, v val) {
		if p := value.MediaType(v.s); p != nil {
			c.problem(podcastMediaType, v, p)
			return
		}
		kind, _, _ := strings.Cut(strings.ToLower(v.s), ";")
		for _, t := range types {
			if strings.TrimSpace(kind) == t {
				return
			}
		}
		c.report(r, v.whole(), "%s is %q, which apps do not read; they read %s", v.label(), shorten(v.s), describe(types))
	}
}

var (
	podcastTranscriptMedia = podcastMediaOf(podcastTranscriptType, "text/vtt", "application/x-subrip", "application/json", "text/html", "text/plain", "application/srt", "text/srt")
	podcastChaptersMedia   = podcastMediaOf(podcastChaptersType, "application/json+chapters", "application/json")
)

func podcastOwner(c *checker, v val) {
	if p := value.Email(v.s); p != nil {
		c.problem(podcastOwnerInvalid, v, p)
	}
}

// podcastYesNoText checks a switch.
func podcastYesNoText(c *checker, v val) {
	s, at := v.bare()
	if s == "yes" || s == "no" {
		return
	}
	place := v.at(at, len(s))
	switch strings.ToLower(s) {
	case "yes", "true":
		place = place.mending(v.replaced("yes"))
	case "no", "false":
		place = place.mending(v.replaced("no"))
	}
	c.report(podcastYesNo, place, "%s is %q, it must be yes or no", v.label(), shorten(s))
}

var podcastBoolean = oneOf(podcastBool, "true", "false")

func podcastNatural(c *checker, v val) {
	if p := value.NonNegative(v.s); p != nil {
		c.problem(podcastNumber, v, p)
	}
}

// podcastInteger checks a whole number, as text or attribute.
func podcastInteger(c *checker, v val) {
	c.numeral(v, podcastWhole(), "a whole number")
}

// podcastDecimal checks a number that may have a fraction.
func podcastDecimal(c *checker, v val) {
	c.numeral(v, podcastFraction(), "a number, with a decimal point or without")
}

// podcastSeconds checks a time within a recording.
func podcastSeconds(c *checker, v val) {
	c.numeral(v, podcastFraction(), "a number of seconds, as 73.5")
}

var (
	podcastWhole    = lazy.Regexp(`^[+-]?[0-9]+$`)
	podcastFraction = lazy.Regexp(`^[0-9]+(\.[0-9]+)?$`)
)

// numeral reports a value that is not written as a number of a form.
func (c *checker) numeral(v val, form *regexp.Regexp, expected string) bool {
	s, at := v.bare()
	switch {
	case s == "" && v.attr == nil:
		return c.filled(v)
	case form.MatchString(s):
		return true
	}
	c.report(podcastNumber, v.at(at, len(s)), "%s is %q, expected %s", v.label(), shorten(s), expected)
	return false
}

// podcastTime checks the time of a stream.
func podcastTime(c *checker, v val) {
	if _, p := value.ISO8601(v.s); p != nil {
		c.problem(podcastTimeInvalid, v, p)
		return
	}
	_, clock, timed := strings.Cut(v.s, "T")
	switch {
	case !timed:
		c.report(podcastTimeInvalid, v.whole(), "%s is %q, a day without a time of day; expected 2026-11-20T08:00:00+08:00", v.label(), shorten(v.s))
	case !strings.ContainsAny(clock, "Z+-"):
		c.report(podcastTimeZone, v.whole(), "%s is %q, which has no zone: add Z or an offset such as +08:00", v.label(), shorten(v.s))
	}
}

// podcastDate checks a day or a time.
func podcastDate(c *checker, v val) {
	if _, p := value.ISO8601(v.s); p != nil {
		c.problem(podcastTimeInvalid, v, p)
	}
}

// listed reports whether a word is in a list of words, whatever its case.
func listed(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// slug checks a value against a list that grows.
func slug(r *Rule, list string) func(*checker, val) {
	return func(c *checker, v val) {
		if !listed(list, v.s) {
			c.report(r, v.whole(), "%s is %q, which is not in the list: %s", v.label(), shorten(v.s), describe(strings.Fields(list)))
		}
	}
}

// The lists that the namespace keeps beside its pages. The list of services
// is long and not told whole.
var (
	podcastSocialSlug  = slug(podcastSocialProtocol, "disabled activitypub atproto bluesky twitter lightning hive matrix nostr")
	podcastChatSlug    = slug(podcastChatProtocol, "irc xmpp nostr matrix")
	podcastValueSlug   = slug(podcastValueType, "lightning bitcoin")
	podcastAddressType = slug(podcastRecipientType, "node lnaddress wallet")
)

const podcastServices = `acast amazon anchor apple audioboom backtracks bitcoin blubrry buzzsprout captivate castos deezer fireside fountain fyyd google gpodder
hypercatcher iheart itunes kasts libsyn mastodon megafono megaphone omnystudio overcast pandora paypal pinecast podbean podcastaddict podcastguru podcastindex podcasts.com podchaser
podcloud podfriend podiant podigee podnews podomatic podserve podverse pocketcasts redcircle relayfm resonate rss.com shoutengine simplecast slack soundcloud spotify spreaker
stitcher transistor truefans tunein twitter whooshkaa youtube zencast`

func podcastService(c *checker, v val) {
	if !listed(podcastServices, v.s) {
		c.report(podcastBlockService, v.whole(), "%s is %q, which is not in the namespace's list of services", v.label(), shorten(v.s))
	}
}
