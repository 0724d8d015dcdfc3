package validator

import (
	"fmt"
	"strings"

	"tributary/validator/jsontext"
	"tributary/validator/value"
)

// A jsonVal is a value with the names that messages give it.
type jsonVal struct {
	kind        jsontext.Kind
	key, parent string
	start, end  Position
	text        string         // of a string; of a number, true and false, as written
	str         *jsontext.Text // of a string that was read just now
}

// place is that of the whole value.
func (v *jsonVal) place() place {
	return place{start: v.start, end: v.end, element: v.key, parent: v.parent, value: v.text}
}

// at is the place of length bytes of a string at an offset.
func (v *jsonVal) at(offset, length int) place {
	p := v.place()
	if v.str != nil {
		start, end := v.str.Span(offset, length)
		p.start, p.end = jsonPos(start), jsonPos(end)
	}
	return p
}

// rewritten is the edit that writes another value, in JSON.
func (v *jsonVal) rewritten(s string) *Fix {
	return &Fix{What: "write " + s, Start: v.start.Offset, End: v.end.Offset, New: s}
}

// replaced is the edit that writes another string.
func (v *jsonVal) replaced(s string) *Fix {
	f := v.rewritten(quoteJSON(s))
	f.What = "write " + s
	return f
}

// quoteJSON writes a string of JSON.
func quoteJSON(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c < 0x20:
			fmt.Fprintf(&b, "\\u%04x", c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String() + `"`
}

// value reads the value of a key and checks its kind, and then the value.
func (j *jsonFeed) value(s *jsonScope, k *jsonKey, v *jsonVal) *jsontext.Error {
	v.start = jsonPos(j.in.Pos())
	if v.kind != k.kind {
		return j.otherKind(s, k, v)
	}
	switch {
	case k.read != nil:
		return k.read(j, s, v)
	case v.kind == jsontext.Object:
		return j.object(k.object, s.object.name, nil)
	case v.kind == jsontext.Array:
		return j.array(s, k)
	}
	if err := j.scalar(v); err != nil {
		return err
	}
	j.scalarValue(s, k, v)
	return nil
}

// scalar reads a string, a number, true, false or null.
func (j *jsonFeed) scalar(v *jsonVal) *jsontext.Error {
	var err *jsontext.Error
	if v.kind != jsontext.String {
		v.text, err = j.in.Literal()
	} else if v.str, err = j.in.Text(); err == nil {
		v.text = v.str.Text
	}
	v.end = jsonPos(j.in.Pos())
	return err
}

// scalarValue checks a string or number of the right kind.
func (j *jsonFeed) scalarValue(s *jsonScope, k *jsonKey, v *jsonVal) {
	if k.keep == 0 {
		j.note(v.key)
		j.note(v.text)
	}
	if v.kind == jsontext.String && blank(v.text) && !k.blank {
		j.report(jsonEmpty, v.place(), "%s is empty: leave the key out", v.key)
	} else if k.check != nil {
		k.check(j, s, v)
	}
	if k.keep > 0 {
		s.kept[k.keep-1] = *v
		s.kept[k.keep-1].str = nil
	}
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// found says what the value is: itself, where it is short.
func (v *jsonVal) found() string {
	switch {
	case v.kind == jsontext.String:
		return fmt.Sprintf("the string %q", shorten(v.text))
	case v.kind == jsontext.Number:
		return "the number " + shorten(v.text)
	}
	return v.text
}

// array reads an array and checks its elements, which are of one kind.
func (j *jsonFeed) array(s *jsonScope, k *jsonKey) *jsontext.Error {
	return j.in.Array(func() *jsontext.Error {
		kind, err := j.in.Next()
		if err != nil {
			return err
		}
		s.element = jsonVal{kind: kind, key: k.name, parent: s.object.name, start: jsonPos(j.in.Pos())}
		v := &s.element
		switch {
		case kind != k.of.kind:
			err = j.in.Skip()
			v.end = jsonPos(j.in.Pos())
			j.report(jsonType, v.place(), "%s holds %s, it must hold %s", k.name, kind, plural(k.of.kind))
		case kind == jsontext.Object:
			err = j.object(k.of.object, s.object.name, nil)
		default:
			if err = j.scalar(v); err == nil {
				j.scalarValue(s, k.of, v)
			}
		}
		return err
	})
}

func plural(k jsontext.Kind) string {
	return strings.TrimPrefix(strings.TrimPrefix(k.String(), "an "), "a ") + "s"
}

// otherKind reads a value that is of another kind than its key takes.
func (j *jsonFeed) otherKind(s *jsonScope, k *jsonKey, v *jsonVal) *jsontext.Error {
	if v.kind == jsontext.Array || v.kind == jsontext.Object {
		if err := j.in.Skip(); err != nil {
			return err
		}
		v.end = jsonPos(j.in.Pos())
		j.report(jsonType, v.place(), "%s is %s, it must be %s", v.key, v.kind, k.kind)
		return nil
	}
	if err := j.scalar(v); err != nil {
		return err
	}
	switch {
	case v.kind == jsontext.Null && k.required == nil:
		j.report(jsonNull, v.place(), "%s is null: leave the key out", v.key)
	case v.kind == jsontext.Null:
		j.report(jsonType, v.place(), "%s is null, it must be %s", v.key, k.kind)
		s.found |= 1 << s.object.index[k.name] // it is told already
	case v.kind == jsontext.Number && k.numbered:
		quoted := v.replaced(v.text)
		quoted.What = "put it in quotes"
		j.report(jsonIDNumber, v.place().mending(quoted), "the id is the number %s, it must be a string", shorten(v.text))
		j.scalarValue(s, k, v)
	default:
		at := v.place()
		if v.kind == jsontext.String && (k.kind == jsontext.Bool && (v.text == "true" || v.text == "false") || k.kind == jsontext.Number && value.NonNegative(v.text) == nil && (v.text == "0" || v.text[0] > '0')) {
			at = at.mending(v.rewritten(v.text))
		}
		j.report(jsonType, at, "%s is %s, it must be %s", v.key, v.found(), k.kind)
	}
	return nil
}
