package feed_test

import (
	"testing"
	"time"

	"tributary/feed"
)

func TestPerWeek(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		gap, silent time.Duration
		want        float64
	}{
		"an entry a day":                 {day, time.Hour, 7},
		"silent for longer than usual":   {day, 14 * day, 0.5},
		"one entry, seconds ago":         {0, 3 * time.Second, 0},
		"one entry, two weeks ago":       {0, 14 * day, 0.5},
		"several a minute, as they come": {20 * time.Second, 0, 30240},
	} {
		s := feed.State{Gap: tt.gap, Newest: now.Add(-tt.silent)}
		if got := s.PerWeek(now); got != tt.want {
			t.Errorf("%s: %v entries a week, want %v", name, got, tt.want)
		}
	}
	if got := (&feed.State{}).PerWeek(now); got != 0 {
		t.Errorf("nothing is known, and yet %v entries a week", got)
	}
}
