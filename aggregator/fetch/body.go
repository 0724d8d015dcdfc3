package fetch

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"

	"tributary/feed"
)

// largeFrom is the size from which on bodies are in memory a few at a time.
const largeFrom = 512 << 10

// receive reads the body as it comes, at most Limits.Body. The beginning of a
// large one is read, and the rest when there is room for it.
func (h *HTTP) receive(ctx context.Context, w *watch, a *answer) error {
	size := a.resp.ContentLength
	if size > h.set.Limits.Body {
		return h.tooLong()
	}
	b := newBuffer(min(size, largeFrom) + 1) // one more, to see the end without growing
	flow := w.body(a.resp.Body)
	err := b.fill(flow, min(h.set.Limits.Body, largeFrom))
	if errors.Is(err, errTooLong) && h.set.Limits.Body > largeFrom {
		if err = h.makeRoom(ctx, w, a); err == nil {
			err = b.fill(flow, h.set.Limits.Body)
		}
	}
	if err == nil && len(b.b) > 0 {
		a.body = b
		return nil
	}
	got := len(b.b)
	b.free()
	a.close()
	switch {
	case err == nil:
		return &Error{Status: a.resp.StatusCode, Host: hostKey(a.resp.Request.URL),
			Reason: "the server answered " + statusName(a.resp.StatusCode) + " with an empty body"}
	case errors.Is(err, errTooLong):
		return h.tooLong()
	}
	return h.bodyError(ctx, err, got, size)
}

// makeRoom waits for a place among the large bodies. The time it takes is not
// the server's.
func (h *HTTP) makeRoom(ctx context.Context, w *watch, a *answer) error {
	if a.large != nil {
		return nil
	}
	w.hold()
	defer w.goOn()
	select {
	case h.large <- struct{}{}:
		a.large = h.large
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close gives back the place among the large bodies.
func (a *answer) close() {
	if a.large != nil {
		<-a.large
		a.large = nil
	}
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
func (h *HTTP) document(ctx context.Context, s *feed.State, a *answer) (_ *Document, err error) {
	defer func() {
		if err != nil {
			a.close()
		}
	}()
	if a.body == nil {
		return notModified(s, a.resp), nil
	}
	doc := newDocument(a.resp)
	doc.Delta = a.resp.StatusCode == http.StatusIMUsed
	doc.Received = int64(len(a.body.b))
	names := codingNames(a.resp.Header["Content-Encoding"])
	if len(names) > 0 || disguised(a.body.b) != "" {
		doc.Coded = codedDigest(names, a.body.b)
		if doc.Coded == s.Coded && !s.Body.IsZero() {
			a.body.free()
			a.close()
			doc.Digest, doc.NotModified = s.Body, true
			return doc, nil
		}
	}
	return h.decode(ctx, s, doc, names, a)
}

// decode undoes the content codings, and copies out what is new.
func (h *HTTP) decode(ctx context.Context, s *feed.State, doc *Document, names []string, a *answer) (*Document, error) {
	body, err := h.undo(ctx, names, a, doc.Received)
	if err != nil {
		return nil, err
	}
	defer func() {
		if body != a.body {
			body.free()
		}
		a.body.free()
	}()
	sum := sha256.Sum256(body.b)
	doc.Digest = feed.Digest(sum[:len(doc.Digest)])
	if doc.NotModified = doc.Digest == s.Body; !doc.NotModified {
		doc.Body = append(make([]byte, 0, len(body.b)), body.b...)
		doc.large, a.large = a.large, nil
	}
	a.close()
	return doc, nil
}

// undo undoes the content codings: first what stays small, and what does not
// once more when there is room for a large body.
func (h *HTTP) undo(ctx context.Context, names []string, a *answer, received int64) (*buffer, error) {
	limit := min(h.set.Limits.Body, max(h.set.Limits.Ratio*received, freeOfRatio))
	small := min(limit, largeFrom)
	if a.large != nil {
		small = limit
	}
	body, err := undo(names, a.body, small)
	if errors.Is(err, errTooLong) && small < limit {
		select {
		case h.large <- struct{}{}:
			a.large = h.large
		case <-ctx.Done():
			a.body.free()
			return nil, ctx.Err()
		}
		body, err = undo(names, a.body, limit)
	}
	if err != nil {
		a.body.free()
		return nil, h.decodeError(err, limit)
	}
	return body, nil
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

// Decode undoes the content codings of a body that came otherwise than by
// Fetch, within the same limits.
func Decode(header http.Header, body []byte, l Limits) ([]byte, error) {
	l = l.WithDefaults()
	limit := min(l.Body, max(l.Ratio*int64(len(body)), freeOfRatio))
	from := &buffer{b: body}
	out, err := undo(codingNames(header["Content-Encoding"]), from, limit)
	if errors.Is(err, errTooLong) {
		return nil, &Error{Reason: fmt.Sprintf("the body unpacks to more than %d bytes", limit), Err: err}
	}
	if err != nil || out == from {
		return body, err
	}
	defer out.free()
	return append([]byte(nil), out.b...), nil
}
