// Package fetch gets a source's document: bytes and response fields, within
// limits, and nothing that knows what a feed is.
package fetch

import (
	"context"
	"net/http"
	"time"

	"tributary/feed"
)

// A Fetcher gets the document of a source. What the upstream did wrong is an
// *Error; that nothing is new is an outcome.
type Fetcher interface {
	Fetch(ctx context.Context, s *feed.State) (*Document, error)
}

// A Document is what one fetch brought.
type Document struct {
	URL          string        // after redirects; base of relative references
	Redirected   string        // URL again when redirects led there, else ""
	Moved        string        // where a chain of only permanent redirects led (RFC 9110 §15.4.2, §15.4.9), or ""
	Status       int           // of the last response; 0 for files
	Header       http.Header   // of the last response; nil for files
	ETag         string        // as received, to be sent back byte for byte
	LastModified string        // likewise
	Body         []byte        // content codings undone, at most Limits.Body
	Files        []File        // of a folder, by name; else nil
	Digest       feed.Digest   // of Body or Files
	Coded        feed.Digest   // of the body as received, when it came in a content coding; else zero
	Delta        bool          // 226: Body holds only what is new since the validators that were sent (RFC 3229)
	Fresh        time.Duration // how long the answer may be used without asking again (RFC 9111 §4.2.1)
	NotModified  bool          // 304, or the same bytes as last time: no Body, no Files
	Received     int64         // bytes of body as they came, codings included
	large        chan struct{} // a place among the large bodies; nil: none is held
}

// Close gives back the room that a large Body took. Nobody may use Body any
// more.
func (d *Document) Close() {
	if d != nil && d.large != nil {
		<-d.large
		d.large, d.Body = nil, nil
	}
}

// A File is one document of a folder.
type File struct {
	Name string // slash-separated, below the folder
	Body []byte
}

// Limits bounds what one fetch may cost. Zero fields take the defaults.
type Limits struct {
	Body    int64         // decoded bytes; default 16 MiB; received ones are bound by it too
	Ratio   int64         // decoded bytes for each received one; default 200
	Timeout time.Duration // from dial to last byte, redirects included; default 30s
	Header  time.Duration // from the request to the answer's header; default two thirds of Timeout
	Stall   time.Duration // in which at least Floor bytes of a body must come; default 15s
	Floor   int64         // bytes; default 1 KiB
	Hops    int           // redirects; default 10
	Files   int           // documents of a folder; default 100,000
	Folder  int64         // bytes of a folder's documents together; default 256 MiB
}

// WithDefaults returns l with its zero fields set to the defaults.
func (l Limits) WithDefaults() Limits {
	set := func(field *int64, to int64) {
		if *field == 0 {
			*field = to
		}
	}
	set(&l.Body, 16<<20)
	set(&l.Ratio, 200)
	set(&l.Folder, 256<<20)
	set(&l.Floor, 1<<10)
	if l.Timeout == 0 {
		l.Timeout = 30 * time.Second
	}
	if l.Header == 0 {
		l.Header = l.Timeout / 3 * 2
	}
	if l.Stall == 0 {
		l.Stall = 15 * time.Second
	}
	if l.Hops == 0 {
		l.Hops = 10
	}
	if l.Files == 0 {
		l.Files = 100_000
	}
	return l
}

// An Error says what went wrong between us and an upstream, in words for the
// operator. Its text has no URL: whoever shows it knows the source.
type Error struct {
	Reason     string        // "the server answered 503 Service Unavailable"
	Status     int           // 0 when there was no answer
	RetryAfter time.Duration // RFC 9110 §10.2.3; 0 when not given
	Network    bool          // nothing came back at all: it may be our own network
	Busy       bool          // a host on the way has too much to do for us; nothing is wrong
	Host       string        // name and port of the server that answered Status
	Err        error         // the cause, or nil
}

func (e *Error) Error() string { return e.Reason }
func (e *Error) Unwrap() error { return e.Err }
