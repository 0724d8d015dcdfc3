package validator

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tributary/validator/jsontext"
	"tributary/validator/value"
)

// items reads the items. Each is judged and forgotten.
func (j *jsonFeed) items(*jsonScope, *jsonVal) *jsontext.Error {
	return j.in.Array(func() *jsontext.Error {
		kind, err := j.in.Next()
		if err != nil {
			return err
		}
		j.result.Entries++
		if kind == jsontext.Object {
			if j.digest != nil {
				j.digest.Reset()
			}
			return j.object(j.tables.item, "items", nil)
		}
		v := jsonVal{kind: kind, key: "items", parent: "feed", start: jsonPos(j.in.Pos())}
		err = j.in.Skip()
		v.end = jsonPos(j.in.Pos())
		j.report(jsonType, v.place(), "items holds %s, it must hold objects", kind)
		return err
	})
}

// itemEnd judges an item as a whole.
func (j *jsonFeed) itemEnd(s *jsonScope) {
	if !s.with("content_html") && !s.with("content_text") {
		j.report(jsonContentMissing, s.open(), "")
	}
	if !s.with("url") && !s.with("external_url") && !s.nearly("url", "external_url") {
		j.report(jsonItemURLMissing, s.open(), "")
	}
	if !s.with("date_published") && !s.nearly("date_published") {
		j.report(jsonDateMissing, s.open(), "")
	}
	j.deprecated(s, keptItemAuthor)
	j.dates(&s.kept[keptPublished], &s.kept[keptModified])
	if j.digest != nil && len(j.glimpses) < maxGlimpses {
		j.glimpses = append(j.glimpses, Glimpse{
			ID: strings.Clone(s.kept[keptID].text), Updated: s.kept[keptModified].text, Published: s.kept[keptPublished].text,
			Content: strconv.FormatUint(j.digest.Sum64(), 16),
		})
	}
}

// dates looks at the order of an item's dates, and at that of the items.
func (j *jsonFeed) dates(published, modified *jsonVal) {
	p, m := published.time(), modified.time()
	if !p.IsZero() && !m.IsZero() && m.Before(p) {
		j.report(jsonModifiedEarly, modified.place(), "date_modified %q is before date_published %q", modified.text, published.text)
	}
	if p.IsZero() {
		return
	}
	if !j.last.IsZero() && p.After(j.last) {
		if j.unordered++; j.unordered == 1 {
			j.newer = *published
		}
	}
	j.last = p
}

// time is the date that a value is, zero when it is none.
func (v *jsonVal) time() time.Time {
	if v.text == "" {
		return time.Time{}
	}
	t, _ := value.RFC3339(v.text)
	return t
}

// id checks an item's id.
func (j *jsonFeed) id(_ *jsonScope, v *jsonVal) {
	if blank(v.text) {
		j.report(jsonIDEmpty, v.place(), "the id is empty: readers must drop such an item")
		return
	}
	if line := j.ids.again(v.text, v.start.Line); line > 0 {
		j.report(jsonIDRepeated, v.place(), "the id %q is that of the item of line %d", shorten(v.text), line)
	}
}

// singleAuthor reads author, which 1.1 has replaced.
func (j *jsonFeed) singleAuthor(s *jsonScope, v *jsonVal) *jsontext.Error {
	slot := keptFeedAuthor
	if s.object == j.tables.item {
		slot = keptItemAuthor
	}
	err := j.object(j.tables.author, s.object.name, nil)
	v.end = jsonPos(j.in.Pos())
	s.kept[slot] = *v
	return err
}

// deprecated reports author where there is no authors beside it.
func (j *jsonFeed) deprecated(s *jsonScope, slot int) {
	if a := &s.kept[slot]; a.kind != 0 && !s.with("authors") {
		j.only("1.1", jsonAuthor, a.place(), "author is deprecated in version 1.1: write authors, an array")
	}
}

// authorEnd checks that an author says something.
func (j *jsonFeed) authorEnd(s *jsonScope) {
	if s.found == 0 {
		j.report(jsonAuthorEmpty, s.open(), "an author must have a name, url or avatar")
	}
}

// attachmentEnd notes an attachment for those that come.
func (j *jsonFeed) attachmentEnd(s *jsonScope) {
	at := s.kept[keptURL]
	if at.kind == 0 || j.level < 2 {
		return
	}
	j.enclosed(at.text, s.kept[keptType].text, s.kept[keptSize].text)
	item := j.scopes[j.level-2]
	if slices.Contains(item.urls, at.text) {
		j.report(jsonAttachmentRepeated, at.place(), "the item has %q attached already", shorten(at.text))
	} else if len(item.urls) < maxAttached {
		item.urls = append(item.urls, at.text)
	}
}

// maxAttached bounds the attachments of one item that are compared.
const maxAttached = 200

// hubEnd notes a hub, for it to be looked for.
func (j *jsonFeed) hubEnd(s *jsonScope) {
	if at := s.kept[keptURL]; j.doc.Exchange != nil && at.kind != 0 && len(j.result.Hubs) < maxNamed {
		j.result.Hubs = append(j.result.Hubs, Probe{URL: at.text, Length: -1})
	}
}

// feedEnd judges the feed as a whole.
func (j *jsonFeed) feedEnd(s *jsonScope) {
	if !s.with("version") && !s.with("items") {
		j.report(jsonNotFeed, s.open(), "the object has neither version nor items: it is no feed")
	}
	feedURL, next := s.kept[keptFeedURL], s.kept[keptNextURL]
	if feedURL.kind != 0 {
		j.self, j.selfAt = feedURL.text, feedURL.place()
	}
	if next.kind != 0 && !blank(next.text) && feedURL.kind != 0 && sameAddress(next.text, feedURL.text) {
		j.report(jsonNextSelf, next.place(), "next_url is feed_url: a reader would go round and round")
	}
	j.deprecated(s, keptFeedAuthor)
	if j.unordered > 0 {
		j.report(jsonOrder, j.newer.place(), "this item is newer than the one before it (so are %d in all): list the newest first", j.unordered)
	}
	j.advice(s)
}

// advice reports what a feed on the web should have.
func (j *jsonFeed) advice(s *jsonScope) {
	for _, m := range []struct {
		keys []string
		rule *Rule
	}{{[]string{"feed_url"}, jsonFeedURLMissing}, {[]string{"home_page_url"}, jsonHomeMissing}, {[]string{"icon", "favicon"}, jsonIconMissing}} {
		if !slices.ContainsFunc(m.keys, s.with) && !s.nearly(m.keys...) {
			at := s.open()
			at.element, at.parent = m.keys[0], "feed"
			j.report(m.rule, at, "")
		}
	}
	if !s.with("language") && !s.nearly("language") {
		at := s.open()
		at.element, at.parent = "language", "feed"
		j.only("1.1", jsonLanguageMissing, at, jsonLanguageMissing.What)
	}
}
