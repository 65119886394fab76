// Package query is what the stores of single nouns share: how they ask the database,
// and the forms of values in its columns.
package query

import (
	"database/sql/driver"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Micros stores a time as whole microseconds, the zero time as 0.
type Micros time.Time

// Value implements driver.Valuer.
func (m Micros) Value() (driver.Value, error) {
	t := time.Time(m)
	if t.IsZero() {
		return int64(0), nil
	}
	return t.UnixMicro(), nil
}

// Scan implements sql.Scanner.
func (m *Micros) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a time is stored as %T, not as a whole number", src)
	}
	*m = Micros{}
	if n != 0 {
		*m = Micros(time.UnixMicro(n).UTC())
	}
	return nil
}

// Foreign is text that others made: keys, messages, answers. PostgreSQL refuses
// NUL and broken UTF-8 in text, so these rare texts are stored as foreignMark and
// base64, and come back as they were.
type Foreign string

const foreignMark = "\x01"

// Stored returns the text as its column holds it.
func (f Foreign) Stored() string {
	s := string(f)
	if utf8.ValidString(s) && !strings.Contains(s, "\x00") && !strings.HasPrefix(s, foreignMark) {
		return s
	}
	return foreignMark + base64.StdEncoding.EncodeToString([]byte(s))
}

// Value implements driver.Valuer.
func (f Foreign) Value() (driver.Value, error) { return f.Stored(), nil }

// Scan implements sql.Scanner.
func (f *Foreign) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("a text is stored as %T", src)
	}
	packed, found := strings.CutPrefix(s, foreignMark)
	if !found {
		*f = Foreign(s)
		return nil
	}
	text, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		return fmt.Errorf("a packed text: %w", err)
	}
	*f = Foreign(text)
	return nil
}

// Document stores what V points to as JSON. Numbers in untyped places come back as
// json.Number, with the digits they had.
type Document struct{ V any }

// Value implements driver.Valuer.
func (d Document) Value() (driver.Value, error) {
	text, err := json.Marshal(d.V)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", d.V, err)
	}
	return string(text), nil
}

// Scan implements sql.Scanner.
func (d Document) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("a document is stored as %T, not as text", src)
	}
	return Decode(strings.NewReader(text), d.V)
}

// Decode reads JSON with numbers as they were written.
func Decode(r io.Reader, v any) error {
	decoder := json.NewDecoder(r)
	decoder.UseNumber()
	if err := decoder.Decode(v); err != nil {
		return fmt.Errorf("decode %T: %w", v, err)
	}
	return nil
}
