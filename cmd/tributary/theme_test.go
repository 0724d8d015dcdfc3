package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// A theme that is edited is taken on by itself; one that is broken is told of
// by file and line, and the pages stay as they are.
func TestThemeIsWatched(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), freeAddress(t)
	looks := filepath.Join(dir, "looks")
	home := func(text string) { writeFile(t, looks, "home.html", `{{define "main"}}`+text+`{{end}}`) }
	shows := func(d *process, text string) bool {
		_, page := get(t, d.url+"/")
		return bytes.Contains(page, []byte(text))
	}
	home("<p>First</p>")
	config := writeFile(t, dir, "feeds.toml", fmt.Sprintf("[site]\nlisten = %q\ntheme = %q\n", address, looks))
	d := serveProcess(t, config, address)
	if !shows(d, "First") {
		t.Fatal("the theme is not used")
	}
	home("<p>Second</p>")
	waitFor(t, 20*time.Second, "the edited theme", func() bool { return shows(d, "Second") })
	home("\n{{.NoSuchThing}}")
	d.logged(t, "home.html:2", 1)
	if !shows(d, "Second") {
		t.Error("a broken theme took the place of one that works")
	}
	home("<p>Third</p>")
	waitFor(t, 20*time.Second, "the mended theme", func() bool { return shows(d, "Third") })
	writeFile(t, dir, "feeds.toml", fmt.Sprintf("[site]\nlisten = %q\n", address))
	waitFor(t, 20*time.Second, "the pages without a theme", func() bool { return !shows(d, "Third") })
}
