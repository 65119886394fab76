package shell

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The editor gets the record with the digits of its numbers, and what it leaves is taken.
func TestEdit(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "editor")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ncp \"$1\" "+dir+"/seen\nsed -i.bak s/red/blue/ \"$1\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	p := &Shell{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Getenv: func(name string) string {
		return map[string]string{"EDITOR": script}[name]
	}}
	got, err := p.Edit(t.Context(), map[string]any{"colour": "red", "price": json.Number("1.50")})
	if err != nil || got["colour"] != "blue" || got["price"] != json.Number("1.50") {
		t.Errorf("record %v, %v", got, err)
	}
	if seen, err := os.ReadFile(filepath.Join(dir, "seen")); err != nil || !strings.Contains(string(seen), `"price": 1.50`) {
		t.Errorf("the editor saw %s, %v", seen, err)
	}
}
