package testshared

import (
	"os"
	"path/filepath"
	"testing"
)

// Script returns the text of a file of an npm package that .ci/run installs
// in .ci/node, or that NODE_PATH leads to.
func Script(t testing.TB, path string) string {
	t.Helper()
	folders := append(filepath.SplitList(os.Getenv("NODE_PATH")), filepath.Join(Root(t), ".ci", "node", "node_modules"))
	for _, folder := range folders {
		if text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path))); err == nil {
			return string(text)
		}
	}
	Missing(t, "%s is not installed: npm install --prefix .ci/node axe-core", path)
	return ""
}
