// Package testshared finds the data that tests share with other projects of
// the family: corpora, conformance cases, the upstream simulator. They lie in
// ../shared, seen from the module's root, and need not be there.
package testshared

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Dir returns the path of an element below ../shared. The test is skipped
// when it is absent, or fails when CI=true.
func Dir(t testing.TB, elem ...string) string {
	t.Helper()
	root := Root(t)
	path := filepath.Join(append([]string{filepath.Dir(root), "shared"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		Missing(t, "%s is not there: it belongs beside the project's folder", filepath.Join(append([]string{"../shared"}, elem...)...))
	}
	return path
}

// Tool returns the path of a program that a test needs. The test is skipped
// when it is not installed, or fails when CI=true.
func Tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Missing(t, "%s is not installed", name)
	}
	return path
}

// Missing skips a test that lacks something of its surroundings, or fails it
// when CI=true, where all of it must be there.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if InCI() {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// InCI reports whether CI=true: tests run at full length there.
func InCI() bool { return os.Getenv("CI") == "true" }

// Root returns the folder of go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = filepath.Dir(dir)
	}
}
