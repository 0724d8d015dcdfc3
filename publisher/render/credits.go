package render

import (
	"encoding/xml"
	"strings"

	"tributary/feed"
	"tributary/validator/value"
)

// longestCredit is what Podcasting 2.0 has room for of a name, in characters.
const longestCredit = 128

// credits returns who took part, as documents can name them.
func credits(in []feed.Credit) []feed.Credit {
	var out []feed.Credit
	for _, c := range in {
		c = feed.Credit{Name: excerpt(unmarked(legal(c.Name)), longestCredit-1), Role: legal(c.Role), Group: legal(c.Group), Href: pageURL(c.Href), Image: pageURL(c.Image)}
		if c.Name != "" {
			out = append(out, c)
		}
	}
	return out
}

// A podcastPerson is podcast:person of Podcasting 2.0.
type podcastPerson struct {
	XMLName xml.Name `xml:"podcast:person"`
	Role    string   `xml:"role,attr,omitempty"`
	Group   string   `xml:"group,attr,omitempty"`
	Image   string   `xml:"img,attr,omitempty"`
	Href    string   `xml:"href,attr,omitempty"`
	Name    string   `xml:",chardata"`
}

// podcastPeople returns those whose part the Podcast Taxonomy has a word for:
// without one they would be taken for hosts.
func podcastPeople(in []feed.Credit) []podcastPerson {
	var out []podcastPerson
	for _, c := range in {
		if c.Role != "" && !value.People().Roles[strings.ToLower(c.Role)] {
			continue
		}
		if !value.People().Groups[strings.ToLower(c.Group)] {
			c.Group = ""
		}
		out = append(out, podcastPerson{Role: c.Role, Group: c.Group, Image: c.Image, Href: c.Href, Name: c.Name})
	}
	return out
}

// rated returns whether an entry's recording is explicit, nil when upstream
// does not say.
func (it *item) rated() *bool {
	if it.Entry.Explicit == feed.Unrated {
		return nil
	}
	explicit := it.Entry.Explicit == feed.Explicit
	return &explicit
}
