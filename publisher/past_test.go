package publisher

import (
	"fmt"
	"testing"
)

// The feeds that were asked for last are remembered, as many as are worth it.
func TestPastsAreBounded(t *testing.T) {
	p := newPasts()
	first := p.of("/mix/a+b/")
	for i := range 2 * mostPasts {
		p.of(fmt.Sprintf("/source/%d/", i))
		if p.of("/mix/a+b/") != first {
			t.Fatal("one that is asked for all the time is forgotten")
		}
		if len(p.known) > mostPasts || p.order.Len() != len(p.known) {
			t.Fatalf("%d are remembered, %d in order", len(p.known), p.order.Len())
		}
	}
	old := p.of("/source/0/")
	if old == first || len(p.known) > mostPasts {
		t.Errorf("%d are remembered", len(p.known))
	}
}
