package validator

import (
	"strconv"
	"strings"

	"tributary/internal/lazy"
	"tributary/validator/value"
)

// podcastSoundbiteLength checks how long a soundbite is.
func podcastSoundbiteLength(c *checker, v val) {
	if !c.numeral(v, podcastFraction(), "a number of seconds, as 60.0") {
		return
	}
	if d, err := strconv.ParseFloat(v.s, 64); err == nil && (d < 15 || d > 120) {
		c.report(podcastSoundbite, v.whole(), "the soundbite lasts %s seconds, the specification recommends 15 to 120", shorten(v.s))
	}
}

// podcastPlaced advises to say where a place is.
func podcastPlaced(c *checker, n *node) {
	if n.attr("geo") == nil && n.attr("osm") == nil {
		c.report(podcastRecommended, n.open(), "<%s> has neither geo nor osm: apps can show the name and not the place", n.name.written())
	}
}

var (
	podcastGeoForm = lazy.Regexp(`^(?i:geo):(-?[0-9]+(?:\.[0-9]+)?),(-?[0-9]+(?:\.[0-9]+)?)(?:,-?[0-9]+(?:\.[0-9]+)?)?((?:;[A-Za-z0-9-]+(?:=[^;\s]*)?)*)$`)
	podcastOSMForm = lazy.Regexp(`^[NWR][1-9][0-9]*(#[0-9]+)?$`)
)

// podcastGeo checks a geo: URI (RFC 5870 §3.3), in degrees unless it names
// another reference system.
func podcastGeo(c *checker, v val) {
	m := podcastGeoForm().FindStringSubmatch(v.s)
	switch {
	case m == nil:
		c.report(podcastGeoInvalid, v.whole().mending(podcastGeoFix(v)), "%s is %q, expected a geo: URI as geo:39.9042,116.4074", v.label(), shorten(v.s))
	case strings.Contains(strings.ToLower(m[3]), ";crs=") && !strings.Contains(strings.ToLower(m[3]), ";crs=wgs84"):
	case value.Latitude(m[1]) != nil:
		c.report(podcastGeoInvalid, v.at(strings.Index(v.s, m[1]), len(m[1])), "the latitude %s is not from -90 to 90; the latitude stands first", m[1])
	case value.Longitude(m[2]) != nil:
		c.report(podcastGeoInvalid, v.at(strings.Index(v.s, ",")+1, len(m[2])), "the longitude %s is not from -180 to 180", m[2])
	}
}

// podcastGeoFix adds a scheme that is all that lacks.
func podcastGeoFix(v val) *Fix {
	if podcastGeoForm().MatchString("geo:" + v.s) {
		return v.replaced("geo:" + v.s)
	}
	return nil
}

func podcastOSM(c *checker, v val) {
	if !podcastOSMForm().MatchString(v.s) {
		c.report(podcastOSMInvalid, v.whole(), "%s is %q, expected N, W or R and a number, as R912940", v.label(), shorten(v.s))
	}
}

func podcastCountry(c *checker, v val) {
	if p := value.Country(v.s); p != nil {
		c.problem(podcastCountryInvalid, v, p)
	}
}

// podcastLicense checks a licence, by the SPDX list or by its own address.
func podcastLicense(c *checker, v val) {
	if !c.filled(v) {
		return
	}
	podcastText(128)(c, v)
	s, at := v.bare()
	low := strings.ToLower(s)
	switch {
	case spdx()[low] && low != s:
		c.report(podcastLicenseCase, v.at(at, len(s)).mending(v.replaced(low)), "%s is %q, the specification asks for lower case: %s", v.label(), s, low)
	case !spdx()[low] && v.n.attr("url") == nil:
		c.report(podcastLicenseURL, v.at(at, len(s)), "%q is no licence of the SPDX list, and there is no url with its text: add url, or write an identifier of the list, as cc-by-4.0", shorten(s))
	}
}

var (
	podcastSRI     = lazy.Regexp(`^sha(256|384|512)-[A-Za-z0-9+/_-]+={0,2}(\?[\x21-\x7e]*)?$`)
	podcastSRISize = map[string]int{"256": 44, "384": 64, "512": 88}
)

// podcastIntegrity checks a digest or a signature.
func podcastIntegrity(c *checker, v val) {
	switch v.n.value("type") {
	case "sri":
		c.digests(v)
	case "pgp-signature":
		if p := value.Base64(v.s); p != nil || strings.TrimSpace(v.s) == "" {
			c.report(podcastIntegrityValue, v.whole(), "%s is %q, expected a signature in Base64", v.label(), shorten(v.s))
		}
	}
}

// digests checks integrity metadata of Subresource Integrity, which may be
// several digests.
func (c *checker) digests(v val) {
	all := strings.Fields(v.s)
	if len(all) == 0 {
		c.report(podcastIntegrityValue, v.n.named(v.attr), "%s is empty, expected a digest as sha384-...", v.label())
	}
	for _, d := range all {
		at := func() place { return v.at(strings.Index(v.s, d), len(d)) }
		m := podcastSRI().FindStringSubmatch(d)
		if m == nil {
			c.report(podcastIntegrityValue, at(), "%q is no digest, expected sha256-, sha384- or sha512- and Base64", shorten(d))
			continue
		}
		hash, _, _ := strings.Cut(d[len("sha000-"):], "?")
		if want := podcastSRISize[m[1]]; len(hash) != want {
			c.report(podcastIntegrityValue, at(), "the digest of sha%s has %d characters of Base64, it must have %d: it was cut, or is of another kind", m[1], len(hash), want)
		}
	}
}

// podcastGUID checks the guid of a show.
func podcastGUID(c *checker, v val) {
	if !c.filled(v) {
		return
	}
	s, at := v.bare()
	if !c.uuid(v, s, at) {
		return
	}
	if s[14] != '5' {
		c.report(podcastGUIDVersion, v.at(at+14, 1), "the guid %q is a UUID of version %c, the specification asks for version 5", s, s[14])
	}
}

// podcastFeedGUID checks the guid of another show.
func podcastFeedGUID(c *checker, v val) { c.uuid(v, v.s, 0) }

// uuid reports what is no UUID.
func (c *checker) uuid(v val, s string, at int) bool {
	if len(s) == 36 && value.UUID(s) == nil {
		return true
	}
	c.report(podcastGUIDInvalid, v.at(at, len(s)), "%s is %q, expected a UUID as 9b024349-ccf0-5f69-a609-6b82873eab3c", v.label(), shorten(s))
	return false
}

var podcastRatioForm = lazy.Regexp(`^(auto|[0-9]*\.?[0-9]+( ?/ ?[0-9]*\.?[0-9]+)?)$`)

func podcastRatio(c *checker, v val) {
	if podcastRatioForm().MatchString(v.s) {
		return
	}
	at := v.whole()
	if mended := strings.Replace(v.s, ":", "/", 1); podcastRatioForm().MatchString(mended) {
		at = at.mending(v.replaced(mended))
	}
	c.report(podcastRatioInvalid, at, "%s is %q, expected two numbers with a slash between, as 16/9", v.label(), shorten(v.s))
}

func podcastOldImages(c *checker, n *node) {
	c.report(podcastImagesOld, n.open(), "<%s> has been replaced by podcast:image", n.name.written())
}

var podcastDescriptor = lazy.Regexp(`^([1-9][0-9]*w|[0-9]*\.?[0-9]+x)$`)

// podcastSrcset checks a list of pictures.
func podcastSrcset(c *checker, v val) {
	rest, at := v.s, 0
	for rest != "" {
		one, tail, _ := strings.Cut(rest, ",")
		c.candidate(v, one, at)
		at += len(one) + 1
		rest = tail
	}
	if strings.TrimSpace(v.s) == "" {
		c.report(podcastSrcsetInvalid, v.n.named(v.attr), "%s is empty", v.label())
	}
}

// candidate checks one picture of a list, which stands at an offset.
func (c *checker) candidate(v val, s string, at int) {
	words := strings.Fields(s)
	if len(words) == 0 {
		c.report(podcastSrcsetInvalid, v.at(at, len(s)), "a picture is missing between two commas")
		return
	}
	url := words[0]
	where := func() place { return v.at(at+strings.Index(s, url), len(url)) }
	switch p := value.WebURL(url); {
	case p != nil:
		c.report(podcastSrcsetInvalid, where(), "%q is not a full web address", shorten(url))
	case len(words) == 1:
		c.report(podcastSrcsetInvalid, where(), "%q has no width after it: add a space and the pixels, as 1500w", shorten(url))
	case len(words) != 2 || !podcastDescriptor().MatchString(words[1]):
		c.report(podcastSrcsetInvalid, where(), "%q has %q after it, expected its width in pixels, as 1500w", shorten(url), shorten(strings.Join(words[1:], " ")))
	}
}
