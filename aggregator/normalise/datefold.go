package normalise

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// folded writes what has several spellings in one: in lower case, with the
// digits 0 to 9.
func folded(s string) string {
	if isASCII(s) {
		s = strings.ToLower(s)
		if strings.Contains(s, ".m") || strings.Contains(s, ". m") || strings.Contains(s, ".d.") {
			s = dateFolder.Replace(s)
		}
		return s
	}
	s = strings.Map(foldRune, strings.ToLower(s))
	if strings.IndexFunc(s, isNumeral) >= 0 {
		s = chineseNumerals(s)
	}
	if strings.ContainsAny(s, ".’ن元") { // what dateFolder knows has one of them
		s = dateFolder.Replace(s)
	}
	return s
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// foldRune drops marks of direction, and writes every script's digits, wide
// characters, dashes and spaces as ASCII has them.
func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf || r >= 0x3001 && r < 0xFF00 && r != '、':
		return r // what follows is in no such script, Chinese, Japanese and Korean
	case r == 0x200B || r == 0x200C || r == 0x200E || r == 0x200F || r == 0x061C || r == 0xFEFF:
		return -1
	case r == 0x2010 || r == 0x2011 || r == 0x2012 || r == 0x2013 || r == 0x2014 || r == 0x2212:
		return '-'
	case r == '،' || r == '、':
		return ','
	case r >= 0xFF01 && r <= 0xFF5E:
		return unicode.ToLower(r - 0xFF01 + '!')
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Nd, r):
		return '0' + digitOf(r)
	}
	return r
}

// digitOf returns the value of a decimal digit: each script has ten in a row.
func digitOf(r rune) rune {
	zero := r
	for zero > r-10 && unicode.Is(unicode.Nd, zero-1) {
		zero--
	}
	return (r - zero) % 10
}

// dateFolder writes what several words say in one.
var dateFolder = strings.NewReplacer(
	"ม.ค.", "jan", "ก.พ.", "feb", "มี.ค.", "mar", "เม.ย.", "apr", "พ.ค.", "may", "มิ.ย.", "jun",
	"ก.ค.", "jul", "ส.ค.", "aug", "ก.ย.", "sep", "ต.ค.", "oct", "พ.ย.", "nov", "ธ.ค.", "dec",
	"ค.ศ.", "", "พ.ศ.", "",
	"كانون الثاني", "jan", "كانون الأول", "dec", "تشرين الأول", "oct", "تشرين الثاني", "nov",
	"d’", "", "元年", "1年",
	" p.d.", " am", " m.d.", " pm", // Albanian
	"a.m.", "am", "p.m.", "pm", "a. m.", "am", "p. m.", "pm", "π.μ.", "am", "μ.μ.", "pm", "ق.ظ.", "am", "ب.ظ.", "pm",
)

// numeral returns the value of a digit of Chinese and Japanese writing, 10 for
// 十, and -1 for what is none.
func numeral(r rune) int {
	switch r {
	case '〇', '零', '○':
		return 0
	case '一':
		return 1
	case '二':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	case '十':
		return 10
	}
	return -1
}

func isNumeral(r rune) bool { return numeral(r) >= 0 }

// chineseNumerals writes the numbers of 二〇二四年三月十五日 with digits, and
// leaves those of weekdays alone.
func chineseNumerals(s string) string {
	var b strings.Builder
	before := rune(0)
	for s != "" {
		n := strings.IndexFunc(s, func(r rune) bool { return !isNumeral(r) })
		if n < 0 {
			n = len(s)
		}
		next, size := utf8.DecodeRuneInString(s[n:])
		switch {
		case n > 0 && markers[string(next)] != 0 && !strings.ContainsRune("期周週拜曜", before):
			writeNumeral(&b, s[:n])
		default:
			b.WriteString(s[:n])
		}
		b.WriteString(s[n : n+size])
		s, before = s[n+size:], next
	}
	return b.String()
}

// writeNumeral writes 二〇二四 as 2024, 十五 as 15, 二十 as 20.
func writeNumeral(b *strings.Builder, s string) {
	if !strings.ContainsRune(s, '十') {
		for _, r := range s {
			b.WriteByte(byte('0' + numeral(r)))
		}
		return
	}
	tens, ones, _ := strings.Cut(s, "十")
	value := 1
	for _, r := range tens {
		value = numeral(r)
	}
	value *= 10
	for _, r := range ones {
		value += numeral(r)
	}
	b.WriteString(string([]byte{byte('0' + value/10%10), byte('0' + value%10)}))
}
