package validator

import (
	"math"
	"strconv"
	"strings"

	"tributary/validator/jsontext"
	"tributary/validator/markup"
	"tributary/validator/value"
)

// badValue reports a problem of a string's grammar.
func (j *jsonFeed) badValue(r *Rule, v *jsonVal, p *value.Problem) {
	at := v.at(p.At, p.Len)
	if p.Want != "" {
		at = at.mending(v.replaced(p.Want))
	}
	j.report(r, at, "%s: %s", v.key, p.Text)
}

// badURL reports a problem of an address.
func (j *jsonFeed) badURL(v *jsonVal, p *value.Problem) {
	r := jsonURLInvalid
	switch p.Kind {
	case value.Relative:
		r = jsonURLRelative
	case value.Scheme:
		r = jsonURLScheme
	}
	j.badValue(r, v, p)
}

// webURL checks an address that readers fetch or open.
func (j *jsonFeed) webURL(_ *jsonScope, v *jsonVal) {
	if p := value.WebURL(v.text); p != nil {
		j.badURL(v, p)
	}
}

// address checks an address of any scheme: the resource an item describes.
func (j *jsonFeed) address(_ *jsonScope, v *jsonVal) {
	if p := value.URI(v.text); p != nil && p.Kind != value.Scheme {
		j.badURL(v, p)
	}
}

// authorURL checks an address of a person, which may be mailto: too.
func (j *jsonFeed) authorURL(s *jsonScope, v *jsonVal) {
	if len(v.text) > 7 && strings.EqualFold(v.text[:7], "mailto:") {
		j.address(s, v)
		return
	}
	j.webURL(s, v)
}

func (j *jsonFeed) language(_ *jsonScope, v *jsonVal) {
	if p := value.Language(v.text); p != nil {
		j.badValue(jsonLanguageInvalid, v, p)
	}
}

func (j *jsonFeed) mediaType(_ *jsonScope, v *jsonVal) {
	if p := value.MediaType(v.text); p != nil {
		j.badValue(jsonMIMEInvalid, v, p)
	}
}

// date checks a date. RFC 3339 §5.6 lets t and z stand in lower case, which
// programs should not write.
func (j *jsonFeed) date(_ *jsonScope, v *jsonVal) {
	t, p := value.RFC3339(v.text)
	if p != nil && strings.ContainsAny(v.text, "tz") {
		if upper, still := value.RFC3339(strings.ToUpper(v.text)); still == nil {
			j.report(jsonDateCase, v.place().mending(v.replaced(strings.ToUpper(v.text))), "%s: %q has its t or z in lower case, write %s", v.key, v.text, strings.ToUpper(v.text))
			t, p = upper, nil
		}
	}
	switch {
	case p != nil:
		j.badValue(jsonDateInvalid, v, p)
	case !value.Plausible(t, j.now):
		j.report(dateImplausible, v.place(), "%s: %q lies in the future, or too far in the past", v.key, v.text)
	}
}

// plainText checks a text that is not HTML.
func (j *jsonFeed) plainText(_ *jsonScope, v *jsonVal) {
	if f := markup.Plain(v.text); f != nil {
		j.report(jsonMarkup, v.at(f.At, f.Len), "%s: %s", v.key, f.Text)
	}
}

// tag checks a tag of an item.
func (j *jsonFeed) tag(s *jsonScope, v *jsonVal) {
	switch {
	case blank(v.text):
		j.report(jsonEmpty, v.place(), "a tag is empty: leave it out")
	case len(v.text) > 1 && v.text[0] == '#':
		j.report(jsonTagHash, v.place().mending(v.replaced(v.text[1:])), "the tag %q starts with #, tags are no hashtags", shorten(v.text))
	default:
		j.plainText(s, v)
	}
}

func (j *jsonFeed) hubType(_ *jsonScope, v *jsonVal) {
	for _, known := range []string{"WebSub", "rssCloud"} {
		if v.text == known {
			return
		}
		if strings.EqualFold(v.text, known) {
			j.report(jsonHubType, v.place().mending(v.replaced(known)), "the hub is of type %q, the specification writes %q", v.text, known)
			return
		}
	}
	j.report(jsonHubType, v.place(), "the hub is of type %q, readers know WebSub and rssCloud", shorten(v.text))
}

// notNegative checks a number.
func (j *jsonFeed) notNegative(_ *jsonScope, v *jsonVal) {
	f, err := strconv.ParseFloat(v.text, 64)
	switch {
	case f < 0:
		j.report(jsonNegative, v.place(), "%s is %s, it must be 0 or more", v.key, shorten(v.text))
	case err != nil || f >= 1<<53:
		j.report(jsonNumberRange, v.place(), "%s is %s, readers lose digits of numbers above 9007199254740991", v.key, shorten(v.text))
	}
}

// size checks a number of bytes.
func (j *jsonFeed) size(s *jsonScope, v *jsonVal) {
	if f, err := strconv.ParseFloat(v.text, 64); err == nil && f >= 0 && f != math.Trunc(f) {
		j.report(jsonSizeFraction, v.place(), "%s is %s, a file has a whole number of bytes", v.key, shorten(v.text))
		return
	}
	j.notNegative(s, v)
}

func (j *jsonFeed) checkVersion(_ *jsonScope, v *jsonVal) {
	const one, oneOne = "https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"
	switch v.text {
	case one:
		j.version = "1"
	case oneOne:
		j.version = "1.1"
	default:
		at := v.place()
		switch bare := strings.TrimSuffix(strings.TrimSpace(strings.ToLower(v.text)), "/"); {
		case strings.HasSuffix(bare, "1.1"):
			j.version, at = "1.1", at.mending(v.replaced(oneOne))
		case strings.HasSuffix(bare, "/1"), strings.HasSuffix(bare, "1.0"), bare == "1":
			j.version, at = "1", at.mending(v.replaced(one))
		}
		j.report(jsonVersion, at, "the version is %q, it must be %q or %q", shorten(v.text), oneOne, one)
	}
	j.result.Version = j.version
}

// longText reads a text of any length.
func (j *jsonFeed) longText(_ *jsonScope, v *jsonVal) *jsontext.Error {
	begun, empty := false, true
	start, end, err := j.in.Parts(func(t *jsontext.Text, _ bool) int {
		empty = empty && blank(t.Text)
		if !begun && v.key == "content_text" && strings.HasPrefix(t.Text, "<") {
			v.str = t
			j.markedUp(v, t.Text)
		}
		begun = true
		j.note(t.Text)
		return len(t.Text)
	})
	j.read(v, start, end, empty && err == nil)
	return err
}

// markedUp reports a text that starts with a tag.
func (j *jsonFeed) markedUp(v *jsonVal, text string) {
	if f := markup.Plain(text); f != nil {
		j.report(jsonMarkup, v.at(f.At, f.Len), "%s: %s: write HTML as content_html", v.key, f.Text)
	}
}

// read ends the reading of a long text.
func (j *jsonFeed) read(v *jsonVal, start, end jsontext.Pos, empty bool) {
	v.str, v.start, v.end = nil, jsonPos(start), jsonPos(end)
	if empty {
		j.report(jsonEmpty, v.place(), "%s is empty: leave the key out", v.key)
	}
}

// note adds a text to what looks at a document are compared by.
func (j *jsonFeed) note(s string) {
	if j.digest != nil {
		_, _ = j.digest.Write([]byte(s)) // a hash takes all
	}
}

// htmlText reads HTML of any length.
func (j *jsonFeed) htmlText(_ *jsonScope, v *jsonVal) *jsontext.Error {
	j.html.Reset()
	j.htmlVal = v
	empty := true
	start, end, err := j.in.Parts(func(t *jsontext.Text, last bool) int {
		empty = empty && blank(t.Text)
		v.str = t
		done := j.html.Feed(t.Text, last)
		j.note(t.Text[:done])
		return done
	})
	j.read(v, start, end, empty && err == nil)
	return err
}

// htmlFinding reports what was found in HTML.
func (j *jsonFeed) htmlFinding(f markup.Finding) {
	r := jsonHTMLRules[f.Kind]
	if r == nil {
		return
	}
	at := place{}
	if j.result.Counts[r.Code] < j.limits.PerCode {
		at = j.htmlVal.at(f.At, f.Len).quoting(f.Value)
	}
	j.report(r, at, "%s: %s", j.htmlVal.key, f.Text)
}
