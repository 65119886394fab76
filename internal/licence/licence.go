// Package licence holds whose software is in the program, and under which licences. make
// build collects it (internal/licence/collect); a program that was built without holds
// nothing, and says so.
package licence

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
)

// Part is a piece of software by others.
type Part struct {
	Name    string `json:"name"`    // of the Go module or the npm package
	Version string `json:"version"` // v1.2.3
	Licence string `json:"licence"` // SPDX identifiers, with " AND " between them
	Text    string `json:"text"`    // key into Book.Texts
}

// Book is a collection of parts. Texts that several share are in it once.
type Book struct {
	Own   Part              `json:"own"` // Sluice itself
	Parts []Part            `json:"parts"`
	Texts map[string]string `json:"texts"`
}

// collected has go.json.gz where it was made.
//
//go:embed all:dist
var collected embed.FS

// File is where the collected parts of Go are, from this package's folder.
const File = "dist/go.json.gz"

// Go returns the Go modules that are linked into the program; an empty book where the
// program was built without.
func Go() (*Book, error) {
	packed, err := collected.ReadFile(File)
	if err != nil {
		return &Book{}, nil // only .gitkeep is there
	}
	return Read(packed)
}

// Read reads a book as Pack wrote it; an empty one of no bytes.
func Read(packed []byte) (*Book, error) {
	b := &Book{}
	if len(packed) == 0 {
		return b, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		err = json.NewDecoder(r).Decode(b)
	}
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	return b, nil
}

// Pack writes a book, the same bytes for the same book.
func (b *Book) Pack(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(z).Encode(b); err != nil {
		return err
	}
	return z.Close()
}
