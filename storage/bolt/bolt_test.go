package bolt_test

import (
	"path/filepath"
	"testing"

	"tributary/storage"
	"tributary/storage/bolt"
	"tributary/storage/storagetest"
)

func open(t testing.TB, path string) storage.Store {
	t.Helper()
	s, err := bolt.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var engine = storagetest.Engine{
	Open:  open,
	Place: func(t testing.TB) string { return filepath.Join(t.TempDir(), "test.db") },
	Check: bolt.Check,
}

func TestConformance(t *testing.T) {
	storagetest.Run(t, engine)
}

// TestConformanceShortLog puts states to their places all the time.
func TestConformanceShortLog(t *testing.T) {
	if testing.Short() {
		t.Skip("the other conformance test runs")
	}
	bolt.ShortLog(t, 500)
	storagetest.Run(t, engine)
}

func TestCrash(t *testing.T) {
	bolt.ShortLog(t, 5000) // so that kills come in the middle of rounds
	storagetest.Crash(t, engine)
}
