package parse

import (
	"net/url"
	"strings"
)

// enter returns the scope of an element with these attributes within s.
func (k *skeleton) enter(s scope, attrs []attr) scope {
	for _, a := range attrs {
		switch a.name {
		case "xml:lang":
			s.lang = strings.TrimSpace(a.value)
		case "xml:base":
			ref, err := url.Parse(strings.TrimSpace(k.ents.unescape(a.value)))
			if err != nil {
				continue
			}
			switch {
			case s.base != nil:
				s.base = s.base.ResolveReference(ref)
			case k.base != nil:
				s.base = k.base.ResolveReference(ref)
			default:
				s.base = ref
			}
		}
	}
	return s
}

func (s scope) String() string {
	if s.base == nil {
		return ""
	}
	return iri(s.base)
}

// resolve returns the URL of an attribute, against the xml:base in force.
func (k *skeleton) resolve(value string, s scope) string {
	return k.against(strings.TrimSpace(k.ents.unescape(value)), s)
}

func (k *skeleton) against(text string, s scope) string {
	if s.base == nil || text == "" {
		return text
	}
	ref, err := url.Parse(text)
	if err != nil || ref.IsAbs() {
		return text
	}
	return iri(s.base.ResolveReference(ref))
}

// iri writes a URL with its host as it was written: net/url escapes the
// letters of an internationalised one, which makes another host of it.
func iri(u *url.URL) string {
	s := u.String()
	if escaped := (&url.URL{Host: u.Host}).String(); escaped != "//"+u.Host {
		s = strings.Replace(s, escaped, "//"+u.Host, 1)
	}
	return s
}
