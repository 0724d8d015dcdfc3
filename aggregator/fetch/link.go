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
		end := endOf(params, ',')
		rest = params[end:]
		if !d.relates(base, params[:end], relation) {
			continue
		}
		if u, err := base.Parse(strings.TrimSpace(target)); err == nil {
			out = append(out, u.String())
		}
	}
	return out
}

// endOf returns where the mark stands that is in no quotes, or the length.
func endOf(params string, mark byte) int {
	quoted := false
	for i := 0; i < len(params); i++ {
		switch c := params[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == mark && !quoted:
			return i
		}
	}
	return len(params)
}

// relates reports whether one of the link's relations is the wanted one, and
// it is the document's own link: an anchor says whose it is (§3.2).
func (d *Document) relates(base *url.URL, params, relation string) bool {
	found, seen := false, false
	for params != "" {
		var param string
		param, params = nextParam(params)
		name, value, _ := strings.Cut(param, "=")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "rel":
			if !seen { // the first one counts
				found, seen = hasWord(value, relation), true
			}
		case "anchor":
			u, err := base.Parse(value)
			if err != nil || u.String() != d.URL {
				return false
			}
		}
	}
	return found
}

// nextParam cuts off a parameter, at a semicolon that is in no quotes.
func nextParam(params string) (param, rest string) {
	end := endOf(params, ';')
	return params[:end], strings.TrimPrefix(params[end:], ";")
}

func hasWord(text, word string) bool {
	for w := range strings.FieldsSeq(text) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
