package publisher_test

import (
	"net/http"
	"testing"
	"time"

	"tributary/feed"
	"tributary/publisher/render"
)

// A category goes on at its further pages, which follow its first one; there
// are none without entries.
func TestNumberedPages(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		var entries []feed.Entry
		for n := range render.PageSize + 5 {
			entries = append(entries, sample(100+n))
		}
		s.poll(t, "gauge", entries...)
		time.Sleep(5 * time.Second)
		page := func() string { return body(t, request(t, h, "GET", "/rivers/page/2/")) }
		before := page()
		s.poll(t, "gauge", sample(1))
		time.Sleep(5 * time.Second)
		if page() == before {
			t.Error("the second page does not follow the first")
		}
		for _, path := range []string{"/rivers/page/1/", "/rivers/page/3/", "/rivers/page/02/", "/rivers/page/x/", "/none/page/2/"} {
			if r := request(t, h, "GET", path); r.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d, want 404", path, r.StatusCode)
			}
		}
	})
}
