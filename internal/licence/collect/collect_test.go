package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/licence"
)

// Every module that is linked into the program has a licence, with its text, that may be
// given on with a program under Apache-2.0. A module that lacks one fails here; so would
// one under another licence, which somebody has to look at first.
func TestEveryLinkedModuleHasALicence(t *testing.T) {
	t.Chdir("../../..")
	b, lacking, err := collect("./cmd/sluice")
	if err != nil {
		t.Fatal(err)
	}
	if len(lacking) > 0 {
		t.Errorf("no licence is found of %v", lacking)
	}
	if b.Own.Licence != "Apache-2.0" || b.Texts[b.Own.Text] == "" {
		t.Errorf("Sluice itself is told as %+v", b.Own)
	}
	list, err := packages("./cmd/sluice")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if p.Module == nil || p.Module.Main {
			continue
		}
		if !slices.ContainsFunc(b.Parts, func(part licence.Part) bool { return part.Name == p.Module.Path && b.Texts[part.Text] != "" }) {
			t.Errorf("the licence of %s, of which %s is linked, is not in the book", p.Module.Path, p.ImportPath)
		}
	}
	may := []string{"Apache-2.0", "MIT", "BSD-3-Clause", "BSD-2-Clause", "ISC", "MPL-2.0", "Unlicense", "0BSD", "CC0-1.0", "Zlib", "BlueOak-1.0.0", "Public domain"}
	for _, part := range b.Parts {
		for id := range strings.SplitSeq(part.Licence, " AND ") {
			if !slices.Contains(may, id) {
				t.Errorf("%s is under %q: say whether it may be linked", part.Name, id)
			}
		}
	}
}

// A module without a licence is told, and nothing is written.
func TestAModuleWithoutALicence(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "license_test.go"), []byte("package x"), 0o600); err != nil {
		t.Fatal(err)
	}
	part, err := describe(&licence.Book{Texts: map[string]string{}}, &module{Path: "example.com/x", Version: "v1.0.0", Dir: dir}, map[string]bool{dir: true})
	if err != nil || part.Text != "" || part.Licence != "" {
		t.Errorf("%+v, %v", part, err)
	}
}

func TestBooksAreReadAsTheyWerePacked(t *testing.T) {
	b := &licence.Book{Parts: []licence.Part{{Name: "example.com/x", Version: "v1.0.0", Licence: "MIT", Text: "a"}}, Texts: map[string]string{"a": "Permission…"}}
	var first, second bytes.Buffer
	if err := b.Pack(&first); err != nil {
		t.Fatal(err)
	}
	if err := b.Pack(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("packed differently: %v", err)
	}
	got, err := licence.Read(first.Bytes())
	if err != nil || len(got.Parts) != 1 || got.Parts[0] != b.Parts[0] || got.Texts["a"] != "Permission…" {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := licence.Read(nil); err != nil || len(got.Parts) != 0 {
		t.Errorf("of nothing: %+v, %v", got, err)
	}
	if _, err := licence.Read([]byte("no book")); err == nil {
		t.Error("what is no book is read")
	}
}
