package render

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/feed"
)

const itunesNS = "http://www.itunes.com/dtds/podcast-1.0.dtd"

// A Podcast is what a category that is a show says of itself in RSS.
type Podcast struct {
	Author     string
	OwnerName  string
	OwnerEmail string
	Image      string // URL
	Category   string // of Apple's list
	Within     string // one of those within Category; empty: none
	Explicit   bool
	Serial     bool // heard from the first episode on; else from the newest
}

// A show is a channel's part of the vocabularies of podcasts.
type show struct {
	Author   string        `xml:"itunes:author,omitempty"`
	Type     string        `xml:"itunes:type"`
	Owner    *showOwner    `xml:"itunes:owner"`
	Image    *showImage    `xml:"itunes:image"`
	Category *showCategory `xml:"itunes:category"`
	Explicit bool          `xml:"itunes:explicit"`
	GUID     string        `xml:"podcast:guid"`
	Medium   string        `xml:"podcast:medium"`
}

type showOwner struct {
	Name  string `xml:"itunes:name,omitempty"`
	Email string `xml:"itunes:email"`
}

type showImage struct {
	Href string `xml:"href,attr"`
}

type showCategory struct {
	Text   string        `xml:"text,attr"`
	Within *showCategory `xml:"itunes:category"`
}

// An episode is an item's.
type episode struct {
	Author   string     `xml:"itunes:author,omitempty"`
	Image    *showImage `xml:"itunes:image"`
	Duration string     `xml:"itunes:duration,omitempty"`
	Season   string     `xml:"itunes:season,omitempty"`
	Number   string     `xml:"itunes:episode,omitempty"`
	Explicit string     `xml:"itunes:explicit,omitempty"`

	Transcripts []episodeFile `xml:"podcast:transcript"`
	Chapters    *episodeFile  `xml:"podcast:chapters"`
}

// An episodeFile is what goes with a recording.
type episodeFile struct {
	URL      string `xml:"url,attr"`
	Type     string `xml:"type,attr"`
	Language string `xml:"language,attr,omitempty"`
}

// showSpace is the namespace by which the podcast guid of a feed is made of
// its address (Podcasting 2.0, guid).
var showSpace = uuid.MustParse("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")

func showGUID(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return uuid.NewSHA1(showSpace, []byte(strings.TrimRight(rest, "/"))).String()
}

func newShow(p *Podcast, address string) *show {
	s := &show{
		Author: legal(p.Author), Type: "episodic", Explicit: p.Explicit, GUID: showGUID(address), Medium: "podcast",
		Owner: &showOwner{Name: legal(p.OwnerName), Email: p.OwnerEmail}, Category: &showCategory{Text: p.Category},
	}
	if p.Within != "" {
		s.Category.Within = &showCategory{Text: p.Within}
	}
	if p.Serial {
		s.Type = "serial"
	}
	if image := webURL(p.Image); image != "" {
		s.Image = &showImage{Href: image}
	}
	return s
}

func newEpisode(it *item) *episode {
	e := &episode{Season: positive(it.Season), Number: positive(it.Episode)}
	if r := it.rated(); r != nil {
		e.Explicit = strconv.FormatBool(*r)
	}
	if it.Duration >= time.Second {
		e.Duration = strconv.FormatInt(int64(it.Duration/time.Second), 10)
	}
	if it.picture != "" {
		e.Image = &showImage{Href: it.picture}
	}
	e.Author = it.showAuthor()
	e.Transcripts, e.Chapters = episodeFiles(it.Links)
	return e
}

// showAuthor returns whose episode it is: of one without an author, that of the
// show that it is from. Apps would take the category's for it.
func (it *item) showAuthor() string {
	authors := it.authors
	if len(authors) == 0 && it.source != nil {
		authors = append(people(it.source.Feed.Authors), feed.Person{Name: unmarked(legal(it.source.Name))})
	}
	if len(authors) == 0 {
		return ""
	}
	return authors[0].Name
}

// episodeFiles returns transcripts and chapters of the kinds that there are
// (Podcasting 2.0). The type of chapters is always the one of JSON chapters.
func episodeFiles(links []feed.Link) (transcripts []episodeFile, chapters *episodeFile) {
	for _, l := range links {
		f := episodeFile{URL: webURL(l.Href), Type: strings.ToLower(legal(l.Type)), Language: language(l.HrefLang)}
		switch {
		case f.URL == "":
		case l.Rel == feed.RelTranscript && slices.Contains(transcriptTypes, f.Type):
			transcripts = append(transcripts, f)
		case l.Rel == feed.RelChapters && chapters == nil && (f.Type == chaptersType || f.Type == "application/json"):
			chapters = &episodeFile{URL: f.URL, Type: chaptersType}
		}
	}
	return transcripts, chapters
}

const chaptersType = "application/json+chapters"

var transcriptTypes = []string{"text/plain", "text/html", "text/vtt", "application/json", "application/x-subrip", "application/srt", "text/srt"}

// playable are the endings of files that podcast apps play.
var playable = []string{".mp3", ".m4a", ".mp4", ".m4v", ".mov", ".aac", ".m4b", ".pdf", ".epub"}

// playableFirst returns enclosures with the first that podcast apps play
// before the others: RSS has room for one.
func playableFirst(enclosures []feed.Link) []feed.Link {
	i := slices.IndexFunc(enclosures, func(l feed.Link) bool {
		u, err := url.Parse(l.Href)
		return err == nil && slices.Contains(playable, strings.ToLower(path.Ext(u.Path)))
	})
	if i <= 0 {
		return enclosures
	}
	out := append([]feed.Link{enclosures[i]}, enclosures[:i]...)
	return append(out, enclosures[i+1:]...)
}
