package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// Hub is the [hub] table: who pushes what is published.
type Hub struct {
	Enabled bool   // our own hub does; default: Site.BaseURL is an address of the web
	URL     string // of an outside hub, which is told what has changed instead; empty: there is none
}

func (d *decoder) hub(s *section, site *Site) Hub {
	h := Hub{Enabled: onTheWeb(site.BaseURL), URL: s.hubURL("url")}
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
