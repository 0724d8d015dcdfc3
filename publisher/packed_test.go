package publisher_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"tributary/publisher"
)

func unpacked(t *testing.T, name, text string) string {
	t.Helper()
	var r io.Reader
	var err error
	switch filepath.Ext(name) {
	case ".gz":
		r, err = gzip.NewReader(strings.NewReader(text))
	case ".zst":
		r, err = zstd.NewReader(strings.NewReader(text))
	case ".br":
		r = brotli.NewReader(strings.NewReader(text))
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var out bytes.Buffer
	if _, err := io.Copy(&out, r); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out.String()
}

// What lies beside a file is that file in a coding, whatever happens to it, and
// only what changed is packed again.
func TestBuildCompresses(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := t.TempDir()
	compress := func(on bool) publisher.Report {
		t.Helper()
		r, err := s.publisher().BuildTo(t.Context(), publisher.Output{Dir: dir, Compress: on})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	check := func(step string) map[string]string {
		t.Helper()
		files := tree(t, dir)
		n := 0
		for name, text := range files {
			ext := filepath.Ext(name)
			if ext != ".gz" && ext != ".zst" && ext != ".br" {
				continue
			}
			n++
			if plain, ok := files[strings.TrimSuffix(name, ext)]; !ok || unpacked(t, name, text) != plain || len(text) >= len(plain) {
				t.Errorf("%s: %s is not what it lies beside, or not smaller", step, name)
			}
		}
		if n < 30 {
			t.Errorf("%s: %d packed files", step, n)
		}
		return files
	}
	compress(true)
	if files := check("the first"); files["favicon.ico.gz"] != "" || files["robots.txt.gz"] != "" || files["rivers/feed.json.br"] == "" {
		t.Error("what is packed should be text, and large enough")
	}
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	for name := range tree(t, dir) {
		if err := os.Chtimes(filepath.Join(dir, name), long, long); err != nil {
			t.Fatal(err)
		}
	}
	s.poll(t, "gauge", sample(1))
	compress(true)
	check("an entry more")
	for name, touched := range map[string]bool{"jianghe/atom.xml.gz": false, "rivers/atom.xml.gz": true, "rivers/atom.xml.br": true, "rivers/atom.xml.zst": true} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.ModTime().Equal(long) == touched {
			t.Errorf("%s was written again: %t, %v", name, !touched, err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "rivers/atom.xml.br")); err != nil {
		t.Fatal(err)
	}
	if r := compress(true); r.Written != 1 {
		t.Errorf("a packed file was missing: %+v", r)
	}
	check("one was missing")

	// A file that its user edited is not hidden by what it was.
	write(t, filepath.Join(dir, "opml.xml"), strings.Repeat("mine ", 200))
	if r := compress(true); len(r.Kept) != 1 {
		t.Errorf("%+v, want opml.xml kept", r)
	}
	if _, err := os.Stat(filepath.Join(dir, "opml.xml.gz")); !os.IsNotExist(err) {
		t.Errorf("opml.xml.gz hides what is somebody else's: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "opml.xml")); err != nil {
		t.Fatal(err)
	}
	compress(false)
	fresh(t, s, dir)
}

// BenchmarkBuildCompressed writes a site of 200 entries from nothing.
func BenchmarkBuildCompressed(b *testing.B) {
	s := newSite(b)
	s.many(b, 200)
	for _, on := range []bool{false, true} {
		b.Run(map[bool]string{false: "plain", true: "compress"}[on], func(b *testing.B) {
			for b.Loop() {
				if _, err := s.publisher().BuildTo(b.Context(), publisher.Output{Dir: b.TempDir(), Compress: on}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
