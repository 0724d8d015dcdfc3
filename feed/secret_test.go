package feed

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestShownURL(t *testing.T) {
	for _, tt := range []struct {
		url, shown, public string
		secrets            []string
	}{
		{url: "https://example.org/feed"},
		{url: "https://example.org/feed?page=2&tag=a%20b#top"},
		{url: "https://example.org/@ann/feed?"},
		{url: "file:/srv/a@b?token=x", shown: "file:/srv/a@b?token=***", public: "file:/srv/a@b", secrets: []string{"x"}},
		{url: "https://example.org/feed?token=", shown: "https://example.org/feed?token="},
		{url: "https://example.org/feed?token=abc", shown: "https://example.org/feed?token=***", public: "https://example.org/feed", secrets: []string{"abc"}},
		{url: "https://example.org/?a=1&API-Key=k%2By&b=2#x", shown: "https://example.org/?a=1&API-Key=***&b=2#x", public: "https://example.org/?a=1&b=2#x", secrets: []string{"k%2By"}},
		{url: "https://example.org/?%74oken=abc", shown: "https://example.org/?%74oken=***", public: "https://example.org/", secrets: []string{"abc"}},
		{url: "https://ann:pass@word@example.org/x", shown: "https://***@example.org/x", public: "https://example.org/x", secrets: []string{"ann:pass@word"}},
		{url: "https://ann@example.org?sig=1&session_id=2", shown: "https://***@example.org?sig=***&session_id=***", public: "https://example.org", secrets: []string{"ann", "1", "2"}},
	} {
		if tt.shown == "" {
			tt.shown = tt.url
		}
		if tt.public == "" {
			tt.public = tt.url
		}
		if got := ShownURL(tt.url); got != tt.shown {
			t.Errorf("%s is shown as %s, want %s", tt.url, got, tt.shown)
		}
		if got := PublicURL(tt.url); strings.TrimSuffix(got, "?") != strings.TrimSuffix(tt.public, "?") {
			t.Errorf("%s is published as %s, want %s", tt.url, got, tt.public)
		}
		if got := URLSecrets(tt.url); !slices.Equal(got, tt.secrets) {
			t.Errorf("%s has the secrets %q, want %q", tt.url, got, tt.secrets)
		}
	}
}

// What is shown and published hides nothing twice, and holds no field's secret.
func FuzzShownURL(f *testing.F) {
	for _, s := range []string{"https://example.org/?a=1&token=abc#x", "https://ann:b@example.org/?key=", "?@", "//@", "x://@?sig=&&sig=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if shown := ShownURL(s); ShownURL(shown) != shown {
			t.Errorf("%q is shown as %q, and that as %q", s, shown, ShownURL(shown))
		}
		public := PublicURL(s)
		if left := URLSecrets(public); len(left) > 0 {
			t.Errorf("%q is published as %q, with %q", s, public, left)
		}
		u, err := url.Parse(public)
		if err != nil {
			return
		}
		if u.User != nil {
			t.Errorf("%q is published as %q, with a user", s, public)
		}
		for name, values := range u.Query() {
			if isSecretName(name) && strings.Join(values, "") != "" {
				t.Errorf("%q is published as %q", s, public)
			}
		}
	})
}
