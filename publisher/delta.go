package publisher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// A delta says which part of a feed a document is: of entries, those in only.
type delta struct {
	entries []feed.EntryID // of the whole, in order
	only    map[feed.EntryID]bool
}

// sendDelta answers with what is new in a feed since the rendering that the
// client has (RFC 3229, with the instance manipulation "feed"), and reports
// whether it did. It leaves to others what a usual answer is better for.
func (h *handler) sendDelta(w http.ResponseWriter, r *http.Request, name string, t target, d *document, more []field) bool {
	if !manipulates(r.Header["A-Im"]) || t.past == nil || r.Header["If-Match"] != nil || r.Header["If-Unmodified-Since"] != nil {
		return false
	}
	in := plain
	if !d.isSmall() {
		in = chooseCoding(r.Header["Accept-Encoding"])
	}
	tags := r.Header["If-None-Match"]
	if lists(tags, d.forms[in].etag, false) {
		return false // 304
	}
	base, part := t.past.history.since(t.format, d.etag(), tags)
	if part == nil {
		return false
	}
	key := name + " since " + base.etag + " to " + d.etag()
	t.edition, t.past, t.delta = nil, nil, part
	news, err := h.document(r.Context(), key, t)
	if err != nil {
		h.log.Error("document cannot be made", "path", key, "err", err)
		return false
	}
	p := news.forms[plain].payload.Load()
	if packed := news.pack(in); packed.body != nil {
		p = packed
		h.cache.grown(key, news)
	}
	header := w.Header()
	set(header, d.forms[in].fields)
	set(header, more)
	set(header, manipulated)
	header["Delta-Base"] = []string{base.named}
	set(header, p.fields)
	w.WriteHeader(http.StatusIMUsed)
	if r.Method != http.MethodHead {
		_, _ = w.Write(p.body) // the client is gone: nobody to tell
	}
	return true
}

// manipulated are the header fields of a 226. A cache that does not know what
// that is must not keep it (RFC 3229 §10.8.1).
var manipulated = []field{
	{"Im", []string{"feed"}},
	{"Cache-Control", []string{"no-store, im"}},
	{"Vary", []string{"Accept, Accept-Encoding, A-IM, If-None-Match"}},
}

// manipulates reports whether an A-IM asks for "feed" (RFC 3229 §10.5.3).
func manipulates(fields []string) bool {
	for _, list := range fields {
		for element := range strings.SplitSeq(list, ",") {
			if name, q := weigh(element); strings.EqualFold(name, "feed") && q > 0 {
				return true
			}
		}
	}
	return false
}

// A base is the rendering that a delta begins with: its tag, and that of the form
// in which the client has it.
type base struct{ etag, named string }

// since returns what is new in a format's document, whose tag is current,
// since the newest of its renderings that a list of tags names, and that one.
// It returns nil when none is known, when nothing is new but something
// went, when all is new, and when other documents of the edition are newer.
func (h *history) since(f *render.Format, current string, tags []string) (from base, part *delta) {
	h.mu.Lock()
	defer h.mu.Unlock()
	known := h.tags[f]
	if len(known) == 0 || known[len(known)-1] != (tagged{current, h.n}) {
		return from, nil
	}
	for i := len(known) - 2; i >= 0; i-- {
		if named := namesForm(tags, known[i].etag); named != "" {
			return base{known[i].etag, named}, h.delta(known[i].n)
		}
	}
	return from, nil
}

// namesForm returns the tag of a document in the coding in which a list has it;
// "" when it has none.
func namesForm(tags []string, etag string) string {
	bare := strings.TrimSuffix(etag, `"`)
	for c := range codings {
		if named := bare + codingTags[c] + `"`; lists(tags, named, false) {
			return named
		}
	}
	return ""
}

func (h *history) delta(n uint64) *delta {
	part := &delta{entries: make([]feed.EntryID, len(h.rows)), only: map[feed.EntryID]bool{}}
	for i, r := range h.rows {
		part.entries[i] = r.id
		if r.since > n {
			part.only[r.id] = true
		}
	}
	if len(part.only) == 0 || len(part.only) == len(h.rows) {
		return nil
	}
	return part
}

// gather returns the entries of the whole of which a delta is a part: what is
// told of each depends on the others. Those that went meanwhile are left out.
func (p *Publisher) gather(ctx context.Context, part *delta) ([]feed.Entry, error) {
	entries := make([]feed.Entry, 0, len(part.entries))
	for _, id := range part.entries {
		e, err := p.store.Entry(ctx, id)
		switch {
		case errors.Is(err, storage.ErrNotFound) || err == nil && len(e.Filed) == 0:
		case err != nil:
			return nil, fmt.Errorf("read entry %s: %w", id, err)
		default:
			entries = append(entries, e)
		}
	}
	return entries, nil
}
