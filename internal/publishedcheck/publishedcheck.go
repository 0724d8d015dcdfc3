// Package publishedcheck holds a published site's feeds to what readers and
// validators expect of them. It is for tests.
package publishedcheck

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"tributary/internal/testshared"
	"tributary/validator"
)

// shown is how many problems a test shows.
const shown = 20

// Dir checks all feeds of a static site: atom.xml, rss.xml and feed.json of
// every folder that has one of them, opml.xml at the top. The validator finds
// no error and no warning in them, the Atom is valid by the schema
// of RFC 4287, and gofeed reads the same entries from all three.
func Dir(t testing.TB, site string) {
	t.Helper()
	s := &suite{site: site}
	folders, err := feedFolders(site)
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) == 0 {
		t.Fatalf("%s has no feeds: atom.xml, rss.xml or feed.json in a folder are expected", site)
	}
	for _, folder := range folders {
		s.folder(folder)
	}
	s.validate("opml.xml", s.read("opml.xml"))
	s.schema(t)
	s.report(t)
}

// feedFolders returns the folders that have feeds, relative to the site.
func feedFolders(site string) ([]string, error) {
	var folders []string
	seen := map[string]bool{}
	err := filepath.WalkDir(site, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); name != "atom.xml" && name != "rss.xml" && name != "feed.json" {
			return nil
		}
		folder, err := filepath.Rel(site, filepath.Dir(path))
		if err == nil && !seen[folder] {
			seen[folder] = true
			folders = append(folders, folder)
		}
		return err
	})
	return folders, err
}

// A suite gathers what is wrong with a site.
type suite struct {
	site     string
	atoms    []string
	problems []string
}

func (s *suite) problem(file, format string, args ...any) {
	s.problems = append(s.problems, filepath.ToSlash(file)+": "+fmt.Sprintf(format, args...))
}

func (s *suite) read(file string) []byte {
	doc, err := os.ReadFile(filepath.Join(s.site, file))
	if err != nil {
		s.problem(file, "it is not there: %v", err)
	}
	return doc
}

// folder checks the three feeds of one category.
func (s *suite) folder(folder string) {
	name := func(file string) string { return filepath.Join(folder, file) }
	s.atoms = append(s.atoms, filepath.Join(s.site, name("atom.xml")))
	s.feeds(folder, s.read(name("atom.xml")), s.read(name("rss.xml")), s.read(name("feed.json")))
}

// Feeds returns what is wrong with one category's feeds, each problem after
// its file's name. It is Dir without the schema.
func Feeds(atom, rss, jsonFeed []byte) []string {
	s := &suite{}
	s.feeds("", atom, rss, jsonFeed)
	return s.problems
}

func (s *suite) feeds(folder string, atom, rss, jsonFeed []byte) {
	name := func(file string) string { return filepath.Join(folder, file) }
	s.validate(name("atom.xml"), atom)
	s.validate(name("rss.xml"), rss)
	s.validate(name("feed.json"), jsonFeed)
	s.same(folder, s.entries(name("atom.xml"), atom), s.entries(name("rss.xml"), rss), s.entries(name("feed.json"), jsonFeed))
}

// validate has the validator judge a document: no error and no warning.
func (s *suite) validate(file string, doc []byte) {
	if doc == nil {
		return
	}
	for _, m := range Judge(doc) {
		s.problem(file, "%s", m)
	}
}

// Judge returns the errors and warnings that the validator finds in one of our
// documents. Where a feed will be found is not known to a test, and that what
// upstream dated in the future stays so is not the publisher's.
func Judge(doc []byte) []string {
	r, err := validator.Validate(validator.Document{Body: bytes.NewReader(doc)}, validator.Options{Limits: validator.Limits{PerCode: shown}})
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for _, m := range r.Messages {
		if m.Level >= validator.Warning {
			out = append(out, fmt.Sprintf("line %d, column %d: %s: %s [%s]", m.Start.Line, m.Start.Column, m.Level, m.Text, m.Rule.Code))
		}
	}
	return out
}

// schema has jing validate all Atom documents at once. Without jing it is
// left out, but in CI it must be there.
func (s *suite) schema(t testing.TB) {
	t.Helper()
	jing, err := exec.LookPath("jing")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("jing is not installed")
		}
		return
	}
	rnc := filepath.Join(testshared.Root(t), "publisher", "render", "testdata", "atom.rnc")
	copies := t.TempDir()
	args := []string{"-c", rnc}
	for _, path := range s.atoms {
		args = append(args, s.shortened(path, copies))
	}
	out, err := exec.CommandContext(t.Context(), jing, args...).CombinedOutput()
	if err == nil {
		return
	}
	for line := range strings.Lines(string(out)) {
		line = strings.TrimPrefix(strings.TrimSpace(line), s.site+string(filepath.Separator))
		s.problems = append(s.problems, "jing: "+strings.TrimPrefix(line, copies+string(filepath.Separator)))
	}
	if len(out) == 0 {
		s.problems = append(s.problems, "jing: "+err.Error())
	}
}

// shortened returns a file as jing can read it: its parser takes a character
// of four bytes for a broken one where its buffer happens to end in it, in some
// documents of megabytes. A schema has no opinion on characters.
func (s *suite) shortened(path, copies string) string {
	doc, err := os.ReadFile(path)
	if err != nil || !utf8.Valid(doc) {
		return path
	}
	short := bytes.Map(func(r rune) rune {
		if r > 0xFFFF {
			return '?'
		}
		return r
	}, doc)
	if len(short) == len(doc) {
		return path
	}
	name, err := filepath.Rel(s.site, path)
	if err == nil {
		name = filepath.Join(copies, name)
		if err = os.MkdirAll(filepath.Dir(name), 0o755); err == nil {
			err = os.WriteFile(name, short, 0o600)
		}
	}
	if err != nil {
		s.problem(path, "%v", err)
		return path
	}
	return name
}

// report fails the test with the first problems, and how many there are.
func (s *suite) report(t testing.TB) {
	t.Helper()
	for _, p := range s.problems[:min(shown, len(s.problems))] {
		t.Error(p)
	}
	if len(s.problems) > shown {
		t.Errorf("and %d more", len(s.problems)-shown)
	}
}
