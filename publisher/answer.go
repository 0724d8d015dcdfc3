package publisher

import (
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// send answers with a path's document, or with less where the request says so.
func (h *handler) send(w http.ResponseWriter, r *http.Request, path string, d *document, more []field) {
	in := plain
	if !d.isSmall() {
		in = chooseCoding(r.Header["Accept-Encoding"])
	}
	if h.spared(w, r, d, in, more) {
		return
	}
	p := d.forms[in].payload.Load()
	if p == nil {
		p = d.pack(in)
		h.cache.grown(path, d)
	}
	if p.body == nil { // it would not be smaller
		if in = plain; h.spared(w, r, d, in, more) {
			return
		}
		p = d.forms[in].payload.Load()
	}
	h.answer(w, r, d, http.StatusOK, p.body, &p.lines, more, h.secure, d.forms[in].fields, p.fields)
}

// spared answers when the request's preconditions leave nothing to send of a
// document. What a cache has of a page is told today's policy, since that may
// change while the page does not; of a feed no more is said than RFC 9110
// §15.4.5 wants.
func (h *handler) spared(w http.ResponseWriter, r *http.Request, d *document, in coding, more []field) bool {
	f := &d.forms[in]
	var status int
	switch evaluate(r.Header, f.etag, d.modified) {
	case notModified:
		status = http.StatusNotModified
	case preconditionFailed:
		status = http.StatusPreconditionFailed
	default:
		return false
	}
	var secure []field
	if strings.HasPrefix(d.mediaType, "text/html") {
		secure = h.secure
	}
	h.answer(w, r, d, status, nil, &f.lines, more, secure, f.fields)
	return true
}

// A lineWriter takes an answer whose header is laid out in lines, as the ways
// of tributary/server do that have no use for a map of it. What was set in
// Header is not sent.
type lineWriter interface {
	WriteLines(status int, lines string, body []byte)
}

// answer sends a document's answer: the fields of the lists, which are always
// the same for these lines, and more.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, d *document, status int, body []byte, l *lines, more []field, lists ...[]field) {
	now := time.Now()
	early := d.modified.After(now)
	if lw, ok := w.(lineWriter); ok && more == nil && !early {
		lw.WriteLines(status, l.of(lists), body)
		return
	}
	header := w.Header()
	for i := range h.secure { // every answer has them, unless its lists do not
		delete(header, h.secure[i].name)
	}
	for _, fields := range lists {
		set(header, fields)
	}
	set(header, more)
	if early {
		header["Last-Modified"] = []string{now.UTC().Format(http.TimeFormat)}
	}
	w.WriteHeader(status)
	if body != nil && r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone: nobody to tell
	}
}

// lines are header fields as HTTP/1.1 sends them, made at their first use.
type lines struct{ text atomic.Pointer[string] }

func (l *lines) of(lists [][]field) string {
	if text := l.text.Load(); text != nil {
		return *text
	}
	var b strings.Builder
	for _, fields := range lists {
		for i := range fields {
			for _, value := range fields[i].values {
				b.WriteString(fields[i].name + ": " + inLine.Replace(value) + "\r\n")
			}
		}
	}
	text := b.String()
	l.text.Store(&text)
	return text
}

// inLine keeps a value from becoming two fields.
var inLine = strings.NewReplacer("\r", " ", "\n", " ")

func set(header http.Header, fields []field) {
	for i := range fields {
		header[fields[i].name] = fields[i].values
	}
}
