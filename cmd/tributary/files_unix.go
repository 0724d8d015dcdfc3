//go:build unix

package main

import "syscall"

// openFilesLimit returns how many files the process may have open; Go has
// raised the limit as far as it may at the start.
func openFilesLimit() int {
	var l syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l) != nil || l.Cur > 1<<30 {
		return 1 << 30
	}
	return int(l.Cur)
}
