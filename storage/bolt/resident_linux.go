package bolt

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// mappedBytes returns how much of files this process has in memory (proc(5),
// statm: shared), 0 when that is not known.
func mappedBytes() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(text)
	if len(fields) < 3 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[2]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// letGo takes the pages of a mapping that is only read out of the process's
// memory, not out of the system's cache (madvise(2), MADV_DONTNEED).
func letGo(at uintptr, size int64) error {
	if _, _, errno := unix.Syscall(unix.SYS_MADVISE, at, uintptr(size), unix.MADV_DONTNEED); errno != 0 {
		return errno
	}
	return nil
}
