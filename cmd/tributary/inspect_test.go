package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestInspectGathers: inspect shows what a first poll would have: further pages,
// the text of entries' pages and why another one lacks it, allowed frames.
func TestInspectGathers(t *testing.T) {
	t.Parallel()
	const long = "A paragraph of the article that goes on for long enough to be taken for the text of the page. "
	mux := http.NewServeMux()
	page := func(path, html string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<html><body>"+html+"</body></html>")
		})
	}
	page("/list", `<ul><li><a href="/1">One</a></li></ul><a class="next" href="/list2">more</a>`)
	page("/list2", `<ul><li><a href="/2">Two</a></li></ul>`)
	page("/1", `<div id="text"><p onclick="x()">`+strings.Repeat(long, 3)+`</p><iframe src="https://player.example/1"></iframe><iframe src="https://ads.example/1"></iframe></div>`)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	args := []string{"inspect", "--kind", "html", "--option", "item=li", "--option", "next=a.next", "--option", "pages=3",
		"--option", "full_text=true", "--option", "full_text_take=#text", "--iframe", "Player.example", srv.URL + "/list"}
	r := must(t, args...)
	for _, want := range []string{"2 entries", "One", "Two", "text from its page, by selectors", "text from the source's own document: the server answered 404"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	r = must(t, append(args, "--json")...)
	for _, want := range []string{long, `https://player.example/1`, `"frame":1`, `"text_from":"its page, by selectors"`} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	if strings.Contains(r.out, "ads.example") || strings.Contains(r.out, "onclick") {
		t.Errorf("what a poll takes out is there:\n%s", r.out)
	}
}
