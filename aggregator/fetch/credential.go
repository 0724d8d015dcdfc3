package fetch

import (
	"cmp"
	"crypto/x509"
	"encoding/base64"
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
	Secrets            []string       // values of Header that no trace may show
}

func (Request) String() string { return "***" }

// GoString hides secrets from %#v.
func (Request) GoString() string { return "***" }

// Requests are the ways in which some sources are asked for, by their
// Source.Request: while the configuration changes, no source is asked with the
// secrets that it had before or will have after.
type Requests map[feed.Digest]*Request

// of returns how a source is asked for, nil when in the usual way.
func (m Requests) of(s *feed.State) *Request {
	if s.Source.Request.IsZero() {
		return nil
	}
	return m[s.Source.Request]
}

// secrets are what a source's requests carry besides what all do, and whom
// that is for. The zero value is for sources that have none.
type secrets struct {
	origin        *url.URL // the source's own, not where it has moved; nil: there are none
	header        http.Header
	authorization string // the field's value; "": none
}

// secretsOf returns what is sent along for a source: its settings, or the user
// and password in its URL.
func secretsOf(s *feed.State, r *Request) secrets {
	at := cmp.Or(s.Source.URL, s.URL)
	if r == nil && !strings.Contains(at, "@") {
		return secrets{}
	}
	origin, err := url.Parse(at)
	if err != nil {
		return secrets{}
	}
	out := secrets{origin: origin}
	username, password := "", ""
	if u := origin.User; u != nil {
		username = u.Username()
		password, _ = u.Password() // none: empty
	}
	if r != nil {
		out.header = r.Header
		if r.Username != "" {
			username, password = r.Username, r.Password
		}
	}
	switch {
	case r != nil && r.Bearer != "":
		out.authorization = "Bearer " + r.Bearer
	case username != "" || password != "":
		out.authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(username+":"+password))
	}
	return out
}

// dress adds the source's own fields and credentials, as long as the chain
// has not left the host they are for: whoever it went to may have chosen what
// it is sent back for.
func (c *chain) dress(req *http.Request) {
	s := &c.secrets
	if s.origin == nil {
		return
	}
	if !mayAuthenticate(s.origin, req.URL) {
		c.secrets = secrets{}
		return
	}
	for name, values := range s.header {
		req.Header[name] = values
	}
	if s.authorization != "" {
		req.Header["Authorization"] = []string{s.authorization}
	}
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
