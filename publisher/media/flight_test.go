package media_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tributary/publisher/media"
)

// TestOneFlight: who wants a picture while it is asked for waits for that.
func TestOneFlight(t *testing.T) {
	release := make(chan struct{})
	up := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		<-release
		asPNG(png(3000))(w, r)
	})
	p := newProxy(t, media.Settings{})
	var wg sync.WaitGroup
	var good atomic.Int64
	for range 50 {
		wg.Go(func() {
			if w := ask(p, up.URL+"/a.png"); w.Code == http.StatusOK && w.Body.Len() == 3000 {
				good.Add(1)
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	close(release)
	wg.Wait()
	if good.Load() != 50 || up.asked.Load() != 1 {
		t.Errorf("%d of 50 got it, the site was asked %d times", good.Load(), up.asked.Load())
	}
}

// TestTurns: sites are asked for a few pictures at one time, and a slow one
// holds up no other.
func TestTurns(t *testing.T) {
	var now, most atomic.Int64
	release := make(chan struct{})
	slow := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		<-release
		now.Add(-1)
		asPNG(png(10))(w, r)
	})
	quick := newSite(t, asPNG(png(10)))
	p := newProxy(t, media.Settings{AtOnce: 4, PerHost: 3})
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if w := ask(p, fmt.Sprintf("%s/%d.png", slow.URL, i)); w.Code != http.StatusOK {
				t.Errorf("%d: %d", i, w.Code)
			}
		})
	}
	for began := time.Now(); now.Load() < 3; time.Sleep(time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Errorf("%d pictures are being asked for, want 3", now.Load())
			break
		}
	}
	if w := ask(p, quick.URL+"/a.png"); w.Code != http.StatusOK {
		t.Errorf("another site's: %d", w.Code)
	}
	close(release)
	wg.Wait()
	if most.Load() != 3 {
		t.Errorf("%d at one time, want 3", most.Load())
	}
}

func TestClose(t *testing.T) {
	up := newSite(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	p := newProxy(t, media.Settings{})
	done := make(chan int)
	go func() { done <- ask(p, up.URL+"/a.png").Code }()
	for up.asked.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	p.Close()
	if code := <-done; code != http.StatusBadGateway {
		t.Errorf("%d for a picture whose flight was ended", code)
	}
	if w := ask(p, up.URL+"/b.png"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d after the end", w.Code)
	}
}
