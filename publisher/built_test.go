package publisher

import (
	"testing"

	"tributary/publisher/render"
)

// What a setting points to counts, not where it lies.
func TestFingerprint(t *testing.T) {
	of := func(author string) string {
		c := render.Category{Term: "show", Podcast: &render.Podcast{Author: author}}
		return New(nil, Settings{Categories: []Category{{Category: c}}}).fingerprint()
	}
	if ann := of("Ann"); ann != of("Ann") {
		t.Error("the same settings have two fingerprints")
	}
	if of("Ann") == of("Ben") {
		t.Error("another author has the same fingerprint")
	}
}
