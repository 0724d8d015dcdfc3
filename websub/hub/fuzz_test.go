package hub

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzRequest: whatever is asked, a request that is taken has a callback that
// can be called, and keeps its own query.
func FuzzRequest(f *testing.F) {
	f.Add("subscribe", tech, "https://a.example/x?y=z", "secret", "3600")
	f.Add("unsubscribe", world, "http://[::1]:80/?hub.mode=subscribe&hub.challenge=1#", "", "")
	f.Add("subscribe", "http://x/%zz", "http://a.example/?a;b&%", "\x00", "-9")
	set := Settings{}
	set.defaults()
	f.Fuzz(func(t *testing.T, mode, topic, callback, secret, lease string) {
		q, no := set.read(url.Values{"hub.mode": {mode}, "hub.topic": {topic}, "hub.callback": {callback}, "hub.secret": {secret}, "hub.lease_seconds": {lease}})
		if no != nil {
			if no.status/100 != 4 || no.reason == "" {
				t.Errorf("refused with %d %q", no.status, no.reason)
			}
			return
		}
		if q.lease < set.MinLease || q.lease > set.MaxLease {
			t.Errorf("lease %s", q.lease)
		}
		if canonical(q.topic) != q.topic {
			t.Errorf("topic %q has another form %q", q.topic, canonical(q.topic))
		}
		at, err := question(&q, "challenge")
		if err != nil {
			t.Fatalf("callback %q is taken and cannot be asked: %v", callback, err)
		}
		asked, err := url.Parse(at)
		own, _ := url.Parse(callback) // read has parsed it
		if err != nil || asked.Host != own.Host || asked.Path != own.Path || !strings.HasPrefix(asked.RawQuery, own.RawQuery) {
			t.Errorf("callback %q is asked at %q, %v", callback, at, err)
		}
		if !strings.HasSuffix(asked.RawQuery, "hub.topic="+url.QueryEscape(topic)) {
			t.Errorf("callback %q is asked at %q, not for %q", callback, at, topic)
		}
	})
}
