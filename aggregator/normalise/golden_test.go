package normalise

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden sanitises testdata/html/CASE.html and compares with CASE.want.
func TestGolden(t *testing.T) {
	cases, err := filepath.Glob("testdata/html/*.html")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range cases {
		in, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got := sanitise(string(in), testBase) + "\n"
		golden := strings.TrimSuffix(path, ".html") + ".want"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s\n got %s\nwant %s", path, got, want)
		}
		harmless(t, path, got)
	}
}
