package fetch

import (
	"net/http"
	"net/url"
	"strings"

	"tributary/feed"
)

// A Credential is sent by basic authentication (RFC 7617) to the host of its
// source's URL, and to no other. It prints as asterisks.
type Credential struct{ Username, Password string }

func (Credential) String() string { return "***" }

// GoString hides the credential from %#v.
func (Credential) GoString() string { return "***" }

// authenticate adds the source's credentials if the request goes to the host
// they are for, wherever the source has moved meanwhile.
func (h *HTTP) authenticate(req *http.Request, s *feed.State) {
	at := s.Source.URL
	if at == "" {
		at = s.URL
	}
	c, ok := h.credential(s.Source.ID, at)
	if !ok {
		return
	}
	if origin, err := url.Parse(at); err == nil && mayAuthenticate(origin, req.URL) {
		req.SetBasicAuth(c.Username, c.Password)
	}
}

// credential returns what to authenticate with at a source's URL: what the
// settings say, else what stands in the URL.
func (h *HTTP) credential(id feed.SourceID, at string) (Credential, bool) {
	if c, ok := h.set.Credentials[id]; ok {
		return c, true
	}
	u, err := url.Parse(at)
	if err != nil || u.User == nil {
		return Credential{}, false
	}
	password, _ := u.User.Password() // none: empty
	return Credential{u.User.Username(), password}, true
}

// mayAuthenticate reports whether the credentials for origin may be sent to
// to: the same host and port, or the same host now with TLS.
func mayAuthenticate(origin, to *url.URL) bool {
	if !strings.EqualFold(origin.Hostname(), to.Hostname()) {
		return false
	}
	if origin.Scheme == to.Scheme {
		return portOf(origin) == portOf(to)
	}
	return origin.Scheme == "http" && portOf(origin) == "80" && to.Scheme == "https" && portOf(to) == "443"
}
