package demo_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"tributary/config"
	"tributary/internal/demo"
)

func start(t *testing.T, set demo.Settings) (*demo.Upstream, *config.Config) {
	t.Helper()
	u, err := set.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := u.Close(); err != nil {
			t.Error(err)
		}
	})
	return u, u.Config("/tmp/demo.db", "localhost:8080")
}

// get asks for url and reads the answer to its end.
func get(ctx context.Context, url string, header http.Header) (*http.Response, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, nil, err
	}
	r.Header = header
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, body, err
}

// read returns the feed at url, and asks again while it fails.
func read(t *testing.T, url string) *gofeed.Feed {
	t.Helper()
	for range 3 {
		response, body, err := get(t.Context(), url, nil)
		if err != nil || response.StatusCode != http.StatusOK {
			continue
		}
		f, err := gofeed.NewParser().Parse(bytes.NewReader(body))
		if err != nil {
			t.Fatalf("%s: %v", url, err)
		}
		return f
	}
	t.Fatalf("%s fails three times in a row", url)
	return nil
}

func TestFeeds(t *testing.T) {
	_, c := start(t, demo.Settings{Every: time.Hour})
	formats := map[string]int{}
	for _, s := range c.Sources {
		f := read(t, s.URL)
		formats[f.FeedType]++
		if f.Title == "" || len(f.Items) < 10 {
			t.Errorf("%s: title %q, %d items", s.URL, f.Title, len(f.Items))
		}
		seen := map[string]bool{}
		for i, it := range f.Items {
			if it.Title == "" || it.PublishedParsed == nil || it.GUID == "" || seen[it.GUID] || strings.Contains(it.Title, "{") {
				t.Errorf("%s: item %d: %+v", s.URL, i, it)
			}
			if i > 0 && it.PublishedParsed.After(*f.Items[i-1].PublishedParsed) {
				t.Errorf("%s: item %d is newer than the one before it", s.URL, i)
			}
			seen[it.GUID] = true
		}
	}
	if want := map[string]int{"rss": 3, "atom": 1, "json": 1}; !reflect.DeepEqual(formats, want) {
		t.Errorf("formats = %v, want %v", formats, want)
	}
}

func TestWhatTheFeedsShow(t *testing.T) {
	u, _ := start(t, demo.Settings{Every: time.Hour})
	caijing := read(t, u.URL()+"/caijing/rss.xml")
	if caijing.Title != "江河财经" || !strings.HasSuffix(caijing.Items[0].Published, " +0800") {
		t.Errorf("caijing: %q, %q", caijing.Title, caijing.Items[0].Published)
	}
	authors := map[string]bool{}
	for _, it := range read(t, u.URL()+"/kettle/atom.xml").Items {
		authors[it.Authors[0].Name] = true
	}
	if len(authors) < 2 {
		t.Errorf("kettle has the authors %v, want several", authors)
	}
	podcast := read(t, u.URL()+"/tidewater/podcast.xml").Items[0]
	for _, link := range []string{podcast.Enclosures[0].URL, podcast.Link} {
		response, body, err := get(t.Context(), link, nil)
		if err != nil || response.StatusCode != http.StatusOK || len(body) == 0 {
			t.Errorf("%s: %v, %v", link, response, err)
		}
	}
	_, sound, err := get(t.Context(), podcast.Enclosures[0].URL, nil)
	if err != nil || !bytes.HasPrefix(sound, []byte("RIFF")) || podcast.Enclosures[0].Length != "4044" || len(sound) != 4044 {
		t.Errorf("the enclosure: %d bytes, %v; announced %s", len(sound), err, podcast.Enclosures[0].Length)
	}
}

// The same seed gives the same words, another seed others.
func TestSeed(t *testing.T) {
	titles := func(seed uint64) (all []string) {
		u, _ := start(t, demo.Settings{Seed: seed, Every: time.Hour})
		for _, it := range read(t, u.URL()+"/kettle/atom.xml").Items {
			all = append(all, it.Title+it.Content)
		}
		return all
	}
	first, again, other := titles(1), titles(1), titles(2)
	if !reflect.DeepEqual(first, again) {
		t.Error("the same seed gives other entries")
	}
	if reflect.DeepEqual(first, other) {
		t.Error("another seed gives the same entries")
	}
}

func TestGrows(t *testing.T) {
	_, c := start(t, demo.Settings{Every: 10 * time.Millisecond})
	for _, s := range c.Sources {
		before := read(t, s.URL).Items
		deadline := time.Now().Add(5 * time.Second)
		for read(t, s.URL).Items[0].GUID == before[0].GUID {
			if time.Now().After(deadline) {
				t.Fatalf("%s has nothing new after five seconds", s.URL)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

func TestConditional(t *testing.T) {
	u, _ := start(t, demo.Settings{Every: time.Hour})
	url := u.URL() + "/kettle/atom.xml"
	plain := http.Header{"Accept-Encoding": {"identity"}}
	first, body, err := get(t.Context(), url, plain)
	if err != nil {
		t.Fatal(err)
	}
	zipped, small, err := get(t.Context(), url, http.Header{"Accept-Encoding": {"gzip"}})
	if err != nil || zipped.Header.Get("Content-Encoding") != "gzip" || len(small) >= len(body) {
		t.Errorf("gzip: %v, %d bytes of %d, %v", zipped.Header, len(small), len(body), err)
	}
	tag, modified := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	if tag == "" || modified == "" || tag == zipped.Header.Get("ETag") {
		t.Errorf("ETag %s plain and %s with gzip, Last-Modified %s", tag, zipped.Header.Get("ETag"), modified)
	}
	for _, tt := range []struct {
		name  string
		asked http.Header
		want  int
	}{
		{"the same tag", http.Header{"Accept-Encoding": {"identity"}, "If-None-Match": {tag}}, http.StatusNotModified},
		{"another tag", http.Header{"Accept-Encoding": {"identity"}, "If-None-Match": {`"x"`}, "If-Modified-Since": {modified}}, http.StatusOK},
		{"the same date", http.Header{"If-Modified-Since": {modified}}, http.StatusNotModified},
		{"an older date", http.Header{"If-Modified-Since": {"Sat, 01 Jan 2000 00:00:00 GMT"}}, http.StatusOK},
	} {
		response, body, err := get(t.Context(), url, tt.asked)
		if err != nil || response.StatusCode != tt.want || tt.want == http.StatusNotModified && len(body) > 0 {
			t.Errorf("%s: %v with %d bytes, %v; want %d", tt.name, response.Status, len(body), err, tt.want)
		}
	}
}

// One feed answers 503 with Retry-After, and another time half a body, and
// recovers from both.
func TestFlaky(t *testing.T) {
	u, _ := start(t, demo.Settings{Every: time.Hour})
	var got []string
	for range 12 {
		response, body, err := get(t.Context(), u.URL()+"/harbour/rss.xml", http.Header{"Accept-Encoding": {"identity"}})
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF) && len(body) > 0:
			got = append(got, "cut")
		case err != nil:
			t.Fatal(err)
		case response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("Retry-After") != "":
			got = append(got, "busy")
		case response.StatusCode == http.StatusOK:
			got = append(got, "ok")
		default:
			t.Fatal(response.Status)
		}
	}
	if want := "ok ok busy ok ok cut ok ok busy ok ok cut"; strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestConfig(t *testing.T) {
	u, c := start(t, demo.Settings{})
	if c.Storage != "bolt:/tmp/demo.db" || c.Site.BaseURL != "http://localhost:8080" || c.Aggregator.Workers == 0 || c.Site.Limit == 0 {
		t.Errorf("config = %+v", c)
	}
	fed := map[string]bool{}
	for _, s := range c.Sources {
		if !strings.HasPrefix(s.URL, u.URL()+"/") || s.Interval <= 0 || s.Interval > 10*time.Second {
			t.Errorf("source %s: %s every %v", s.ID, s.URL, s.Interval)
		}
		fed[s.Categories[0]] = true
	}
	for _, category := range c.Categories {
		if !fed[category.Term] || category.Limit == 0 {
			t.Errorf("category %+v, fed: %v", category, fed[category.Term])
		}
	}
}

// The upstream stops with its context.
func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	u, err := demo.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := u.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := get(t.Context(), u.URL()+"/", nil); err == nil {
		t.Error("the upstream still answers")
	}
}
