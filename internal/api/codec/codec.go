// Package codec reads and writes the JSON of requests and answers.
package codec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Write writes a value as JSON.
func Write(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// Read reads a value and keeps the digits of numbers, except in the copy that is only checked
// against the schema: the framework's check knows float64 alone.
func Read(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, checkOnly := v.(*any); !checkOnly {
		dec.UseNumber()
	}
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("there is more than one JSON value")
	}
	return nil
}
