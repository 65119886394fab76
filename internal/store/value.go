package store

import (
	"database/sql/driver"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// micros stores a time as whole microseconds, the zero time as 0.
type micros time.Time

// Value implements driver.Valuer.
func (m micros) Value() (driver.Value, error) {
	t := time.Time(m)
	if t.IsZero() {
		return int64(0), nil
	}
	return t.UnixMicro(), nil
}

// Scan implements sql.Scanner.
func (m *micros) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a time is stored as %T, not as a whole number", src)
	}
	*m = micros{}
	if n != 0 {
		*m = micros(time.UnixMicro(n).UTC())
	}
	return nil
}

// foreign is text that others made: keys, messages, answers. PostgreSQL refuses
// NUL and broken UTF-8 in text, so these rare texts are stored as foreignMark and
// base64, and come back as they were.
type foreign string

const foreignMark = "\x01"

// stored returns the text as its column holds it.
func (f foreign) stored() string {
	s := string(f)
	if utf8.ValidString(s) && !strings.Contains(s, "\x00") && !strings.HasPrefix(s, foreignMark) {
		return s
	}
	return foreignMark + base64.StdEncoding.EncodeToString([]byte(s))
}

// Value implements driver.Valuer.
func (f foreign) Value() (driver.Value, error) { return f.stored(), nil }

// Scan implements sql.Scanner.
func (f *foreign) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("a text is stored as %T", src)
	}
	packed, found := strings.CutPrefix(s, foreignMark)
	if !found {
		*f = foreign(s)
		return nil
	}
	text, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		return fmt.Errorf("a packed text: %w", err)
	}
	*f = foreign(text)
	return nil
}

// document stores what v points to as JSON. Numbers in untyped places come back as
// json.Number, with the digits they had.
type document struct{ v any }

// Value implements driver.Valuer.
func (d document) Value() (driver.Value, error) {
	text, err := json.Marshal(d.v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", d.v, err)
	}
	return string(text), nil
}

// Scan implements sql.Scanner.
func (d document) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("a document is stored as %T, not as text", src)
	}
	return decode(strings.NewReader(text), d.v)
}
