package render

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// YAMLQuoted returns s as a double-quoted scalar (YAML 1.2 §7.3.1).
func YAMLQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x20 || r >= 0x7f && r < 0xa0:
			fmt.Fprintf(&b, `\x%02X`, r)
		case r == 0x2028 || r == 0x2029 || r >= 0xfffe && r <= 0xffff || r == 0xfeff:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// yamlScalar returns s plain where every reader of YAML takes it for that
// string, else quoted.
func yamlScalar(s string) string {
	if isPlainScalar(s) {
		return s
	}
	return YAMLQuoted(s)
}

// isPlainScalar is stricter than YAML: words of letters, digits, - and _ that
// begin with a letter and that YAML 1.1 takes for nothing else.
func isPlainScalar(s string) bool {
	for i, r := range s {
		if i == 0 && !unicode.IsLetter(r) || !isNameRune(r) && !unicode.IsMark(r) {
			return false
		}
	}
	return s != "" && !slices.Contains(yamlWordsTaken, strings.ToLower(s))
}

var yamlWordsTaken = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}

// yamlWords returns what Jekyll reads as these categories or tags: it splits a
// string at its blanks, so only a list keeps them.
func yamlWords(words []string) string {
	if len(words) == 1 && isPlainScalar(words[0]) {
		return words[0]
	}
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = yamlScalar(w)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
