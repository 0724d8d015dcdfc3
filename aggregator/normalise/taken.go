package normalise

import (
	"strings"

	"tributary/feed"
)

// forms are elements that ask their reader for something.
var forms = wordSet("form input textarea select option optgroup button label fieldset legend datalist output keygen isindex")

// kindOfElement says what an element is counted as that may not stay.
func kindOfElement(name string) feed.TakenKind {
	switch {
	case name == "script":
		return feed.TookScripts
	case name == "style" || name == "link":
		return feed.TookStyles
	case name == "frame":
		return feed.TookFrames
	case forms[name]:
		return feed.TookForms
	}
	return feed.TookElements
}

// kindOfAttribute is kindOfElement for an attribute.
func kindOfAttribute(name string) feed.TakenKind {
	switch {
	case strings.HasPrefix(name, "on"):
		return feed.TookScripts
	case name == "style":
		return feed.TookStyles
	}
	return feed.TookAttributes
}

// tracked counts an address that has lost parameters which only track.
func (t *tidier) tracked(kind attribute, value, cleaned string) {
	if (kind == attrLink || kind == attrSource) && len(cleaned) < len(value) && untracked(value) != value {
		t.taken.Add(feed.TookParameters)
	}
}

// unfollowed counts an address that nobody can follow. One that shows a pixel
// is no loss.
func (t *tidier) unfollowed(kind attribute, value string) {
	if (kind == attrLink || kind == attrSource) && value != "" {
		t.taken.Add(feed.TookAddresses)
	}
}
