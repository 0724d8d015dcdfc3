package value

import (
	"slices"
	"strings"
	"testing"
)

func TestSchemesAreInOrder(t *testing.T) {
	if !slices.IsSorted(schemes[:]) {
		t.Error("schemes are searched by halves and must be in order")
	}
	longest := 0
	for _, s := range schemes {
		longest = max(longest, len(s))
		if schemeEnd(s+":") != len(s) || s != strings.ToLower(s) || !registered(strings.ToUpper(s)) {
			t.Errorf("%q is no scheme in lower case, or is not found", s)
		}
	}
	if registered(strings.Repeat("a", longest+1)) || registered("") || registered("feed") {
		t.Error("a name is found that is not listed")
	}
}
