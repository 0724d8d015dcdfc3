package publisher

import (
	"errors"
	"io/fs"
	"os"
)

// maxSynced is up to how many files are waited for one by one.
const maxSynced = 200

// settle waits until the disk has what was written, so that the end of the
// machine leaves no build that says it has ended without its files.
func (t *tree) settle() error {
	if len(t.written) > maxSynced {
		return syncAll(t.manifest.file)
	}
	for _, path := range t.written {
		if err := syncFile(t.path(path)); err != nil {
			return fileError("write", t.path(path), err)
		}
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // somebody has taken it away
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
