package validator

// A w3cPlace is where the W3C validator tells a finding: it has the place of
// what it reads when it comes to look, which is later than what is wrong. In
// profile w3c findings stand there, so that the two can be compared.
type w3cPlace uint8

const (
	asFound   w3cPlace = iota // an attribute's at the end of its tag
	atStart                   // at the element's start tag
	atEntries                 // where the feed's first entry starts, at its end if it has none
)

// w3c returns the place where the W3C validator has it.
func (p place) w3c(r *Rule) place {
	if p.node == nil {
		return p
	}
	at := place{start: p.start, end: p.end}
	switch {
	case r.w3cAt == atStart:
		at = p.node.open()
	case r.w3cAt == atEntries:
		at = p.node.entries()
	case p.attribute != "":
		_, end := spanOf(p.node.start, p.node.tag)
		at.start, at.end = end, end
	}
	p.start, p.end = at.start, at.end
	return p
}

// entries is the place where the entries of the outermost element start.
func (n *node) entries() place {
	for n.parent != nil {
		n = n.parent
	}
	if n.records == 0 {
		return n.finish()
	}
	return place{start: position(n.entered), end: position(n.entered)}
}
