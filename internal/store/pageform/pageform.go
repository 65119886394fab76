// Package pageform is the form in which the items of a page are stored.
package pageform

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/sluicehq/sluice"
)

// A page's items are stored as one byte that names the form and, in form 1, their
// JSON compressed with DEFLATE. The digest is the SHA-256 of the JSON.
const pageForm = 1

// most bounds what a page unpacks to: what was written into the database by somebody
// else does not fill the memory. Pages end far below it.
const most = 4 * sluice.MaxPageBytes

// Encode returns items as they are stored, and their digest.
func Encode(items []sluice.Item) (stored, digest []byte, err error) {
	text, err := json.Marshal(items)
	if err != nil {
		return nil, nil, fmt.Errorf("store: encode page: %w", err)
	}
	var b bytes.Buffer
	b.WriteByte(pageForm)
	compressor, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, nil, fmt.Errorf("store: compress page: %w", err)
	}
	_, err = compressor.Write(text)
	if err := errors.Join(err, compressor.Close()); err != nil {
		return nil, nil, fmt.Errorf("store: compress page: %w", err)
	}
	sum := sha256.Sum256(text)
	return b.Bytes(), sum[:], nil
}

// Decode reads items, whose numbers keep their digits. It refuses what was not stored so.
func Decode(stored, digest []byte) ([]sluice.Item, error) {
	if len(stored) == 0 || stored[0] != pageForm {
		return nil, errors.New("unknown form")
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(stored[1:])), most+1))
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	if len(text) > most {
		return nil, errors.New("it unpacks to more than a page holds")
	}
	if sum := sha256.Sum256(text); !bytes.Equal(sum[:], digest) {
		return nil, errors.New("digest differs")
	}
	var items []sluice.Item
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&items); err != nil {
		return nil, fmt.Errorf("decode items: %w", err)
	}
	return items, nil
}
