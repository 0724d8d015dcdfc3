package normalise

import (
	"strings"
	"unicode"

	"tributary/aggregator/parse"
)

// maxHints is how many titles are looked at for a document's language.
const maxHints = 20

// dateLanguage returns the language that settles what is ambiguous in a
// document's dates: its own, or Chinese where its titles are in Chinese
// characters although it says nothing, or says English, as templates do.
func dateLanguage(f *parse.Feed, language string) string {
	if language != "" && language != "en" && !strings.HasPrefix(language, "en-") {
		return language
	}
	han, other := script(f.Title.Body)
	for i := range f.Items[:min(len(f.Items), maxHints)] {
		h, o := script(f.Items[i].Title.Body)
		han, other = han+h, other+o
	}
	if han < 2 || han < other {
		return language
	}
	return "zh"
}

// script counts the Chinese characters and the other letters of a title; kana
// and hangul count for as many letters as make it no Chinese.
func script(title string) (han, other int) {
	for _, r := range title[:min(len(title), 300)] {
		switch {
		case r < 0x80 && !unicode.IsLetter(r):
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			other += 100
		case unicode.IsLetter(r):
			other++
		}
	}
	return han, other
}
