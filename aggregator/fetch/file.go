package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"tributary/feed"
)

// Local fetches file: URLs of the local machine (RFC 8089): a document, or a
// folder with all documents below it.
type Local struct{ limits Limits }

// NewFile returns a fetcher for file: URLs.
func NewFile(limits Limits) *Local { return &Local{limits.WithDefaults()} }

// maxDepth bounds how far below a folder documents are looked for.
const maxDepth = 16

// Fetch reads the document or folder. Hidden files and folders are left out,
// and a link that leads out of the folder is an error.
func (f *Local) Fetch(ctx context.Context, s *feed.State) (*Document, error) {
	name, err := filePath(s.URL)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, fileError("", err)
	}
	doc := &Document{URL: s.URL}
	switch {
	case info.IsDir():
		err = f.folder(ctx, doc, name)
	case info.Mode().IsRegular():
		err = f.document(doc, name)
	default:
		err = &Error{Reason: "it is neither a file nor a folder"}
	}
	if err != nil {
		return nil, err
	}
	if doc.Digest == s.Body {
		doc.NotModified, doc.Body, doc.Files = true, nil, nil
	}
	return doc, nil
}

// filePath returns the path that a file: URL names.
func filePath(address string) (string, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "file" || u.Opaque != "" || !strings.HasPrefix(u.Path, "/"):
		return "", &Error{Reason: "the source's url is expected to be file: and an absolute path, such as file:///home/me/feeds", Err: err}
	case u.Host != "" && u.Host != "localhost":
		return "", &Error{Reason: fmt.Sprintf("the source's url names a file of another host, %q; three slashes begin a path of this one", u.Host)}
	}
	return filepath.FromSlash(u.Path), nil
}

func (f *Local) document(doc *Document, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fileError("", err)
	}
	defer file.Close() //nolint:errcheck // only read
	doc.Body, err = f.read(file, f.limits.Body)
	if errors.Is(err, errTooLong) {
		return &Error{Reason: fmt.Sprintf("the file is longer than %d bytes (max_body)", f.limits.Body), Err: err}
	}
	if err != nil {
		return fileError("", err)
	}
	if len(doc.Body) == 0 {
		return &Error{Reason: "the file is empty"}
	}
	doc.Received = int64(len(doc.Body))
	sum := sha256.Sum256(doc.Body)
	doc.Digest = feed.Digest(sum[:len(doc.Digest)])
	return nil
}

// read returns the whole file, in memory of its size.
func (f *Local) read(file fs.File, limit int64) ([]byte, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	b := buffer{make([]byte, 0, min(max(info.Size(), 0), limit)+1)}
	err = b.fill(file, limit)
	return b.b, err
}

// folder collects the documents below the folder, by name.
func (f *Local) folder(ctx context.Context, doc *Document, name string) error {
	root, err := os.OpenRoot(name)
	if err != nil {
		return fileError("", err)
	}
	defer root.Close() //nolint:errcheck // only read
	doc.Files = []File{}
	if err := f.walk(ctx, doc, root, ".", 0); err != nil {
		return err
	}
	slices.SortFunc(doc.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	doc.Digest = digestFiles(doc.Files)
	return nil
}

func (f *Local) walk(ctx context.Context, doc *Document, root *os.Root, dir string, depth int) error {
	if depth > maxDepth {
		return &Error{Reason: fmt.Sprintf("%s: folders go deeper than %d levels", dir, maxDepth)}
	}
	entries, err := f.list(root, dir)
	if err != nil {
		return fileError(dir, err)
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return &Error{Reason: "stopped while reading the folder", Err: ctx.Err()}
		}
		name := path.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
			continue
		case e.IsDir():
			err = f.walk(ctx, doc, root, name, depth+1)
		default:
			err = f.add(doc, root, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *Local) list(root *os.Root, dir string) ([]fs.DirEntry, error) {
	d, err := root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close() //nolint:errcheck // only read
	entries, err := d.ReadDir(f.limits.Files + 1)
	switch {
	case errors.Is(err, io.EOF):
		err = nil
	case len(entries) > f.limits.Files:
		err = f.tooMany()
	}
	return entries, err
}

// add appends a file of the folder. Links are followed to files inside of it;
// those to folders, devices and sockets are left out.
func (f *Local) add(doc *Document, root *os.Root, name string) error {
	info, err := root.Stat(name)
	if err != nil {
		return linkError(root, name, err)
	}
	if !info.Mode().IsRegular() {
		return nil
	}
	if len(doc.Files) == f.limits.Files {
		return f.tooMany()
	}
	file, err := root.Open(name)
	if err != nil {
		return fileError(name, err)
	}
	defer file.Close() //nolint:errcheck // only read
	body, err := f.read(file, f.limits.Body)
	if errors.Is(err, errTooLong) {
		return &Error{Reason: fmt.Sprintf("%s is longer than %d bytes (max_body)", name, f.limits.Body), Err: err}
	}
	if err != nil {
		return fileError(name, err)
	}
	doc.Files = append(doc.Files, File{Name: name, Body: body})
	if doc.Received += int64(len(body)); doc.Received > f.limits.Folder {
		return &Error{Reason: fmt.Sprintf("the folder's documents have more than %d bytes together; split it into several sources", f.limits.Folder)}
	}
	return nil
}

func (f *Local) tooMany() error {
	return &Error{Reason: fmt.Sprintf("the folder holds more than %d files; split it into several sources", f.limits.Files)}
}

// digestFiles digests names and bodies, each after its length.
func digestFiles(files []File) feed.Digest {
	d := sha256.New()
	var n []byte
	for _, file := range files {
		n = binary.BigEndian.AppendUint64(n[:0], uint64(len(file.Name)))
		n = binary.BigEndian.AppendUint64(n, uint64(len(file.Body)))
		d.Write(n)
		d.Write([]byte(file.Name))
		d.Write(file.Body)
	}
	return feed.Digest(d.Sum(nil)[:len(feed.Digest{})])
}

// linkError says that a link leads out of the folder, or nowhere.
func linkError(root *os.Root, name string, err error) error {
	info, lerr := root.Lstat(name)
	if lerr != nil || info.Mode()&fs.ModeSymlink == 0 {
		return fileError(name, err)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{Reason: fmt.Sprintf("%s is a link to a file that does not exist", name), Err: err}
	}
	return &Error{Reason: fmt.Sprintf("%s is a link that leads out of the folder; put a copy there instead", name), Err: err}
}

// fileError says in plain words why a file of the folder, or with no name the
// source's own, cannot be read.
func fileError(name string, err error) error {
	var told *Error
	if errors.As(err, &told) {
		return err
	}
	subject := name
	if name == "" {
		subject = "the file or folder"
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Reason: subject + " does not exist", Err: err}
	case errors.Is(err, fs.ErrPermission):
		return &Error{Reason: fmt.Sprintf("%s may not be read by this user", subject), Err: err}
	}
	return &Error{Reason: fmt.Sprintf("%s cannot be read: %v", subject, err), Err: err}
}
