package fetch_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
)

// folder writes files, name by name, and returns where.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func names(doc *fetch.Document) []string {
	var out []string
	for _, f := range doc.Files {
		out = append(out, f.Name)
	}
	return out
}

func TestFetchFile(t *testing.T) {
	dir := folder(t, map[string]string{"my feed.xml": rss})
	f := fetch.NewFile(fetch.Limits{})
	for _, url := range []string{"file://" + dir + "/my%20feed.xml", "file:" + dir + "/my%20feed.xml", "file://localhost" + dir + "/my%20feed.xml"} {
		s := state(url)
		doc := get(t, f, s)
		if string(doc.Body) != rss || doc.Status != 0 || doc.URL != url || doc.Received != int64(len(rss)) {
			t.Errorf("%s: document = %+v", url, doc)
		}
		learn(s, doc)
		if doc := get(t, f, s); !doc.NotModified || doc.Body != nil {
			t.Errorf("the same file again: %+v", doc)
		}
	}
}

func TestFetchFolder(t *testing.T) {
	dir := folder(t, map[string]string{
		"b.xml": "b", "a/b.xml": "a/b", "a-b.xml": "a-b", "a/deep/er.xml": "deeper", "empty.xml": "",
		".hidden.xml": "", ".git/config": "",
	})
	if err := os.Symlink("b.xml", filepath.Join(dir, "link.xml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(".", filepath.Join(dir, "round")); err != nil {
		t.Fatal(err)
	}
	f, s := fetch.NewFile(fetch.Limits{}), state("file://"+dir)
	doc := get(t, f, s)
	want := []string{"a-b.xml", "a/b.xml", "a/deep/er.xml", "b.xml", "empty.xml", "link.xml"}
	if got := names(doc); !slices.Equal(got, want) || doc.Body != nil || string(doc.Files[5].Body) != "b" {
		t.Errorf("files = %q, want %q", got, want)
	}
	learn(s, doc)
	if doc := get(t, f, s); !doc.NotModified || doc.Files != nil {
		t.Errorf("the same folder again: %+v", doc)
	}
	if err := os.Rename(filepath.Join(dir, "b.xml"), filepath.Join(dir, "c.xml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "link.xml")); err != nil {
		t.Fatal(err)
	}
	if doc := get(t, f, s); doc.NotModified || !slices.Contains(names(doc), "c.xml") {
		t.Errorf("a renamed file goes unnoticed: %q", names(doc))
	}
}

func TestFetchEmptyFolder(t *testing.T) {
	doc := get(t, fetch.NewFile(fetch.Limits{}), state("file://"+t.TempDir()))
	if doc.Files == nil || len(doc.Files) != 0 {
		t.Errorf("files = %#v, want none but not nil", doc.Files)
	}
}

func TestFetchFileRefuses(t *testing.T) {
	outside := folder(t, map[string]string{"secret": "x"})
	dir := folder(t, map[string]string{
		"empty.xml": "", "long.xml": strings.Repeat("x", 101),
		"long/a.xml": strings.Repeat("x", 101),
		"many/1":     "", "many/2": "", "many/3": "", "many/4": "",
		"much/1": strings.Repeat("x", 90), "much/2": strings.Repeat("x", 90), "much/3": strings.Repeat("x", 90),
		"deep/" + strings.Repeat("d/", 20) + "x": "", "out/x": "", "broken/x": "",
	})
	for name, to := range map[string]string{"out/link": filepath.Join(outside, "secret"), "broken/link": "gone"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	f := fetch.NewFile(fetch.Limits{Body: 100, Files: 3, Folder: 200})
	for _, tt := range []struct{ url, want string }{
		{"file://" + dir + "/none", "does not exist"},
		{"file://" + dir + "/empty.xml", "the file is empty"},
		{"file://" + dir + "/long.xml", "longer than 100 bytes (max_body)"},
		{"file://" + dir + "/long", "a.xml is longer than 100 bytes"},
		{"file://" + dir + "/many", "more than 3 files"},
		{"file://" + dir + "/much", "more than 200 bytes together"},
		{"file://" + dir + "/deep", "deeper than 16 levels"},
		{"file://" + dir + "/out", "leads out of the folder"},
		{"file://" + dir + "/broken", "link to a file that does not exist"},
		{"file:///dev/null", "neither a file nor a folder"},
		{"file:feeds/a.xml", "an absolute path"},
		{"file://elsewhere/a.xml", `another host, "elsewhere"`},
	} {
		doc, err := f.Fetch(t.Context(), state(tt.url))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: document %+v, error %v, want %q", tt.url, doc, err, tt.want)
		}
	}
}

func TestMux(t *testing.T) {
	dir := folder(t, map[string]string{"a.xml": rss})
	m := fetch.Mux{"file": fetch.NewFile(fetch.Limits{})}
	if doc := get(t, m, state("FILE://"+dir+"/a.xml")); string(doc.Body) != rss {
		t.Errorf("document = %+v", doc)
	}
	for url, want := range map[string]string{"gopher://example.com/": `"gopher"`, "/feeds": "no scheme"} {
		_, err := m.Fetch(t.Context(), state(url))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "known are file") {
			t.Errorf("%s: error %v, want %q", url, err, want)
		}
	}
}
