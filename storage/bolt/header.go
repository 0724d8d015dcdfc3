package bolt

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// The header of a bbolt file: two meta pages, written in turn. Each has a
// page header of 16 bytes, then the fields below.
const (
	boltMagic      = 0xED0CDAED
	boltVersion    = 2
	metaSize       = 64
	pageHeaderSize = 16
	offMagic       = 0
	offVersion     = 4
	offPageSize    = 8
	offRootPage    = 16
	offFreelist    = 32
	offHighWater   = 40
	offTxID        = 48
	offChecksum    = 56
	noFreelist     = ^uint64(0)
)

// A meta is what a meta page says.
type meta struct {
	pageSize              uint32
	root, freelist, pages uint64
	txid                  uint64
}

// checkHeader reports why a file cannot be a whole bbolt file.
func checkHeader(path string, f io.ReaderAt, size int64) error {
	m, why := newestMeta(f, size)
	switch {
	case why != "":
		return corrupt(path, why)
	case int64(m.pages)*int64(m.pageSize) > size:
		return corrupt(path, fmt.Sprintf("it should be at least %d bytes long and has %d: it was cut short", int64(m.pages)*int64(m.pageSize), size))
	case m.root >= m.pages, m.freelist != noFreelist && m.freelist >= m.pages:
		return corrupt(path, "its header points outside the file")
	}
	return nil
}

// newestMeta returns the valid meta page with the higher transaction number.
func newestMeta(f io.ReaderAt, size int64) (meta, string) {
	first, ok := readMeta(f, 0)
	best := first
	for _, ps := range candidateSizes(first.pageSize, ok) {
		if int64(ps) >= size {
			continue
		}
		second, valid := readMeta(f, int64(ps))
		if valid && second.pageSize == ps && (!ok || second.txid > best.txid) {
			best, ok = second, true
		}
	}
	if !ok {
		return meta{}, "it is no tributary store, or its header is damaged"
	}
	return best, ""
}

// candidateSizes are the page sizes at which the second meta page may be.
func candidateSizes(known uint32, ok bool) []uint32 {
	if ok {
		return []uint32{known}
	}
	return []uint32{uint32(os.Getpagesize()), 4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10}
}

func readMeta(f io.ReaderAt, at int64) (meta, bool) {
	var b [metaSize]byte
	if _, err := f.ReadAt(b[:], at+pageHeaderSize); err != nil {
		return meta{}, false
	}
	le := binary.LittleEndian
	sum := fnv.New64a()
	sum.Write(b[:offChecksum])
	m := meta{
		pageSize: le.Uint32(b[offPageSize:]), root: le.Uint64(b[offRootPage:]), freelist: le.Uint64(b[offFreelist:]),
		pages: le.Uint64(b[offHighWater:]), txid: le.Uint64(b[offTxID:]),
	}
	valid := le.Uint32(b[offMagic:]) == boltMagic && le.Uint32(b[offVersion:]) == boltVersion &&
		le.Uint64(b[offChecksum:]) == sum.Sum64() && m.pageSize >= 1024 && m.pageSize <= 1<<20
	return m, valid
}
