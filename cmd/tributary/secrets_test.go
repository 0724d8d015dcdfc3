package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// secretsOrigin serves feeds to whoever brings the secrets, and sends all that
// it was sent back, wherever an answer has room for it.
func secretsOrigin(t *testing.T, wants map[string][2]string, let *atomic.Int64) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/old"), "/")
		for field, values := range r.Header {
			w.Header()["X-Echo-"+field] = values
		}
		w.Header().Set("X-Echo-Query", r.URL.RawQuery)
		want := wants[name]
		switch {
		case r.Header.Get(want[0]) != want[1]:
			w.WriteHeader(http.StatusUnauthorized)
		case strings.HasPrefix(r.URL.Path, "/old"):
			w.Header().Set("Location", "/"+name+"?"+r.URL.RawQuery)
			w.WriteHeader(http.StatusMovedPermanently)
		case r.URL.Query().Has("fail"):
			w.WriteHeader(http.StatusForbidden)
		default:
			let.Add(1)
			fmt.Fprint(w, `<rss version="2.0"><channel><title>T</title><item><title>One</title></item></channel></rss>`)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// TestSecretsStaySecret: whatever is printed, logged, served and stored of
// sources that are asked with secrets, no secret is in it.
func TestSecretsStaySecret(t *testing.T) {
	const password, token, key, inURL = "pa55-of-the-test", "t0ken+of/the=test", "k3y-of-the-test", "s3cret-in-a-url"
	t.Setenv("TEST_PASSWORD", password)
	t.Setenv("TEST_TOKEN", token)
	t.Setenv("TEST_KEY", key)
	basic := base64.StdEncoding.EncodeToString([]byte("ann:" + password))
	var let atomic.Int64
	up := secretsOrigin(t, map[string][2]string{
		"basic": {"Authorization", "Basic " + basic}, "bearer": {"Authorization", "Bearer " + token}, "header": {"X-Api-Key", key},
	}, &let)
	dir := t.TempDir()
	p := &plan{listen: freeAddress(t), log: "debug"}
	for name, how := range map[string]string{
		"basic": "username = \"ann\"\npassword_env = \"TEST_PASSWORD\"", "bearer": "bearer_env = \"TEST_TOKEN\"",
		"header": "headers_env = { X-Api-Key = \"TEST_KEY\" }",
	} {
		p.add(name, up.URL+"/old/"+name, inNews+"\n"+how)
		p.add(name+"-fails", up.URL+"/"+name+"?fail", inNews+"\n"+how)
	}
	p.add("query", up.URL+"/old/query?a=b&api_key="+inURL, inNews)
	p.add("query-fails", up.URL+"/query?fail&api_key="+inURL, inNews)
	config := writeFile(t, dir, "feeds.toml", p.text())
	told := map[string]string{}
	tell := func(when string, args ...string) {
		r := tributary(t, append(args, "--config", config)...)
		told[when+": "+strings.Join(args, " ")] = r.out + r.stderr
	}
	commands := func(when string) {
		for _, s := range p.sources {
			tell(when, "poll", s.name, "--trace")
			tell(when, "poll", s.name, "--trace", "--json")
		}
		tell(when, "sources")
		tell(when, "sources", "--why")
		tell(when, "sources", "--json")
		tell(when, "config", "check")
	}
	commands("alone")
	d := serveProcess(t, config, p.listen)
	commands("beside serve")
	t.Setenv("TEST_PASSWORD", "") // whoever asks the daemon need not know them
	if r := must(t, "poll", "basic", "--config", config); !strings.Contains(r.out, "basic: nothing new (200") {
		t.Errorf("the daemon polls %q", r.out)
	}
	must(t, "sources", "--config", config)
	if r := tributary(t, "config", "check", "--config", config); !strings.Contains(r.stderr, "TEST_PASSWORD is not set") {
		t.Errorf("config check: %q", r.stderr)
	}
	t.Setenv("TEST_PASSWORD", password)
	_, page := get(t, d.url+"/news/atom.xml")
	told["atom.xml"] = string(page)
	_, list := get(t, d.url+"/sources.opml")
	told["sources.opml"] = string(list)
	writeFile(t, dir, "feeds.toml", p.text()+"[source.same]\nurl = \""+up.URL+"/old/query?a=b&api_key="+inURL+"\"\n"+inNews+"\n")
	d.hangup(t)
	d.logged(t, "stays in force", 1)
	d.stop(t)
	told["the log"] = d.log.String()

	if n := let.Load(); n < 3*2*2 {
		t.Errorf("the secrets were right %d times only", n)
	}
	if text := told["alone: poll header --trace"]; !strings.Contains(text, "> X-Api-Key: ***") || !strings.Contains(text, "< X-Echo-X-Api-Key: ***") {
		t.Errorf("the trace does not show that something was sent:\n%s", text)
	}
	if text := told["alone: poll query --trace"]; !strings.Contains(text, "/old/query?a=b&api_key=***\n") || !strings.Contains(text, "< X-Echo-Query: a=b&api_key=***") {
		t.Errorf("the trace does not show where it asked:\n%s", text)
	}
	if text := told["atom.xml"]; !strings.Contains(text, "/old/query?a=b\"") {
		t.Errorf("the feed does not name the source without its secret:\n%s", text)
	}
	if text := told["the log"]; !strings.Contains(text, "is that of source") {
		t.Errorf("the wrong configuration is not told of:\n%s", text)
	}
	for what, text := range told {
		for _, secret := range []string{password, token, key, basic, inURL} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %q:\n%s", what, secret, text)
			}
		}
	}
}
