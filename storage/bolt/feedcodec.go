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
	feedGeneratorURI
	feedGeneratorVersion
	feedContributor
)

// entryFromFeed is far from the other tags of an entry, as entryOriginal is.
const entryFromFeed = 81

func (w *fieldWriter) fromFeed(f *feed.Feed) {
	if f != nil {
		w.bytes(entryFromFeed, encodeFeed(f))
	}
}

func (r *fieldReader) fromFeed() *feed.Feed {
	f, err := decodeFeed(r.text)
	if err != nil {
		r.err = err
	}
	return &f
}

func encodeFeed(f *feed.Feed) []byte {
	w := newFieldWriter(256)
	w.text(feedID, f.ID)
	w.text(feedLanguage, f.Language)
	w.text(feedLogo, f.Logo)
	w.text(feedIcon, f.Icon)
	w.text(feedGenerator, f.Generator.Name)
	w.text(feedGeneratorURI, f.Generator.URI)
	w.text(feedGeneratorVersion, f.Generator.Version)
	w.construct(feedTitle, f.Title)
	w.construct(feedSubtitle, f.Subtitle)
	w.construct(feedRights, f.Rights)
	for _, l := range f.Links {
		w.link(feedLink, l)
	}
	for _, p := range f.Authors {
		w.person(feedAuthor, p)
	}
	for _, p := range f.Contributors {
		w.person(feedContributor, p)
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
			f.Generator.Name = r.text
		case feedGeneratorURI:
			f.Generator.URI = r.text
		case feedGeneratorVersion:
			f.Generator.Version = r.text
		case feedContributor:
			f.Contributors = append(f.Contributors, r.person())
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
