package testshared_test

import (
	"testing"

	"tributary/internal/testshared"
)

func TestUpstreamAnswers(t *testing.T) {
	u := testshared.StartUpstream(t, "-n", "3", "-change", "0")
	if len(u.Feeds) != 3 {
		t.Fatalf("%d feeds, want 3", len(u.Feeds))
	}
	var truth struct{ Items []struct{ Link string } }
	if err := u.Get(t.Context(), "/truth/1.json", &truth); err != nil {
		t.Fatal(err)
	}
	if len(truth.Items) != u.Feeds[1].Items {
		t.Errorf("%d items in the truth, the list says %d", len(truth.Items), u.Feeds[1].Items)
	}
}
