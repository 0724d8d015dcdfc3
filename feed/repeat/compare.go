package repeat

// What makes two texts one story; found with the labelled pairs in testdata.
const (
	enough       = 60 // percent of the shorter text that is in the other
	enoughTitled = 35 // likewise, when the titles are one
	enoughShort  = 88 // likewise, when it is short
	shortest     = 10 // width of what is compared at all
	brief        = 60 // width up to which a text is short
	sameTitle    = 90 // percent of the shorter title
	figuresKept  = 60 // percent of the numbers of the text with fewer that the other has
	stray        = 1  // number that the other need not have: that of a source line, or one that is cut in two
)

// compare says whether two sketches are of one story, and how much of the
// shorter text is in the other, in percent.
func compare(a, b string) (share int, alike bool) {
	m, ok := measure(a, b)
	return m.share, ok && m.alike()
}

// A measure is what two sketches have in common.
type measured struct {
	share   int // of the shingles of the shorter text, in percent
	title   int // of the shorter title
	figures int // of the numbers of the text that has fewer
	missing int // numbers of that text which the other has not
	width   int // of the shorter text
	titled  int // of the shorter title
}

func measure(a, b string) (m measured, ok bool) {
	var x, y sketchOf
	if !x.read(a) || !y.read(b) {
		return m, false
	}
	both, ofX, ofY := common(x.shingles, y.shingles, max(x.rate, y.rate))
	m.share = percent(both, min(ofX, ofY))
	m.width = min(x.width, y.width)
	both, ofX, ofY = common(x.title, y.title, 0)
	m.title = percent(both, min(ofX, ofY))
	m.titled = min(x.titled, y.titled)
	both, ofX, ofY = common(x.figures, y.figures, 0)
	m.figures, m.missing = percent(both, min(ofX, ofY)), min(ofX, ofY)-both
	return m, true
}

func percent(n, of int) int {
	if of == 0 {
		return 0
	}
	return 100 * n / of
}

func (m *measured) alike() bool {
	switch {
	case m.width < shortest, m.figures < figuresKept && m.missing > stray:
		return false
	case m.title >= sameTitle && m.titled >= keyTitle && m.share >= enoughTitled:
		return true
	case m.width <= brief:
		return m.share >= enoughShort
	}
	return m.share >= enough
}
