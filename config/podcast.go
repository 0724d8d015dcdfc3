package config

import (
	"fmt"
	"slices"
	"strings"
)

// A Podcast is the [category.TERM.podcast] table: what directories of podcasts
// want to know of a show.
type Podcast struct {
	Author     string // default the site's author
	OwnerName  string
	OwnerEmail string // directories write to it
	Image      string // URL of a square picture
	Category   string // one of Apple's
	Explicit   bool
	Serial     bool // episodes are heard from the first on
}

// showCategories are the categories of Apple Podcasts without those within
// them.
var showCategories = []string{
	"Arts", "Business", "Comedy", "Education", "Fiction", "Government", "Health & Fitness", "History", "Kids & Family", "Leisure",
	"Music", "News", "Religion & Spirituality", "Science", "Society & Culture", "Sports", "TV & Film", "Technology", "True Crime",
}

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

func (s *section) checkPodcast(p *Podcast) {
	if !slices.Contains(showCategories, p.Category) {
		s.wrong("category", s.valueAt("category"), fmt.Sprintf("category is %q", shorten(p.Category)), listed("expected one of Apple's categories", showCategories), didYouMean(p.Category, showCategories))
	}
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
