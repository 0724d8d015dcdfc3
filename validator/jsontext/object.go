package jsontext

import "fmt"

// Object reads an object, where Next says that one comes. member is called at each of its values, which it
// must read.
func (r *Reader) Object(member func(Key) *Error) *Error {
	open := r.Pos()
	if err := r.enter(open); err != nil {
		return err
	}
	r.keys.open()
	for n := 0; ; n++ {
		c := r.space()
		if c == '}' && n == 0 {
			break
		}
		if c != '"' {
			return r.noKey(c, n, open)
		}
		key, err := r.key()
		if err != nil {
			return err
		}
		if err := r.colon(key.Name); err != nil {
			return err
		}
		if err := member(key); err != nil {
			return err
		}
		if done, err := r.more('}', open); err != nil {
			return err
		} else if done {
			break
		}
	}
	r.i++
	r.depth--
	r.keys.close()
	return nil
}

// Array reads an array, where Next says that one comes. element is called at each of its values, which it
// must read.
func (r *Reader) Array(element func() *Error) *Error {
	open := r.Pos()
	if err := r.enter(open); err != nil {
		return err
	}
	for n := 0; ; n++ {
		if c := r.space(); c == ']' {
			if n > 0 {
				return r.fail("\"]\" stands where a value is expected: remove the comma before it")
			}
			break
		} else if c == end {
			return r.ends(fmt.Sprintf("within the array that line %d opens", open.Line))
		}
		if err := element(); err != nil {
			return err
		}
		if done, err := r.more(']', open); err != nil {
			return err
		} else if done {
			break
		}
	}
	r.i++
	r.depth--
	return nil
}

// enter takes the bracket that opens an object or array.
func (r *Reader) enter(open Pos) *Error {
	if r.depth++; r.depth > r.MaxDepth {
		return &Error{Pos: open, Kind: TooDeep, Text: fmt.Sprintf("values are nested more than %d deep here", r.MaxDepth)}
	}
	r.i++
	return nil
}

// key reads a key.
func (r *Reader) key() (Key, *Error) {
	k := Key{Start: r.Pos()}
	raw, escaped, err := r.raw()
	if err != nil {
		return k, err
	}
	if escaped {
		raw = r.decode(raw, k.Start.after(1))
	}
	k.End = r.Pos()
	k.Name = r.name(raw)
	k.Repeated = r.keys.add(raw)
	return k, nil
}

const (
	maxNames = 1000 // that are kept
	maxName  = 64   // bytes of one
)

// name returns a key as a string. Those of feeds are the same all over again.
func (r *Reader) name(raw []byte) string {
	if s, ok := r.names[string(raw)]; ok {
		return s
	}
	s := string(raw)
	if len(r.names) < maxNames && len(s) <= maxName {
		r.names[s] = s
	}
	return s
}

func (r *Reader) colon(key string) *Error {
	switch c := r.space(); c {
	case ':':
		r.i++
		return nil
	case end:
		return r.ends("after a key: \":\" and its value are missing")
	case '=':
		return r.fail("\"=\" stands after the key %q: write \":\"", cut(key))
	default:
		return r.fail("%s stands after the key %q where \":\" is expected", r.found(), cut(key))
	}
}

// noKey is the error of what stands where a key is expected.
func (r *Reader) noKey(c, n int, open Pos) *Error {
	switch {
	case c == end:
		return r.ends(fmt.Sprintf("within the object that line %d opens", open.Line))
	case c == '}':
		return r.fail("\"}\" stands where a key is expected: remove the comma before it")
	case c == ',' && n == 0:
		return r.fail("a comma stands before the first key: remove it")
	case c == ',':
		return r.fail("a second comma stands where a key is expected: remove one")
	case c == '\'':
		return r.fail("a key stands in single quotes: JSON has double quotes only")
	case c == '/' || c == '#':
		return r.fail("%s stands where a key is expected: JSON has no comments", r.found())
	case c == '_' || c == '$' || c|0x20 >= 'a' && c|0x20 <= 'z':
		return r.fail("the key %s stands without quotes: write it in double quotes", r.bare())
	}
	return r.fail("%s stands where a key in double quotes is expected", r.found())
}

// more looks at what comes after a value: a comma, which it takes, or the
// bracket that closes, which it does not.
func (r *Reader) more(closing int, open Pos) (done bool, err *Error) {
	c := r.space()
	switch {
	case c == ',':
		r.i++
		return false, nil
	case c == closing:
		return true, nil
	case c == end:
		return false, r.ends(fmt.Sprintf("before \"%c\" closes what line %d opens", closing, open.Line))
	case c == '"':
		return false, r.fail("a comma is missing before this: \"\\\"\" stands where \",\" or \"%c\" is expected", closing)
	case c == '/' || c == '#':
		return false, r.fail("%s stands where \",\" or \"%c\" is expected: JSON has no comments", r.found(), closing)
	case c == ']' || c == '}':
		return false, r.fail("\"%c\" stands where \",\" or \"%c\" is expected: it does not fit the bracket of line %d", c, closing, open.Line)
	}
	return false, r.fail("%s stands where \",\" or \"%c\" is expected", r.found(), closing)
}
