package value_test

import (
	"testing"

	"tributary/validator/value"
)

// BenchmarkFine checks values that are fine: the common case, which must not
// allocate.
func BenchmarkFine(b *testing.B) {
	for _, bb := range fine {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.text)))
			for b.Loop() {
				if p := bb.check(bb.text); p != nil {
					b.Fatal(p.Text)
				}
			}
		})
	}
}

var fine = []struct {
	name, text string
	check      func(string) *value.Problem
}{
	{"URI", "https://www.example.com/2026/11/20/a-long-title-of-an-entry.html?utm_source=feed#more", value.URI},
	{"IRI", "https://例子.example/新闻/二〇二六/十一月", value.Reference},
	{"UUID", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", value.URI},
	{"Tag", "tag:example.com,2026-11-20:/blog/1", value.URI},
	{"Magnet", "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a", value.URI},
	{"RFC3339", "2026-11-20T08:00:00.5+08:00", of(value.RFC3339)},
	{"RFC822", "Fri, 20 Nov 2026 08:00:00 +0800", of(value.RFC822)},
	{"W3CDTF", "2026-11-20T08:00+08:00", of(value.W3CDTF)},
	{"ISO8601", "2026-11-20T08:00:00", of(value.ISO8601)},
	{"Language", "zh-Hans-CN", value.Language},
	{"Grandfathered", "i-klingon", value.Language},
	{"MediaType", "text/html; charset=utf-8", value.MediaType},
	{"Email", "li.wei@example.com", value.Email},
	{"Contact", "li.wei@example.com (Li Wei)", value.Contact},
	{"Integer", "-1048576", value.Integer},
	{"Latitude", "48.208174", value.Latitude},
	{"Duration", "1:04:09", value.Duration},
	{"NPT", "0:01:12.5", value.NPT},
	{"Country", "CN", value.Country},
	{"Base64", "VGhlIHF1aWNrIGJyb3duIGZveA==", value.Base64},
	{"Canonical", "https://www.example.com/2026/11/20/a-long-title-of-an-entry.html", func(s string) *value.Problem { value.Canonical(s); return nil }},
}

func TestFineAllocatesNothing(t *testing.T) {
	for _, f := range fine {
		if n := testing.AllocsPerRun(100, func() { f.check(f.text) }); n != 0 {
			t.Errorf("%s %q: %v allocations", f.name, f.text, n)
		}
	}
}
