package normalise

import (
	"strconv"
	"strings"
	"time"

	"tributary/aggregator/parse"
	"tributary/feed"
)

// Bounds of what a document may ask for.
const (
	maxTTL       = 366 * 24 * time.Hour
	maxFrequency = 1440 // once a minute is as good as always
)

// Rhythm returns what a document says of when to ask for it again. What
// cannot be read, or would forbid every hour or day, is left out.
func Rhythm(s *parse.Schedule) feed.Rhythm {
	r := feed.Rhythm{TTL: minutes(s.TTL), Period: period(s.UpdatePeriod, s.UpdateFrequency)}
	if r.Period > 0 {
		r.Base = Date(s.UpdateBase, "")
	}
	for _, word := range strings.Fields(s.SkipHours) {
		if h, err := strconv.Atoi(word); err == nil && h >= 0 && h <= 24 {
			r.SkipHours |= 1 << (h % 24) // RSS 0.91 counted from 1 to 24
		}
	}
	if r.SkipHours == 1<<24-1 {
		r.SkipHours = 0
	}
	for _, word := range strings.Fields(s.SkipDays) {
		if d, ok := weekdays[strings.ToLower(word)]; ok {
			r.SkipDays |= 1 << d
		}
	}
	if r.SkipDays == 1<<7-1 {
		r.SkipDays = 0
	}
	return r
}

var weekdays = map[string]time.Weekday{
	"sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday,
	"thursday": time.Thursday, "friday": time.Friday, "saturday": time.Saturday,
}

func minutes(text string) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n <= 0 {
		return 0
	}
	return min(time.Duration(min(n, int(maxTTL/time.Minute)))*time.Minute, maxTTL)
}

var updatePeriods = map[string]time.Duration{
	"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour,
	"monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour,
}

// period returns the time between two updates that the syndication module
// tells; daily, once, is what it takes for granted.
func period(every, times string) time.Duration {
	every, times = strings.ToLower(strings.TrimSpace(every)), strings.TrimSpace(times)
	if every == "" && times == "" {
		return 0
	}
	if every == "" {
		every = "daily"
	}
	n, err := strconv.Atoi(times)
	if err != nil || n < 1 {
		n = 1
	}
	return updatePeriods[every] / time.Duration(min(n, maxFrequency))
}
