package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

// A library is a store with entries like those of real feeds: in two
// languages, from some hundred bytes to many thousand, in tens of categories.
type library struct {
	path    string
	entries int
	polls   int
}

const (
	libraryCategories = 40
	librarySources    = 400
	libraryPoll       = 50 // entries
)

func libraryTerm(i int) string { return fmt.Sprintf("topic-%02d", i%libraryCategories) }

func librarySource(i int) feed.Source {
	return feed.Source{
		ID: feed.SourceID(fmt.Sprintf("source-%d", i)), URL: fmt.Sprintf("http://127.0.0.1:9/%d.xml", i), Kind: "feed",
		Categories: []string{libraryTerm(i)},
	}
}

// fill makes the store.
func (l *library) fill(ctx context.Context) error {
	return l.with(ctx, func(store storage.Store) error {
		sources := make([]feed.Source, librarySources)
		for i := range sources {
			sources[i] = librarySource(i)
		}
		if err := store.PutSources(ctx, sources); err != nil {
			return err
		}
		for l.polls < l.entries/libraryPoll {
			src := l.polls % librarySources
			entries := make([]feed.Entry, libraryPoll)
			for i := range entries {
				entries[i] = l.entry(l.polls*libraryPoll+i, src)
			}
			if err := l.poll(ctx, store, src, entries...); err != nil {
				return err
			}
		}
		return nil
	})
}

// with opens the store for a while.
func (l *library) with(ctx context.Context, do func(storage.Store) error) error {
	store, err := bolt.Open(ctx, l.path)
	if err != nil {
		return err
	}
	return errors.Join(do(store), store.Close())
}

// poll commits entries of a source.
func (l *library) poll(ctx context.Context, store storage.Store, src int, entries ...feed.Entry) error {
	claimed, err := store.Claim(ctx, storage.Claim{Sources: []feed.SourceID{librarySource(src).ID}, Limit: 1})
	if err != nil || len(claimed) != 1 {
		return fmt.Errorf("claim source %d: %d states, %w", src, len(claimed), err)
	}
	state, now := claimed[0], moment(l.polls)
	l.polls++
	state.Feed.Title = feed.Text{Body: fmt.Sprintf("Source %d", src)}
	feed.Place(entries, state.LastPoll.IsZero(), now)
	state.LastPoll, state.LastSuccess, state.NextPoll = now, now, now.Add(time.Hour)
	_, err = store.Commit(ctx, storage.Poll{State: state, Entries: entries})
	return err
}

// change gives an entry in the midst of the library another text.
func (l *library) change(ctx context.Context) error {
	n := l.entries / 2
	return l.with(ctx, func(store storage.Store) error {
		src := n / libraryPoll % librarySources
		e := l.entry(n, src)
		e.Content.Body += fmt.Sprintf("<p>Corrected at %s.</p>", moment(l.polls).Format(time.DateTime))
		e.Digest = feed.DigestOf(e.Title.Body, e.Content.Body)
		return l.poll(ctx, store, src, e)
	})
}

// add adds an entry.
func (l *library) add(ctx context.Context) error {
	return l.with(ctx, func(store storage.Store) error {
		src := l.polls % librarySources
		return l.poll(ctx, store, src, l.entry(l.entries+l.polls, src))
	})
}

var latin = strings.Fields("the of and a to in is was for on as with by at from that which river water town bridge levels council " +
	"measured yesterday announced between during repair ferry season against several reported engineers morning increase traffic station winter")

// entry makes the n-th entry, the same each time.
func (l *library) entry(n, src int) feed.Entry {
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	words := func(count int) string { return latinWords(rng, count) }
	if n%2 == 1 {
		words = func(count int) string { return hanWords(rng, count) }
	}
	link := fmt.Sprintf("https://example.com/%d/%d", src, n)
	var text strings.Builder
	for range 1 + rng.IntN(8) {
		fmt.Fprintf(&text, "<p>%s <a href=\"%s#%d\">%s</a> %s.</p>\n", words(20+rng.IntN(40)), link, rng.IntN(9), words(3), words(10))
	}
	title := words(6 + rng.IntN(6))
	published := moment(n/libraryPoll - 60)
	s := librarySource(src)
	return feed.Entry{
		ID: feed.Identify(s.ID, link, link, feed.Digest{}), Source: s.ID, UpstreamID: link, Filed: s.Categories,
		Title: feed.Text{Body: title}, Summary: feed.Text{Body: words(25)},
		Content: feed.Text{Type: feed.TextHTML, Body: text.String()},
		Links:   []feed.Link{{Href: link, Rel: feed.RelAlternate}}, Authors: []feed.Person{{Name: words(2)}},
		Categories: []feed.Category{{Term: words(1)}, {Term: words(1)}},
		Published:  published, Updated: published, Digest: feed.DigestOf(title, text.String()),
	}
}

func latinWords(rng *rand.Rand, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(latin[rng.IntN(len(latin))])
	}
	return b.String()
}

// hanWords returns as much in Chinese characters, two for a word.
func hanWords(rng *rand.Rand, n int) string {
	var b strings.Builder
	for range 2 * n {
		b.WriteRune(rune(0x4E00 + rng.IntN(3000)))
	}
	return b.String()
}

func (l *library) config() string {
	var c strings.Builder
	fmt.Fprintf(&c, "storage = %q\n[site]\nbase_url = \"https://feeds.example\"\n[log]\nlevel = \"error\"\n", "bolt:"+l.path)
	for i := range libraryCategories {
		fmt.Fprintf(&c, "[category.%s]\nlabel = \"Topic %d\"\n", libraryTerm(i), i)
	}
	for i := range librarySources {
		s := librarySource(i)
		fmt.Fprintf(&c, "[source.%s]\nurl = %q\ncategories = [%q]\n", s.ID, s.URL, s.Categories[0])
	}
	return c.String()
}
