//go:build unix

package publisher

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock takes a file for this process until it is closed.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("write %s: another build is writing there\n  wait until it has ended, or write to another folder", f.Name())
	}
	// Where files cannot be locked, as on some network file systems, nothing
	// is lost but this check.
	return nil
}
