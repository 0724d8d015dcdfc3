package atomicfile_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"tributary/internal/atomicfile"
)

func TestWriteIfChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "c.txt")
	write := func(data string, want bool) {
		t.Helper()
		changed, err := atomicfile.WriteIfChanged(path, []byte(data))
		if err != nil || changed != want {
			t.Fatalf("write %q: changed %v, error %v; want changed %v", data, changed, err, want)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != data {
			t.Fatalf("the file holds %q, %v; want %q", got, err, data)
		}
	}
	write("one", true)
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	write("one", false)
	if info, _ := os.Stat(path); !info.ModTime().Equal(old) {
		t.Error("an unchanged file was touched")
	}
	write("two", true)
	write("", true)
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("left in the folder: %v, %v; want the file alone", entries, err)
	}
}

func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "full")
	if err := os.MkdirAll(filepath.Join(path, "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := atomicfile.WriteIfChanged(path, []byte("a")); err == nil {
		t.Error("a folder was replaced by a file")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("a temporary file is left: %v", entries)
	}
}
