package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Hub is the [hub] table: who pushes what is published.
type Hub struct {
	Enabled bool   // our own hub does; default: Site.BaseURL is an address of the web
	URL     string // of an outside hub, which is told what has changed instead; empty: there is none

	MinLease, Lease, MaxLease time.Duration // least, when none is asked for, and most; default 1h, 10d, 30d
	MaxSubscriptions          int           // default 10,000
	MaxPerHost                int           // of those, callbacks on one host; default 500
	PerHost                   int           // deliveries at one time to one host; default 4
	RetryFor                  time.Duration // how long a delivery that fails is tried again; default 24h
	MaxBody                   int64         // bytes of a document that is distributed; default 16 MiB
}

const (
	maxSubscriptions = 1_000_000
	maxPushPerHost   = 1000
	maxLease         = 365 * 24 * time.Hour
	maxRetryFor      = 30 * 24 * time.Hour
	maxPushed        = 1 << 30
)

func (d *decoder) hub(s *section, site *Site) Hub {
	h := Hub{
		Enabled: onTheWeb(site.BaseURL), URL: s.hubURL("url"),
		MaxSubscriptions: s.number("max_subscriptions", maxSubscriptions, 10_000),
		MaxPerHost:       s.number("max_subscriptions_per_host", maxSubscriptions, 500),
		PerHost:          s.number("per_host", maxPushPerHost, 4),
		RetryFor:         s.duration("retry_for", maxRetryFor, 24*time.Hour),
		MaxBody:          s.size("max_body", maxPushed, 16<<20),
	}
	s.leases(&h)
	switch enabled := s.flag("enabled"); {
	case s.t.find("enabled") != nil:
		h.Enabled = enabled
		if h.URL != "" && enabled {
			s.wrong("enabled", s.valueAt("enabled"), "enabled is true, and url names an outside hub", "expected one of the two: our own hub, or another's", "")
		}
	case h.URL != "":
		h.Enabled = false
	}
	s.done()
	return h
}

// leases reads how long subscriptions last. What is left out goes by what is
// there.
func (s *section) leases(h *Hub) {
	const day = 24 * time.Hour
	h.MinLease = s.duration("min_lease", maxLease, time.Hour)
	h.MaxLease = s.duration("max_lease", maxLease, max(30*day, h.MinLease))
	if s.t.find("min_lease") == nil {
		h.MinLease = min(h.MinLease, h.MaxLease)
	}
	h.Lease = s.duration("lease", maxLease, min(max(10*day, h.MinLease), h.MaxLease))
	switch {
	case h.MinLease > h.MaxLease:
		s.wrong("min_lease", s.valueAt("min_lease"), fmt.Sprintf("min_lease %q is longer than max_lease, %q", shortDuration(h.MinLease), shortDuration(h.MaxLease)),
			"expected the shortest time that a subscription may last, such as min_lease = \"1h\"", "")
	case h.Lease < h.MinLease || h.Lease > h.MaxLease:
		s.wrong("lease", s.valueAt("lease"), fmt.Sprintf("lease %q is not from min_lease, %q, to max_lease, %q", shortDuration(h.Lease), shortDuration(h.MinLease), shortDuration(h.MaxLease)),
			"expected how long a subscription lasts that asks for no time, such as lease = \"10d\"", "")
	}
}

// hubURL returns the address of a hub.
func (s *section) hubURL(key string) string {
	text := s.text(key, "https://hub.example.org/", "")
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil && u.Fragment == "" && !strings.ContainsAny(text, " <>\"") {
		return text
	}
	s.wrong(key, s.valueAt(key), fmt.Sprintf("%s %q is no address of a hub", key, redact(text)),
		`expected an http or https URL, such as url = "https://hub.example.org/"`, "")
	return ""
}

// onTheWeb reports whether others can be expected to reach an address.
func onTheWeb(base string) bool {
	u, err := url.Parse(base)
	return err == nil && IsPublicHost(u.Hostname())
}

// IsPublicHost reports whether a host, a name or an address, is one that
// everybody may know and reach, and none of a network of one's own.
func IsPublicHost(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsGlobalUnicast() && !addr.IsPrivate()
	}
	for _, own := range []string{"localhost", "local", "internal", "lan", "home.arpa"} {
		if host == own || strings.HasSuffix(host, "."+own) {
			return false
		}
	}
	return strings.Contains(host, ".")
}
