package config_test

import (
	"log/slog"
	"net/netip"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tributary/config"
	"tributary/feed"
)

// parse reads text as /srv/news/feeds.toml, and wants no error.
func parse(t testing.TB, text string) *config.Config {
	t.Helper()
	c, err := config.Parse("/srv/news/feeds.toml", []byte(text), known, getenv)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return c
}

const everyKey = `
storage = "bolt:data/news.db"

site.title = "News"
site.description = "What we read"
site.base_url = "https://news.example.org/read/"
site.listen = ":80"
site.id = "tag:example.org,2020:read/"
site.language = "zh-CN"
site.author = { name = "Ann", email = "ann@example.org", uri = "https://example.org/ann" }
site.limit = 20
site.quiet = "5s"
site.theme = "looks"
site.mixes = ["新闻+tech"]
site.source_feeds = true
site.late = "1m"
site.media_proxy = true
site.media_cache = "100 MB"

[aggregator]
min_interval = "90s"
max_interval = "1d12h"
workers = 1_0
per_host = 0x4
host_gap = "0s"
catch_up = "3m"
public_url = "https://push.example.org/x/"
max_body = "8 MiB"
timeout = "5s"
contact = "https://example.org/about"
allow_networks = ["127.0.0.1/8", "fd00::1"]
iframes = ["Player.Example.org", "player.example.org", "www.youtube-nocookie.com"]
allow_exec = true

[hub]
enabled = false
url = "https://hub.example.org/"
min_lease = "5m"
lease = "1h"
max_lease = "2h"
max_subscriptions = 20
max_subscriptions_per_host = 3
per_host = 2
retry_for = "6h"
max_body = "1 MiB"

[events]
enabled = false
max_streams = 50
max_streams_per_client = 2
heartbeat = "5s"
retry = "1m"

[retention]
max_age = "3650d"
max_entries = 1_000
remember = "2w"

[server]
tls_cert = "certificate.pem"
tls_key = "/etc/ssl/key.pem"
socket_mode = "0600"
access_log = "log/access.log"
access_log_format = "common"
trusted_proxies = ["10.0.0.0/8", "::1"]
max_connections = 500
max_connections_per_client = 20
max_header = "8 KiB"
header_timeout = "1s"
body_timeout = "2s"
idle_timeout = "3s"
write_timeout = "4s"

[admin]
listen = "unix:admin.sock"

[jekyll]
layout = "entry"
slug = "{{.Slug}}"
return_links = """[a]({{.Home}})
[b](/)"""

[log]
level = "debug"
format = "json"

[source.a]
url = "HTTPS://Example.org/a?b=c#d"
categories = ["tech", "新闻"]
priority = -2
unlisted = true
outline = { text = "A", "app:icon" = "x", "xmlns:app" = "https://example.org/app" }
interval = "1.5h"
username = "ann"
password_env = "NEWS_PASSWORD"
proxy = "socks5://localhost:9050"
ca_file = "own.pem"
[source.a.headers]
accept-language = "zh"
[source.a.headers_env]
X-Api-Key = "NEWS_PASSWORD"

[category.tech]
label = "Technology"
description = "Machines"
language = "en"
limit = 5
max_age = "30d"
max_entries = 7
limit_age = "2w"
summary_only = true
schema_type = "BlogPosting"
repeats = "story"
repeats_window = "2d"
folder = ["Machines", { text = "Tech", title = "Technology" }]
[category.tech.podcast]
author = "Ann & Co"
owner_name = "Bo"
image = "https://example.org/cover.jpg"
category = "Technology"
explicit = true
serial = true
[category."新闻"]

["source"."posts of ours"]
url = "file:posts/"
kind = "jekyll"
categories = ['tech']
[source."posts of ours".options]
drafts = true
depth = 3
`

func TestEveryKey(t *testing.T) {
	got := parse(t, everyKey)
	want := &config.Config{
		Path:    "/srv/news/feeds.toml",
		Storage: "bolt:/srv/news/data/news.db",
		Site: config.Site{
			Title: "News", Description: "What we read", BaseURL: "https://news.example.org/read", Listen: ":80",
			ID: "tag:example.org,2020:read", Language: "zh-CN", Limit: 20, Theme: "/srv/news/looks", Mixes: [][]string{{"tech", "新闻"}}, SourceFeeds: true, Quiet: 5 * time.Second, Late: time.Minute, Media: config.Media{Proxy: true, Cache: 100e6},
			Author: feed.Person{Name: "Ann", Email: "ann@example.org", URI: "https://example.org/ann"},
		},
		Aggregator: config.Aggregator{
			MinInterval: 90 * time.Second, MaxInterval: 36 * time.Hour, CatchUp: 3 * time.Minute, Workers: 10, PerHost: 4, HostGap: 0, PublicURL: "https://push.example.org/x", MaxBody: 8 << 20,
			Timeout: 5 * time.Second, Contact: "https://example.org/about",
			AllowExec:     true,
			AllowNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("fd00::1/128")},
			Iframes:       []string{"player.example.org", "www.youtube-nocookie.com"},
		},
		Hub: config.Hub{
			URL: "https://hub.example.org/", MinLease: 5 * time.Minute, Lease: time.Hour, MaxLease: 2 * time.Hour, MaxSubscriptions: 20, MaxPerHost: 3,
			PerHost: 2, RetryFor: 6 * time.Hour, MaxBody: 1 << 20,
		},
		Events:    config.Events{Streams: 50, PerClient: 2, Heartbeat: 5 * time.Second, Retry: time.Minute},
		Retention: config.Retention{MaxAge: 3650 * 24 * time.Hour, MaxEntries: 1000, Remember: 14 * 24 * time.Hour},
		Server: config.Server{
			TLSCert: "/srv/news/certificate.pem", TLSKey: "/etc/ssl/key.pem", SocketMode: 0o600, AccessLog: "/srv/news/log/access.log", AccessLogFormat: "common",
			TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}, MaxConnections: 500, MaxPerClient: 20, MaxHeader: 8 << 10,
			HeaderTimeout: time.Second, BodyTimeout: 2 * time.Second, IdleTimeout: 3 * time.Second, WriteTimeout: 4 * time.Second,
		},
		Admin:  config.Admin{Listen: "unix:/srv/news/admin.sock"},
		Jekyll: config.Jekyll{Layout: "entry", Slug: "{{.Slug}}", ReturnLinks: "[a]({{.Home}})\n[b](/)"},
		Log:    config.Log{Level: slog.LevelDebug, Format: "json"},
		Categories: []config.Category{
			{Term: "tech", Label: "Technology", Description: "Machines", Language: "en", Limit: 5,
				Podcast: &config.Podcast{Author: "Ann & Co", OwnerName: "Bo", OwnerEmail: "ann@example.org", Image: "https://example.org/cover.jpg", Category: "Technology", Explicit: true, Serial: true},

				Folder: [][]config.Attr{{{Name: "text", Value: "Machines"}}, {{Name: "text", Value: "Tech"}, {Name: "title", Value: "Technology"}}},
				MaxAge: 30 * 24 * time.Hour, MaxEntries: 7, Repeats: "story", Window: 48 * time.Hour,
				LimitAge: 14 * 24 * time.Hour, SummaryOnly: true, SchemaType: "BlogPosting"},
			{Term: "新闻", Label: "新闻", Folder: [][]config.Attr{{{Name: "text", Value: "新闻"}}}, Limit: 20, SchemaType: "NewsArticle", Repeats: "keep", Window: 72 * time.Hour},
		},
		Sources: []config.Source{{
			Source: feed.Source{
				ID: "a", URL: "HTTPS://Example.org/a?b=c#d", Kind: "feed",
				Categories: []string{"tech", "新闻"}, Interval: 90 * time.Minute,
			},
			Request: &config.Request{
				Username: "ann", Password: "correct horse", Proxy: "socks5://localhost:9050", CAFile: "/srv/news/own.pem",
				Headers: map[string]string{"Accept-Language": "zh"}, SecretHeaders: map[string]config.Secret{"X-Api-Key": "correct horse"},
			},
			Priority: -2,
			Outline:  []config.Attr{{Name: "text", Value: "A"}, {Name: "app:icon", Value: "x"}, {Name: "xmlns:app", Value: "https://example.org/app"}},
			Unlisted: true,
		}, {
			Source: feed.Source{
				ID: "posts of ours", URL: "file:///srv/news/posts/", Kind: "jekyll",
				Categories: []string{"tech"}, Options: feed.Options{"drafts": "true", "depth": "3"},
			},
		}},
	}
	if got.Sources[0].Source.Request.IsZero() {
		t.Error("a source that is asked for in a way of its own has no digest of that")
	}
	got.Sources[0].Source.Request = feed.Digest{}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestDefaults(t *testing.T) {
	for _, text := range []string{"", "\ufeff# nothing\r\n[site]\r\n"} {
		got := parse(t, text)
		want := &config.Config{
			Path: "/srv/news/feeds.toml", Storage: "bolt:/srv/news/tributary.db",
			Site: config.Site{
				Title: "tributary", BaseURL: "http://localhost:8080", Listen: "localhost:8080",
				ID: "tag:localhost,2026:tributary", Limit: 50, Quiet: 2 * time.Second, Late: 30 * time.Second, Media: config.Media{Cache: 1e9},
			},
			Aggregator: config.Aggregator{
				MinInterval: time.Hour, MaxInterval: 24 * time.Hour, CatchUp: 10 * time.Minute, Workers: 256, PerHost: 2, HostGap: time.Second,
				MaxBody: 16 << 20, Timeout: 30 * time.Second,
			},
			Server: config.Server{
				SocketMode: 0o660, AccessLogFormat: "combined", MaxConnections: 16384, MaxPerClient: 256, MaxHeader: 32 << 10,
				HeaderTimeout: 10 * time.Second, BodyTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, WriteTimeout: 30 * time.Second,
			},
			Hub: config.Hub{
				MinLease: time.Hour, Lease: 240 * time.Hour, MaxLease: 720 * time.Hour, MaxSubscriptions: 10_000, MaxPerHost: 500, PerHost: 4, RetryFor: 24 * time.Hour, MaxBody: 16 << 20,
			},
			Events:    config.Events{Enabled: true, Streams: 1000, PerClient: 16, Heartbeat: 20 * time.Second, Retry: 3 * time.Second},
			Retention: config.Retention{Remember: 90 * 24 * time.Hour},
			Jekyll:    config.Jekyll{Layout: "post"},
			Log:       config.Log{Format: "auto"},
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\ngot  %+v\nwant %+v", text, got, want)
		}
	}
}

func TestSiteDerived(t *testing.T) {
	for _, tt := range []struct{ name, site, base, id string }{
		{"the port of listen", `listen = "127.0.0.1:9000"`, "http://localhost:9000", "tag:localhost,2026:tributary"},
		{"port 80", `listen = ":80"`, "http://localhost", "tag:localhost,2026:tributary"},
		{"a host", `base_url = "https://News.Example.org:444/"`, "https://News.Example.org:444", "tag:news.example.org,2026:tributary"},
		{"a path", `base_url = "https://example.org/my/news/"`, "https://example.org/my/news", "tag:example.org,2026:my/news"},
		{"a host beyond ASCII", `base_url = "https://新闻.example"`, "https://xn--efvy88h.example", "tag:xn--efvy88h.example,2026:tributary"},
		{"a path beyond ASCII", `base_url = "https://新闻.example:8080/新闻/a%2Fb/"`, "https://xn--efvy88h.example:8080/%E6%96%B0%E9%97%BB/a%2Fb", "tag:xn--efvy88h.example,2026:%E6%96%B0%E9%97%BB/a%2Fb"},
		{"an IPv6 address", `base_url = "http://[::1]:8080"`, "http://[::1]:8080", "tag:--1,2026:tributary"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			site := parse(t, "[site]\n"+tt.site).Site
			if site.BaseURL != tt.base || site.ID != tt.id {
				t.Errorf("base_url %q, id %q; want %q, %q", site.BaseURL, site.ID, tt.base, tt.id)
			}
		})
	}
}

// An interval that is left to its default gives way to the one that is written.
func TestIntervalDefaultsGiveWay(t *testing.T) {
	a := parse(t, "[aggregator]\nmin_interval = \"2d\"").Aggregator
	if a.MinInterval != 48*time.Hour || a.MaxInterval != 48*time.Hour {
		t.Errorf("min_interval 2d: got %v to %v", a.MinInterval, a.MaxInterval)
	}
	a = parse(t, "[aggregator]\nmax_interval = \"1s\"").Aggregator
	if a.MinInterval != time.Second || a.MaxInterval != time.Second {
		t.Errorf("max_interval 1s: got %v to %v", a.MinInterval, a.MaxInterval)
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1s": time.Second, "250ms": 250 * time.Millisecond, "1h30m": 90 * time.Minute, "7d": 7 * 24 * time.Hour,
		"1d12h": 36 * time.Hour, "2w": 14 * 24 * time.Hour, "0.5d": 12 * time.Hour, "1w1d1h1m1s": (8*24+1)*time.Hour + 61*time.Second,
	} {
		c := parse(t, "[category.n]\n[source.a]\nurl = \"file:x\"\ncategories = [\"n\"]\ninterval = \""+text+"\"")
		if got := c.Sources[0].Interval; got != want {
			t.Errorf("%q = %v, want %v", text, got, want)
		}
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"1000": 1000, `"1000"`: 1000, `"16MB"`: 16_000_000, `"16 MiB"`: 16 << 20, `"16M"`: 16 << 20, `"1 gib"`: 1 << 30, `"64k"`: 64 << 10,
	} {
		if got := parse(t, "[aggregator]\nmax_body = "+text).Aggregator.MaxBody; got != want {
			t.Errorf("%s = %d, want %d", text, got, want)
		}
	}
}

func TestFileURLs(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ file, url, want string }{
		{"/srv/feeds.toml", "file:examples/posts/", "file:///srv/examples/posts/"},
		{"/srv/feeds.toml", "file:./x", "file:///srv/x"},
		{"/srv/feeds.toml", "file:../x", "file:///x"},
		{"/srv/feeds.toml", "file:///abs/x", "file:///abs/x"},
		{"/srv/feeds.toml", "file:/abs/x", "file:///abs/x"},
		{"/srv/feeds.toml", "FILE://localhost/abs/x", "file:///abs/x"},
		{"/srv/feeds.toml", "file:a b/新.xml", "file:///srv/a%20b/%E6%96%B0.xml"},
		{"/srv/feeds.toml", "file:a%20b", "file:///srv/a%20b"},
		{"feeds.toml", "file:x", "file://" + here + "/x"},
		{"conf/feeds.toml", "file:x", "file://" + here + "/conf/x"},
	} {
		text := "[category.n]\n[source.a]\ncategories = [\"n\"]\nurl = \"" + tt.url + "\""
		c, err := config.Parse(tt.file, []byte(text), known, getenv)
		if err != nil {
			t.Errorf("%s in %s: %v", tt.url, tt.file, err)
			continue
		}
		if s := c.Sources[0]; s.URL != tt.want || s.Kind != "file" {
			t.Errorf("%s in %s = %s of kind %s, want %s", tt.url, tt.file, s.URL, s.Kind, tt.want)
		}
	}
}

// A bolt path starts at the file's folder; other locations are the engine's.
func TestStorage(t *testing.T) {
	engines := config.Known{Engines: []string{"bolt", "nats"}}
	for _, tt := range []struct{ file, text, want string }{
		{"feeds.toml", ``, "bolt:tributary.db"},
		{"conf/feeds.toml", ``, "bolt:conf/tributary.db"},
		{"conf/feeds.toml", `storage = "bolt:../x.db"`, "bolt:x.db"},
		{"conf/feeds.toml", `storage = "bolt:/x.db"`, "bolt:/x.db"},
		{"conf/feeds.toml", `storage = "nats://localhost:4222"`, "nats://localhost:4222"},
	} {
		c, err := config.Parse(tt.file, []byte(tt.text), engines, getenv)
		if err != nil || c.Storage != tt.want {
			t.Errorf("%q in %s = %q, %v; want %q", tt.text, tt.file, c.Storage, err, tt.want)
		}
	}
}

// URLs that differ in what a server sees are different upstreams.
func TestDifferentURLs(t *testing.T) {
	var b strings.Builder
	b.WriteString("[category.n]\n")
	for i, url := range []string{
		"https://example.org", "http://example.org/", "https://example.org/feed", "https://example.org/feed/", "https://example.org/Feed",
		"https://example.org/feed?a=1", "https://example.org/feed?a=2", "https://example.org:444/feed", "https://www.example.org/feed",
		"https://example.org/a%2Fb", "https://example.org/a/b", "file:a", "file:A",
	} {
		b.WriteString("[source.s" + string(rune('a'+i)) + "]\ncategories = [\"n\"]\nurl = \"" + url + "\"\n")
	}
	if c := parse(t, b.String()); len(c.Sources) != 13 {
		t.Errorf("%d sources, want 13", len(c.Sources))
	}
}

// Another variable that holds a secret is another way to ask, although neither
// secret is part of the digest.
func TestRequestDigest(t *testing.T) {
	const head = "[category.c]\n[source.a]\nurl = \"https://example.org/\"\ncategories = [\"c\"]\n"
	digest := func(line string) feed.Digest {
		c, err := config.Parse("feeds.toml", []byte(head+line), known, func(string) string { return "hunter2" })
		if err != nil {
			t.Fatal(err)
		}
		return c.Sources[0].Source.Request
	}
	seen := map[feed.Digest]string{{}: "nothing"}
	for _, line := range []string{
		`headers_env = { X-Key = "NEWS_PASSWORD" }`, `headers_env = { X-Key = "OTHER_PASSWORD" }`,
		`headers_env = { X-Other = "NEWS_PASSWORD" }`, `headers = { X-Key = "NEWS_PASSWORD" }`, `bearer_env = "NEWS_PASSWORD"`,
	} {
		d := digest(line)
		if seen[d] != "" {
			t.Errorf("%s is the same as %s", line, seen[d])
		}
		seen[d] = line
	}
	if digest(`headers_env = { X-Key = "NEWS_PASSWORD", X-Zoo = "OTHER_PASSWORD" }`) != digest(`headers_env = { x-zoo = "OTHER_PASSWORD", x-key = "NEWS_PASSWORD" }`) {
		t.Error("the order of fields makes a difference")
	}
}
