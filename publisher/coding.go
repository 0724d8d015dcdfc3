package publisher

import (
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A coding is a content coding (RFC 9110 §8.4.1).
type coding uint8

// The codings there are, the dearer to us the higher: a document is packed
// once and sent often, so the smaller bytes win.
const (
	plain coding = iota
	gzipped
	zstandard
	brotlied
	codings
)

var (
	codingNames = [codings]string{"", "gzip", "zstd", "br"}
	codingTags  = [codings]string{"", "-gz", "-zst", "-br"} // of ETags: each form has one of its own
)

// smallestPacked is the size in bytes below which packing gains nothing.
const smallestPacked = 256

// compress returns body in a coding, nil when that cannot be done.
func compress(body []byte, in coding) []byte {
	if in == zstandard {
		return zstandards().EncodeAll(body, make([]byte, 0, len(body)/3))
	}
	pool := &packers[in]
	w := pool.Get().(packer) // the pools hold nothing else
	defer pool.Put(w)
	out := make(sliceWriter, 0, len(body)/3)
	w.Reset(&out)
	_, err := w.Write(body)
	if cerr := w.Close(); err != nil || cerr != nil {
		return nil
	}
	return out
}

type packer interface {
	Reset(w io.Writer)
	Write(b []byte) (int, error)
	Close() error
}

// packers are kept: a new one costs more memory than most documents.
var packers = [codings]sync.Pool{
	gzipped: {New: func() any {
		w, err := gzip.NewWriterLevel(nil, 6)
		if err != nil {
			panic(err) // the level is a constant
		}
		return w
	}},
	brotlied: {New: func() any { return brotli.NewWriterLevel(nil, 5) }},
}

// zstandards packs one document at a time, in memory that it keeps. The window
// is far below what readers must have room for (RFC 9659).
var zstandards = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
	if err != nil {
		panic(err) // the options are constants
	}
	return e
})

type sliceWriter []byte

func (w *sliceWriter) Write(b []byte) (int, error) {
	*w = append(*w, b...)
	return len(b), nil
}
