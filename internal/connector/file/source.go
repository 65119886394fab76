package file

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/sluicehq/sluice"
)

// source reads the rows of one file, from its first to its last.
type source interface {
	// head is what the meaning of a row's packed form depends on.
	head() []byte
	// next returns the next row's number and its packed form, which is good until
	// the next call; io.EOF behind the last. A *rowError is about this row alone,
	// and the row after it can be read; any other error is the end.
	next() (number int64, packed []byte, err error)
	// record unpacks a row.
	record(packed []byte) (sluice.Record, error)
	// key packs the values that a row has in some fields, so that two rows have the
	// same key when they agree in all of them. It is nil where one has no value.
	key(packed []byte, fields []string) ([]byte, error)
	close() error
}

// rowError is a row that cannot be read although its neighbours can.
type rowError struct {
	cause *sluice.Error
	alone bool // the file is sound: this row alone is refused, and no partner of others
}

// Error returns the error's text.
func (e *rowError) Error() string { return e.cause.Error() }

// Unwrap returns the error itself.
func (e *rowError) Unwrap() error { return e.cause }

// appendCell packs one value: its length plus one and its bytes, or 0 for no value.
func appendCell(to []byte, text string, null bool) []byte {
	if null {
		return append(to, 0)
	}
	to = binary.AppendUvarint(to, uint64(len(text))+1)
	return append(to, text...)
}

// cutCell unpacks one value and returns what follows it.
func cutCell(packed []byte) (text []byte, null bool, rest []byte) {
	n, size := binary.Uvarint(packed)
	packed = packed[size:]
	if n == 0 {
		return nil, true, packed
	}
	return packed[:n-1], false, packed[n-1:]
}

// scalarText returns the text under which a plain value is compared. Texts and
// numbers are told apart, so that "1" and 1 are two keys.
func scalarText(v any) (text string, ok bool) {
	switch t := v.(type) {
	case string:
		return "s" + t, true
	case json.Number:
		return "n" + t.String(), true
	case bool:
		return fmt.Sprintf("b%t", t), true
	}
	return "", false
}
