package validatecmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"tributary/validator"
	"tributary/validator/xmltext"
)

// A target is one document to judge.
type target struct {
	name string
	kind targetKind
	err  error // why it cannot be judged
}

type targetKind uint8

const (
	aFile targetKind = iota
	anAddress
	standardInput
)

// feedEndings are the names of files that folders are searched for.
var feedEndings = []string{".xml", ".rss", ".atom", ".rdf", ".json", ".opml"}

// expand calls each for every document that an argument names.
func (v *validation) expand(arg string, each func(target) error) error {
	switch info, err := os.Stat(arg); {
	case arg == "-":
		return each(target{name: cmp.Or(v.name, "<stdin>"), kind: standardInput})
	case isAddress(arg):
		return v.withFeeds(target{name: arg, kind: anAddress}, each)
	case err == nil && info.IsDir():
		return v.walk(arg, "", each)
	case err == nil:
		return v.withFeeds(target{name: arg}, each)
	case strings.ContainsAny(arg, "*?["):
		return v.walk(globRoot(arg), filepath.ToSlash(filepath.Clean(arg)), each)
	default:
		return each(target{name: arg, err: readable(err)})
	}
}

func isAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// readable leaves the path out of an error that is told beside it.
func readable(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// globRoot returns the folder above the first pattern.
func globRoot(pattern string) string {
	dir := pattern
	for strings.ContainsAny(dir, "*?[") {
		dir = filepath.Dir(dir)
	}
	return dir
}

// walk calls each for the files below a folder: those a pattern fits, or those
// that look like feeds.
func (v *validation) walk(root, pattern string, each func(target) error) error {
	var fits *regexp.Regexp
	if pattern != "" {
		fits = globPattern(pattern)
	}
	found := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			found++
			return each(target{name: path, err: readable(err)})
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != root:
			return filepath.SkipDir
		case d.IsDir(), fits != nil && !fits.MatchString(filepath.ToSlash(path)), fits == nil && !slices.Contains(feedEndings, strings.ToLower(filepath.Ext(path))):
			return nil
		}
		found++
		return v.withFeeds(target{name: path}, each)
	})
	if err == nil && found == 0 && !v.optional {
		return each(target{name: cmp.Or(pattern, root), err: errors.New("no feed was found: folders are searched for " + strings.Join(feedEndings, ", "))})
	}
	return err
}

// globPattern turns a glob into a regular expression; ** goes through folders.
func globPattern(glob string) *regexp.Regexp {
	var b strings.Builder
	b.WriteByte('^')
	for i := 0; i < len(glob); i++ {
		switch rest := glob[i:]; {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(rest, "**"):
			b.WriteString(".*")
			i++
		case rest[0] == '*':
			b.WriteString("[^/]*")
		case rest[0] == '?':
			b.WriteString("[^/]")
		default:
			b.WriteString(regexp.QuoteMeta(rest[:1]))
		}
	}
	b.WriteByte('$')
	return regexp.MustCompile(b.String())
}

// withFeeds calls each for a document, and for the feeds it lists if it is an
// OPML document and they were asked for.
func (v *validation) withFeeds(t target, each func(target) error) error {
	if err := each(t); err != nil || !v.feeds || t.kind != aFile {
		return err
	}
	f, err := os.Open(t.name)
	if err != nil {
		return nil //nolint:nilerr // the document itself says so
	}
	defer func() { _ = f.Close() }()
	for _, address := range listedFeeds(f) {
		if err := each(target{name: address, kind: anAddress}); err != nil {
			return err
		}
	}
	return nil
}

// maxListed bounds the feeds that are taken of one OPML document.
const maxListed = 10_000

// listedFeeds returns the feeds of an OPML document, none when it is another.
func listedFeeds(r io.Reader) []string {
	scan, out, opml := xmltext.NewScanner(io.LimitReader(r, 64<<20)), []string(nil), false
	defer scan.Close()
	var entities xmltext.Entities
	for len(out) < maxListed {
		t := scan.Next()
		switch {
		case t.Kind == xmltext.EOF || t.Kind == xmltext.Failed:
			return out
		case t.Kind != xmltext.Start:
			continue
		case !opml && string(t.Name) != "opml":
			return nil
		}
		opml = true
		for _, a := range t.Attrs {
			if strings.EqualFold(string(a.Name), "xmlUrl") {
				if u, err := entities.DecodeValue(a.Value); err == nil && isAddress(u) && !slices.Contains(out, u) {
					out = append(out, u)
				}
			}
		}
	}
	return out
}

// open returns a document to judge.
func (v *validation) open(ctx context.Context, t target, in io.Reader, j *judged) (validator.Document, error) {
	doc := validator.Document{Name: t.name, URL: v.url, ContentType: v.contentType}
	switch t.kind {
	case anAddress:
		return v.fetch(ctx, t.name, j)
	case standardInput:
		return doc, v.spool(in, &doc, j)
	}
	f, err := os.Open(t.name)
	if err != nil {
		return doc, readable(err)
	}
	doc.Body, j.Source, j.closer = f, f, f
	return doc, nil
}

// inMemory is how much of standard input is kept in memory, in bytes. What is
// longer goes to a temporary file: a report shows the lines it is about.
const inMemory = 4 << 20

// spool reads a document that can be read once only.
func (v *validation) spool(in io.Reader, doc *validator.Document, j *judged) error {
	in = io.LimitReader(in, cmp.Or(v.maxSize, 1<<30)+1) // one more, so that the limit is noticed
	head, err := io.ReadAll(io.LimitReader(in, inMemory))
	if err != nil {
		return err
	}
	if len(head) < inMemory {
		doc.Body, j.Source = bytes.NewReader(head), bytes.NewReader(head)
		return nil
	}
	f, err := os.CreateTemp("", "tributary-validate-*")
	if err != nil {
		return err
	}
	_ = os.Remove(f.Name()) // it lives until it is closed
	if _, err := io.Copy(f, io.MultiReader(bytes.NewReader(head), in)); err != nil {
		_ = f.Close()
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		_ = f.Close()
		return err
	}
	doc.Body, j.Source, j.closer = f, f, f
	return nil
}
