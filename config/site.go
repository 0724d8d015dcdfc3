package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"text/template/parse"
	"unicode"

	"golang.org/x/text/language"

	"tributary/feed"
)

const (
	defaultTitle  = "tributary"
	defaultListen = "localhost:8080"
	defaultLimit  = 50
	defaultLayout = "post"
	maxLimit      = 100_000
)

func (d *decoder) site(s *section) Site {
	site := Site{
		Title:       s.text("title", "My news", defaultTitle),
		Description: s.text("description", "What we read", ""),
		Listen:      s.listen("listen"),
		Language:    s.language("language"),
		Limit:       s.number("limit", maxLimit, defaultLimit),
		Author:      d.author(s),
	}
	site.Theme = s.file("theme", "theme")
	site.Quiet, site.Late = s.pace()
	d.mixes = mixes{s, s.list("mixes", mixesExample)}
	site.SourceFeeds = s.flag("source_feeds")
	site.Media = d.media(s)
	site.BaseURL = s.baseURL("base_url", site.Listen)
	site.ID = s.iri("id", defaultID(site.BaseURL))
	s.done()
	return site
}

// author reads author = { name = …, email = …, uri = … }.
func (d *decoder) author(s *section) feed.Person {
	v := s.get("author", isTable, `author = { name = "Ann", email = "ann@example.org" }`)
	if v == nil {
		return feed.Person{}
	}
	a := d.section(v.sub, joinKey(s.group, "author"), "")
	p := feed.Person{Name: a.text("name", "Ann", ""), Email: a.text("email", "ann@example.org", ""), URI: a.text("uri", "https://example.org/ann", "")}
	a.done()
	if p.Name == "" {
		a.wrong("name", v.at, "name is missing", "RFC 4287 §3.2.1 wants every person to have a name, such as name = \"Ann\"", "")
	}
	return p
}

// listen returns where readers are answered.
func (s *section) listen(key string) string { return s.listenOn(key, defaultListen) }

// listenOn returns a host:port, of which an empty host is every address of the
// machine, or unix:path.
func (s *section) listenOn(key, fallback string) string {
	text := s.text(key, defaultListen, fallback)
	if strings.HasPrefix(text, unixScheme) {
		return s.socket(key, text)
	}
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err == nil {
		return text
	}
	hint := ""
	if _, err := strconv.ParseUint(text, 10, 16); err == nil {
		hint = fmt.Sprintf("did you mean %q?", "localhost:"+text)
	}
	s.wrong(key, s.valueAt(key), fmt.Sprintf("%s %q is not HOST:PORT", key, shorten(text)),
		`expected a host and a port, such as listen = "localhost:8080", ":8080" for every address of this machine, or "unix:PATH"`, hint)
	return fallback
}

// valueAt returns the place of a value that is there.
func (s *section) valueAt(key string) int32 {
	if e := s.t.find(key); e != nil {
		return e.value.at
	}
	return s.at()
}

// baseURL returns the address the site is published at, without a slash at
// its end.
func (s *section) baseURL(key, listen string) string {
	fallback := defaultBaseURL(listen)
	if s.d.secure {
		fallback = "https" + strings.TrimPrefix(fallback, "http")
	}
	text := s.text(key, "https://news.example.org", fallback)
	u, err := url.Parse(text)
	if err == nil && isBaseURL(u, text) {
		return asciiURL(u, text)
	}
	hint := ""
	if err == nil && u.Scheme != "http" && u.Scheme != "https" && strings.Contains(text, ".") && !strings.Contains(text, "//") {
		hint = fmt.Sprintf("did you mean %q?", "https://"+text)
	}
	s.wrong(key, s.valueAt(key), fmt.Sprintf("%s %q is not an absolute http or https URL", key, redact(text)),
		`expected the address readers see, without query or fragment, such as base_url = "https://news.example.org"`, hint)
	return fallback
}

func isBaseURL(u *url.URL, text string) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil &&
		u.RawQuery == "" && u.Fragment == "" && !strings.ContainsAny(text, " ?#")
}

// BaseURL returns the address that text names, as [site] base_url would.
func BaseURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || !isBaseURL(u, text) {
		return "", fmt.Errorf("%q is not an absolute http or https URL\n  expected the address readers see, without query or fragment, such as https://news.example.org", redact(text))
	}
	return asciiURL(u, text), nil
}

// asciiURL returns an address without what URIs have no place for (RFC 3986
// §2.5): it stands in header fields and sitemaps, too.
func asciiURL(u *url.URL, text string) string {
	if host := u.Hostname(); strings.ContainsFunc(host, func(r rune) bool { return r >= 0x80 }) {
		text = strings.Replace(text, host, asciiHost(host), 1)
	}
	var out strings.Builder
	for _, b := range []byte(strings.TrimRight(text, "/")) {
		if b < 0x80 {
			out.WriteByte(b)
		} else {
			fmt.Fprintf(&out, "%%%02X", b)
		}
	}
	return out.String()
}

func defaultBaseURL(listen string) string {
	_, port, _ := net.SplitHostPort(listen)
	if port == "80" || strings.HasPrefix(listen, unixScheme) {
		return "http://localhost"
	}
	return "http://localhost:" + port
}

// defaultID derives a tag URI (RFC 4151) from the base URL: its host, and its
// path or the word "tributary".
func defaultID(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return "tag:localhost,2026:tributary"
	}
	name := strings.Trim(u.EscapedPath(), "/")
	if name == "" {
		name = "tributary"
	}
	host := strings.ReplaceAll(asciiHost(u.Hostname()), ":", "-")
	return "tag:" + host + ",2026:" + name
}

// iri returns an absolute IRI.
func (s *section) iri(key, fallback string) string {
	text := s.text(key, "tag:example.org,2026:news", fallback)
	u, err := url.Parse(text)
	if err == nil && u.IsAbs() && (u.Host != "" || u.Opaque != "") && !strings.ContainsAny(text, " <>\"{}|\\^`") {
		return strings.TrimRight(text, "/")
	}
	s.wrong(key, s.valueAt(key), fmt.Sprintf("%s %q is not an absolute IRI", key, shorten(text)),
		`expected a name for good (RFC 4287 §4.2.6), such as id = "tag:example.org,2026:news"`, "")
	return fallback
}

// language returns a language tag (BCP 47), or "".
func (s *section) language(key string) string {
	text := s.text(key, "en", "")
	if text == "" {
		return ""
	}
	if _, err := language.Parse(text); err != nil {
		s.wrong(key, s.valueAt(key), fmt.Sprintf("%s %q is not a language tag", key, shorten(text)),
			`expected a tag of BCP 47, such as "en", "zh-CN" or "de"`, "")
		return ""
	}
	return text
}

func (d *decoder) jekyll(s *section) Jekyll {
	j := Jekyll{
		Layout:      s.layout("layout"),
		Slug:        s.template("slug", "{{.Slug}}"),
		ReturnLinks: s.template("return_links", "[back](/)"),
	}
	s.done()
	return j
}

// layout returns the name of a layout, which is a file name's stem.
func (s *section) layout(key string) string {
	text := s.text(key, defaultLayout, defaultLayout)
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		s.wrong(key, s.valueAt(key), fmt.Sprintf("%s %q is no name of a layout", key, shorten(text)), `expected letters, digits, - and _, such as layout = "post"`, "")
	}
	return text
}

// template returns a text/template whose syntax is right. Which fields and
// functions it may use is for its reader to say.
func (s *section) template(key, example string) string {
	v := s.get(key, isText, example)
	if v == nil {
		return ""
	}
	t := parse.New(key)
	t.Mode = parse.SkipFuncCheck
	if _, err := t.Parse(v.text, "", "", map[string]*parse.Tree{}); err != nil {
		_, reason, _ := strings.Cut(err.Error(), key+":")
		s.wrong(key, v.at, fmt.Sprintf("%s is no template: line %s", key, reason), "expected a template of Go's text/template, such as "+strconv.Quote(example), "")
		return ""
	}
	return v.text
}

func (d *decoder) log(s *section) Log {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	l := Log{
		Level:  levels[s.choice("level", "info", "debug", "warn", "error")],
		Format: s.choice("format", "auto", "text", "json"),
	}
	s.done()
	return l
}
