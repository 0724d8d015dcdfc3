package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxListed bounds how many names an error lists.
const maxListed = 40

// listed returns "what: a, b, c", cut short when there are very many.
func listed(what string, names []string) string {
	if len(names) == 0 {
		return "there are no " + what
	}
	if n := len(names) - maxListed; n > 0 {
		return fmt.Sprintf("%s: %s and %d more", what, strings.Join(names[:maxListed], ", "), n)
	}
	return what + ": " + strings.Join(names, ", ")
}

// didYouMean returns the hint that names the nearest of names, or "" when
// none is near enough to be meant.
func didYouMean(written string, names []string) string {
	near := nearest(written, names)
	if len(near) == 0 {
		return ""
	}
	for i := range near {
		near[i] = strconv.Quote(near[i])
	}
	return "did you mean " + strings.Join(near, " or ") + "?"
}

// DidYouMean returns the hint that names the nearest of the names to a written
// one, or "" when none is near enough to be meant.
func DidYouMean(written string, names []string) string {
	var near []string
	for some := range slices.Chunk(names, maxCompared) {
		near = append(near, nearest(written, some)...)
	}
	return didYouMean(written, near)
}

// maxCompared bounds how many names a misspelt one is compared with.
const maxCompared = 1000

// nearest returns what was most likely meant: the name with the fewest edits,
// if those are at most a quarter of it, else those that hold the written word
// or are held by it.
func nearest(written string, names []string) []string {
	word := []rune(strings.ToLower(written))
	if len(word) > maxWord {
		return nil
	}
	names = names[:min(len(names), maxCompared)]
	best, fewest := "", maxWord
	for _, name := range names {
		if d := distance(word, []rune(name)); d < fewest && d <= max(2, len(name)/4) && d < len(word) {
			best, fewest = name, d
		}
	}
	if best != "" {
		return []string{best}
	}
	return holding(string(word), names)
}

func holding(word string, names []string) []string {
	const shortest, most = 3, 3
	var out []string
	for _, name := range names {
		if len(out) < most && min(len(word), len(name)) >= shortest && (strings.Contains(name, word) || strings.Contains(word, name)) {
			out = append(out, name)
		}
	}
	return out
}

// maxWord bounds the words that are compared, in characters.
const maxWord = 64

// distance returns how many characters must be inserted, left out, replaced
// or swapped with the next to turn a into b.
func distance(a, b []rune) int {
	if len(b) > maxWord {
		return maxWord
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replace := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			rows[i][j] = min(replace, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
