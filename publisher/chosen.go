package publisher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// Feeds of no category: mixes of several, and what came from one source. Those
// that the settings name are rendered, pushed and written as files as those of
// categories are. Readers put others together themselves: these are made when
// somebody asks for them, and nothing pushes them.

// maxMixed is how many categories a mix has at most.
const maxMixed = 10

// A chosen is what such a feed shows: categories, or a source.
type chosen struct {
	mix    []Category // by term, each once
	source feed.SourceID
}

// folder is the path below which its documents lie, escaped.
func (c *chosen) folder() string {
	if c.source != "" {
		return "/source/" + url.PathEscape(string(c.source)) + "/"
	}
	terms := make([]string, len(c.mix))
	for i := range c.mix {
		terms[i] = url.PathEscape(c.mix[i].Term)
	}
	return "/mix/" + strings.Join(terms, "+") + "/"
}

// name is the path of its document in a format, as a request has it and as a
// file is called: not escaped.
func (c *chosen) name(f *render.Format) string {
	if c.source != "" {
		return "/source/" + string(c.source) + "/" + f.File
	}
	terms := make([]string, len(c.mix))
	for i := range c.mix {
		terms[i] = c.mix[i].Term
	}
	return "/mix/" + strings.Join(terms, "+") + "/" + f.File
}

// terms are what changes concern it: those of categories, or of its source.
func (c *chosen) terms() []string {
	if c.source != "" {
		return []string{sourceTerm(feed.IDPrefix(c.source))}
	}
	out := make([]string, len(c.mix))
	for i := range c.mix {
		out[i] = c.mix[i].Term
	}
	return out
}

// parseChosen reads a path such as "/mix/a+b/atom.xml": what is chosen, and the
// file.
func (p *Publisher) parseChosen(path string) (c *chosen, file string, ok bool) {
	if rest, ok := strings.CutPrefix(path, "/source/"); ok {
		at := strings.LastIndexByte(rest, '/')
		if at < 1 {
			return nil, "", false
		}
		return &chosen{source: feed.SourceID(rest[:at])}, rest[at+1:], true
	}
	rest, ok := strings.CutPrefix(path, "/mix/")
	if !ok {
		return nil, "", false
	}
	list, file, ok := strings.Cut(rest, "/")
	if strings.Count(list, "+") > 2*maxMixed {
		return nil, "", false
	}
	c = p.mixOf(strings.Split(list, "+"))
	return c, file, ok && c != nil
}

// mixOf returns the mix of some categories, in the order of their terms; nil
// when one of them is not published, or they are too many.
func (p *Publisher) mixOf(terms []string) *chosen {
	c := &chosen{}
	for _, term := range terms {
		at := slices.IndexFunc(p.set.Categories, func(c Category) bool { return c.Term == term })
		if at < 0 {
			return nil
		}
		c.mix = append(c.mix, p.set.Categories[at])
	}
	slices.SortFunc(c.mix, func(a, b Category) int { return strings.Compare(a.Term, b.Term) })
	c.mix = slices.CompactFunc(c.mix, func(a, b Category) bool { return a.Term == b.Term })
	if len(c.mix) > maxMixed {
		return nil
	}
	return c
}

// serveChosen answers for a document of a mix or of a source, and reports
// whether there is one at the path. A mix has one address: other orders of its
// categories lead there.
func (h *handler) serveChosen(w http.ResponseWriter, r *http.Request, path string) bool {
	c, file, ok := h.parseChosen(path)
	if !ok {
		return false
	}
	folder := c.folder()
	if len(c.mix) == 1 {
		folder = render.CategoryPath(c.mix[0].Term)
	}
	formats := render.Feeds()
	at := slices.IndexFunc(formats, func(f *render.Format) bool { return f.File == file })
	switch plain, err := url.PathUnescape(folder + file); {
	case at < 0 && file != feedName:
		return false
	case err != nil || plain != path:
		h.redirect(w, r, h.base+folder+file)
		return true
	}
	var more []field
	if at < 0 {
		at = chooseFormat(r.Header["Accept"])
		more = negotiatedFields(h.base + folder + formats[at].File)
	}
	name := c.name(formats[at])
	t, named := h.targets[name]
	if !named {
		t = h.chosenTarget(c, formats[at])
		t.past = h.pasts.of(folder)
		h.requested.note(h.cache, name, c.terms()...)
	}
	return h.serveDocument(w, r, name, t, more)
}

// chosenTarget is the document of what is chosen in a format.
func (p *Publisher) chosenTarget(c *chosen, f *render.Format) target {
	return target{format: f, chosen: c, category: Category{Category: render.Category{Term: render.All}, Limit: p.set.Limit}}
}

// choose fills a page with what is chosen.
func (p *Publisher) choose(ctx context.Context, t *target, page *render.Page) (err error) {
	c := t.chosen
	if !p.isNamed(c) {
		page.Site.Hub = "" // nobody pushes it
	}
	page.Place.Folder, page.Place.Home = c.folder(), "/"
	if c.source == "" {
		labels := make([]string, len(c.mix))
		for i := range c.mix {
			labels[i] = cmp.Or(c.mix[i].Label, c.mix[i].Term)
		}
		page.Category.Label = strings.Join(labels, " + ")
		page.Entries, err = p.entriesOf(ctx, t, page)
		return err
	}
	if slices.Contains(p.set.Unlisted, c.source) {
		return errNoPage
	}
	state, err := p.store.State(ctx, c.source)
	if errors.Is(err, storage.ErrNotFound) {
		return errNoPage
	}
	if err != nil {
		return fmt.Errorf("read source %q: %w", c.source, err)
	}
	page.Category.Label = newSource(c.source, &state).Name
	page.Place.Home = render.CategoryPath(render.All)
	page.Entries, err = p.entriesOf(ctx, t, page)
	return err
}

// entriesOf returns the entries of what is chosen, or those that a delta of it
// is a part of.
func (p *Publisher) entriesOf(ctx context.Context, t *target, page *render.Page) ([]feed.Entry, error) {
	switch {
	case t.delta != nil:
		page.Only = t.delta.only
		return p.gather(ctx, t.delta)
	case t.chosen.source != "":
		return p.fromSource(ctx, t.chosen.source)
	}
	return p.mixed(ctx, t.chosen.mix)
}

// mixed returns the newest entries of some categories, each once: as many as a
// feed of all has.
func (p *Publisher) mixed(ctx context.Context, mix []Category) ([]feed.Entry, error) {
	type head struct {
		next func() (feed.Entry, error, bool)
		e    feed.Entry
		ok   bool
	}
	heads := make([]head, len(mix))
	advance := func(h *head) (err error) {
		h.e, err, h.ok = h.next()
		return err
	}
	for i := range mix {
		next, stop := iter.Pull2(p.store.Entries(ctx, query(mix[i].Term, p.set.Limit)))
		defer stop()
		heads[i].next = next
		if err := advance(&heads[i]); err != nil {
			return nil, fmt.Errorf("read the entries of %q: %w", mix[i].Term, err)
		}
	}
	now := time.Now()
	out := make([]feed.Entry, 0, min(p.set.Limit, 1000))
	for len(out) < p.set.Limit {
		first := -1
		for i := range heads {
			if heads[i].ok && (first < 0 || feed.NewestFirst(heads[i].e, heads[first].e) < 0) {
				first = i
			}
		}
		if first < 0 {
			break
		}
		e := heads[first].e
		if at := expires(&e, mix); at.IsZero() || at.After(now) {
			out = append(out, e)
		}
		for i := range heads {
			if heads[i].ok && heads[i].e.ID == e.ID {
				if err := advance(&heads[i]); err != nil {
					return nil, fmt.Errorf("read the entries of %q: %w", mix[i].Term, err)
				}
			}
		}
	}
	return out, nil
}

// deepestOfSource is how many entries of a source are looked at for those that
// are not too old.
const deepestOfSource = 10_000

// fromSource returns the newest entries of a source that are published.
func (p *Publisher) fromSource(ctx context.Context, id feed.SourceID) ([]feed.Entry, error) {
	var out []feed.Entry
	now := time.Now()
	q := storage.Query{Source: id, Limit: p.set.Limit}
	for looked := 0; ; q.Limit = deepestOfSource - looked {
		n := 0
		for e, err := range p.store.Entries(ctx, q) {
			if err != nil {
				return nil, fmt.Errorf("read the entries of source %q: %w", id, err)
			}
			n++
			q.After = storage.After(&e)
			if at := expires(&e, p.set.Categories); at.IsZero() || at.After(now) {
				if out = append(out, e); len(out) == p.set.Limit {
					return out, nil
				}
			}
		}
		if looked += n; n < q.Limit || looked >= deepestOfSource {
			return out, nil
		}
	}
}
