package fetch

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tributary/feed"
)

// A chain is a request and the redirects it was sent through.
type chain struct {
	url       *url.URL // what to ask for now
	visited   []string // what was asked for before
	at        string   // the host that was asked last
	temporary bool     // some hop was not for good
	left      time.Duration
	request   *Request // how the source is asked for; nil: in the usual way
	secrets   secrets  // that still may be sent
}

// gaveValidators reports whether the validators in s are those of the address
// that is asked for now. Another one could answer 304 by chance, or by a date,
// for a document that nobody has seen.
func (c *chain) gaveValidators(s *feed.State) bool {
	if s.ValidatorsOf == "" {
		return len(c.visited) == 0
	}
	return c.url.String() == s.ValidatorsOf
}

// isRedirect reports whether the status sends a GET elsewhere (RFC 9110 §15.4).
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func isPermanent(status int) bool {
	return status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect
}

// follow turns c towards where the response sends it.
func (c *chain) follow(resp *http.Response, hops int) error {
	next, err := location(c.url, resp)
	if err != nil {
		return err
	}
	c.visited = append(c.visited, c.url.String())
	c.temporary = c.temporary || !isPermanent(resp.StatusCode)
	c.url = next
	switch {
	case slices.Contains(c.visited, next.String()):
		return circle(resp, len(c.visited))
	case len(c.visited) > hops:
		return &Error{Status: resp.StatusCode, Reason: fmt.Sprintf("the server redirects more than %d times", hops)}
	}
	return nil
}

// circle also tells the usual reason of a circle that browsers do not see.
func circle(resp *http.Response, redirects int) error {
	reason := fmt.Sprintf("the server redirects in a circle: after %s it is back at an address asked before", count(redirects, "redirect"))
	if len(resp.Header["Set-Cookie"]) > 0 {
		reason += "; it seems to want a cookie, and none are kept here"
	}
	return &Error{Status: resp.StatusCode, Reason: reason}
}

func location(from *url.URL, resp *http.Response) (*url.URL, error) {
	to := resp.Header.Get("Location")
	if to == "" {
		return nil, &Error{Status: resp.StatusCode, Reason: fmt.Sprintf("the server answered %s without saying where to", statusName(resp.StatusCode))}
	}
	next, err := from.Parse(to)
	if err != nil {
		return nil, &Error{Status: resp.StatusCode, Reason: "the server redirects to something that is no URL", Err: err}
	}
	if next, err = webAddress(next); err != nil {
		return nil, &Error{Status: resp.StatusCode, Reason: "the server redirects to an address that cannot be followed: " + err.Error(), Err: err}
	}
	return next, nil
}

// webAddress returns u as it is asked for: without fragment, and without a
// user's name and password, which are sent as a field or not at all.
func webAddress(u *url.URL) (*url.URL, error) {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, &Error{Reason: fmt.Sprintf("the scheme %q is neither http nor https", u.Scheme)}
	case u.Hostname() == "":
		return nil, &Error{Reason: "there is no host in it"}
	}
	if u.User == nil && u.Fragment == "" {
		return u, nil
	}
	v := *u
	v.User, v.Fragment, v.RawFragment = nil, "", ""
	return &v, nil
}

// led returns the address that answered, again if redirects led there, and once
// more if all of them were for good.
func (c *chain) led(s *feed.State) (at, redirected, moved string) {
	if len(c.visited) == 0 && !strings.ContainsAny(s.URL, "#@") {
		return s.URL, "", "" // as it would be written
	}
	at = c.url.String()
	switch {
	case len(c.visited) == 0:
		return at, "", ""
	case c.temporary:
		return at, at, ""
	}
	return at, at, at
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
