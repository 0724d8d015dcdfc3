package link

import (
	"encoding/base64"
	"net/url"
	"strings"

	"tributary/internal/lazy"
)

// maxHops bounds how many redirectors may stand before each other.
const maxHops = 4

// redirectors tell in a parameter where they lead: by host without www., the
// start of the path, and the parameters' names.
var redirectors = map[string]struct {
	path   string
	params []string
}{
	"google.com":                       {"/url", []string{"url", "q"}},
	"news.url.google.com":              {"/", []string{"url"}},
	"bing.com":                         {"/news/apiclick.aspx", []string{"url"}},
	"duckduckgo.com":                   {"/l/", []string{"uddg"}},
	"l.facebook.com":                   {"/l.php", []string{"u"}},
	"lm.facebook.com":                  {"/l.php", []string{"u"}},
	"facebook.com":                     {"/l.php", []string{"u"}},
	"l.instagram.com":                  {"/", []string{"u"}},
	"youtube.com":                      {"/redirect", []string{"q"}},
	"out.reddit.com":                   {"/", []string{"url"}},
	"vk.com":                           {"/away.php", []string{"to"}},
	"t.umblr.com":                      {"/redirect", []string{"z"}},
	"steamcommunity.com":               {"/linkfilter", []string{"url", "u"}},
	"link.zhihu.com":                   {"/", []string{"target"}},
	"link.juejin.cn":                   {"/", []string{"target"}},
	"link.csdn.net":                    {"/", []string{"target"}},
	"douban.com":                       {"/link2", []string{"url"}},
	"jianshu.com":                      {"/go-wild", []string{"url"}},
	"gitee.com":                        {"/link", []string{"target"}},
	"oschina.net":                      {"/action/GoToLink", []string{"url"}},
	"c.pc.qq.com":                      {"/", []string{"pfurl", "url"}},
	"mail.qq.com":                      {"/cgi-bin/readtemplate", []string{"gourl"}},
	"feedly.com":                       {"/i/entry", []string{"url"}},
	"safelinks.protection.outlook.com": {"/", []string{"url"}},
	"click.redditmail.com":             {"/", []string{"url"}},
	"getpocket.com":                    {"/redirect", []string{"url"}},
	"clck.ru":                          {"/redir", []string{"url"}},
	"href.li":                          {"/", nil},
	"news.yahoo.co.jp":                 {"/redirect", []string{"url"}},
	"medium.com":                       {"/r", []string{"url"}},
	"slack-redir.net":                  {"/link", []string{"url"}},
	"exit.sc":                          {"/", []string{"url"}},
	"anonym.to":                        {"/", nil},
}

// target returns where a redirector leads, "" for any other URL, and for one
// that does not tell.
func target(u *url.URL) string {
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if strings.HasSuffix(host, ".safelinks.protection.outlook.com") {
		host = "safelinks.protection.outlook.com"
	}
	switch {
	case strings.HasPrefix(host, "google."):
		host = "google.com"
		if strings.HasPrefix(u.Path, "/amp/") {
			return wrapped(strings.TrimPrefix(u.Path, "/amp/"), u.RawQuery)
		}
	case strings.HasSuffix(host, ".cdn.ampproject.org"), host == "cdn.ampproject.org":
		if _, rest, ok := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/"); ok {
			return wrapped(rest, u.RawQuery)
		}
	case host == "news.google.com":
		return fromGoogleNews(u.Path)
	case host == "web.archive.org":
		if m := archived().FindStringSubmatch(u.EscapedPath()); m != nil {
			return m[1] + joinQuery(u.RawQuery)
		}
	case strings.HasSuffix(host, "search.yahoo.com"):
		if _, rest, ok := strings.Cut(u.EscapedPath(), "/RU="); ok {
			rest, _, _ = strings.Cut(rest, "/")
			return asURL(rest)
		}
	}
	r, ok := redirectors[host]
	if !ok || !strings.HasPrefix(u.Path+"/", r.path) {
		return ""
	}
	if r.params == nil {
		return asURL(u.RawQuery)
	}
	q := u.Query()
	for _, name := range r.params {
		if to := asURL(q.Get(name)); to != "" {
			return to
		}
	}
	return ""
}

var archived = lazy.Regexp(`^/web/[0-9]+[a-z_]*/(https?:/.*)$`)

// wrapped returns the URL that the path of an AMP cache holds: a host and
// path, behind s/ for HTTPS.
func wrapped(path, query string) string {
	path = strings.TrimPrefix(path, "s/")
	if !strings.Contains(path, ".") {
		return ""
	}
	return "https://" + path + joinQuery(query)
}

func joinQuery(query string) string {
	if query == "" {
		return ""
	}
	return "?" + query
}

// asURL returns the URL that a parameter holds, escaped or not.
func asURL(s string) string {
	if strings.HasPrefix(s, "http%3A") || strings.HasPrefix(s, "https%3A") || strings.HasPrefix(s, "http%3a") || strings.HasPrefix(s, "https%3a") {
		if plain, err := url.QueryUnescape(s); err == nil {
			s = plain
		}
	}
	if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
		return s
	}
	return ""
}

// fromGoogleNews returns the URL that an article's name holds, in base64 and
// behind a few bytes. The names of newer articles do not hold one.
func fromGoogleNews(path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	if len(name) < 20 || !strings.Contains(path, "/articles/") {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(name, "="))
	if err != nil {
		return ""
	}
	return string(within().Find(raw))
}

var within = lazy.Regexp(`https?://[\x21-\x7e]+`)

// Tells returns the URL that an entry's own text gives for an opaque one: that
// of the first link in its HTML to it whose title or words are a URL.
func Tells(html, opaque string) string {
	at := strings.Index(html, `href="`+opaque+`"`)
	if opaque == "" || at < 0 {
		return ""
	}
	tag, rest, ok := strings.Cut(html[at:], ">")
	if !ok {
		return ""
	}
	words, _, _ := strings.Cut(rest, "<")
	if m := title().FindStringSubmatch(tag); m != nil {
		words = m[1]
	}
	words = strings.ReplaceAll(strings.TrimSpace(words), "&amp;", "&")
	if u := parse(words); u != nil && !strings.ContainsAny(words, " …") && Canonical(words) != "" {
		return words
	}
	return ""
}

var title = lazy.Regexp(`title="(https?://[^"]+)"`)

// Opaque reports whether a URL leads where only its host knows.
func Opaque(raw string) bool {
	u := parse(raw)
	return u != nil && target(u) == "" && isOpaque(hostOf(u))
}
