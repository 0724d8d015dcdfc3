package discover

import (
	"net/url"
	"path"
	"strings"

	"tributary/internal/lazy"
)

// A form is how a well-known service names the feeds of its pages.
type form func(u *url.URL, parts []string) []string

// forms are known by the host's name, without www. and the like.
var forms = map[string]form{
	"github.com":        github,
	"gitlab.com":        gitlab,
	"youtube.com":       youtube,
	"reddit.com":        reddit,
	"medium.com":        medium,
	"bsky.app":          bluesky,
	"stackoverflow.com": tagged,
}

// formed returns the feeds of a page by the form of its address.
func formed(u *url.URL) []string {
	parts := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	host := strings.ToLower(u.Hostname())
	for _, prefix := range []string{"www.", "m.", "old.", "new."} {
		host = strings.TrimPrefix(host, prefix)
	}
	if f := forms[host]; f != nil {
		return f(u, parts)
	}
	if len(parts) > 0 && strings.HasPrefix(parts[0], "@") && len(parts) == 1 {
		return []string{at(u, parts[0]+".rss")} // Mastodon and its kin
	}
	if len(parts) == 2 && parts[0] == "tags" {
		return []string{at(u, "tags/"+parts[1]+".rss")}
	}
	return nil
}

// at returns an address on u's host.
func at(u *url.URL, path string) string {
	path, query, _ := strings.Cut(path, "?")
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/" + path, RawQuery: query}).String()
}

func github(u *url.URL, parts []string) []string {
	switch {
	case len(parts) == 1:
		return []string{at(u, parts[0]+".atom")}
	case len(parts) >= 2:
		repository := parts[0] + "/" + strings.TrimSuffix(parts[1], ".git")
		all := []string{at(u, repository+"/releases.atom"), at(u, repository+"/tags.atom"), at(u, repository+"/commits.atom")}
		if len(parts) > 2 && parts[2] == "commits" {
			return []string{all[2], all[0]}
		}
		return all
	}
	return nil
}

func gitlab(u *url.URL, parts []string) []string {
	if len(parts) < 2 {
		return nil
	}
	repository := parts[0] + "/" + parts[1]
	return []string{at(u, repository+"/-/releases.atom"), at(u, repository+"/-/tags?format=atom"), at(u, repository+".atom")}
}

// channelID is how YouTube names a channel for good.
var channelID = lazy.Regexp(`^UC[A-Za-z0-9_-]{22}$`)

func youtube(u *url.URL, parts []string) []string {
	switch list := u.Query().Get("list"); {
	case len(parts) >= 2 && parts[0] == "channel" && channelID().MatchString(parts[1]):
		return []string{at(u, "feeds/videos.xml?channel_id="+parts[1])}
	case list != "":
		return []string{at(u, "feeds/videos.xml?playlist_id="+url.QueryEscape(list))}
	}
	return nil // pages of handles name their feed
}

func reddit(u *url.URL, parts []string) []string {
	switch {
	case len(parts) == 0:
		return []string{at(u, ".rss")}
	case parts[0] == "r" || parts[0] == "user" || parts[0] == "u":
		return []string{at(u, path.Join(parts...)+"/.rss")}
	}
	return nil
}

func medium(u *url.URL, parts []string) []string {
	if len(parts) == 0 {
		return nil
	}
	return []string{at(u, "feed/"+parts[0])}
}

func bluesky(u *url.URL, parts []string) []string {
	if len(parts) < 2 || parts[0] != "profile" {
		return nil
	}
	return []string{at(u, "profile/"+parts[1]+"/rss")}
}

func tagged(u *url.URL, parts []string) []string {
	if len(parts) < 3 || parts[0] != "questions" || parts[1] != "tagged" {
		return nil
	}
	return []string{at(u, "feeds/tag/"+parts[2])}
}

// videoChannel is where a YouTube page says which channel it is.
var videoChannel = lazy.Regexp(`"(?:channelId|externalId)":"(UC[A-Za-z0-9_-]{22})"`)

// named returns the feed of a YouTube page that has its channel in a script
// only.
func named(u *url.URL, body []byte) []string {
	if !strings.HasSuffix(strings.ToLower(u.Hostname()), "youtube.com") {
		return nil
	}
	m := videoChannel().FindSubmatch(body)
	if m == nil {
		return nil
	}
	return []string{at(u, "feeds/videos.xml?channel_id="+string(m[1]))}
}

// commonPaths are where feeds lie that no page names, below a page's folder
// and at the root.
var commonPaths = []string{"feed", "feed.xml", "rss.xml", "atom.xml", "index.xml", "rss", "feed.json"}

// common returns the places where feeds commonly are.
func common(u *url.URL) []string {
	var out []string
	dir := u.Path[:strings.LastIndexByte("/"+u.Path, '/')]
	for _, folder := range []string{strings.Trim(dir, "/"), ""} {
		for _, name := range commonPaths {
			out = append(out, at(u, strings.TrimPrefix(folder+"/"+name, "/")))
		}
		if strings.Trim(dir, "/") == "" {
			break
		}
	}
	return out
}
