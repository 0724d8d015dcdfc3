package feed_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"tributary/internal/testshared"
)

// arrows are the imports between packages that ARCHITECTURE.md draws. "..."
// stands for every package below; main and tests may see more.
var arrows = map[string][]string{
	"tributary/feed":                 {},
	"tributary/config":               {"tributary/feed"},
	"tributary/storage":              {"tributary/feed"},
	"tributary/storage/bolt":         {"tributary/feed", "tributary/storage"},
	"tributary/storage/storagetest":  {"tributary/feed", "tributary/storage"},
	"tributary/aggregator":           {"tributary/feed", "tributary/storage", "tributary/aggregator/fetch", "tributary/aggregator/parse", "tributary/aggregator/normalise"},
	"tributary/aggregator/fetch":     {"tributary/feed"},
	"tributary/aggregator/parse":     {"tributary/feed", "tributary/aggregator/fetch", "tributary/internal/frontmatter"},
	"tributary/aggregator/normalise": {"tributary/feed", "tributary/aggregator/parse"},
	"tributary/publisher":            {"tributary/feed", "tributary/storage", "tributary/publisher/render", "tributary/internal/atomicfile"},
	"tributary/publisher/render":     {"tributary/feed", "tributary/internal/frontmatter"},
}

// libraries are the modules whose types stop at one package.
var libraries = map[string]string{
	"github.com/mmcdole/gofeed":           "tributary/aggregator/parse",
	"github.com/microcosm-cc/bluemonday":  "tributary/aggregator/normalise",
	"github.com/gorilla/feeds":            "tributary/publisher/render",
	"go.etcd.io/bbolt":                    "tributary/storage/bolt",
	"github.com/pelletier/go-toml/v2":     "tributary/config",
	"github.com/yuin/goldmark":            "tributary/aggregator/parse",
	"github.com/spf13/cobra":              "tributary/cmd/tributary",
	"github.com/schollz/progressbar/v3":   "tributary/cmd/tributary",
	"github.com/klauspost/compress/zstd":  "tributary/aggregator/fetch",
	"golang.org/x/text/encoding/japanese": "tributary/aggregator/parse",
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
		checkLibraries(t, pkg, strings.Fields(imports))
	}
	if seen != len(arrows) {
		t.Errorf("%d packages of the graph exist, it draws %d", seen, len(arrows))
	}
}

func checkArrows(t *testing.T, pkg string, imports, allowed []string) {
	t.Helper()
	for _, i := range imports {
		if strings.HasPrefix(i, "tributary/") && !slices.Contains(allowed, i) {
			t.Errorf("%s imports %s: ARCHITECTURE.md draws no such arrow", pkg, i)
		}
	}
}

func checkLibraries(t *testing.T, pkg string, imports []string) {
	t.Helper()
	if pkg == "tributary/bench" {
		return // it runs the libraries bare, to compare with
	}
	for _, i := range imports {
		for lib, home := range libraries {
			if (i == lib || strings.HasPrefix(i, lib+"/")) && pkg != home {
				t.Errorf("%s imports %s, whose types are to stop at %s", pkg, i, home)
			}
		}
	}
}
