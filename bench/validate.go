package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// w3cSeconds are the CPU seconds that the W3C feed validator took for an Atom
// feed of so many megabytes, on a machine of the class the project measures on.
var w3cSeconds = map[int]float64{1: 0.62, 10: 6.7, 100: 165}

// A validateBench is one run of `bench validate`.
type validateBench struct {
	rig
	validator string
	runs      int
}

// benchValidate measures the validation of feeds, a process a run, against the
// W3C validator's figures and xmllint beside it.
func benchValidate(ctx context.Context, args []string) error {
	b := validateBench{}
	err := parseFlags("validate", args, func(f *flag.FlagSet) { f.IntVar(&b.runs, "runs", 5, "runs of each; the median counts") })
	if err != nil {
		return err
	}
	// As action.yml builds it; a binary that loads no C library starts a millisecond earlier.
	if err := os.Setenv("CGO_ENABLED", "0"); err != nil {
		return err
	}
	b.rig, err = newRig(ctx)
	defer b.close()
	if err != nil {
		return err
	}
	if b.validator, err = b.build(ctx, "tributary-validate"); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{b.sizes, b.shapes, b.cold, b.cases} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// validate runs tributary-validate on files and returns the median of its runs.
func (b *validateBench) validate(ctx context.Context, files ...string) (usage, error) {
	return b.median(ctx, b.validator, append([]string{"--format", "jsonl", "--output", os.DevNull}, files...)...)
}

func (b *validateBench) median(ctx context.Context, name string, args ...string) (usage, error) {
	var all []usage
	for range b.runs {
		u, err := measure(ctx, []int{0, 1}, name, args...)
		if err != nil {
			return usage{}, err
		}
		all = append(all, u)
	}
	return median(all), nil
}

func (b *validateBench) sizes(ctx context.Context) error {
	for _, mb := range []int{1, 10, 100} {
		file := filepath.Join(b.dir, fmt.Sprintf("atom%d.xml", mb))
		if err := writeFeed(file, "atom", mb<<20); err != nil {
			return err
		}
		u, err := b.validate(ctx, file)
		if err != nil {
			return err
		}
		fmt.Printf("Atom of %d MB: %.3f s of CPU, %d MB; %.0f times as fast as the W3C validator", mb, u.cpu.Seconds(), u.rss>>20, w3cSeconds[mb]/u.cpu.Seconds())
		if lint, err := exec.LookPath("xmllint"); err == nil && mb == 10 {
			x, err := b.median(ctx, lint, "--noout", file)
			if err != nil {
				return err
			}
			fmt.Printf("; %.2f of xmllint's", u.cpu.Seconds()/x.cpu.Seconds())
		}
		fmt.Println()
	}
	return nil
}

// shapes says how the time grows with four times the data.
func (b *validateBench) shapes(ctx context.Context) error {
	for _, shape := range []string{"tiny", "rss", "html", "xhtml"} {
		var took [2]time.Duration
		for i, mb := range []int{8, 32} {
			file := filepath.Join(b.dir, fmt.Sprintf("%s%d.xml", shape, mb))
			if err := writeFeed(file, shape, mb<<20); err != nil {
				return err
			}
			u, err := b.validate(ctx, file)
			if err != nil {
				return err
			}
			took[i] = u.cpu
		}
		fmt.Printf("%s, 8 to 32 MB: %.2f times the time (%.3f s, %.3f s)\n", shape, took[1].Seconds()/took[0].Seconds(), took[0].Seconds(), took[1].Seconds())
	}
	return nil
}

// cold is one small file in a process of its own.
func (b *validateBench) cold(ctx context.Context) error {
	file := filepath.Join(b.dir, "small.xml")
	if err := writeFeed(file, "atom", 1); err != nil {
		return err
	}
	b.runs *= 10 // each takes a few milliseconds
	defer func() { b.runs /= 10 }()
	for _, command := range [][]string{{b.validator}, {b.tributary, "validate"}} {
		u, err := b.median(ctx, command[0], append(command[1:], file)...)
		if err != nil {
			return err
		}
		fmt.Printf("one small file, %s: %.1f ms, %.1f ms of CPU\n", filepath.Base(command[0]), float64(u.wall.Microseconds())/1000, float64(u.cpu.Microseconds())/1000)
	}
	return nil
}

// cases are the small documents of the conformance suite, in one run.
func (b *validateBench) cases(ctx context.Context) error {
	dir := filepath.Join("..", "shared", "conformance", "validator", "cases")
	if _, err := os.Stat(dir); err != nil {
		fmt.Println("the conformance cases are not there: not measured")
		return nil
	}
	u, err := b.validate(ctx, filepath.Join(dir, "**", "*"))
	if err != nil {
		return err
	}
	fmt.Printf("the conformance cases in one run: %.3f s, %.3f s of CPU (the W3C validator: 1.3 s for 1,765)\n", u.wall.Seconds(), u.cpu.Seconds())
	return nil
}

// writeFeed writes a feed of at least so many bytes and a shape.
func writeFeed(path, shape string, size int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	const atom = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><title>T</title><id>tag:example.com,2026:f</id><updated>2026-01-01T00:00:00Z</updated>" +
		"<author><name>A</name></author><link rel=\"self\" href=\"https://example.com/f\"/>\n"
	const prose = "<p>Some text about markets, with a <a href=\"https://example.com/x\">link</a> and <b>bold</b> words.</p>\n"
	escaped := strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(prose)
	entry := func(i int, content string) string {
		return fmt.Sprintf("<entry><title>Entry %d</title><id>tag:example.com,2026:%d</id><updated>2026-01-01T%02d:%02d:%02dZ</updated><link href=\"https://example.com/%d\"/>%s</entry>\n", i, i, i/3600%24, i/60%60, i%60, i, content)
	}
	head, each, tail := atom, func(i int) string {
		return entry(i, "<content type=\"html\">"+strings.Repeat(escaped, 10)+"</content>")
	}, "</feed>\n"
	switch shape {
	case "tiny":
		each = func(i int) string { return entry(i, "") }
	case "rss":
		head, tail = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>T</title><link>https://example.com/</link><description>d</description><language>en</language>\n", "</channel></rss>\n"
		each = func(i int) string {
			return fmt.Sprintf("<item><title>E%d</title><guid>https://example.com/%d</guid></item>\n", i, i)
		}
	case "html":
		head, tail = atom+"<entry><title>E</title><content type=\"html\">", "</content></entry></feed>\n"
		each = func(int) string { return escaped }
	case "xhtml":
		head, tail = atom+"<entry><title>E</title><content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">", "</div></content></entry></feed>\n"
		each = func(int) string { return prose }
	}
	n, _ := w.WriteString(head)
	for i := 0; n < size; i++ {
		m, err := w.WriteString(each(i))
		if err != nil {
			return err
		}
		n += m
	}
	if _, err := w.WriteString(tail); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
