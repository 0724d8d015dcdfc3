package value_test

import (
	"testing"
	"time"

	"tributary/validator/value"
)

func TestRFC3339(t *testing.T) {
	table(t, of(value.RFC3339), []row{
		{"2026-11-20T08:00:00Z", 0, ""},
		{"2026-11-20T08:00:00+08:00", 0, ""},
		{"2026-11-20T08:00:00-00:00", 0, ""},
		{"2026-11-20T08:00:00.5Z", 0, ""},
		{"2026-11-20T08:00:00.123456789012+05:45", 0, ""},
		{"2026-11-20T08:00:00+23:59", 0, ""},
		{"0001-01-01T00:00:00Z", 0, ""},
		{"2024-02-29T00:00:00Z", 0, ""},
		{"2000-02-29T00:00:00Z", 0, ""},
		{"2016-12-31T23:59:60Z", 0, ""},
		{"2015-06-30T23:59:60Z", 0, ""},
		{"2017-01-01T07:59:60+08:00", 0, ""},
		{"2016-12-31T15:59:60-08:00", 0, ""},

		{"", value.Syntax, ""},
		{" ", value.Syntax, ""},
		{"today", value.Syntax, ""},
		{"2026", value.Syntax, ""},
		{"2026-11-20", value.Syntax, ""},
		{"26-11-20T08:00:00Z", value.Syntax, ""},
		{"12026-11-20T08:00:00Z", value.Syntax, ""},
		{"2026-11-20t08:00:00z", value.Syntax, "2026-11-20T08:00:00Z"},
		{"2026-11-20 08:00:00Z", value.Syntax, "2026-11-20T08:00:00Z"},
		{"2026-11-20T08:00:00 +08:00", value.Syntax, "2026-11-20T08:00:00+08:00"},
		{"2026-11-20 T 08:00:00Z", value.Syntax, "2026-11-20T08:00:00Z"},
		{"2026-11-20T08:00:00+0800", value.Syntax, "2026-11-20T08:00:00+08:00"},
		{"2026-11-20T08:00:00-05", value.Syntax, "2026-11-20T08:00:00-05:00"},
		{"2026-11-20T08:00+08:00", value.Syntax, "2026-11-20T08:00:00+08:00"},
		{"2026-11-20T8:00:00Z", value.Syntax, "2026-11-20T08:00:00Z"},
		{"2026-11-20T08:00:7Z", value.Syntax, "2026-11-20T08:00:07Z"},
		{"2026-1-2T08:00:00Z", value.Syntax, "2026-01-02T08:00:00Z"},
		{"2026/11/20 08:00:00 UTC", value.Syntax, "2026-11-20T08:00:00Z"},
		{"20261120T080000Z", value.Syntax, "2026-11-20T08:00:00Z"},
		{"2026-11-20T080000+08:00", value.Syntax, "2026-11-20T08:00:00+08:00"},
		{"Fri, 20 Nov 2026 08:00:00 +0800", value.Syntax, "2026-11-20T08:00:00+08:00"},
		{"Friday, 20 November 2026 08:00:00 GMT", value.Syntax, "2026-11-20T08:00:00Z"},
		{"20 Nov 2026 08:00 EST", value.Syntax, "2026-11-20T08:00:00-05:00"},
		{"Mon, 20 Nov 2026 08:00:00 +0800", value.Syntax, ""},
		{"2026-11-20T08:00:00", value.Syntax, ""},
		{"2026-11-20 08:00:00", value.Syntax, ""},
		{"2026-11-20T08:00:00CST8", value.Syntax, ""},
		{"2026-11-20T08:00:00.Z", value.Syntax, "2026-11-20T08:00:00Z"},
		{"2026-11-20T08:00:00,5Z", value.Syntax, ""},
		{"2026-13-20T08:00:00Z", value.Syntax, ""},
		{"2026-00-20T08:00:00Z", value.Syntax, ""},
		{"2026-11-31T08:00:00Z", value.Syntax, ""},
		{"2026-11-00T08:00:00Z", value.Syntax, ""},
		{"2026-02-29T08:00:00Z", value.Syntax, ""},
		{"1900-02-29T08:00:00Z", value.Syntax, ""},
		{"2026-11-20T24:00:00Z", value.Syntax, ""},
		{"2026-11-20T25:00:00Z", value.Syntax, ""},
		{"2026-11-20T03:60:00Z", value.Syntax, ""},
		{"2026-11-20T03:00:61Z", value.Syntax, ""},
		{"2026-11-20T03:00:60Z", value.Syntax, ""},
		{"2026-11-30T23:59:60Z", value.Syntax, ""},
		{"2016-12-31T23:59:60+08:00", value.Syntax, ""},
		{"2026-11-20T08:00:00+99:99", value.Syntax, ""},
		{"2026-11-20T08:00:00+24:00", value.Syntax, ""},
		{"2026-11-20T08:00:00+08:60", value.Syntax, ""},
		{"２０２６-11-20T08:00:00Z", value.Syntax, ""},
		{"2026-11-20T08:00:00ZZ", value.Syntax, ""},
		{"2026-11-20T08:00:00Z 2026", value.Syntax, ""},
		{" 2026-11-20T08:00:00Z", value.Space, "2026-11-20T08:00:00Z"},
		{"2026-11-20T08:00:00Z\n", value.Space, "2026-11-20T08:00:00Z"},
	})
}

func TestRFC822(t *testing.T) {
	table(t, of(value.RFC822), []row{
		{"Fri, 20 Nov 2026 08:00:00 +0800", 0, ""},
		{"Fri, 20 Nov 2026 08:00:00 GMT", 0, ""},
		{"Fri, 20 Nov 2026 08:00:00 UT", 0, ""},
		{"Fri, 20 Nov 2026 08:00:00 Z", 0, ""},
		{"Fri, 20 Nov 2026 08:00:00 EDT", 0, ""},
		{"Fri, 20 Nov 2026 08:00:00 PST", 0, ""},
		{"Fri, 20 Nov 2026 08:00 GMT", 0, ""},
		{"20 Nov 2026 08:00:00 GMT", 0, ""},
		{"1 Nov 2026 08:00:00 GMT", 0, ""},
		{"Sun, 1 Nov 2026 08:00:00 GMT", 0, ""},
		{"Sun, 01 Nov 2026 08:00:00 GMT", 0, ""},
		{"Fri, 20 Nov 2026 08:00:00 +0545", 0, ""},
		{"Fri, 20 Nov 2026 08:00:00 +1245", 0, ""},
		{"Fri, 20 Nov 2026 08:00:00 -0330", 0, ""},
		{"Fri, 20 Nov 2026 08:00:00 +1400", 0, ""},
		{"Fri, 20 Nov 2026 08:00:00 -0000", 0, ""},
		{"Sat, 31 Dec 2016 23:59:60 GMT", 0, ""},
		{"Thu, 01 Jan 1970 00:00:00 GMT", 0, ""},

		{"Mon, 20 Nov 2026 08:00:00 GMT", value.Weekday, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"mon, 20 Nov 2026 08:00:00 GMT", value.Weekday, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Mon, 20 Nov 26 08:00:00 GMT", value.Weekday, "Fri, 20 Nov 2026 08:00:00 GMT"},

		{"Fri,20 Nov 2026 08:00:00 GMT", value.Obscure, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri,  20 Nov 2026 08:00:00 GMT", value.Obscure, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri , 20 Nov 2026 08:00:00 GMT", value.Obscure, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri, 20 Nov 2026  08:00:00 GMT", value.Obscure, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri, 20 Nov\n 2026 08:00:00 GMT", value.Obscure, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri, 20 Nov 26 08:00:00 GMT", value.Obscure, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"31 Dec 99 08:00:00 GMT", value.Obscure, "Fri, 31 Dec 1999 08:00:00 GMT"},
		{"fri, 20 nov 2026 08:00:00 gmt", value.Obscure, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"FRI, 20 NOV 2026 08:00:00 GMT", value.Obscure, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri, 20 Nov 2026 08:00:00 +0000 (UTC)", value.Obscure, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri (a (nested \\) one)), 20(th) Nov 2026 08:00:00 GMT", value.Obscure, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri, 20 Nov 2026 08:00:00 A", value.Obscure, ""},
		{"Fri, 20 Nov 2026 08:00:00 y", value.Obscure, ""},
		{"Fri, 20 Nov 2026 08:00:00 +0123", value.Obscure, ""},
		{"Fri, 20 Nov 2026 08:00:00 +1500", value.Obscure, ""},
		{"Fri, 20 Nov 2026 08:00:00 -1300", value.Obscure, ""},

		{" Fri, 20 Nov 2026 08:00:00 GMT", value.Space, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"\n\t20 Nov 2026 08:00:00 GMT\n", value.Space, "20 Nov 2026 08:00:00 GMT"},

		{"", value.Syntax, ""},
		{"yesterday", value.Syntax, ""},
		{"1795161600", value.Syntax, ""},
		{"2026-11-20T08:00:00+08:00", value.Syntax, "Fri, 20 Nov 2026 08:00:00 +0800"},
		{"2026-11-20 08:00:00 +0800", value.Syntax, "Fri, 20 Nov 2026 08:00:00 +0800"},
		{"2026-11-20", value.Syntax, ""},
		{"Friday, 20 Nov 2026 08:00:00 GMT", value.Syntax, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri 20 Nov 2026 08:00:00 GMT", value.Syntax, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri, 20 November 2026 08:00:00 GMT", value.Syntax, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Tue, 1 Sept 2026 08:00:00 GMT", value.Syntax, "Tue, 01 Sep 2026 08:00:00 GMT"},
		{"Fri, 20-Nov-2026 08:00:00 GMT", value.Syntax, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Friday, 20-Nov-26 08:00:00 GMT", value.Syntax, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri, 20 Nov 2026 08:00:00 UTC", value.Syntax, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri, 20 Nov 2026 08:00:00 +08:00", value.Syntax, "Fri, 20 Nov 2026 08:00:00 +0800"},
		{"Fri, 20 Nov 2026 8:00:00 GMT", value.Syntax, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri, 20 Nov 2026 08:00:00GMT", value.Syntax, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri, 20 Nov 2026 08:00:00.5 GMT", value.Syntax, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Fri Nov 20 2026 08:00:00 GMT", value.Syntax, "Fri, 20 Nov 2026 08:00:00 GMT"},
		{"Nov. 20, 2026 08:00:00 +0800", value.Syntax, "Fri, 20 Nov 2026 08:00:00 +0800"},
		{"Fri Nov 20 08:00:00 2026", value.Syntax, ""},
		{"Fri, 20 Nov 2026 08:00:00 0800", value.Syntax, ""},
		{"Fri, 20 Nov 2026 08:00:00", value.Syntax, ""},
		{"Fri, 20 Nov 2026", value.Syntax, ""},
		{"Fri, 20 Nov 2026 08:00:00 J", value.Syntax, ""},
		{"Fri, 20 Nov 2026 08:00:00 CET", value.Syntax, ""},
		{"Fri, 20 Nov 2026 08:00:00 +9999", value.Syntax, ""},
		{"Fri, 20 Nov 2026 08:00:00 +2400", value.Syntax, ""},
		{"Fri, 20 Nov 2026 25:61:61 GMT", value.Syntax, ""},
		{"Fri, 20 Nov 2026 24:00:00 GMT", value.Syntax, ""},
		{"Fri, 20 Nov 2026 08:60:00 GMT", value.Syntax, ""},
		{"Fri, 20 Nov 2026 08:00:60 GMT", value.Syntax, ""},
		{"Tue, 31 Nov 2026 08:00:00 GMT", value.Syntax, ""},
		{"Sun, 29 Feb 2026 08:00:00 GMT", value.Syntax, ""},
		{"Fri, 0 Nov 2026 08:00:00 GMT", value.Syntax, ""},
		{"Fri, 020 Nov 2026 08:00:00 GMT", value.Syntax, ""},
		{"Fri, 20 Nov 126 08:00:00 GMT", value.Syntax, ""},
		{"Fri, 20 Nov 20266 08:00:00 GMT", value.Syntax, ""},
		{"Ven, 20 Nov 2026 08:00:00 GMT", value.Syntax, ""},
		{"Fri, 20 Dez 2026 08:00:00 GMT", value.Syntax, ""},
		{"Fri, 20 Nov 2026 08:00:00 GMT tomorrow", value.Syntax, ""},
		{"Fri, 20 Nov 2026 08:00:00 GMT (open", value.Syntax, ""},
		{"Fri, 20 Nov 2026 08h00 GMT", value.Syntax, ""},
	})
}

func TestW3CDTF(t *testing.T) {
	table(t, of(value.W3CDTF), []row{
		{"2026", 0, ""},
		{"2026-11", 0, ""},
		{"2026-11-20", 0, ""},
		{"2026-11-20T08:00Z", 0, ""},
		{"2026-11-20T08:00+08:00", 0, ""},
		{"2026-11-20T08:00:30+08:00", 0, ""},
		{"2026-11-20T08:00:30.25Z", 0, ""},
		{"", value.Syntax, ""},
		{"26", value.Syntax, ""},
		{"2026-", value.Syntax, ""},
		{"2026-13", value.Syntax, ""},
		{"2026-11-31", value.Syntax, ""},
		{"20261120", value.Syntax, ""},
		{"2026-11-20T08Z", value.Syntax, ""},
		{"2026-11-20T08:00:00", value.Syntax, ""},
		{"2026-11-20T24:00Z", value.Syntax, ""},
		{"2026-11-20T08:00z", value.Syntax, "2026-11-20T08:00:00Z"},
		{"2026-11-20 08:00:00+08:00", value.Syntax, "2026-11-20T08:00:00+08:00"},
		{"20 Nov 2026 08:00:00 GMT", value.Syntax, "2026-11-20T08:00:00Z"},
		{" 2026-11-20 ", value.Space, "2026-11-20"},
	})
}

func TestISO8601(t *testing.T) {
	table(t, of(value.ISO8601), []row{
		{"2026", 0, ""},
		{"2026-11", 0, ""},
		{"2026-11-20", 0, ""},
		{"20261120", 0, ""},
		{"2026-W47", 0, ""},
		{"2026-W47-5", 0, ""},
		{"2026W475", 0, ""},
		{"2026-W53-7", 0, ""},
		{"2026-324", 0, ""},
		{"2026324", 0, ""},
		{"2024-366", 0, ""},
		{"2026-11-20T08", 0, ""},
		{"2026-11-20T08:00", 0, ""},
		{"2026-11-20T08:00:00", 0, ""},
		{"2026-11-20T08:00:00,5", 0, ""},
		{"2026-11-20T08:00:00.5Z", 0, ""},
		{"2026-11-20T08:00:00+08:00", 0, ""},
		{"2026-11-20T08:00:00+08", 0, ""},
		{"20261120T080000Z", 0, ""},
		{"20261120T080000+0800", 0, ""},
		{"2026-11-20T24:00:00", 0, ""},
		{"", value.Syntax, ""},
		{"20-11-2026", value.Syntax, ""},
		{"2026-1-2", value.Syntax, ""},
		{"2026-W54", value.Syntax, ""},
		{"2025-W53-1", value.Syntax, ""},
		{"2026-W475", value.Syntax, ""},
		{"2026-366", value.Syntax, ""},
		{"2026-000", value.Syntax, ""},
		{"2026-11-20T24:00:01", value.Syntax, ""},
		{"2026-11-20T25:00:00", value.Syntax, ""},
		{"2026-11-20T", value.Syntax, ""},
		{"2026-11-20T08:00:00.", value.Syntax, ""},
		{"2026-11-20T08:0", value.Syntax, ""},
		{"2026-11-20T08:00:00GMT", value.Syntax, "2026-11-20T08:00:00Z"},
		{"2026-11-20 08:00:00", value.Syntax, ""},
		{"2026-11-20T08:00:00Z ", value.Space, "2026-11-20T08:00:00Z"},
	})
}

// TestInstants reads one moment in many forms.
func TestInstants(t *testing.T) {
	want := time.Date(2026, 11, 20, 0, 30, 0, 0, time.UTC)
	readers := map[string]func(string) (time.Time, *value.Problem){
		"3339": value.RFC3339, "822": value.RFC822, "w3c": value.W3CDTF, "iso": value.ISO8601,
	}
	for _, tt := range []struct{ form, text string }{
		{"3339", "2026-11-20T00:30:00Z"},
		{"3339", "2026-11-20T08:30:00+08:00"},
		{"3339", "2026-11-19T15:00:00-09:30"},
		{"3339", "2026-11-20 08:30:00+0800"},
		{"822", "Fri, 20 Nov 2026 08:30:00 +0800"},
		{"822", "Thu, 19 Nov 2026 19:30:00 EST"},
		{"822", "19 Nov 26 20:30 EDT"},
		{"822", "Mon, 20 Nov 2026 00:30:00 GMT"},
		{"822", "2026-11-20T08:30:00+08:00"},
		{"822", "Fri, 20 Nov 2026 00:30:00 M"},
		{"w3c", "2026-11-20T00:30Z"},
		{"iso", "2026-11-20T00:30"},
		{"iso", "2026W475T0830+0800"},
		{"iso", "2026-324T003000Z"},
	} {
		if got, _ := readers[tt.form](tt.text); !got.Equal(want) {
			t.Errorf("%s %q = %v, want %v", tt.form, tt.text, got, want)
		}
	}
	if got, _ := value.ISO8601("2026-11-19T24:00:00"); !got.Equal(want.Truncate(24 * time.Hour)) {
		t.Errorf("24:00 = %v, want the midnight after", got)
	}
	if got, p := value.RFC3339("2016-12-31T23:59:60Z"); p != nil || !got.Equal(time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("leap second = %v, %v", got, p)
	}
	if got, _ := value.RFC3339("2026-11-20T00:30:00.25Z"); got.Sub(want) != 250*time.Millisecond {
		t.Errorf("fraction = %v", got)
	}
	if got, _ := value.W3CDTF("2026"); !got.Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("a year = %v, want its first day", got)
	}
}

func TestPlausible(t *testing.T) {
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		date string
		want bool
	}{
		{"2026-11-20T08:00:00Z", true},
		{"2026-11-21T08:00:00Z", true},
		{"2026-11-21T08:00:01Z", false},
		{"2106-11-20T08:00:00Z", false},
		{"1983-05-06T09:00:00Z", true},
		{"1970-01-01T00:00:00Z", true},
		{"1969-12-31T23:59:59Z", false},
		{"0103-12-13T18:30:02Z", false},
	} {
		when, p := value.RFC3339(tt.date)
		if p != nil {
			t.Fatalf("%s: %s", tt.date, p.Text)
		}
		if got := value.Plausible(when, now); got != tt.want {
			t.Errorf("Plausible(%s) = %v, want %v", tt.date, got, tt.want)
		}
	}
}
