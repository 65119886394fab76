// Package reference finds, for tests, the reference material that lies beside the
// repository: recorded answers, published schemas, data sets. The repository does not
// carry it.
package reference

import (
	"os"
	"path/filepath"
	"testing"
)

// Find returns the files or folders that match the pattern in the material's folder, which
// may be none: $SLUICE_SHARED, else the folder shared beside the repository.
func Find(tb testing.TB, pattern string) []string {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(folder(tb), filepath.FromSlash(pattern)))
	if err != nil {
		tb.Fatal(err)
	}
	return paths
}

// Paths is Find for a test that needs some: without any it is skipped, and says so.
func Paths(tb testing.TB, pattern string) []string {
	tb.Helper()
	paths := Find(tb, pattern)
	if len(paths) == 0 {
		tb.Skipf("there is no %s beside the repository: set SLUICE_SHARED to the folder that has it", pattern)
	}
	return paths
}

// Path returns the first file or folder that matches the pattern.
func Path(tb testing.TB, pattern string) string {
	tb.Helper()
	return Paths(tb, pattern)[0]
}

// Read returns what is in the first file that matches the pattern.
func Read(tb testing.TB, pattern string) []byte {
	tb.Helper()
	data, err := os.ReadFile(Path(tb, pattern))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// folder is the material's; beside the repository, whichever of its packages the test is in.
func folder(tb testing.TB) string {
	tb.Helper()
	if folder := os.Getenv("SLUICE_SHARED"); folder != "" {
		return folder
	}
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(filepath.Dir(dir), "shared")
		}
		up := filepath.Dir(dir)
		if up == dir {
			tb.Fatal("no go.mod above the test's folder")
		}
		dir = up
	}
}
