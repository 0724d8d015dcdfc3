package parse

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// eastAsian tries the encodings of the language the document names, then all,
// and takes the one whose text has most of the common characters.
func eastAsian(body []byte) (name, text string, ok bool) {
	names := []string{"gb18030", "big5", "shift_jis", "euc-jp", "euc-kr"}
	switch lang := language(body); {
	case strings.HasPrefix(lang, "ja"):
		names = []string{"shift_jis", "euc-jp"}
	case strings.HasPrefix(lang, "ko"):
		names = []string{"euc-kr"}
	case strings.HasPrefix(lang, "zh-tw"), strings.HasPrefix(lang, "zh-hant"), strings.HasPrefix(lang, "zh-hk"):
		names = []string{"big5"}
	case strings.HasPrefix(lang, "zh"):
		names = []string{"gb18030", "big5"}
	}
	best := 0.5
	for _, n := range names {
		enc, _ := charset.Lookup(n)
		out, err := enc.NewDecoder().Bytes(body)
		if err != nil {
			continue
		}
		if p := plausible(string(out), n); p > best {
			best, name, text, ok = p, n, string(out), true
		}
	}
	return name, text, ok
}

// common are the first bytes of the characters that every encoding puts first
// because they are frequent.
var common = map[string][2]byte{
	"gb18030": {0xb0, 0xd7}, "big5": {0xa4, 0xc6}, "shift_jis": {0x88, 0x97}, "euc-jp": {0xb0, 0xcf}, "euc-kr": {0xb0, 0xc8},
}

// plausible rates a text that was decoded from an East Asian encoding: 1 if it
// holds nothing but frequent characters.
func plausible(s, name string) float64 {
	const enough = 3000
	enc, _ := charset.Lookup(name)
	encoder := enc.NewEncoder()
	japanese := name == "shift_jis" || name == "euc-jp"
	all, good := 0.0, 0.0
	for _, r := range s {
		if r < utf8.RuneSelf {
			continue
		}
		if all++; all == enough {
			break
		}
		switch {
		case r == utf8.RuneError:
			good -= 5
		case r >= 0x3040 && r < 0x3100:
			if japanese {
				good++
			}
		case r >= 0x3000 && r < 0x3020 || r >= 0xff01 && r < 0xff20 || r >= 0x2010 && r < 0x2030:
			good++
		case r >= 0x4e00 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3:
			raw, err := encoder.String(string(r))
			if err == nil && raw[0] >= common[name][0] && raw[0] <= common[name][1] && (len(raw) > 1 && raw[1] >= 0x40) {
				good++
			}
		}
	}
	return good / max(all, 1)
}

// ideographs reports whether most characters beyond ASCII are Chinese.
func ideographs(s string) bool {
	all, han := 0, 0
	for _, r := range s {
		if r >= utf8.RuneSelf {
			all++
		}
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	return 2*han > all
}
