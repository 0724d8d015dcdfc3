package bolt

import (
	"encoding/binary"
	"io"
)

// Pages as bbolt lays them out: a header, then elements of 16 bytes that say
// where their keys and values lie.
const (
	elementSize  = 16
	bucketFlag   = 0x01 // of a leaf's element: its value is a bucket
	bucketHeader = 16   // the page that the bucket's tree begins with, and its sequence
	maxDepth     = 16
	maxPageBytes = 64 << 20
)

// A walker checks the pages that hold buckets, before bbolt reads them. A
// small bucket lies inside such a page, and bbolt follows its offsets
// wherever they lead once it has been copied. There are as many of these
// pages as many categories need, however much is stored.
type walker struct {
	f    io.ReaderAt
	m    meta
	left uint64 // pages that may still be read: a damaged tree may go in circles
}

// sound reports whether the tree of a page is whole as far as it holds
// buckets.
func (w *walker) sound(id uint64, depth int) bool {
	page, ok := w.read(id)
	if !ok || depth > maxDepth {
		return false
	}
	if binary.LittleEndian.Uint16(page[offFlags:]) == flagBranch {
		return eachBranch(page, func(child uint64) bool { return w.sound(child, depth+1) })
	}
	return eachLeaf(page, func(flags uint32, key, value []byte) bool {
		return flags&bucketFlag == 0 || w.bucket(string(key), value, depth)
	})
}

// bucket checks the value that stands for a bucket.
func (w *walker) bucket(name string, value []byte, depth int) bool {
	if len(value) < bucketHeader {
		return false
	}
	root, inside := binary.LittleEndian.Uint64(value), value[bucketHeader:]
	switch {
	case root == 0:
		return len(inside) >= pageHeaderSize && binary.LittleEndian.Uint16(inside[offFlags:]) == flagLeaf &&
			eachLeaf(inside, func(flags uint32, _, _ []byte) bool { return flags == 0 })
	case (name == string(bucketCategories) || name == string(bucketStoried) || name == string(bucketArrivals)) && depth == 0:
		return w.sound(root, 1)
	}
	return root < w.m.pages
}

// read returns a page of a tree, with those that it runs over.
func (w *walker) read(id uint64) (page []byte, ok bool) {
	if w.left == 0 || id >= w.m.pages || !checkPage(w.f, w.m, id, flagBranch|flagLeaf) {
		return nil, false
	}
	w.left--
	at := int64(id) * int64(w.m.pageSize)
	var head [pageHeaderSize]byte
	if _, err := w.f.ReadAt(head[:], at); err != nil {
		return nil, false
	}
	size := (uint64(binary.LittleEndian.Uint32(head[offOverflow:])) + 1) * uint64(w.m.pageSize)
	if size > maxPageBytes {
		return nil, false
	}
	page = make([]byte, size)
	_, err := w.f.ReadAt(page, at)
	return page, err == nil
}

// eachLeaf yields the elements of a leaf; false when one lies outside, or
// yield says so.
func eachLeaf(page []byte, yield func(flags uint32, key, value []byte) bool) bool {
	le := binary.LittleEndian
	for i := range uint64(le.Uint16(page[offCount:])) {
		at := pageHeaderSize + i*elementSize
		if at+elementSize > uint64(len(page)) {
			return false
		}
		e := page[at:]
		from := at + uint64(le.Uint32(e[4:]))
		middle := from + uint64(le.Uint32(e[8:]))
		to := middle + uint64(le.Uint32(e[12:]))
		if to > uint64(len(page)) || middle == from || !yield(le.Uint32(e), page[from:middle], page[middle:to]) {
			return false
		}
	}
	return true
}

// eachBranch yields the children of a branch.
func eachBranch(page []byte, yield func(child uint64) bool) bool {
	le := binary.LittleEndian
	for i := range uint64(le.Uint16(page[offCount:])) {
		at := pageHeaderSize + i*elementSize
		if at+elementSize > uint64(len(page)) || !yield(le.Uint64(page[at+8:])) {
			return false
		}
	}
	return true
}
