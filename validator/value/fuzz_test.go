package value_test

import (
	"testing"
	"time"

	"tributary/validator/value"
)

// fuzz holds for any text what sound holds for the tables.
func fuzz(f *testing.F, check func(string) *value.Problem, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sound(t, check, s, check(s))
	})
}

var addresses = []string{
	"https://user@example.com:443/a%20b?c=d#e", "https://[2001:db8::1]:80/", "http:///a", "tag:li@example.com,2026-11-20:1", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
	"urn:example:a?+b?=c#d", "feed:https://example.com/", "mailto:a@b,c@d?e", "a b\t{财}", "//", "HTTP://EXAMPLE.com/%7e/../.", "file://localhost/",
}

func FuzzURI(f *testing.F) {
	for _, s := range addresses {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sound(t, value.URI, s, value.URI(s))
		sound(t, value.WebURL, s, value.WebURL(s))
		p := value.Reference(s)
		sound(t, value.Reference, s, p)
		if once := value.Canonical(s); p == nil && value.Canonical(once) != once {
			t.Errorf("Canonical(%q) = %q, and that gives %q", s, once, value.Canonical(once))
		} else if p == nil && value.Reference(once) != nil {
			t.Errorf("Canonical(%q) = %q, which %s", s, once, value.Reference(once).Text)
		}
	})
}

// dates fuzzes a reader of dates: a mend is the same moment, but where the
// day of the week alone was wrong.
func dates(f *testing.F, read func(string) (time.Time, *value.Problem), seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		when, p := read(s)
		sound(t, of(read), s, p)
		if p == nil || p.Want == "" {
			return
		}
		if mended, _ := read(p.Want); !mended.Truncate(time.Second).Equal(when.Truncate(time.Second)) {
			t.Errorf("%q is %v, mended to %q, %v", s, when, p.Want, mended)
		}
	})
}

var stamps = []string{
	"2026-11-20T08:00:00.5+08:00", "2016-12-31T23:59:60Z", "2026-1-2 8:00 gmt", "20261120T080000Z", "2026-W47-5T24:00", "2026-324",
	"Fri, 20 Nov 2026 08:00:00 +0545", "Friday, 20-Nov-26 08:00 (a (b)) EST", "20 nov 99 08:00 z", "Mon (x), 20(th) Nov 2026 08:00 A",
}

func FuzzRFC3339(f *testing.F) { dates(f, value.RFC3339, stamps...) }
func FuzzRFC822(f *testing.F)  { dates(f, value.RFC822, stamps...) }
func FuzzW3CDTF(f *testing.F)  { dates(f, value.W3CDTF, stamps...) }
func FuzzISO8601(f *testing.F) { dates(f, value.ISO8601, stamps...) }

func FuzzLanguage(f *testing.F) {
	fuzz(f, value.Language, "zh-cmn-Hans-CN", "en-a-bbb-u-co-x-y", "i-klingon", "en_US", "en--", "x-a", "qaa-Qaaa-QM")
}

// FuzzWords is about the small grammars, all at once.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"text/html; a=\"b\\\"c\"", "li@example.com (Li)", "Li <li@[1.2.3.4]>", "mailto:a%40b%20(c)", "-１2", "1.5e-3", "12,5", "1:04:09", "0:01:12.5", "CN", "ab+/AA==", "{1225c695cfb84ebbaaaa80da344efa6a}"} {
		f.Add(s)
	}
	checks := []func(string) *value.Problem{
		value.MediaType, value.Email, value.Contact, value.NonNegative, value.Positive, value.Integer, value.Float, value.Latitude,
		value.Longitude, value.Duration, value.NPT, value.Country, value.Base64, value.UUID,
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, check := range checks {
			sound(t, check, s, check(s))
		}
	})
}
