package normalise

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tributary/aggregator/parse"
	"tributary/feed"
)

// rest fills in what an entry answers, its picture, how long it is, which
// episode, and where it is.
func rest(e *feed.Entry, it *parse.Item, b base) {
	if it.Image.Href != "" {
		e.Image = within(b, it.Image.Base).absolute(it.Image.Href)
	}
	e.Duration = duration(it.Duration)
	e.Season, e.Episode = count(it.Season), count(it.Episode)
	e.Point = point(it.Point)
	e.InReplyTo = references(it.InReplyTo, b)
}

const (
	longest   = 30 * 24 * time.Hour // a recording
	mostCount = 1_000_000           // seasons and episodes
)

// duration reads seconds, minutes and seconds, or hours, minutes and seconds,
// with colons between; fractions are dropped. 0 when it is none of these.
func duration(s string) time.Duration {
	if s == "" {
		return 0
	}
	s, _, _ = strings.Cut(strings.TrimSpace(s), ".")
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0
	}
	total := int64(0)
	for _, p := range parts {
		n, err := strconv.ParseUint(strings.TrimSpace(p), 10, 31)
		if err != nil {
			return 0
		}
		total = total*60 + int64(n)
	}
	if total > int64(longest/time.Second) {
		return 0
	}
	return time.Duration(total) * time.Second
}

// count reads the number of a season or an episode, 0 when it is none.
func count(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 || n > mostCount {
		return 0
	}
	return n
}

// point returns latitude and longitude, in degrees, as GeoRSS writes them; ""
// when they are not on the globe.
func point(s string) string {
	if s == "" {
		return ""
	}
	f := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' })
	if len(f) != 2 {
		return ""
	}
	lat, latErr := strconv.ParseFloat(f[0], 64)
	long, longErr := strconv.ParseFloat(f[1], 64)
	if latErr != nil || longErr != nil || !(math.Abs(lat) <= 90) || !(math.Abs(long) <= 180) { // not a number is neither
		return ""
	}
	return strconv.FormatFloat(lat, 'f', -1, 64) + " " + strconv.FormatFloat(long, 'f', -1, 64)
}

// references returns those that name an entry, each once.
func references(in []feed.Reference, b base) []feed.Reference {
	var out []feed.Reference
	for _, r := range in[:min(len(in), maxList)] {
		r = feed.Reference{Ref: strings.TrimSpace(legal(r.Ref)), Href: b.absolute(r.Href), Source: b.absolute(r.Source), Type: line(r.Type)}
		if r.Ref == "" {
			r.Ref = r.Href // an entry without an id is named by its address (RFC 4685 §3)
		}
		if r.Ref != "" && !slices.ContainsFunc(out, func(o feed.Reference) bool { return o.Ref == r.Ref }) {
			out = append(out, r)
		}
	}
	return out
}

// appendRest appends to the parts of a digest what rest has filled in, and
// nothing for an entry without any of it: its digest is what it was before
// these fields were read.
func appendRest(parts []string, e *feed.Entry) []string {
	if e.Image != "" {
		parts = append(parts, "image", e.Image)
	}
	if e.Duration != 0 {
		parts = append(parts, "duration", e.Duration.String())
	}
	if e.Season != 0 || e.Episode != 0 {
		parts = append(parts, "episode", strconv.Itoa(e.Season), strconv.Itoa(e.Episode))
	}
	if e.Point != "" {
		parts = append(parts, "point", e.Point)
	}
	for _, r := range e.InReplyTo {
		parts = append(parts, "in-reply-to", r.Ref, r.Href, r.Source, r.Type)
	}
	return parts
}
