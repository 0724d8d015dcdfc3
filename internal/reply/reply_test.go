package reply_test

import (
	"testing"
	"time"

	"tributary/internal/reply"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 6, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "-5": 0, "soon": 0, "Tue, 06 Jan 2026 10:30:00 GMT": 30 * time.Minute, "Tue, 06 Jan 2026 09:00:00 GMT": 0,
	} {
		if got := reply.RetryAfter(text, now); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		" too\n many\trequests ": "too many r", "<html>no": "", "没有这个": "没有这", "a\xffb": "ab",
	} {
		if got := reply.Words(text, 10); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
