package normalise

import (
	"strings"
	"testing"
	"time"

	"tributary/feed"
)

func TestDate(t *testing.T) {
	for _, tt := range []struct{ in, language, want string }{
		// RFC 3339 and W3C date-time, whole and in part
		{in: "2022-02-11T13:07:57+08:00", want: "2022-02-11T13:07:57+08:00"},
		{in: "2022-02-11T13:07:57.25Z", want: "2022-02-11T13:07:57.25Z"},
		{in: " 2022-02-11t13:07:57z\n", want: "2022-02-11T13:07:57Z"},
		{in: "2022-02-11T13:07-05:30", want: "2022-02-11T13:07:00-05:30"},
		{in: "2022-02-11T13:07:57+0800", want: "2022-02-11T13:07:57+08:00"},
		{in: "2022-02-11", want: "2022-02-11T00:00:00Z"},
		{in: "2022-02", want: "2022-02-01T00:00:00Z"},
		{in: "2022", want: "2022-01-01T00:00:00Z"},
		{in: "2022-02-11 13:07:57.0", want: "2022-02-11T13:07:57Z"},
		{in: "2022-02-11 13:07:57 +0800", want: "2022-02-11T13:07:57+08:00"},
		{in: "2022-02-11 13:07:57 UTC", want: "2022-02-11T13:07:57Z"},
		{in: "2020-12-31T23:59:60Z", want: "2021-01-01T00:00:00Z"},
		{in: "2020-12-31T24:00:00Z", want: "2021-01-01T00:00:00Z"},
		// ISO 8601's other forms
		{in: "20220211", want: "2022-02-11T00:00:00Z"},
		{in: "20220211T130757Z", want: "2022-02-11T13:07:57Z"},
		{in: "20220211 130757", want: "2022-02-11T13:07:57Z"},
		{in: "20220211130757", want: "2022-02-11T13:07:57Z"},
		{in: "2022-042", want: "2022-02-11T00:00:00Z"},
		{in: "2022042", want: "2022-02-11T00:00:00Z"},
		{in: "2022-W06-5", want: "2022-02-11T00:00:00Z"},
		{in: "2022W065", want: "2022-02-11T00:00:00Z"},
		{in: "2022-W06-5T13:07Z", want: "2022-02-11T13:07:00Z"},
		{in: "22-02-11", want: "2022-02-11T00:00:00Z"},
		{in: "220211", want: "2022-02-11T00:00:00Z"},
		// RFC 822 and what passes for it
		{in: "Fri, 11 Feb 2022 13:07:57 +0800", want: "2022-02-11T13:07:57+08:00"},
		{in: "Fri, 11 Feb 22 13:07 EST", want: "2022-02-11T13:07:00-05:00"},
		{in: "11 Feb 99 13:07:57 GMT", want: "1999-02-11T13:07:57Z"},
		{in: "Friday, 11-Feb-22 13:07:57 UTC", want: "2022-02-11T13:07:57Z"},
		{in: "Feb 11, 2022 1:07 PM", want: "2022-02-11T13:07:00Z"},
		{in: "Feb 11, 2022 12:07 a.m.", want: "2022-02-11T00:07:00Z"},
		{in: "February 11th, 2022", want: "2022-02-11T00:00:00Z"},
		{in: "Fri, 11 Feb 2022 13:07:57 +0800 (CST)", want: "2022-02-11T13:07:57+08:00"},
		{in: "Fri Feb 11 2022 13:07:57 GMT+0800 (China Standard Time)", want: "2022-02-11T13:07:57+08:00"},
		{in: "Fri, 11 Feb 2022 13:07:57 GMT+8", want: "2022-02-11T13:07:57+08:00"},
		{in: "Fri, 11 Feb 2022 13:07:57 UTC+08:00", want: "2022-02-11T13:07:57+08:00"},
		{in: "Fri, 11 Feb 2022 13:07:57 -0500 EDT", want: "2022-02-11T13:07:57-05:00"},
		{in: "Fri, 11 Feb 2022 13:07:57 JST", want: "2022-02-11T13:07:57+09:00"},
		{in: "Fri, 11 Feb 2022 13:07:57 KST", want: "2022-02-11T13:07:57+09:00"},
		{in: "Fri, 11 Feb 2022 13:07:57 HKT", want: "2022-02-11T13:07:57+08:00"},
		{in: "Fri, 11 Feb 2022 13:07:57 CST", want: "2022-02-11T13:07:57-06:00"},
		{in: "Fri, 11 Feb 2022 13:07:57 CST", language: "zh-CN", want: "2022-02-11T13:07:57+08:00"},
		{in: "Fri, 11 Feb 2022 13:07:57 A", want: "2022-02-11T13:07:57Z"},
		{in: "Fri, 11 Feb 2022 13:07:57 Asia/Shanghai", want: "2022-02-11T13:07:57+08:00"},
		{in: "Fri, 11 Feb 2022", want: "2022-02-11T00:00:00Z"},
		{in: "Fri Feb 11 13:07:57 2022", want: "2022-02-11T13:07:57Z"},
		{in: "Fri Feb 11 13:07:57 +0100 2022", want: "2022-02-11T13:07:57+01:00"},
		{in: "13:07 - 11.02.2022", want: "2022-02-11T13:07:00Z"},
		// numbers only
		{in: "2022/02/11 13:07:57", want: "2022-02-11T13:07:57Z"},
		{in: "2022.02.11 13:07", want: "2022-02-11T13:07:00Z"},
		{in: "31/01/2022 13:07", want: "2022-01-31T13:07:00Z"},
		{in: "01/31/2022", want: "2022-01-31T00:00:00Z"},
		{in: "11.2.2022", want: "2022-02-11T00:00:00Z"},
		{in: "1644556077", want: "2022-02-11T05:07:57Z"},
		{in: "1644556077.5", want: "2022-02-11T05:07:57.5Z"},
		{in: "1644556077000", want: "2022-02-11T05:07:57Z"},
		// East Asia
		{in: "2022年2月11日 13:07", want: "2022-02-11T13:07:00+08:00"},
		{in: "2022年02月11日星期五13时07分57秒", want: "2022-02-11T13:07:57+08:00"},
		{in: "2022年2月11日下午1:07", want: "2022-02-11T13:07:00+08:00"},
		{in: "２０２２年２月１１日　１３：０７", want: "2022-02-11T13:07:00+08:00"},
		{in: "2022年2月11日（金）13時07分", language: "ja", want: "2022-02-11T13:07:00+09:00"},
		{in: "2022年2月11日 午後1:07", want: "2022-02-11T13:07:00+09:00"},
		{in: "2022년 2월 11일 13:07:57", want: "2022-02-11T13:07:57+09:00"},
		{in: "2022-02-11 오후 1:07:57", want: "2022-02-11T13:07:57+09:00"},
		{in: "2022年2月11日 13:07 UTC", want: "2022-02-11T13:07:00Z"},
		// Europe
		{in: "Freitag, 11. Februar 2022 13:07 Uhr MEZ", want: "2022-02-11T13:07:00+01:00"},
		{in: "ven. 11 févr. 2022 à 13h07", want: "2022-02-11T13:07:00Z"},
		{in: "viernes, 11 de febrero de 2022", want: "2022-02-11T00:00:00Z"},
		{in: "пт, 11 февраля 2022 г. 13:07:57 MSK", want: "2022-02-11T13:07:57+03:00"},
		{in: "Παρ, 11 Φεβ 2022 13:07:57 EET", want: "2022-02-11T13:07:57+02:00"},
		{in: "2022-február-11T13:07+01:00", want: "2022-02-11T13:07:00+01:00"},
		{in: "piątek, 11 lutego 2022", want: "2022-02-11T00:00:00Z"},
		{in: "ศ., 11 ก.พ. 2022 13:07:57 +0700", want: "2022-02-11T13:07:57+07:00"},
		{in: "11 ก.พ. 2565", want: "2022-02-11T00:00:00Z"},
		// never guessed
		{in: ""}, {in: "yesterday"}, {in: "02/03/2022"}, {in: "2022-02-30"}, {in: "Fri, 31 Feb 2022 13:07:57 GMT"},
		{in: "11 zzz 2022"}, {in: "11 Feb zz 13:07"}, {in: "Fri, 11 Feb 2022 13:07:57 +zz:00"}, {in: "99 Jun 2009 12:00:00 GMT"},
		{in: "2022-13-01"}, {in: "0000-00-00 00:00:00"}, {in: "-0001-11-30T00:00:00+00:00"}, {in: "013"}, {in: "13:07"},
		{in: "2022-02-11T25:00:00Z"}, {in: "2022-02-11T13:61:00Z"}, {in: "2022-02-11T13:07:57+99:00"}, {in: "2021-W53-1"},
		{in: "2021-366"}, {in: "10000-01-01"}, {in: "11 Feb 2022 13:07 nonsense"}, {in: "(((("},
	} {
		got := Date(tt.in, tt.language)
		text := ""
		if !got.IsZero() {
			text = got.Format(time.RFC3339Nano)
		}
		if text != tt.want {
			t.Errorf("Date(%q, %q) = %q, want %q", tt.in, tt.language, text, tt.want)
		}
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"2022-02-11T13:07:57+08:00", "Fri, 11 Feb 22 13:07 EST", "2022年2月11日下午1:07", "2022-W06-5",
		"Fri Feb 11 2022 13:07:57 GMT+0800 (China Standard Time)", "1644556077.5", "20220211T130757Z", "31/01/2022 13:07",
		"二〇二四年三月十五日 星期五", "令和6年3月5日", "5 Mart 2024 Salı", "5 Jul 2024 15:20 Europe/Berlin", "tháng 3 5 2024",
		"Fri, 11 Feb 2022 13:07:57 +0800", "Tue, 29 Feb 2022 23:59:60 GMT", "Mon, 01 Jan 0001 00:00:00 +0000"} {
		f.Add(s, "zh")
		f.Add(s, "en-us")
	}
	seen := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s, language string) {
		at := Date(s, language)
		if at.IsZero() {
			return
		}
		text := at.Format(time.RFC3339Nano)
		back, err := time.Parse(time.RFC3339Nano, text)
		if err != nil || !back.Equal(at) {
			t.Fatalf("Date(%q) = %s, which reads back as %v, %v", s, text, back, err)
		}
		if again := Date(text, language); !again.Equal(at) {
			t.Fatalf("Date(%q) = %s, and that again %v", s, text, again)
		}
		if _, offset := at.Zone(); offset < -maxOffset || offset > maxOffset {
			t.Fatalf("Date(%q) = %s, an offset nobody has", s, text)
		}
		// What cannot be the entry's date is passed over for when it was first seen.
		e := feed.Entry{Published: at, Received: seen}
		if shown := e.Date(); !shown.Equal(at) && (e.Plausible(at) || !shown.Equal(seen)) || shown.After(seen) || shown.Year() < 1990 {
			t.Fatalf("Date(%q) = %s, first seen %s, is shown as %s", s, text, seen, shown)
		}
		// The short cut says what the long way does.
		if short, ok := rfc822(strings.TrimSpace(s)); ok {
			p := dateParser{}
			if !p.read(strings.TrimSpace(s)) || !p.time().Equal(short) {
				t.Fatalf("%q is %s, and %s the long way", s, short, p.time())
			}
		}
	})
}

func BenchmarkDate(b *testing.B) {
	for name, s := range map[string]string{"rfc3339": "2022-02-11T13:07:57+08:00", "rfc822": "Fri, 11 Feb 2022 13:07:57 +0800", "words": "2022年2月11日 13:07",
		"german": "Freitag, 11. Februar 2022 13:07 Uhr MEZ", "region": "2022-02-11 13:07 Europe/Berlin", "none": "a quarter past one, more or less"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if Date(s, "").IsZero() != (name == "none") {
					b.Fatal(s)
				}
			}
		})
	}
}
