package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// acceptEncoding names the content codings that undo knows (RFC 9110 §8.4.1,
// RFC 7932, RFC 8878), the favourite first.
const acceptEncoding = "gzip, br, zstd, deflate"

const (
	maxCodings  = 4       // one inside the other
	maxWindow   = 8 << 20 // of zstd; RFC 9659 §3
	freeOfRatio = 1 << 20 // bytes that any body may unpack to
)

// A coding undoes one content coding; what is too long is errTooLong.
type coding struct {
	fits func(body []byte) bool // whether the body may be in this coding; nil: its bytes do not tell
	undo func(to *buffer, body []byte, limit int64) error
}

var codings = map[string]coding{
	"gzip":    {isGzip, gunzip},
	"x-gzip":  {isGzip, gunzip},
	"deflate": {nil, inflate},
	"br":      {nil, unbrotli},
	"zstd":    {isZstd, unzstd},
}

// codingNames reads Content-Encoding fields: lower case, in the order in
// which they were applied, "identity" and labels that are no coding left out.
func codingNames(fields []string) []string {
	var names []string
	for _, field := range fields {
		for name := range strings.SplitSeq(field, ",") {
			switch name = strings.ToLower(strings.TrimSpace(name)); name {
			case "", "identity", "none", "utf-8", "utf8", "binary", "8bit":
			default:
				names = append(names, name)
			}
		}
	}
	return names
}

// undo undoes the content codings that names list, outermost last, and gzip
// or zstd that nobody announced. It returns body itself when there is nothing
// to undo, else a buffer that is to be freed. Bytes that are plainly not in the announced coding
// but a text are taken as they are, for some servers announce what they then
// do not do.
func undo(names []string, body *buffer, limit int64) (*buffer, error) {
	if len(names) > maxCodings {
		return nil, &Error{Reason: fmt.Sprintf("the body is packed %d times over; %d is the limit", len(names), maxCodings)}
	}
	at := body
	var err error
	step := func(name string) {
		next, e := undoOne(name, at, limit)
		if next != at && at != body {
			at.free()
		}
		at, err = next, e
	}
	for i := len(names) - 1; i >= 0 && err == nil; i-- {
		step(names[i])
	}
	for i := 0; i < maxCodings && err == nil && disguised(at.b) != ""; i++ {
		step(disguised(at.b))
	}
	return at, err
}

func undoOne(name string, body *buffer, limit int64) (*buffer, error) {
	c, known := codings[name]
	if looksLikeText(body.b) && (!known || c.fits != nil && !c.fits(body.b)) {
		return body, nil
	}
	if !known {
		return nil, &Error{Reason: fmt.Sprintf("the content coding %q is unknown here; known are %s", name, acceptEncoding)}
	}
	to := newBuffer(int64(4 * len(body.b)))
	err := c.undo(to, body.b, limit)
	if err == nil {
		return to, nil
	}
	to.free()
	if !errors.Is(err, errTooLong) && looksLikeText(body.b) {
		return body, nil
	}
	return nil, codingError(name, err)
}

func codingError(name string, err error) error {
	switch {
	case errors.Is(err, errTooLong):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &Error{Reason: fmt.Sprintf("the %s body is cut short", name), Err: err}
	}
	return &Error{Reason: fmt.Sprintf("the body is no sound %s, as the server calls it: %v", name, err), Err: err}
}

// disguised returns the coding that the body's first bytes give away. No feed
// begins with them.
func disguised(body []byte) string {
	switch {
	case isGzip(body):
		return "gzip"
	case isZstd(body):
		return "zstd"
	}
	return ""
}

func isGzip(b []byte) bool { return bytes.HasPrefix(b, []byte{0x1f, 0x8b, 8}) }
func isZstd(b []byte) bool { return bytes.HasPrefix(b, []byte{0x28, 0xb5, 0x2f, 0xfd}) }

// looksLikeText reports whether the body begins as XML, HTML or JSON does,
// after a byte order mark and white space, and goes on without the control
// characters that packed bytes are full of.
func looksLikeText(b []byte) bool {
	b = bytes.TrimPrefix(b[:min(len(b), 512)], []byte("\xef\xbb\xbf"))
	b = bytes.TrimLeft(b, " \t\r\n\x00\xfe\xff")
	return len(b) > 0 && (b[0] == '<' || b[0] == '{' || b[0] == '[') && !bytes.ContainsAny(b, packedSigns)
}

const packedSigns = "\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17"

var (
	gzips    = sync.Pool{New: func() any { return new(gzip.Reader) }}
	zlibs    sync.Pool // of zlib readers, which need data to begin with
	deflates = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}
	brotlis  = sync.Pool{New: func() any { return brotli.NewReader(nil) }}
	zstds    = sync.Pool{New: newZstd}
)

// gunzip undoes all members of a gzip body (RFC 1952 §2.2). What follows the
// last one is padding that browsers overlook too.
func gunzip(to *buffer, body []byte, limit int64) error {
	z := gzips.Get().(*gzip.Reader) // the pool holds nothing else
	defer gzips.Put(z)
	rest := bytes.NewReader(body)
	for {
		if err := z.Reset(rest); err != nil {
			return err
		}
		z.Multistream(false)
		if err := to.fill(z, limit); err != nil {
			return err
		}
		if !isGzip(body[len(body)-rest.Len():]) {
			return nil
		}
	}
}

// inflate undoes deflate as the specification has it, in zlib's wrapping, and
// as some servers understood it, bare (RFC 9110 §8.4.1.2).
func inflate(to *buffer, body []byte, limit int64) error {
	if len(body) < 2 || body[0]&0x0f != 8 || (int(body[0])<<8|int(body[1]))%31 != 0 {
		return inflateBare(to, body, limit)
	}
	err := inflateWrapped(to, body, limit)
	if err == nil || errors.Is(err, errTooLong) {
		return err
	}
	to.b = to.b[:0]
	if inflateBare(to, body, limit) == nil {
		return nil
	}
	return err
}

func inflateWrapped(to *buffer, body []byte, limit int64) error {
	r := bytes.NewReader(body)
	z, _ := zlibs.Get().(io.ReadCloser) // an empty pool gives nil
	var err error
	if z == nil {
		z, err = zlib.NewReader(r)
	} else {
		err = z.(zlib.Resetter).Reset(r, nil) // documented
	}
	if err != nil {
		return err
	}
	defer zlibs.Put(z)
	return to.fill(z, limit)
}

func inflateBare(to *buffer, body []byte, limit int64) error {
	z := deflates.Get().(io.ReadCloser) // the pool holds nothing else
	defer deflates.Put(z)
	if err := z.(flate.Resetter).Reset(bytes.NewReader(body), nil); err != nil { // documented
		return err
	}
	return to.fill(z, limit)
}

func unbrotli(to *buffer, body []byte, limit int64) error {
	z := brotlis.Get().(*brotli.Reader) // the pool holds nothing else
	defer brotlis.Put(z)
	if err := z.Reset(bytes.NewReader(body)); err != nil {
		return err
	}
	err := to.fill(z, limit)
	if err != nil && err.Error() == "brotli: excessive input" { // behind the end
		return nil
	}
	return err
}

func newZstd() any {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		panic(err) // the options are constants
	}
	return z
}

func unzstd(to *buffer, body []byte, limit int64) error {
	z := zstds.Get().(*zstd.Decoder) // the pool holds nothing else
	defer zstds.Put(z)
	if err := z.Reset(bytes.NewReader(body)); err != nil {
		return err
	}
	return to.fill(z, limit)
}
