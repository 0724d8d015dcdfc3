package render

import "tributary/feed"

// jsonAbout is where a reader of JSON learns what the object says.
const jsonAbout = "https://www.rfc-editor.org/rfc/rfc4287"

// A jsonExtras is what JSON Feed has no word for, in an object of ours as its
// "Extensions" has it, with the names of RFC 4287.
type jsonExtras struct {
	About        string          `json:"about"`
	Rights       string          `json:"rights,omitempty"`
	Contributors []jsonPerson    `json:"contributors,omitempty"`
	Categories   []jsonCategory  `json:"categories,omitempty"`
	Comments     string          `json:"comments,omitempty"`
	InReplyTo    []jsonReference `json:"in_reply_to,omitempty"`
	Season       int             `json:"season,omitempty"`
	Episode      int             `json:"episode,omitempty"`
	Persons      []jsonCredit    `json:"persons,omitempty"`
	Explicit     *bool           `json:"explicit,omitempty"`
	Point        string          `json:"point,omitempty"`
}

// A jsonCredit has the names of podcast:person.
type jsonCredit struct {
	Name  string `json:"name"`
	Role  string `json:"role,omitempty"`
	Group string `json:"group,omitempty"`
	Href  string `json:"href,omitempty"`
	Image string `json:"img,omitempty"`
}

type jsonPerson struct {
	Name  string `json:"name"`
	URI   string `json:"uri,omitempty"`
	Email string `json:"email,omitempty"`
}

// A jsonCategory is one of which a tag does not tell all.
type jsonCategory struct {
	Term   string `json:"term"`
	Scheme string `json:"scheme,omitempty"`
	Label  string `json:"label,omitempty"`
}

type jsonReference struct {
	Ref    string `json:"ref"`
	Href   string `json:"href,omitempty"`
	Source string `json:"source,omitempty"`
	Type   string `json:"type,omitempty"`
}

// newJSONExtras returns nil for an entry that JSON Feed has words for.
func newJSONExtras(it *item) *jsonExtras {
	e := &jsonExtras{About: jsonAbout, Rights: plainText(asHTML(it.Rights)), Comments: it.comments(), Season: max(it.Season, 0), Episode: max(it.Episode, 0), Explicit: it.rated(), Point: it.Point}
	for _, p := range people(it.Contributors) {
		e.Contributors = append(e.Contributors, jsonPerson{p.Name, p.URI, p.Email})
	}
	for _, c := range writable(it.Entry.Categories) {
		if c.Scheme != "" || c.Label != "" && c.Label != c.Term {
			e.Categories = append(e.Categories, jsonCategory{c.Term, c.Scheme, c.Label})
		}
	}
	for _, c := range it.credits {
		e.Persons = append(e.Persons, jsonCredit(c))
	}
	for _, r := range it.inReplyTo {
		e.InReplyTo = append(e.InReplyTo, jsonReference(r))
	}
	if e.empty() {
		return nil
	}
	return e
}

func (e *jsonExtras) empty() bool {
	return e.Rights == "" && e.Comments == "" && e.Season == 0 && e.Episode == 0 && e.Point == "" && e.Explicit == nil &&
		len(e.Persons)+len(e.Contributors)+len(e.Categories)+len(e.InReplyTo) == 0
}

// comments returns the page on which the entry is talked about.
func (it *item) comments() string {
	for _, l := range it.Entry.Links {
		if l.Rel == feed.RelReplies {
			if href := webURL(l.Href); href != "" {
				return href
			}
		}
	}
	return ""
}
