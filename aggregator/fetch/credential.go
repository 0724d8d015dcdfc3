package fetch

import (
	"crypto/x509"
	"net/http"
	"net/url"
	"strings"

	"tributary/feed"
)

// A Request says how one source is asked for. What it adds to a request goes
// to the host of the source's URL and to no other, wherever redirects lead.
// It prints as asterisks.
type Request struct {
	Header             http.Header    // fields of the operator's
	Username, Password string         // basic authentication (RFC 7617); none without a Username
	Bearer             string         // bearer token (RFC 6750); "": none
	Proxy              *url.URL       // nil: as the environment says
	Direct             bool           // no proxy, whatever the environment says
	CA                 *x509.CertPool // whom to trust; nil: whom the machine trusts
	CAName             string         // tells pools apart: sources of one name share connections
}

func (Request) String() string { return "***" }

// GoString hides secrets from %#v.
func (Request) GoString() string { return "***" }

// Requests are the sources that are asked for in a way of their own.
type Requests map[feed.SourceID]*Request

// of returns how a source is asked for, nil when in the usual way.
func (h *HTTP) of(id feed.SourceID) *Request {
	if m := h.requests.Load(); m != nil {
		return (*m)[id]
	}
	return nil
}

// SetRequests makes r what sources are asked with from now on.
func (h *HTTP) SetRequests(r Requests) { h.requests.Store(&r) }

// address returns what a source's fields are meant for.
func address(s *feed.State) string {
	if s.Source.URL != "" {
		return s.Source.URL
	}
	return s.URL
}

// dress adds the source's own fields and credentials if the request goes to
// the host they are for.
func (h *HTTP) dress(req *http.Request, s *feed.State) {
	at := address(s)
	origin, err := url.Parse(at)
	if err != nil || !mayAuthenticate(origin, req.URL) {
		return
	}
	r := h.of(s.Source.ID)
	if r != nil {
		for name, values := range r.Header {
			req.Header[name] = values
		}
	}
	switch username, password := credential(r, origin); {
	case r != nil && r.Bearer != "":
		req.Header["Authorization"] = []string{"Bearer " + r.Bearer}
	case username != "" || password != "":
		req.SetBasicAuth(username, password)
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
		delete(req.Header, "Host")
	}
}

// credential returns the user and password: what the settings say, else what
// stands in the URL.
func credential(r *Request, origin *url.URL) (username, password string) {
	if r != nil && r.Username != "" {
		return r.Username, r.Password
	}
	if origin.User == nil {
		return "", ""
	}
	password, _ = origin.User.Password() // none: empty
	return origin.User.Username(), password
}

// authenticates reports whether the source is asked for with a secret.
func (h *HTTP) authenticates(s *feed.State) bool {
	if r := h.of(s.Source.ID); r != nil && (r.Username != "" || r.Bearer != "") {
		return true
	}
	u, err := url.Parse(address(s))
	return err == nil && u.User != nil
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
