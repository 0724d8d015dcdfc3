package render

import (
	"html"
	"strings"
)

// takeOver has an item show its pictures at addresses of ours. Sound and films
// stay where they are: nobody loads them who has not asked for it.
func (s *Site) takeOver(it *item) {
	it.html, it.summary = s.pictures(it.html), s.pictures(it.summary)
	it.picture = s.pictureURL(it.picture)
	for i := range it.credits {
		it.credits[i].Image = s.pictureURL(it.credits[i].Image)
	}
	for i := range it.enclosures {
		if l := &it.enclosures[i]; strings.HasPrefix(l.Type, "image/") {
			l.Href = s.pictureURL(l.Href)
		}
	}
}

// pictureURL returns the address at which a picture is shown: ours for that of
// another site on the web, "" when it is too long for that, any other as it is.
func (s *Site) pictureURL(src string) string {
	if s.Sign == nil {
		return src
	}
	u, _, _ := strings.Cut(pageURL(src), "#")
	switch {
	case u == "", strings.HasPrefix(u, s.BaseURL+"/"):
		return src
	case len(u) > MaxPictureURL:
		return ""
	}
	return s.URL(MediaPath(s.Sign(u), u))
}

// upstreamOf returns the URL of the picture that an address of ours shows, any
// other address as it is.
func upstreamOf(address string) string {
	if i := strings.Index(address, mediaFolder); i >= 0 {
		if _, url, ok := ParseMediaPath(address[i:]); ok {
			return url
		}
	}
	return address
}

// pictures returns sanitised HTML with its pictures at addresses of ours. What
// it does not change stays as it is, byte for byte.
func (s *Site) pictures(markup string) string {
	if s.Sign == nil || !strings.Contains(markup, "<img") && !strings.Contains(markup, "<source") && !strings.Contains(markup, "<video") {
		return markup
	}
	var out strings.Builder
	done := 0 // markup[:done] is written
	for at := strings.IndexByte(markup, '<'); at >= 0; {
		end := tagEnd(markup, at)
		if tag := markup[at:end]; hasPicture(tag) {
			out.WriteString(markup[done:at])
			s.pictureTag(&out, tag)
			done = end
		}
		next := strings.IndexByte(markup[end:], '<')
		if next < 0 {
			break
		}
		at = end + next
	}
	out.WriteString(markup[done:])
	return out.String()
}

// hasPicture reports whether a tag may name pictures.
func hasPicture(tag string) bool {
	return strings.HasPrefix(tag, "<img ") || strings.HasPrefix(tag, "<source ") || strings.HasPrefix(tag, "<video ")
}

// pictureTag writes a tag with its pictures at addresses of ours.
func (s *Site) pictureTag(out *strings.Builder, tag string) {
	name, attrs, _ := strings.Cut(strings.TrimSuffix(tag, ">"), " ")
	out.WriteString(name)
	for attrs != "" {
		var key, value string
		key, value, attrs = nextAttribute(attrs)
		if key == "" {
			continue
		}
		text := html.UnescapeString(strings.Trim(strings.TrimPrefix(value, "="), `"`))
		switch {
		case key == "src" && name == "<img", key == "poster":
			text = s.pictureURL(text)
		case key == "srcset":
			text = s.srcset(text)
		default:
			out.WriteString(" " + key + value)
			continue
		}
		if text != "" {
			out.WriteString(" " + key + `="` + escapeHTML(text) + `"`)
		}
	}
	out.WriteByte('>')
}

// srcset returns the candidates of a srcset attribute (HTML, "Parse a srcset
// attribute") at addresses of ours.
func (s *Site) srcset(v string) string {
	var out []string
	for v = strings.TrimLeft(v, " \t\n\f\r,"); v != ""; v = strings.TrimLeft(v, " \t\n\f\r,") {
		end := strings.IndexAny(v, " \t\n\f\r")
		if end < 0 {
			end = len(v)
		}
		url, rest := v[:end], v[end:]
		words := ""
		if bare := strings.TrimRight(url, ","); bare != url {
			url = bare
		} else {
			words, rest, _ = strings.Cut(rest, ",")
		}
		if url = s.pictureURL(url); url != "" {
			out = append(out, strings.TrimRight(url+" "+strings.TrimSpace(words), " "))
		}
		v = rest
	}
	return strings.Join(out, ", ")
}
