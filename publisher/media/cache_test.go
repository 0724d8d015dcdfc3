package media_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tributary/publisher/media"
)

// files returns what is in a cache's folder, and how much.
func files(t testing.TB, dir string) (names []string, size int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		names, size = append(names, path), size+info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names, size
}

// TestBound: what was used longest ago goes, over restarts too.
func TestBound(t *testing.T) {
	const size, bound = 100_000, 1_100_000 // ten with what a file costs beside
	up, dir := newSite(t, asPNG(png(size))), t.TempDir()
	p := newProxy(t, media.Settings{Dir: dir, Bytes: bound})
	for i := range 30 {
		ask(p, fmt.Sprintf("%s/%d.png", up.URL, i))
		ask(p, up.URL+"/0.png") // it stays in use
		if _, total := files(t, dir); total > bound {
			t.Fatalf("%d bytes after %d pictures, the bound is %d", total, i+1, bound)
		}
	}
	if s := p.Status(); s.Pictures != 10 || s.Bytes > bound || s.Evicted != 20 || s.Fetched != 30 {
		t.Errorf("status %+v, want 10 pictures, 20 evicted, 30 fetched", s)
	}
	p.Close()
	old, young := time.Now().Add(-time.Hour), time.Now()
	names, _ := files(t, dir)
	for i, name := range names {
		at := young
		if i >= 3 {
			at = old
		}
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	again := newProxy(t, media.Settings{Dir: dir, Bytes: 400_000})
	for deadline := time.Now().Add(10 * time.Second); again.Status().Evicted < 7 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond) // it counts what is there
	}
	left, total := files(t, dir)
	if len(left) != 3 || total > 400_000 {
		t.Fatalf("%d files of %d bytes are left after a start with a smaller bound", len(left), total)
	}
	for i, name := range left {
		if name != names[i] {
			t.Errorf("%s is left, which was not used last", name)
		}
	}
}

// TestDamage: a file that is not whole is none, and what a killed process was
// writing goes.
func TestDamage(t *testing.T) {
	up, dir := newSite(t, asPNG(png(5000))), t.TempDir()
	src := up.URL + "/a.png"
	p := newProxy(t, media.Settings{Dir: dir})
	ask(p, src)
	p.Close()
	names, _ := files(t, dir)
	whole, err := os.ReadFile(names[0])
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	other := append([]byte(nil), whole...)
	other[len(other)-1] ^= 1
	for name, damaged := range map[string][]byte{
		"cut": whole[:len(whole)-1], "empty": {}, "zeros": make([]byte, len(whole)), "one bit": other, "longer": append(whole[:len(whole):len(whole)], 0),
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(names[0], damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			torn := filepath.Join(filepath.Dir(names[0]), "new-123")
			if err := os.WriteFile(torn, whole[:100], 0o600); err != nil {
				t.Fatal(err)
			}
			before := up.asked.Load()
			p := newProxy(t, media.Settings{Dir: dir})
			if w := ask(p, src); w.Code != http.StatusOK || w.Body.String() != string(png(5000)) || up.asked.Load() != before+1 {
				t.Errorf("%d, %d bytes, asked %d times", w.Code, w.Body.Len(), up.asked.Load()-before)
			}
			p.Close()
			if _, err := os.Stat(torn); err == nil {
				t.Error("what a killed process was writing is still there")
			}
		})
	}
}

// TestNoRoom: a disk that takes nothing keeps nobody from seeing a picture.
func TestNoRoom(t *testing.T) {
	up, dir := newSite(t, asPNG(png(5000))), t.TempDir()
	p := newProxy(t, media.Settings{Dir: dir})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if w := ask(p, up.URL+"/a.png"); w.Code != http.StatusOK || w.Body.Len() != 5000 {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
}
