package publisher

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// syncAll waits until the disk has all that was written to a file's file
// system.
func syncAll(f *os.File) error {
	if err := unix.Syncfs(int(f.Fd())); err != nil {
		return fmt.Errorf("write what %s lists to the disk: %w", f.Name(), err)
	}
	return nil
}
