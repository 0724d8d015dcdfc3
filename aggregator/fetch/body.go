package fetch

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"

	"tributary/feed"
)

// receive reads the body as it comes, at most Limits.Body.
func (h *HTTP) receive(ctx context.Context, w *watch, resp *http.Response) (*buffer, error) {
	if resp.ContentLength > h.set.Limits.Body {
		return nil, h.tooLong()
	}
	b := newBuffer(resp.ContentLength + 1) // one more, to see the end without growing
	err := b.fill(w.body(resp.Body), h.set.Limits.Body)
	if err == nil && len(b.b) > 0 {
		return b, nil
	}
	got := len(b.b)
	b.free()
	switch {
	case err == nil:
		return nil, &Error{Status: resp.StatusCode, Reason: "the server answered " + statusName(resp.StatusCode) + " with an empty body"}
	case errors.Is(err, errTooLong):
		return nil, h.tooLong()
	}
	return nil, h.bodyError(ctx, err, got, resp.ContentLength)
}

// drain reads the rest of a short body, so that its connection can be used
// again.
func drain(w *watch, resp *http.Response) {
	if resp.ContentLength > mostDrained {
		return
	}
	b := newBuffer(0)
	_ = b.fill(w.body(resp.Body), mostDrained) // the connection is closed then
	b.free()
}

// document makes the Document of an answer. Bytes that are those of the last
// poll are recognised before and after their content codings are undone.
func (h *HTTP) document(s *feed.State, a *answer) (*Document, error) {
	if a.body == nil {
		return notModified(s, a.resp), nil
	}
	doc := newDocument(a.resp)
	doc.Received = int64(len(a.body.b))
	names := codingNames(a.resp.Header["Content-Encoding"])
	if len(names) > 0 || disguised(a.body.b) != "" {
		doc.Coded = codedDigest(names, a.body.b)
		if doc.Coded == s.Coded && !s.Body.IsZero() {
			a.body.free()
			doc.Digest, doc.NotModified = s.Body, true
			return doc, nil
		}
	}
	return h.decode(s, doc, names, a.body)
}

// decode undoes the content codings, and copies out what is new.
func (h *HTTP) decode(s *feed.State, doc *Document, names []string, body *buffer) (*Document, error) {
	limit := min(h.set.Limits.Body, max(h.set.Limits.Ratio*doc.Received, freeOfRatio))
	body, err := undo(names, body, limit)
	if err != nil {
		return nil, h.decodeError(err, limit)
	}
	defer body.free()
	sum := sha256.Sum256(body.b)
	doc.Digest = feed.Digest(sum[:len(doc.Digest)])
	if doc.NotModified = doc.Digest == s.Body; !doc.NotModified {
		doc.Body = append(make([]byte, 0, len(body.b)), body.b...)
	}
	return doc, nil
}

// codedDigest digests a body as it came, and what it was said to be.
func codedDigest(names []string, body []byte) feed.Digest {
	d := sha256.New()
	for _, name := range names {
		d.Write([]byte(name + "\x00"))
	}
	d.Write(body)
	return feed.Digest(d.Sum(nil)[:len(feed.Digest{})])
}
