package bolt

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"tributary/feed"
)

// A start with another value in any field of a source must not be taken for
// one with the same sources.
func TestDigestHasEveryField(t *testing.T) {
	full := feed.Source{
		ID: "a", URL: "https://example.com/", Kind: "feed", Categories: []string{"c"}, Interval: time.Hour,
		Options: feed.Options{"k": "v"}, Filing: feed.Digest{1}, Request: feed.Digest{2},
	}
	all := digestOf([]feed.Source{full})
	for i := range reflect.TypeFor[feed.Source]().NumField() {
		other := full
		field := reflect.ValueOf(&other).Elem().Field(i)
		name := reflect.TypeFor[feed.Source]().Field(i).Name
		if field.IsZero() {
			t.Errorf("%s: the test has no value for it", name)
		}
		field.SetZero()
		if bytes.Equal(digestOf([]feed.Source{other}), all) {
			t.Errorf("%s makes no difference", name)
		}
	}
	if bytes.Equal(digestOf([]feed.Source{full, full}), all) {
		t.Error("their number makes no difference")
	}
}
