package publisher

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/cespare/xxhash/v2"

	"tributary/feed"
	"tributary/storage"
)

// A built is what is remembered of a build that has ended, in the manifest.
type built struct {
	Settings string   `json:"settings"` // digest of all but the store that its documents come from
	Seq      feed.Seq `json:"seq"`      // the newest change it knew
	Store    string   `json:"store"`    // tells the store: what its log says at Seq
	Received int64    `json:"received"` // and when the entry of that change was first seen; 0: unknown
	At       int64    `json:"at"`       // when it began
	Kept     []string `json:"kept,omitempty"`
	Listing  string   `json:"listing,omitempty"` // digest of the listing; empty: none was asked for
	Folders  string   `json:"folders,omitempty"` // what the folders were, see folders; empty: unknown

	Files int    `json:"files"` // how many were listed
	Sum   string `json:"sum"`   // of the manifest before this record
}

// silent are the fields of Settings that change no byte of a document.
var silent = []string{"Changed", "CacheBytes", "Log", "Quiet", "Late", "Rendered", "Dates"}

// fingerprint is the same for the same settings of the same program. A field
// of Settings with parts that are not exported has to have the method
// Digest() string: they would not count.
func (p *Publisher) fingerprint(more ...string) string {
	h := xxhash.New()
	set := reflect.ValueOf(p.set)
	for i := range set.NumField() {
		name, field := set.Type().Field(i).Name, set.Field(i)
		if slices.Contains(silent, name) || field.Kind() == reflect.Func {
			continue
		}
		if d, ok := field.Interface().(interface{ Digest() string }); ok && !field.IsZero() {
			fmt.Fprintf(h, "%s=%q\n", name, d.Digest())
			continue
		}
		text, err := json.Marshal(field.Interface()) // %#v shows the addresses of what is pointed to
		if err != nil {
			panic(fmt.Sprintf("settings of the publisher: %s: %v", name, err)) // a type that JSON has no place for
		}
		fmt.Fprintf(h, "%s=%s\n", name, text)
	}
	for _, a := range p.set.Site.Assets() {
		fmt.Fprintf(h, "%q\n", a.Name) // its digest is part of it
	}
	fmt.Fprintf(h, "%q\n", more)
	return hex.EncodeToString(h.Sum(nil))
}

// anchor returns what tells the store at a change: the change itself, and when
// its entry was first seen, 0 when that is not known any more. It is
// storage.ErrTrimmed when the log has forgotten the change.
func (p *Publisher) anchor(ctx context.Context, seq feed.Seq) (digest string, received int64, err error) {
	if seq == 0 {
		return "", 0, nil
	}
	for change, err := range p.store.Watch(ctx, seq-1) {
		if err != nil {
			return "", 0, err
		}
		if change.Seq != seq {
			break
		}
		e, err := p.store.Entry(ctx, change.Entry)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return "", 0, fmt.Errorf("read entry %s: %w", change.Entry, err)
		}
		if err == nil {
			received = e.Received.UnixNano()
		}
		sum := xxhash.Sum64String(fmt.Sprintf("%d %d %s %q", change.Seq, change.Op, change.Entry, change.Categories))
		return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, sum)), received, nil
	}
	return "", 0, storage.ErrTrimmed
}
