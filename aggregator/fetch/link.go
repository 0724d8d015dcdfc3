package fetch

import (
	"net/url"
	"strings"
)

// maxLinks bounds the Link fields of one answer that are read.
const maxLinks = 32

// Links returns the targets of the answer's Link fields with that relation
// (RFC 8288 §3), made absolute.
func (d *Document) Links(relation string) []string {
	if len(d.Header["Link"]) == 0 {
		return nil
	}
	var out []string
	base, err := url.Parse(d.URL)
	if err != nil {
		return nil
	}
	rest := strings.Join(d.Header["Link"], ",")
	for n := 0; n < maxLinks; n++ {
		_, after, found := strings.Cut(rest, "<")
		if !found {
			break
		}
		target, params, found := strings.Cut(after, ">")
		if !found {
			break
		}
		end := linkEnd(params)
		rest = params[end:]
		if !relates(params[:end], relation) {
			continue
		}
		if u, err := base.Parse(strings.TrimSpace(target)); err == nil {
			out = append(out, u.String())
		}
	}
	return out
}

// linkEnd returns where the parameters of one link end: at a comma that is in
// no quotes.
func linkEnd(params string) int {
	quoted := false
	for i := 0; i < len(params); i++ {
		switch c := params[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			return i
		}
	}
	return len(params)
}

// relates reports whether one of the relations is the wanted one.
func relates(params, relation string) bool {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(param, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for r := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(r, relation) {
				return true
			}
		}
		return false // the first rel counts
	}
	return false
}
