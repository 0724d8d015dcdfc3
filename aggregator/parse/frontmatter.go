package parse

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// What the YAML of one post may cost.
const (
	maxMatter       = 64 << 10 // bytes of front matter or _config.yml
	maxMatterLines  = 2000     // of them; the library's time grows with the square
	maxMatterDepth  = 32       // lists and maps within each other
	maxMatterValues = 10_000   // values, those behind aliases counted each time
)

// A matter is YAML as a post's front matter uses it: a scalar, a list or a
// map. The zero matter is null.
type matter struct {
	text   string // of a scalar, as written, quotes and folding undone
	list   []matter
	fields map[string]matter
	line   int // within the YAML, from 1
}

// A matterError says where the YAML is wrong.
type matterError struct {
	line   int // within the YAML, from 1; 0 unknown
	reason string
}

func (e *matterError) Error() string { return e.reason }

// splitMatter cuts a post into the YAML between its --- lines and the body
// behind them; ok is false when the post has no front matter.
func splitMatter(post string) (yaml, body string, ok bool) {
	first, rest, found := strings.Cut(post, "\n")
	if !found || strings.TrimRight(first, " \t") != "---" {
		return "", post, false
	}
	for at := 0; at < len(rest) && at <= maxMatter; {
		line, next := rest[at:], len(rest)
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line, next = line[:i], at+i+1
		}
		if mark := strings.TrimRight(line, " \t"); mark == "---" || mark == "..." {
			return rest[:at], rest[next:], true
		}
		at = next
	}
	return "", post, false
}

// readMatter reads a YAML document that is a map, or empty.
func readMatter(text string) (m matter, err error) {
	if err := boundMatter(text); err != nil {
		return matter{}, err
	}
	// The YAML of a post is anybody's; what trips the library is a bad post,
	// not the end of the folder.
	defer func() {
		if r := recover(); r != nil {
			m, err = matter{}, &matterError{reason: "the YAML cannot be understood"}
		}
	}()
	file, err := parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return matter{}, yamlError(err)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return matter{}, nil
	}
	r := matterReader{anchors: map[string]ast.Node{}}
	m, err = r.read(file.Docs[0].Body, 0)
	if err == nil && m.fields == nil && (m.text != "" || m.list != nil) {
		err = &matterError{line: m.line, reason: "expected lines of the form \"key: value\""}
	}
	return m, err
}

// boundMatter refuses YAML that would cost too much to read.
func boundMatter(text string) error {
	if len(text) > maxMatter {
		return &matterError{reason: fmt.Sprintf("the YAML is longer than %d KiB", maxMatter>>10)}
	}
	if strings.Count(text, "\n") > maxMatterLines {
		return &matterError{line: maxMatterLines, reason: fmt.Sprintf("the YAML has more than %d lines", maxMatterLines)}
	}
	line, depth := 1, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\n':
			line++
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '-', '?':
			if strings.Count(text[i:min(len(text), i+2*maxMatterDepth)], string(c)+" ") == maxMatterDepth {
				return tooDeep(line)
			}
		}
		if depth > maxMatterDepth {
			return tooDeep(line)
		}
	}
	return nil
}

func tooDeep(line int) error {
	return &matterError{line: line, reason: fmt.Sprintf("lists or maps are nested more than %d deep", maxMatterDepth)}
}

func yamlError(err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		return &matterError{line: at.GetToken().Position.Line, reason: at.GetMessage()}
	}
	return &matterError{reason: shorten(err.Error(), 200)}
}

// A matterReader turns the library's nodes into matter, counting.
type matterReader struct {
	anchors map[string]ast.Node
	values  int
}

func (r *matterReader) read(n ast.Node, depth int) (matter, error) {
	line := lineOf(n)
	if depth > maxMatterDepth {
		return matter{}, tooDeep(line)
	}
	if r.values++; r.values > maxMatterValues {
		return matter{}, &matterError{line: line, reason: fmt.Sprintf("the YAML holds more than %d values", maxMatterValues)}
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		return r.mapping(n.Values, depth, line)
	case *ast.MappingValueNode:
		return r.mapping([]*ast.MappingValueNode{n}, depth, line)
	case *ast.SequenceNode:
		return r.sequence(n, depth, line)
	case *ast.TagNode:
		return r.read(n.Value, depth+1)
	case *ast.AnchorNode:
		r.anchors[n.Name.GetToken().Value] = n.Value
		return r.read(n.Value, depth+1)
	case *ast.AliasNode:
		return r.alias(n, depth)
	case *ast.LiteralNode:
		return matter{text: n.Value.Value, line: line}, nil
	case *ast.StringNode:
		return matter{text: n.Value, line: line}, nil
	case nil, *ast.NullNode, *ast.CommentGroupNode:
		return matter{line: line}, nil
	}
	return matter{text: n.GetToken().Value, line: line}, nil
}

func (r *matterReader) mapping(values []*ast.MappingValueNode, depth, line int) (matter, error) {
	m := matter{fields: make(map[string]matter, len(values)), line: line}
	for _, v := range values {
		value, err := r.read(v.Value, depth+1)
		if err != nil {
			return matter{}, err
		}
		if v.Key == nil || v.Key.GetToken() == nil {
			continue
		}
		if _, merge := v.Key.(*ast.MergeKeyNode); !merge {
			m.fields[v.Key.GetToken().Value] = value
			continue
		}
		for key, inherited := range value.fields {
			if _, own := m.fields[key]; !own {
				m.fields[key] = inherited
			}
		}
	}
	return m, nil
}

func (r *matterReader) sequence(n *ast.SequenceNode, depth, line int) (matter, error) {
	m := matter{list: make([]matter, 0, len(n.Values)), line: line}
	for _, v := range n.Values {
		value, err := r.read(v, depth+1)
		if err != nil {
			return matter{}, err
		}
		m.list = append(m.list, value)
	}
	return m, nil
}

func (r *matterReader) alias(n *ast.AliasNode, depth int) (matter, error) {
	name := n.Value.GetToken().Value
	target, ok := r.anchors[name]
	if !ok {
		return matter{}, &matterError{line: lineOf(n), reason: fmt.Sprintf("alias *%s has no anchor &%s before it", name, name)}
	}
	return r.read(target, depth+1)
}

func lineOf(n ast.Node) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 0
	}
	return n.GetToken().Position.Line
}

// get returns the text of the first of the keys that has one.
func (m matter) get(keys ...string) string {
	for _, key := range keys {
		if text := strings.TrimSpace(m.fields[key].text); text != "" {
			return text
		}
	}
	return ""
}

// texts returns a scalar, or the scalars of a list and of the lists in it.
func (m matter) texts() []string {
	if text := strings.TrimSpace(m.text); text != "" {
		return []string{text}
	}
	var out []string
	for _, v := range m.list {
		out = append(out, v.texts()...)
	}
	return out
}

// words is texts, a string being split at its blanks as Jekyll does.
func (m matter) words() []string {
	if m.list == nil {
		return strings.Fields(m.text)
	}
	return m.texts()
}
