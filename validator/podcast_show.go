package validator

import (
	"strconv"
	"strings"

	"tributary/internal/lazy"
	"tributary/validator/value"
)

// podcastMediums are what a feed may hold. With an L behind it is a list of
// them; mixed is a list of any.
const podcastMediums = "podcast music video film audiobook newsletter blog publisher course"

func isMedium(s string) bool {
	s = strings.TrimSuffix(s, "L")
	for m := range strings.FieldsSeq(podcastMediums) {
		if s == m {
			return true
		}
	}
	return s == "mixed"
}

func isListMedium(s string) bool {
	return isMedium(s) && (s == "mixed" || strings.HasSuffix(s, "L"))
}

// podcastMedium checks a medium, as text or attribute.
func podcastMedium(c *checker, v val) {
	s, at := v.bare()
	if s == "" && !c.filled(v) || s != "mixedL" && isMedium(s) {
		return
	}
	place := v.at(at, len(s))
	if low := strings.ToLower(s); isMedium(low) {
		place = place.mending(v.replaced(low))
	}
	c.report(podcastMediumInvalid, place, "%s is %q, expected %s, one of them with L behind, or mixed", v.label(), shorten(s), describe(strings.Fields(podcastMediums)))
}

// podcastShow checks a channel as a whole.
func (c *checker) podcastShow(n *node) {
	if m := n.child("podcast:medium"); m != nil {
		c.medium(n, m)
	}
	c.blocks(n)
	c.priorities(n)
}

// medium checks that a channel holds what its medium asks for.
func (c *checker) medium(n, m *node) {
	name := strings.TrimSpace(m.text.s)
	at := val{n: m, s: m.text.s}.whole()
	switch {
	case isListMedium(name):
		if n.count("item") > 0 || n.count("podcast:liveItem") > 0 {
			c.report(podcastListItems, at, "the medium is %q, a list, and the channel has items of its own", name)
		}
		if n.count("podcast:remoteItem") == 0 {
			c.report(podcastListEmpty, at, "the medium is %q, a list, and the channel has no podcast:remoteItem", name)
		}
	case name == "publisher":
		for _, key := range []string{"podcast:guid", "podcast:remoteItem"} {
			if n.count(key) == 0 {
				c.report(podcastPublisherFeed, n.lacking(key), "a publisher's feed must have <%s> in its channel", key)
			}
		}
	}
}

// count returns how many children of a name there are, forgotten ones among
// them.
func (n *node) count(key string) int {
	if i, ok := n.def.compile().byKey[key]; ok {
		return int(n.counts[i])
	}
	return 0
}

// blocks reports platforms that are blocked and allowed.
func (c *checker) blocks(n *node) {
	said := map[string]string{}
	for _, b := range n.all("podcast:block") {
		id, answer := strings.ToLower(b.value("id")), strings.TrimSpace(b.text.s)
		if before, again := said[id]; again && before != answer {
			c.report(podcastBlockTwice, b.open(), "<%s> of %s says %s here and %s before", b.name.written(), platform(id), answer, before)
			continue
		}
		said[id] = answer
	}
}

func platform(id string) string {
	if id == "" {
		return "all platforms"
	}
	return strconv.Quote(id)
}

// priorities reports conversations of which it is not said which is first.
func (c *checker) priorities(n *node) {
	all := n.all("podcast:socialInteract")
	if len(all) < 2 {
		return
	}
	for _, k := range all {
		if k.attr("priority") == nil {
			c.report(podcastSocialPriority, k.lackingAttr("priority"), "there are %d <%s> here, and this one has no priority", len(all), k.name.written())
		}
	}
}

// podcastSocial checks a conversation, which needs an address unless there is
// to be none.
func podcastSocial(c *checker, n *node) {
	if strings.EqualFold(n.value("protocol"), "disabled") {
		for _, key := range []string{"uri", "accountId", "accountUrl"} {
			if a := n.attr(key); a != nil {
				c.report(podcastSocialDisabled, n.named(a), "comments are disabled, and yet %s is %q", key, shorten(a.value))
			}
		}
		return
	}
	if n.attr("uri") == nil {
		c.report(podcastGrammar.missingAttr, n.lackingAttr("uri"), "<%s> lacks its attribute uri", n.name.written())
	}
	podcastAdvise("accountId")(c, n)
}

// podcastLiveEnd checks a live item, which is an item too.
func podcastLiveEnd(c *checker, n *node) {
	rssItemEnd(c, n)
	start, p := value.ISO8601(n.value("start"))
	end, q := value.ISO8601(n.value("end"))
	if a := n.attr("end"); a != nil && p == nil && q == nil && end.Before(start) {
		c.report(podcastLiveOrder, val{n: n, attr: a, s: a.value}.whole(), "the stream ends at %s, before it starts at %s", a.value, n.value("start"))
	}
}

// podcastPublisherEnd checks that what points to a publisher says so.
func podcastPublisherEnd(c *checker, n *node) {
	r := n.child("podcast:remoteItem")
	if r == nil {
		return
	}
	switch a := r.attr("medium"); {
	case a == nil:
		c.report(podcastPublisherMedium, r.lackingAttr("medium"), "<%s> lacks medium=\"publisher\"", r.name.written())
	case a.value != "publisher":
		at := val{n: r, attr: a, s: a.value}
		c.report(podcastPublisherMedium, at.whole().mending(at.replaced("publisher")), "the medium is %q, it must be publisher", shorten(a.value))
	}
	podcastAdvise("feedUrl")(c, r)
}

var podcastHost = lazy.Regexp(`^([\pL\pN]([\pL\pN-]*[\pL\pN])?\.)*[\pL\pN]([\pL\pN-]*[\pL\pN])?\.?(:[0-9]+)?$`)

// podcastServer checks the name of a host.
func podcastServer(c *checker, v val) {
	if !podcastHost().MatchString(v.s) {
		c.report(podcastChatServer, v.whole(), "%s is %q, expected the bare name of a host, as irc.example.com", v.label(), shorten(v.s))
	}
}
