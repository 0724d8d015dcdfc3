package publisher

import (
	"strings"

	"tributary/feed"
	"tributary/publisher/render"
)

// sourceTerm stands for the sources whose entries' identities begin so where
// terms name categories; seldom it is more than one. No category has it.
func sourceTerm(prefix [4]byte) string { return "\x00" + string(prefix[:]) }

// nameChosen returns the mixes and sources that the settings name and that
// there are, by their folders.
func (p *Publisher) nameChosen() map[string]*chosen {
	out := map[string]*chosen{}
	for _, terms := range p.set.Mixes {
		if c := p.mixOf(terms); c != nil && len(c.mix) > 1 {
			out[c.folder()] = c
		}
	}
	for _, id := range p.set.Sources {
		if isFileName(string(id)) {
			c := &chosen{source: id}
			out[c.folder()] = c
		}
	}
	return out
}

// isFileName reports whether a name can be that of a folder of a site's files.
func isFileName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\\")
}

// isNamed reports whether the settings name what is chosen.
func (p *Publisher) isNamed(c *chosen) bool { return p.lasting[c.folder()] != nil }

// routeNamed adds the documents of what is named to those of the site.
func (p *Publisher) routeNamed(table map[string]target) {
	for _, c := range p.lasting {
		for _, f := range render.Feeds() {
			table[c.name(f)] = p.chosenTarget(c, f)
		}
	}
}

// followers returns the editions of what is named, by what changes concern them.
func (p *Publisher) followers() map[string][]string {
	out := map[string][]string{}
	for folder, c := range p.lasting {
		for _, term := range c.terms() {
			out[term] = append(out[term], folder)
		}
	}
	return out
}

// editionName is the name of the edition that a document is rendered with.
func (t *target) editionName() string {
	if t.chosen != nil {
		return t.chosen.folder()
	}
	return t.category.Term
}

// chosen reports whether the feeds of a mix or of a source may have changed
// since a build.
func (t *touched) chosen(c *chosen) bool {
	if c.source == "" {
		for i := range c.mix {
			if t.term(c.mix[i].Term) {
				return true
			}
		}
		return false
	}
	if t.all || t.aged {
		return true
	}
	if t.sources == nil {
		t.sources = map[[4]byte]bool{}
		for _, id := range t.entries {
			t.sources[[4]byte(id[:])] = true
		}
	}
	return t.sources[feed.IDPrefix(c.source)]
}

// Unpushed says why a URL cannot be subscribed to though there is a feed; "" when
// there is none, or it can.
func (p *Publisher) Unpushed(address string) string {
	path, ok := strings.CutPrefix(address, p.set.Site.BaseURL)
	if !ok {
		return ""
	}
	plain, page := path, strings.Contains(path, "?page=")
	if at := strings.IndexByte(plain, '?'); at >= 0 {
		plain = plain[:at]
	}
	c, file, ok := p.parseChosen(unescape(plain))
	isFeed := file == feedName
	for _, f := range render.Feeds() {
		isFeed = isFeed || f.File == file
	}
	switch {
	case page:
		return "pages of a feed are not pushed: subscribe to the feed itself"
	case !ok || !isFeed:
		return ""
	case c.source == "" && p.isNamed(c):
		return "this mix is pushed at " + p.set.Site.URL(c.folder()) + file
	case c.source == "":
		return "a mix is pushed when the site names it (mixes of [site]); others are made when somebody asks for them"
	}
	return "the feeds of sources are pushed when the site says so (source_feeds of [site]); they are made when somebody asks for them"
}
