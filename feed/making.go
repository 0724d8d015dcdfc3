package feed

// A Making says what was done to make an entry of what upstream sent, for those
// who ask why it is as it is. It is no part of what readers see, nor of Digest.
type Making struct {
	Taken Taken    // by the cleaner, out of the texts that were kept
	Text  TextFrom // where the content is from
	Why   string   // why it is the source's own although another was looked for; at most MaxWhy bytes
}

// IsZero reports whether there is nothing to tell.
func (m *Making) IsZero() bool { return *m == Making{} }

// MaxWhy bounds Making.Why.
const MaxWhy = 200

// A TextFrom says where an entry's content is from.
type TextFrom uint8

// Where a content may be from. The numbers are stored.
const (
	FromSource    TextFrom = iota // the source's own document, and no other was asked for
	FromArticle                   // the entry's page: what looks like the article
	FromSelectors                 // the entry's page: what selectors took
	FromDocument                  // the entry's own document of an API
	FromNowhere                   // the source's own document; what the entry's own gave was of no use
)

// String names it in words for people.
func (f TextFrom) String() string {
	names := [...]string{"the source's own document", "its page, what looks like the article", "its page, by selectors", "its own document", "the source's own document"}
	if int(f) < len(names) {
		return names[f]
	}
	return "an unknown place"
}

// Taken counts what the cleaner took, by kind.
type Taken [takenKinds]uint16

// A TakenKind is a kind of what the cleaner takes out of HTML.
type TakenKind uint8

// What the cleaner may take. The numbers are stored.
const (
	TookScripts    TakenKind = iota // elements and attributes that hold code
	TookStyles                      // likewise for style
	TookTrackers                    // pictures that count who looks
	TookFrames                      // of hosts that are not allowed
	TookForms                       // and their fields
	TookParameters                  // addresses that had parameters which only track
	TookAddresses                   // that nobody can follow, or follow safely
	TookElements                    // others; their content stays
	TookAttributes                  // others
	TookMarkup                      // texts of which the words alone are left
	takenKinds
)

var takenNames = [takenKinds]string{"script", "style", "tracker", "frame", "form field", "tracked address", "unsafe address", "other element", "other attribute", "unreadable markup"}

// String names one of the kind.
func (k TakenKind) String() string { return takenNames[k] }

// Add counts one more; what is beyond 65535 is not counted.
func (t *Taken) Add(k TakenKind) {
	if t[k] < 1<<16-1 {
		t[k]++
	}
}

// AddAll adds the counts of another.
func (t *Taken) AddAll(o Taken) {
	for k := range t {
		t[k] += min(o[k], 1<<16-1-t[k])
	}
}
