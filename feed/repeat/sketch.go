package repeat

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"tributary/feed"
)

// Bounds of a sketch.
const (
	sketchFormat = 1
	shingleWidth = 5  // at least: three words, or five characters
	titleWidth   = 3  // two words, or three characters
	leadShingles = 56 // of which most keys are taken: copies share their beginning
	leadKeys     = 4  // that are stored, which costs more than to look for one
	leadProbes   = 6
	nextKeys     = 1   // of as many shingles behind those: where an introduction
	nextProbes   = 3   // stands in front, the story's beginning is there
	maxShingles  = 128 // of the text that are kept; of a longer one a part
	maxFigures   = 48
	shortText    = 16 // width below which a text is read together with its title
	keyTitle     = 12 // width from which a title is a key
)

// A sketchOf is a sketch, read.
type sketchOf struct {
	rate     uint   // shingles of which rate bits are zero are kept
	width    int    // of the text that was looked at
	shingles []byte // three bytes each, ascending
	title    []byte // likewise
	figures  []byte // numbers in the text, likewise
	titled   int    // width of the title
}

// sketch returns an entry's keys and its sketch, neither for one that says too
// little to be known by.
func sketch(e *feed.Entry) (keys, probes []uint64, out string) {
	title := tokensOf(e.Title)
	body := tokensOf(e.Content)
	if len(body) == 0 {
		body = tokensOf(e.Summary)
	}
	if widthOf(body) < shortText {
		body = append(slices.Clone(title), body...)
	}
	whole := shinglesOf(body, shingleWidth)
	if len(whole) == 0 {
		return nil, nil, ""
	}
	probes = smallest(whole, leadProbes)
	keys = probes[:min(len(probes), leadKeys):min(len(probes), leadKeys)]
	if len(whole) > leadShingles {
		next := smallest(whole[leadShingles:], nextProbes)
		keys, probes = append(keys, next[:min(len(next), nextKeys)]...), append(probes, next...)
	}
	if widthOf(title) >= keyTitle {
		keys, probes = append(keys, titleKey(title)), append(probes, titleKey(title))
	}
	rate := uint(0)
	if n := len(whole); n > maxShingles {
		rate = uint(bits.Len(uint((n - 1) / maxShingles)))
	}
	b := []byte{sketchFormat, byte(rate)}
	b = binary.AppendUvarint(b, uint64(widthOf(body)))
	b = appendSet(b, sampled(whole, rate), 2*maxShingles)
	b = binary.AppendUvarint(b, uint64(widthOf(title)))
	b = appendSet(b, shinglesOf(title, titleWidth), maxShingles)
	b = appendSet(b, figuresOf(body), maxFigures)
	return keys, probes, string(b)
}

func widthOf(tokens []token) (n int) {
	for i := range tokens {
		n += int(tokens[i].width)
	}
	return n
}

// shinglesOf returns the hashes of the runs of tokens that are so wide, in the
// text's order.
func shinglesOf(tokens []token, width int) []uint64 {
	out := make([]uint64, 0, len(tokens))
	for i := range tokens {
		h, n := uint64(fnvOffset), 0
		for j := i; j < len(tokens) && n < width; j++ {
			h = mix(h, tokens[j].hash)
			h ^= h >> 29
			n += int(tokens[j].width)
		}
		if n < width {
			break
		}
		out = append(out, finish(h))
	}
	return out
}

// smallest returns the n smallest of the first shingles, ascending: where most
// of these are shared, one of the smallest of the one text is among the smaller
// of the other.
func smallest(shingles []uint64, n int) []uint64 {
	lead := slices.Clone(shingles[:min(len(shingles), leadShingles)])
	slices.Sort(lead)
	lead = slices.Compact(lead)
	n = min(len(lead), n)
	return lead[:n:n]
}

func titleKey(title []token) uint64 {
	h := uint64(fnvOffset) ^ 1
	for i := range title {
		h = mix(h, title[i].hash)
		h ^= h >> 29
	}
	return finish(h)
}

func figuresOf(tokens []token) []uint64 {
	var out []uint64
	for i := range tokens {
		if tokens[i].digit {
			out = append(out, finish(tokens[i].hash))
		}
	}
	return out
}

// sampled returns the shingles that are kept at a rate. Which they are depends
// on each alone, so that samples of two texts can be compared.
func sampled(shingles []uint64, rate uint) []uint64 {
	mask := uint64(1)<<rate - 1
	out := make([]uint64, 0, len(shingles))
	for _, s := range shingles {
		if s&mask == 0 {
			out = append(out, s)
		}
	}
	return out
}

// appendSet writes the low three bytes of hashes, each once, ascending.
func appendSet(b []byte, hashes []uint64, most int) []byte {
	set := make([]uint32, len(hashes))
	for i, h := range hashes {
		set[i] = uint32(h & 0xffffff)
	}
	slices.Sort(set)
	set = slices.Compact(set)
	set = set[:min(len(set), most)]
	b = binary.AppendUvarint(b, uint64(len(set)))
	for _, s := range set {
		b = append(b, byte(s>>16), byte(s>>8), byte(s))
	}
	return b
}

// read reads a sketch; false when it is none.
func (k *sketchOf) read(s string) bool {
	b := []byte(s)
	if len(b) < 2 || b[0] != sketchFormat || b[1] > 16 {
		return false
	}
	k.rate, b = uint(b[1]), b[2:]
	number := func() int {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > 1<<16 {
			b = nil
			return 0
		}
		b = b[size:]
		return int(n)
	}
	set := func() (out []byte) {
		n := 3 * number()
		if n > len(b) {
			b = nil
			return nil
		}
		out, b = b[:n], b[n:]
		return out
	}
	k.width = number()
	k.shingles = set()
	k.titled = number()
	k.title = set()
	k.figures = set()
	return b != nil
}

// common counts what two sets have both, and each, at a rate.
func common(a, b []byte, rate uint) (both, ofA, ofB int) {
	mask := uint32(1)<<rate - 1
	at := func(s []byte) uint32 { return uint32(s[0])<<16 | uint32(s[1])<<8 | uint32(s[2]) }
	for len(a) > 0 || len(b) > 0 {
		var order int
		switch {
		case len(a) == 0:
			order = 1
		case len(b) == 0:
			order = -1
		default:
			order = cmp.Compare(at(a), at(b))
		}
		if order <= 0 {
			if at(a)&mask == 0 {
				ofA++
				if order == 0 {
					both++
				}
			}
			a = a[3:]
		}
		if order >= 0 {
			if at(b)&mask == 0 {
				ofB++
			}
			b = b[3:]
		}
	}
	return both, ofA, ofB
}
