package bolt

import (
	"tributary/feed"
)

// The tags of a feed's metadata.
const (
	feedID = iota + 1
	feedLanguage
	feedLogo
	feedIcon
	feedGenerator
	feedTitle
	feedSubtitle
	feedRights
	feedLink
	feedAuthor
	feedCategory
	feedPublished
	feedUpdated
)

func encodeFeed(f *feed.Feed) []byte {
	w := newFieldWriter(256)
	w.text(feedID, f.ID)
	w.text(feedLanguage, f.Language)
	w.text(feedLogo, f.Logo)
	w.text(feedIcon, f.Icon)
	w.text(feedGenerator, f.Generator)
	w.construct(feedTitle, f.Title)
	w.construct(feedSubtitle, f.Subtitle)
	w.construct(feedRights, f.Rights)
	for _, l := range f.Links {
		w.link(feedLink, l)
	}
	for _, p := range f.Authors {
		w.person(feedAuthor, p)
	}
	for _, c := range f.Categories {
		w.category(feedCategory, c)
	}
	w.time(feedPublished, f.Published)
	w.time(feedUpdated, f.Updated)
	return w.b
}

func decodeFeed(value string) (f feed.Feed, err error) {
	r := readFields(value)
	for r.next() {
		switch r.tag {
		case feedID:
			f.ID = r.text
		case feedLanguage:
			f.Language = r.text
		case feedLogo:
			f.Logo = r.text
		case feedIcon:
			f.Icon = r.text
		case feedGenerator:
			f.Generator = r.text
		case feedTitle:
			f.Title = r.construct()
		case feedSubtitle:
			f.Subtitle = r.construct()
		case feedRights:
			f.Rights = r.construct()
		case feedLink:
			f.Links = append(f.Links, r.link())
		case feedAuthor:
			f.Authors = append(f.Authors, r.person())
		case feedCategory:
			f.Categories = append(f.Categories, r.category())
		case feedPublished:
			f.Published = r.time()
		case feedUpdated:
			f.Updated = r.time()
		}
	}
	return f, r.err
}
