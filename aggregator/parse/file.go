package parse

import (
	"fmt"
	"net/url"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

// fileKind reads feeds from the file system: one, or all in a folder.
var fileKind = Kind{
	Schemes: []string{"file"},
	New:     func(feed.Options) (Parser, error) { return fileParser{}, nil },
}

type fileParser struct{}

// Parse reads a folder as one feed: the first document says what the feed is,
// all give entries. What holds no feed is noted, unless nothing does.
func (fileParser) Parse(doc *fetch.Document) (*Feed, error) {
	if doc.Files == nil {
		return feedParser{}.Parse(doc)
	}
	base := baseOf(doc)
	var all *Feed
	var refused error
	var notes []string
	for _, file := range doc.Files {
		f, err := document(file.Body, "", within(base, file.Name))
		if err != nil {
			refused = err
			notes = append(notes, fmt.Sprintf("%s: %v", file.Name, err))
			continue
		}
		for _, n := range f.Notes {
			notes = append(notes, fmt.Sprintf("%s: %s", file.Name, n))
		}
		all = join(all, f)
	}
	if all == nil {
		return nil, noFeeds(len(doc.Files), refused)
	}
	all.Notes = notes
	return all, nil
}

func noFeeds(files int, refused error) error {
	if files == 0 {
		return &Error{Reason: "the folder is empty", Hint: "put feed documents in it"}
	}
	return &Error{Reason: fmt.Sprintf("none of the folder's %d documents holds a feed; of the last: %v", files, refused), Err: refused}
}

// within returns the URL of a file in the folder at base.
func within(base *url.URL, name string) *url.URL {
	if base == nil {
		return nil
	}
	return base.JoinPath(name)
}

// Append appends the items of a further document, with what they inherit.
func (f *Feed) Append(more *Feed) {
	f.Notes = append(f.Notes, more.Notes...)
	join(f, more)
}

// join appends the items of f to those of all, with what they inherit.
func join(all, f *Feed) *Feed {
	for i := range f.Items {
		it := &f.Items[i]
		it.Base = first(it.Base, f.Base)
		it.Language = first(it.Language, f.Language)
		if len(it.Authors) == 0 {
			it.Authors = f.Authors
		}
	}
	if all == nil {
		return f
	}
	all.Items = append(all.Items, f.Items...)
	return all
}
