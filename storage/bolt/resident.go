package bolt

import (
	"time"

	"go.etcd.io/bbolt"
)

// Bounds of what of the file stays mapped in memory. What was read of it lies
// in the system's cache in any case; that it also counts as this process's is
// of use to nobody, and frightens who watches its memory.
const (
	residentMost  = 256 << 20
	residentEvery = 5 * time.Second
)

// stayLean gives mapped pages back to the system until the store is closed.
func (s *store) stayLean() {
	ticker := time.NewTicker(residentEvery)
	defer ticker.Stop()
	for {
		select {
		case <-s.writer.quit:
			return
		case <-ticker.C:
			if mappedBytes() > residentMost {
				_ = s.view(s.giveBack) // it is as it was then
			}
		}
	}
}

// giveBack lets go of the pages of the mapping. In a transaction the mapping
// stays where it is; who reads a page gets it again.
func (s *store) giveBack(tx *bbolt.Tx) error {
	return letGo(s.db.Info().Data, tx.Size())
}
