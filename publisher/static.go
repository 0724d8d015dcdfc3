package publisher

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// Build writes the site that Handler serves as files below dir, which is made
// when it is not there. Files whose bytes would be the same are left alone,
// others replaced whole. Pages of entries that are no longer published are
// removed; files that are not ours, or were edited, stay as they are.
func (p *Publisher) Build(ctx context.Context, dir string) (Report, error) {
	out, err := openTree(dir)
	if err != nil {
		return Report{}, err
	}
	if err := p.build(ctx, out); err != nil {
		out.abandon()
		return out.report, err
	}
	return out.close()
}

// build writes what others link to before those who link to it.
func (p *Publisher) build(ctx context.Context, out *tree) error {
	for _, a := range render.Assets() {
		if err := out.put(fileOf(render.AssetPath(a.Name)), a.Body); err != nil {
			return err
		}
	}
	if err := p.buildEntries(ctx, out); err != nil {
		return err
	}
	if err := p.buildArchives(ctx, func(name string, body []byte) error { return out.put(fileOf(name), body) }); err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(p.targets)) {
		body, _, err := p.render(ctx, p.targets[path])
		if err != nil {
			return err
		}
		if err := out.put(fileOf(path), body); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// fileOf is the name of a path's file, relative to the folder.
func fileOf(path string) string { return strings.TrimPrefix(path, "/") }

// buildEntries writes the pages of all filed entries, one at a time.
func (p *Publisher) buildEntries(ctx context.Context, out *tree) error {
	known := newSources(p.store)
	for e, err := range p.store.Entries(ctx, storage.Query{}) {
		if err != nil {
			return fmt.Errorf("read the entries: %w", err)
		}
		page := &render.Page{Site: p.set.Site, Categories: p.categories, Category: p.home(&e), Entries: []feed.Entry{e}}
		if err := p.lead(ctx, page.Entries); err != nil {
			return err
		}
		if page.Sources, err = known.of(ctx, page); err != nil {
			return err
		}
		if err := buildEntry(out, page); err != nil {
			return err
		}
	}
	return nil
}

func buildEntry(out *tree, page *render.Page) error {
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
