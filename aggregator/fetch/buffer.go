package fetch

import (
	"errors"
	"io"
	"sync"
)

// A buffer is memory for one body on its way. What a Document keeps is copied
// out of it, so that a poll that finds nothing new leaves nothing behind.
type buffer struct{ b []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// What a buffer may be given before bytes ask for it, and what the pool keeps.
const (
	leastBuffer = 8 << 10
	mostPresize = 1 << 20
	mostPooled  = 4 << 20
)

// newBuffer returns an empty buffer with room for about size bytes, which is
// somebody's claim: it is believed up to mostPresize.
func newBuffer(size int64) *buffer {
	b := buffers.Get().(*buffer) // the pool holds nothing else
	want := int(min(max(size, leastBuffer), mostPresize))
	if cap(b.b) < want {
		b.b = make([]byte, 0, want)
	}
	b.b = b.b[:0]
	return b
}

// free gives the buffer back. Nothing may use its bytes any more.
func (b *buffer) free() {
	if b != nil && cap(b.b) <= mostPooled {
		buffers.Put(b)
	}
}

var errTooLong = errors.New("longer than the limit")

// fill appends what r gives until its end, or returns errTooLong after limit
// bytes.
func (b *buffer) fill(r io.Reader, limit int64) error {
	for {
		if len(b.b) == cap(b.b) {
			b.b = append(b.b, 0)[:len(b.b)]
		}
		n, err := r.Read(b.b[len(b.b):cap(b.b)])
		b.b = b.b[:len(b.b)+n]
		if int64(len(b.b)) > limit {
			return errTooLong
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
