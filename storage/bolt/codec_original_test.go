package bolt

import (
	"reflect"
	"testing"

	"tributary/feed"
)

// TestOriginal: what upstream said is stored with what a rule has made of it.
func TestOriginal(t *testing.T) {
	for name, o := range map[string]*feed.Original{
		"none":     nil,
		"empty":    {Digest: feed.Digest{1}},
		"complete": {Title: feed.Text{Body: "As it was"}, Language: "en", Digest: feed.Digest{6}},
	} {
		e := feed.Entry{ID: feed.EntryID{1}, Source: "a", Title: feed.Text{Body: "As it is"}, Digest: feed.Digest{2}, Original: o}
		got, err := decodeEntry(encodeEntry(&e))
		if err != nil || !reflect.DeepEqual(got, e) {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, e)
		}
	}
}
