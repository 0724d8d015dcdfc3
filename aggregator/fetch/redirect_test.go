package fetch_test

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

// wander serves a feed at /feed, and at /CODE/PATH a redirect to /PATH.
func wander(w http.ResponseWriter, r *http.Request) {
	step, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if code, err := strconv.Atoi(step); err == nil {
		w.Header().Set("Location", "/"+rest)
		w.WriteHeader(code)
		return
	}
	w.Header().Set("ETag", `"end"`)
	if r.Header.Get("If-None-Match") == `"end"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write([]byte(rss))
}

func TestFetchFollowsRedirects(t *testing.T) {
	server := serve(t, wander)
	f := client(t, fetch.Settings{})
	for _, tt := range []struct {
		path  string
		moved bool
	}{
		{path: "/feed"},
		{path: "/301/feed", moved: true},
		{path: "/308/301/feed", moved: true},
		{path: "/302/feed"},
		{path: "/303/307/feed"},
		{path: "/301/302/feed"},
		{path: "/302/301/feed"},
	} {
		s := state(server.URL + tt.path)
		doc := get(t, f, s)
		want := map[bool]string{true: server.URL + "/feed"}[tt.moved]
		if string(doc.Body) != rss || doc.URL != server.URL+"/feed" || doc.Moved != want {
			t.Errorf("%s: url %q, moved %q, want %q", tt.path, doc.URL, doc.Moved, want)
		}
		learn(s, doc)
		if doc := get(t, f, s); doc.Status != 304 || !doc.NotModified || doc.Moved != want {
			t.Errorf("%s again: status %d, moved %q, want 304 and %q", tt.path, doc.Status, doc.Moved, want)
		}
	}
}

// Whoever gave the validators gets them back, and nobody else: a server that
// did not may answer 304 by a date, for a document that was never seen.
func TestFetchSendsValidatorsToWhoGaveThem(t *testing.T) {
	to := "/new"
	asked := map[string]string{}
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked[r.URL.Path] = r.Header.Get("If-Modified-Since") + r.Header.Get("If-None-Match") + r.Header.Get("A-IM")
		if r.URL.Path == "/feed" && to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		date := map[string]string{"/new": "Fri, 02 Jan 2026 03:04:05 GMT"}[r.URL.Path]
		if date == "" {
			date = "Thu, 01 Jan 2026 03:04:05 GMT"
		}
		if since := r.Header.Get("If-Modified-Since"); since != "" { // not since the later of the two
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Last-Modified", date)
		fmt.Fprint(w, rss, r.URL.Path)
	})
	f, s := client(t, fetch.Settings{}), state(server.URL+"/feed")
	learn(s, get(t, f, s))
	if doc := get(t, f, s); doc.Status != 304 || asked["/feed"] != "" || asked["/new"] == "" {
		t.Errorf("status %d, asked with %q", doc.Status, asked)
	}
	for _, next := range []string{"/other", ""} {
		to = next
		doc := get(t, f, s)
		if doc.Status != 200 || doc.NotModified || string(doc.Body) != rss+cmp.Or(next, "/feed") || asked[cmp.Or(next, "/feed")] != "" {
			t.Errorf("redirected to %q: status %d, body %q, asked with %q", next, doc.Status, doc.Body, asked)
		}
		learn(s, doc)
		if doc := get(t, f, s); doc.Status != 304 {
			t.Errorf("redirected to %q again: status %d", next, doc.Status)
		}
	}
}

func TestFetchRefusesRedirects(t *testing.T) {
	inner := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a private server was asked") })
	private := strings.Replace(inner.URL, "127.0.0.1", "localhost", 1)
	to := map[string]string{
		"/circle": "/circle/2", "/circle/2": "/circle/3", "/circle/3": "/circle", "/self": "/self",
		"/file": "file:///etc/passwd", "/script": "javascript:alert(1)", "/hostless": "http:///x", "/broken": "http://a b/%zz",
		"/private": strings.Replace(inner.URL, "127.0.0.1", "127.0.0.9", 1), "/name": private,
		"/form": "http://[::ffff:127.0.0.9]:80/", "/metadata": "http://169.254.169.254/latest/",
	}
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		at := to[r.URL.Path]
		if n, ok := strings.CutPrefix(r.URL.Path, "/far/"); ok {
			at = "/far/" + n + "x"
		}
		if r.URL.Path == "/cookie" {
			at = "/cookie"
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
		}
		if at != "" {
			w.Header().Set("Location", at)
		}
		w.WriteHeader(http.StatusFound)
	})
	allow := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	f := client(t, fetch.Settings{AllowNetworks: allow, Limits: fetch.Limits{Hops: 4}})
	for path, want := range map[string]string{
		"/circle": "in a circle: after 3 redirects", "/self": "in a circle: after 1 redirect ", "/cookie": "want a cookie", "/far/": "more than 4 times",
		"/nowhere": "302 Found without saying where to", "/file": `"file" is neither http nor https`,
		"/script": `"javascript" is neither`, "/hostless": "there is no host", "/broken": "no URL",
		"/private": "the address 127.0.0.9 is loopback", "/form": "the address 127.0.0.9 is loopback",
		"/metadata": "after 1 redirect, at 169.254.169.254: the address 169.254.169.254 is link-local",
	} {
		doc, err := f.Fetch(t.Context(), state(server.URL+path))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: document %+v, error %v, want %q", path, doc, err, want)
		}
	}
}

// A name that resolves to a private address is found out when it is dialled.
func TestFetchRefusesNamesOfPrivateAddresses(t *testing.T) {
	server := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a private server was asked") })
	f := client(t, fetch.Settings{AllowNetworks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	for _, host := range []string{"localhost", "127.0.0.1", "[::ffff:127.0.0.1]"} {
		_, err := f.Fetch(t.Context(), state(strings.Replace(server.URL, "127.0.0.1", host, 1)))
		if err == nil || !strings.Contains(err.Error(), "is loopback") || !strings.Contains(err.Error(), "allow_networks") {
			t.Errorf("%s: error %v", host, err)
		}
	}
}

func TestFetchKeepsCredentialsToTheirHost(t *testing.T) {
	const secret = "s3cret"
	seen := map[string]string{}
	note := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			user, password, _ := r.BasicAuth()
			seen[name+r.URL.Path] = user + ":" + password
			if to := r.URL.Query().Get("to"); to != "" {
				w.Header().Set("Location", to)
				w.WriteHeader(http.StatusMovedPermanently)
				return
			}
			if r.URL.Path == "/closed" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = w.Write([]byte(rss))
		}
	}
	own, other := serve(t, note("own")), serve(t, note("other"))
	mine := feed.DigestOf("me")
	f := client(t, fetch.Settings{Requests: fetch.Requests{mine: {Username: "me", Password: secret}}})
	state := func(url string) *feed.State {
		s := state(url)
		s.Source.Request = mine
		return s
	}

	get(t, f, state(own.URL+"/a?to="+url.QueryEscape(own.URL+"/b")))
	get(t, f, state(own.URL+"/c?to="+url.QueryEscape(other.URL+"/c")))
	moved := state(own.URL + "/d")
	moved.URL = other.URL + "/d"
	get(t, f, moved)
	inURL := state(strings.Replace(own.URL, "http://", "http://you:"+secret+"@", 1) + "/e?to=" + url.QueryEscape(strings.Replace(other.URL, "http://", "http://x:y@", 1)+"/e"))
	inURL.Source.ID, inURL.Source.Request = "other", feed.Digest{}
	doc := get(t, f, inURL)
	get(t, f, state(own.URL+"/f?to="+url.QueryEscape(other.URL+"/f?to="+url.QueryEscape(own.URL+"/g"))))
	for at, want := range map[string]string{
		"own/a": "me:" + secret, "own/b": "me:" + secret, "own/c": "me:" + secret, "other/c": ":", "other/d": ":",
		"own/e": "you:" + secret, "other/e": ":",
		"own/f": "me:" + secret, "other/f": ":", "own/g": ":", // who was left may have chosen what it leads back to
	} {
		if seen[at] != want {
			t.Errorf("%s was asked as %q, want %q", at, seen[at], want)
		}
	}
	_, err := f.Fetch(t.Context(), state(own.URL+"/closed"))
	if err == nil || !strings.Contains(err.Error(), "does not accept the credentials") {
		t.Errorf("error %v", err)
	}
	for _, told := range []string{doc.URL, doc.Moved, fmt.Sprint(err), fmt.Sprintf("%v %+v %#v", fetch.Request{Password: secret}, fetch.Settings{Requests: fetch.Requests{mine: {Password: secret}}}, fetch.Request{Password: secret})} {
		if strings.Contains(told, secret) || strings.Contains(told, "x:y") {
			t.Errorf("the secret is told: %s", told)
		}
	}
}

func TestFetchStatus(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		code, err := strconv.Atoi(r.URL.Path[1:])
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Retry-After", "90")
		w.WriteHeader(code)
	})
	f := client(t, fetch.Settings{})
	for code, want := range map[int]string{
		204: "200 with a document", 206: "200 with a document", 300: "no way to one", 304: "nothing was asked",
		400: "does not accept this request", 401: "set username and password_env", 403: "may not want programs",
		404: "there is no feed", 410: "taken down for good", 429: "less often", 500: "trouble of its own", 503: "overloaded", 522: "answered 522: trouble",
	} {
		_, err := f.Fetch(t.Context(), state(fmt.Sprintf("%s/%d", server.URL, code)))
		var told *fetch.Error
		if !errors.As(err, &told) || told.Status != code || !strings.Contains(told.Reason, want) || told.RetryAfter.Seconds() != 90 {
			t.Errorf("%d: error %+v, want %q", code, err, want)
		}
	}
}
