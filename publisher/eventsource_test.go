package publisher_test

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// TestEventSource: a browser's own EventSource, of a page of another site, hears
// of what is new, and comes again by itself, with what it missed, when another
// publisher has taken over.
func TestEventSource(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	s.set.Events.Retry = 200 * time.Millisecond
	var current atomic.Pointer[http.Handler]
	begin := func() (end func()) {
		p := s.publisher()
		h := p.Handler()
		current.Store(&h)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- p.Run(ctx) }()
		return func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}
	end := begin()
	b := startBrowser(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*current.Load()).ServeHTTP(w, r) }))
	value[int](t, b, `(() => {
		window.heard = [];
		window.opened = 0;
		const source = new EventSource("`+b.site.URL+`/rivers/events");
		source.addEventListener("open", () => opened++);
		for (const type of ["entry", "updated", "deleted", "reset"]) source.addEventListener(type, e => heard.push(type + " " + JSON.parse(e.data).title));
		return 0;
	})()`)
	waits := func(what, script string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !value[bool](t, b, script); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("waited in vain for %s: %v, opened %d times", what, value[[]string](t, b, "heard"), value[int](t, b, "opened"))
			}
		}
	}
	waits("the stream", "opened == 1")
	s.poll(t, "gauge", reworded(41, "One"))
	waits("the first event", `heard.includes("entry One")`)
	end()
	s.poll(t, "gauge", reworded(42, "Two"))
	defer begin()()
	waits("what was missed", `heard.includes("entry Two")`)
	s.poll(t, "gauge", reworded(43, "Three"))
	waits("what came then", `heard.includes("entry Three")`)
	if got, want := value[[]string](t, b, "heard"), []string{"entry One", "entry Two", "entry Three"}; !slices.Equal(got, want) {
		t.Errorf("the browser heard %q, want %q", got, want)
	}
}
