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
	text, err := os.ReadFile(Module(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Module returns where a file of such a package lies.
func Module(t testing.TB, path string) string {
	t.Helper()
	folders := append(filepath.SplitList(os.Getenv("NODE_PATH")), filepath.Join(Root(t), ".ci", "node", "node_modules"))
	for _, folder := range folders {
		file := filepath.Join(folder, filepath.FromSlash(path))
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	Missing(t, "%s is not installed: npm install --prefix .ci/node axe-core microformats-parser", path)
	return ""
}
