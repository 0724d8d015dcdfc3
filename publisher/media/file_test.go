package media

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// FuzzFile: whatever is in a file of the cache is a whole picture or none.
func FuzzFile(f *testing.F) {
	dir := f.TempDir()
	path := filepath.Join(dir, "file")
	body := []byte("GIF89a and more")
	file, err := os.Create(path)
	if err != nil {
		f.Fatal(err)
	}
	a := &about{URL: "https://a.example/a.gif", Type: "image/gif", Size: int64(len(body)), Digest: digestOf(body), Until: time.Unix(1, 0)}
	if err := writeFile(file, a, body); err != nil {
		f.Fatal(err)
	}
	if err := file.Close(); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:20])
	f.Add([]byte("TPIC\xff\xff\xff\xff{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		p, err := readFile(file, true)
		if err != nil {
			return
		}
		if p.Size < 0 || p.Size > int64(len(data)) || digestOf(data[int64(len(data))-p.Size:]) != p.Digest {
			t.Errorf("%q is taken for a picture of %d bytes", data, p.Size)
		}
	})
}
