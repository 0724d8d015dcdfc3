package aggregator_test

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tributary/aggregator"
	"tributary/feed"
	"tributary/rules"
)

// ruleSet is one rule of the source a, in a configuration with the category c.
func ruleSet(t *testing.T, a rules.Action, text string) *rules.Set {
	t.Helper()
	r, err := rules.Compile(a, text)
	if err != nil {
		t.Fatal(err)
	}
	return rules.New(map[feed.SourceID][]*rules.Rule{"a": {r}}, []rules.Category{{Term: "c"}, {Term: "d"}}, nil)
}

// TestRulesWhilePolled changes the rules while a source is asked: the answer is
// decided about by the new ones, and not asked for again.
func TestRulesWhilePolled(t *testing.T) {
	for name, tt := range map[string]struct {
		before, after *rules.Set
		filed         []string // nil: it is not stored
		title         string
		failed        bool
	}{
		"none":      {nil, nil, []string{"c"}, "One", false},
		"dropped":   {nil, ruleSet(t, rules.Drop, `title == "One"`), nil, "", false},
		"let in":    {ruleSet(t, rules.Drop, `title == "One"`), nil, []string{"c"}, "One", false},
		"elsewhere": {ruleSet(t, rules.SetTitle, `"Other"`), ruleSet(t, rules.SetCategories, `["d"]`), []string{"d"}, "One", false},
		"fails":     {nil, ruleSet(t, rules.Drop, `links[7].href == ""`), []string{"c"}, "One", true},
	} {
		t.Run(name, func(t *testing.T) {
			u := newSlowUpstream(t)
			src := u.source("a", "/a")
			src.Filing = tt.before.Digest("a")
			f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), src)
			f.Rule(tt.before)
			done := make(chan error, 1)
			var got []aggregator.Outcome
			go func() {
				done <- f.Pass(t.Context(), aggregator.Which{Sources: []feed.SourceID{"a"}}, func(o aggregator.Outcome) { got = append(got, o) })
			}()
			<-u.asked
			f.Rule(tt.after)
			src.Filing = tt.after.Digest("a")
			if err := f.store.PutSources(t.Context(), []feed.Source{src}); err != nil {
				t.Fatal(err)
			}
			close(u.release)
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if paths := u.paths(); len(paths) != 1 || len(got) != 1 {
				t.Fatalf("asked for %v, outcomes %+v; want one of each", paths, got)
			}
			if failed := len(got[0].Rules) > 0; failed != tt.failed || failed && !strings.Contains(got[0].Rules[0], "index out of range") {
				t.Errorf("rules failed: %q, want that %v", got[0].Rules, tt.failed)
			}
			entries := f.entries(t)
			if tt.filed == nil {
				if len(entries) != 0 || got[0].Dropped != 1 || got[0].New != 0 {
					t.Errorf("entries %+v, outcome %+v; want it dropped", entries, got[0])
				}
				for d, err := range f.store.DeletedEntries(t.Context(), "a") {
					if err != nil || d.By != feed.ByRule || d.Title != "One" || !strings.Contains(d.Comment, `drop_if = title == "One"`) {
						t.Errorf("%+v, %v is left", d, err)
					}
					return
				}
				t.Error("it left no record")
				return
			}
			if len(entries) != 1 || !slices.Equal(entries[0].Filed, tt.filed) || entries[0].Title.Body != tt.title || got[0].Dropped != 0 {
				t.Errorf("entries %+v, outcome %+v; want %q filed under %v", entries, got[0], tt.title, tt.filed)
			}
		})
	}
}

// TestRulesOfPush: what a hub pushes goes by the rules too.
func TestRulesOfPush(t *testing.T) {
	src := feed.Source{ID: "a", URL: "https://example.com/feed", Kind: "feed", Categories: []string{"c"}}
	set := ruleSet(t, rules.Drop, `title == "Two"`)
	src.Filing = set.Digest("a")
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), src)
	f.Rule(set)
	header := http.Header{"Content-Type": {"application/rss+xml"}}
	if err := f.Push(t.Context(), "a", header, []byte(rss(item(1, "One"), item(2, "Two")))); err != nil {
		t.Fatal(err)
	}
	if entries := f.entries(t); len(entries) != 1 || entries[0].Title.Body != "One" {
		t.Errorf("entries %+v, want the first alone", entries)
	}
}
