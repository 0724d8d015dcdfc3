package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tributary/config"
)

func TestLoadMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "feeds.toml")
	_, err := config.Load(path, known, getenv)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load = %v, want fs.ErrNotExist", err)
	}
	want := path + ": there is no such file\n" +
		"  copy the feeds.toml that comes with tributary and make it yours, or name your own with --config FILE\n" +
		"  to look around without one: tributary demo"
	if err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestLoadFolder(t *testing.T) {
	path := t.TempDir()
	_, err := config.Load(path, known, getenv)
	if want := path + ": this file cannot be read: is a directory"; err == nil || err.Error() != want {
		t.Errorf("Load = %v, want %s", err, want)
	}
}

func TestLoadTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "feeds.toml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 256<<20+1); err != nil {
		t.Fatal(err)
	}
	_, err := config.Load(path, known, getenv)
	if err == nil || !strings.Contains(err.Error(), "larger than 256 MiB") {
		t.Errorf("Load = %v, want the limit", err)
	}
}

// The file at the root is the default and the documentation: it loads, every
// category has something without a network, and no key is left out.
func TestRootFeeds(t *testing.T) {
	path := filepath.Join("..", "feeds.toml")
	c, err := config.Load(path, known, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	local := map[string]bool{}
	for _, s := range c.Sources {
		if strings.HasPrefix(s.URL, "file:") {
			for _, term := range s.Categories {
				local[term] = true
			}
		}
	}
	for _, category := range c.Categories {
		if !local[category.Term] {
			t.Errorf("category %q has nothing without a network", category.Term)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"storage", "title", "description", "base_url", "listen", "id", "language", "author", "limit",
		"min_interval", "max_interval", "catch_up", "workers", "per_host", "host_gap", "public_url", "max_body", "timeout", "contact", "allow_networks", "iframes",
		"tls_cert", "tls_key", "socket_mode", "access_log", "access_log_format", "trusted_proxies", "max_connections", "max_connections_per_client",
		"max_header", "header_timeout", "body_timeout", "idle_timeout", "write_timeout",
		"media_proxy", "media_cache", "media_key_env", "layout", "slug", "return_links", "level", "format", "label",
		"url", "kind", "categories", "interval", "options", "username", "password_env", "bearer_env", "headers", "headers_env", "proxy", "ca_file",
	} {
		if !bytes.Contains(text, []byte("\n"+key+" =")) && !bytes.Contains(text, []byte("\n# "+key+" =")) {
			t.Errorf("%s is not documented", key)
		}
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	c, err := config.Load(filepath.Join("testdata", "good", "secret.toml"), known, getenv)
	if err != nil {
		t.Fatal(err)
	}
	if string(c.Sources[0].Request.Password) != "correct horse" {
		t.Fatalf("the password is not that of the variable")
	}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb, c)
		fmt.Fprintf(&out, verb, c.Sources)
		fmt.Fprintf(&out, verb, c.Sources[0].Request.Password)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("loaded", "config", c, "sources", c.Sources, "password", c.Sources[0].Request.Password)
	}
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	for _, leak := range []string{"correct", "horse", fmt.Sprintf("%x", "correct horse")} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%q is printed", leak)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.toml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "../feeds.toml") {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("feeds.toml", data, known, getenv)
		if err == nil {
			if c == nil {
				t.Fatal("neither config nor error")
			}
			return
		}
		var all config.Errors
		if !errors.As(err, &all) || len(all) == 0 {
			t.Fatalf("Parse = %v, want config.Errors", err)
		}
		last := bytes.Count(data, []byte("\n")) + 1
		for _, e := range all {
			if e.Line < 1 || e.Line > last || e.Column < 1 || e.Problem == "" {
				t.Errorf("%+v is not in a file of %d lines", e, last)
			}
		}
	})
}

// manySources is a file like those that an OPML import writes.
func manySources(n int) []byte {
	var b bytes.Buffer
	b.WriteString("[category.news]\n[category.tech]\n")
	for i := range n {
		fmt.Fprintf(&b, "[source.s%d]\nurl = \"https://host%d.example.org/feeds/%d.xml\"\ncategories = [\"news\", \"tech\"]\ninterval = \"1h\"\n", i, i%5000, i)
	}
	return b.Bytes()
}

func BenchmarkParse(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprintf("sources=%d", n), func(b *testing.B) {
			data := manySources(n)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := config.Parse("feeds.toml", data, known, getenv); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	path := filepath.Join(b.TempDir(), "feeds.toml")
	if err := os.WriteFile(path, manySources(100_000), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := config.Load(path, known, getenv); err != nil {
			b.Fatal(err)
		}
	}
}
