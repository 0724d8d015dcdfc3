package render

import (
	"strings"

	"tributary/feed"
)

// jekyllAlso returns the paragraph that says where else a post's story is, as
// its page does, "" for one that is nowhere else. A jekyll source knows the line
// by its first words.
func (p *Page) jekyllAlso(e *feed.Entry, filed []Category) string {
	also := p.alsoAt(e)
	if len(also) == 0 {
		return ""
	}
	w := wordsOf(p.postLanguage(filed))
	links := make([]string, len(also))
	for i, a := range also {
		links[i] = "[" + markdownText(a.Source) + "](" + markdownURL(a.Href) + ")"
	}
	return markdownText(w.Also) + strings.Join(links, w.AlsoNext)
}

// postLanguage returns the language that a post speaks to its reader in: that
// of its first category, or the site's.
func (p *Page) postLanguage(filed []Category) string {
	c := p.Category
	if len(filed) > 0 {
		c = filed[0]
	}
	language := orElse(c.Language, p.Site.Language)
	if strings.ContainsFunc(c.Label, isHan) && !strings.HasPrefix(language, "ja") {
		return "zh"
	}
	return language
}

// markdownURL returns an address that does not end a link of Markdown.
func markdownURL(href string) string {
	return strings.NewReplacer("(", "%28", ")", "%29").Replace(urlEscaper.Replace(href))
}
