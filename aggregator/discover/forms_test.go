package discover

import (
	"net/url"
	"strings"
	"testing"
)

func TestForms(t *testing.T) {
	for address, want := range map[string]string{
		"https://github.com/ann":                                 "https://github.com/ann.atom",
		"https://github.com/ann/tool/issues/3":                   "https://github.com/ann/tool/releases.atom https://github.com/ann/tool/tags.atom https://github.com/ann/tool/commits.atom",
		"https://github.com/ann/tool/commits/main":               "https://github.com/ann/tool/commits.atom https://github.com/ann/tool/releases.atom",
		"https://github.com/ann/tool.git":                        "https://github.com/ann/tool/releases.atom https://github.com/ann/tool/tags.atom https://github.com/ann/tool/commits.atom",
		"https://github.com/":                                    "",
		"https://gitlab.com/g/p":                                 "https://gitlab.com/g/p/-/releases.atom https://gitlab.com/g/p/-/tags?format=atom https://gitlab.com/g/p.atom",
		"https://www.youtube.com/playlist?list=PL1&x":            "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1",
		"https://m.youtube.com/channel/UCabcdefghijklmnopqrstuv": "https://m.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv",
		"https://www.youtube.com/@ann":                           "",
		"https://old.reddit.com/r/golang/new/":                   "https://old.reddit.com/r/golang/new/.rss",
		"https://medium.com/@ann/some-story":                     "https://medium.com/feed/@ann",
		"https://bsky.app/profile/ann.example":                   "https://bsky.app/profile/ann.example/rss",
		"https://social.example/@ann":                            "https://social.example/@ann.rss",
		"https://social.example/tags/Go":                         "https://social.example/tags/Go.rss",
		"https://example.org/a":                                  "",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(formed(u), " "); got != want {
			t.Errorf("%s: %s\nwant %s", address, got, want)
		}
	}
	u, _ := url.Parse("https://www.youtube.com/@ann")
	if got := named(u, []byte(`{"channelId":"UCabcdefghijklmnopqrstuv"}`)); len(got) != 1 || got[0] != "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv" {
		t.Errorf("a handle's page: %v", got)
	}
	u, _ = url.Parse("https://example.org/a/b.html?x")
	if got := common(u); len(got) != 14 || got[0] != "https://example.org/a/feed" || got[7] != "https://example.org/feed" {
		t.Errorf("usual places: %v", got)
	}
}
