package value_test

import (
	"strings"
	"testing"

	"tributary/validator/value"
)

// TestTexts holds some clauses to the letter: they are what people read.
func TestTexts(t *testing.T) {
	for _, tt := range []struct {
		check      func(string) *value.Problem
		text, want string
		at, len    int
	}{
		{value.URI, "https://example.com/财 b", "has a space at character 22; write it as %20", 23, 1},
		{value.URI, "https://example.com/{a}", `has the character "{" at character 21, which no address may have; write it as %7B`, 20, 1},
		{value.URI, "https://example.com/%zz", `has "%zz" at character 21; a % must be followed by two hexadecimal digits, a % itself is written %25`, 20, 3},
		{value.URI, "https://example.com:abc/", `has the port "abc"; expected digits only`, 20, 3},
		{value.URI, "https:///a", `is "https:///a", which has no host after //; expected one, as https://example.com/`, 8, 0},
		{value.URI, "htp://example.com/", `has the scheme "htp", which is not registered with IANA; expected one such as https`, 0, 3},
		{value.URI, "tag:example.com,26:1", `has the date "26"; a tag: URI has a year, a year and month, or a day there: 2026, 2026-11 or 2026-11-20`, 16, 2},
		{of(value.RFC3339), "2026-11-31T08:00:00Z", `is "2026-11-31T08:00:00Z", which has the day 31, but November 2026 has 30 days; expected the form 2026-11-20T08:00:00+08:00`, 0, 20},
		{of(value.RFC3339), " 2026-11-20 08:00:00Z", `is "2026-11-20 08:00:00Z", which has " 08:00:00Z" where a T in upper case must be; write 2026-11-20T08:00:00Z`, 11, 10},
		{of(value.RFC822), "Mon, 20 Nov 2026 08:00:00 GMT", "names Monday, but 2026-11-20 is a Friday; correct the one that is wrong", 0, 3},
		{of(value.RFC822), "20 Nov 26 08:00:00 GMT", `is "20 Nov 26 08:00:00 GMT", which has a year of two digits, and many readers mishandle that; write Fri, 20 Nov 2026 08:00:00 GMT`, 7, 15},
		{of(value.RFC822), "20 Nov 2026 08:00:00", `is "20 Nov 2026 08:00:00", which ends where a zone (GMT, or such as +0800) must be; expected the form Fri, 20 Nov 2026 08:00:00 +0800`, 20, 0},
		{value.Language, "en_US", `is "en_US", which has an underscore; subtags stand between hyphens; expected a tag of BCP 47, as en, zh-Hans or pt-BR`, 2, 1},
		{value.Contact, "Li Wei", `is "Li Wei", which has no e-mail address that readers find; expected the form user@example.com (Name)`, 0, 6},
		{value.Latitude, "91", `is "91", which is no latitude; expected -90 to 90`, 0, 2},
	} {
		p := tt.check(tt.text)
		if p == nil {
			t.Errorf("%q has no problem", tt.text)
			continue
		}
		if p.Text != tt.want || p.At != tt.at || p.Len != tt.len {
			t.Errorf("%q:\n got %s (%d, %d)\nwant %s (%d, %d)", tt.text, p.Text, p.At, p.Len, tt.want, tt.at, tt.len)
		}
	}
}

// TestLongTexts holds that a problem of a long text is a short clause, told
// in time that grows with the text only.
func TestLongTexts(t *testing.T) {
	for _, long := range []string{
		strings.Repeat("a", 1<<20), strings.Repeat("财", 1<<19), strings.Repeat("(", 1<<20), strings.Repeat("a-", 1<<19), strings.Repeat(" ", 1<<20) + "x",
		"https://" + strings.Repeat("a@", 1<<19), "https://example.com/" + strings.Repeat("{", 1<<18), "urn:uuid:" + strings.Repeat("0", 1<<20),
		"mailto:" + strings.Repeat("a,", 1<<19), strings.Repeat("<a@b", 1<<18), "tag:" + strings.Repeat("a.", 1<<19) + ",2026:1", strings.Repeat("9", 1<<20) + "x",
	} {
		for name, check := range map[string]func(string) *value.Problem{
			"URI": value.URI, "RFC3339": of(value.RFC3339), "RFC822": of(value.RFC822), "ISO8601": of(value.ISO8601), "Language": value.Language,
			"MediaType": value.MediaType, "Email": value.Email, "Contact": value.Contact, "Integer": value.Integer, "Float": value.Float,
			"Duration": value.Duration, "NPT": value.NPT, "Country": value.Country, "UUID": value.UUID, "Latitude": value.Latitude,
		} {
			if p := check(long); p != nil && len(p.Text) > 600 {
				t.Errorf("%s: %d bytes of text: %.200s", name, len(p.Text), p.Text)
			}
		}
	}
}
