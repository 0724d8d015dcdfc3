package normalise_test

import (
	"testing"
	"time"

	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
)

func TestRhythm(t *testing.T) {
	noon := time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		in   parse.Schedule
		want feed.Rhythm
	}{
		{"nothing", parse.Schedule{}, feed.Rhythm{}},
		{"ttl", parse.Schedule{TTL: " 90 "}, feed.Rhythm{TTL: 90 * time.Minute}},
		{"a ttl that is none", parse.Schedule{TTL: "soon"}, feed.Rhythm{}},
		{"a negative ttl", parse.Schedule{TTL: "-5"}, feed.Rhythm{}},
		{"a ttl of ages", parse.Schedule{TTL: "99999999999"}, feed.Rhythm{TTL: 366 * 24 * time.Hour}},
		{"twice a day", parse.Schedule{UpdatePeriod: "daily", UpdateFrequency: "2"}, feed.Rhythm{Period: 12 * time.Hour}},
		{"a frequency alone is of a day", parse.Schedule{UpdateFrequency: "4"}, feed.Rhythm{Period: 6 * time.Hour}},
		{"a frequency of nought", parse.Schedule{UpdatePeriod: "Hourly", UpdateFrequency: "0"}, feed.Rhythm{Period: time.Hour}},
		{"an unknown period", parse.Schedule{UpdatePeriod: "often"}, feed.Rhythm{}},
		{"a base", parse.Schedule{UpdatePeriod: "weekly", UpdateBase: "2000-01-01T12:00+00:00"}, feed.Rhythm{Period: 7 * 24 * time.Hour, Base: noon}},
		{"hours and days", parse.Schedule{SkipHours: "0 1 24 25 x", SkipDays: "Saturday sunday Someday"}, feed.Rhythm{SkipHours: 3, SkipDays: 1 | 1<<6}},
		{"every hour and day", parse.Schedule{
			SkipHours: "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24",
			SkipDays:  "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
		}, feed.Rhythm{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := normalise.Rhythm(&tt.in)
			if !got.Base.Equal(tt.want.Base) {
				t.Errorf("base %s, want %s", got.Base, tt.want.Base)
			}
			got.Base, tt.want.Base = time.Time{}, time.Time{}
			if got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}
