//go:build !unix

package main

// openFilesLimit returns how many files the process may have open.
func openFilesLimit() int { return 1 << 30 }
