package jsontext

import "hash/maphash"

// keySets are the keys of the objects that are open, each by its hash.
type keySets struct {
	hashes []uint64 // of all, the innermost object's last
	starts []int    // where each object's begin
	large  []map[uint64]struct{}
}

const (
	fewKeys = 24      // that are compared one by one
	maxKeys = 1 << 16 // of one object that are remembered
)

var seed = maphash.MakeSeed()

func (k *keySets) open() {
	k.starts = append(k.starts, len(k.hashes))
	k.large = append(k.large, nil)
}

func (k *keySets) close() {
	last := len(k.starts) - 1
	k.hashes = k.hashes[:k.starts[last]]
	k.starts = k.starts[:last]
	k.large[last] = nil
	k.large = k.large[:last]
}

// add adds a key to the innermost object and reports whether it was there.
func (k *keySets) add(key []byte) bool {
	h := maphash.Bytes(seed, key)
	last := len(k.starts) - 1
	if set := k.large[last]; set != nil {
		_, ok := set[h]
		if !ok && len(set) < maxKeys {
			set[h] = struct{}{}
		}
		return ok
	}
	own := k.hashes[k.starts[last]:]
	for _, other := range own {
		if other == h {
			return true
		}
	}
	k.hashes = append(k.hashes, h)
	if len(own) >= fewKeys {
		k.large[last] = map[uint64]struct{}{h: {}}
		for _, other := range own {
			k.large[last][other] = struct{}{}
		}
	}
	return false
}
