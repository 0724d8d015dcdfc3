package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tributary/internal/cli"
)

// TestFaults meets a store that cannot be used: each is one clear message, and
// the file is left as it was.
func TestFaults(t *testing.T) {
	const source = "[category.c]\n[source.a]\nurl = \"file:feed.xml\"\ncategories = [\"c\"]\n"
	for _, tt := range []struct {
		name    string
		storage string
		prepare func(t *testing.T, dir string)
		words   []string
	}{
		{"another program's file", "bolt:x.db", func(t *testing.T, dir string) {
			writeFile(t, dir, "x.db", "Dear diary, today I was opened by a feed reader.")
		},
			[]string{"x.db", "damaged", "left as it is"}},
		{"cut short", "bolt:x.db", cutShort, []string{"x.db", "cut short"}},
		{"a folder", "bolt:x.db", func(t *testing.T, dir string) { writeFile(t, dir, "x.db/file", "") }, []string{"x.db", "folder"}},
		{"no such folder", "bolt:nowhere/x.db", func(*testing.T, string) {}, []string{"nowhere", "does not exist"}},
		{"a full disk", "bolt:/dev/full", func(*testing.T, string) {}, []string{"/dev/full"}},
		{"an unknown engine", "sqlite:x.db", func(*testing.T, string) {}, []string{"sqlite", "bolt"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			config := writeFile(t, dir, "feeds.toml", "storage = \""+tt.storage+"\"\n"+source)
			tt.prepare(t, dir)
			before, _ := os.ReadFile(filepath.Join(dir, "x.db")) // there may be none
			r := tributary(t, "poll", "--config", config)
			if r.code == cli.ExitOK || r.code == cli.ExitSource {
				t.Errorf("exit %d, want a refusal", r.code)
			}
			for _, word := range tt.words {
				if !strings.Contains(r.stderr, word) {
					t.Errorf("%q is not in the message:\n%s", word, r.stderr)
				}
			}
			if after, _ := os.ReadFile(filepath.Join(dir, "x.db")); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

// cutShort makes a good store and cuts its end off.
func cutShort(t *testing.T, dir string) {
	config := writeFile(t, dir, "good.toml", "storage = \"bolt:x.db\"\n[category.c]\n[source.a]\nurl = \"file:feed.xml\"\ncategories = [\"c\"]\n")
	writeFile(t, dir, "feed.xml", `<rss version="2.0"><channel><title>T</title><item><title>One</title></item></channel></rss>`)
	must(t, "poll", "--config", config)
	info, err := os.Stat(filepath.Join(dir, "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "x.db"), info.Size()/8); err != nil {
		t.Fatal(err)
	}
}

// TestLocked: a store that a daemon holds is refused within a second, and the
// daemon is not disturbed.
func TestLocked(t *testing.T) {
	dir, address := t.TempDir(), freeAddress(t)
	config := examplesConfig(t, dir, address)
	d := serveProcess(t, config, address)
	began := time.Now()
	r := tributary(t, "poll", "--config", config)
	if took := time.Since(began); r.code != cli.ExitFailed || took > 2*time.Second || !strings.Contains(r.stderr, "tributary serve has bolt:") {
		t.Errorf("exit %d after %s: %s", r.code, took, r.stderr)
	}
	other := serveRefused(t, config)
	if !strings.Contains(other.stderr, "another program listens there") {
		t.Errorf("a second daemon says %q", other.stderr)
	}
	d.stop(t)
}

func serveRefused(t *testing.T, config string) result {
	t.Helper()
	r := tributary(t, "serve", "--config", config)
	if r.code != cli.ExitFailed {
		t.Errorf("a second serve on the same address: exit %d", r.code)
	}
	return r
}
