package config

import (
	"hash/maphash"
	"math/bits"
)

// An index finds numbered texts by their hash. It takes 16 to 32 bytes a
// text, because it keeps the number and not the text: whoever asks must be
// able to tell from the number what the text is. The zero value is empty.
type index struct {
	seed  maphash.Seed
	slots []uint64 // upper half of the hash, then the number plus 1; 0 is free
	n     int
}

// find returns the number of the text with that hash for which same is true,
// or -1.
func (x *index) find(hash uint64, same func(number int) bool) int {
	if x.n == 0 {
		return -1
	}
	return number(x.slots[x.slot(hash>>32, same)])
}

// add gives the text with that hash a number, unless it has one already;
// then it returns that one, else -1.
func (x *index) add(hash uint64, n int, same func(number int) bool) int {
	if 2*x.n >= len(x.slots) {
		x.expect(max(2*x.n, 512))
	}
	i := x.slot(hash>>32, same)
	if x.slots[i] != 0 {
		return number(x.slots[i])
	}
	x.slots[i] = hash>>32<<32 | uint64(n+1)
	x.n++
	return -1
}

func number(slot uint64) int { return int(uint32(slot)) - 1 }

// slot returns where the text is, or where there is room for it.
func (x *index) slot(hash uint64, same func(number int) bool) int {
	mask := len(x.slots) - 1
	i := int(hash) & mask
	for x.slots[i] != 0 && (x.slots[i]>>32 != hash || !same(number(x.slots[i]))) {
		i = (i + 1) & mask
	}
	return i
}

// expect makes room for n texts.
func (x *index) expect(n int) {
	old := x.slots
	x.slots = make([]uint64, 1<<bits.Len(uint(2*n)))
	for _, s := range old {
		if s != 0 {
			x.slots[x.slot(s>>32, func(int) bool { return false })] = s
		}
	}
}

func (x *index) hash(text string) uint64 { return maphash.String(x.seeded(), text) }

func (x *index) hashBytes(text []byte) uint64 { return maphash.Bytes(x.seeded(), text) }

func (x *index) seeded() maphash.Seed {
	if x.seed == (maphash.Seed{}) {
		x.seed = maphash.MakeSeed()
	}
	return x.seed
}
