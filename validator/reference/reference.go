// Package reference writes the pages that explain the validator's rules.
package reference

import (
	"fmt"
	"strings"

	"tributary/validator"
)

// Page returns the page of a rule, in Markdown.
func Page(r *validator.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n**%s.**\n\n", r.Code, plain(sentence(r.What)))
	fmt.Fprintf(&b, "| | |\n|---|---|\n| level | %s |\n| specification | [%s](%s) |\n", levels(r), r.Spec.Section, r.Spec.URL)
	if r.W3C != "" {
		fmt.Fprintf(&b, "| the W3C validator calls it | `%s` |\n", r.W3C)
	}
	fmt.Fprintf(&b, "\n## Why it matters\n\n%s\n\n## How to mend it\n\n%s\n", plain(r.Why), plain(r.Mend))
	if r.Bad.Text != "" || len(r.Bad.Without) > 0 || r.Bad.In != "" {
		fmt.Fprintf(&b, "\n## Wrong\n\n%s\n## Right\n\n%s", block(r.Bad), block(r.Good))
	}
	return b.String()
}

// plain escapes what Markdown takes for markup.
func plain(s string) string {
	return strings.NewReplacer("<", "\\<", "|", "\\|", "*", "\\*").Replace(s)
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// levels says what a rule weighs, by the profiles that see it otherwise.
func levels(r *validator.Rule) string {
	out := r.Level.String()
	for _, p := range validator.Profiles() {
		if l, ok := r.Profiles[p.Name]; ok {
			out += fmt.Sprintf("; %s in profile %s", l, p.Name)
		}
	}
	return out
}

// places name the frames of examples for people.
var places = map[string]string{
	"rss:channel": "In the `<channel>` of an RSS 2.0 feed", "rss:item": "In an `<item>` of an RSS 2.0 feed", "atom:feed": "In the `<feed>` of an Atom feed", "atom:entry": "In an `<entry>` of an Atom feed",
	"opml:head": "In the `<head>` of an OPML document", "opml:body": "In the `<body>` of an OPML document", "json:feed": "At the top of a JSON Feed", "json:item": "In an item of a JSON Feed",
	"http": "In the answer to a request for the feed", "http:long": "In the answer to a request for a long feed", "http:again": "In the answer to a second request, with `If-None-Match`",
}

// block shows an example.
func block(x validator.Example) string {
	place := places[x.In]
	if place == "" {
		place = "A whole document"
	}
	if len(x.Without) > 0 && x.Text == "" {
		return fmt.Sprintf("%s, without `%s`.\n\n", place, strings.Join(x.Without, "`, `"))
	}
	if x.Text == "" {
		return place + ", without it.\n\n"
	}
	language := "xml"
	if strings.HasPrefix(x.In, "http") {
		language = "http"
	}
	if strings.HasPrefix(x.In, "json") || strings.HasPrefix(strings.TrimSpace(x.Text), "{") {
		language = "json"
	}
	return fmt.Sprintf("%s:\n\n```%s\n%s\n```\n\n", place, language, strings.ToValidUTF8(visible(strings.TrimSpace(x.Text)), "\ufffd"))
}

// visible shows control characters as their pictures.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' {
			return 0x2400 + r
		}
		return r
	}, s)
}

// Index returns the list of all rules, by what comes first in their codes.
func Index() string {
	var b strings.Builder
	b.WriteString("# The validator's rules\n\nWritten from the rules by `go test ./validator/reference -update`.\n")
	family := ""
	for _, r := range validator.Rules() {
		if f, _, _ := strings.Cut(r.Code, "-"); f != family {
			family = f
			fmt.Fprintf(&b, "\n## %s\n\n| code | level | what is wrong |\n|---|---|---|\n", family)
		}
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s |\n", r.Code, r.Code, r.Level, plain(r.What))
	}
	return b.String()
}
