package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"strings"
	"syscall"

	berrors "go.etcd.io/bbolt/errors"

	"tributary/storage"
)

// openError turns what bbolt or the system says into the operator's words.
func openError(path string, err error) error {
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return fmt.Errorf("open %s: %w\n  stop the other tributary, or name another storage in the configuration", path, storage.ErrLocked)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return corrupt(path, err.Error())
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("open %s: its folder does not exist: make it, or name another storage in the configuration", path)
	}
	return fmt.Errorf("open %s: %w", path, systemError(err))
}

// fullCauses are the ways in which there can be no room.
var fullCauses = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}

// systemError names the causes that callers and operators act on.
func systemError(err error) error {
	for _, cause := range fullCauses {
		// bbolt keeps only the words of an error when it grows the file.
		if errors.Is(err, cause) || strings.HasSuffix(err.Error(), cause.Error()) {
			return fmt.Errorf("%w (%w): make room, then go on: nothing is damaged", storage.ErrFull, cause)
		}
	}
	if errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w (%w): make the file and its folder writable, or name another storage in the configuration", storage.ErrReadOnly, cause(err))
	}
	return err
}

// cause is what the system said, without the operation and the path.
func cause(err error) error {
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		return errno
	}
	return err
}

func corrupt(path, why string) error {
	return fmt.Errorf("open %s: %w: %s\n  it was left as it is; restore a copy, or move it away to start with an empty store", path, storage.ErrCorrupt, why)
}

// damaged says what is wrong inside the file; wrap adds which file it is.
type damaged string

func (d damaged) Error() string { return storage.ErrCorrupt.Error() + ": " + string(d) }
func (d damaged) Unwrap() error { return storage.ErrCorrupt }

// wrap says which file an error is about, and what to do.
func (s *store) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	var inside damaged
	switch {
	case errors.Is(err, berrors.ErrDatabaseNotOpen):
		return errClosed
	case errors.As(err, &inside):
		return corrupt(s.path, string(inside))
	case errors.Is(err, berrors.ErrIncompatibleValue), errors.Is(err, berrors.ErrBucketNotFound):
		return corrupt(s.path, err.Error())
	}
	if named := systemError(err); named != err { //nolint:errorlint // is it the same value?
		return fmt.Errorf("%s %s: %w", doing, s.path, named)
	}
	return err
}

// catch makes a panic of bbolt's (it asserts the file's structure) and a fault
// on the mapped file (it was cut short under us) an error.
func (s *store) catch(err *error) func() {
	old := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(old)
		if p := recover(); p != nil {
			*err = corrupt(s.path, fmt.Sprintf("its pages contradict each other (%v)", p))
		}
	}
}
