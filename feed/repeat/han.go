package repeat

import (
	_ "embed"
	"sync"
	"unicode/utf8"
)

// hanPairs are traditional characters, each with the simplified one, from
// kSimplifiedVariant of the Unihan database (Unicode 15.0, UAX #38), which is
// © Unicode, Inc. and may be used under the Unicode licence.
//
//go:embed han.txt
var hanPairs string

const (
	firstHan = 0x3400
	lastHan  = 0x9fff
)

var hanTable = sync.OnceValue(func() *[lastHan - firstHan + 1]uint16 {
	var table [lastHan - firstHan + 1]uint16
	for rest := hanPairs; rest != ""; {
		from, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
		if from < firstHan || from > lastHan {
			continue // the end of a line
		}
		to, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
		table[from-firstHan] = uint16(to)
	}
	return &table
})

// simplified returns the simplified form of a character, itself when it has
// none.
func simplified(x rune) rune {
	if x < firstHan || x > lastHan {
		return x
	}
	if s := hanTable()[x-firstHan]; s != 0 {
		return rune(s)
	}
	return x
}
