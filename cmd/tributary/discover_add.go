package main

import (
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"tributary/aggregator/discover"
	"tributary/config"
	"tributary/feed"
	"tributary/internal/cli"
	"tributary/internal/lazy"
)

// An addition says how a source is to be added.
type addition struct{ name, category string }

// first returns the first feed, or else the first proposal.
func (s addition) first(cfg *config.Config, r *discover.Result) string {
	if len(r.Feeds) > 0 {
		return s.feed(cfg, r)
	}
	return s.proposed(cfg, r, 0)
}

// feed returns the first feed as a table of feeds.toml.
func (s addition) feed(cfg *config.Config, r *discover.Result) string {
	f := &r.Feeds[0]
	about := comment(fmt.Sprintf("%s: %s. Found by discover %s on %s.", f.Title, f.Describe(), r.URL, time.Now().Format(time.DateOnly)))
	return about + s.table(cfg, r.URL, f.URL) + s.newCategory(cfg)
}

// proposed returns a proposal as a table of feeds.toml.
func (s addition) proposed(cfg *config.Config, r *discover.Result, n int) string {
	p := &r.Proposals[n]
	var b strings.Builder
	b.WriteString(comment(fmt.Sprintf("%d entries are on the page with these selectors, which discover proposed on %s:", p.Entries, time.Now().Format(time.DateOnly))))
	for _, title := range p.Titles {
		b.WriteString(comment("  " + title))
	}
	b.WriteString(s.table(cfg, r.URL, r.URL))
	b.WriteString("kind = \"html\"\n")
	b.WriteString(sortedOptions(p.Options))
	b.WriteString(s.newCategory(cfg))
	return b.String()
}

// comment returns a line of feeds.toml that says something.
func comment(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return "# " + text + "\n"
}

func (s addition) table(cfg *config.Config, page, address string) string {
	term := s.category
	if term == "" {
		term = "news"
	}
	return fmt.Sprintf("[source.%s]\nurl = %s\ncategories = [%s]\n", tomlKey(s.named(cfg, page)), tomlText(address), tomlText(term))
}

// newCategory returns the table of the category, if there is none yet.
func (s addition) newCategory(cfg *config.Config) string {
	for _, c := range cfg.Categories {
		if c.Term == s.category {
			return ""
		}
	}
	if s.category == "" {
		return ""
	}
	return fmt.Sprintf("\n[category.%s]\n", tomlKey(s.category))
}

var notInNames = lazy.Regexp(`[^\pL\pN]+`)

// named returns the source's name: the one that is wanted, else one made of
// the page's address that no source has.
func (s addition) named(cfg *config.Config, page string) string {
	if s.name != "" {
		return s.name
	}
	name := nameOf(page)
	taken := map[feed.SourceID]bool{}
	for i := range cfg.Sources {
		taken[cfg.Sources[i].ID] = true
	}
	free := name
	for n := 2; taken[feed.SourceID(free)]; n++ {
		free = name + "-" + strconv.Itoa(n)
	}
	return free
}

// nameOf makes a source's name of an address.
func nameOf(page string) string {
	u, err := url.Parse(page)
	if err != nil {
		return "page"
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	name := strings.Trim(notInNames().ReplaceAllString(host+" "+strings.ToLower(strings.Trim(u.Path, "/")), "-"), "-")
	if runes := []rune(name); len(runes) > 40 {
		name = strings.Trim(string(runes[:40]), "-")
	}
	if name == "" {
		return "page"
	}
	return name
}

var bareTOMLKey = lazy.Regexp(`^[A-Za-z0-9_-]+$`)

func tomlKey(key string) string {
	if bareTOMLKey().MatchString(key) {
		return key
	}
	return tomlText(key)
}

// tomlText returns a text in TOML's double quotes.
func tomlText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// appendConfig appends to the configuration what leaves it valid. The file
// stays as it is otherwise: its comments, its order, its mode.
func appendConfig(path, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	glue := "\n"
	if len(old) > 0 && old[len(old)-1] != '\n' {
		glue = "\n\n"
	}
	whole := append(append(old[:len(old):len(old)], glue...), text...)
	if _, err := config.Parse(path, whole, known(), os.Getenv); err != nil {
		return cli.Usage(fmt.Errorf("with the new source the configuration would not be valid, and was left as it is:\n%w", err))
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(glue + text); err != nil {
		return closing(f, err)
	}
	return f.Close()
}
