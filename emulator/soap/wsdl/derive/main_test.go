package main

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"testing"
)

// TestTablesAreDerived: the committed tables are what the published files give.
func TestTablesAreDerived(t *testing.T) {
	root := filepath.Join(cmp.Or(os.Getenv("SLUICE_SHARED"), "../../../../../shared"), "wsdl")
	if _, err := os.Stat(root); err != nil {
		t.Skip("no published WSDL files: set SLUICE_SHARED to the folder that holds wsdl/")
	}
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
