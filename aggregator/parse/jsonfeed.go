package parse

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	gofeed "github.com/mmcdole/gofeed/json"

	"tributary/feed"
)

// readJSON reads a JSON Feed, 1.0 or 1.1.
func readJSON(s string) (*Feed, error) {
	doc, notes, err := jsonDocument(s)
	if err != nil {
		return nil, err
	}
	version := strings.TrimPrefix(doc.Version, "https://jsonfeed.org/version/")
	version = strings.TrimPrefix(version, "http://jsonfeed.org/version/")
	if doc.Items == nil && doc.Version == "" {
		return nil, &Error{Reason: "this is JSON, but no JSON Feed: it has neither version nor items",
			Hint: "jsonfeed.org has the format"}
	}
	if version == "" || len(version) > 8 {
		version = "1"
	}
	f := &Feed{Format: "json" + version, Language: clean(doc.Language), Logo: clean(doc.Icon), Icon: clean(doc.Favicon), Notes: notes}
	f.Title = plainText(doc.Title)
	f.Subtitle = plainText(doc.Description)
	f.Links = jsonLink(f.Links, doc.HomePageURL, feed.RelAlternate)
	f.Links = jsonLink(f.Links, doc.FeedURL, feed.RelSelf)
	for _, hub := range jsonHubs(s) {
		f.Links = jsonLink(f.Links, hub, feed.RelHub)
	}
	f.Authors = jsonAuthors(doc.Author, doc.Authors)
	if len(doc.Items) > maxItems {
		f.Notes = append(f.Notes, fmt.Sprintf("only the first %d entries are read", maxItems))
		doc.Items = doc.Items[:maxItems]
	}
	for _, it := range doc.Items {
		if it != nil {
			f.Items = append(f.Items, jsonItem(it))
		}
	}
	return f, nil
}

// jsonDocument reads s as it is, or mended.
func jsonDocument(s string) (*gofeed.Feed, []string, error) {
	doc, err := new(gofeed.Parser).Parse(strings.NewReader(s))
	if err == nil {
		return doc, nil, nil
	}
	mended, note := mendJSON(s)
	if note != "" {
		if doc, again := new(gofeed.Parser).Parse(strings.NewReader(mended)); again == nil {
			return doc, []string{note}, nil
		}
	}
	line := 0
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line = 1 + strings.Count(s[:min(int(syntax.Offset), len(s))], "\n")
	}
	return nil, nil, &Error{Reason: fmt.Sprintf("this is no JSON Feed: %v", err), Line: line, Err: err}
}

func jsonItem(it *gofeed.Item) Item {
	to := Item{ID: strings.TrimSpace(clean(it.ID)), Language: clean(it.Language), Title: plainText(it.Title),
		Summary: plainText(it.Summary), Published: it.DatePublished, Updated: it.DateModified}
	switch {
	case it.ContentHTML != "":
		to.Content = Text{Type: feed.TextHTML, Body: clean(it.ContentHTML)}
	default:
		to.Content = plainText(it.ContentText)
	}
	to.Links = jsonLink(to.Links, it.URL, feed.RelAlternate)
	if external := it.ExternalURL; external != "" && it.URL == "" {
		to.Links = jsonLink(to.Links, external, feed.RelAlternate)
	} else {
		to.Links = jsonLink(to.Links, external, feed.RelRelated)
	}
	if it.Attachments != nil {
		for _, a := range *it.Attachments {
			to.Links = addLink(to.Links, Link{Link: feed.Link{Href: clean(a.URL), Rel: feed.RelEnclosure, Type: clean(a.MimeType),
				Title: clean(a.Title), Length: max(a.SizeInBytes, 0)}})
		}
	}
	to.Image.Href = strings.TrimSpace(clean(first(it.Image, it.BannerImage)))
	to.Duration = jsonDuration(it)
	to.Authors = jsonAuthors(it.Author, it.Authors)
	for _, tag := range it.Tags {
		to.Categories = addCategory(to.Categories, feed.Category{Term: clean(tag)})
	}
	return to
}

// jsonDuration returns how long the first attachment with a length is.
func jsonDuration(it *gofeed.Item) string {
	if it.Attachments == nil {
		return ""
	}
	for _, a := range *it.Attachments {
		if a.DurationInSeconds > 0 {
			return strconv.FormatInt(a.DurationInSeconds, 10)
		}
	}
	return ""
}

func jsonLink(out []Link, href, rel string) []Link {
	return addLink(out, Link{Link: feed.Link{Href: strings.TrimSpace(clean(href)), Rel: rel}})
}

// jsonAuthors reads authors, and the author of version 1.0 where there are
// none.
func jsonAuthors(one *gofeed.Author, many []*gofeed.Author) []feed.Person {
	if len(many) == 0 {
		many = []*gofeed.Author{one}
	}
	var out []feed.Person
	for _, a := range many {
		if a == nil || a.Name == "" && a.URL == "" {
			continue
		}
		p := feed.Person{Name: clean(a.Name), URI: clean(a.URL)}
		if mail, ok := strings.CutPrefix(p.URI, "mailto:"); ok {
			p.URI, p.Email = "", mail
		}
		out = addPerson(out, p)
	}
	return out
}

func plainText(s string) Text { return Text{Type: feed.TextPlain, Body: strings.TrimSpace(clean(s))} }

// jsonHubs returns the WebSub hubs that a JSON Feed names, which gofeed passes
// over.
func jsonHubs(s string) []string {
	if !strings.Contains(s, `"hubs"`) {
		return nil
	}
	var doc struct {
		Hubs []struct{ Type, URL string }
	}
	if json.Unmarshal([]byte(s), &doc) != nil {
		return nil // a mended document's hubs are not worth a second try
	}
	var urls []string
	for _, h := range doc.Hubs[:min(len(doc.Hubs), maxHubs)] {
		if strings.EqualFold(h.Type, "websub") || strings.EqualFold(h.Type, "pubsubhubbub") {
			urls = append(urls, h.URL)
		}
	}
	return urls
}

const maxHubs = 10
