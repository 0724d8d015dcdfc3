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
// The store is read twice, in memory of some hundred bytes an entry.
func (p *Publisher) ExportJekyll(ctx context.Context, dir string, j *render.Jekyll) (Report, error) {
	t, err := openTree(dir)
	if err != nil {
		return Report{}, err
	}
	x := jekyllExport{Publisher: p, jekyll: j, tree: t}
	if err := x.write(ctx); err != nil {
		t.abandon()
		return t.report, err
	}
	return t.close()
}

type jekyllExport struct {
	*Publisher
	jekyll *render.Jekyll
	tree   *tree
	owners map[uint64]uint64 // a post's name to the oldest entry that would have it
}

func (x *jekyllExport) write(ctx context.Context) error {
	if err := x.claimNames(ctx); err != nil {
		return err
	}
	for e, err := range x.store.Entries(ctx, storage.Query{}) {
		if err == nil {
			err = x.post(e)
		}
		if err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, c := range x.categories {
		var page bytes.Buffer
		if err := x.jekyll.CategoryPage(&page, c); err != nil {
			return err
		}
		if err := x.tree.put(render.JekyllCategoryFile(c.Term), page.Bytes()); err != nil {
			return err
		}
	}
	return x.surroundings()
}

// claimNames settles whose a name is that several entries would have: the
// oldest's, so that it stays when another one comes.
func (x *jekyllExport) claimNames(ctx context.Context) error {
	x.owners = map[uint64]uint64{}
	for e, err := range x.store.Entries(ctx, storage.Query{}) {
		if err != nil {
			return err
		}
		name, err := x.name(&e)
		if err != nil {
			return err
		}
		x.owners[nameKey(name)] = shortID(&e)
	}
	return ctx.Err()
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

func shortID(e *feed.Entry) uint64 { return binary.BigEndian.Uint64(e.ID[:]) }

// file returns the path of the entry's post, which no other entry has.
func (x *jekyllExport) file(e *feed.Entry) (string, error) {
	name, err := x.name(e)
	if err != nil {
		return "", err
	}
	if owner, claimed := x.owners[nameKey(name)]; claimed && owner != shortID(e) {
		name += "-" + e.ID.String()[:8]
	}
	if x.tree.has("_posts/" + name + ".md") {
		name += "-" + e.ID.String()
	}
	return "_posts/" + name + ".md", nil
}

func (x *jekyllExport) post(e feed.Entry) error {
	if !x.isPublished(&e) {
		return nil
	}
	file, err := x.file(&e)
	if err != nil {
		return err
	}
	var post bytes.Buffer
	page := render.Page{Site: x.set.Site, Categories: x.categories, Entries: []feed.Entry{e}}
	if err := x.jekyll.Post(&post, &page); err != nil {
		return err
	}
	return x.tree.put(file, post.Bytes())
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

// surroundings writes the layouts, the style, the home page and the
// configuration. A file that the user has is left alone like any other.
func (x *jekyllExport) surroundings() error {
	err := fs.WalkDir(jekyllFiles, "jekyllsite", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := jekyllFiles.ReadFile(path)
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(path, "jekyllsite/")
		if name == "_layouts/post.html" {
			name = "_layouts/" + x.jekyll.Layout() + ".html"
		}
		return x.tree.put(name, data)
	})
	return errors.Join(err, x.tree.put("index.html", x.home()), x.tree.put("_config.yml", x.config()))
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
