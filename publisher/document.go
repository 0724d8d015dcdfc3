package publisher

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// A document is the bytes of one document with all that HTTP says of them.
type document struct {
	version  uint64    // of the slot when it was made
	made     time.Time // when
	modified time.Time // whole seconds; zero: unknown
	digest   [sha256.Size]byte
	forms    [2]form // plain, gzip; the latter's body is nil when it would not be smaller
}

// A form is a document in one content coding, its header fields ready to be
// sent: a response allocates none.
type form struct {
	body   []byte
	etag   string
	fields []field // of 200 and 304
	entity []field // of 200 alone
}

type field struct {
	name   string
	values []string
}

const (
	plain = iota
	packed
)

// cacheable lets caches answer for a while on their own.
const cacheable = "public, max-age=60"

// immutable is for what has a digest in its name.
const immutable = "public, max-age=31536000, immutable"

// newDocument returns a document of body.
func newDocument(body []byte, mediaType, caching string, modified time.Time) *document {
	d := &document{digest: sha256.Sum256(body), modified: modified}
	tag := base64.RawURLEncoding.EncodeToString(d.digest[:15])
	d.forms[plain] = d.form(body, tag, caching)
	d.forms[plain].entity = []field{
		{"Content-Type", []string{mediaType}},
		{"Content-Length", []string{strconv.Itoa(len(body))}},
	}
	if small := compress(body); len(small) < len(body) {
		d.forms[packed] = d.form(small, tag+"-gz", caching)
		d.forms[packed].entity = []field{
			{"Content-Type", []string{mediaType}},
			{"Content-Encoding", []string{"gzip"}},
			{"Content-Length", []string{strconv.Itoa(len(small))}},
		}
	}
	return d
}

func (d *document) form(body []byte, tag, caching string) form {
	f := form{body: body, etag: `"` + tag + `"`}
	f.fields = []field{
		{"Etag", []string{f.etag}},
		{"Cache-Control", []string{caching}},
		{"Vary", []string{"Accept-Encoding"}},
	}
	if !d.modified.IsZero() {
		f.fields = append(f.fields, field{"Last-Modified", []string{d.modified.UTC().Format(http.TimeFormat)}})
	}
	return f
}

// size is what keeping the document costs, in bytes.
func (d *document) size() int64 {
	return int64(len(d.forms[plain].body) + len(d.forms[packed].body) + 2<<10)
}

// smallestPacked is the size in bytes below which packing gains nothing.
const smallestPacked = 256

func compress(body []byte) []byte {
	if len(body) < smallestPacked {
		return body
	}
	out := make(sliceWriter, 0, len(body)/3)
	w := packers.Get().(*gzip.Writer) // the pool holds nothing else
	defer packers.Put(w)
	w.Reset(&out)
	_, err := w.Write(body)
	if cerr := w.Close(); err != nil || cerr != nil {
		return body
	}
	return out
}

// packers are kept: a new one costs more memory than most documents.
var packers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, 6)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

type sliceWriter []byte

func (w *sliceWriter) Write(b []byte) (int, error) {
	*w = append(*w, b...)
	return len(b), nil
}

// lastModified returns when the content of new bytes changed, in whole
// seconds, and later than any date that was sent with prev, the bytes they
// replace; nil when nobody has seen any. It is zero when nothing is known. It
// may lie in the second to come, when that is what tells two versions apart:
// what is sent is never later than the response (RFC 9110 §8.8.2.1).
func lastModified(prev *document, content, now time.Time) time.Time {
	at := content
	if at.After(now) {
		at = now
	}
	at = at.Truncate(time.Second)
	if prev != nil && !at.After(prev.modified) {
		at = now.Truncate(time.Second).Add(time.Second)
	}
	return at
}
