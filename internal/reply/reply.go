// Package reply reads what other servers say when they do not do what they
// are asked.
package reply

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryAfter reads the field of that name in both its forms (RFC 9110
// §10.2.3); 0 for none. The caller bounds it.
func RetryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// Words makes the beginning of a body, of at most so many bytes, fit for a
// log: one line. A page is none.
func Words(text string, most int) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if strings.HasPrefix(text, "<") {
		return ""
	}
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}
