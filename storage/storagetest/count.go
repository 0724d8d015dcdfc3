package storagetest

import (
	"testing"
	"time"

	"tributary/storage"
)

func testPagingAndCount(t *testing.T, b *bench) {
	t.Run("paging", func(t *testing.T) { testPaging(t, b) })
	t.Run("count", func(t *testing.T) { testCount(t, b) })
}

// testCount holds Count against what Entries yields.
func testCount(t *testing.T, b *bench) {
	src, other := source("counted", "counted", "tech"), source("other", "tech")
	b.put(t, src, other)
	for n := range 7 {
		b.poll(t, src, epoch.Add(time.Duration(n+1)*time.Hour), entry(src, n, "words"))
	}
	b.poll(t, other, epoch.Add(9*time.Hour), entry(other, 1, "more"))
	moments := []time.Time{{}, epoch.Add(-time.Hour), epoch.Add(100 * time.Hour)}
	for _, e := range collect(t, b.Entries(t.Context(), storage.Query{Category: "tech"})) {
		moments = append(moments, e.Order.Add(-time.Millisecond), e.Order, e.Order.Add(time.Millisecond))
	}
	for _, category := range []string{"counted", "tech", "", "none"} {
		entries := collect(t, b.Entries(t.Context(), storage.Query{Category: category}))
		for _, after := range moments {
			for _, most := range []int{0, 1, 5, 100} {
				want, oldest := 0, time.Time{}
				for _, e := range entries {
					if want < most && (after.IsZero() || e.Order.After(after)) {
						want, oldest = want+1, e.Order
					}
				}
				n, at, err := b.Count(t.Context(), category, after, most)
				if err != nil || n != want || !at.Equal(oldest) {
					t.Errorf("%q after %v, at most %d: %d from %v on (%v), want %d from %v on", category, after, most, n, at, err, want, oldest)
				}
			}
		}
	}
}
