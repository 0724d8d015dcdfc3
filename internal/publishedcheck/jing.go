package publishedcheck

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tributary/internal/testshared"
)

// Jing holds documents to a RELAX NG schema in the compact syntax, and returns
// what is wrong with each, by its name: a file's. The test is skipped where jing
// is not installed.
func Jing(t testing.TB, schema string, docs map[string][]byte) map[string][]string {
	t.Helper()
	jing, dir := testshared.Tool(t, "jing"), t.TempDir()
	s := &suite{site: dir}
	args := []string{"-c", schema}
	for name, doc := range docs {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, s.shortened(path, filepath.Join(dir, "shortened")))
	}
	out, err := exec.CommandContext(t.Context(), jing, args...).Output()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	problems := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		path, what, _ := strings.Cut(strings.TrimSpace(line), ":")
		problems[filepath.Base(path)] = append(problems[filepath.Base(path)], what)
	}
	if err != nil && len(problems) == 0 {
		t.Fatalf("jing: %v\n%s", err, failed.Stderr)
	}
	return problems
}
