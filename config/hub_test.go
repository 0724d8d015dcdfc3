package config_test

import (
	"fmt"
	"testing"
	"time"

	"tributary/config"
)

// TestHub: our own hub is on where subscribers can reach it, unless the file
// says something else.
func TestHub(t *testing.T) {
	const url = "https://hub.example.org/"
	for _, tt := range []struct {
		base, table string
		want        config.Hub
	}{
		{"https://news.example.org", "", config.Hub{Enabled: true}},
		{"http://8.8.8.8:8080/x", "", config.Hub{Enabled: true}},
		{"http://localhost:8080", "", config.Hub{}},
		{"http://127.0.0.1", "", config.Hub{}},
		{"http://[::1]", "", config.Hub{}},
		{"http://192.168.1.7", "", config.Hub{}},
		{"http://nas.local", "", config.Hub{}},
		{"http://nas", "", config.Hub{}},
		{"http://127.0.0.1", "enabled = true", config.Hub{Enabled: true}},
		{"https://news.example.org", "enabled = false", config.Hub{}},
		{"https://news.example.org", "url = \"" + url + "\"", config.Hub{URL: url}},
		{"http://localhost", "enabled = false\nurl = \"" + url + "\"", config.Hub{URL: url}},
	} {
		got := parse(t, fmt.Sprintf("site.base_url = %q\n[hub]\n%s\n[category.a]\n[source.a]\nurl = \"https://example.org/\"\ncategories = [\"a\"]\n", tt.base, tt.table)).Hub
		if got.Enabled != tt.want.Enabled || got.URL != tt.want.URL {
			t.Errorf("%s, %s: %+v, want %+v", tt.base, tt.table, got, tt.want)
		}
	}
}

// TestLeases: what is left out goes by what is there.
func TestLeases(t *testing.T) {
	const hour, day = time.Hour, 24 * time.Hour
	for table, want := range map[string][3]time.Duration{
		"":                  {hour, 10 * day, 30 * day},
		`max_lease = "10m"`: {hour / 6, hour / 6, hour / 6},
		`min_lease = "60d"`: {60 * day, 60 * day, 60 * day},
		`lease = "2d"`:      {hour, 2 * day, 30 * day},
		`max_lease = "3d"`:  {hour, 3 * day, 3 * day},
	} {
		got := parse(t, "[hub]\n"+table+"\n").Hub
		if [3]time.Duration{got.MinLease, got.Lease, got.MaxLease} != want {
			t.Errorf("%s: %+v, want %v", table, got, want)
		}
	}
}
