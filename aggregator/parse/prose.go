package parse

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"

	"tributary/feed"
)

// piece returns the text construct that gofeed saw as a number.
func (k *skeleton) piece(number string) *prosePiece {
	if number == "" {
		return nil
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(k.texts) {
		return nil
	}
	return &k.texts[n]
}

// plain returns a piece that is a mere string: an identity, a name.
func (k *skeleton) plain(number string) string {
	p := k.piece(number)
	if p == nil {
		return ""
	}
	return strings.TrimSpace(k.characters(p.raw))
}

// text returns a text construct of Atom (RFC 4287 §3.1, Atom 0.3 §3.1). home
// is the scope of its item or feed.
func (k *skeleton) text(number string, home scope) Text {
	p := k.piece(number)
	if p == nil {
		return Text{}
	}
	return k.based(p, home, k.construct(p))
}

// based adds the base to a text where it is not that of its item.
func (k *skeleton) based(p *prosePiece, home scope, t Text) Text {
	if t.Base == "" && p.scope.base != home.base {
		t.Base = p.scope.String()
	}
	return t
}

func (k *skeleton) construct(p *prosePiece) Text {
	switch {
	case p.mode == "base64":
		return k.encoded(p)
	case p.mode == "escaped" || p.mode == "" && (p.kind == "html" || p.kind == "text/html"):
		return Text{Type: escapedType(p.kind), Body: k.escapedMarkup(p)}
	case p.kind == "xhtml" || strings.HasSuffix(p.kind, "xml"):
		return k.inline(p)
	case p.markup:
		return k.inline(p)
	case p.mode == "xml" || p.kind == "" || strings.HasPrefix(p.kind, "text"):
		return Text{Type: feed.TextPlain, Body: strings.TrimSpace(k.characters(p.raw))}
	}
	return k.encoded(p)
}

func escapedType(kind string) feed.TextType {
	if kind == "" || kind == "text" || kind == "text/plain" {
		return feed.TextPlain
	}
	return feed.TextHTML
}

// encoded reads base64, or text that says it is but is not.
func (k *skeleton) encoded(p *prosePiece) Text {
	s := k.characters(p.raw)
	kind := feed.TextHTML
	if p.kind == "text" || p.kind == "text/plain" {
		kind = feed.TextPlain
	}
	compact := strings.Join(strings.Fields(s), "")
	raw, err := base64.StdEncoding.DecodeString(compact)
	if err != nil {
		raw, err = base64.RawStdEncoding.DecodeString(compact)
	}
	if err == nil && utf8.Valid(raw) {
		return Text{Type: kind, Body: strings.TrimSpace(clean(string(raw)))}
	}
	if isMedia(p.kind) || p.mode == "base64" && !strings.ContainsAny(strings.TrimSpace(s), " <&") {
		return Text{} // base64 that is damaged
	}
	return Text{Type: kind, Body: strings.TrimSpace(s)}
}

// isMedia reports whether content of a type is nothing to read.
func isMedia(kind string) bool {
	return strings.HasPrefix(kind, "image/") || strings.HasPrefix(kind, "audio/") || strings.HasPrefix(kind, "video/")
}

// escapedMarkup is characters for HTML that has tags where references belong.
func (k *skeleton) escapedMarkup(p *prosePiece) string {
	if !p.markup {
		return strings.TrimSpace(k.characters(p.raw))
	}
	var b strings.Builder
	sc := scanner{s: p.raw}
	for t, ok := sc.next(); ok; t, ok = sc.next() {
		switch t.kind {
		case textToken:
			b.WriteString(k.ents.unescape(t.body))
		case cdataToken:
			b.WriteString(t.body)
		case startToken, endToken:
			b.WriteString(p.raw[t.from:t.to])
		}
	}
	return unwrap(strings.TrimSpace(b.String()))
}

// hypertext returns what RSS calls a description: HTML, escaped, in CDATA, or
// with its tags as they are.
func (k *skeleton) hypertext(number string, home scope) Text {
	p := k.piece(number)
	if p == nil {
		return Text{}
	}
	switch {
	case p.words == atomWords:
		return k.text(number, home)
	case p.mode != "" || p.kind == "xhtml":
		return k.based(p, home, k.construct(p))
	case p.markup:
		return k.based(p, home, k.inline(p))
	case p.kind == "plain" || p.kind == "text":
		return k.based(p, home, Text{Body: strings.TrimSpace(k.characters(p.raw))})
	}
	return k.based(p, home, Text{Type: feed.TextHTML, Body: strings.TrimSpace(k.characters(p.raw))})
}

// heading returns an RSS title, which may hold HTML or not: it does if it
// looks as if.
func (k *skeleton) heading(number string, home scope) Text {
	t := k.hypertext(number, home)
	if p := k.piece(number); p != nil && !p.markup && t.Type == feed.TextHTML && !looksLikeHTML(t.Body) {
		t.Type = feed.TextPlain
	}
	return t
}

// maxTag bounds how far the end of a tag may be for text to look like HTML.
const maxTag = 1000

// looksLikeHTML reports whether s has a tag or a reference in it.
func looksLikeHTML(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '<':
			near := s[i:min(len(s), i+maxTag)]
			if len(near) > 1 && (isNameStart(near[1]) || near[1] == '/' || near[1] == '!') && strings.IndexByte(near, '>') > 0 {
				return true
			}
		case '&':
			if end := strings.IndexByte(s[i:min(len(s), i+maxEntityName)], ';'); end > 1 && !strings.ContainsAny(s[i:i+end], " \t\n") {
				return true
			}
		}
	}
	return false
}
