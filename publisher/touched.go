package publisher

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// A touched is what has changed since a build, as the kinds of documents ask
// for it.
type touched struct {
	all     bool           // whatever there is
	entries []feed.EntryID // each once
	ids     map[feed.EntryID]bool
	sources map[[4]byte]bool // of entries, by what their identities begin with; nil: not made yet
	terms   map[string]bool  // categories, "all" among them when anything has changed
	aged    bool             // entries became too old for feeds
	losses  map[string]bool  // those of which archives may have changed: entries left them, or sources are called otherwise
}

// any reports whether anything has changed.
func (t *touched) any() bool { return t.all || t.aged || len(t.entries) > 0 }

// term reports whether the documents of a category have.
func (t *touched) term(term string) bool { return t.all || t.terms[term] }

// entry reports whether an entry has.
func (t *touched) entry(id feed.EntryID) bool { return t.all || t.ids[id] }

// add notes an entry and categories that show it.
func (t *touched) add(id feed.EntryID, terms ...string) {
	if !t.ids[id] {
		t.ids[id] = true
		t.entries = append(t.entries, id)
	}
	t.terms[render.All] = true
	for _, term := range terms {
		t.terms[term] = true
	}
}

// lose notes categories of which archives may have changed.
func (t *touched) lose(terms ...string) {
	for _, term := range append([]string{render.All}, terms...) {
		t.losses[term] = true
	}
}

// Why a build renders everything, for a person.
const (
	whyAsked    = "as asked for"
	whyFirst    = "nothing is known of a build here that has ended"
	whySettings = "the settings or the program are others"
	whyStore    = "the store is another one"
	whyTrimmed  = "the store no longer knows all changes since the last build"
	whyMissing  = "files were missing"
)

// compare finds out what has changed since the last build, which is all when
// that cannot be told; then why says so.
func (b *build) compare(ctx context.Context) (why string, err error) {
	b.touched = &touched{ids: map[feed.EntryID]bool{}, terms: map[string]bool{}, losses: map[string]bool{}}
	if why, err = b.whyAll(ctx); err == nil && why == "" {
		if err = b.changes(ctx, b.out.manifest.last.Seq); err == nil {
			err = b.seeAged(ctx, time.Unix(0, b.out.manifest.last.At))
		}
		if errors.Is(err, storage.ErrTrimmed) {
			why, err = whyTrimmed, nil
		}
	}
	if err != nil {
		return "", err
	}
	b.touched.all = why != ""
	return why, nil
}

// whyAll returns why everything has to be rendered, "" when the store's log
// tells what has to be.
func (b *build) whyAll(ctx context.Context) (string, error) {
	missing, err := b.out.missing()
	if err != nil {
		return "", err
	}
	last := b.out.manifest.last
	switch {
	case last == nil:
		return whyFirst, nil
	case b.to.Full:
		return whyAsked, nil
	case last.Settings != b.settings:
		return whySettings, nil
	case missing > 0 || !b.allThere(last.Kept):
		return whyMissing, nil
	case last.Seq > b.last:
		return whyStore, nil
	}
	digest, received, err := b.anchor(ctx, last.Seq)
	switch {
	case errors.Is(err, storage.ErrTrimmed):
		return whyTrimmed, nil
	case err != nil:
		return "", err
	case digest != last.Store || received != 0 && last.Received != 0 && received != last.Received:
		return whyStore, nil
	}
	return "", nil
}

// allThere reports whether files are there that the last build left alone.
func (b *build) allThere(kept []string) bool {
	for _, path := range kept {
		if _, err := os.Lstat(b.out.path(path)); err != nil {
			return false
		}
	}
	return true
}

// changes notes what the log says after seq, and whose sources are called
// otherwise than before.
func (b *build) changes(ctx context.Context, seq feed.Seq) error {
	if seq < b.last {
		for change, err := range b.store.Watch(ctx, seq) {
			if err != nil {
				return err
			}
			b.touched.add(change.Entry, change.Categories...)
			if err := b.seeLosses(ctx, &change); err != nil {
				return err
			}
			if change.Seq >= b.last {
				break
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for id, was := range b.out.manifest.sources {
		now, err := b.digestOfSource(ctx, id)
		if err == nil && now != was {
			err = b.renamed(ctx, id)
		}
		if err != nil {
			return err
		}
		b.sources[id] = now
	}
	return b.seeTouched(ctx)
}

// seeLosses notes which categories an entry has left: archives keep what a
// change of its words was before.
func (b *build) seeLosses(ctx context.Context, change *feed.Change) error {
	if change.Op == feed.Created {
		return nil
	}
	e, err := b.store.Entry(ctx, change.Entry)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("read entry %s: %w", change.Entry, err)
	}
	for _, term := range change.Categories {
		if err != nil || !e.IsFiled(term) {
			b.touched.lose(term)
		}
	}
	return nil
}

// renamed notes what shows a source: its entries, and those that they repeat.
func (b *build) renamed(ctx context.Context, id feed.SourceID) error {
	for e, err := range b.store.SourceEntries(ctx, id) {
		if err != nil {
			return fmt.Errorf("read the entries of source %q: %w", id, err)
		}
		b.touched.add(e.ID, e.Filed...)
		b.touched.lose(e.Filed...)
		for _, r := range e.Repeats {
			b.touched.add(r.Of, r.Term)
		}
	}
	return nil
}

// seeTouched remembers the sources of what has changed.
func (b *build) seeTouched(ctx context.Context) error {
	for _, id := range b.touched.entries {
		e, err := b.store.Entry(ctx, id)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err == nil {
			err = b.see(ctx, &e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// see remembers what documents say of an entry's sources.
func (b *build) see(ctx context.Context, e *feed.Entry) error {
	if err := b.seeSource(ctx, e.Source); err != nil {
		return err
	}
	for i := range e.Also {
		if err := b.seeSource(ctx, e.Also[i].Source); err != nil {
			return err
		}
	}
	return nil
}

func (b *build) seeSource(ctx context.Context, id feed.SourceID) error {
	if _, ok := b.sources[id]; ok {
		return nil
	}
	digest, err := b.digestOfSource(ctx, id)
	b.sources[id] = digest
	return err
}

// digestOfSource is the same while documents say the same of a source.
func (b *build) digestOfSource(ctx context.Context, id feed.SourceID) (uint64, error) {
	state, err := b.store.State(ctx, id)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return 0, fmt.Errorf("read source %q: %w", id, err)
	}
	return newSource(id, &state).Digest(), nil
}
