//go:build !linux

package bolt

// mappedBytes is not known here.
func mappedBytes() int64 { return 0 }

func letGo(uintptr, int64) error { return nil }
