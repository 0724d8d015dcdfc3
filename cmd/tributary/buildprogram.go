package main

import (
	"encoding/hex"
	"io"
	"os"

	"github.com/cespare/xxhash/v2"

	"tributary/internal/cli"
)

// program tells this program from any that may write other documents: by its
// version and its bytes, since not every change of it makes a new version.
func program() string {
	h := xxhash.New()
	if path, err := os.Executable(); err == nil {
		if f, err := os.Open(path); err == nil {
			defer f.Close()      //nolint:errcheck // only read
			_, _ = io.Copy(h, f) // what can be read tells
		}
	}
	return cli.Version + " " + hex.EncodeToString(h.Sum(nil))
}
