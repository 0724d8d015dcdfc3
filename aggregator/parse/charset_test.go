package parse_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"tributary/aggregator/parse"
)

func encode(t *testing.T, enc encoding.Encoding, s string) []byte {
	t.Helper()
	out, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatalf("encode %q: %v", s, err)
	}
	return out
}

const (
	chinese  = "今天的新闻:经济和社会发展"
	taiwan   = "今天的新聞:經濟和社會發展"
	nihongo  = "今日のニュースと天気予報です"
	hangul   = "오늘의 뉴스와 날씨입니다"
	russian  = "Новости дня и погода"
	french   = "Où est le café? À côté du théâtre."
	thaiText = "ข่าววันนี้และพยากรณ์อากาศ"
)

// The encodings that feeds are written in are read, wherever they are named.
func TestCharset(t *testing.T) {
	utf16le, utf16be := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	for _, tt := range []struct {
		name     string
		enc      encoding.Encoding
		text     string
		declared string // in the XML declaration
		header   string
		charset  string
		note     string
	}{
		{"UTF-8", encoding.Nop, chinese, "", "", "utf-8", ""},
		{"UTF-8 with a mark", unicode.UTF8BOM, chinese, "utf-8", "text/xml", "utf-8", ""},
		{"UTF-8 by an odd name", encoding.Nop, chinese, "utf8", "", "utf-8", ""},
		{"GB2312", simplifiedchinese.GBK, chinese, "gb2312", "", "gb18030", ""},
		{"GBK by the header", simplifiedchinese.GBK, chinese, "", "text/xml; charset=GBK", "gb18030", ""},
		{"GB18030 beyond GB2312", simplifiedchinese.GB18030, chinese + "𠀀€", "gb2312", "", "gb18030", ""},
		{"Big5", traditionalchinese.Big5, taiwan, "Big5", "", "big5", ""},
		{"Shift_JIS", japanese.ShiftJIS, nihongo, "Shift_JIS", "", "shift_jis", ""},
		{"Shift_JIS as x-sjis", japanese.ShiftJIS, nihongo, "x-sjis", "", "shift_jis", ""},
		{"EUC-JP", japanese.EUCJP, nihongo, "euc-jp", "", "euc-jp", ""},
		{"ISO-2022-JP", japanese.ISO2022JP, nihongo, "iso-2022-jp", "", "iso-2022-jp", ""},
		{"EUC-KR", korean.EUCKR, hangul, "euc-kr", "", "euc-kr", ""},
		{"EUC-KR as cp949", korean.EUCKR, hangul, "cp949", "", "euc-kr", ""},
		{"windows-1251", charmap.Windows1251, russian, "windows-1251", "", "windows-1251", ""},
		{"KOI8-R", charmap.KOI8R, russian, "koi8-r", "", "koi8-r", ""},
		{"KOI8-U", charmap.KOI8U, russian, "koi8-u", "", "koi8-u", ""},
		{"ISO-8859-5", charmap.ISO8859_5, russian, "iso-8859-5", "", "iso-8859-5", ""},
		{"TIS-620", charmap.Windows874, thaiText, "tis-620", "", "windows-874", ""},
		{"ISO-8859-1", charmap.ISO8859_1, french, "iso-8859-1", "", "windows-1252", ""},
		{"UTF-16 with a mark", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), chinese, "utf-16", "", "utf-16le", ""},
		{"UTF-16LE", utf16le, chinese, "utf-16", "", "utf-16le", ""},
		{"UTF-16BE", utf16be, chinese, "", "", "utf-16be", ""},
		{"UTF-32", utf32.UTF32(utf32.BigEndian, utf32.UseBOM), chinese, "", "", "utf-32be", ""},
		{"the header before the declaration", charmap.Windows1251, russian, "koi8-r", "text/xml; charset=windows-1251", "windows-1251", ""},
		{"the mark before the header", unicode.UTF16(unicode.BigEndian, unicode.UseBOM), chinese, "", "text/xml; charset=gbk", "utf-16be", ""},
		{"a header by default, the declaration right", simplifiedchinese.GBK, chinese, "gbk", "text/xml; charset=utf-8", "gb18030", "not in utf-8"},
		{"a header by default, in fact UTF-8", encoding.Nop, french, "utf-8", "text/xml; charset=iso-8859-1", "utf-8", "is in UTF-8"},
		{"says GBK, is UTF-8", encoding.Nop, chinese, "gbk", "", "utf-8", "is in UTF-8"},
		{"says UTF-16, is UTF-8", encoding.Nop, chinese, "utf-16", "", "utf-8", "is in UTF-8"},
		{"says UTF-8, is Latin-1", charmap.ISO8859_1, french, "utf-8", "", "windows-1252", "best guess"},
		{"says nothing, is Latin-1", charmap.ISO8859_1, french, "", "", "windows-1252", "best guess"},
		{"says UTF-8, is GBK", simplifiedchinese.GBK, chinese, "utf-8", "", "gb18030", "best guess"},
		{"says nothing, is Shift_JIS", japanese.ShiftJIS, nihongo, "", "", "shift_jis", "best guess"},
		{"an unknown name", encoding.Nop, chinese, "x-user-defined-9", "", "utf-8", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			prolog := ""
			if tt.declared != "" {
				prolog = `<?xml version="1.0" encoding="` + tt.declared + `"?>`
			}
			body := prolog + `<rss><channel><language></language><item><title>` + tt.text + `</title></item></channel></rss>`
			f, err := read(t, document(string(encode(t, tt.enc, body)), "Content-Type", tt.header))
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Items[0].Title.Body; got != tt.text || f.Charset != tt.charset {
				t.Errorf("%q as %s, want %q as %s", got, f.Charset, tt.text, tt.charset)
			}
			if notes := strings.Join(f.Notes, "; "); !strings.Contains(notes, tt.note) || tt.note == "" && notes != "" {
				t.Errorf("notes %q, want one with %q", notes, tt.note)
			}
		})
	}
}

// Stray bytes among UTF-8 are read in the encoding that the language suggests.
func TestStrayBytes(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"Western", "<p>naïve café – 10 €</p>" + "caf\xe9 \x93quoted\x94", "<p>naïve café – 10 €</p>café “quoted”"},
		{"Chinese", "<language>zh-cn</language>" + chinese + "\xd6\xd0\xce\xc4", "<language>zh-cn</language>" + chinese + "中文"},
		{"cut in a character", "naïve café\xe2\x80", "naïve caféâ€"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, _, notes := parse.Decode([]byte(tt.body), ""); got != tt.want || len(notes) != 1 {
				t.Errorf("%q with notes %q, want %q and a note", got, notes, tt.want)
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	body := []byte(rss(strings.Repeat("<item><title>"+chinese+"</title><description>"+french+"</description></item>", 500)))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		parse.Decode(body, "text/xml; charset=utf-8")
	}
}

// What XML forbids is taken out wherever it stands, and nothing else.
func TestForbidden(t *testing.T) {
	for _, c := range []string{"\x00", "\x01", "\x08", "\t", "\n", "\x0b", "\x1f", " ", "\x7f", "é", "\ufeff", "\uffef", "\ufffd", "\ufffe", "\uffff", "\U0010ffff"} {
		kept := c
		if strings.ContainsAny(c, "\x00\x01\x08\x0b\x1f\ufffe\uffff") {
			kept = ""
		}
		for at := range 20 {
			before, after := "<"+strings.Repeat("a", at), strings.Repeat("b", 20-at)
			if got, _, _ := parse.Decode([]byte(before+c+after), "text/xml; charset=utf-8"); got != before+kept+after {
				t.Fatalf("%q after %d letters: %q", c, at, got)
			}
		}
	}
}
