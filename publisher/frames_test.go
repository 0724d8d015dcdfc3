package publisher_test

import (
	"strings"
	"testing"
)

// A page may show the frames that entries may hold, and no others.
func TestFramesOfPages(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	for _, tt := range []struct {
		frames []string
		want   string
	}{
		{nil, ""},
		{[]string{"player.example.org", "www.youtube-nocookie.com"}, " frame-src https://player.example.org https://www.youtube-nocookie.com;"},
	} {
		s.set.Frames = tt.frames
		policy := request(t, s.publisher().Handler(), "GET", "/").Header.Get("Content-Security-Policy")
		if _, rest, found := strings.Cut(policy, " frame-src"); found != (tt.want != "") || found && !strings.HasPrefix(" frame-src"+rest, tt.want) {
			t.Errorf("with the frames of %q the policy is %q", tt.frames, policy)
		}
	}
}
