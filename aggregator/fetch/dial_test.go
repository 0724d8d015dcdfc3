package fetch

import (
	"net/netip"
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	g := guard{[]netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00:1::/64")}}
	for _, tt := range []struct{ addr, want string }{
		{addr: "8.8.8.8"},
		{addr: "2606:4700::1111"},
		{addr: "::ffff:8.8.8.8"},
		{addr: "64:ff9b::8.8.8.8"},
		{addr: "2002:808:808::1"},
		{addr: "10.1.2.3"},
		{addr: "::ffff:10.1.2.3"},
		{addr: "fd00:1::7"},
		{"10.2.0.1", "private"},
		{"172.16.0.1", "private"},
		{"192.168.1.1", "private"},
		{"fd00:2::7", "private"},
		{"fd00:ec2::254", "private"}, // metadata
		{"127.0.0.1", "loopback"},
		{"127.9.9.9", "loopback"},
		{"::1", "loopback"},
		{"0.0.0.0", "unspecified"},
		{"::", "unspecified"},
		{"0.1.2.3", "this network"},
		{"169.254.169.254", "link-local"}, // metadata
		{"fe80::1%eth0", "link-local"},
		{"100.64.0.1", "carrier"},
		{"100.100.100.200", "carrier"}, // metadata
		{"168.63.129.16", "metadata"},
		{"224.0.0.1", "multicast"},
		{"ff02::1", "multicast"},
		{"198.18.0.1", "benchmarks"},
		{"192.0.2.1", "documentation"},
		{"2001:db8::1", "documentation"},
		{"255.255.255.255", "reserved"},
		{"::ffff:127.0.0.1", "loopback"},
		{"::127.0.0.1", "reserved"},
		{"64:ff9b::127.0.0.1", "another form of 127.0.0.1, loopback"},
		{"64:ff9b::a9fe:a9fe", "another form of 169.254.169.254, link-local"},
		{"64:ff9b:1::1", "local translation"},
		{"2002:7f00:1::1", "another form of 127.0.0.1, loopback"},
		{"2002:c0a8:101::1", "another form of 192.168.1.1, private"},
		{"2001:0:4136:e378:8000:63bf:3fff:fdd2", "reserved"}, // Teredo
		{"fec0::1", "site-local"},
		{"::ffff:0:127.0.0.1", "local translation"},
		{"::ffff:169.254.169.254", "link-local"},
		{"::ffff:100.64.0.1", "carrier"},
		{"64:ff9b::100.64.0.1", "another form of 100.64.0.1, shared by a carrier"},
		{"2002:a9fe:a9fe::", "another form of 169.254.169.254, link-local"},
		{"192.88.99.1", "reserved"},
		{"192.0.0.192", "reserved"}, // metadata
		{"fd20:ce::254", "private"}, // metadata
		{"239.255.255.250", "multicast"},
	} {
		err := g.check(netip.MustParseAddr(tt.addr))
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tt.addr, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "allow_networks in feeds.toml") {
			t.Errorf("%s: error %v, want %q", tt.addr, err, tt.want)
		}
	}
}
