// Package link says which page a URL leads to: the same canonical form for all
// the ways of writing a page's address that feeds are known to use.
//
// It asks nobody: what a URL does not say itself is not known.
package link

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// maxURL bounds what is looked at, in bytes; what is longer has no canonical
// form.
const maxURL = 8 << 10

// Canonical returns what tells a page from others: its address without its
// scheme, without www., m. and AMP, without what only tracks or points into
// the page, behind redirectors whose URLs tell where they lead. It is for
// comparing, not for following. It is "" for what is no page of the web, and
// for the front page of a site, which entries that have none of their own
// share.
func Canonical(raw string) string {
	u := parse(raw)
	for range maxHops {
		if u == nil {
			return ""
		}
		next := target(u)
		if next == "" {
			break
		}
		u = parse(next)
	}
	if u == nil || target(u) != "" {
		return ""
	}
	host, path, query := hostOf(u), pathOf(u), queryOf(u)
	out := host + path
	if query != "" {
		out += "?" + query
	}
	if f := u.EscapedFragment(); strings.HasPrefix(f, "!") || strings.HasPrefix(f, "/") {
		out += "#" + f // the page of an application in JavaScript
	}
	if out == host || isOpaque(host) {
		return ""
	}
	return out
}

// parse returns the URL of a page of the web, nil for anything else.
func parse(raw string) *url.URL {
	if len(raw) > maxURL {
		return nil
	}
	u, err := url.Parse(Untracked(strings.TrimSpace(raw)))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}

// hostOf returns the host's name without what tells one form of a site from
// another, and its port unless it is the usual one.
func hostOf(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		if ascii, err := idna.ToASCII(host); err == nil {
			host = ascii
		}
	}
	for {
		label, rest, ok := strings.Cut(host, ".")
		if !ok || !slices.Contains(formLabels, label) || !strings.Contains(rest, ".") {
			break
		}
		host = rest
	}
	for _, label := range middleLabels {
		host = strings.Replace(host, label, ".", 1)
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	return host
}

// formLabels begin the names of hosts that serve a site in another form.
var formLabels = []string{"www", "www2", "m", "mobile", "amp", "wap", "3g", "touch"}

// middleLabels do so behind a label for the language.
var middleLabels = []string{".m.", ".mobile.", ".amp."}

// pathOf returns the path, its escapes in one form, without AMP's marks,
// an index file's name and a slash at its end.
func pathOf(u *url.URL) string {
	path := (&url.URL{Path: u.Path}).EscapedPath()
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	path = strings.TrimSuffix(path, "/")
	for _, mark := range ampEnds {
		if cut, ok := strings.CutSuffix(path, mark.end); ok && cut != "" {
			path = cut + mark.instead
			break
		}
	}
	if rest, ok := strings.CutPrefix(path, "/amp/"); ok {
		path = "/" + rest
	}
	path = strings.Replace(path, "/amp/", "/", 1)
	if cut := strings.LastIndexByte(path, '/'); cut >= 0 && slices.Contains(indexFiles, strings.ToLower(path[cut+1:])) {
		path = path[:cut]
	}
	return strings.TrimSuffix(path, "/")
}

var ampEnds = []struct{ end, instead string }{
	{"/amp.html", ""}, {".amp.html", ".html"}, {"/amp", ""}, {".amp", ""}, {"-amp.html", ".html"},
}

var indexFiles = []string{"index.html", "index.htm", "index.php", "index.shtml", "index.jsp", "default.aspx", "default.asp", "default.htm"}

// queryOf returns the query's parameters, sorted, without those that say how
// the reader came, or in which form the page is wanted.
func queryOf(u *url.URL) string {
	if u.RawQuery == "" {
		return ""
	}
	parts := strings.Split(u.RawQuery, "&")
	parts = slices.DeleteFunc(parts, func(p string) bool {
		name, value, _ := strings.Cut(p, "=")
		return p == "" || idle(strings.ToLower(name), strings.ToLower(value))
	})
	slices.Sort(parts)
	return strings.Join(parts, "&")
}

// idle reports whether a parameter makes no other page.
func idle(name, value string) bool {
	switch name {
	case "amp", "outputtype":
		return value == "" || value == "1" || value == "true" || value == "amp"
	case "isapp", "share_token", "sharer", "share_from", "share_source", "smid", "smtyp", "spref", "ocid", "cmp", "partner",
		"referer", "referrer", "utm", "rss", "sharetype", "wt.mc_id", "ftag", "taid", "__twitter_impression", "fromrss":
		return true
	case "from", "ref", "source", "src", "feed", "via", "f", "channel", "platform":
		return slices.ContainsFunc(cameBy, func(w string) bool { return strings.Contains(value, w) })
	}
	return false
}

// cameBy are in the values of parameters that say where a reader came from.
var cameBy = []string{"rss", "feed", "atom", "share", "twitter", "facebook", "weibo", "weixin", "wechat", "newsletter", "homepage", "googlenews", "flipboard", "reddit", "hackernews"}

// Redirects reports whether a URL is one of a redirector, whether it tells where
// it leads or not.
func Redirects(raw string) bool {
	u := parse(raw)
	return u != nil && (target(u) != "" || isOpaque(hostOf(u)))
}

// isOpaque reports whether nothing can be told from the host's URLs: they lead
// elsewhere, and only the host knows where.
func isOpaque(host string) bool { return opaque[host] }

var opaque = map[string]bool{
	"t.co": true, "bit.ly": true, "buff.ly": true, "ift.tt": true, "dlvr.it": true, "ow.ly": true, "goo.gl": true, "tinyurl.com": true,
	"is.gd": true, "trib.al": true, "lnkd.in": true, "t.cn": true, "url.cn": true, "dwz.cn": true, "feedproxy.google.com": true,
	"feedproxy.feedburner.com": true, "news.google.com": true, "rss.feedsportal.com": true, "feeds.feedburner.com": true,
}
