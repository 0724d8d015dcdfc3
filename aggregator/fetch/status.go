package fetch

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// statusError says what an answer without a document means, and what can be
// done about it.
func statusError(resp *http.Response, now time.Time) error {
	e := &Error{
		Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header, now), Host: hostKey(resp.Request.URL),
		Reason: "the server answered " + statusName(resp.StatusCode),
	}
	if advice := advice(resp); advice != "" {
		e.Reason += ": " + advice
	}
	return e
}

func advice(resp *http.Response) string {
	status := resp.StatusCode
	switch {
	case status == http.StatusUnauthorized:
		if resp.Request.Header["Authorization"] != nil {
			return "it does not accept the credentials of this source"
		}
		return "it wants a username and a password; set username and password_env of this source"
	case statusAdvice[status] != "":
		return statusAdvice[status]
	case status >= 500:
		return "trouble of its own, which may pass"
	case status >= 400:
		return "it does not accept this request"
	case status >= 300:
		return "no document and no way to one"
	}
	return "200 with a document is expected"
}

var statusAdvice = map[int]string{
	http.StatusPaymentRequired:            "it wants to be paid for this feed",
	http.StatusForbidden:                  "it may not want programs, or not this network; ask its operator",
	http.StatusNotFound:                   "there is no feed at this address; look for its new one",
	http.StatusNotAcceptable:              "it has no document in a format of feeds",
	http.StatusProxyAuthRequired:          "the proxy wants a username and a password",
	http.StatusRequestTimeout:             "it gave up waiting, which may pass",
	http.StatusGone:                       "the feed was taken down for good; remove the source",
	http.StatusTooManyRequests:            "it wants to be asked less often",
	http.StatusUnavailableForLegalReasons: "it may not show the feed for legal reasons",
	http.StatusServiceUnavailable:         "it is overloaded or under maintenance, which may pass",
	http.StatusNotModified:                "nothing was asked that this could be the answer to",
}

// statusName returns "404 Not Found", or the number alone when it has no name.
func statusName(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}
