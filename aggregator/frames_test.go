package aggregator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/feed"
)

// When other frames are to stay, documents that have not changed are read anew.
func TestOtherFramesAreReadAnew(t *testing.T) {
	unchanged := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			unchanged++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"1"`)
		fmt.Fprint(w, `<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>A</title>`+
			`<description>&lt;iframe src="https://player.example/1">&lt;/iframe>film</description></item></channel></rss>`)
	}))
	defer server.Close()
	f := newFleet(t, filepath.Join(t.TempDir(), "store"), feed.Source{ID: "a", Kind: "feed", URL: server.URL, Categories: []string{"c"}})
	web := fetch.NewHTTP(fetch.Settings{AllowNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	for _, tt := range []struct {
		frames    []string
		has       bool
		unchanged int
	}{
		{nil, false, 0},
		{[]string{"player.example"}, true, 0},
		{[]string{"player.example"}, true, 1},
		{[]string{"other.example"}, false, 1},
	} {
		f.Configure(aggregator.Settings{Fetcher: fetch.Mux{"http": web}, Frames: tt.frames})
		f.pass(t)
		got := f.entries(t)[0].Summary.Body
		if strings.Contains(got, "<iframe ") != tt.has || unchanged != tt.unchanged {
			t.Errorf("with frames of %q: %q, after %d answers that nothing has changed; want a frame %v, %d", tt.frames, got, unchanged, tt.has, tt.unchanged)
		}
	}
}
