package publisher

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// siteKinds are the kinds of a site's files, what others link to before those
// who link to it.
var siteKinds = []kind{assetFiles, entryFiles, archiveFiles, numberedFiles, scopeFiles(render.PerCategory), scopeFiles(render.PerSite), otherFiles, sitemapFiles}

// fileOf is the name of a path's file, relative to the folder.
func fileOf(path string) string { return strings.TrimPrefix(path, "/") }

// noJekyll tells hosts that would run Jekyll over a site's files to leave them
// as they are.
const noJekyll = ".nojekyll"

// assetFiles are files that nothing in the store changes.
func assetFiles(_ context.Context, b *build) iter.Seq2[job, error] {
	return func(yield func(job, error) bool) {
		if !b.touched.all || !yield(fixed(noJekyll, nil), nil) {
			return
		}
		named := b.named()
		for _, path := range slices.Sorted(maps.Keys(named)) {
			if !yield(fixed(fileOf(path), named[path].Body), nil) {
				return
			}
		}
		for _, a := range b.set.Site.Assets() {
			if !yield(fixed(fileOf(render.AssetPath(a.Name)), a.Body), nil) {
				return
			}
		}
	}
}

// fixed is the job of a file that is always the same.
func fixed(path string, body []byte) job {
	return job{path: path, make: func(_ context.Context, out *bytes.Buffer) error {
		out.Write(body)
		return nil
	}}
}

// served is the job of a document that a path of the site leads to.
func (b *build) served(path string, t target) job {
	return job{path: fileOf(path), make: func(ctx context.Context, out *bytes.Buffer) error {
		_, err := b.renderTo(ctx, out, t)
		return err
	}}
}

// servedFrom is served for a document whose page others are made from, too.
func (b *build) servedFrom(path string, t target, page func() (*render.Page, error)) job {
	return job{path: fileOf(path), make: func(_ context.Context, out *bytes.Buffer) error {
		p, err := page()
		if err != nil {
			return err
		}
		return t.write(out, p)
	}}
}

// entryFiles are the pages of the entries that have changed, or of all that
// are filed.
func entryFiles(ctx context.Context, b *build) iter.Seq2[job, error] {
	if b.touched.all {
		return b.allEntryFiles(ctx)
	}
	return func(yield func(job, error) bool) {
		for _, id := range b.touched.entries {
			for _, f := range entryFormats {
				if !yield(b.served(render.EntryPath(id), target{format: f, entry: id}), nil) {
					return
				}
			}
		}
	}
}

// allEntryFiles hands each entry on as it was read: it is not read again for
// its page.
func (b *build) allEntryFiles(ctx context.Context) iter.Seq2[job, error] {
	return func(yield func(job, error) bool) {
		for e, err := range b.store.Entries(ctx, storage.Query{}) {
			if err == nil {
				err = b.see(ctx, &e)
			}
			if err != nil {
				yield(job{}, fmt.Errorf("read the entries: %w", err))
				return
			}
			for _, f := range entryFormats {
				if !yield(b.entryFile(&e, f), nil) {
					return
				}
			}
		}
	}
}

// entryFile is the job of an entry's page.
func (b *build) entryFile(e *feed.Entry, f *render.Format) job {
	return job{path: fileOf(render.EntryPath(e.ID)), make: func(ctx context.Context, out *bytes.Buffer) (err error) {
		page := &render.Page{Site: b.set.Site, Categories: b.categories, Category: b.home(e), Entries: []feed.Entry{*e}}
		if err = b.leadAll(ctx, page); err != nil {
			return err
		}
		if page.Sources, err = b.origins.of(ctx, page); err != nil {
			return err
		}
		t := target{format: f, entry: e.ID}
		return t.write(out, page)
	}}
}

// entryFormats are the formats of entries' pages.
var entryFormats = slices.DeleteFunc(slices.Clone(render.Formats), func(f *render.Format) bool { return f.Scope != render.PerEntry })

// scopeFiles are the documents of the formats of one scope.
func scopeFiles(scope render.Scope) kind {
	return func(_ context.Context, b *build) iter.Seq2[job, error] {
		return b.targetFiles(func(t target) bool { return t.format.Scope == scope })
	}
}

// otherFiles are the documents of all scopes that have no kind of their own.
func otherFiles(_ context.Context, b *build) iter.Seq2[job, error] {
	return b.targetFiles(func(t target) bool {
		return t.format.Scope != render.PerCategory && t.format.Scope != render.PerSite
	})
}

// targetFiles are the documents at fixed paths that have changed and that want
// says are wanted.
func (b *build) targetFiles(want func(target) bool) iter.Seq2[job, error] {
	return func(yield func(job, error) bool) {
		for _, path := range slices.Sorted(maps.Keys(b.targets)) {
			if t := b.targets[path]; want(t) && b.touched.target(t) && !yield(b.served(path, t), nil) {
				return
			}
		}
	}
}

// target reports whether a document may have changed. Those of the whole site
// are few, and show what no change of an entry tells of: each build makes them.
func (t *touched) target(doc target) bool {
	if doc.chosen != nil {
		return t.chosen(doc.chosen)
	}
	if doc.format.Scope == render.PerCategory {
		return t.term(doc.category.Term)
	}
	return true
}
