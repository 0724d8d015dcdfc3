package publisher_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"tributary/feed"
	"tributary/publisher"
	"tributary/publisher/render"
	"tributary/storage"
	"tributary/storage/bolt"
)

// A site is a store with sample entries and the publisher of it.
type site struct {
	store storage.Store
	set   publisher.Settings
	polls int
	clock func() time.Time // of polls; nil: an hour more for each
}

var (
	east  = time.FixedZone("", 8*3600)
	start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
)

// newSite returns a site with two categories, one of them Chinese, and no
// entries yet.
func newSite(t testing.TB) *site {
	t.Helper()
	store, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "site.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return siteOf(t, store)
}

// siteOf returns a site in a store that is empty.
func siteOf(t testing.TB, store storage.Store) *site {
	t.Helper()
	s := &site{store: store, set: publisher.Settings{
		Quiet: 20 * time.Millisecond,
		Site: render.Site{
			Title: "Confluence", Description: "Notes from rivers and the towns along them.", Language: "en",
			BaseURL: "https://feeds.example", ID: "tag:feeds.example,2026:confluence",
			Generator: render.Generator{Name: "tributary", Version: "0.1.0"},
		},
		Categories: []publisher.Category{
			{Category: render.Category{Term: "rivers", Label: "Rivers", Description: "Water levels, crossings, repairs."}},
			{Category: render.Category{Term: "jianghe", Label: "江河新闻", Description: "沿岸城镇的消息。", Language: "zh-CN"}},
		},
	}}
	err := store.PutSources(t.Context(), []feed.Source{
		{ID: "gauge", URL: "https://user:secret@gauge.example/feed.xml", Kind: "feed", Categories: []string{"rivers"}},
		{ID: "anjiang", URL: "https://anjiang.example/rss", Kind: "feed", Categories: []string{"jianghe"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// publisher returns a publisher of the site.
func (s *site) publisher() *publisher.Publisher { return publisher.New(s.store, s.set) }

// poll commits entries of a source as one poll.
func (s *site) poll(t testing.TB, source feed.SourceID, entries ...feed.Entry) {
	t.Helper()
	s.pollBy(t, nil, source, entries...)
}

// pollBy is poll with rules for repeats.
func (s *site) pollBy(t testing.TB, repeats *feed.Repeats, source feed.SourceID, entries ...feed.Entry) {
	t.Helper()
	states, err := s.store.Claim(t.Context(), storage.Claim{Sources: []feed.SourceID{source}, Limit: 1})
	if err != nil || len(states) != 1 {
		t.Fatalf("claim %s: %v, %d states", source, err, len(states))
	}
	s.polls++
	state := states[0]
	state.Feed = feeds[source]
	now := start.Add(time.Duration(s.polls) * time.Hour)
	if s.clock != nil {
		now = s.clock()
	}
	for i := range entries {
		e := &entries[i]
		e.Source, e.Filed = source, state.Source.Categories
		e.Digest = feed.DigestOf(e.Title.Body, e.Content.Body, e.Summary.Body)
		e.ID = feed.Identify(source, e.UpstreamID, e.Alternate(), e.Digest)
	}
	feed.Place(entries, state.LastPoll.IsZero(), now)
	state.LastPoll, state.NextPoll = now, now.Add(time.Hour)
	if _, err := s.store.Commit(t.Context(), storage.Poll{State: state, Entries: entries, Repeats: repeats}); err != nil {
		t.Fatal(err)
	}
}

var feeds = map[feed.SourceID]feed.Feed{
	"gauge": {
		Title: feed.Text{Body: "The Gauge House"}, Language: "en",
		Links: []feed.Link{{Rel: feed.RelAlternate, Href: "https://gauge.example/"}},
	},
	"anjiang": {
		Title: feed.Text{Body: "岸江晚报"}, Language: "zh-CN",
		Links: []feed.Link{{Rel: feed.RelAlternate, Href: "https://anjiang.example/"}},
	},
}

// sample returns an entry of plain words.
func sample(n int) feed.Entry {
	return feed.Entry{
		UpstreamID: fmt.Sprintf("https://gauge.example/notes/%d", n),
		Title:      feed.Text{Body: fmt.Sprintf("Reading number %d", n)},
		Content:    feed.Text{Type: feed.TextHTML, Body: fmt.Sprintf("<p>The gauge at the old mill showed %d centimetres.</p>", 100+n)},
		Links:      []feed.Link{{Rel: feed.RelAlternate, Href: fmt.Sprintf("https://gauge.example/notes/%d", n)}},
		Published:  start.Add(time.Duration(n) * time.Minute),
	}
}
