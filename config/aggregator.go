package config

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	day         = 24 * time.Hour
	maxDuration = 365 * day
	maxTimeout  = 5 * time.Minute // a poll must end well within its lease
	maxMaxBody  = 1 << 30

	defaultMinInterval = time.Hour
	defaultMaxInterval = day
	defaultMaxBody     = 16 << 20
	defaultCatchUp     = 10 * time.Minute
)

func (d *decoder) aggregator(s *section) Aggregator {
	a := Aggregator{
		CatchUp:       s.duration("catch_up", day, defaultCatchUp),
		Workers:       s.number("workers", 10_000, 256),
		PerHost:       s.number("per_host", 10_000, 2),
		HostGap:       s.pause("host_gap", time.Hour, time.Second),
		MaxBody:       s.size("max_body", maxMaxBody, defaultMaxBody),
		Timeout:       s.duration("timeout", maxTimeout, 30*time.Second),
		Contact:       s.contact("contact"),
		PublicURL:     s.publicURL("public_url"),
		AllowNetworks: s.networks("allow_networks"),
		Iframes:       s.hosts("iframes", `["www.youtube-nocookie.com", "player.vimeo.com"]`),
		AllowExec:     s.flag("allow_exec"),
	}
	a.MinInterval, a.MaxInterval = s.intervals()
	s.done()
	return a
}

// intervals returns min_interval and max_interval. A default gives way to the
// one that is written.
func (s *section) intervals() (lo, hi time.Duration) {
	lo = s.duration("min_interval", maxDuration, defaultMinInterval)
	hi = s.duration("max_interval", maxDuration, defaultMaxInterval)
	if lo <= hi {
		return lo, hi
	}
	switch {
	case s.t.find("max_interval") == nil:
		return lo, lo
	case s.t.find("min_interval") == nil:
		return hi, hi
	}
	s.wrong("min_interval", s.valueAt("min_interval"),
		fmt.Sprintf("min_interval %q is longer than max_interval %q", s.t.find("min_interval").value.text, s.t.find("max_interval").value.text),
		"expected min_interval to be the shorter of the two", "")
	return lo, hi
}

// pause returns a duration of at most hi that may be none at all.
func (s *section) pause(key string, hi, fallback time.Duration) time.Duration {
	if e := s.t.find(key); e != nil && e.value.kind == isText && (e.value.text == "0" || e.value.text == "0s") {
		s.asked = append(s.asked, key)
		return 0
	}
	return s.duration(key, hi, fallback)
}

// publicURL returns the address at which the outside world reaches tributary.
func (s *section) publicURL(key string) string {
	text := s.text(key, "https://news.example.org", "")
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		s.wrong(key, s.valueAt(key), fmt.Sprintf("%s %q is no address that hubs could reach", key, redact(text)),
			`expected http or https and a host, such as public_url = "https://news.example.org"`, "")
		return ""
	}
	return strings.TrimRight(text, "/")
}

// size returns a number of bytes, written as a number or with a unit.
func (s *section) size(key string, hi, fallback int64) int64 {
	e := s.t.find(key)
	if e == nil || e.value.kind != isText && e.value.kind != isNumber {
		s.get(key, isText, "16 MiB")
		return fallback
	}
	s.asked = append(s.asked, key)
	var n int64
	var err error
	if e.value.kind == isText {
		n, err = parseSize(e.value.text)
	} else {
		n, err = strconv.ParseInt(e.value.text, 0, 64)
	}
	if err != nil || n < 1 || n > hi {
		s.wrong(key, e.value.at, fmt.Sprintf("%s is %s", key, e.value.describe()),
			fmt.Sprintf("expected a size from 1 byte to %d MiB: a number of bytes, or with a unit such as %s = \"16 MiB\"", hi>>20, key), "")
		return fallback
	}
	return n
}

// contact returns an e-mail address or a URL.
func (s *section) contact(key string) string {
	text := s.text(key, "ann@example.org", "")
	if text == "" {
		return ""
	}
	if addr, err := mail.ParseAddress(text); err == nil && addr.Address == text {
		return text
	}
	if u, err := url.Parse(text); err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
		return text
	}
	s.wrong(key, s.valueAt(key), fmt.Sprintf("%s %q is neither an e-mail address nor a URL", key, shorten(text)),
		`expected where upstreams can reach you, such as contact = "ann@example.org"`, "")
	return ""
}

// networks returns networks in CIDR notation; a single address is a network
// of one.
func (s *section) networks(key string) []netip.Prefix {
	var out []netip.Prefix
	for _, v := range s.list(key, `["127.0.0.0/8", "::1"]`) {
		prefix, err := netip.ParsePrefix(v.text)
		if err != nil {
			var addr netip.Addr
			if addr, err = netip.ParseAddr(v.text); err == nil && addr.Zone() == "" {
				prefix = netip.PrefixFrom(addr, addr.BitLen())
			}
		}
		if !prefix.IsValid() {
			hint := ""
			if v.text == "localhost" {
				hint = `did you mean "127.0.0.0/8", "::1"?`
			}
			s.wrong(key, v.at, fmt.Sprintf("%s has %q, which is no network", key, shorten(v.text)),
				`expected addresses with the number of fixed bits, such as "127.0.0.0/8" or "fd00::/8"`, hint)
			continue
		}
		out = append(out, prefix.Masked())
	}
	return out
}
