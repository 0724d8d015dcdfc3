package render

import (
	"html"
	"net/url"
	"path"
	"strings"
)

// The feed validator of the W3C, and readers that are as careful, let only
// these attributes stand in an entry's HTML
// (https://validator.w3.org/feed/docs/warning/SecurityRiskAttr.html). They
// are those of it that sanitised HTML can have.
var inertAttributes = func() map[string]bool {
	out := map[string]bool{}
	for name := range strings.FieldsSeq(`abbr align alt border cite class color colspan datetime dir height href hreflang label lang
		media rel rowspan scope size span src srcset start title type valign value width`) {
		out[name] = true
	}
	return out
}()

// inert returns sanitised HTML with those attributes alone. A sound or film
// loses its controls that way, so a link to it is put behind it.
func inert(markup string) string {
	var out strings.Builder
	done, source := 0, "" // markup[:done] is written; what the last sound or film is read from
	for at := strings.IndexByte(markup, '<'); at >= 0; {
		end := tagEnd(markup, at)
		kept, src := inertTag(markup[at:end])
		if src != "" {
			source = src
		}
		if isPlayerEnd(markup[at:end]) && source != "" {
			kept, source = kept+playerLink(source), ""
		}
		if kept != markup[at:end] {
			out.WriteString(markup[done:at])
			out.WriteString(kept)
			done = end
		}
		next := strings.IndexByte(markup[end:], '<')
		if next < 0 {
			break
		}
		at = end + next
	}
	if done == 0 {
		return markup
	}
	out.WriteString(markup[done:])
	return out.String()
}

// tagEnd returns where the tag that begins at i ends. In sanitised HTML a >
// within an attribute's value stands between quotation marks.
func tagEnd(s string, i int) int {
	end := strings.IndexByte(s[i:], '>')
	if end < 0 {
		return len(s)
	}
	if strings.Count(s[i:i+end], `"`)%2 == 0 {
		return i + end + 1
	}
	for quote := byte(0); i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return i
}

// inertTag returns a tag with inertAttributes alone, and what a player's tag
// reads from.
func inertTag(tag string) (kept, source string) {
	name, attrs, found := strings.Cut(strings.TrimSuffix(tag, ">"), " ")
	if !found {
		return tag, ""
	}
	player := name == "<audio" || name == "<video" || name == "<source"
	if !player && isInert(attrs) {
		return tag, ""
	}
	kept = name
	for attrs != "" {
		var key, value string
		key, value, attrs = nextAttribute(attrs)
		if inertAttributes[key] {
			kept += " " + key + value
		}
		if player && key == "src" {
			source = html.UnescapeString(strings.Trim(value, `="`))
		}
	}
	return kept + ">", source
}

func isInert(attrs string) bool {
	for attrs != "" {
		var key string
		if key, _, attrs = nextAttribute(attrs); key != "" && !inertAttributes[key] {
			return false
		}
	}
	return true
}

// nextAttribute splits off the first attribute: its name, the rest of it as
// it stands, and what follows.
func nextAttribute(s string) (key, value, rest string) {
	s = strings.TrimLeft(s, " \t\n/")
	end := strings.IndexAny(s, "= \t\n/")
	if end < 0 {
		return s, "", ""
	}
	key, s = s[:end], s[end:]
	if s[0] != '=' {
		return key, "", s
	}
	if len(s) > 1 && s[1] == '"' {
		if closing := strings.IndexByte(s[2:], '"'); closing >= 0 {
			return key, s[:closing+3], s[closing+3:]
		}
	}
	end = strings.IndexAny(s, " \t\n")
	if end < 0 {
		return key, s, ""
	}
	return key, s[:end], s[end:]
}

func isPlayerEnd(tag string) bool { return tag == "</audio>" || tag == "</video>" }

// playerLink returns a link to a sound or film, named by its file.
func playerLink(source string) string {
	if source = webURL(source); source == "" {
		return ""
	}
	name := source
	if u, err := url.Parse(source); err == nil && path.Base(u.Path) != "/" && path.Base(u.Path) != "." {
		name = path.Base(u.Path)
	}
	return ` <a href="` + escapeHTML(source) + `">` + escapeHTML(name) + `</a>`
}
