// Package storagetest is the specification of a storage engine, as tests. An
// engine that passes Run keeps the promises of package storage.
package storagetest

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// An Engine opens stores for the tests.
type Engine struct {
	// Open opens the store at a place, making it when it is new. The same
	// place opened again, after Close, is the same store.
	Open func(t testing.TB, place string) storage.Store
	// Place returns a new place.
	Place func(t testing.TB) string
	// Check, unless nil, reports what is wrong inside a store and cannot be
	// seen from outside yet.
	Check func(s storage.Store) error
}

// Run runs all tests on an engine.
func Run(t *testing.T, e Engine) {
	tests := map[string]func(*testing.T, *bench){
		"commit":            testCommit,
		"commit twice":      testStale,
		"update":            testUpdate,
		"order":             testOrder,
		"paging and count":  testPagingAndCount,
		"of a source":       testOfSource,
		"every field":       testFields,
		"not found":         testNotFound,
		"claim":             testClaim,
		"claim by name":     testClaimNamed,
		"next due":          testNextDue,
		"due after":         testDueAfter,
		"defer":             testDefer,
		"begun":             testBegun,
		"holds":             testHolds,
		"subscriptions":     testSubscriptions,
		"subscribers":       testSubscribers,
		"learned":           testLearned,
		"put sources":       testPutSources,
		"moved source":      testMovedSource,
		"refile":            testRefile,
		"removed source":    testRemovedSource,
		"watch":             testWatch,
		"watch ends":        testWatchEnds,
		"reopen":            testReopen,
		"many writers":      testManyWriters,
		"read while writes": testReadWhileWriting,
		"commit in a loop":  testCommitInLoop,
		"claims at once":    testClaimsAtOnce,
		"late commit":       testLateCommit,
		"changed meanwhile": testChangedMeanwhile,
		"cancelled":         testCancelled,
		"prune by age":      testPruneByAge,
		"prune by count":    testPruneByCount,
		"prune overall":     testPruneOverall,
		"prune nowhere":     testPruneNowhere,
		"prune cancelled":   testPruneCancelled,
		"stays away":        testStaysAway,
		"forgotten":         testForgotten,
		"kept out":          testKeptOut,
		"rules":             testRules,
		"rules interrupted": testRulesInterrupted,
		"hidden by a rule":  testHidden,
		"ids change":        testIDsChange,
		"ids change later":  testIDsChangeLater,
		"ids are new":       testIDsNew,
		"ids of a part":     testIDsOfAPart,
		"repeats":           testRepeats,
		"repeat links":      testRepeatLinks,
		"repeat rules":      testRepeatRules,
		"repeat edited":     testRepeatEdited,
		"repeat deleted":    testRepeatDeleted,
		"repeat pruned":     testRepeatPruned,
		"repeat removed":    testRepeatRemoved,
		"repeat put back":   testRepeatPutBack,
		"repeat refiled":    testRepeatRefiled,
		"repeats at once":   testRepeatsAtOnce,
		"repeats of many":   testRepeatsMany,
		"model":             testModel,
	}
	maps.Copy(tests, archiveTests)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := e.bench(t)
			test(t, b)
			b.check(t)
		})
	}
}

// A bench is a store under test.
type bench struct {
	storage.Store
	engine Engine
	place  string
}

// bench opens a store in a place of its own until the end of a test.
func (e Engine) bench(t testing.TB) *bench {
	b := &bench{engine: e, place: e.Place(t)}
	b.Store = e.Open(t, b.place)
	t.Cleanup(func() { b.end(t) })
	return b
}

func (b *bench) end(t testing.TB) {
	if err := b.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// check holds the store's inside against itself.
func (b *bench) check(t testing.TB) {
	t.Helper()
	if b.engine.Check == nil {
		return
	}
	if err := b.engine.Check(b.Store); err != nil {
		t.Errorf("check: %v", err)
	}
}

// reopen closes the store and opens it again.
func (b *bench) reopen(t testing.TB) {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	b.Store = b.engine.Open(t, b.place)
}

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func source(id string, categories ...string) feed.Source {
	return feed.Source{ID: feed.SourceID(id), URL: "https://example.com/" + id, Kind: "feed", Categories: categories}
}

// put makes the sources the known ones.
func (b *bench) put(t testing.TB, sources ...feed.Source) {
	t.Helper()
	if err := b.PutSources(t.Context(), sources); err != nil {
		t.Fatalf("put sources: %v", err)
	}
}

// entry makes the n-th entry of a source, as normalise would, a minute after
// the one before.
func entry(src feed.Source, n int, words string) feed.Entry {
	link := fmt.Sprintf("%s/%d", src.URL, n)
	e := feed.Entry{
		ID: feed.Identify(src.ID, link, link, feed.Digest{}), Source: src.ID, UpstreamID: link,
		Filed: slices.Sorted(slices.Values(src.Categories)),
		Title: feed.Text{Body: fmt.Sprintf("Entry %d", n)}, Content: feed.Text{Type: feed.TextHTML, Body: words},
		Links:     []feed.Link{{Href: link, Rel: feed.RelAlternate}},
		Published: epoch.Add(time.Duration(n) * time.Minute), Digest: feed.DigestOf(words),
	}
	return e
}

// poll commits entries as a poll at a moment, and returns what became of them.
func (b *bench) poll(t testing.TB, src feed.Source, at time.Time, entries ...feed.Entry) []feed.Op {
	t.Helper()
	st, err := b.State(t.Context(), src.ID)
	if err != nil {
		t.Fatalf("state of %s: %v", src.ID, err)
	}
	feed.Place(entries, st.LastSuccess.IsZero(), at)
	st.LastPoll, st.LastSuccess, st.NextPoll = at, at, at.Add(time.Hour)
	ops, err := b.Commit(t.Context(), storage.Poll{State: st, Entries: entries})
	if err != nil {
		t.Fatalf("commit %s: %v", src.ID, err)
	}
	if len(ops) != len(entries) {
		t.Fatalf("%d outcomes for %d entries", len(ops), len(entries))
	}
	return ops
}

// titles returns the titles of what a query yields, in its order.
func (b *bench) titles(t testing.TB, q storage.Query) []string {
	t.Helper()
	var out []string
	for _, e := range collect(t, b.Entries(t.Context(), q)) {
		out = append(out, e.Title.Body)
	}
	return out
}

// collect reads a sequence that must not fail.
func collect[T any](t testing.TB, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var out []T
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func wantOps(t testing.TB, got []feed.Op, want ...feed.Op) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("outcomes %v, want %v", got, want)
	}
}

func wantTitles(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("entries %q, want %q", got, want)
	}
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}
