package config

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tributary/rules"
)

// ruleExamples say what a rule looks like, by its key.
var ruleExamples = map[rules.Action]string{
	rules.Drop:          `title contains 'sponsored'`,
	rules.Keep:          `'economy' in terms`,
	rules.SetTitle:      `sub(title, '^Ad: ', '')`,
	rules.SetLanguage:   `'en'`,
	rules.SetCategories: `concat(filed, ['news'])`,
}

// rules reads the rules of a section, in the order in which they are applied.
func (s *section) rules(actions ...rules.Action) []*rules.Rule {
	var out []*rules.Rule
	for _, a := range actions {
		for _, v := range s.texts(a.String(), ruleExamples[a]) {
			if r := s.rule(a, &v); r != nil {
				out = append(out, r)
			}
		}
	}
	return out
}

// texts returns the texts of a key whose value is one text, or a list of them.
func (s *section) texts(key, example string) []value {
	e := s.t.find(key)
	if e != nil && e.value.kind == isList {
		return s.list(key, fmt.Sprintf("[%q]", example))
	}
	if v := s.get(key, isText, example); v != nil {
		return []value{*v}
	}
	return nil
}

// rule compiles an expression.
func (s *section) rule(a rules.Action, v *value) *rules.Rule {
	r, err := rules.Compile(a, v.text)
	var wrong *rules.Error
	switch {
	case errors.As(err, &wrong):
		at := v.at + s.d.within(v, wrong.Offset)
		expected := strings.Join(slices.DeleteFunc([]string{wrong.Caret(), wrong.Expected}, isEmpty), "\n")
		s.wrong(a.String(), at, a.String()+": "+wrong.Problem, expected, wrong.Hint)
		return nil
	case err != nil:
		s.wrong(a.String(), v.at, a.String()+": "+err.Error(), "", "")
		return nil
	}
	r.Place = fmt.Sprintf("%s:%d", s.d.file, s.d.line(v.at))
	return r
}

func isEmpty(s string) bool { return s == "" }

// within returns how far behind the beginning of a text's value a byte of the
// text stands: where there are escapes in it that is not known, and it is 0.
func (r *reporter) within(v *value, offset int) int32 {
	const quotes = len("'''\r\n")
	raw := r.data[v.at:min(int(v.at)+quotes+len(v.text), len(r.data))]
	i := bytes.Index(raw, []byte(v.text))
	if i < 0 || i > quotes {
		return 0
	}
	return int32(i + offset)
}

const maxTerms = 1000

// upstreamTerms returns the terms of upstream's that file entries under a
// category.
func (s *section) upstreamTerms() []string {
	var out []string
	for _, v := range s.list("terms", `["economy", "经济"]`) {
		switch {
		case strings.TrimSpace(v.text) == "":
			s.wrong("terms", v.at, "terms has an empty text in it", `expected what upstreams call it, such as terms = ["economy", "经济"]`, "")
		case len(out) == maxTerms:
			s.wrong("terms", v.at, fmt.Sprintf("terms has more than %d texts in it", maxTerms), "", "")
			return out
		default:
			out = append(out, v.text)
		}
	}
	return out
}

// feeds reports whether entries may come into a category otherwise than by
// their source: by upstream's terms, or by a rule that names it.
func (c *Config) feeds(category *Category) bool {
	if len(category.Terms) > 0 {
		return true
	}
	names := func(list []*rules.Rule) bool {
		return slices.ContainsFunc(list, func(r *rules.Rule) bool {
			return r.Action == rules.SetCategories && (strings.Contains(r.Text, `"`+category.Term+`"`) || strings.Contains(r.Text, `'`+category.Term+`'`))
		})
	}
	return names(c.Rules) || slices.ContainsFunc(c.Sources, func(s Source) bool { return names(s.Rules) })
}

// globalRules reads the [rules] table.
func (d *decoder) globalRules(s *section) []*rules.Rule {
	out := s.rules(rules.Actions...)
	s.done()
	return out
}
