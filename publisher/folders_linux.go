package publisher

import (
	"os"
	"syscall"
)

// entriesChanged returns when the entries of a folder last changed, in
// nanoseconds. Nobody can set that time, and copies do not keep it.
func entriesChanged(info os.FileInfo) (int64, bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return stat.Ctim.Nano(), true
}
