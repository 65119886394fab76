// Package compile turns SuiteQL into SQL for SQLite: it resolves names against
// a catalogue of tables as a session may see them, infers the type of every
// expression and writes a statement in which identifiers come from the
// catalogue and values are bound. Types decide what is compared with what and
// in which time zone; see internal/oracle for how values are held.
package compile

import (
	"strings"

	"github.com/sluicehq/sluice/emulator/session"
)

// Kind is the type of a column and how SQLite holds it. NULL is no value.
type Kind int

// The kinds, with what a physical column of each holds.
const (
	Integer  Kind = iota // INTEGER; internal IDs and references too
	Decimal              // NUMERIC
	Text                 // TEXT
	Boolean              // TEXT 'T' or 'F'
	Date                 // TEXT 'YYYY-MM-DD', a day without a zone
	DateTime             // TEXT 'YYYY-MM-DD HH:MM:SS', a moment in UTC
)

// Column is one field of a table.
type Column struct {
	Name string // lower-case; the physical column has the same name
	Kind Kind
	// Ref names the table whose row a value of this column points at by its
	// Key; BUILTIN.DF shows that row's Display column.
	Ref string
	// Show names a column of the same table that BUILTIN.DF shows for this one,
	// where the value alone does not tell: a transaction's status letter means
	// something only together with its type.
	Show string
	// Compose names the column that BUILTIN.CF puts before this one
	// (type for transaction.status: "CustInvc:A").
	Compose string
	// Feature is the SDF ID of the feature without which the column vanishes.
	Feature string
}

// Table is one record type as SuiteQL sees it.
type Table struct {
	Name       string // lower-case
	Physical   string // SQLite's table; q_<Name> where empty
	Key        string // the column that references hold; id where empty
	Display    string // the column that names a row to people
	Permission string // SDF ID of the permission to read it; "" for every login
	Feature    string // SDF ID of the feature without which the table is unknown
	Columns    []Column
}

func (t *Table) physical() string {
	if t.Physical != "" {
		return t.Physical
	}
	return "q_" + t.Name
}

func (t *Table) key() string {
	if t.Key != "" {
		return t.Key
	}
	return "id"
}

func (t *Table) column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Catalogue finds tables by name.
type Catalogue map[string]*Table

// NewCatalogue returns the catalogue of the tables.
func NewCatalogue(tables []Table) Catalogue {
	c := Catalogue{}
	for _, t := range tables {
		c[strings.ToLower(t.Name)] = &t
	}
	return c
}

// open returns the table that s may query under a name as the query wrote it.
// A table of a feature that is off is unknown; one that the role may not read
// "was not found", which is all that NetSuite says about it.
func (c Catalogue) open(s *session.Session, name string) (*Table, error) {
	t, ok := c[strings.ToLower(name)]
	if !ok || !s.Has(t.Feature) {
		return nil, unknownTable(name)
	}
	if !s.Allows(t.Permission, session.View) {
		return nil, unreadableTable(name)
	}
	return t, nil
}
