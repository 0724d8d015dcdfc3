package render_test

import (
	"bytes"
	"sync"
	"testing"

	"tributary/publisher/render"
)

// Documents that are written from one page at one time are those that are
// written from it one after the other.
func TestShare(t *testing.T) {
	pages := corpusPages(t, 20)
	pages = append(pages, benchPage())
	for i, p := range pages {
		all := *p
		all.Category = render.Category{Term: render.All}
		all.Categories = []render.Category{{Term: "rivers", Label: "Rivers", Manner: render.Manner{SummaryOnly: i%2 == 0}}}
		for _, p := range []*render.Page{p, &all} {
			var want [][]byte
			for _, f := range render.Feeds() {
				want = append(want, document(t, f, p))
			}
			shared := *p
			shared.Share()
			var wg sync.WaitGroup
			for range 2 {
				for n, f := range render.Feeds() {
					wg.Go(func() {
						var out bytes.Buffer
						if err := f.Render(&out, &shared); err != nil || !bytes.Equal(out.Bytes(), want[n]) {
							t.Errorf("page %d, %s: %v, %d bytes, want %d", i, f.Name, err, out.Len(), len(want[n]))
						}
					})
				}
			}
			wg.Wait()
		}
	}
}
