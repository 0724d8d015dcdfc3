package publisher

import "strings"

// Ready reports whether there is a document at path, which Handler answers
// with as a whole, from memory or once it is made.
func (p *Publisher) Ready(path string) bool {
	if inside, ok := strings.CutPrefix(path, p.base); ok && p.base != "" && strings.HasPrefix(inside, "/") && p.holds(inside) {
		return true
	}
	return p.holds(path)
}

func (p *Publisher) holds(path string) bool {
	if strings.HasSuffix(path, "/") {
		path += indexFile
	}
	_, ok := p.find(path)
	return ok
}

// Renderings returns how many documents were rendered.
func (p *Publisher) Renderings() int64 { return p.renderings.Load() }
