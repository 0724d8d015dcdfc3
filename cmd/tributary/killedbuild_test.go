package main

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tributary/internal/testshared"
)

// siteFiles returns what the files of a built site hold, without the manifest
// and what a build that was killed was writing.
func siteFiles(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // killed before there was a folder
		}
		if err != nil || d.IsDir() || d.Name() == ".tributary-manifest" || strings.HasPrefix(d.Name(), ".tributary-new-") {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestKilledBuilds kills builds at random moments, those that begin from
// nothing and those that go on. Each file is then as it was or as it will be,
// never in between; files that are somebody else's are as they were; and the
// next build ends with what one from nothing makes.
func TestKilledBuilds(t *testing.T) {
	t.Parallel()
	up := testshared.StartUpstream(t, "-n", "2", "-change", "1", "-hostile", "0")
	dir := t.TempDir()
	config := simulatorConfig(t, dir, up, "[site]\nbase_url = \"https://feeds.example\"\n")
	k := &killer{config: config, out: filepath.Join(dir, "site"), ref: filepath.Join(dir, "reference"), foreign: map[string]string{}}
	end := time.Now().Add(12 * time.Second)
	if os.Getenv("TRIBUTARY_BUILD_CRASHES") != "" {
		end = time.Now().Add(time.Hour)
	}
	for round := range crashes(t, "TRIBUTARY_BUILD_CRASHES") {
		if round > 2 && time.Now().After(end) {
			break
		}
		if round%4 == 0 {
			k.out = filepath.Join(dir, "site", time.Now().Format("150405.000000"))
			k.old = nil
			clear(k.foreign)
			for _, name := range []string{"CNAME", "entry/notes.txt", "opml.xml"} { // the last is where we would write
				k.foreign[name] = "mine"
				writeFile(t, k.out, name, "mine")
			}
		}
		tributary(t, "poll", "--all", "--config", config)
		k.round(t)
	}
	if k.half == 0 {
		t.Error("no kill came in the midst of a build: the test shows nothing")
	}
}

// A killer builds a site and is in the way.
type killer struct {
	config, out, ref string
	foreign          map[string]string
	old              map[string]string // the site before
	took             time.Duration     // by the last build that was let be
	half             int               // kills that left a site which was neither the old one nor the new
}

func (k *killer) round(t *testing.T) {
	t.Helper()
	if err := os.RemoveAll(k.ref); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	must(t, k.build(k.ref)...)
	if took := time.Since(began); k.took == 0 || k.old == nil {
		k.took = took
	}
	want := siteFiles(t, k.ref)
	for range 1 + rand.IntN(3) {
		cmd := command(t, k.build(k.out)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(rand.N(k.took), func() { _ = cmd.Process.Kill() }) // it may have ended
		if err := cmd.Wait(); err != nil && cmd.ProcessState.Exited() {
			t.Fatalf("build ended by itself: %v", err)
		}
		timer.Stop()
		k.check(t, want)
	}
	began = time.Now()
	must(t, k.build(k.out)...)
	k.took = time.Since(began)
	got := siteFiles(t, k.out)
	for name, text := range want {
		if k.foreign[name] == "" && k.foreign[strings.TrimSuffix(name, filepath.Ext(name))] == "" && got[name] != text {
			t.Errorf("%s has %d bytes, %d when it is built from nothing", name, len(got[name]), len(text))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok && k.foreign[name] == "" {
			t.Errorf("%s is left over", name)
		}
	}
	k.old = got
	if got, want := k.listing(t, k.out), k.listing(t, k.ref); got != want {
		t.Errorf("the listing has %d lines, %d when it is made from nothing", strings.Count(got, "\n"), strings.Count(want, "\n"))
	}
}

func (k *killer) build(out string) []string {
	return []string{"build", "--compress", "--listing", out + ".tsv", "--out", out, "--config", k.config}
}

// listing returns a site's listing, but for what is somebody else's.
func (k *killer) listing(t *testing.T, out string) string {
	t.Helper()
	text, err := os.ReadFile(out + ".tsv")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		name, _, _ := strings.Cut(line, "\t")
		if k.foreign[name] == "" && k.foreign[strings.TrimSuffix(name, filepath.Ext(name))] == "" {
			b.WriteString(line)
		}
	}
	return b.String()
}

// check looks at what a kill has left.
func (k *killer) check(t *testing.T, want map[string]string) {
	t.Helper()
	got, before, after := siteFiles(t, k.out), 0, 0
	for name, text := range got {
		was, had := k.old[name]
		will, has := want[name]
		switch {
		case k.foreign[name] != "":
		case has && text == will:
			after++
		case had && text == was:
			before++
		default:
			t.Errorf("%s is torn: %d bytes, %d before and %d afterwards", name, len(text), len(was), len(will))
		}
	}
	for name, text := range k.foreign {
		if got[name] != text {
			t.Errorf("%s is not ours, and now %q", name, got[name])
		}
	}
	if after > 0 && (before > 0 || after < len(want)-len(k.foreign)-3) {
		k.half++
	}
}
