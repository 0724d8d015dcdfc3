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
	if !manipulates(r.Header["A-Im"]) || t.edition == nil || r.Header["If-Match"] != nil || r.Header["If-Unmodified-Since"] != nil {
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
	from, part := t.edition.history.since(t.format, d.etag(), tags)
	if part == nil {
		return false
	}
	key := name + " since " + from + " to " + d.etag()
	t.edition, t.delta = nil, part
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

// since returns what is new in a format's document, whose tag is current,
// since the newest of its renderings that a list of tags names, and that one's
// tag. It returns nil when none is known, when nothing is new but something
// went, when all is new, and when other documents of the edition are newer.
func (h *history) since(f *render.Format, current string, tags []string) (from string, part *delta) {
	h.mu.Lock()
	defer h.mu.Unlock()
	known := h.tags[f]
	if len(known) == 0 || known[len(known)-1] != (tagged{current, h.n}) {
		return "", nil
	}
	for i := len(known) - 2; i >= 0; i-- {
		if namesForm(tags, known[i].etag) {
			return known[i].etag, h.delta(known[i].n)
		}
	}
	return "", nil
}

// namesForm reports whether a list has the tag of a document in any coding.
func namesForm(tags []string, etag string) bool {
	bare := strings.TrimSuffix(etag, `"`)
	for c := range codings {
		if lists(tags, bare+codingTags[c]+`"`, false) {
			return true
		}
	}
	return false
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
