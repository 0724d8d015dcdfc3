package publisher_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"tributary/feed"
)

// Entries leave a feed by their age: at each moment the last page is the one
// that all pages call so, and none leads further.
func TestPagedLastByAge(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, _ http.Handler) {
		s.set.Categories[0].Limit, s.set.Categories[0].LimitAge = 10, 24*time.Hour
		s.clock = time.Now
		var entries []feed.Entry
		for n := range 25 {
			e := sample(n)
			e.Published = time.Now().Add(time.Duration(n-25) * 30 * time.Minute)
			entries = append(entries, e)
		}
		s.poll(t, "gauge", entries...)
		h := s.publisher().Handler()
		lasts := map[string]int{}
		for range 28 {
			last := linkOf(s, body(t, request(t, h, "GET", "/rivers/atom.xml?page=1")), "last")
			lasts[last]++
			for n := 1; n <= 4; n++ {
				path := fmt.Sprintf("/rivers/atom.xml?page=%d", n)
				r := request(t, h, "GET", path)
				text := body(t, r)
				if r.StatusCode == http.StatusNotFound {
					if path <= last {
						t.Errorf("%v: %s is not there, the last page is %s", time.Now(), path, last)
					}
					continue
				}
				if next := linkOf(s, text, "next"); linkOf(s, text, "last") != last || path > last || (next == "") != (path == last) {
					t.Errorf("%v: %s says that the last page is %s and the next %q, the first that it is %s", time.Now(), path, linkOf(s, text, "last"), next, last)
				}
			}
			time.Sleep(time.Hour)
			synctest.Wait()
		}
		for n := 1; n <= 3; n++ {
			if lasts[fmt.Sprintf("/rivers/atom.xml?page=%d", n)] == 0 {
				t.Errorf("page %d was never the last: %v", n, lasts)
			}
		}
	})
}

// The last page is the last that can be read, where there are more entries.
func TestPagedLastOfMany(t *testing.T) {
	s := newSite(t)
	s.set.Limit = 4000
	for from := 0; from < 12_100; from += 2420 {
		var entries []feed.Entry
		for n := range 2420 {
			entries = append(entries, sample(from+n))
		}
		s.poll(t, "gauge", entries...)
	}
	h := s.publisher().Handler()
	for path, next := range map[string]string{"/rivers/atom.xml?page=2": "/rivers/atom.xml?page=3", "/rivers/atom.xml?page=3": ""} {
		text := body(t, request(t, h, "GET", path))
		if linkOf(s, text, "last") != "/rivers/atom.xml?page=3" || linkOf(s, text, "next") != next {
			t.Errorf("%s: the last page is %q, the next %q", path, linkOf(s, text, "last"), linkOf(s, text, "next"))
		}
	}
	if r := request(t, h, "GET", "/rivers/atom.xml?page=4"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a page behind the last is answered with %d", r.StatusCode)
	}
}

// BenchmarkPaged is a page of a feed with 10,000 entries behind it, made anew.
func BenchmarkPaged(b *testing.B) {
	s := newSite(b)
	for from := 0; from < 20_000; from += 2000 {
		var entries []feed.Entry
		for n := range 2000 {
			entries = append(entries, sample(from+n))
		}
		s.poll(b, "gauge", entries...)
	}
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			if r := request(b, s.publisher().Handler(), "GET", "/rivers/atom.xml?page=1"); r.StatusCode != http.StatusOK {
				b.Fatal(r.Status)
			}
		}
	})
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			if n, _, err := s.store.Count(b.Context(), "rivers", time.Time{}, 10_050); n != 10_050 || err != nil {
				b.Fatal(n, err)
			}
		}
	})
}
