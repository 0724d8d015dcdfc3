// Package headline makes the titles under which feeds show entries, from
// templates such as "{{.Source}}: {{.Title}}". It is pure. A template has no
// loops and knows a few fields and functions only, so that whatever it is, it
// is quick, and what can go wrong with it is found out when it is compiled.
package headline

import (
	"fmt"
	"strings"
	"text/template"
	"text/template/parse"
)

// Fields are what a template may name. Each is plain text; all but Title may
// be empty.
type Fields struct {
	Title    string // as the feed would have it without a template
	Source   string // where the entry is from, for people
	Category string // label of the category of ours that it is shown in
	Author   string // the first
	Date     string // "2026-03-02", on the clock of who wrote it
	Language string
}

// FieldNames are the names of Fields, as a template writes them.
var FieldNames = []string{".Author", ".Category", ".Date", ".Language", ".Source", ".Title"}

// FunctionNames are the functions that a template may call.
var FunctionNames = []string{"and", "eq", "lower", "ne", "not", "or", "upper"}

// Longest is how long a template may be, and a title that it makes, in bytes.
const Longest = 2000

// An Error says what is wrong with a template.
type Error struct {
	Offset  int // of the trouble, in bytes; -1: it has no place
	Problem string
	Name    string   // what is unknown; may be empty
	Known   []string // what is known in its place
}

func (e *Error) Error() string { return e.Problem }

// A Template makes titles. It is safe for concurrent use.
type Template struct {
	text string
	exec *template.Template
}

// Compile returns the template of a text. An error is an *Error.
func Compile(text string) (*Template, error) {
	if len(text) > Longest {
		return nil, &Error{Offset: -1, Problem: fmt.Sprintf("it is longer than %d bytes", Longest)}
	}
	exec, err := template.New("title").Funcs(template.FuncMap{"lower": strings.ToLower, "upper": strings.ToUpper}).Parse(text)
	if err != nil {
		return nil, syntaxError(text, err)
	}
	if exec.Tree == nil || exec.Tree.Root == nil || text == "" {
		return nil, &Error{Offset: -1, Problem: "it is empty"}
	}
	if err := check(exec.Tree.Root); err != nil {
		return nil, err
	}
	t := &Template{text: text, exec: exec}
	for _, sample := range []Fields{
		{Title: "Title"},
		{Title: "Title", Source: "Source", Category: "Category", Author: "Author", Date: "2026-03-02", Language: "en"},
	} {
		if err := t.try(&sample); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Title returns what the template makes of an entry: on one line, and "" when
// that is nothing.
func (t *Template) Title(f *Fields) string {
	var out strings.Builder
	if err := t.exec.Execute(&out, f); err != nil {
		return "" // Compile has tried it: there is nothing left that depends on the words
	}
	title := strings.Join(strings.Fields(out.String()), " ")
	if len(title) > Longest {
		title = strings.ToValidUTF8(title[:Longest], "")
	}
	return title
}

// MarshalText returns the text that was compiled: it stands for the template
// where settings are compared.
func (t *Template) MarshalText() ([]byte, error) { return []byte(t.text), nil }

func (t *Template) String() string { return t.text }

func (t *Template) try(f *Fields) error {
	var out strings.Builder
	if err := t.exec.Execute(&out, f); err != nil {
		return &Error{Offset: -1, Problem: reason(err)}
	}
	if strings.TrimSpace(out.String()) == "" {
		return &Error{Offset: -1, Problem: fmt.Sprintf("it makes nothing of an entry whose title is %q", f.Title)}
	}
	return nil
}

// check finds what a template must not have.
func check(node parse.Node) error {
	switch n := node.(type) {
	case *parse.ListNode:
		return checkList(n)
	case *parse.IfNode:
		return checkAll(n.Pipe, n.List, n.ElseList)
	case *parse.ActionNode:
		return check(n.Pipe)
	case *parse.PipeNode:
		return checkPipe(n)
	case *parse.FieldNode:
		return checkField(n)
	case *parse.IdentifierNode:
		return known(n.Position(), "function", n.Ident, FunctionNames)
	case *parse.TextNode, *parse.StringNode:
		return nil
	}
	return &Error{Offset: int(node.Position()), Problem: fmt.Sprintf("%s has no place in a title", strings.TrimSpace(node.String()))}
}

func checkAll(pipe *parse.PipeNode, lists ...*parse.ListNode) error {
	if err := check(pipe); err != nil {
		return err
	}
	for _, l := range lists {
		if err := checkList(l); err != nil {
			return err
		}
	}
	return nil
}

func checkList(l *parse.ListNode) error {
	if l == nil {
		return nil
	}
	for _, n := range l.Nodes {
		if err := check(n); err != nil {
			return err
		}
	}
	return nil
}

func checkPipe(p *parse.PipeNode) error {
	if len(p.Decl) > 0 {
		return &Error{Offset: int(p.Position()), Problem: "variables have no place in a title"}
	}
	for _, c := range p.Cmds {
		for _, arg := range c.Args {
			if err := check(arg); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkField(n *parse.FieldNode) error {
	name := "." + strings.Join(n.Ident, ".")
	return known(n.Position(), "field", name, FieldNames)
}

func known(at parse.Pos, what, name string, names []string) error {
	for _, n := range names {
		if n == name {
			return nil
		}
	}
	return &Error{Offset: int(at), Problem: fmt.Sprintf("there is no %s %s", what, name), Name: name, Known: names}
}

// syntaxError tells in words of ours why a text does not parse.
func syntaxError(text string, err error) error {
	problem := reason(err)
	if name, ok := strings.CutPrefix(problem, "function "); ok { // function "x" not defined
		if name, _, ok = strings.Cut(strings.TrimPrefix(name, `"`), `" not defined`); ok {
			return &Error{Offset: strings.Index(text, name), Problem: "there is no function " + name, Name: name, Known: FunctionNames}
		}
	}
	return &Error{Offset: -1, Problem: problem}
}

// reason returns what text/template says, without its names and places of
// templates.
func reason(err error) string {
	text := err.Error()
	if _, after, ok := strings.Cut(text, "template: title:"); ok {
		if _, after, ok = strings.Cut(after, ": "); ok {
			text = after
		}
	}
	if _, after, ok := strings.Cut(text, ">: "); ok { // executing "title" at <eq .Title>: …
		text = after
	}
	return text
}
