package normalise

import (
	"strings"
	"unicode/utf8"
)

// Few readers set MathML, and none of it may hold what is not known here, so
// that a formula is written as people write one in a line: x²+1, (a+b)/2, √x.

const (
	maxFormulaDepth = 64
	maxFormulaNodes = 10_000
)

// mathElements are the elements of MathML Core and of MathML 3 §3. The
// content of annotations is for machines.
var mathElements = wordSet(`math mi mn mo mtext ms mspace mglyph mrow mfrac msqrt mroot mstyle merror mpadded mphantom mfenced
	menclose msub msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mlabeledtr mtd maction
	maligngroup malignmark semantics annotation annotation-xml`)

// A formula is MathML that is being read.
type formula struct {
	open  []*term
	nodes int
}

// A term is an element of a formula.
type term struct {
	name  string
	attrs map[string]string // those that say something in a line
	words string            // of a token
	terms []*term
}

// inFormula takes the start tag of a formula or of a part of one, and reports
// whether it was that. Any other element ends the formula, as in HTML §13.2.6.5.
func (t *tidier) inFormula(name string, closed, more bool) bool {
	if name != "math" && t.formula == nil {
		return false
	}
	if !mathElements[name] {
		t.endFormula()
		return false
	}
	if name == "math" {
		t.endFormula()
		t.formula = &formula{}
	}
	t.formula.start(&term{name: name, attrs: t.mathAttributes(more)}, closed)
	if name == "math" && closed {
		t.endFormula()
	}
	return true
}

func (t *tidier) mathAttributes(more bool) map[string]string {
	var attrs map[string]string
	for more {
		var key, val []byte
		key, val, more = t.z.TagAttr()
		switch name := string(key); name {
		case "alttext", "open", "close", "separators", "alt":
			if attrs == nil {
				attrs = map[string]string{}
			}
			attrs[name] = string(val)
		}
	}
	return attrs
}

// endFormula copies what has been read of a formula, as text.
func (t *tidier) endFormula() {
	if t.formula == nil {
		return
	}
	f := t.formula
	t.formula = nil
	root := f.open[0]
	s := root.line()
	if s == "" {
		s = strings.TrimSpace(root.attrs["alttext"])
	}
	t.text(s)
	t.margin = t.margin && s == ""
	if s != "" {
		t.formulas = len(t.out)
	}
}

func (f *formula) start(n *term, closed bool) {
	if f.nodes++; f.nodes > maxFormulaNodes || len(f.open) >= maxFormulaDepth {
		return
	}
	if last := len(f.open) - 1; last >= 0 {
		f.open[last].terms = append(f.open[last].terms, n)
	}
	if !closed || n.name == "math" {
		f.open = append(f.open, n)
	}
}

// text takes character data. What stands between the tokens is white space,
// or words that nobody may lose.
func (f *formula) text(s string) {
	s = strings.Join(strings.FieldsFunc(s, isSpace), " ")
	if s == "" {
		return
	}
	in := f.open[len(f.open)-1]
	if len(in.terms) > 0 {
		in.terms = append(in.terms, &term{name: "mtext", words: s})
		return
	}
	in.words += s
}

// end takes an end tag and reports whether it was of a part of the formula.
func (f *formula) end(name string) bool {
	if !mathElements[name] {
		return false
	}
	for i := len(f.open) - 1; i > 0; i-- {
		if f.open[i].name == name {
			f.open = f.open[:i]
			break
		}
	}
	return true
}

// line returns the term in a line.
func (n *term) line() string {
	switch n.name {
	case "annotation", "annotation-xml", "mphantom", "none", "mprescripts", "maligngroup", "malignmark":
		return ""
	case "mspace":
		return " "
	case "mglyph":
		return n.attrs["alt"]
	case "mo":
		return visible(n.words)
	case "semantics", "maction":
		if len(n.terms) > 0 {
			return n.words + n.terms[0].line()
		}
	case "mfrac":
		return n.words + n.part(0).atom() + "/" + n.part(1).atom()
	case "msqrt":
		return "√" + parenthesised(n.all(""))
	case "mroot":
		return root(n.part(1).line()) + n.part(0).atom()
	case "mfenced":
		return n.fenced()
	case "mtable":
		return "[" + n.all("; ") + "]"
	case "mtr", "mlabeledtr":
		return n.all(", ")
	}
	if out, ok := n.scripted(); ok {
		return n.words + out
	}
	return n.words + n.all("")
}

// scripted returns a term with others below or above it. Each part is looked
// at once: twice at each depth would be without end.
func (n *term) scripted() (string, bool) {
	switch n.name {
	case "msub", "munder":
		return n.part(0).atom() + n.part(1).below(), true
	case "msup":
		return n.part(0).atom() + n.part(1).above(), true
	case "mover":
		return n.accented(), true
	case "msubsup", "munderover":
		return n.part(0).atom() + n.part(1).below() + n.part(2).above(), true
	case "mmultiscripts":
		out := n.part(0).atom()
		for i := 1; i < len(n.terms) && n.terms[i].name != "mprescripts"; i += 2 {
			out += n.part(i).below() + n.part(i+1).above()
		}
		return out, true
	}
	return "", false
}

func (n *term) below() string { return smallPrint(n.line(), subscripts, "_") }
func (n *term) above() string { return smallPrint(n.line(), superscripts, "^") }

// accented returns a term with a mark over it, or with another term there.
func (n *term) accented() string {
	base, over := n.part(0).atom(), n.part(1).line()
	accent := accents[over]
	switch {
	case accent == "":
		return base + smallPrint(over, superscripts, "^")
	case utf8.RuneCountInString(base) == 1:
		return base + accent
	}
	return base + over
}

// part returns a term's i-th, or one with nothing in it.
func (n *term) part(i int) *term {
	if i < len(n.terms) {
		return n.terms[i]
	}
	return &term{}
}

// all returns the terms in n one after the other.
func (n *term) all(between string) string {
	var out strings.Builder
	for i, t := range n.terms {
		if i > 0 {
			out.WriteString(between)
		}
		out.WriteString(t.line())
	}
	return out.String()
}

func (n *term) fenced() string {
	attr := func(key, fallback string) string {
		if v, ok := n.attrs[key]; ok {
			return strings.TrimSpace(v)
		}
		return fallback
	}
	separators := []rune(attr("separators", ","))
	var out strings.Builder
	out.WriteString(attr("open", "(") + n.words)
	for i, t := range n.terms {
		if i > 0 && len(separators) > 0 {
			out.WriteRune(separators[min(i, len(separators))-1])
		}
		out.WriteString(t.line())
	}
	return out.String() + attr("close", ")")
}

// atom returns the term in a line, in parentheses if it could be taken apart.
func (n *term) atom() string {
	switch n.name {
	case "mi", "mn", "mtext", "mfenced", "msqrt", "ms", "mo":
		return n.line()
	case "mrow", "mstyle", "mpadded", "semantics":
		if len(n.terms) == 1 && n.words == "" {
			return n.terms[0].atom()
		}
	}
	return parenthesised(n.line())
}

func parenthesised(s string) string {
	if utf8.RuneCountInString(s) <= 1 || isNumberText(s) || strings.HasPrefix(s, "(") && strings.IndexByte(s, ')') == len(s)-1 {
		return s
	}
	return "(" + s + ")"
}

// isNumberText reports whether s is a number, which nobody takes apart.
func isNumberText(s string) bool {
	for i := 0; i < len(s); i++ {
		if !digit[s[i]] && s[i] != '.' {
			return false
		}
	}
	return true
}

// smallPrint returns s as small letters if it has them, or after a mark.
func smallPrint(s string, small *strings.Replacer, mark string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if out := small.Replace(s); !strings.ContainsFunc(s, func(r rune) bool { return small.Replace(string(r)) == string(r) }) {
		return out
	}
	return mark + parenthesised(s)
}

var (
	superscripts = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹",
		"+", "⁺", "-", "⁻", "−", "⁻", "n", "ⁿ", "i", "ⁱ")
	subscripts = strings.NewReplacer("0", "₀", "1", "₁", "2", "₂", "3", "₃", "4", "₄", "5", "₅", "6", "₆", "7", "₇", "8", "₈", "9", "₉",
		"+", "₊", "-", "₋", "−", "₋")
	accents = map[string]string{"¯": "\u0304", "‾": "\u0304", "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303",
		"→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307", ".": "\u0307", "¨": "\u0308"}
)

func root(index string) string {
	switch index {
	case "3":
		return "∛"
	case "4":
		return "∜"
	}
	return smallPrint(index, superscripts, "root ") + "√"
}

// visible returns an operator without the marks that stand for one nobody
// sees (U+2061 to U+2064).
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x2061 && r <= 0x2064 {
			return -1
		}
		return r
	}, s)
}
