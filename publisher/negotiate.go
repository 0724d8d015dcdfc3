package publisher

import (
	"net/http"
	"net/url"
	"strings"

	"tributary/publisher/render"
)

// feedName is the last part of the path at which a category's feed is
// whichever format a reader likes best.
const feedName = "feed"

// A variant is one of the documents that a negotiated path stands for.
type variant struct {
	name   string // of the document
	fields []field
}

// negotiated returns the paths whose format a request's Accept chooses, with
// their variants in the order of render.Feeds.
func (p *Publisher) negotiated() map[string][]variant {
	out := map[string][]variant{}
	for _, c := range p.published() {
		path := "/" + c.Term + "/" + feedName
		for _, f := range render.Feeds() {
			out[path] = append(out[path], variant{documentName(c.Term, f), negotiatedFields(p.base + "/" + url.PathEscape(c.Term) + "/" + f.File)})
		}
	}
	return out
}

// negotiatedFields are the header fields of the variant at a path.
func negotiatedFields(path string) []field {
	return []field{{"Content-Location", []string{path}}, {"Vary", []string{"Accept, Accept-Encoding"}}}
}

// serveNegotiated answers with the variant that the request likes best.
func (h *handler) serveNegotiated(w http.ResponseWriter, r *http.Request, variants []variant) {
	v := &variants[chooseFormat(r.Header["Accept"])]
	h.serveDocument(w, r, v.name, h.targets[v.name], v.fields)
}

// accepted are the media types that ask for a feed format, by its name. What
// says XML only is content with either that is.
var accepted = map[string][]string{
	"atom": {"application/atom+xml", "application/xml", "text/xml"},
	"rss":  {"application/rss+xml", "application/xml", "text/xml"},
	"json": {"application/feed+json", "application/json"},
}

// chooseFormat returns the index in render.Feeds of the format that an Accept
// likes best (RFC 9110 §12.5.1), of equal ones the first. Whoever likes none
// gets the first: it is better than nothing.
func chooseFormat(fields []string) int {
	best, most := 0, weight(0)
	for i, f := range render.Feeds() {
		if q := likes(fields, accepted[f.Name]); q > most {
			best, most = i, q
		}
	}
	return best
}

// likes returns the weight that an Accept gives to one of some types: that of
// the range that fits most closely.
func likes(fields, types []string) weight {
	q, closest := weight(0), 0
	for _, list := range fields {
		for element := range strings.SplitSeq(list, ",") {
			name, weighed := weighRange(element)
			if fits := fit(name, types); fits > closest || fits == closest && fits > 0 && weighed > q {
				q, closest = weighed, fits
			}
		}
	}
	return q
}

// fit returns how closely a media range fits some types, of which the first is
// the proper one: 0 is not at all.
func fit(name string, types []string) int {
	switch {
	case name == "*/*":
		return 1
	case name == "application/*":
		return 2
	case strings.EqualFold(name, types[0]):
		return 4
	}
	for _, other := range types[1:] {
		if strings.EqualFold(name, other) {
			return 3
		}
	}
	return 0
}

// weighRange splits an element such as "text/xml;charset=utf-8;q=0.8".
func weighRange(element string) (string, weight) {
	name, parameters, _ := strings.Cut(element, ";")
	q := weight(1000)
	for parameter := range strings.SplitSeq(parameters, ";") {
		if key, value, _ := strings.Cut(strings.TrimSpace(parameter), "="); strings.EqualFold(key, "q") {
			q = parseWeight(strings.TrimSpace(value))
		}
	}
	return strings.TrimSpace(name), q
}
