package feed_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"tributary/internal/testshared"
)

// arrows are the imports between packages that ARCHITECTURE.md draws. Main and
// tests may see more, and every package may be lazy.
var arrows = map[string][]string{
	"tributary/feed":                  {},
	"tributary/feed/link":             {},
	"tributary/feed/headline":         {},
	"tributary/feed/repeat":           {"tributary/feed", "tributary/feed/link"},
	"tributary/config":                {"tributary/feed", "tributary/feed/headline", "tributary/rules", "tributary/validator/value"},
	"tributary/rules":                 {"tributary/feed"},
	"tributary/storage":               {"tributary/feed"},
	"tributary/storage/bolt":          {"tributary/feed", "tributary/feed/repeat", "tributary/storage"},
	"tributary/storage/storagetest":   {"tributary/feed", "tributary/storage"},
	"tributary/aggregator":            {"tributary/feed", "tributary/storage", "tributary/aggregator/fetch", "tributary/aggregator/parse", "tributary/aggregator/normalise", "tributary/aggregator/schedule", "tributary/rules", "tributary/validator"},
	"tributary/aggregator/schedule":   {"tributary/feed"},
	"tributary/aggregator/fetch":      {"tributary/feed"},
	"tributary/aggregator/parse":      {"tributary/feed", "tributary/feed/link", "tributary/aggregator/fetch", "tributary/internal/frontmatter"},
	"tributary/aggregator/discover":   {"tributary/feed", "tributary/aggregator/fetch", "tributary/aggregator/parse", "tributary/aggregator/normalise"},
	"tributary/aggregator/normalise":  {"tributary/feed", "tributary/feed/link", "tributary/aggregator/parse"},
	"tributary/server":                {"tributary/internal/filestate"},
	"tributary/websub":                {"tributary/feed", "tributary/storage", "tributary/internal/reply"},
	"tributary/websub/hub":            {"tributary/feed", "tributary/internal/reply"},
	"tributary/validator":             {"tributary/validator/value", "tributary/validator/markup", "tributary/validator/xmltext", "tributary/validator/jsontext"},
	"tributary/validator/value":       {},
	"tributary/validator/markup":      {},
	"tributary/validator/xmltext":     {},
	"tributary/validator/jsontext":    {},
	"tributary/validator/report":      {"tributary/validator"},
	"tributary/validator/exchange":    {"tributary/validator"},
	"tributary/validator/validatecmd": {"tributary/validator", "tributary/validator/exchange", "tributary/validator/fix", "tributary/validator/lsp", "tributary/validator/report", "tributary/validator/xmltext", "tributary/internal/atomicfile", "tributary/internal/cli"},
	"tributary/publisher":             {"tributary/feed", "tributary/storage", "tributary/publisher/render", "tributary/internal/atomicfile"},
	"tributary/publisher/media":       {},
	"tributary/publisher/render":      {"tributary/feed", "tributary/feed/headline", "tributary/validator/value", "tributary/internal/frontmatter", "tributary/opml"},
	"tributary/opml":                  {"tributary/validator/value", "tributary/validator/xmltext"},
}

// TestImports holds the packages' imports against the graph.
func TestImports(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	cmd.Dir = testshared.Root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		pkg, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		if allowed, known := arrows[pkg]; known {
			seen++
			checkArrows(t, pkg, strings.Fields(imports), allowed)
		}
	}
	if seen != len(arrows) {
		t.Errorf("%d packages of the graph exist, it draws %d", seen, len(arrows))
	}
}

func checkArrows(t *testing.T, pkg string, imports, allowed []string) {
	t.Helper()
	for _, i := range imports {
		if strings.HasPrefix(i, "tributary/") && i != "tributary/internal/lazy" && !slices.Contains(allowed, i) {
			t.Errorf("%s imports %s: ARCHITECTURE.md draws no such arrow", pkg, i)
		}
	}
}
