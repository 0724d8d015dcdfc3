package publisher_test

import (
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"tributary/feed"
	"tributary/publisher"
	"tributary/publisher/render"
)

func build(t testing.TB, s *site, dir string) publisher.Report {
	t.Helper()
	report, err := s.publisher().Build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// tree returns the content of all files of a built site.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, path))
		out[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBuildIsWhatIsServed(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := filepath.Join(t.TempDir(), "a", "site")
	report := build(t, s, dir)
	files := tree(t, dir)
	delete(files, ".tributary-manifest")
	delete(files, ".nojekyll")
	report.Full = ""
	// .nojekyll, robots.txt, favicon.ico, 4 assets, home, OPML, 4 documents of each of 3 categories, 5 entries, 4 sitemaps
	if len(files) != 29 || !reflect.DeepEqual(report, publisher.Report{Written: 30}) {
		t.Errorf("%d files, %+v, want 30 written", len(files), report)
	}
	h := s.publisher().Handler()
	for name, content := range files {
		path := "/" + strings.TrimSuffix(name, "index.html")
		r := request(t, h, "GET", path)
		if r.StatusCode != http.StatusOK || body(t, r) != content {
			t.Errorf("%s: the file and the served document differ (%d)", name, r.StatusCode)
		}
	}
}

func TestBuildLeavesWhatIsUnchanged(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := t.TempDir()
	build(t, s, dir)
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	for name := range tree(t, dir) {
		if err := os.Chtimes(filepath.Join(dir, name), long, long); err != nil {
			t.Fatal(err)
		}
	}
	if report := build(t, s, dir); !reflect.DeepEqual(report, publisher.Report{Unchanged: 30}) {
		t.Errorf("built again: %+v", report)
	}
	s.poll(t, "gauge", sample(1))
	// Nothing is rendered but the home page, OPML, 4 documents of "rivers" and of "all", the entry's page,
	// and the sitemaps, of which the news is still empty.
	if report := build(t, s, dir); !reflect.DeepEqual(report, publisher.Report{Written: 13, Unchanged: 18}) {
		t.Errorf("built after one entry more: %+v", report)
	}
	for _, name := range []string{"jianghe/index.html", "jianghe/atom.xml", "opml.xml"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || !info.ModTime().Equal(long) {
			t.Errorf("%s was touched: %v %v", name, info.ModTime(), err)
		}
	}
}

func TestBuildRemovesOnlyItsOwn(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := t.TempDir()
	build(t, s, dir)
	foreign := []string{"CNAME", "entry/notes.txt", "rivers/photo.jpg", render.EntryPath(feed.EntryID{7})[1:]}
	for _, name := range foreign {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.set.Categories = s.set.Categories[:1]
	err := s.store.PutSources(t.Context(), []feed.Source{{ID: "gauge", URL: "https://gauge.example/feed.xml", Kind: "feed", Categories: []string{"rivers"}}})
	if err != nil {
		t.Fatal(err)
	}
	// Four documents of the category and two entries' pages.
	if report := build(t, s, dir); report.Removed != 6 {
		t.Errorf("%+v, want 6 removed", report)
	}
	files := tree(t, dir)
	for _, name := range foreign {
		if files[name] != "mine" {
			t.Errorf("%s is gone", name)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "jianghe")); !os.IsNotExist(err) {
		t.Errorf("the folder of a category that is no more: %v", err)
	}
	if report := build(t, s, dir); report.Written+report.Removed != 0 {
		t.Errorf("built again: %+v", report)
	}
}

func TestBuildReplacesNothingForeign(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := t.TempDir()
	index := filepath.Join(dir, "index.html")
	if err := os.WriteFile(index, []byte("<p>my own site"), 0o600); err != nil {
		t.Fatal(err)
	}
	if report := build(t, s, dir); !slices.Equal(report.Kept, []string{"index.html"}) || report.Written != 29 {
		t.Errorf("%+v, want index.html kept, the rest written", report)
	}
	if b, _ := os.ReadFile(index); string(b) != "<p>my own site" {
		t.Errorf("it is now %q", b)
	}
}

// What a build wrote that did not end, the next one may replace and remove.
func TestBuildAfterOneThatDidNotEnd(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := t.TempDir()
	blocked := filepath.Join(dir, "rivers")
	write(t, blocked, "x")
	if _, err := s.publisher().Build(t.Context(), dir); err == nil {
		t.Fatal("a file stands where a folder is needed, and the build ended well")
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	err := s.store.PutSources(t.Context(), []feed.Source{{ID: "gauge", URL: "https://gauge.example/feed.xml", Kind: "feed", Categories: []string{"rivers"}}})
	if err != nil {
		t.Fatal(err)
	}
	if report := build(t, s, dir); report.Removed != 2 || len(report.Kept) != 0 {
		t.Errorf("%+v, want the two entries removed that are no longer published", report)
	}
}

func TestBuildSaysWhatIsWrong(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	for _, tt := range []struct {
		name    string
		prepare func(t *testing.T, dir string)
		want    []string
	}{
		{"the folder is a file", func(t *testing.T, dir string) { write(t, dir, "x") }, []string{"a file stands where a folder is needed"}},
		{"a folder within is a file", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "rivers"), "x") },
			[]string{"rivers", "a file stands where a folder is needed"}},
		{"a file is a folder", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "opml.xml", "x"), "x") },
			[]string{"opml.xml", "a file stands where a folder is needed"}},
		{"read-only", func(t *testing.T, dir string) {
			if runtime.GOOS == "windows" || os.Getuid() == 0 {
				t.Skip("this user may write anywhere")
			}
			if err := os.Mkdir(dir, 0o500); err != nil {
				t.Fatal(err)
			}
		}, []string{"permission denied", "make it writable"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			tt.prepare(t, dir)
			_, err := s.publisher().Build(t.Context(), dir)
			for _, want := range append(tt.want, dir) {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("err = %v, want %q in it", err, want)
				}
			}
		})
	}
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestLinksResolve follows every link within the built site.
func TestLinksResolve(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := t.TempDir()
	build(t, s, dir)
	files := tree(t, dir)
	checked := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		page, err := html.Parse(strings.NewReader(files[name]))
		if err != nil {
			t.Fatal(err)
		}
		base := &url.URL{Scheme: "https", Host: "feeds.example", Path: "/" + name}
		for n := range page.Descendants() {
			for _, a := range n.Attr {
				if a.Key != "href" && a.Key != "src" {
					continue
				}
				to, err := base.Parse(a.Val)
				if err != nil {
					t.Fatalf("%s: %q: %v", name, a.Val, err)
				}
				if to.Host != base.Host {
					continue
				}
				file := strings.TrimPrefix(to.Path, "/")
				if file == "" || strings.HasSuffix(file, "/") {
					file += "index.html"
				}
				checked[file] = true
				if _, ok := files[file]; !ok {
					t.Errorf("%s: %q leads to %s, which is not there", name, a.Val, file)
				}
			}
		}
	}
	for name := range files {
		if !checked[name] && name[0] != '.' && "/"+name != render.RobotsPath && "/"+name != render.FaviconPath && !strings.HasPrefix(name, "sitemap") {
			t.Errorf("no page leads to %s", name)
		}
	}
}
