package parse_test

import (
	"testing"

	"tributary/aggregator/parse"
)

// The rules of feeds hold for what is a feed, and for nothing else.
func TestOpaque(t *testing.T) {
	for name, kind := range parse.Kinds {
		isFeed := name == "feed" || name == "file" || name == "exec"
		if kind.Opaque == isFeed {
			t.Errorf("%s: opaque is %t", name, kind.Opaque)
		}
	}
}
