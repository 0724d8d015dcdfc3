package publisher

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Dates remember the Last-Modified of documents beyond the documents
// themselves, in a file: what is sent with a path only moves forward, over
// restarts and other settings too, and goes back with no entry that goes. Each
// date is in the file before it is sent; the disk is not waited for. A nil
// *Dates remembers nothing. It is safe for concurrent use.
type Dates struct {
	path string
	log  *slog.Logger

	mu    sync.Mutex // guards what follows
	file  *os.File   // nil: there is none to write to
	known map[string]dated
	lines int // of the file
	more  int // of known, those of documents that are made when asked for
}

// A dated is the Last-Modified that a document was last sent with, and what
// tells its bytes.
type dated struct {
	digest [datedDigest]byte
	at     int64 // Unix seconds
	asked  bool  // it is made when asked for: there may be any number of those
}

// datedDigest is how much of a digest is remembered.
const datedDigest = 16

// What is remembered is bounded: of documents that are made when asked for,
// and of all. When it is more, the older half of them is forgotten.
const (
	mostAsked = 20_000
	mostDated = 100_000
)

// ahead is how far a remembered date may lie before us: one that is later was
// taken from a clock that was wrong.
const ahead = time.Minute

// NewDates returns dates that are remembered in memory only.
func NewDates() *Dates { return &Dates{known: map[string]dated{}} }

// OpenDates returns the dates of a file, which is made when there is none. When
// the file cannot be used it tells the log why, and goes on without.
func OpenDates(path string, log *slog.Logger) *Dates {
	d := NewDates()
	d.path, d.log = path, log
	whole, err := d.load(time.Now())
	if err == nil && !whole {
		err = d.rewrite()
	}
	if err == nil && d.file == nil {
		err = d.open()
	}
	if err != nil {
		d.fail(err)
	}
	return d
}

// load reads the file, and reports whether it can be appended to as it is.
func (d *Dates) load(now time.Time) (whole bool, err error) {
	text, err := readDates(d.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case errors.Is(err, errDates):
		d.log.Warn("the dates of documents are begun anew: Last-Modified may go back once", "file", d.path, "err", err)
		return false, nil
	case err != nil:
		return false, err
	}
	known, lines, bad := parseDates(text)
	if bad > 0 {
		d.log.Warn("part of the dates of documents cannot be read: Last-Modified of some may go back once", "file", d.path, "lines", bad)
	}
	latest := now.Add(ahead).Unix()
	maps.DeleteFunc(known, func(_ string, is dated) bool { return is.at > latest })
	d.known, d.lines = known, lines
	for _, is := range known {
		if is.asked {
			d.more++
		}
	}
	return bad == 0 && endsLine(text) && !d.isLong(), nil
}

// of returns the Last-Modified of a document whose bytes have that digest, and
// remembers it. before is that of other bytes in its place that are known to
// us, nil when there are none.
func (d *Dates) of(name string, digest [sha256.Size]byte, asked bool, before *time.Time, content, now time.Time) time.Time {
	if d == nil {
		return lastModified(before, content, now)
	}
	next := dated{digest: [datedDigest]byte(digest[:datedDigest]), asked: asked}
	d.mu.Lock()
	defer d.mu.Unlock()
	if was, known := d.known[name]; known {
		sent := time.Unix(was.at, 0).UTC()
		if was.digest == next.digest {
			return sent
		}
		if before == nil || before.Before(sent) {
			before = &sent
		}
	}
	at := lastModified(before, content, now)
	next.at = at.Unix()
	d.note(name, next)
	return at
}

// note takes down what a document is sent with from now on.
func (d *Dates) note(name string, next dated) {
	was, known := d.known[name]
	if known && was.asked {
		d.more--
	}
	if next.asked {
		d.more++
	}
	d.known[name] = next
	if d.file == nil || strings.Contains(name, "\n") {
		d.forget()
		return
	}
	d.lines++
	_, err := d.file.Write(appendDate(nil, name, next))
	if err == nil && (d.forget() || d.isLong()) {
		err = d.rewrite()
	}
	if err != nil {
		d.fail(err)
	}
}

// forget makes what is remembered less when it is too much.
func (d *Dates) forget() (less bool) {
	switch {
	case d.more > mostAsked:
		d.forgetOlder(func(is dated) bool { return is.asked })
	case len(d.known) > mostDated:
		d.forgetOlder(func(dated) bool { return true })
	default:
		return false
	}
	return true
}

// forgetOlder forgets the older half of those that are meant.
func (d *Dates) forgetOlder(meant func(dated) bool) {
	var ages []int64
	for _, is := range d.known {
		if meant(is) {
			ages = append(ages, is.at)
		}
	}
	slices.Sort(ages)
	drop, middle := len(ages)/2, ages[len(ages)/2]
	for name, is := range d.known {
		if drop > 0 && meant(is) && is.at <= middle {
			delete(d.known, name)
			drop--
			if is.asked {
				d.more--
			}
		}
	}
}

// Close closes the file. What is remembered stays, and grows in memory only.
func (d *Dates) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		return nil
	}
	err := d.file.Close()
	d.file = nil
	return err
}

// fail goes on without the file.
func (d *Dates) fail(err error) {
	d.log.Error("the dates of documents cannot be kept: Last-Modified may go back at the next start", "file", d.path, "err", err)
	if d.file != nil {
		_ = d.file.Close() // it is of no use any more
		d.file = nil
	}
}
