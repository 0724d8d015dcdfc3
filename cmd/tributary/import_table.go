package main

import (
	"slices"
	"strings"

	"tributary/config"
)

// toml returns the plan as tables of feeds.toml.
func (p *importPlan) toml() string {
	var b strings.Builder
	for _, c := range p.used() {
		b.WriteString("[category." + tomlKey(c.Term) + "]\n")
		if c.Label != c.Term {
			b.WriteString("label = " + tomlText(c.Label) + "\n")
		}
		if !isUsualFolder(&c) {
			b.WriteString("folder = [" + tomlFolder(c.Folder) + "]\n")
		}
		b.WriteString("\n")
	}
	for _, s := range p.sources {
		b.WriteString(s.toml())
	}
	return b.String()
}

func isUsualFolder(c *config.Category) bool {
	return len(c.Folder) == 1 && slices.Equal(c.Folder[0], []config.Attr{{Name: "text", Value: c.Label}})
}

func tomlFolder(path [][]config.Attr) string {
	var parts []string
	for _, attrs := range path {
		if len(attrs) == 1 && attrs[0].Name == "text" {
			parts = append(parts, tomlText(attrs[0].Value))
			continue
		}
		parts = append(parts, tomlAttrs(attrs))
	}
	return strings.Join(parts, ", ")
}

func tomlAttrs(attrs []config.Attr) string {
	parts := make([]string, 0, len(attrs))
	for _, a := range attrs {
		parts = append(parts, tomlKey(a.Name)+" = "+tomlText(a.Value))
	}
	if len(parts) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

func (s *imported) toml() string {
	var terms []string
	for _, term := range s.categories {
		terms = append(terms, tomlText(term))
	}
	text := ""
	if s.comment != "" {
		text = comment(s.comment)
	}
	text += "[source." + tomlKey(s.name) + "]\nurl = " + tomlText(s.address) + "\ncategories = [" + strings.Join(terms, ", ") + "]\n"
	if len(s.attrs) > 0 {
		text += "outline = " + tomlAttrs(configAttrs(s.attrs)) + "\n"
	}
	return text + "\n"
}
