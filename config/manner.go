package config

import (
	"errors"
	"strings"
	"time"

	"tributary/feed/headline"
)

// limitAge returns the age at which entries leave a category's feeds; zero:
// they leave when others push them out.
func (s *section) limitAge() time.Duration {
	const key = "limit_age"
	if !s.has(key) {
		return 0
	}
	return s.duration(key, maxAge, 30*day)
}

const titleExample = "{{.Source}}: {{.Title}}"

// title returns the template of entries' titles in a category's feeds; nil:
// there is none.
func (s *section) title() *headline.Template {
	const key = "title"
	v := s.get(key, isText, titleExample)
	if v == nil {
		return nil
	}
	t, err := headline.Compile(v.text)
	var wrong *headline.Error
	if errors.As(err, &wrong) {
		at, hint := v.at, ""
		if wrong.Offset >= 0 {
			at += s.d.within(v, wrong.Offset)
		}
		if wrong.Name != "" {
			hint = didYouMean(wrong.Name, wrong.Known)
		}
		s.wrong(key, at, "title: "+wrong.Problem, "expected a template such as title = \""+titleExample+"\"; its fields are "+
			strings.Join(headline.FieldNames, ", ")+", its functions "+strings.Join(headline.FunctionNames, ", "), hint)
		return nil
	}
	return t
}
