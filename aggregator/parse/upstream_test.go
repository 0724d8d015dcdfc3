package parse_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/testshared"
)

type truth struct {
	Title string
	Items []struct{ ID, Link, Title, Author, Category, Summary, Content string }
}

func get(t testing.TB, url string) *fetch.Document {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return &fetch.Document{URL: url, Header: resp.Header, Body: body}
}

// What is read of the simulator's feeds is what they say, in every format and
// charset.
func TestUpstreamTruth(t *testing.T) {
	up := testshared.StartUpstream(t, "-n", "150", "-hostile", "0.2")
	seen := map[string]int{}
	for _, uf := range up.Feeds {
		f, err := read(t, get(t, uf.URL))
		if err != nil {
			t.Errorf("%s: %v", uf.URL, err)
			continue
		}
		seen[uf.Format+" "+uf.Charset]++
		if len(f.Notes) > 0 {
			t.Errorf("%s: %v", uf.URL, f.Notes)
		}
		var want truth
		if err := up.Get(context.Background(), fmt.Sprintf("/truth/%d.json", uf.ID), &want); err != nil {
			t.Fatal(err)
		}
		compareTruth(t, fmt.Sprintf("%s (%s %s)", uf.URL, uf.Format, uf.Charset), f, &want)
	}
	t.Log(seen)
}

func compareTruth(t *testing.T, name string, f *parse.Feed, want *truth) {
	t.Helper()
	if f.Title.Body != want.Title || len(f.Items) != len(want.Items) {
		t.Errorf("%s: %q with %d items, want %q with %d", name, f.Title.Body, len(f.Items), want.Title, len(want.Items))
		return
	}
	for i, w := range want.Items {
		it := &f.Items[i]
		got := map[string]string{"link": link(it, "", feed.RelAlternate, 0, "url"), "title": it.Title.Body}
		if it.Title.Type == feed.TextHTML {
			got["title"] = flat(it.Title.Body)
		}
		said := map[string]string{"link": w.Link, "title": w.Title}
		if w.ID != "" && f.Format != "rss1.0" { // which has rdf:about only
			got["id"], said["id"] = it.ID, w.ID
		}
		if w.Content != "" && it.Content.Body != "" {
			got["content"], said["content"] = flat(it.Content.Body), flat(w.Content)
		}
		if w.Author != "" && len(it.Authors) > 0 {
			got["author"], said["author"] = it.Authors[0].Name, w.Author
		}
		if w.Category != "" && len(it.Categories) > 0 {
			got["category"], said["category"] = it.Categories[0].Term, w.Category
		}
		for key := range said {
			if strings.TrimSpace(got[key]) != strings.TrimSpace(said[key]) {
				t.Errorf("%s: item %d: %s = %.300q, want %.300q", name, i, key, got[key], said[key])
				return
			}
		}
	}
}

// Broken and mislabelled feeds lose nothing but what is not there.
func TestUpstreamFaults(t *testing.T) {
	up := testshared.StartUpstream(t, "-n", "60")
	for _, uf := range up.Feeds {
		for _, fault := range []string{"malformed", "wrong-type", "mislabelled"} {
			f, err := read(t, get(t, uf.URL+"?fault="+fault))
			if err != nil {
				t.Errorf("%s %s: %v", uf.URL, fault, err)
				continue
			}
			want := uf.Items
			if fault == "malformed" && uf.ID%5 == 0 {
				want = uf.Items * 2 / 5 // of a document cut in its middle
			}
			if len(f.Items) < want {
				t.Errorf("%s %s (%s): %d items, want %d; %v", uf.URL, fault, uf.Format, len(f.Items), want, f.Notes)
			}
			if fault == "malformed" && uf.ID%5 == 0 && len(f.Notes) == 0 {
				t.Errorf("%s %s: cut short without a note", uf.URL, fault)
			}
		}
		if _, err := read(t, get(t, uf.URL+"?fault=html")); err == nil || !strings.Contains(err.Error(), "HTML page") {
			t.Errorf("%s html: err = %v", uf.URL, err)
		}
	}
}
