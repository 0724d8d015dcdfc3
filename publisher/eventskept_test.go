package publisher_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tributary/feed"
	"tributary/publisher"
)

// A repeat is no event of its own: the entry that it repeats has changed. One
// that retention drops has gone.
func TestEventsOfRepeatsAndDropped(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		err := s.store.PutSources(t.Context(), []feed.Source{
			{ID: "gauge", URL: "https://gauge.example/feed.xml", Kind: "feed", Categories: []string{"rivers"}},
			{ID: "anjiang", URL: "https://anjiang.example/rss", Kind: "feed", Categories: []string{"rivers"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		rules := &feed.Repeats{Categories: map[string]feed.RepeatRule{"rivers": {}}}
		s.pollBy(t, rules, "gauge", sample(1))
		quiet()
		rivers, all := tuneIn(t, h, "/rivers/events", ""), tuneIn(t, h, "/all/events", "")
		synctest.Wait()
		again := sample(1)
		again.UpstreamID, again.Title.Body = "urn:again", "The same page once more"
		again.Links[0].Href += "?utm_source=rss"
		s.pollBy(t, rules, "anjiang", again)
		quiet()
		hears(t, rivers, "updated Reading number 1")
		hears(t, all, "updated Reading number 1")
		if events, _ := rivers.heard(); !strings.Contains(events[0].data, `"_also"`) {
			t.Errorf("the other place is not told: %s", events[0].data)
		}
		for n := range 3 {
			s.poll(t, "gauge", sample(10+n))
		}
		if _, err := s.store.Prune(t.Context(), feed.Retention{Overall: feed.Keep{MaxEntries: 3}, Categories: map[string]feed.Keep{"rivers": {MaxEntries: 3}}, Remember: time.Hour}, start.Add(24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		quiet()
		events, _ := rivers.heard()
		last := kinds(t, events)[1:]
		if !slices.Contains(last, "deleted https://gauge.example/notes/1") || slices.ContainsFunc(last, func(k string) bool { return strings.Contains(k, "urn:again") && strings.HasPrefix(k, "deleted") }) {
			t.Errorf("after the retention: %q", last)
		}
		rivers.leave()
		all.leave()
	})
}

// A reader that takes nothing, over HTTP/1.1 or as one of several streams of
// HTTP/2, is cut off.
func TestEventsToTheStuck(t *testing.T) {
	for _, proto := range []int{1, 2} {
		t.Run(fmt.Sprint("HTTP/", proto), func(t *testing.T) {
			s := newSite(t)
			s.set.Events = publisher.Events{Patience: 300 * time.Millisecond}
			p := s.publisher()
			following(t, p)
			srv := httptest.NewUnstartedServer(p.Handler())
			srv.EnableHTTP2 = proto == 2
			srv.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
				if tc, ok := c.(*tls.Conn); ok {
					c = tc.NetConn()
				}
				_ = c.(*net.TCPConn).SetWriteBuffer(4 << 10) // less to fill
				return ctx
			}
			if proto == 2 {
				srv.StartTLS()
			} else {
				srv.Start()
			}
			defer srv.Close()
			tr := srv.Client().Transport.(*http.Transport)
			tr.HTTP2 = &http.HTTP2Config{MaxReceiveBufferPerStream: 64 << 10, MaxReceiveBufferPerConnection: 128 << 10}
			tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				c, err := new(net.Dialer).DialContext(ctx, network, address)
				if err == nil {
					err = c.(*net.TCPConn).SetReadBuffer(4 << 10)
				}
				return c, err
			}
			resp, err := srv.Client().Get(srv.URL + "/rivers/events")
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.ProtoMajor != proto {
				t.Fatal(resp.Proto)
			}
			begin := make([]byte, len("retry: 3000\n\nid: 0"))
			if _, err := io.ReadFull(resp.Body, begin); err != nil || p.Streams().Open != 1 {
				t.Fatalf("%q, %v", begin, err)
			}
			big := sample(1)
			big.Content.Body = "<p>" + strings.Repeat("The gauge was read. ", 20_000) + "</p>"
			s.poll(t, "gauge", big)
			for deadline := time.Now().Add(time.Minute); p.Streams().Open > 0; time.Sleep(20 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("it is still there")
				}
			}
		})
	}
}

// FuzzLastEventID: whatever a client says it heard last, it is told what came
// since, or that this is not known.
func FuzzLastEventID(f *testing.F) {
	s := newSite(f)
	s.poll(f, "gauge", sample(1), sample(2))
	p := s.publisher()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	f.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			f.Error(err)
		}
	})
	h := p.Handler()
	for _, id := range []string{"0", "1", "2.", "-1", "18446744073709551615", "18446744073709551616.0", "1.00000000", "\x00", "+1", "1.5e3"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if id == "" {
			return
		}
		r := tuneIn(t, h, "/rivers/events", id)
		for !bytes.Contains(r.bytes(), []byte("\n\nid: ")) {
			time.Sleep(time.Millisecond)
		}
		r.leave()
		events, last := r.heard()
		if last == "" {
			t.Errorf("%q: nothing names the place", id)
		}
		for _, e := range events {
			if !json.Valid([]byte(e.data)) || e.kind != "reset" && e.kind != "entry" {
				t.Errorf("%q: %v", id, e)
			}
		}
		if id != last && id != "0" && (len(events) == 0 || events[0].kind != "reset") && !strings.HasPrefix(id, "1.") {
			t.Errorf("%q is taken for an id: %v", id, events)
		}
	})
}

func (r *tuned) bytes() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.text.Bytes())
}

// BenchmarkCatchUp is what somebody costs who comes again to a quiet category
// after 100,000 changes of others: the whole log is read.
func BenchmarkCatchUp(b *testing.B) {
	s := newSite(b)
	s.poll(b, "anjiang", feed.Entry{UpstreamID: "urn:a", Title: feed.Text{Body: "江"}})
	s.many(b, 90_000)
	p := s.publisher()
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	h := p.Handler()
	b.ResetTimer()
	for b.Loop() {
		r := tuneIn(b, h, "/jianghe/events", "0")
		for !bytes.Contains(r.bytes(), []byte("event: entry")) {
			time.Sleep(time.Millisecond)
		}
		r.leave()
	}
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}
