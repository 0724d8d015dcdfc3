package publisher

import (
	"os"
	"strconv"

	"github.com/cespare/xxhash/v2"
)

// folders returns what is the same while no file came to the tree's folders or
// went from them; "" where the system does not tell. The tree's own folder is
// no part of it: the manifest, too, lies there.
func (t *tree) folders() string {
	var sum uint64
	for folder := range t.manifest.folders {
		if folder == "." {
			continue
		}
		info, err := os.Lstat(t.path(folder))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return ""
		}
		at, ok := entriesChanged(info)
		if !ok {
			return ""
		}
		sum += key(xxhash.Sum64String(folder), uint64(at)) // in any order
	}
	return strconv.FormatUint(sum, 16)
}
