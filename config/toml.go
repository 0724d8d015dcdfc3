package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// A builder makes a tree of tables from TOML, in which every key and value
// still knows its place. The library's parser gives the expressions; its
// decoder would lose the places, and stop at the first error.
type builder struct {
	parser  unstable.Parser
	base    int // offset at which the parser was started last
	root    *table
	current *table
	whole   bool // there was no syntax error
	words   map[string]string
	passer  *passer // nil: the tree gets all sources
	runs    []run   // of sources that it did not get
	*reporter
}

const (
	maxSyntaxErrors = 20
	maxWords        = 4096 // short texts kept once, however often they are written
)

// parseTOML reads r's text. What cannot be read is reported, and reading goes
// on behind it. Plain sources are passed over, if they can be.
func parseTOML(r *reporter) *builder {
	b := newBuilder(r)
	passer := &passer{}
	b.passer = passer
	b.parse()
	b.passer = nil
	if passer.mixed {
		r.errs = nil
		return parseTree(r)
	}
	return b
}

// parseTree is parseTOML with all sources in the tree.
func parseTree(r *reporter) *builder {
	b := newBuilder(r)
	b.parse()
	return b
}

func newBuilder(r *reporter) *builder {
	root := &table{origin: headed}
	return &builder{root: root, current: root, words: map[string]string{}, reporter: r}
}

func (b *builder) parse() {
	if i := invalidUTF8(b.data); i >= 0 {
		b.report(int32(i), Error{Problem: "this is not UTF-8", Expected: "save the file in the encoding UTF-8"})
		return
	}
	for n := 0; ; n++ {
		b.parser.Reset(b.data[b.base:])
		b.expressions()
		err := b.parser.Error()
		if err == nil {
			b.whole = n == 0
			return
		}
		at := b.base + b.offset(err)
		b.report(int32(at), Error{Problem: "this is not TOML: " + err.Error(), Expected: syntaxHint(err.Error())})
		next := resume(b.data, at)
		if next < 0 || n == maxSyntaxErrors {
			return
		}
		if first := bytes.TrimLeft(b.data[lineStart(b.data, at):], " \t"); len(first) > 0 && first[0] == '[' {
			b.current = &table{origin: scrapped}
		}
		b.base = next
	}
}

// expressions adds what the parser gives, up to its end or its first error.
func (b *builder) expressions() {
	for b.parser.NextExpression() {
		n := b.parser.Expression()
		if end, ok := b.passOver(n); ok {
			b.base = end
			b.parser.Reset(b.data[end:])
			continue
		}
		b.expression(n)
		if b.passer != nil && b.passer.mixed {
			return
		}
	}
}

func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	i := 0
	for {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
}

// syntaxHint says what to do about the commonest mistakes.
func syntaxHint(message string) string {
	switch {
	case strings.Contains(message, "multiline"):
		return `a text that begins with """ goes on until the next """`
	case strings.Contains(message, "at start of value"):
		return `texts stand in double quotes, as in title = "My news"`
	case strings.Contains(message, "after key"), strings.Contains(message, "start of key"):
		return `a line is [table], key = value, or a # comment; a name with dots or letters beyond a-z stands in quotes`
	}
	return ""
}

// offset returns where, behind the base, the parser stopped.
func (b *builder) offset(err error) int {
	var perr *unstable.ParserError
	if !errors.As(err, &perr) || perr.Highlight == nil {
		return len(b.data) - b.base
	}
	at := cap(b.data[b.base:]) - cap(perr.Highlight)
	return min(max(at, 0), len(b.data)-b.base)
}

func lineStart(data []byte, at int) int { return bytes.LastIndexByte(data[:at], '\n') + 1 }

// resume returns where to go on behind an error at that offset: at the next
// line that looks like a header or a key. It returns -1 when there is none, or
// when the rest may be inside a text of several lines.
func resume(data []byte, at int) int {
	if rest := data[at:]; bytes.HasPrefix(rest, []byte(`"""`)) || bytes.HasPrefix(rest, []byte(`'''`)) {
		return -1
	}
	for {
		i := bytes.IndexByte(data[at:], '\n')
		if i < 0 || at+i+1 >= len(data) {
			return -1
		}
		at += i + 1
		line := bytes.TrimLeft(data[at:], " \t[")
		if len(line) > 0 && (line[0]|0x20 >= 'a' && line[0]|0x20 <= 'z') {
			return at
		}
	}
}

// expression adds what one line, or several that belong together, says.
func (b *builder) expression(n *unstable.Node) {
	switch n.Kind {
	case unstable.Table:
		b.current = b.header(n)
	case unstable.ArrayTable:
		b.arrayTable(n)
	case unstable.KeyValue:
		b.keyValue(b.current, n)
	}
}

// header returns the table that [a.b.c] opens.
func (b *builder) header(n *unstable.Node) *table {
	t := b.root
	for it := n.Key(); it.Next(); {
		node := it.Node()
		key, at := b.word(node.Data), b.at(node)
		e := b.find(t, key)
		switch {
		case e == nil:
			e = t.add(entry{key: key, at: at, value: value{kind: isTable, at: at, sub: newTable(at)}})
		case !e.isOpen():
			b.twice(dottedKey(n), at, e.at)
			return &table{origin: scrapped}
		}
		t = e.value.sub
		if it.IsLast() {
			if t.origin != implied {
				b.twice(dottedKey(n), at, t.at)
				return &table{origin: scrapped}
			}
			t.origin, t.at, e.at = headed, at, at
		}
	}
	return t
}

func (b *builder) twice(key string, at, first int32) {
	b.report(at, Error{
		Key: key, Problem: fmt.Sprintf("%s is written a second time", key),
		Expected: fmt.Sprintf("it stands in line %d already; keep one of the two", b.line(first)),
	})
}

func (b *builder) arrayTable(n *unstable.Node) {
	b.current = &table{origin: scrapped}
	path, at := dottedKey(n), int32(0)
	for it := n.Key(); it.Next(); {
		at = b.at(it.Node())
	}
	e := Error{Key: path, Problem: fmt.Sprintf("[[%s]] opens a list of tables, and there are none here", path)}
	e.Expected = fmt.Sprintf("expected a table with single brackets, [%s]", path)
	if path == "source" || path == "category" {
		e.Expected = fmt.Sprintf("expected a table that has the %s's name, such as [%s.news]", path, path)
	}
	b.report(at, e)
}

// keyValue adds key = value to t; a dotted key opens tables below it.
func (b *builder) keyValue(t *table, n *unstable.Node) {
	for it := n.Key(); it.Next(); {
		node := it.Node()
		key, at := b.word(node.Data), b.at(node)
		e := b.find(t, key)
		switch {
		case it.IsLast() && e == nil:
			t.add(entry{key: key, at: at, value: b.value(n.Value(), at)})
			return
		case it.IsLast() || e != nil && (e.value.kind != isTable || e.value.sub.origin != dotted):
			b.twice(key, at, e.at)
			return
		case e == nil:
			e = t.add(entry{key: key, at: at, value: value{kind: isTable, at: at, sub: &table{at: at, origin: dotted}}})
		}
		t = e.value.sub
	}
}

var kinds = map[unstable.Kind]kind{
	unstable.String: isText, unstable.Integer: isNumber, unstable.Float: isFraction, unstable.Bool: isBool,
	unstable.LocalDate: isDate, unstable.LocalTime: isDate, unstable.LocalDateTime: isDate, unstable.DateTime: isDate,
}

// value returns the value of a node; keyAt stands in for the place of a list,
// which the parser does not tell.
func (b *builder) value(n *unstable.Node, keyAt int32) value {
	v := value{kind: kinds[n.Kind], at: keyAt}
	if n.Raw.Length > 0 {
		v.at = b.at(n)
	}
	switch n.Kind {
	case unstable.Array:
		v.kind, v.sub = isList, &table{at: v.at, origin: inline}
		for it := n.Children(); it.Next(); {
			v.sub.entries = append(v.sub.entries, entry{value: b.value(it.Node(), v.at)})
		}
	case unstable.InlineTable:
		v.kind, v.sub = isTable, &table{at: v.at}
		for it := n.Children(); it.Next(); {
			b.keyValue(v.sub, it.Node())
		}
		v.sub.origin = inline
	default:
		v.text = b.word(n.Data)
	}
	return v
}

func (b *builder) at(n *unstable.Node) int32 { return int32(b.base + int(n.Raw.Offset)) }

// word returns text as a string. Short ones, which keys, kinds and category
// terms are, are kept once.
func (b *builder) word(text []byte) string {
	if len(text) > 32 {
		return string(text)
	}
	if s, ok := b.words[string(text)]; ok {
		return s
	}
	s := string(text)
	if len(b.words) < maxWords {
		b.words[s] = s
	}
	return s
}

// dottedKey returns the key of a node as a path.
func dottedKey(n *unstable.Node) string {
	var parts []string
	for it := n.Key(); it.Next(); {
		parts = append(parts, string(it.Node().Data))
	}
	return strings.Join(parts, ".")
}

// joinKey appends a key to a dotted path.
func joinKey(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
