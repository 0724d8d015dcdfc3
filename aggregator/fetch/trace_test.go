package fetch_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

// TestTraceHidesSecrets shows an exchange with a redirect, and none of the secrets that
// went out with it, although the server sends them back in all that it says.
func TestTraceHidesSecrets(t *testing.T) {
	const password, key = "s3cr3t-password", "k3y-of-the-api"
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, got, _ := r.BasicAuth()
		w.Header().Set("X-Echo", got+" "+r.Header.Get("X-Api-Key")+" "+r.Header.Get("Authorization"))
		if r.URL.Path == "/old" {
			w.Header().Set("Location", "/new?key="+r.Header.Get("X-Api-Key"))
			w.WriteHeader(http.StatusFound)
			return
		}
		w.Header().Set("Set-Cookie", "session=1")
		_, _ = w.Write([]byte(rss))
	})
	mine := feed.DigestOf("mine")
	f := client(t, fetch.Settings{Requests: fetch.Requests{mine: {
		Username: "me", Password: password, Secrets: []string{key, ""},
		Header: http.Header{"X-Api-Key": {key}, "Accept-Language": {"zh"}},
	}}})
	s := state(server.URL + "/old")
	s.Source.Request = mine
	trace := &fetch.Trace{}
	if _, err := f.Fetch(fetch.WithTrace(t.Context(), trace), s); err != nil {
		t.Fatal(err)
	}
	hops := trace.Hops()
	if len(hops) != 2 || hops[0].Status != http.StatusFound || hops[1].Status != http.StatusOK || hops[1].Bytes != len(rss) {
		t.Fatalf("hops = %+v", hops)
	}
	if h := hops[0]; h.Wait <= 0 || h.Total < h.Wait || h.Connect <= 0 || h.Remote == "" || h.Protocol != "HTTP/1.1" {
		t.Errorf("times and places = %+v", h)
	}
	for name, want := range map[string]string{"Authorization": "***", "X-Api-Key": "***", "Accept-Language": "zh"} {
		if got := hops[1].Request.Get(name); got != want {
			t.Errorf("%s is shown as %q, want %q", name, got, want)
		}
	}
	if got := hops[1].Response.Get("X-Echo"); got != "*** *** Basic ***" {
		t.Errorf("what the server sent back is shown as %q", got)
	}
	text, err := json.Marshal(hops)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{password, key, "session=1"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%q is shown in %s", secret, text)
		}
	}
}

// TestRequestsFollowTheirSource: a source whose settings are not those that a
// secret belongs to is asked without it, whatever its name.
func TestRequestsFollowTheirSource(t *testing.T) {
	var got string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		_, _ = w.Write([]byte(rss))
	})
	before := feed.DigestOf("before")
	f := client(t, fetch.Settings{Requests: fetch.Requests{before: {Bearer: "token"}}})
	s := state(server.URL)
	for digest, want := range map[feed.Digest]string{before: "Bearer token", {}: "", feed.DigestOf("after"): ""} {
		s.Source.Request = digest
		get(t, f, s)
		if got != want {
			t.Errorf("asked with %q, want %q", got, want)
		}
	}
}
