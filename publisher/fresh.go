package publisher

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"
)

const (
	// settle is how long a document stands at least that is made when it is
	// asked for: while a poll of many sources commits, it is not made anew for
	// each of them.
	settle = 250 * time.Millisecond
	// retry is how long a document that could not be made anew stands.
	retry = 5 * time.Second
)

// document returns the document at a path, made anew when it is out of date.
// It is made once for all who ask for it meanwhile; those who can have the
// old one do not wait.
func (p *Publisher) document(ctx context.Context, name string, t target) (*document, error) {
	s := p.cache.slot(name)
	old := s.doc.Load()
	if s.stands(old) {
		return old, nil
	}
	making := &s.making
	if t.past != nil {
		making = &t.past.making
	}
	if old == nil {
		making.Lock()
	} else if !making.TryLock() {
		return old, nil
	}
	defer making.Unlock()
	if old = s.doc.Load(); s.stands(old) {
		return old, nil
	}
	return p.remake(ctx, s, old, t)
}

// stands reports whether d may be sent as it is.
func (s *slot) stands(d *document) bool {
	if d == nil {
		return false
	}
	if d.version == s.wanted.Load() && (d.until.IsZero() || time.Now().Before(d.until)) {
		return true
	}
	return time.Since(d.made) < settle
}

// remake makes a slot's document. An old one outlives the store's trouble.
func (p *Publisher) remake(ctx context.Context, s *slot, old *document, t target) (*document, error) {
	version := s.wanted.Load()
	body, page, err := p.render(context.WithoutCancel(ctx), t)
	switch {
	case errors.Is(err, errNoPage):
		p.cache.drop(s)
		return nil, err
	case err != nil && old != nil:
		p.log.Error("document is out of date", "path", s.name, "err", err)
		p.cache.put(s, &document{version: old.version, made: time.Now().Add(retry - settle), content: old.content})
		return old, nil
	case err != nil:
		p.cache.drop(s)
		return nil, err
	}
	d := p.renew(s.name, old, body, t, p.modified(page))
	d.version, d.made, d.until = version, time.Now(), p.until(&t, page)
	p.cache.put(s, d)
	if t.edition != nil {
		p.wake(t.edition.term, d.until)
	}
	if t.past != nil && t.format.Feed {
		t.past.history.tag(t.format, d.etag(), t.past.history.note(rowsOf(page)))
	}
	return d, nil
}

// renew returns the document of body for a path. The same bytes as before keep
// their packed forms and their date.
func (p *Publisher) renew(name string, old *document, body []byte, t target, changed time.Time) *document {
	var before *time.Time
	if old != nil {
		if string(old.body()) == string(body) {
			return &document{content: old.content}
		}
		before = &old.modified
	}
	digest := sha256.Sum256(body)
	modified := p.set.Dates.of(name, digest, t.edition == nil, before, changed, time.Now())
	caching, more := cacheable, p.feedFields(t)
	if t.archive > 0 {
		caching, more = immutable, nil
	}
	d := newDocument(body, digest, t.format.MediaType, caching, modified, more...)
	if old != nil {
		d.packAs(old.content)
	}
	return d
}
