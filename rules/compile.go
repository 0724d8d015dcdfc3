package rules

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"tributary/feed"
)

// Limits of an expression.
const (
	maxExpression = 4 << 10 // bytes
	maxNodes      = 400     // of its tree: names, values, operators, calls
	memoryBudget  = 200_000 // elements of lists made while it is evaluated
)

// builtins are the functions of expr that may be called. Each is cheap, or has
// its cost in bounds.
var builtins = []string{
	"all", "none", "any", "one", "filter", "map", "count", "find", "len",
	"lower", "upper", "trim", "trimPrefix", "trimSuffix", "hasPrefix", "hasSuffix", "indexOf", "lastIndexOf",
	"first", "last", "concat", "join", "date", "duration", "int", "string", "abs", "min", "max",
}

// Functions are the names of all that may be called, sorted.
var Functions = func() []string {
	all := append(slices.Clone(builtins), "text", "replace", "sub", "host")
	slices.Sort(all)
	return all
}()

// Compile returns the rule of an expression. The error is an *Error.
func Compile(a Action, text string) (*Rule, error) {
	r := &Rule{Action: a, Text: text}
	switch {
	case strings.TrimSpace(text) == "":
		return nil, &Error{Problem: "the expression is empty", Expected: wanted(a)}
	case len(text) > maxExpression:
		return nil, &Error{Text: text, Problem: fmt.Sprintf("the expression is longer than %d bytes", maxExpression)}
	case !utf8.ValidString(text):
		return nil, &Error{Problem: "the expression is not UTF-8"}
	}
	patterns := map[string]*regexp.Regexp{}
	program, err := expr.Compile(text, options(a, patterns)...)
	if err != nil {
		return nil, explain(a, mistake(text, err))
	}
	c := &census{text: text, patterns: patterns}
	result := c.visit(program.Node())
	if c.err != nil {
		return nil, c.err
	}
	if result.cost > maxCost {
		return nil, &Error{Text: text, Problem: "this may take too long for one entry", Expected: "expected fewer loops over lists within loops, and none over content or summary"}
	}
	if a == SetCategories && !isTerms(program.Node().Type()) {
		return nil, &Error{Text: text, Problem: "this gives " + kindOf(program.Node().Type()), Expected: wanted(a)}
	}
	r.program, r.uses = program, c.uses
	return r, nil
}

func wanted(a Action) string {
	switch {
	case a.Condition():
		return fmt.Sprintf(`expected a condition, such as %s = 'title contains "sponsored"'`, a)
	case a == SetCategories:
		return `expected a list of terms, such as set_categories = 'concat(filed, ["news"])'`
	}
	return fmt.Sprintf("expected a text, such as %s = '%s'", a, map[Action]string{SetTitle: `sub(title, "^Ad: ", "")`, SetLanguage: `"en"`}[a])
}

// isTerms reports whether a value of the type may be a list of terms.
func isTerms(t reflect.Type) bool {
	if t == nil || t.Kind() == reflect.Interface {
		return true
	}
	return t.Kind() == reflect.Slice && (t.Elem().Kind() == reflect.String || t.Elem().Kind() == reflect.Interface)
}

func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Int, reflect.Int64, reflect.Float64:
		return "a number"
	}
	return "something else"
}

func options(a Action, patterns map[string]*regexp.Regexp) []expr.Option {
	o := []expr.Option{
		expr.Env(&env{}), expr.MaxNodes(maxNodes), expr.Optimize(false), expr.DisableAllBuiltins(),
	}
	for _, name := range builtins {
		o = append(o, expr.EnableBuiltin(name))
	}
	o = append(o, functions(patterns)...)
	switch {
	case a.Condition():
		return append(o, expr.AsBool())
	case a == SetCategories:
		return o
	}
	return append(o, expr.AsKind(reflect.String))
}

// mistake puts what the library says of an expression into our words.
func mistake(text string, err error) *Error {
	var fe *file.Error
	if !errors.As(err, &fe) {
		return &Error{Text: text, Problem: firstLine(err.Error())}
	}
	e := &Error{Text: text, Offset: offset(text, fe.From), Problem: firstLine(fe.Message)}
	if name, ok := strings.CutPrefix(e.Problem, "unknown name "); ok {
		e.Problem = fmt.Sprintf("there is no %q", name)
		e.Expected = "fields: " + strings.Join(names(), ", ")
		if near := nearest(name); near != "" {
			e.Hint = fmt.Sprintf("did you mean %s?", near)
		} else if slices.Contains(Functions, name) {
			e.Hint = name + " is a function: it is called with brackets"
		}
		if strings.HasPrefix(text[e.Offset:], name+"(") {
			e.Expected = "functions: " + strings.Join(Functions, ", ")
		}
	}
	return e
}

// explain adds what the rule should be.
func explain(a Action, e *Error) *Error {
	switch {
	case strings.HasPrefix(e.Problem, "expected "): // a type
		e.Problem, e.Expected = "this is of the wrong kind: "+e.Problem, wanted(a)
	case strings.Contains(e.Problem, "exceeds maximum allowed nodes"):
		e.Problem = fmt.Sprintf("the expression has more than %d parts", maxNodes)
	case strings.HasPrefix(e.Problem, "type rules."):
		_, name, _ := strings.Cut(e.Problem, "has no field ")
		e.Problem = fmt.Sprintf("an element of this list has no %q", "."+name)
		e.Expected = "categories have .term .scheme .label; authors and contributors .name .uri .email; links and enclosures .href .rel .type .hreflang .title .length"
	case strings.HasPrefix(e.Problem, `there is no "now"`):
		e.Hint = "rules know no clock: an entry is judged the same at any time; [retention] lets old ones go"
	}
	return e
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// offset turns a number of characters into one of bytes.
func offset(text string, runes int) int {
	for i := range text {
		if runes == 0 {
			return i
		}
		runes--
	}
	return len(text)
}

var machines = sync.Pool{New: func() any { return &vm.VM{MemoryBudget: memoryBudget} }}

// eval evaluates the expression for e, of which v holds what was made already.
func (r *Rule) eval(v *env, e *feed.Entry) (any, error) {
	v.load(e, r.uses)
	m := machines.Get().(*vm.VM)
	defer machines.Put(m)
	value, err := m.Run(r.program, v)
	if err != nil {
		return nil, mistake(r.Text, err)
	}
	return value, nil
}
