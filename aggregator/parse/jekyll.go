package parse

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/internal/lazy"
)

// jekyllKind reads a folder of posts as the site generator Jekyll keeps them:
// YYYY-MM-DD-slug.md or .html, in the folder itself or in folders named
// _posts, with YAML front matter. Drafts and what else is there are ignored;
// _config.yml, if there is one, says what the feed is.
var jekyllKind = Kind{
	Schemes: []string{"file"},
	Opaque:  true,
	New:     func(feed.Options) (Parser, error) { return jekyllParser{}, nil },
}

type jekyllParser struct{}

// maxFolderNotes bounds what is said of one folder.
const maxFolderNotes = 100

// Parse gives one item a post, the newest first. A post that cannot be read
// is noted and left out.
func (jekyllParser) Parse(doc *fetch.Document) (*Feed, error) {
	r := folderReader{feed: &Feed{Format: "jekyll", Charset: "utf-8"}}
	r.configure(doc.Files)
	posts := r.posts(doc)
	if len(posts) == 0 && doc.Files == nil {
		return nil, &Error{Reason: "this is no Jekyll post", Hint: "posts are files named like 2022-02-11-some-words.md"}
	}
	if len(posts) == 0 {
		return nil, &Error{Reason: "the folder holds no Jekyll posts", Hint: "posts are files named like 2022-02-11-some-words.md, in the folder or in its _posts"}
	}
	identify(posts)
	for i := len(posts) - 1; i >= 0; i-- {
		r.read(&posts[i])
	}
	return r.feed, nil
}

// A folderReader gathers what a folder says.
type folderReader struct {
	feed *Feed
	zone *time.Location // of dates that name none; nil: unknown
}

func (r *folderReader) note(file string, line int, format string, args ...any) {
	if len(r.feed.Notes) == maxFolderNotes {
		r.feed.Notes = append(r.feed.Notes, "more of the folder's files have something wrong")
	}
	if len(r.feed.Notes) > maxFolderNotes {
		return
	}
	if line > 0 {
		file = fmt.Sprintf("%s:%d", file, line)
	}
	r.feed.Notes = append(r.feed.Notes, file+": "+fmt.Sprintf(format, args...))
}

// configure takes from _config.yml what describes the site.
func (r *folderReader) configure(files []fetch.File) {
	i := slices.IndexFunc(files, func(f fetch.File) bool { return f.Name == "_config.yml" || f.Name == "_config.yaml" })
	if i < 0 {
		return
	}
	site, err := readMatter(postText(files[i].Body))
	if err != nil {
		r.noteMatter(files[i].Name, 0, err, "ignored")
		return
	}
	r.feed.Title.Body = site.get("title", "name")
	r.feed.Subtitle.Body = site.get("description", "subtitle", "tagline")
	r.feed.Language = site.get("lang", "locale", "language")
	r.feed.Authors = persons(site.fields["author"])
	if home := site.get("url"); strings.Contains(home, "://") {
		r.feed.Base = strings.TrimRight(home, "/") + "/" + strings.TrimLeft(site.get("baseurl"), "/")
		r.feed.Links = []Link{{Link: feed.Link{Href: r.feed.Base, Rel: feed.RelAlternate}}}
	}
	if zone := site.get("timezone"); zone != "" {
		if r.zone, err = time.LoadLocation(zone); err != nil {
			r.note(files[i].Name, site.fields["timezone"].line, "unknown time zone %q: dates without an offset are read as UTC", zone)
		}
	}
}

// noteMatter says what is wrong with the YAML that starts behind a file's
// first so many lines.
func (r *folderReader) noteMatter(file string, before int, err error, outcome string) {
	line := 0
	var at *matterError
	if errors.As(err, &at) && at.line > 0 {
		line = at.line + before
	}
	r.note(file, line, "%v; %s", err, outcome)
}

// A post is one file of the folder.
type post struct {
	file       string
	body       []byte
	date, slug string   // of the file's name
	isHTML     bool     // else Markdown
	folders    []string // those above _posts, which Jekyll takes for categories
	id         string
}

// postName is Jekyll's own pattern, with a year of four digits.
var postName = lazy.Regexp(`(?i)^(\d{4}-\d{1,2}-\d{1,2})-(.+)\.(md|markdown|mkdown|mkdn|mkd|html|htm)$`)

// posts returns the folder's posts, or the one that the document is, oldest
// first.
func (r *folderReader) posts(doc *fetch.Document) []post {
	files := doc.Files
	if files == nil {
		files = []fetch.File{{Name: path.Base(doc.URL), Body: doc.Body}}
	}
	var out []post
	for _, f := range files {
		dir, base := path.Split(f.Name)
		folders, ok := postFolders(dir)
		parts := postName().FindStringSubmatch(base)
		if !ok || parts == nil {
			continue
		}
		date, err := time.Parse("2006-1-2", parts[1])
		if err != nil {
			r.note(f.Name, 0, "the file's name holds no date of the calendar; left out")
			continue
		}
		isHTML := strings.HasPrefix(strings.ToLower(parts[3]), "h")
		out = append(out, post{file: f.Name, body: f.Body, date: date.Format(time.DateOnly), slug: parts[2], isHTML: isHTML, folders: folders})
	}
	slices.SortStableFunc(out, func(a, b post) int {
		return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.file, b.file))
	})
	return out
}

// postFolders returns the folders above _posts, and whether posts belong here.
func postFolders(dir string) ([]string, bool) {
	parts := strings.FieldsFunc(dir, func(r rune) bool { return r == '/' })
	at := slices.Index(parts, "_posts")
	for _, p := range parts {
		if strings.HasPrefix(p, ".") || strings.HasPrefix(p, "_") && p != "_posts" {
			return nil, false
		}
	}
	return parts[:max(0, at)], true
}

// identify gives posts, oldest first, their identity: the slug, which outlives a
// change of the date. Of those that share it the oldest has it, others are
// named by their date too, or by the whole path.
func identify(posts []post) {
	taken := make(map[string]bool, len(posts))
	for i := range posts {
		p := &posts[i]
		for _, id := range []string{p.slug, p.date + "-" + p.slug, p.file} {
			if !taken[id] {
				p.id = id
				break
			}
		}
		taken[p.id] = true
	}
}
