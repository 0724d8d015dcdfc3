package publisher

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// Archive documents (RFC 5005 §4) are made when somebody asks for them, and
// change only when entries leave.

// losses stands for what may take entries out of a category's archives, where
// terms name categories.
func losses(term string) string { return "/losses/" + term }

// lose marks as out of date what a change may have taken entries from.
func (p *Publisher) lose(change *feed.Change) {
	if change.Op == feed.Created {
		return
	}
	from := []string{losses(render.All)}
	for _, term := range change.Categories {
		from = append(from, losses(term))
	}
	p.requested.expire(p.cache, from)
	p.sitemaps.lose()
}

// archiveName is the path of an archive's document, not escaped.
func archiveName(term string, number int, f *render.Format) string {
	return "/" + term + "/archive/" + strconv.Itoa(number) + "/" + f.File
}

// findArchive returns the archive document that a path names.
func (p *Publisher) findArchive(name string) (target, bool) {
	term, inside, ok := strings.Cut(strings.TrimPrefix(name, "/"), "/archive/")
	if !ok {
		return target{}, false
	}
	digits, file, _ := strings.Cut(inside, "/")
	number, err := strconv.Atoi(digits)
	t, known := p.targets["/"+term+"/"+file]
	if err != nil || number < 1 || strconv.Itoa(number) != digits || !known || !t.format.Feed || t.category.Term != term {
		return target{}, false
	}
	return target{format: t.format, category: t.category, archive: number}, true
}

// serveArchive answers for an archive document, and reports whether the path
// names one that there is, was, or will be next.
func (h *handler) serveArchive(w http.ResponseWriter, r *http.Request, name string) bool {
	t, ok := h.findArchive(name)
	if !ok {
		return false
	}
	has, err := h.store.Archives(r.Context(), query(t.category.Term, 0).Category)
	switch {
	case err != nil:
		h.archiveFailed(w, r, name, err)
		return true
	case t.archive-1 < has.First:
		h.problem(w, r, http.StatusGone)
		return true
	case t.archive-1 > has.Next:
		return false
	case t.archive-1 == has.Next:
		w.Header().Set("Location", h.base+render.DocumentPath(t.category.Term, t.format))
		w.Header().Set("Cache-Control", "no-cache")
		w.WriteHeader(http.StatusFound)
		return true
	}
	h.requested.note(h.cache, name, losses(t.category.Term))
	doc, err := h.document(r.Context(), name, t)
	switch {
	case errors.Is(err, errNoPage):
		h.problem(w, r, http.StatusGone)
	case err != nil:
		h.archiveFailed(w, r, name, err)
	default:
		h.send(w, r, name, doc, nil)
	}
	return true
}

func (h *handler) archiveFailed(w http.ResponseWriter, r *http.Request, name string, err error) {
	h.log.Error("document cannot be made", "path", name, "err", err)
	h.problem(w, r, http.StatusInternalServerError)
}

// subscribe makes a page of a category's newest entries that of its
// subscription document: it has what is in no archive yet, too.
func (p *Publisher) subscribe(ctx context.Context, term string, page *render.Page) error {
	open, err := p.store.Unarchived(ctx, query(term, 0).Category)
	if err != nil {
		return fmt.Errorf("read what is in no archive of %q: %w", term, err)
	}
	page.Entries = merge(page.Entries, open)
	return p.linkArchives(ctx, term, page)
}

// linkArchives has a page lead to the newest archive of its category.
func (p *Publisher) linkArchives(ctx context.Context, term string, page *render.Page) error {
	has, err := p.store.Archives(ctx, query(term, 0).Category)
	if err != nil {
		return fmt.Errorf("read the archives of %q: %w", term, err)
	}
	if has.First < has.Next {
		page.Place.Before = has.Next
	}
	return nil
}

// merge returns the entries of two lists, newest first, each once.
func merge(entries, more []feed.Entry) []feed.Entry {
	have := make(map[feed.EntryID]bool, len(entries))
	for i := range entries {
		have[entries[i].ID] = true
	}
	n := len(entries)
	for i := range more {
		if !have[more[i].ID] {
			entries = append(entries, more[i])
		}
	}
	if len(entries) > n {
		slices.SortFunc(entries, feed.NewestFirst)
	}
	return entries
}

// archivePage gathers what an archive's documents are made from.
func (p *Publisher) archivePage(ctx context.Context, t target) (*render.Page, error) {
	term := query(t.category.Term, 0).Category
	archive, err := p.store.Archive(ctx, term, t.archive-1)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, errNoPage
	}
	if err != nil {
		return nil, fmt.Errorf("read archive %d of %q: %w", t.archive, t.category.Term, err)
	}
	has, err := p.store.Archives(ctx, term)
	if err != nil {
		return nil, fmt.Errorf("read the archives of %q: %w", t.category.Term, err)
	}
	page := &render.Page{Site: p.set.Site, Categories: p.categories, Category: t.category.Category, Entries: archive.Entries}
	page.Place.Archive = t.archive
	if t.archive-1 > has.First {
		page.Place.Before = t.archive - 1
	}
	known := newSources(p.store)
	for id, st := range archive.Sources {
		known.known[id] = newSource(id, &st)
	}
	page.Sources, err = known.of(ctx, page)
	return page, err
}

// archiveFiles are the archives of all categories that are new, or of which
// entries left. What will be the next one of a category is its subscription
// document until then.
func archiveFiles(ctx context.Context, b *build) iter.Seq2[job, error] {
	return func(yield func(job, error) bool) {
		for _, c := range b.published() {
			if !b.touched.term(c.Term) {
				continue
			}
			has, err := b.store.Archives(ctx, query(c.Term, 0).Category)
			if err != nil {
				yield(job{}, fmt.Errorf("read the archives of %q: %w", c.Term, err))
				return
			}
			for number := 1; number <= has.Next+1; number++ {
				if !b.archiveJobs(ctx, c, number, has, yield) {
					return
				}
			}
		}
	}
}

// archiveJobs yields the documents of one archive, those that have to be made.
func (b *build) archiveJobs(ctx context.Context, c Category, number int, has storage.Archives, yield func(job, error) bool) bool {
	next := number == has.Next+1
	if next && has.First == has.Next {
		return true // nothing leads there
	}
	var page func() (*render.Page, error) // of all formats
	for _, f := range render.Feeds() {
		path := fileOf(archiveName(c.Term, number, f))
		t := target{format: f, category: c, archive: number}
		if next {
			t.archive = 0
		}
		have := b.out.lists(path)
		switch {
		case number <= has.First && !have:
			continue
		case have && b.out.lists(fileOf(archiveName(c.Term, number+1, f))) && !b.touched.all && !b.touched.losses[c.Term]:
			continue // it was full already: the next one is written after it
		}
		if page == nil {
			page = sync.OnceValues(func() (*render.Page, error) { return b.sharedPage(ctx, t) })
		}
		j := b.servedFrom("/"+path, t, page)
		if number <= has.First { // all that it held went
			j.make = gone
		}
		if !yield(j, nil) {
			return false
		}
	}
	return true
}
