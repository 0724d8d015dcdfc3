package demo

import (
	"math/rand/v2"
	"strconv"

	"tributary/internal/lazy"
)

// A grammar makes prose: sentences with {slots} that words fill. The word
// that fills a slot first fills it in the whole entry.
type grammar struct {
	titles    []string
	openings  []string // first sentence of the first paragraph
	sentences []string
	words     map[string][]string // "topic" fills {topic}; {small}, {large} are numbers
	joint     string              // between sentences
}

var slot = lazy.Regexp(`\{\w+\}`)

// compose returns an entry's title, topic and paragraphs.
func (g *grammar) compose(r *rand.Rand) (title, topic string, paragraphs []string) {
	chosen := map[string]string{}
	fill := func(text string) string {
		return slot().ReplaceAllStringFunc(text, func(s string) string { return g.word(r, chosen, s[1:len(s)-1]) })
	}
	title = fill(g.titles[r.IntN(len(g.titles))])
	order := r.Perm(len(g.sentences))
	next := 0
	for range 2 + r.IntN(2) {
		text := ""
		if len(paragraphs) == 0 {
			text = fill(g.openings[r.IntN(len(g.openings))])
		}
		for range 2 {
			if next < len(order) {
				text += g.joint + fill(g.sentences[order[next]])
				next++
			}
		}
		paragraphs = append(paragraphs, text[leading(text, g.joint):])
	}
	return title, g.word(r, chosen, "topic"), paragraphs
}

// leading returns how much of text is the joint it begins with.
func leading(text, joint string) int {
	if joint != "" && len(text) > len(joint) && text[:len(joint)] == joint {
		return len(joint)
	}
	return 0
}

func (g *grammar) word(r *rand.Rand, chosen map[string]string, name string) string {
	switch name {
	case "small":
		return strconv.Itoa(2 + r.IntN(8))
	case "large":
		return strconv.Itoa(100 + r.IntN(900))
	}
	if chosen[name] == "" {
		list := g.words[name]
		chosen[name] = list[r.IntN(len(list))]
	}
	return chosen[name]
}
