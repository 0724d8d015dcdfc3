package publisher

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A document is the bytes of one document with all that HTTP says of them, as
// of the slot that it is in.
type document struct {
	version uint64    // of the slot when it was made
	made    time.Time // when
	until   time.Time // when something in it will be too old for it; zero: never
	*content
}

// A content does not change but for its coded forms, each of which is made
// when it is first asked for.
type content struct {
	mediaType string
	modified  time.Time // whole seconds; zero: unknown
	digest    [sha256.Size]byte
	forms     [codings]form
	packing   sync.Mutex // held by who makes a coded form
}

// A form is a document in one content coding, its header fields ready to be
// sent: a response allocates none.
type form struct {
	etag    string
	fields  []field // of 200 and 304
	lines   lines   // of 304
	payload atomic.Pointer[payload]
}

// A payload is what only a 200 sends.
type payload struct {
	body   []byte // nil: in this coding it is not smaller, the plain form is sent
	fields []field
	lines  lines // of 200
}

type field struct {
	name   string
	values []string
}

// cacheable lets caches answer for a while on their own, go on while they ask
// for what is new, and for a day while we cannot be reached (RFC 5861).
const cacheable = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"

// immutable is for what has a digest in its name.
const immutable = "public, max-age=31536000, immutable"

// newDocument returns a document of body, whose digest that is, sent with more
// fields than all have.
func newDocument(body []byte, digest [sha256.Size]byte, mediaType, caching string, modified time.Time, more ...field) *document {
	d := &document{content: &content{mediaType: mediaType, digest: digest, modified: modified}}
	shared := []field{
		{"Cache-Control", []string{caching}},
		{"Vary", []string{"Accept-Encoding"}},
	}
	shared = append(shared, more...)
	if !modified.IsZero() {
		shared = append(shared, field{"Last-Modified", []string{modified.UTC().Format(http.TimeFormat)}})
	}
	tag := base64.RawURLEncoding.EncodeToString(d.digest[:15])
	for c := range codings {
		f := &d.forms[c]
		f.etag = `"` + tag + codingTags[c] + `"`
		f.fields = append([]field{{"Etag", []string{f.etag}}}, shared...)
	}
	d.forms[plain].payload.Store(newPayload(body, mediaType, plain))
	return d
}

// undated returns a document of which nobody knows when it changed.
func undated(body []byte, mediaType, caching string) *document {
	return newDocument(body, sha256.Sum256(body), mediaType, caching, time.Time{})
}

func newPayload(body []byte, mediaType string, c coding) *payload {
	p := &payload{body: body, fields: []field{
		{"Content-Type", []string{mediaType}},
		{"Content-Length", []string{strconv.Itoa(len(body))}},
	}}
	if c != plain {
		p.fields = append(p.fields, field{"Content-Encoding", []string{codingNames[c]}})
	}
	return p
}

// body returns the document without a coding.
func (c *content) body() []byte { return c.forms[plain].payload.Load().body }

// etag returns the tag of the document without a coding.
func (c *content) etag() string { return c.forms[plain].etag }

// isSmall reports whether no coding is worth its while.
func (c *content) isSmall() bool { return len(c.body()) < smallestPacked }

// pack returns the payload in a coding, made now when it is the first that is
// asked for.
func (c *content) pack(in coding) *payload {
	f := &c.forms[in]
	if p := f.payload.Load(); p != nil {
		return p
	}
	c.packing.Lock()
	defer c.packing.Unlock()
	if p := f.payload.Load(); p != nil {
		return p
	}
	p := &payload{}
	if body := c.body(); len(body) >= smallestPacked {
		if small := compress(body, in); small != nil && len(small) < len(body) {
			p = newPayload(small, c.mediaType, in)
		}
	}
	f.payload.Store(p)
	return p
}

// packAs makes the forms that the document's predecessor was asked for in:
// nobody who comes for the new one waits.
func (c *content) packAs(old *content) {
	for in := range codings {
		if old.forms[in].payload.Load() != nil {
			c.pack(in)
		}
	}
}

// size is what keeping the document costs, in bytes.
func (c *content) size() int64 {
	size := 4 << 10
	for in := range codings {
		if p := c.forms[in].payload.Load(); p != nil {
			size += len(p.body)
		}
	}
	return int64(size)
}

// lastModified returns when the content of new bytes changed, in whole
// seconds, and later than any date that was sent with those they replace;
// zero when nobody has seen any. It is zero when nothing is known. It
// may lie in the second to come, when that is what tells two versions apart:
// what is sent is never later than the response (RFC 9110 §8.8.2.1).
func lastModified(prev *time.Time, content, now time.Time) time.Time {
	at := content
	if at.After(now) {
		at = now
	}
	at = at.Truncate(time.Second)
	if prev != nil && !at.After(*prev) {
		at = now.Truncate(time.Second).Add(time.Second)
		if at.Before(*prev) { // the clock was set back
			at = prev.Add(time.Second)
		}
	}
	return at
}
