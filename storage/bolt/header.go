package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"time"

	"tributary/storage"
)

// The header of a bbolt file: two meta pages, written in turn. Each has a
// page header of 16 bytes, then the fields below.
const (
	boltMagic      = 0xED0CDAED
	boltVersion    = 2
	metaSize       = 64
	offMagic       = 0
	offVersion     = 4
	offPageSize    = 8
	offRootPage    = 16
	offFreelist    = 32
	offHighWater   = 40
	offTxID        = 48
	offChecksum    = 56
	minPageSize    = 1 << 10
	maxPageSize    = 1 << 20
	pageHeaderSize = 16
	offFlags       = 8
	offCount       = 10
	offOverflow    = 12
	flagBranch     = 0x01
	flagLeaf       = 0x02
	flagFreelist   = 0x10
	manyFree       = 0xFFFF // the count stands in the first element
)

// Another process may be in the middle of writing what is read here.
const (
	inspections  = 5
	inspectPause = 20 * time.Millisecond
)

// inspect reads the header of an existing file before bbolt maps it: bbolt
// trusts the header, and a file cut short ends the process at the first page
// that is not there. isNew says that there is no file.
func inspect(path string) (isNew bool, err error) {
	for range inspections {
		if isNew, err = inspectOnce(path); !errors.Is(err, storage.ErrCorrupt) {
			break
		}
		time.Sleep(inspectPause)
	}
	return isNew, err
}

func inspectOnce(path string) (isNew bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, openError(path, err)
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	switch {
	case err != nil:
		return false, openError(path, err)
	case info.IsDir():
		return false, fmt.Errorf("open %s: it is a folder: name a file", path)
	case !info.Mode().IsRegular():
		return false, fmt.Errorf("open %s: it is a device or a pipe: name a file", path)
	case info.Size() == 0:
		return false, nil
	}
	if why := checkHeader(f, info.Size()); why != "" {
		return false, corrupt(path, why)
	}
	return false, nil
}

// A meta is what a meta page says.
type meta struct {
	pageSize              uint32
	root, freelist, pages uint64
	txid                  uint64
}

// checkHeader returns why a file cannot be a whole store, "" when it may be.
func checkHeader(f io.ReaderAt, size int64) (why string) {
	m, ok := newestMeta(f, size)
	switch {
	case !ok:
		return "it is no tributary store, or its header is damaged"
	case m.pages > uint64(size)/uint64(m.pageSize):
		return fmt.Sprintf("it has %d bytes and should have %d pages of %d: it was cut short", size, m.pages, m.pageSize)
	case m.root >= m.pages || m.freelist >= m.pages:
		return "its header points outside the file"
	case !checkPage(f, m, m.root, flagBranch|flagLeaf) || !checkPage(f, m, m.freelist, flagFreelist):
		return "its header points to pages of another kind"
	case !(&walker{f: f, m: m, left: m.pages}).sound(m.root, 0):
		return "its table of contents is damaged"
	}
	return ""
}

// checkPage reports whether a page knows its number, is of one of the kinds,
// and, if it is a list of free pages, whether it has room for as many as it
// says: bbolt makes room for them before it looks.
func checkPage(f io.ReaderAt, m meta, id uint64, kinds uint16) bool {
	var b [pageHeaderSize + 8]byte
	if _, err := f.ReadAt(b[:], int64(id)*int64(m.pageSize)); err != nil {
		return false
	}
	le := binary.LittleEndian
	flags, count, overflow := le.Uint16(b[offFlags:]), uint64(le.Uint16(b[offCount:])), uint64(le.Uint32(b[offOverflow:]))
	if le.Uint64(b[:]) != id || flags&kinds == 0 || overflow >= m.pages-id {
		return false
	}
	if flags != flagFreelist {
		return true
	}
	if count == manyFree {
		count = le.Uint64(b[pageHeaderSize:]) + 1
	}
	return count <= ((overflow+1)*uint64(m.pageSize)-pageHeaderSize)/8
}

// newestMeta returns the valid meta page with the higher transaction number.
func newestMeta(f io.ReaderAt, size int64) (best meta, ok bool) {
	best, ok = readMeta(f, 0)
	for _, ps := range candidateSizes(best.pageSize, ok) {
		if int64(ps) >= size {
			continue
		}
		second, valid := readMeta(f, int64(ps))
		if valid && second.pageSize == ps && (!ok || second.txid > best.txid) {
			best, ok = second, true
		}
	}
	return best, ok
}

// candidateSizes are the page sizes at which the second meta page may be.
func candidateSizes(known uint32, ok bool) []uint32 {
	if ok {
		return []uint32{known}
	}
	var sizes []uint32
	for ps := uint32(minPageSize); ps <= maxPageSize; ps *= 2 {
		sizes = append(sizes, ps)
	}
	return sizes
}

func readMeta(f io.ReaderAt, at int64) (m meta, valid bool) {
	var b [metaSize]byte
	if _, err := f.ReadAt(b[:], at+pageHeaderSize); err != nil {
		return meta{}, false
	}
	le := binary.LittleEndian
	sum := fnv.New64a()
	sum.Write(b[:offChecksum])
	m = meta{
		pageSize: le.Uint32(b[offPageSize:]), root: le.Uint64(b[offRootPage:]), freelist: le.Uint64(b[offFreelist:]),
		pages: le.Uint64(b[offHighWater:]), txid: le.Uint64(b[offTxID:]),
	}
	valid = le.Uint32(b[offMagic:]) == boltMagic && le.Uint32(b[offVersion:]) == boltVersion &&
		le.Uint64(b[offChecksum:]) == sum.Sum64() && m.pageSize >= minPageSize && m.pageSize <= maxPageSize
	return m, valid
}
