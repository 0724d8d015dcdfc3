// Package atomicfile replaces files whole: whoever reads one sees the old
// bytes or the new, never a part.
package atomicfile

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteIfChanged makes the file at path hold data and reports whether it had
// to be written. One that holds it already is not touched, so it keeps its
// modification time. Folders that lack are made. It does not wait for the disk:
// what it writes can be made again.
func WriteIfChanged(path string, data []byte) (changed bool, err error) {
	if holds(path, data) {
		return false, nil
	}
	return true, Write(path, data)
}

// holds reports whether the file is a regular one with just that content.
func holds(path string, data []byte) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(data)) {
		return false
	}
	old, err := os.ReadFile(path)
	return err == nil && bytes.Equal(old, data)
}

// Write replaces the file at path by one that holds data.
func Write(path string, data []byte) error {
	temp := filepath.Join(filepath.Dir(path), TempPrefix+rand.Text())
	err := os.WriteFile(temp, data, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil {
			err = os.WriteFile(temp, data, 0o644)
		}
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		_ = os.Remove(temp) // err says more
	}
	return err
}

// TempPrefix is how the names of files begin that are being written. One that
// is left behind by a process that was killed may be removed.
const TempPrefix = ".tributary-new-"
