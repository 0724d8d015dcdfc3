package publisher

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"maps"
	"slices"
	"time"

	"tributary/feed"
	"tributary/publisher/render"
)

// A Rendering is a document of a category whose bytes are others than before.
// What it holds is not to be changed.
type Rendering struct {
	Path     string // of the site, not escaped: "/tech/atom.xml"
	Term     string // of the category; of what is of none, the folder
	Format   *render.Format
	Body     []byte
	ETag     string         // of the body without a content coding
	Modified time.Time      // its Last-Modified
	Entries  []feed.EntryID // new or changed since the last rendering, in the document's order; none where that is not known
}

// siteTerm stands for the whole site where terms name categories.
const siteTerm = ""

// An edition is the documents that show the same entries, and are rendered
// together: those of a category, of which feeds come first, or those of the
// whole site.
type edition struct {
	term string   // or the folder of what is chosen
	docs []edited // by path
	past
}

// edited is a document of an edition. It is the renderer's alone.
type edited struct {
	name   string
	target target
	told   bool              // the last rendering has been
	digest [sha256.Size]byte // of its body
	n      uint64            // its number
}

// editions groups the targets that are rendered together, and has each of them
// name its edition.
func editions(targets map[string]target) map[string]*edition {
	out := map[string]*edition{}
	for _, name := range slices.Sorted(maps.Keys(targets)) {
		t := targets[name]
		if t.format.Scope == render.PerEntry {
			continue
		}
		term := t.editionName()
		if out[term] == nil {
			out[term] = &edition{term: term}
		}
		t.edition, t.past = out[term], &out[term].past
		targets[name] = t
		t.edition.docs = append(t.edition.docs, edited{name: name, target: t})
	}
	return out
}

// renderEdition renders all documents of an edition from one page, swaps in
// those that changed, and tells of them. The pages that follow are made when
// somebody asks. They show at least every change up to one.
func (p *Publisher) renderEdition(ctx context.Context, e *edition, shown feed.Seq) error {
	if p.lasting[e.term] == nil && e.term != siteTerm {
		p.expireNumbered(e.term)
	}
	if p.set.Rendered == nil && !p.cache.wants(e.docs) {
		return nil // they are made when somebody asks
	}
	changed, err := p.swap(context.WithoutCancel(ctx), e, shown)
	for i := range changed {
		if p.set.Rendered != nil && ctx.Err() == nil {
			p.set.Rendered(ctx, &changed[i])
		}
	}
	if err != nil || ctx.Err() != nil {
		return err
	}
	return p.noteEdition(ctx, e, shown)
}

// swap replaces the documents of an edition, and returns those of them that
// the last rendering had in other bytes.
func (p *Publisher) swap(ctx context.Context, e *edition, seen feed.Seq) ([]Rendering, error) {
	e.making.Lock()
	defer e.making.Unlock()
	slots, versions := make([]*slot, len(e.docs)), make([]uint64, len(e.docs))
	for i := range e.docs {
		slots[i] = p.cache.place(e.docs[i].name)
		versions[i] = slots[i].wanted.Load()
	}
	page, err := p.page(ctx, e.docs[0].target)
	if errors.Is(err, errNoPage) {
		return nil, nil // a source that is gone: other settings are on their way
	}
	if err != nil {
		return nil, err
	}
	page.Share()
	n := e.history.note(rowsOf(page))
	var changed []Rendering
	for i := range e.docs {
		doc, s := &e.docs[i], slots[i]
		p.renderings.Add(1)
		shown := page
		if doc.target.format.Numbered {
			if shown, err = p.page(ctx, doc.target); err != nil {
				return changed, err
			}
		}
		var out bytes.Buffer
		if err := doc.target.write(&out, shown); err != nil {
			return changed, err
		}
		body := out.Bytes()
		d := p.renew(doc.name, s.doc.Load(), body, doc.target, p.modified(shown))
		d.version, d.made, d.until = versions[i], time.Now(), p.until(&doc.target, shown)
		p.wake(e.term, d.until)
		p.cache.offer(s, d)
		e.history.tag(doc.target.format, d.etag(), n)
		r, err := p.tell(ctx, e, doc, told{d, n, shown, seen})
		if err != nil {
			return changed, err
		}
		if r != nil {
			changed = append(changed, *r)
		}
	}
	return changed, nil
}

// A told document is one that was rendered: in rendering n, from a page that
// shows every change up to seen.
type told struct {
	*document
	n    uint64
	page *render.Page
	seen feed.Seq
}

// tell returns what there is to tell of a document that was rendered, nil when
// it is what the last one was, of this process or of one before it, when there
// was none, and for those of the whole site.
func (p *Publisher) tell(ctx context.Context, e *edition, doc *edited, d told) (*Rendering, error) {
	before := *doc
	doc.told, doc.digest, doc.n = true, d.digest, d.n
	r := &Rendering{Path: doc.name, Term: e.term, Format: doc.target.format, Body: d.body(), ETag: d.etag(), Modified: d.modified}
	if e.term == siteTerm {
		return nil, nil
	}
	if before.told {
		if before.digest == d.digest {
			return nil, nil
		}
		r.Entries = e.history.newSince(before.n)
		return r, nil
	}
	last, known := p.record.of(doc.name)
	if !known || last.Digest == encodeDigest(d.digest) {
		return nil, nil
	}
	var err error
	if r.Entries, err = p.changedSince(ctx, e.term, d.page, last.Change, d.seen); err != nil {
		*doc = before // it is told of when it is rendered again
		return nil, err
	}
	return r, nil
}
