package filestate_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"tributary/internal/filestate"
)

func TestOfFolder(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "a", "style.css")
	write := func(path, text string) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-time.Hour)
	write(file, "a")
	write(filepath.Join(root, "layout.html"), "a")
	seen := map[filestate.State]string{{}: "nothing"}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"the files", func() error { return nil }},
		{"another size", func() error { write(file, "ab"); return nil }},
		{"another time", func() error { return os.Chtimes(file, long, long) }},
		{"another name", func() error { return os.Rename(file, filepath.Join(root, "a", "looks.css")) }},
		{"one more", func() error { write(filepath.Join(root, "a", "b", "c.css"), ""); return nil }},
		{"one less", func() error { return os.Remove(filepath.Join(root, "layout.html")) }},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		at := filestate.OfFolder(root)
		if was, known := seen[at]; known {
			t.Errorf("%s: the state is that of %q", step.name, was)
		}
		if at != filestate.OfFolder(root) {
			t.Errorf("%s: the state is another one when nothing has changed", step.name)
		}
		seen[at] = step.name
	}
	if filestate.OfFolder(filepath.Join(root, "none")) != (filestate.State{}) {
		t.Error("a folder that is not there has a state")
	}
}
