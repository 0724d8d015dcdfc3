package validator

import "time"

// An Exchange is what was seen while a document was fetched.
type Exchange struct {
	// Hops are the answers on the way, redirects first; the last brought the
	// document.
	Hops []Hop
	// Failure is why no answer came; FailureKind groups such reasons.
	Failure     string
	FailureKind FailureKind
	// ByTag and ByDate are the answers to the same request with If-None-Match
	// and with If-Modified-Since; nil where there was no validator to send.
	ByTag, ByDate *Hop
	// Received is the size of the body as it came over the network, Decoded
	// once its content coding was undone.
	Received, Decoded int64
	// OldTLS names a version of TLS that is no longer safe, "" if none.
	OldTLS string
	At     time.Time // of the request
	// Hubs and Enclosures are what was found at addresses that the document
	// names, where that was asked for.
	Hubs, Enclosures []Probe
	// Earlier are the entries of a first look, where two were asked for.
	Earlier []Glimpse
}

// A FailureKind says why no answer came.
type FailureKind uint8

// The kinds of failures.
const (
	NoFailure   FailureKind = iota
	Unreachable             // no host, no connection, no answer in time
	BadTLS                  // the certificate cannot be verified
	BadHTTP                 // the answer is no HTTP
	BadRedirect             // round and round, too many, or to another scheme
)

// A Hop is one answer.
type Hop struct {
	URL    string
	Status int
	Header map[string][]string // by canonical names
	// Size is the length of the body, Digest tells bodies apart.
	Size   int64
	Digest string
}

// get returns the first value of a header field.
func (h *Hop) get(name string) string {
	if v := h.Header[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// A Probe is what was found at an address that a document names.
type Probe struct {
	URL     string
	Failure string // why it cannot be had
	Status  int
	Type    string // Content-Type
	Length  int64  // -1: not stated
	// Stated are what the document says of an enclosure.
	StatedType, StatedLength string
}

// A Glimpse is what a look at a document saw of an entry.
type Glimpse struct {
	ID, Updated, Published string
	Content                string // a digest of its texts
}
