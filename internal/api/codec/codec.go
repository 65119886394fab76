// Package codec reads and writes the JSON of requests and answers.
package codec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
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
		return placed(data, dec, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("there is more than one JSON value")
	}
	return nil
}

// placed says at which line and column a text stops being JSON, or holds a value of
// another type.
func placed(data []byte, dec *json.Decoder, err error) error {
	at := dec.InputOffset()
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset - 1 // of the character that is wrong
	case errors.As(err, &typed):
		at = typed.Offset - 1
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		at, err = int64(len(data)), errors.New("the text ends too early")
	}
	line, column := Place(data, at)
	return fmt.Errorf("line %d, column %d: %w", line, column, err)
}

// Place returns line and column, from 1, of a byte of a text. Columns count characters.
func Place(text []byte, at int64) (line, column int) {
	before := text[:min(max(at, 0), int64(len(text)))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}
