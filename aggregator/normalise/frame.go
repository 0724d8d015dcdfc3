package normalise

import (
	"fmt"
	"hash/crc32"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"

	"tributary/aggregator/parse"
	"tributary/feed"
)

// rules are what the operator decides of HTML: whose frames may stay.
type rules struct {
	frames  map[string]bool // hosts, in lower case
	version int
	policy  func() *bluemonday.Policy
}

func newRules(frames []string) *rules {
	hosts := slices.Sorted(slices.Values(frames))
	hosts = slices.Compact(hosts)
	r := &rules{frames: map[string]bool{}, version: parse.Version}
	for _, host := range hosts {
		r.frames[host] = true
	}
	if len(hosts) > 0 {
		r.version += int(crc32.ChecksumIEEE([]byte(strings.Join(hosts, " ")))>>9) << 8
	}
	r.policy = sync.OnceValue(func() *bluemonday.Policy { return newPolicy(hosts) })
	return r
}

// Every frame that stays has these: it runs its player apart from the page
// around it, when it comes into view, and learns of the site but not the page.
var frameAlways = []struct{ key, value string }{
	{"sandbox", "allow-scripts allow-same-origin allow-popups allow-presentation"},
	{"loading", "lazy"},
	{"referrerpolicy", "strict-origin-when-cross-origin"},
}

// isFrameRule reports whether an attribute of a frame is for us alone to set.
func isFrameRule(key string) bool {
	if key == "src" {
		return true
	}
	for _, a := range frameAlways {
		if a.key == key {
			return true
		}
	}
	return false
}

// isFrameValue reports whether an attribute of a frame has the value it must
// have, if it must have one.
func isFrameValue(key, value string) bool {
	for _, a := range frameAlways {
		if a.key == key {
			return a.value == value
		}
	}
	return true
}

// mayFrame reports whether a frame may show that URL.
func (r *rules) mayFrame(url string) bool {
	if len(r.frames) == 0 {
		return false
	}
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok {
		return false
	}
	host, _, ok := strings.Cut(rest, "/")
	return ok && r.frames[host]
}

// allowFrames adds to bluemonday's policy the frames of those hosts.
func allowFrames(p *bluemonday.Policy, hosts []string) {
	if len(hosts) == 0 {
		return
	}
	quoted := make([]string, len(hosts))
	for i, host := range hosts {
		quoted[i] = regexp.QuoteMeta(host)
	}
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^https://(?:` + strings.Join(quoted, "|") + `)/`)).OnElements("iframe")
	for _, a := range frameAlways {
		p.AllowAttrs(a.key).Matching(regexp.MustCompile("^" + a.value + "$")).OnElements("iframe")
	}
}

// frame copies a frame that may stay, without what is in it. Of another, its
// content stays, after a link to what it would have shown if that is known to
// be worth a look.
func (t *tidier) frame(more, closed bool) {
	e := elements["iframe"]
	visible := t.attributes(e, more)
	src := t.value("src")
	switch {
	case !visible || src == "":
	case t.rules.mayFrame(embedded(src)):
		for _, a := range frameAlways {
			t.set(a.key, a.value)
		}
		t.set("src", embedded(src))
		t.margin = false
		t.write(e, true)
		if !closed && t.frameEnds() > 0 {
			t.mute = true
			return
		}
	default:
		t.taken.Add(feed.TookFrames)
		t.linkTo(src, t.value("title"))
	}
	if !closed {
		t.z.NextIsNotRawText()
	}
}

// frameEnds returns how many </iframe> are still to come: a frame that is
// never closed must not take the rest with it.
func (t *tidier) frameEnds() int {
	if t.ends < 0 {
		t.ends = strings.Count(strings.ToLower(t.in), "</iframe") - t.ended
	}
	return t.ends
}

// linkTo writes a link in the place of a frame.
func (t *tidier) linkTo(src, title string) {
	page, known := watched(src)
	if !known && title == "" {
		return
	}
	if title == "" {
		_, title, _ = strings.Cut(page, "://")
	}
	a := elements["a"]
	t.imply(a)
	if len(t.open) >= maxDepth {
		return
	}
	t.attrs = t.attrs[:0]
	t.set("href", page)
	t.write(a, false)
	t.text(title)
	t.pop()
	t.margin = false
}

// embedded returns src on the host that sets no cookies, where there is one,
// and https in any case.
func embedded(src string) string {
	if rest, ok := strings.CutPrefix(src, "http://"); ok {
		src = "https://" + rest
	}
	for _, host := range []string{"https://www.youtube.com/embed/", "https://youtube.com/embed/", "https://youtube-nocookie.com/embed/"} {
		if rest, ok := strings.CutPrefix(src, host); ok {
			return "https://www.youtube-nocookie.com/embed/" + rest
		}
	}
	return src
}

// players are hosts of frames that show a film, play sound or draw something,
// each with how its page for people is told from the frame's URL; nil where
// the frame's own will do.
var players = map[string]func(*url.URL) string{
	"www.youtube.com":          youtube,
	"youtube.com":              youtube,
	"www.youtube-nocookie.com": youtube,
	"youtube-nocookie.com":     youtube,
	"player.vimeo.com":         func(u *url.URL) string { return onPath(u, "/video/", "https://vimeo.com/%s") },
	"player.bilibili.com":      bilibili,
	"www.bilibili.com":         bilibili,
	"v.qq.com":                 nil,
	"player.youku.com":         func(u *url.URL) string { return onPath(u, "/embed/", "https://v.youku.com/v_show/id_%s.html") },
	"www.dailymotion.com":      func(u *url.URL) string { return onPath(u, "/embed/video/", "https://www.dailymotion.com/video/%s") },
	"embed.ted.com":            func(u *url.URL) string { return onPath(u, "/talks/", "https://www.ted.com/talks/%s") },
	"open.spotify.com":         nil,
	"w.soundcloud.com":         nil,
	"bandcamp.com":             nil,
	"embed.podcasts.apple.com": nil,
	"music.163.com":            nil,
	"archive.org":              nil,
	"codepen.io":               nil,
	"www.openstreetmap.org":    nil,
}

// watched returns the page on which people see what a frame shows, and
// whether the frame is a player's.
func watched(src string) (page string, known bool) {
	u, err := url.Parse(src)
	if err != nil {
		return src, false
	}
	of, known := players[u.Host]
	if of == nil {
		return src, known
	}
	if page = of(u); page == "" {
		return src, true
	}
	return page, true
}

// onPath returns the page for the id that follows prefix in the path.
func onPath(u *url.URL, prefix, page string) string {
	id, ok := strings.CutPrefix(u.Path, prefix)
	id = strings.TrimSuffix(id, "/")
	if !ok || !isVideoID(id) {
		return ""
	}
	return fmt.Sprintf(page, id)
}

func youtube(u *url.URL) string { return onPath(u, "/embed/", "https://www.youtube.com/watch?v=%s") }

func bilibili(u *url.URL) string {
	q := u.Query()
	if id := q.Get("bvid"); isVideoID(id) {
		return "https://www.bilibili.com/video/" + id
	}
	if id := q.Get("aid"); isVideoID(id) {
		return "https://www.bilibili.com/video/av" + id
	}
	return ""
}

func isVideoID(id string) bool {
	return id != "" && id != "videoseries" && len(id) <= 64 && allBytes(id, &idByte)
}

var idByte = func() (set [256]bool) {
	for c := range 128 {
		set[c] = plainHost[c] || c == '-' || c == '_' || c == '='
	}
	return set
}()
