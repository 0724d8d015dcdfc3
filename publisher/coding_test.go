package publisher

import (
	"fmt"
	"testing"
)

// Only what is asked for is packed, once, and the next rendering has it ready.
func TestPackedWhenAskedFor(t *testing.T) {
	text := func(n int) []byte {
		var out []byte
		for i := range 200 {
			out = fmt.Appendf(out, "<p>Reading %d of gauge %d</p>\n", i, n)
		}
		return out
	}
	d := undated(text(1), "text/plain", cacheable)
	before := d.size()
	if first := d.pack(brotlied); first.body == nil || d.pack(brotlied) != first {
		t.Error("it is packed twice, or not at all")
	}
	if d.size() <= before || d.forms[gzipped].payload.Load() != nil {
		t.Error("the form that was asked for does not count, or another was made")
	}
	next := undated(text(2), "text/plain", cacheable)
	next.packAs(d.content)
	if next.forms[brotlied].payload.Load() == nil || next.forms[zstandard].payload.Load() != nil {
		t.Error("the next rendering has not the forms of the last")
	}
	random := make([]byte, smallestPacked)
	for i := range random {
		random[i] = byte(i * i * 7)
	}
	for in := plain + 1; in < codings; in++ {
		if p := undated(random, "text/plain", cacheable).pack(in); len(p.body) >= len(random) {
			t.Errorf("%s: %d bytes of %d", codingNames[in], len(p.body), len(random))
		}
	}
}

func BenchmarkChooseCoding(b *testing.B) {
	for _, field := range []string{"gzip", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8, *;q=0.1"} {
		b.Run(field, func(b *testing.B) {
			fields := []string{field}
			b.ReportAllocs()
			for b.Loop() {
				chooseCoding(fields)
			}
		})
	}
}
