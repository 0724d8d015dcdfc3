package publisher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// A BuildReport counts the files of a site.
type BuildReport struct{ Written, Unchanged, Removed int }

// Build writes the site that Handler serves as files below dir, which is made
// when it is not there. Files whose bytes would be the same are left alone,
// others replaced whole. Pages of entries that are no longer published are
// removed; what Build did not write itself is neither replaced nor removed.
func (p *Publisher) Build(ctx context.Context, dir string) (BuildReport, error) {
	out, err := openFolder(dir, isEntryFile)
	if err != nil {
		return BuildReport{}, err
	}
	err = p.build(ctx, out)
	if cerr := out.close(); err == nil {
		err = cerr
	}
	return out.report, err
}

// build writes what others link to before those who link to it.
func (p *Publisher) build(ctx context.Context, out *folder) error {
	current := map[string]bool{}
	for _, a := range render.Assets() {
		name := fileOf(render.AssetPath(a.Name))
		current[name] = true
		if err := out.put(name, a.Body); err != nil {
			return err
		}
	}
	if err := p.buildEntries(ctx, out); err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(p.targets)) {
		body, _, err := p.render(ctx, p.targets[path])
		if err != nil {
			return err
		}
		current[fileOf(path)] = true
		if err := out.put(fileOf(path), body); err != nil {
			return err
		}
	}
	return out.finish(func(name string) (bool, error) {
		if isEntryFile(name) {
			return p.isPublished(ctx, name)
		}
		return current[name], ctx.Err()
	})
}

// fileOf is the name of a path's file, relative to the folder.
func fileOf(path string) string { return strings.TrimPrefix(path, "/") }

// buildEntries writes the pages of all filed entries, one at a time.
func (p *Publisher) buildEntries(ctx context.Context, out *folder) error {
	known := newSources(p.store)
	for e, err := range p.store.Entries(ctx, storage.Query{}) {
		if err != nil {
			return fmt.Errorf("read the entries: %w", err)
		}
		page := &render.Page{Site: p.set.Site, Categories: p.categories, Category: p.home(&e), Entries: []feed.Entry{e}}
		if page.Sources, err = known.of(ctx, page); err != nil {
			return err
		}
		if err := buildEntry(out, page); err != nil {
			return err
		}
	}
	return nil
}

func buildEntry(out *folder, page *render.Page) error {
	for _, f := range render.Formats {
		if f.Scope != render.PerEntry {
			continue
		}
		var body bytes.Buffer
		if err := f.Render(&body, page); err != nil {
			return fmt.Errorf("render %s of entry %s: %w", f.Name, page.Entries[0].ID, err)
		}
		if err := out.put(fileOf(render.EntryPath(page.Entries[0].ID)), body.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// isEntryFile reports whether a file's name is that of an entry's page.
func isEntryFile(name string) bool {
	_, ok := entryOf(name)
	return ok
}

func entryOf(name string) (feed.EntryID, bool) {
	word, ok := strings.CutPrefix(name, "entry/")
	if !ok {
		return feed.EntryID{}, false
	}
	word, ok = strings.CutSuffix(word, ".html")
	id, err := feed.ParseEntryID(word)
	return id, ok && err == nil && id.String() == word
}

// isPublished reports whether the entry of a page is still published.
func (p *Publisher) isPublished(ctx context.Context, name string) (bool, error) {
	id, _ := entryOf(name)
	e, err := p.store.Entry(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read entry %s: %w", id, err)
	}
	return len(e.Filed) > 0, nil
}
