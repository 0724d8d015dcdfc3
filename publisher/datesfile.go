package publisher

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"tributary/internal/atomicfile"
)

// The file of Dates begins with a line that names it. Each further line is a
// date that a document got, the last of a document counts:
//
//	c DIGEST SECONDS PATH   of a category or of the whole site
//	a DIGEST SECONDS PATH   of a document that is made when asked for
const datesHead = "tributary-dates 1\n"

// mostDates is how long a file may be that is read.
const mostDates = 64 << 20

var errDates = errors.New("it is none, damaged, or of a newer tributary")

// readDates returns the lines of a file after the first.
func readDates(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(io.LimitReader(f, mostDates+1))
	if err != nil {
		return nil, err
	}
	lines, ok := bytes.CutPrefix(text, []byte(datesHead))
	if !ok || len(text) > mostDates {
		return nil, errDates
	}
	return lines, nil
}

// endsLine reports whether a line can be appended. A crash may have cut the
// last one short.
func endsLine(text []byte) bool { return len(text) == 0 || text[len(text)-1] == '\n' }

// parseDates reads lines; bad is how many of them say nothing.
func parseDates(text []byte) (known map[string]dated, lines, bad int) {
	known = map[string]dated{}
	for len(text) > 0 {
		line, rest, ended := bytes.Cut(text, []byte{'\n'})
		text = rest
		lines++
		if name, is, ok := parseDate(line); ok && ended {
			known[name] = is
		} else if ended {
			bad++
		}
	}
	return known, lines, bad
}

func parseDate(line []byte) (name string, is dated, ok bool) {
	kind, rest, _ := bytes.Cut(line, []byte{' '})
	digest, rest, _ := bytes.Cut(rest, []byte{' '})
	at, path, _ := bytes.Cut(rest, []byte{' '})
	if len(kind) != 1 || kind[0] != 'c' && kind[0] != 'a' || len(digest) != 2*datedDigest || len(path) == 0 || path[0] != '/' {
		return "", dated{}, false
	}
	is.asked = kind[0] == 'a'
	_, err := hex.Decode(is.digest[:], digest)
	seconds, serr := strconv.ParseInt(string(at), 10, 64)
	is.at = seconds
	return string(path), is, err == nil && serr == nil
}

func appendDate(b []byte, name string, is dated) []byte {
	kind := byte('c')
	if is.asked {
		kind = 'a'
	}
	b = append(b, kind, ' ')
	b = hex.AppendEncode(b, is.digest[:])
	b = append(b, ' ')
	b = strconv.AppendInt(b, is.at, 10)
	b = append(b, ' ')
	return append(append(b, name...), '\n')
}

// isLong reports whether most lines of the file are of the past.
func (d *Dates) isLong() bool { return d.lines > 2*len(d.known)+slack }

// rewrite replaces the file by one without lines of the past, and opens it.
func (d *Dates) rewrite() error {
	text := []byte(datesHead)
	for name, is := range d.known {
		text = appendDate(text, name, is)
	}
	if d.file != nil {
		_ = d.file.Close() // it is replaced
		d.file = nil
	}
	if err := atomicfile.Write(d.path, text); err != nil {
		return err
	}
	d.lines = len(d.known)
	return d.open()
}

func (d *Dates) open() error {
	f, err := os.OpenFile(d.path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("open it to write: %w", err)
	}
	d.file = f
	return nil
}
