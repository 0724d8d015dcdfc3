// Package filestate tells whether a file is what it was when it was looked at
// last, without reading it.
package filestate

import (
	"os"
	"time"
)

// A State is the size of a file and when it changed; the zero State is that of
// a file that cannot be looked at.
type State struct {
	size    int64
	changed time.Time
}

// Of returns the state of the file at a path now.
func Of(path string) State {
	info, err := os.Stat(path)
	if err != nil {
		return State{}
	}
	return State{info.Size(), info.ModTime()}
}
