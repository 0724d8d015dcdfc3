package parse

import (
	"strings"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"tributary/feed"
)

// atomSource reads what an entry says of the feed that it was taken from.
func (k *skeleton) atomSource(s *atom.Source, home scope) *Feed {
	x := extended{k, s.Extensions, home}
	f := &Feed{
		ID: k.plain(s.ID), Title: k.text(s.Title, home), Subtitle: k.text(s.Subtitle, home), Rights: k.text(s.Rights, home),
		Icon: s.Icon, Logo: s.Logo, Updated: x.date("raw:updated", "raw:modified"),
		Authors: people(s.Authors), Contributors: people(s.Contributors), Categories: k.atomCategories(s.Categories), Links: atomLinks(s.Links),
	}
	if g := s.Generator; g != nil {
		f.Generator, f.GeneratorURI, f.GeneratorVersion = g.Value, g.URI, g.Version
	}
	return f
}

// rssSource is atomSource for RSS, which has a name and the feed's address.
func rssSource(s *rss.Source) *Feed {
	if s == nil {
		return nil
	}
	f := &Feed{Title: Text{Body: twice(strings.TrimSpace(s.Title))}}
	if s.URL != "" {
		f.Links = []Link{{Link: feed.Link{Href: s.URL, Rel: feed.RelSelf}}}
	}
	if f.Title.Body == "" && len(f.Links) == 0 {
		return nil
	}
	return f
}
