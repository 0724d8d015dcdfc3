package normalise

import "strings"

// KaTeX writes a formula twice: as MathML, and as pieces that its style sheet
// puts in place, which without it are a heap of letters.

// copyElement is what such a copy is made of, copyClass what it says.
const (
	copyElement = "span"
	copyClass   = "katex-html"
)

// isFormulaAgain reports whether the start tag at hand begins the copy of a
// formula that was read just before.
func (t *tidier) isFormulaAgain(e *element) bool {
	if t.formulas == 0 || e.name != copyElement || !strings.Contains(t.value("class"), copyClass) {
		return false
	}
	return t.formulas <= len(t.out) && onlyEnds(string(t.out[t.formulas:]))
}

// again begins to skip such a copy.
func (c *codeSkipper) again() { c.name, c.depth = copyElement, 1 }

// leave ends the copy of a formula where an element of text begins or ends,
// which none of it can hold: one that is never closed does not take the rest.
func (c *codeSkipper) leave(name string) {
	if c.depth > 0 && c.name == copyElement {
		if e := elements[name]; e != nil && e.line {
			c.depth = 0
		}
	}
}
