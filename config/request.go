package config

import (
	"fmt"
	"io"
	"maps"
	"net/textproto"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"tributary/feed"
)

// A Request says how a source is asked for, when not in the usual way.
type Request struct {
	Username      string
	Password      Secret            // from the variable that password_env names
	Bearer        Secret            // from the variable that bearer_env names
	Headers       map[string]string // fields to send along, by canonical name
	SecretHeaders map[string]Secret // likewise, from the variables that headers_env names
	Proxy         string            // URL of the proxy, "none" for none, "" for what the environment says
	CAFile        string            // absolute path of a PEM file with the authorities to trust; "": the machine's
}

// Format hides the secrets from every verb: fmt would not ask them when a verb
// does not fit.
func (*Request) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) } // a formatter has nobody to tell

// request reads the keys that only http and https understand. It returns nil,
// and the zero Digest, when there are none.
func (r *roster) request(s *section, address string) (*Request, feed.Digest) {
	var q Request
	q.Username, q.Password = r.credentials(s, address)
	q.Bearer = r.fromEnvironment(s, "bearer_env", "NEWS_TOKEN")
	q.Headers = r.headers(s)
	q.SecretHeaders = r.secretHeaders(s)
	q.Proxy = s.proxy()
	if text := s.text("ca_file", "authority.pem", ""); text != "" {
		if q.CAFile = filepath.FromSlash(text); !filepath.IsAbs(q.CAFile) {
			q.CAFile = filepath.Join(r.folder, q.CAFile)
		}
	}
	used := s.used("bearer_env", "headers", "headers_env", "proxy", "ca_file")
	if used == "" && q.Username == "" {
		return nil, feed.Digest{}
	}
	if strings.HasPrefix(address, "file:") && used != "" {
		s.wrong(used, s.valueAt(used), "a file: URL takes no "+used, "expected it only with http and https", "")
	}
	if q.Bearer != "" && q.Username != "" {
		s.wrong("bearer_env", s.valueAt("bearer_env"), "username and bearer_env are both given", "expected one way to authenticate", "")
	}
	return &q, q.digest(s)
}

// digest tells this way of asking from others, without the secrets: the names
// of the variables that hold them stand in for them.
func (q *Request) digest(s *section) feed.Digest {
	parts := []string{"user", q.Username, "proxy", q.Proxy, "ca", q.CAFile}
	for _, name := range slices.Sorted(maps.Keys(q.Headers)) {
		parts = append(parts, "header", name, q.Headers[name])
	}
	if e := s.t.find("headers_env"); e != nil && e.value.kind == isTable {
		var secrets []string
		for _, header := range e.value.sub.entries {
			secrets = append(secrets, textproto.CanonicalMIMEHeaderKey(header.key)+": "+header.value.text)
		}
		slices.Sort(secrets)
		parts = append(append(parts, "secrets"), secrets...)
	}
	for _, key := range []string{"password_env", "bearer_env"} {
		if e := s.t.find(key); e != nil {
			parts = append(parts, key, e.value.text)
		}
	}
	return feed.DigestOf(parts...)
}

// used returns the first of the keys that is written, or "".
func (s *section) used(keys ...string) string {
	for _, key := range keys {
		if s.t.find(key) != nil {
			return key
		}
	}
	return ""
}

// fromEnvironment returns the value of the variable that the key names. What
// is written there and cannot be a name may be the secret itself, and is not
// repeated.
func (r *roster) fromEnvironment(s *section, key, example string) Secret {
	v := s.get(key, isText, example)
	if v == nil {
		return ""
	}
	return r.variable(s, key, v, example)
}

func (r *roster) variable(s *section, key string, v *value, example string) Secret {
	usage := fmt.Sprintf("expected the name of the environment variable that holds the secret, such as %s = %q", key, example)
	switch {
	case !variable().MatchString(v.text):
		s.wrong(key, v.at, key+" cannot be the name of an environment variable", usage, "")
	case r.getenv == nil || r.getenv(v.text) == "":
		s.wrong(key, v.at, fmt.Sprintf("the environment variable %s is not set", shorten(v.text)), usage, "set it before you start tributary: export "+shorten(v.text)+"=…")
	default:
		return Secret(r.getenv(v.text))
	}
	return ""
}

// ours are the fields that belong to the protocol, or that tributary sets as
// it must.
var ours = []string{
	"Host", "Connection", "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Keep-Alive", "Proxy-Connection",
	"If-None-Match", "If-Modified-Since", "If-Range", "Range", "A-Im", "Accept-Encoding", "Expect",
}

// secrets are the fields that hold one.
var secrets = []string{"Authorization", "Cookie", "Proxy-Authorization"}

const maxHeaders = 50

// headers returns the fields of [source.NAME.headers].
func (r *roster) headers(s *section) map[string]string {
	var out map[string]string
	r.eachHeader(s, "headers", `headers = { Accept-Language = "zh" }`, func(name, key string, v *value) {
		switch {
		case slices.Contains(secrets, name):
			s.wrong(key, v.at, name+" holds a secret, which does not stand here", fmt.Sprintf(`expected it from the environment: headers_env = { %s = "NAME_OF_THE_VARIABLE" }`, name), "")
		case !httpguts.ValidHeaderFieldValue(v.text):
			s.wrong(key, v.at, fmt.Sprintf("%s has a line break or a control character in it", key), "expected one line of text", "")
		default:
			if out == nil {
				out = map[string]string{}
			}
			out[name] = v.text
		}
	})
	return out
}

// secretHeaders returns the fields of [source.NAME.headers_env].
func (r *roster) secretHeaders(s *section) map[string]Secret {
	var out map[string]Secret
	r.eachHeader(s, "headers_env", `headers_env = { X-Api-Key = "NEWS_KEY" }`, func(name, key string, v *value) {
		secret := r.variable(s, key, v, "NEWS_KEY")
		switch {
		case secret == "":
		case !httpguts.ValidHeaderFieldValue(string(secret)):
			s.wrong(key, v.at, fmt.Sprintf("the environment variable %s has a line break or a control character in it", shorten(v.text)), "expected one line of text", "")
		default:
			if out == nil {
				out = map[string]Secret{}
			}
			out[name] = secret
		}
	})
	return out
}

// eachHeader yields the fields of a table whose names may be sent.
func (r *roster) eachHeader(s *section, table, example string, yield func(name, key string, v *value)) {
	v := s.get(table, isTable, example)
	if v == nil {
		return
	}
	if len(v.sub.entries) > maxHeaders {
		s.wrong(table, v.at, fmt.Sprintf("%s has %d fields", table, len(v.sub.entries)), fmt.Sprintf("expected at most %d", maxHeaders), "")
		return
	}
	for i := range v.sub.entries {
		e := &v.sub.entries[i]
		key, name := table+"."+e.key, textproto.CanonicalMIMEHeaderKey(e.key)
		switch {
		case !httpguts.ValidHeaderFieldName(e.key):
			s.wrong(key, e.at, fmt.Sprintf("%q cannot be the name of a header field", shorten(e.key)), "expected letters, digits and dashes, such as Accept-Language", "")
		case slices.Contains(ours, name):
			s.wrong(key, e.at, name+" is not for a configuration to set", "tributary sets it as the protocol and the source's state ask", "remove it")
		case e.value.kind != isText:
			s.wrong(key, e.value.at, fmt.Sprintf("%s is %s", key, e.value.describe()), "expected text in quotes", "")
		default:
			yield(name, key, &e.value)
		}
	}
}

var proxySchemes = []string{"http", "https", "socks5"}

// proxy returns the URL of a proxy, "none", or "".
func (s *section) proxy() string {
	text := s.text("proxy", "socks5://localhost:9050", "")
	if text == "" || text == "none" {
		return text
	}
	u, err := url.Parse(text)
	switch {
	case err == nil && u.User != nil:
		s.wrong("proxy", s.valueAt("proxy"), "proxy has a user or a password in it", "secrets come from the environment: HTTPS_PROXY and HTTP_PROXY may have them", "")
		return ""
	case err != nil || u.Host == "" || !slices.Contains(proxySchemes, u.Scheme):
		s.wrong("proxy", s.valueAt("proxy"), fmt.Sprintf("proxy %q is no proxy's address", redact(text)),
			`expected a URL such as "http://proxy.example.org:3128" or "socks5://localhost:9050", or "none"`, "")
		return ""
	}
	return text
}
