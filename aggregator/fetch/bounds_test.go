package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func (g *gate) kept() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.hosts)
}

// A host that redirects led to is forgotten once its gap is over, also when
// somebody was there all the time.
func TestGateForgetsHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(2, time.Second)
		follow := func(key string) {
			if err := g.follow(t.Context(), key); err != nil {
				t.Fatal(err)
			}
		}
		if err := g.enter(t.Context(), "a:80"); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		follow("a:80")
		g.leave("a:80")
		g.leave("a:80")
		follow("a:80")
		if gap := time.Since(began); gap != time.Second {
			t.Errorf("the second redirect waited %v, want 1s", gap)
		}
		g.leave("a:80")
		follow("b:80")
		g.leaveSoon("b:80")
		time.Sleep(5 * time.Second)
		if n := g.kept(); n != 0 {
			t.Errorf("%d hosts are kept", n)
		}
	})
}

// Who is led to a busy host is sent away rather than kept waiting.
func TestGateSendsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 3*time.Second)
		results := make(chan error, 20)
		for range cap(results) {
			go func() {
				err := g.follow(t.Context(), "a:80")
				results <- err
				if err == nil {
					g.leave("a:80")
				}
			}()
		}
		busy := 0
		for range cap(results) {
			if errors.Is(<-results, errBusy) {
				busy++
			}
		}
		if busy != 16 { // at once, and after 3, 6 and 9 seconds
			t.Errorf("%d of %d were sent away, want 16", busy, cap(results))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_ = g.follow(t.Context(), "a:80")
		if err := g.follow(ctx, "a:80"); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		g.leave("a:80")
		time.Sleep(time.Minute)
		if n := g.kept(); n != 0 {
			t.Errorf("%d hosts are kept", n)
		}
	})
}

// While there is no room for a body its server's clock stands still.
func TestWatchHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Limits{Timeout: 30 * time.Second, Stall: 10 * time.Second, Floor: 100}.WithDefaults()
		ctx, w := newWatch(t.Context(), l.Timeout, &l)
		time.Sleep(2 * time.Second)
		r := w.body(strings.NewReader(strings.Repeat("x", 1000)))
		time.Sleep(5 * time.Second)
		w.hold()
		time.Sleep(time.Hour)
		if ctx.Err() != nil {
			t.Fatalf("given up while held: %v", context.Cause(ctx))
		}
		w.goOn()
		time.Sleep(9 * time.Second)
		if _, err := r.Read(make([]byte, 100)); err != nil || ctx.Err() != nil {
			t.Fatalf("given up too early: %v", context.Cause(ctx))
		}
		time.Sleep(2 * time.Second) // 100 bytes in the 10 s that ended meanwhile
		if ctx.Err() != nil {
			t.Fatalf("given up too early: %v", context.Cause(ctx))
		}
		time.Sleep(10 * time.Second)
		if !errors.Is(context.Cause(ctx), errStalled) {
			t.Errorf("cause %v, want that it stalled", context.Cause(ctx))
		}
		if took := w.stop(); took != 28*time.Second {
			t.Errorf("took %v, want 28s without the hour", took)
		}
	})
}

func TestWatchEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Limits{Timeout: 30 * time.Second, Stall: 10 * time.Second, Floor: 1}.WithDefaults()
		ctx, w := newWatch(t.Context(), l.Timeout, &l)
		r := w.body(strings.NewReader(strings.Repeat("x", 1000)))
		began := time.Now()
		var took time.Duration
		context.AfterFunc(ctx, func() { took = time.Since(began) })
		for ctx.Err() == nil {
			_, _ = r.Read(make([]byte, 1))
			time.Sleep(time.Second)
		}
		synctest.Wait()
		if took != 30*time.Second || !errors.Is(context.Cause(ctx), errTimeout) {
			t.Errorf("ended after %v: %v", took, context.Cause(ctx))
		}
		w.stop()
	})
}

func TestLiteral(t *testing.T) {
	for host, want := range map[string]string{
		"127.0.0.1": "127.0.0.1", "127.1": "127.0.0.1", "127.0.1": "127.0.0.1", "2130706433": "127.0.0.1", "0x7F000001": "127.0.0.1",
		"017700000001": "127.0.0.1", "0x7f.0.0.1": "127.0.0.1", "0177.0.0.01": "127.0.0.1", "10.65535": "10.0.255.255", "169.16689662": "169.254.169.254",
		"0": "0.0.0.0", "4294967295": "255.255.255.255", "::1": "::1", "::ffff:127.0.0.1": "::ffff:127.0.0.1", "localhost": "127.0.0.1",
		"LocalHost.": "127.0.0.1", "a.b.localhost": "127.0.0.1", "127.0.0.1.": "127.0.0.1",
		"example.com": "", "4294967296": "", "256.1.1.1": "", "1.2.3.4.5": "", "1.2.3.": "1.2.3.", "08": "", "0x": "", "": "", "1..2": "",
		"notlocalhost": "", "127.0.0.1.example": "", "-1": "", "+1": "", "1_0": "", "127.16777216": "",
	} {
		if want == "1.2.3." {
			want = "1.2.0.3" // a dot at the end is the root's
		}
		addr, ok := literal(host)
		if ok != (want != "") || ok && addr != netip.MustParseAddr(want) {
			t.Errorf("%q: %v, %t, want %s", host, addr, ok, want)
		}
	}
}

func FuzzLiteral(f *testing.F) {
	for _, host := range []string{"127.1", "0x7f.1", "017700000001", "a.localhost", "::1"} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		addr, ok := literal(host)
		if !ok || !addr.Is4() {
			return
		}
		b := addr.As4()
		n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		if again, ok := literal(fmt.Sprint(n)); !ok || again != addr {
			t.Errorf("%q is %v, and %d is %v", host, addr, n, again)
		}
	})
}
