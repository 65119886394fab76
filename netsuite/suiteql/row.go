package suiteql

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"strings"
)

// Row is one row of an answer. All values are text, as NetSuite sends them:
// numbers in digits, booleans T or F, dates in the user's format. Columns are in
// lower case, and a column that is null is absent.
//
// Rows share the memory of their page: keep a Clone of a row that is to outlive
// many pages.
type Row struct {
	columns []string
	values  []string
	key     []string
}

// Len returns the number of columns that are not null.
func (r Row) Len() int { return len(r.columns) }

// Get returns a column's value, and false for one that is null or unknown.
// column is in lower case.
func (r Row) Get(column string) (string, bool) {
	if i := slices.Index(r.columns, column); i >= 0 {
		return r.values[i], true
	}
	return "", false
}

// Text returns a column's value, empty for null.
func (r Row) Text(column string) string {
	value, _ := r.Get(column)
	return value
}

// All yields the columns that are not null, in the order of the answer.
func (r Row) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for i, column := range r.columns {
			if !yield(column, r.values[i]) {
				return
			}
		}
	}
}

// Map returns the row as a map.
func (r Row) Map() map[string]any {
	m := make(map[string]any, len(r.columns))
	for i, column := range r.columns {
		m[column] = r.values[i]
	}
	return m
}

// Key returns the values of the query's key columns: what Query.After takes to
// go on behind this row. It is empty for a row that no keyset query brought.
func (r Row) Key() []string { return cloneAll(r.key) }

// Clone returns a copy that shares no memory with the page.
func (r Row) Clone() Row {
	return Row{columns: cloneAll(r.columns), values: cloneAll(r.values), key: cloneAll(r.key)}
}

// MarshalJSON writes the row as an object of strings in the answer's order.
func (r Row) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, column := range r.columns {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, text := range []string{column, r.values[i]} {
			if j > 0 {
				b.WriteByte(':')
			}
			if err := encoder.Encode(text); err != nil {
				return nil, err
			}
			b.Truncate(b.Len() - 1) // the encoder's line break
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func cloneAll(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	copied := make([]string, len(texts))
	for i, text := range texts {
		copied[i] = strings.Clone(text)
	}
	return copied
}
