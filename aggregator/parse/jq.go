package parse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/itchyny/gojq"
)

// An expression is an option in jq's language. It has no environment, no
// files and no modules, and ends in time.
type expression struct {
	key  string
	text string
	code *gojq.Code
}

const (
	maxExpression = 4 << 10         // bytes
	maxRun        = 3 * time.Second // of all expressions of one document together
)

// itemVariable is what expressions for an item's own document know the item as.
const itemVariable = "$item"

// expression reads an option, nil when it is not given.
func (s *settings) expression(key string, variables ...string) *expression {
	if !s.has(key) {
		return nil
	}
	text := s.of[key]
	const expected = "expected an expression of jq (jqlang.org/manual), such as \".data.list[]\""
	if len(text) > maxExpression {
		s.wrong(key, -1, fmt.Sprintf("the expression is longer than %d bytes", maxExpression), expected, "")
		return nil
	}
	query, err := gojq.Parse(text)
	if err != nil {
		at := -1
		var pe *gojq.ParseError
		if errors.As(err, &pe) {
			at = max(0, min(pe.Offset, len(text))-len(pe.Token))
		}
		s.wrong(key, at, "the jq expression cannot be read: "+err.Error(), expected, "")
		return nil
	}
	code, err := gojq.Compile(query, gojq.WithVariables(variables))
	if err != nil {
		s.wrong(key, mentioned(text, err), "the jq expression cannot be used: "+err.Error(), expected, "")
		return nil
	}
	return &expression{key: key, text: text, code: code}
}

// mentioned returns where the name stands that an error ends with, as in
// "function not defined: foo/0"; -1 when it does not.
func mentioned(text string, err error) int {
	_, name, ok := strings.Cut(err.Error(), ": ")
	if !ok {
		return -1
	}
	name, _, _ = strings.Cut(name, "/")
	return strings.Index(text, name)
}

// A run is the evaluation of one document's expressions.
type run struct {
	ctx context.Context
	end func()
}

// newRun begins a run; end is to be called. It is bounded by its own time, not
// by a caller's.
func newRun() run {
	ctx, end := context.WithTimeout(context.Background(), maxRun)
	return run{ctx, end}
}

var errSlow = fmt.Errorf("it takes longer than %s", maxRun)

// each calls do with the values that e gives for v, until do returns false.
func (r run) each(e *expression, v any, do func(v any) bool, variables ...any) error {
	it := e.code.RunWithContext(r.ctx, v, variables...)
	for {
		got, ok := it.Next()
		if !ok {
			return nil
		}
		if err, failed := got.(error); failed {
			var halt *gojq.HaltError
			switch {
			case r.ctx.Err() != nil:
				return errSlow
			case errors.As(err, &halt) && halt.Value() == nil:
				return nil
			}
			return err
		}
		if !do(got) {
			return nil
		}
	}
}

// texts returns the values that e gives for v as texts, those of lists one by
// one, at most limit; null, false and "" are left out.
func (r run) texts(e *expression, v any, limit int, variables ...any) (out []string, err error) {
	add := func(v any) {
		if t := jsonText(v); t != "" && len(out) < limit {
			out = append(out, t)
		}
	}
	err = r.each(e, v, func(v any) bool {
		if list, ok := v.([]any); ok {
			for _, v := range list[:min(len(list), limit)] {
				add(v)
			}
		} else {
			add(v)
		}
		return len(out) < limit
	}, variables...)
	return out, err
}

// jsonText returns a value as text: numbers as they are written, an object as
// its name.
func jsonText(v any) string {
	switch v := v.(type) {
	case nil, bool:
		return ""
	case string:
		return clean(v)
	case map[string]any:
		for _, key := range []string{"name", "title", "url", "href"} {
			if t, ok := v[key].(string); ok {
				return clean(t)
			}
		}
		return ""
	}
	text, err := gojq.Marshal(v)
	if err != nil {
		return ""
	}
	return clean(string(text))
}
