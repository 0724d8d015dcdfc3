package media

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// An about is what is kept of a picture beside its bytes.
type about struct {
	URL          string    `json:"url"`
	Type         string    `json:"type"`
	Size         int64     `json:"size"`
	Digest       string    `json:"digest"` // of the bytes; its ETag too
	Until        time.Time `json:"until"`  // it need not be asked for again before
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Of           string    `json:"of,omitempty"` // where the validators are from
}

// A picture is one that is open for reading.
type picture struct {
	about
	io.ReadSeeker
	file io.Closer // nil: it is in memory
}

func (p *picture) close() {
	if p.file != nil {
		_ = p.file.Close() // only read
	}
}

// A file of a picture begins with a mark, the length of what is told about it,
// and that as JSON; the bytes follow.
const (
	fileMark = "TPIC"
	headSize = len(fileMark) + 4
	maxAbout = 64 << 10
)

func digestOf(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:15])
}

// writeFile writes a new file whole.
func writeFile(f *os.File, a *about, body []byte) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	head := binary.BigEndian.AppendUint32([]byte(fileMark), uint32(len(text))) //nolint:gosec // at most maxAbout
	if _, err := f.Write(append(head, text...)); err != nil {
		return err
	}
	_, err = f.Write(body)
	return err
}

var errNotOurs = errors.New("the file is not one of ours, or damaged")

// readFile returns the picture in a file, which is its own from then on. With
// verify all of it is read and held against its digest: a machine that lost
// power may have kept the name and not the bytes.
func readFile(f *os.File, verify bool) (*picture, error) {
	var buf [2 << 10]byte
	n, err := f.ReadAt(buf[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if n < headSize || string(buf[:len(fileMark)]) != fileMark {
		return nil, errNotOurs
	}
	size := int(binary.BigEndian.Uint32(buf[len(fileMark):headSize]))
	if size > maxAbout {
		return nil, errNotOurs
	}
	text := buf[headSize:n]
	if headSize+size > n {
		text = make([]byte, size)
		if _, err := f.ReadAt(text, int64(headSize)); err != nil {
			return nil, errNotOurs
		}
	}
	p := &picture{file: f}
	if err := json.Unmarshal(text[:size], &p.about); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotOurs, err)
	}
	info, err := f.Stat()
	if err != nil || info.Size() != int64(headSize+size)+p.Size {
		return nil, errNotOurs
	}
	body := io.NewSectionReader(f, int64(headSize+size), p.Size)
	if verify && !p.holds(body) {
		return nil, errNotOurs
	}
	p.ReadSeeker = body
	return p, nil
}

// holds reports whether the bytes are those of the picture.
func (p *picture) holds(body *io.SectionReader) bool {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(body, 0, p.Size)); err != nil {
		return false
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15]) == p.Digest
}
