package sluice

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Record is a record between systems: field names to nil, text, bool,
// json.Number, []any or map[string]any. Numbers keep their digits: no float64 is
// ever among them.
type Record map[string]any

// Item is a record on its way through a run.
type Item struct {
	// Seq is the record's place in the run, from 1.
	Seq int64 `json:"seq"`
	// Key tells the record from all others of its flow. See ItemKey.
	Key string `json:"key"`
	// Origin names the place it came from: "orders.csv row 12", "orders.csv rows 5-9, 14".
	Origin string `json:"origin,omitempty"`
	// Rows is the number of source rows in it, at least 1.
	Rows   int    `json:"rows"`
	Export string `json:"export,omitempty"` // Name of the export that read it
	Record Record `json:"record"`
	// Refused is set when the export could read the record's place but not the
	// record: it becomes a record error without passing through the steps.
	Refused *Error `json:"refused,omitempty"`
	// Reread says that the record's last change lies in the overlap: a run before has
	// read it already.
	Reread bool `json:"reread,omitempty"`
	// ErrorID is the record error that this item retries.
	ErrorID int64 `json:"error_id,omitempty"`
}

// Deleted reports whether the record was deleted at the source.
func (i *Item) Deleted() bool { return i.Record[DeletedField] == true }

// ItemKey returns the key of a record: the values of the key fields, each
// escaped, joined by "|". It is an error when one is missing, empty or not a plain value.
func ItemKey(fields []string, r Record) (string, *Error) {
	parts := make([]string, len(fields))
	for i, f := range fields {
		switch v := r[f].(type) {
		case string:
			parts[i] = v
		case json.Number:
			parts[i] = v.String()
		case bool:
			parts[i] = fmt.Sprint(v)
		case nil:
			return "", Errorf("record.key_missing", "the key field %q has no value", f).Fix("Choose key fields that every record has")
		default:
			return "", Errorf("record.key_invalid", "the key field %q is a list or an object", f).Fix("Choose key fields with plain values")
		}
		if parts[i] == "" {
			return "", Errorf("record.key_missing", "the key field %q is empty", f).Fix("Choose key fields that every record has")
		}
		parts[i] = strings.NewReplacer(`\`, `\\`, "|", `\|`).Replace(parts[i])
	}
	return strings.Join(parts, "|"), nil
}

// Size is about how many bytes the record has as JSON.
func (r Record) Size() int { return size(map[string]any(r)) }

func size(v any) int {
	n := 4 // null, true, or brackets with a comma
	switch v := v.(type) {
	case string:
		n += len(v)
	case json.Number:
		n += len(v)
	case []any:
		for _, e := range v {
			n += size(e)
		}
	case map[string]any:
		for k, e := range v {
			n += len(k) + size(e)
		}
	}
	return n
}

// Digest returns the SHA-256 of the record's canonical JSON (keys sorted, numbers as written).
func (r Record) Digest() (string, error) {
	text, err := json.Marshal(r) // maps are written with sorted keys
	if err != nil {
		return "", fmt.Errorf("record digest: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// GeneratedExternalID returns the external ID that an add gets when the flow maps
// none. The same flow, step, key and content give the same one, so that a
// repeated add meets NetSuite's own check for unique external IDs.
func GeneratedExternalID(flowID, step, key, digest string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{flowID, step, key, digest}, "\x00")))
	return "sluice-" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20]))
}

// RowRanges writes row numbers the way people do: "5-9, 14".
func RowRanges(rows []int64) string {
	rows = slices.Clone(rows)
	slices.Sort(rows)
	var parts []string
	for i := 0; i < len(rows); {
		j := i
		for j+1 < len(rows) && rows[j+1] <= rows[j]+1 {
			j++
		}
		if rows[i] == rows[j] {
			parts = append(parts, fmt.Sprint(rows[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", rows[i], rows[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}
