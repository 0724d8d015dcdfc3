package publisher

import (
	"bytes"
	"context"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"iter"
	"net/url"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// ExportJekyll writes the entries of the site's categories as posts for the
// site generator Jekyll, with a page for each category and, where the folder
// has none of its own, the layouts, the style and the configuration that
// Jekyll needs to build them. Unchanged files are not touched, posts that are
// no longer published go, and files that are not ours, or were edited, stay
// as they are.
//
// As BuildTo, it renders what has changed since the last time. When a post
// comes, goes or may be called otherwise, the names of all posts are worked out,
// in memory of some hundred bytes an entry.
func (p *Publisher) ExportJekyll(ctx context.Context, to Output, j *render.Jekyll) (Report, error) {
	x := &jekyllExport{Publisher: p, jekyll: j}
	return p.write(ctx, to, "jekyll "+j.Fingerprint(), []kind{x.posts, x.categoryPages, x.surroundings})
}

type jekyllExport struct {
	*Publisher
	jekyll *render.Jekyll
}

// A post is an entry with the name of its file.
type post struct {
	id   feed.EntryID
	name string // without its extension
}

func (p *post) owner() uint64 { return binary.BigEndian.Uint64(p.id[:]) }

func (p *post) path() string { return "_posts/" + p.name + ".md" }

// posts are the posts that have changed, or whose files had another entry's
// post, and those that are posts no more.
func (x *jekyllExport) posts(ctx context.Context, b *build) iter.Seq2[job, error] {
	return func(yield func(job, error) bool) {
		if same, known, err := x.sameNames(ctx, b); err != nil {
			yield(job{}, err)
			return
		} else if known {
			for i := range same {
				if !yield(x.post(&same[i]), nil) {
					return
				}
			}
			return
		}
		posts, err := x.named(ctx, b)
		if err != nil {
			yield(job{}, err)
			return
		}
		stays := make(map[uint64]bool, len(posts))
		for i := range posts {
			p := &posts[i]
			stays[pathKey(p.path())] = true
			if (b.touched.entry(p.id) || b.out.ownerOf(p.path()) != p.owner()) && !yield(x.post(p), nil) {
				return
			}
		}
		left, err := b.out.owned(stays)
		if err != nil {
			yield(job{}, err)
			return
		}
		for _, path := range left {
			if !yield(job{path: path, make: gone}, nil) {
				return
			}
		}
	}
}

func gone(context.Context, *bytes.Buffer) error { return errNoPage }

// named returns all posts, each with a name that no other has. A name that
// several entries would have is the oldest's, so that it stays when another
// one comes.
func (x *jekyllExport) named(ctx context.Context, b *build) ([]post, error) {
	owners := map[uint64]uint64{} // of names
	var posts []post
	for e, err := range x.store.Entries(ctx, storage.Query{}) {
		if err != nil {
			return nil, fmt.Errorf("read the entries: %w", err)
		}
		name, err := x.name(&e)
		if err != nil {
			return nil, err
		}
		p := post{e.ID, name}
		owners[nameKey(name)] = p.owner()
		if x.isPublished(&e) {
			posts = append(posts, p)
		}
	}
	taken := make(map[string]bool, len(posts))
	for i := range posts {
		p := &posts[i]
		if owners[nameKey(p.name)] != p.owner() {
			p.name += "-" + p.id.String()[:8]
		}
		if taken[p.name] {
			p.name += "-" + p.id.String()
		}
		taken[p.name] = true
	}
	return posts, ctx.Err()
}

// name returns the name of the post's file without its extension.
func (x *jekyllExport) name(e *feed.Entry) (string, error) {
	slug, err := x.jekyll.Slug(e)
	if err != nil {
		return "", fmt.Errorf("[jekyll] slug: %w", err)
	}
	return e.Date().Format(time.DateOnly) + "-" + slug, nil
}

// nameKey is the same for names that a file system which ignores case takes
// for one.
func nameKey(name string) uint64 { return xxhash.Sum64String(strings.ToLower(name)) }

func (x *jekyllExport) post(p *post) job {
	id := p.id
	return job{path: p.path(), owner: p.owner(), make: func(ctx context.Context, out *bytes.Buffer) error {
		e, err := x.store.Entry(ctx, id)
		if errors.Is(err, storage.ErrNotFound) {
			return errNoPage
		}
		if err != nil {
			return fmt.Errorf("read entry %s: %w", id, err)
		}
		page := render.Page{Site: x.set.Site, Categories: x.categories, Entries: []feed.Entry{e}}
		if len(e.Also) > 0 {
			if page.Sources, err = newSources(x.store).of(ctx, &page); err != nil {
				return err
			}
		}
		return x.jekyll.Post(out, &page)
	}}
}

func (x *jekyllExport) isPublished(e *feed.Entry) bool {
	for _, c := range x.categories {
		if e.IsFiled(c.Term) {
			return true
		}
	}
	return false
}

// jekyllFiles are what a site needs beside its posts.
//
//go:embed all:jekyllsite
var jekyllFiles embed.FS

// categoryPages are the pages of categories, which nothing in the store changes.
func (x *jekyllExport) categoryPages(_ context.Context, b *build) iter.Seq2[job, error] {
	return func(yield func(job, error) bool) {
		for _, c := range x.categories {
			var page bytes.Buffer
			err := x.jekyll.CategoryPage(&page, c)
			if !b.touched.all || !yield(fixed(render.JekyllCategoryFile(c.Term), page.Bytes()), err) {
				return
			}
		}
	}
}

// surroundings are the layouts, the style, the home page and the
// configuration. A file that the user has is left alone like any other.
func (x *jekyllExport) surroundings(_ context.Context, b *build) iter.Seq2[job, error] {
	return func(yield func(job, error) bool) {
		if !b.touched.all {
			return
		}
		more := true
		err := fs.WalkDir(jekyllFiles, "jekyllsite", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := jekyllFiles.ReadFile(path)
			name := strings.TrimPrefix(path, "jekyllsite/")
			if name == "_layouts/post.html" {
				name = "_layouts/" + x.jekyll.Layout() + ".html"
			}
			if more = yield(fixed(name, data), err); !more {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil && more {
			yield(job{}, err)
			return
		}
		_ = more && yield(fixed("index.html", x.home()), nil) && yield(fixed("_config.yml", x.config()), nil)
	}
}

// home returns the site's first page: its categories and newest posts.
func (x *jekyllExport) home() []byte {
	var b bytes.Buffer
	b.WriteString("---\nlayout: default\n---\n<ul class=\"categories\">\n")
	for _, c := range x.categories {
		label := strings.ReplaceAll(html.EscapeString(c.Label), "{", "&#123;")
		path := "category/" + url.PathEscape(c.Term) + ".html"
		fmt.Fprintf(&b, "<li><a href=\"{{ '/' | relative_url }}%s\">%s</a></li>\n", path, label)
	}
	b.WriteString("</ul>\n{% include posts.html posts=site.posts %}\n")
	return b.Bytes()
}

// config returns Jekyll's configuration. Entries may be dated ahead of the
// clock, and lists show titles, no excerpts.
func (x *jekyllExport) config() []byte {
	at, base := x.set.Site.BaseURL, ""
	if u, err := url.Parse(x.set.Site.BaseURL); err == nil && u.Host != "" {
		at, base = u.Scheme+"://"+u.Host, strings.TrimRight(u.EscapedPath(), "/")
	}
	var b bytes.Buffer
	for _, line := range [][2]string{{"title", x.set.Site.Title}, {"description", x.set.Site.Description}, {"lang", x.set.Site.Language}, {"url", at}, {"baseurl", base}} {
		fmt.Fprintf(&b, "%s: %s\n", line[0], render.YAMLQuoted(line[1]))
	}
	b.WriteString("future: true\nexcerpt_separator: \"\"\n")
	return b.Bytes()
}
