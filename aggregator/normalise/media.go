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
	e.Credits, e.Explicit = credits(it.Credits, b), rating(it.Explicit)
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

// credits returns who took part, each as what once.
func credits(in []feed.Credit, b base) []feed.Credit {
	var out []feed.Credit
	for _, c := range in[:min(len(in), maxList)] {
		c = feed.Credit{Name: line(c.Name), Role: line(c.Role), Group: line(c.Group), Href: b.absolute(c.Href), Image: b.absolute(c.Image)}
		if c.Name != "" && !slices.ContainsFunc(out, func(o feed.Credit) bool { return o.Name == c.Name && strings.EqualFold(o.Role, c.Role) }) {
			out = append(out, c)
		}
	}
	return out
}

// creditsOf returns who took part in an entry: of an episode that names nobody,
// those of its whole show. Whoever an episode names takes the place of all of
// them (Podcasting 2.0, person).
func (d *document) creditsOf(e *feed.Entry) []feed.Credit {
	if len(e.Credits) > 0 || !slices.ContainsFunc(e.Links, isRecording) {
		return e.Credits
	}
	return d.credits
}

// isRecording reports whether a link leads to sound or a film.
func isRecording(l feed.Link) bool {
	return l.Rel == feed.RelEnclosure && !strings.HasPrefix(l.Type, "image/") && !strings.HasPrefix(l.Type, "text/")
}

// rating reads itunes:explicit, in Apple's words of today and of before.
func rating(s string) feed.Rating {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "yes", "explicit":
		return feed.Explicit
	case "false", "no", "clean":
		return feed.Clean
	}
	return feed.Unrated
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
	for _, c := range e.Credits {
		parts = append(parts, "credit", c.Name, c.Role, c.Group, c.Href, c.Image)
	}
	if e.Explicit == feed.Explicit { // most say that they are clean, and so they are who say nothing
		parts = append(parts, "explicit")
	}
	for _, r := range e.InReplyTo {
		parts = append(parts, "in-reply-to", r.Ref, r.Href, r.Source, r.Type)
	}
	return parts
}
