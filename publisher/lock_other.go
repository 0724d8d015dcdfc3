//go:build !unix

package publisher

import "os"

// lock does nothing where files cannot be locked.
func lock(*os.File) error { return nil }
