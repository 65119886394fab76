package store

import (
	"database/sql/driver"

	"github.com/sluicehq/sluice/internal/store/query"
)

// The forms of columns, by the names that this package calls them.
type (
	micros  = query.Micros
	foreign = query.Foreign
)

// document is query.Document, written without its field's name.
type document struct{ v any }

// Value implements driver.Valuer.
func (d document) Value() (driver.Value, error) { return query.Document{V: d.v}.Value() }

// Scan implements sql.Scanner.
func (d document) Scan(src any) error { return query.Document{V: d.v}.Scan(src) }
