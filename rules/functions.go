package rules

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/expr-lang/expr"
	"golang.org/x/net/html"
)

// maxMade bounds the texts that our functions make.
const maxMade = maxBody

var errTooLong = fmt.Errorf("the text would be longer than %d KiB", maxMade>>10)

// functions are ours: those of expr have no bounds, or there are none.
func functions(patterns map[string]*regexp.Regexp) []expr.Option {
	return []expr.Option{
		expr.Function("text", func(p ...any) (any, error) { return words(p[0].(string)), nil }, new(func(string) string)),
		expr.Function("host", func(p ...any) (any, error) { return host(p[0].(string)), nil }, new(func(string) string)),
		expr.Function("replace", func(p ...any) (any, error) {
			return replace(p[0].(string), p[1].(string), p[2].(string))
		}, new(func(string, string, string) string)),
		expr.Function("sub", func(p ...any) (any, error) {
			re := patterns[p[1].(string)]
			if re == nil {
				return nil, errors.New("the regular expression is not a text in quotes")
			}
			return sub(re, p[0].(string), p[2].(string))
		}, new(func(string, string, string) string)),
	}
}

// words returns the text of HTML, without what is never shown.
func words(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return markup
	}
	var b strings.Builder
	hidden := ""
	for z := html.NewTokenizer(strings.NewReader(markup)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(b.String()), " ")
		case html.TextToken:
			if hidden == "" {
				b.Write(z.Text())
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			if hidden == "" && (string(name) == "script" || string(name) == "style") {
				hidden = string(name)
			}
			space(&b, string(name))
		case html.EndTagToken:
			name, _ := z.TagName()
			if hidden == string(name) {
				hidden = ""
			}
			space(&b, string(name))
		case html.SelfClosingTagToken:
			b.WriteByte(' ')
		}
	}
}

// inline are the elements that do not part words.
var inline = map[string]bool{
	"a": true, "abbr": true, "b": true, "bdi": true, "cite": true, "code": true, "del": true, "em": true, "font": true, "i": true,
	"ins": true, "kbd": true, "mark": true, "q": true, "s": true, "small": true, "span": true, "strong": true, "sub": true, "sup": true, "u": true,
}

func space(b *strings.Builder, name string) {
	if !inline[name] {
		b.WriteByte(' ')
	}
}

// host returns the host of a URL in lower case, without a port; "" without one.
func host(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

func replace(s, old, with string) (string, error) {
	if old == "" {
		return s, nil
	}
	if n := strings.Count(s, old); len(s)+n*(len(with)-len(old)) > maxMade {
		return "", errTooLong
	}
	return strings.ReplaceAll(s, old, with), nil
}

// sub replaces what a regular expression matches; $1 stands for a group.
func sub(re *regexp.Regexp, s, with string) (string, error) {
	var out []byte
	from := 0
	for _, at := range re.FindAllStringSubmatchIndex(s, -1) {
		out = append(out, s[from:at[0]]...)
		out = re.ExpandString(out, with, s, at)
		from = at[1]
		if len(out) > maxMade {
			return "", errTooLong
		}
	}
	if out = append(out, s[from:]...); len(out) > maxMade {
		return "", errTooLong
	}
	return string(out), nil
}
