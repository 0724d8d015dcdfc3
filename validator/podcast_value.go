package validator

import (
	"strconv"
	"strings"

	"tributary/internal/lazy"
	"tributary/validator/value"
)

// podcastMethod checks the method of a lightning payment. Other layers have
// no list.
func podcastMethod(c *checker, v val) {
	if !strings.EqualFold(v.n.value("type"), "lightning") {
		blankAttr(c, v)
		return
	}
	oneOf(podcastValueMethod, "keysend", "amp")(c, v)
}

// podcastRecipient checks what depends on several attributes of a recipient.
func podcastRecipient(c *checker, n *node) {
	podcastAdvise("name")(c, n)
	key, own := n.attr("customKey"), n.attr("customValue")
	switch {
	case key != nil && own == nil:
		c.report(podcastCustomValue, n.named(key), "<%s> has customKey and no customValue: nothing is sent", n.name.written())
	case key == nil && own != nil:
		c.report(podcastCustomValue, n.named(own), "<%s> has customValue and no customKey: nothing is sent", n.name.written())
	}
}

var podcastPublicKey = lazy.Regexp(`^0[23][0-9A-Fa-f]{64}$`)

// podcastAddress checks where a payment goes.
func podcastAddress(c *checker, v val) {
	switch strings.ToLower(v.n.value("type")) {
	case "node":
		if !podcastPublicKey().MatchString(v.s) {
			c.report(podcastRecipientAddress, v.whole(), "%s is %q, expected a node's public key: 66 hexadecimal digits that begin with 02 or 03", v.label(), shorten(v.s))
		}
	case "lnaddress":
		if value.Email(v.s) != nil {
			c.report(podcastRecipientAddress, v.whole(), "%s is %q, expected a lightning address, as li@example.com", v.label(), shorten(v.s))
		}
	default:
		blankAttr(c, v)
	}
}

// podcastCustomKey checks the type of a record in a lightning message.
func podcastCustomKey(c *checker, v val) {
	if !strings.EqualFold(v.n.value("type"), "node") {
		return
	}
	if n, err := strconv.ParseUint(v.s, 10, 64); err != nil || n < 1<<16 {
		c.report(podcastCustomKeyInvalid, v.whole(), "%s is %q, expected a whole number of 65536 or more", v.label(), shorten(v.s))
	}
}

// podcastShares reports recipients that all get nothing. The only one gets
// everything, whatever it says.
func podcastShares(c *checker, n *node) {
	all := n.all("podcast:valueRecipient")
	for _, r := range all {
		if strings.Trim(r.value("split"), "0") != "" || r.value("split") == "" {
			return
		}
	}
	if len(all) > 1 {
		a := all[0].attr("split")
		c.report(podcastNoShares, val{n: all[0], attr: a, s: a.value}.whole(), "all %d recipients have a split of 0", len(all))
	}
}

// podcastTimeSplit checks who is paid during a part of a recording.
func podcastTimeSplit(c *checker, n *node) {
	remote, recipients := n.count("podcast:remoteItem"), n.count("podcast:valueRecipient")
	switch {
	case remote == 0 && recipients == 0:
		c.report(podcastSplitContent, n.open(), "<%s> names nobody: put one podcast:remoteItem or some podcast:valueRecipient into it", n.name.written())
	case remote > 0 && recipients > 0:
		c.report(podcastSplitContent, n.open(), "<%s> has a podcast:remoteItem and podcast:valueRecipient, it may have one of the two", n.name.written())
	case remote > 1:
		c.report(podcastSplitContent, n.all("podcast:remoteItem")[1].open(), "<%s> has %d podcast:remoteItem, it may have one", n.name.written(), remote)
	}
}

var podcastSigned = lazy.Regexp(`^-?[0-9]+(\.[0-9]+)?$`)

// podcastPercentage checks a share of a payment in percent.
func podcastPercentage(c *checker, v val) {
	if !c.numeral(v, podcastSigned(), "a number from 0 to 100") {
		return
	}
	if f, err := strconv.ParseFloat(v.s, 64); err == nil && (f < 0 || f > 100) {
		c.report(podcastSplitPercentage, v.whole(), "%s is %q, expected a number from 0 to 100", v.label(), shorten(v.s))
	}
}
