package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluicehq/sluice/internal/reference"
)

// TestTablesAreDerived: the committed tables are what the published files give.
func TestTablesAreDerived(t *testing.T) {
	root := reference.Path(t, "wsdl")
	out := t.TempDir()
	if err := run(root, out); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../data/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d tables: %v", len(files), err)
	}
	for _, file := range files {
		committed, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		derived, err := os.ReadFile(filepath.Join(out, filepath.Base(file)))
		if err != nil || !bytes.Equal(committed, derived) {
			t.Errorf("%s differs from what derive writes (%v): go generate ./emulator/soap/wsdl", filepath.Base(file), err)
		}
	}
}
