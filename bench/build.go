package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// buildBench is one run of `bench build`.
type buildBench struct {
	rig
	entries, small int
	jekyll         bool
	keep           string // a folder for what is made, kept afterwards
}

func benchBuild(ctx context.Context, args []string) (err error) {
	b := buildBench{}
	err = parseFlags("build", args, func(f *flag.FlagSet) {
		f.IntVar(&b.entries, "n", 100_000, "entries")
		f.IntVar(&b.small, "small", 10_000, "entries of the site that memory is compared with; 0: none")
		f.BoolVar(&b.jekyll, "jekyll", true, "write the sources of a Jekyll site, too")
		f.StringVar(&b.keep, "keep", "", "a folder for the store and the site, which stay")
	})
	if err != nil {
		return err
	}
	b.rig, err = newRig(ctx)
	defer b.close()
	if err != nil {
		return err
	}
	fmt.Printf("%-44s %9s %9s %8s %8s %9s\n", "", "wall", "cpu", "written", "removed", "peak")
	for _, n := range []int{b.small, b.entries} {
		if n == 0 {
			continue
		}
		dir := filepath.Join(b.dir, fmt.Sprint(n))
		if b.keep != "" {
			dir = filepath.Join(b.keep, fmt.Sprint(n))
		}
		if err := b.site(ctx, dir, n); err != nil {
			return err
		}
		if b.keep == "" {
			_ = os.RemoveAll(dir) // temporary
		}
	}
	return nil
}

// site fills a store with n entries and builds its site again and again.
func (b *buildBench) site(ctx context.Context, dir string, n int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	s := &library{path: filepath.Join(dir, "bench.db"), entries: n}
	if err := s.fill(ctx); err != nil {
		return err
	}
	config := filepath.Join(dir, "feeds.toml")
	if err := os.WriteFile(config, []byte(s.config()), 0o600); err != nil {
		return err
	}
	if err := b.steps(ctx, s, "", "build", "--config", config, "--out", filepath.Join(dir, "site"), "--listing", filepath.Join(dir, "site.tsv")); err != nil {
		return err
	}
	files, bytes, err := sizeOf(filepath.Join(dir, "site"))
	if err != nil {
		return err
	}
	fmt.Printf("  %d entries, a site of %d files, %d MB\n", n, files, bytes>>20)
	if !b.jekyll {
		return nil
	}
	return b.steps(ctx, s, "Jekyll, ", "build", "--jekyll", "--config", config, "--out", filepath.Join(dir, "jekyll"))
}

// steps builds from nothing, and on after each of the things that happen to a
// store.
func (b *buildBench) steps(ctx context.Context, s *library, what string, args ...string) error {
	for _, step := range []struct {
		name string
		do   func(context.Context) error
		args []string
	}{
		{"from nothing", nil, nil},
		{"nothing is new", nil, nil},
		{"one entry has changed", s.change, nil},
		{"one entry is new", s.add, nil},
		{"everything once more (--full)", nil, []string{"--full"}},
	} {
		if step.do != nil {
			if err := step.do(ctx); err != nil {
				return err
			}
		}
		u, out, err := measureOutput(ctx, nil, b.tributary, append(args, step.args...)...)
		if err != nil {
			return err
		}
		var written, same, removed int
		_, counts, _ := strings.Cut(out, ": ") // after the folder
		if _, err := fmt.Sscanf(counts, "%d files written, %d unchanged, %d removed", &written, &same, &removed); err != nil {
			return fmt.Errorf("what build said: %w\n%s", err, out)
		}
		fmt.Printf("%-44s %8.2fs %8.2fs %8d %8d %6d MB\n", fmt.Sprintf("%s%d entries, %s", what, s.entries, step.name), u.wall.Seconds(), u.cpu.Seconds(), written, removed, u.rss>>20)
	}
	return nil
}

// sizeOf counts the files below a folder and their bytes.
func sizeOf(dir string) (files int, bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			files, bytes = files+1, bytes+info.Size()
		}
		return err
	})
	return files, bytes, err
}

// moment is when a library's n-th poll was.
func moment(n int) time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Minute)
}
