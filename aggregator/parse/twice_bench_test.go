package parse

import (
	"strings"
	"testing"
)

// TestBeyondASCII: the first byte beyond ASCII is found wherever it stands.
func TestBeyondASCII(t *testing.T) {
	for n := range 40 {
		s := strings.Repeat("a", n)
		if got := beyondASCII(s); got != -1 {
			t.Errorf("beyondASCII of %d letters is %d, want -1", n, got)
		}
		for _, more := range []string{"é", "\xff", "中 and more than eight letters"} {
			if got := beyondASCII(s + more); got != n {
				t.Errorf("beyondASCII(%q) = %d, want %d", s+more, got, n)
			}
		}
	}
}

// BenchmarkEncodedOnce looks through a document of 256 KB that has nothing
// beyond ASCII, as most have.
func BenchmarkEncodedOnce(b *testing.B) {
	s := strings.Repeat("<item><title>Harbour opens</title></item>\n", 6000)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		if _, ok := encodedOnce(s); ok {
			b.Fatal("it was taken for text that was encoded twice")
		}
	}
}
