package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	lists "tributary/validator/value"
)

// A Podcast is the [category.TERM.podcast] table: what directories of podcasts
// want to know of a show.
type Podcast struct {
	Author     string // default the site's author
	OwnerName  string
	OwnerEmail string // directories write to it
	Image      string // URL of a square picture
	Category   string // one of Apple's
	Within     string // one of those within Category; empty: none
	Explicit   bool
	Serial     bool // episodes are heard from the first on
}

// showCategories are the categories of Apple Podcasts, each with those within
// it.
var showCategories = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(lists.ShowCategories) {
		category, within, _ := strings.Cut(strings.TrimSpace(line), ":")
		out[category] = nil
		for w := range strings.SplitSeq(within, ",") {
			if w = strings.TrimSpace(w); w != "" {
				out[category] = append(out[category], w)
			}
		}
	}
	return out
})

// podcast reads the table of a category that is a show, nil when it is none.
func (s *section) podcast(site *Site, language string) *Podcast {
	t := s.table("podcast", `[category.news.podcast]`)
	if t == nil {
		return nil
	}
	in := s.d.section(t, joinKey(s.key(""), "podcast"), "")
	p := &Podcast{
		Author:     in.text("author", "Ann", site.Author.Name),
		OwnerName:  in.text("owner_name", "Ann", ""),
		OwnerEmail: in.text("owner_email", "ann@example.org", site.Author.Email),
		Image:      in.text("image", "https://example.org/cover.jpg", ""),
		Category:   in.text("category", "News", ""),
		Within:     in.text("subcategory", "Tech News", ""),
		Explicit:   in.flag("explicit"),
		Serial:     in.flag("serial"),
	}
	in.checkPodcast(p)
	if language == "" && site.Language == "" {
		in.wrong("", t.at, "a podcast needs a language", `expected language = "en" in the category or in [site]: directories take no show without one`, "")
	}
	in.done()
	return p
}

func (s *section) checkShowCategory(p *Podcast) {
	within, ok := showCategories()[p.Category]
	if !ok {
		all := slices.Sorted(maps.Keys(showCategories()))
		s.wrong("category", s.valueAt("category"), fmt.Sprintf("category is %q", shorten(p.Category)), listed("expected one of Apple's categories", all), didYouMean(p.Category, all))
		return
	}
	switch {
	case p.Within == "" || slices.Contains(within, p.Within):
	case len(within) == 0:
		s.wrong("subcategory", s.valueAt("subcategory"), fmt.Sprintf("subcategory is %q, and Apple has none within %q", shorten(p.Within), p.Category), "expected no subcategory", "")
	default:
		s.wrong("subcategory", s.valueAt("subcategory"), fmt.Sprintf("subcategory is %q", shorten(p.Within)), listed(fmt.Sprintf("expected one of Apple's within %q", p.Category), within), didYouMean(p.Within, within))
	}
}

func (s *section) checkPodcast(p *Podcast) {
	s.checkShowCategory(p)
	if name, host, ok := strings.Cut(p.OwnerEmail, "@"); !ok || name == "" || !strings.Contains(host, ".") || strings.ContainsAny(p.OwnerEmail, " <>,;") {
		s.wrong("owner_email", s.valueAt("owner_email"), fmt.Sprintf("owner_email is %q", shorten(p.OwnerEmail)), `expected the address that directories write to, such as owner_email = "ann@example.org"`, "")
	}
	if p.Image == "" {
		return
	}
	if _, err := WebURL(p.Image); err != nil {
		s.wrong("image", s.valueAt("image"), "image cannot be asked for", `expected the address of a square picture, such as image = "https://example.org/cover.jpg"`, "")
	}
}
