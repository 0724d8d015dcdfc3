package server

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A response is what a handler answers on the quick way. It implements
// http.ResponseWriter: a body whose length was told, in one piece, leaves with
// its header in one call of the system, without being copied.
type response struct {
	header http.Header
	status int   // 0: none yet
	sent   int64 // bytes of the body

	wire     *wire
	server   *Server
	last     bool // the connection ends with this answer
	bodyless bool // whatever the handler writes
	chunked  bool
	left     int64 // of the length that was told; -1: none was
	head     []byte
	err      error
}

func (o *response) begin(w *wire, x *exchange, s *Server) {
	o.wire, o.server = w, s
	o.last = x.req.Close
	o.bodyless = x.req.Method == http.MethodHead
	o.status, o.sent, o.chunked, o.left, o.err = 0, 0, false, -1, nil
}

func (o *response) forget() {
	clear(o.header)
	o.wire, o.server, o.err = nil, nil, nil
}

// Header implements http.ResponseWriter.
func (o *response) Header() http.Header { return o.header }

// WriteHeader implements http.ResponseWriter. What comes before a final status
// (1xx) is not sent: nobody who asks plainly waits for it.
func (o *response) WriteHeader(status int) {
	if o.status != 0 || status < 200 {
		return
	}
	o.status = status
	if status == http.StatusNoContent || status == http.StatusNotModified {
		o.bodyless = true
	}
	o.left = -1
	if told := o.header["Content-Length"]; len(told) == 1 {
		if n, err := strconv.ParseInt(told[0], 10, 64); err == nil && n >= 0 {
			o.left = n
		}
	}
	o.head = o.appendHead(o.head[:0])
}

// WriteLines sends a whole answer whose header is laid out: lines of fields,
// each with its end, with the body's length among them unless body is nil.
// What was set in Header is not sent. Handlers that have the same answer for
// many use it: a map of ten fields costs more than reading the request.
func (o *response) WriteLines(status int, lines string, body []byte) {
	if o.status != 0 {
		return
	}
	o.status, o.left = status, 0
	none := status == http.StatusNoContent || status == http.StatusNotModified
	o.head = append(o.begun(o.head[:0]), lines...)
	if body == nil && !none && !o.bodyless {
		o.head = append(o.head, "Content-Length: 0\r\n"...)
	}
	o.head = o.end(o.head)
	if o.bodyless = o.bodyless || none || len(body) == 0; !o.bodyless {
		_, _ = o.write(body) // finish tells
	}
}

// Write implements http.ResponseWriter.
func (o *response) Write(b []byte) (int, error) {
	if o.status == 0 {
		o.WriteHeader(http.StatusOK)
	}
	switch {
	case o.err != nil:
		return 0, o.err
	case o.bodyless || len(b) == 0:
		return len(b), nil
	case o.left >= 0 && int64(len(b)) > o.left:
		return 0, http.ErrContentLength
	case o.left < 0:
		return o.writeChunk(b)
	}
	o.left -= int64(len(b))
	return o.write(b)
}

// write sends a part of the body, behind the header if that is still here.
func (o *response) write(b []byte) (int, error) {
	if o.err = o.wire.write(o.head, b); o.err != nil {
		return 0, o.err
	}
	o.head = o.head[:0]
	o.sent += int64(len(b))
	return len(b), nil
}

// writeChunk sends a part of a body whose length nobody knows (RFC 9112 §7.1).
func (o *response) writeChunk(b []byte) (int, error) {
	if !o.chunked {
		o.chunked = true
		o.head = append(o.head[:len(o.head)-2], "Transfer-Encoding: chunked\r\n\r\n"...)
	}
	o.head = append(strconv.AppendInt(o.head, int64(len(b)), 16), "\r\n"...)
	n, err := o.write(b)
	o.head = append(o.head, "\r\n"...)
	return n, err
}

// finish sends what is left. An answer that is shorter than was told ends the
// connection: that is how the other side sees it.
func (o *response) finish() error {
	if o.status == 0 {
		o.WriteHeader(http.StatusOK)
	}
	switch {
	case o.err != nil:
		return o.err
	case o.chunked:
		o.head = append(o.head, "0\r\n\r\n"...)
	case o.bodyless:
	case o.left > 0:
		return http.ErrContentLength
	case o.left < 0: // nothing was written
		o.head = append(o.head[:len(o.head)-2], "Content-Length: 0\r\n\r\n"...)
	}
	if len(o.head) == 0 {
		return nil
	}
	err := o.wire.write(o.head, nil)
	o.head = o.head[:0]
	return err
}

// begun appends the status line and the date.
func (o *response) begun(b []byte) []byte {
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(o.status), 10)
	b = append(b, ' ')
	b = append(b, http.StatusText(o.status)...)
	b = append(b, "\r\nDate: "...)
	b = append(b, o.server.httpDate()...)
	return append(b, "\r\n"...)
}

// end appends what ends a header.
func (o *response) end(b []byte) []byte {
	if o.last {
		b = append(b, "Connection: close\r\n"...)
	}
	return append(b, "\r\n"...)
}

// appendHead appends the status line and the header.
func (o *response) appendHead(b []byte) []byte {
	b = o.begun(b)
	for name, values := range o.header {
		if name == "Transfer-Encoding" || name == "Connection" || name == "Date" {
			continue // ours to say
		}
		for _, v := range values {
			b = append(append(b, name...), ": "...)
			b = append(append(b, oneLine(v)...), "\r\n"...)
		}
	}
	return o.end(b)
}

// oneLine keeps a value from becoming two fields.
func oneLine(v string) string {
	if strings.IndexByte(v, '\n') < 0 && strings.IndexByte(v, '\r') < 0 {
		return v
	}
	return strings.NewReplacer("\n", " ", "\r", " ").Replace(v)
}

// A date is a second as HTTP writes it.
type date struct {
	second int64
	text   string
}

// httpDate returns the time of now for a Date field. It is never earlier than
// what a handler has taken for now.
func (s *Server) httpDate() string {
	now := time.Now()
	if d := s.date.Load(); d != nil && d.second == now.Unix() {
		return d.text
	}
	d := &date{now.Unix(), now.UTC().Format(http.TimeFormat)}
	s.date.Store(d)
	return d.text
}
