// Package filestate tells whether a file or a folder is what it was when it was
// looked at last, without reading it.
package filestate

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// A State is the size of a file and when it changed, or that of all files of a
// folder; the zero State is that of what cannot be looked at.
type State struct {
	size    int64
	changed time.Time
	files   uint64 // digest of a folder's files
}

// Of returns the state of the file at a path now.
func Of(path string) State {
	info, err := os.Stat(path)
	if err != nil {
		return State{}
	}
	return State{size: info.Size(), changed: info.ModTime()}
}

// maxFiles is how many files and folders within a folder are looked at.
const maxFiles = 1000

// OfFolder returns the state of the files in a folder now, at any depth.
func OfFolder(root string) State {
	var s State
	sum, n := fnv.New64a(), 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if n++; n > maxFiles {
			return fs.SkipAll
		}
		if d.IsDir() {
			return nil
		}
		fmt.Fprintf(sum, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		s.size += info.Size()
		if info.ModTime().After(s.changed) {
			s.changed = info.ModTime()
		}
		return nil
	})
	if err != nil {
		return State{}
	}
	s.files = sum.Sum64()
	return s
}
