package parse

import (
	"strings"

	"tributary/feed"
	"tributary/feed/link"
)

// original puts the address that FeedBurner keeps of an item's page in the place
// of its own, which only leads there, or of none.
func (x extended) original(links []Link) []Link {
	href := strings.TrimSpace(x.value("feedburner", "origlink"))
	if href == "" {
		return links
	}
	if !hasAlternate(links) {
		return addLink(links, Link{Link: feed.Link{Href: href, Rel: feed.RelAlternate}})
	}
	for i := range links {
		if l := &links[i]; l.Rel == feed.RelAlternate && link.Redirects(l.Href) && strings.Contains(href, "://") && !link.Redirects(href) {
			l.Href, l.Base = href, ""
			break
		}
	}
	return links
}
