package publisher

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"
)

// BenchmarkRecord notes the rendering of one of 100 categories, and writes that
// down.
func BenchmarkRecord(b *testing.B) {
	r := record{path: filepath.Join(b.TempDir(), "published")}
	if err := r.load(); err != nil {
		b.Fatal(err)
	}
	put := func(category int, change string) {
		for _, file := range []string{"atom.xml", "rss.xml", "feed.json", "index.html"} {
			name := fmt.Sprintf("/category-%d/%s", category, file)
			r.put(name, sha256.Sum256([]byte(name+change)), change)
		}
	}
	for category := range 100 {
		put(category, "1.00000000")
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		put(n%100, fmt.Sprint(n, ".00000000"))
		if err := r.save(); err != nil {
			b.Fatal(err)
		}
	}
}
