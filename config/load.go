package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile bounds the file. A million sources are about 110 MB.
const maxFile = 256 << 20

// Load reads the file at path. An error is Errors: all that is wrong, each
// with its place. Getenv gives the secrets that password_env names.
func Load(path string, known Known, getenv func(string) string) (*Config, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, Errors{unreadable(path, err)}
	}
	return Parse(path, data, known, getenv)
}

var errTooLarge = fmt.Errorf("it is larger than %d MiB", maxFile>>20)

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, errTooLarge
	}
	// A buffer that grows would end up with two or three times the file.
	b := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
	_, err = b.ReadFrom(io.LimitReader(f, maxFile+1))
	return b.Bytes(), err
}

func unreadable(path string, err error) *Error {
	e := &Error{File: path, Problem: "this file cannot be read", Err: err}
	var pathErr *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Problem = "there is no such file"
		e.Expected = "copy the feeds.toml that comes with tributary and make it yours, or name your own with --config FILE"
		e.Hint = "to look around without one: tributary demo"
	case errors.As(err, &pathErr):
		e.Problem += ": " + pathErr.Err.Error()
	default:
		e.Problem += ": " + err.Error()
	}
	return e
}

// Parse reads data, the content of the file of that name. Relative paths in
// it start from the file's folder.
func Parse(name string, data []byte, known Known, getenv func(string) string) (*Config, error) {
	if len(data) > maxFile {
		return nil, Errors{unreadable(name, errTooLarge)}
	}
	r := &reporter{file: name, data: bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))}
	d := decoder{reporter: r, folder: filepath.Dir(name), known: known, getenv: getenv, homes: homes()}
	return d.decode(parseTOML(r))
}

// decode returns what a file says, or all that is wrong with it.
func (d *decoder) decode(toml *builder) (*Config, error) {
	d.toml, d.whole = toml, toml.whole
	c := d.config(toml.root)
	if len(d.errs) > 0 {
		d.errs.sort()
		return nil, d.errs
	}
	return c, nil
}

// Default returns what an empty file says, for a site that listens there.
func Default(listen string) *Config {
	d := decoder{reporter: &reporter{}, folder: "."}
	c := d.config(&table{})
	c.Site.Listen = listen
	c.Site.BaseURL = defaultBaseURL(listen)
	c.Site.ID = defaultID(c.Site.BaseURL)
	return c
}

// A decoder turns the tree of a file into a Config.
type decoder struct {
	*reporter
	folder string // of the file
	known  Known
	getenv func(string) string
	homes  map[string]string // keys to the table they belong into
	toml   *builder          // has the plain sources
	secure bool              // readers are answered over TLS
	whole  bool              // the file has no syntax error, so what is absent was left out
	reused section
	mixes  mixes // of [site], which can be read when the categories have been
}

// homes says where keys belong that are easily written into another table.
func homes() map[string]string {
	h := map[string]string{}
	for table, keys := range map[string][]string{
		"site":          {"title", "description", "base_url", "listen", "id", "author", "theme", "quiet", "late", "mixes", "source_feeds", "media_proxy", "media_cache", "media_key_env"},
		"aggregator":    {"min_interval", "max_interval", "catch_up", "workers", "per_host", "host_gap", "max_body", "timeout", "contact", "public_url", "allow_networks", "iframes", "allow_exec"},
		"server":        {"tls_cert", "tls_key", "socket_mode", "access_log", "access_log_format", "trusted_proxies", "max_connections", "max_connections_per_client", "max_header", "header_timeout", "body_timeout", "idle_timeout", "write_timeout"},
		"hub":           {"min_lease", "lease", "max_lease", "max_subscriptions", "max_subscriptions_per_host", "retry_for"},
		"events":        {"max_streams", "max_streams_per_client", "heartbeat", "retry"},
		"retention":     {"remember", "max_age", "max_entries"},
		"jekyll":        {"layout", "slug", "return_links"},
		"log":           {"level", "format"},
		"category.TERM": {"label", "terms", "repeats", "repeats_window"},
		"source.NAME":   {"url", "kind", "categories", "interval", "priority", "username", "password_env", "bearer_env", "headers", "headers_env", "proxy", "ca_file", "full_text", "full_text_take", "full_text_remove", "command"},
	} {
		for _, key := range keys {
			h[key] = table
		}
	}
	return h
}

// config reads the whole file.
func (d *decoder) config(root *table) *Config {
	top := d.section(root, "", "")
	c := &Config{Path: d.file, Storage: d.storage(top)}
	c.Server = d.server(top.sub("server"))
	d.secure = c.Server.TLSCert != ""
	c.Site = d.site(top.sub("site"))
	c.Admin = d.admin(top.sub("admin"))
	c.Hub = d.hub(top.sub("hub"), &c.Site)
	c.Events = d.events(top.sub("events"))
	c.Aggregator = d.aggregator(top.sub("aggregator"))
	c.Retention = d.retention(top.sub("retention"))
	c.Jekyll = d.jekyll(top.sub("jekyll"))
	c.Log = d.log(top.sub("log"))
	c.Categories = d.categories(top.table("category", "[category.news]"), &c.Site)
	c.Rules = d.globalRules(top.sub("rules"))
	c.Site.Mixes = d.mixes.read(d, c)
	d.sources(c, top.table("source", "[source.news]"), top.t.find("category"))
	d.mixes.checkSources(c)
	top.done()
	return c
}
