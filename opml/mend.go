package opml

import (
	"bytes"
	"strings"

	"tributary/internal/lazy"
	"tributary/validator/xmltext"
)

// Programs that forget to escape write quotes and tags into values. Such a tag
// is read up to what ends a tag and a line: a value ends at the last quote before the
// next attribute that OPML knows.
var attributeStart = lazy.Regexp(`[ \t\r\n]+(` + strings.Join(words, "|") + `)="`)

var tagEnd = lazy.Regexp(`"[ \t]*/?>[ \t\r]*\n`)

const longestMended = 64 << 10 // bytes of a tag

// A mended is an outline's tag that is not well-formed.
type mended struct {
	token xmltext.Token
	start int // offset of the tag
	end   int // offset behind it
}

// mend reads the tag of an outline around an offset. It returns nil when its
// attributes cannot be told apart.
func mend(data []byte, at int) *mended {
	at = min(at, len(data))
	if bytes.HasPrefix(data[at:], []byte("<outline")) {
		at += len("<outline")
	}
	from := bytes.LastIndex(data[max(0, at-longestMended):at], []byte("<outline"))
	if from < 0 {
		return nil
	}
	from += max(0, at-longestMended)
	tag := data[from:min(len(data), from+longestMended)]
	if next := bytes.Index(tag[1:], []byte("<outline")); next >= 0 {
		tag = tag[:1+next]
	}
	if end := tagEnd().FindIndex(tag); end != nil {
		tag = tag[:end[1]]
	}
	tag = bytes.TrimRight(tag, " \t\r\n")
	m := &mended{start: from, end: from + len(tag)}
	m.token.Kind, m.token.Name = xmltext.Start, []byte("outline")
	tag, ok := bytes.CutSuffix(tag, []byte(">"))
	if !ok {
		return nil
	}
	tag, m.token.Empty = bytes.CutSuffix(tag, []byte("/"))
	starts := attributeStart().FindAllSubmatchIndex(tag, -1)
	for i, s := range starts {
		end := len(tag)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		value, ok := bytes.CutSuffix(bytes.TrimRight(tag[s[1]:end], " \t"), []byte(`"`))
		if !ok || m.has(tag[s[2]:s[3]]) {
			return nil
		}
		m.token.Attrs = append(m.token.Attrs, xmltext.Attr{Name: tag[s[2]:s[3]], Value: value})
	}
	if len(m.token.Attrs) == 0 {
		return nil
	}
	return m
}

func (m *mended) has(name []byte) bool {
	for _, a := range m.token.Attrs {
		if bytes.Equal(a.Name, name) {
			return true
		}
	}
	return false
}
