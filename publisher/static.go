package publisher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/feed"
)

// An Output is where a site is written, and how.
type Output struct {
	Dir     string // made when it is not there
	Program string // tells this program from any whose documents may differ
	Full    bool   // everything is rendered and compared with what is there
	Listing string // a file to list the site's files in; empty: none

	Compress bool // files of text have others beside them in gzip, brotli and zstd, for servers that send those
}

// Build is BuildTo with nothing but a folder.
func (p *Publisher) Build(ctx context.Context, dir string) (Report, error) {
	return p.BuildTo(ctx, Output{Dir: dir})
}

// BuildTo writes the site that Handler serves as files. What has changed since
// the last build there is rendered, all of it when that cannot be told. Files
// whose bytes would be the same are left alone, others replaced whole. Pages
// of entries that are no longer published are removed; files that are not
// ours, or were edited, stay as they are.
//
// A build that is killed leaves files that are whole, and the next one does
// the rest. Memory is some hundred bytes a file.
func (p *Publisher) BuildTo(ctx context.Context, to Output) (Report, error) {
	return p.write(ctx, to, "site", siteKinds)
}

// A job is one file of a build.
type job struct {
	path  string                                             // of the file, relative to the folder
	owner uint64                                             // of which entry it is; 0: of none
	make  func(ctx context.Context, out *bytes.Buffer) error // errNoPage: the file goes
}

// A kind yields the files of one kind that the build's touched concerns: the
// kind alone knows which those are. When touched.all is set it yields every
// one, and what no kind yields is removed. A kind's files are made and written
// at one time, before those of the next kind.
type kind func(ctx context.Context, b *build) iter.Seq2[job, error]

// A build is the writing of one tree.
type build struct {
	*Publisher
	to       Output
	out      *tree
	settings string
	began    time.Time
	last     feed.Seq // the newest change at its beginning
	touched  *touched
	sources  map[feed.SourceID]uint64 // what documents say of those that were seen
	origins  origins
}

// write brings a folder up to date. what tells this sort of site from others.
func (p *Publisher) write(ctx context.Context, to Output, what string, kinds []kind) (Report, error) {
	out, err := openTree(to.Dir)
	if err != nil {
		return Report{}, err
	}
	b := &build{Publisher: p, to: to, out: out, began: time.Now(), settings: p.fingerprint(what, to.Program, fmt.Sprint(to.Compress)), sources: map[feed.SourceID]uint64{}}
	b.origins.sources = newSources(b.store)
	if err = b.run(ctx, kinds); err == nil {
		err = b.end(ctx)
	}
	return out.report, errors.Join(err, out.manifest.close())
}

func (b *build) run(ctx context.Context, kinds []kind) (err error) {
	if b.last, err = b.store.LastChange(ctx); err != nil {
		return err
	}
	if b.out.report.Full, err = b.compare(ctx); err != nil {
		return err
	}
	for _, k := range kinds {
		if err := b.writeKind(ctx, k); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// writeKind makes and writes files of one kind, several at one time.
func (b *build) writeKind(ctx context.Context, k kind) error {
	g, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	jobs := make(chan job, workers)
	g.Go(func() error {
		defer close(jobs)
		for j, err := range k(ctx, b) {
			if err != nil {
				return err
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range workers {
		g.Go(func() error {
			var out bytes.Buffer // files are as long as those before them
			for j := range jobs {
				if err := b.do(ctx, &j, &out); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// do makes a file in a buffer, and writes it.
func (b *build) do(ctx context.Context, j *job, out *bytes.Buffer) error {
	out.Reset()
	err := j.make(ctx, out)
	body := out.Bytes()
	switch {
	case errors.Is(err, errNoPage):
		return errors.Join(b.out.remove(j.path), b.unpack(j.path))
	case err != nil:
		return fmt.Errorf("%s: %w", j.path, err)
	}
	what, err := b.out.put(j.path, body, j.owner)
	if err != nil {
		return err
	}
	return b.pack(j, body, what)
}

// end removes what is gone and notes what the folder now is.
func (b *build) end(ctx context.Context) error {
	if b.touched.all {
		if err := b.out.sweep(); err != nil {
			return err
		}
	} else {
		b.out.keepOn(b.out.manifest.last.Kept)
	}
	b.out.count()
	listing, err := b.list()
	if err != nil {
		return err
	}
	if err := b.out.settle(); err != nil {
		return err
	}
	folders := b.out.folders()
	if m := b.out.manifest; !b.touched.any() && !m.unended && !m.changed.any() {
		if b.to.Listing == "" {
			listing = m.last.Listing
		}
		if m.last.Listing == listing && m.last.Folders == folders {
			return nil
		}
	}
	now := &built{Settings: b.settings, Seq: b.last, At: b.began.UnixNano(), Kept: b.out.report.Kept, Listing: listing, Folders: folders}
	if now.Store, now.Received, err = b.anchor(ctx, b.last); err != nil {
		return fmt.Errorf("read the store's changes: %w", err)
	}
	if err := b.out.manifest.end(now, b.sources); err != nil {
		return err
	}
	return b.out.manifest.shorten()
}
