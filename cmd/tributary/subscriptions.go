package main

import (
	"net/url"
	"slices"
	"strings"

	"tributary/config"
	"tributary/feed"
	"tributary/opml"
)

// maxListed is how many sources the site tells of at most: beyond it a list is
// of use to nobody, and costs memory for good.
const maxListed = 10_000

// publicSources returns the sources that anybody may know of, none where there
// are too many.
func publicSources(cfg *config.Config) []opml.Outline {
	if len(cfg.Sources) > maxListed {
		return nil
	}
	outlines := subscriptions(cfg, isPublic)
	onlyDefined(outlines)
	return outlines
}

// onlyDefined leaves the attributes that OPML defines: what other programs
// keep in theirs is nobody's business.
func onlyDefined(outlines []opml.Outline) {
	for i := range outlines {
		outlines[i].Attrs = slices.DeleteFunc(outlines[i].Attrs, func(a opml.Attr) bool { return !opml.IsDefined(a.Name) })
		onlyDefined(outlines[i].Outlines)
	}
}

// A folder is a folder of OPML that is being filled.
type folder struct {
	outline opml.Outline
	inside  []*folder // folders, and subscriptions without anything inside
	named   map[string]*folder
}

// subscriptions returns the wanted sources as outlines in the folders of their
// categories. A source whose categories have none stands outside.
func subscriptions(cfg *config.Config, want func(*config.Source) bool) []opml.Outline {
	folders := map[string][][]config.Attr{}
	for i := range cfg.Categories {
		folders[cfg.Categories[i].Term] = cfg.Categories[i].Folder
	}
	root := &folder{}
	for i := range cfg.Sources {
		s := &cfg.Sources[i]
		if !isOnWeb(s) || !want(s) {
			continue
		}
		leaf := &folder{outline: opml.Outline{Attrs: outlineOf(s)}}
		placed := map[*folder]bool{}
		for _, term := range s.Categories {
			if at := root.within(folders[term]); at != root && !placed[at] {
				placed[at] = true
				at.inside = append(at.inside, leaf)
			}
		}
		if len(placed) == 0 {
			root.inside = append(root.inside, leaf)
		}
	}
	return root.outlines()
}

// within returns the folder below f with that path, made if it lacks.
func (f *folder) within(path [][]config.Attr) *folder {
	for _, attrs := range path {
		outline := opml.Outline{Attrs: opmlAttrs(attrs)}
		name := outline.Name()
		next := f.named[name]
		if next == nil {
			next = &folder{outline: outline}
			if f.named == nil {
				f.named = map[string]*folder{}
			}
			f.named[name] = next
			f.inside = append(f.inside, next)
		}
		f = next
	}
	return f
}

func (f *folder) outlines() []opml.Outline {
	var out []opml.Outline
	for _, in := range f.inside {
		o := in.outline
		o.Outlines = in.outlines()
		out = append(out, o)
	}
	return out
}

func opmlAttrs(attrs []config.Attr) []opml.Attr {
	out := make([]opml.Attr, 0, len(attrs))
	for _, a := range attrs {
		out = append(out, opml.Attr(a))
	}
	return out
}

// outlineOf returns a source's attributes. A page that only we can read as a
// feed is a link.
func outlineOf(s *config.Source) []opml.Attr {
	attrs := opmlAttrs(s.Outline)
	if opml.Name(attrs) == "" {
		if _, ok := opml.Get(attrs, "text"); !ok {
			attrs = slices.Insert(attrs, 0, opml.Attr{Name: "text", Value: string(s.ID)})
		}
	}
	if s.Kind == "feed" {
		return append(attrs, opml.Attr{Name: "xmlUrl", Value: s.URL})
	}
	attrs = slices.DeleteFunc(attrs, func(a opml.Attr) bool { return a.Name == "type" || a.Name == "url" })
	return append(attrs, opml.Attr{Name: "type", Value: "link"}, opml.Attr{Name: "url", Value: s.URL})
}

func isOnWeb(s *config.Source) bool {
	scheme, _, _ := strings.Cut(s.URL, ":")
	return strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")
}

// isPublic reports whether anybody may know of a source: nothing is needed to
// read it, its address is one of the web's, and holds nothing that looks like a
// secret.
func isPublic(s *config.Source) bool {
	u, err := url.Parse(s.URL)
	if err != nil || s.Unlisted || len(feed.URLSecrets(s.URL)) > 0 || s.Request != nil && needsSecret(s.Request) || !config.IsPublicHost(u.Hostname()) {
		return false
	}
	return !slices.Contains(strings.Split(strings.ToLower(u.Path), "/"), "private")
}

func needsSecret(q *config.Request) bool {
	return q.Username != "" || q.Password != "" || q.Bearer != "" || len(q.SecretHeaders) > 0
}
