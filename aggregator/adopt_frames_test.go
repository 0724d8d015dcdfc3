package aggregator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"testing"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/feed"
)

// TestAdoptedWithFrames: a source that is changed while it is asked whether
// there is anything new keeps what is known of its document where frames stay,
// as it does elsewhere; unless other frames are to stay from then on, which is
// no reason to believe that the document was read so.
func TestAdoptedWithFrames(t *testing.T) {
	for _, tt := range []struct {
		name          string
		before, after []string
		whole         int // how often the document is sent
	}{
		{"no frames", nil, nil, 1},
		{"frames", []string{"video.example"}, []string{"video.example"}, 1},
		{"other frames", []string{"video.example"}, []string{"film.example"}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := feed.Source{ID: "a", Kind: "feed", Categories: []string{"c"}}
			between, whole := func() {}, 0
			u := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				between()
				w.Header().Set("ETag", `"1"`)
				if r.Header.Get("If-None-Match") == `"1"` {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				whole++
				fmt.Fprint(w, rss(item(1, "One")))
			}))
			defer u.Close()
			src.URL = u.URL
			f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), src)
			web := fetch.NewHTTP(fetch.Settings{AllowNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
			configure := func(frames []string) {
				f.Configure(aggregator.Settings{Fetcher: fetch.Mux{"http": web}, Frames: frames})
			}
			pass := func() feed.State {
				if err := f.Pass(t.Context(), aggregator.Which{Sources: []feed.SourceID{"a"}}, func(aggregator.Outcome) {}); err != nil {
					t.Fatal(err)
				}
				st, err := f.store.State(t.Context(), "a")
				if err != nil {
					t.Fatal(err)
				}
				return st
			}
			configure(tt.before)
			before := pass()
			between = func() {
				src.Categories = []string{"d"}
				if err := f.store.PutSources(t.Context(), []feed.Source{src}); err != nil {
					t.Error(err)
				}
				configure(tt.after)
			}
			if after := pass(); len(before.Parts.Items) == 0 || len(after.Parts.Items) != len(before.Parts.Items) {
				t.Errorf("%d parts are remembered, %d were", len(after.Parts.Items), len(before.Parts.Items))
			}
			between = func() {}
			pass()
			if whole != tt.whole {
				t.Errorf("the document was sent %d times, want %d", whole, tt.whole)
			}
		})
	}
}
