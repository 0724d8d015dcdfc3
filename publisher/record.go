package publisher

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// A record remembers, in a file, what Settings.Rendered was told last of each
// document: so the first rendering of a process knows what is new. It is the
// renderer's alone. A file that is lost costs no more than that.
type record struct {
	path  string // empty: nothing is remembered
	docs  map[string]published
	dirty bool

	failing bool // the file could not be written
}

// A published document is what it was when its last rendering was told of.
type published struct {
	Digest string `json:"sha256"` // of its body, in base64
	Change string `json:"change"` // the id of the newest change that it was sure to show
}

// maxRecord bounds the file. A document takes some 130 bytes.
const maxRecord = 64 << 20

// load reads the file. What cannot be read is told, and counts as nothing.
func (r *record) load() error {
	r.docs, r.dirty = map[string]published{}, false
	if r.path == "" {
		return nil
	}
	f, err := os.Open(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	data, err := io.ReadAll(io.LimitReader(f, maxRecord+1))
	if err == nil && len(data) > maxRecord {
		err = fmt.Errorf("it is larger than %d MiB", maxRecord>>20)
	}
	if err == nil {
		err = json.Unmarshal(data, &r.docs)
	}
	if err != nil || r.docs == nil {
		r.docs = map[string]published{}
	}
	return err
}

// of returns what a document was, if that is known.
func (r *record) of(name string) (published, bool) {
	p, ok := r.docs[name]
	return p, ok
}

// put notes what a document is.
func (r *record) put(name string, digest [sha256.Size]byte, change string) {
	is := published{encodeDigest(digest), change}
	if r.path != "" && r.docs[name] != is {
		r.docs[name], r.dirty = is, true
	}
}

func encodeDigest(d [sha256.Size]byte) string { return base64.RawStdEncoding.EncodeToString(d[:]) }

// save writes the file, if anything in it has changed. It waits for no disk:
// after the end of the machine the file is an older one, or none.
func (r *record) save() error {
	if !r.dirty {
		return nil
	}
	data, err := json.Marshal(r.docs)
	if err == nil {
		err = os.WriteFile(r.path+".new", data, 0o600)
	}
	if err == nil {
		err = os.Rename(r.path+".new", r.path)
	}
	r.dirty = err != nil
	return err
}

// loadRecord reads what was published when this began.
func (p *Publisher) loadRecord() {
	if err := p.record.load(); err != nil {
		p.log.Warn("what was published before is not known: the first renderings are not told of", "file", p.record.path, "err", err)
	}
}

// saveRecord keeps what is published now.
func (p *Publisher) saveRecord() {
	err := p.record.save()
	if err != nil && !p.record.failing {
		p.log.Error("what is published cannot be noted: after a restart some of it is told of again", "file", p.record.path, "err", err)
	}
	p.record.failing = err != nil
}

// noteEdition notes what the documents of an edition are, all of which were
// told of. They show every change up to one.
func (p *Publisher) noteEdition(ctx context.Context, e *edition, shown feed.Seq) error {
	if p.record.path == "" || e.term == siteTerm {
		return nil
	}
	id, err := p.idAt(ctx, shown)
	if err != nil {
		return err
	}
	for i := range e.docs {
		if e.docs[i].told {
			p.record.put(e.docs[i].name, e.docs[i].digest, id)
		}
	}
	return nil
}

// changedSince returns the page's entries that have changed since a change of
// before this process began, in their order; none when that is not known, as of mixes and sources.
func (p *Publisher) changedSince(ctx context.Context, term string, page *render.Page, change string, shown feed.Seq) ([]feed.EntryID, error) {
	if p.lasting[term] != nil {
		return nil, nil
	}
	after, known, err := p.changeOf(ctx, change)
	if err != nil || !known {
		return nil, err
	}
	found, err := p.newsOf(ctx, term, after, shown)
	if errors.Is(err, errMostNews) || errors.Is(err, storage.ErrTrimmed) {
		return nil, nil
	}
	changed := make(map[feed.EntryID]bool, len(found))
	for i := range found {
		changed[found[i].entry] = true
	}
	var out []feed.EntryID
	for i := range page.Entries {
		if id := page.Entries[i].ID; changed[id] {
			out = append(out, id)
		}
	}
	return out, err
}
