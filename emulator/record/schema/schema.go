// Package schema describes the record types of the emulated account and the
// analytic tables that SuiteQL reads. Both are data (data/*.txt), not code;
// names, labels and field types are those of the REST API Browser 2026.1.
package schema

import (
	"maps"
	"slices"
	"strings"
)

// Kind is the type of a field on the wire.
type Kind int

// The kinds of field, with the JSON they take.
const (
	String    Kind = iota // text
	Number                // decimal number
	Integer               // whole number
	Boolean               // true or false
	Date                  // "2026-01-31"
	DateTime              // "2026-01-31T17:32:28Z"
	Reference             // {"id": "1"}; stored as the internal ID
	Enum                  // {"id": "A"}; stored as the ID
	Multi                 // {"items": [{"id": "1"}]}; stored as a list of internal IDs
	Subrecord             // an object
	Sublist               // {"items": [{…}]}; stored as a list of objects
)

// Option is one value of an enumeration.
type Option struct{ ID, Name string }

// Field is one property of a record, a subrecord or a sublist line.
type Field struct {
	Name   string // as REST spells it
	Label  string // as the record's form and its error messages name it
	Kind   Kind
	Target string // Reference and Multi: a type's name, a group for any type in it, or Unexposed
	Enum   []Option

	Mandatory  bool
	ReadOnly   bool // ignored in requests
	Filterable bool // usable in q
	Unique     bool // no other record of the type has the value
	Custom     bool
	Max        int    // longest text, in characters; 0 = no limit
	Default    string // value of a new record; "" = none
	Feature    string // SDF feature without which the field does not exist
	Column     string // column of the analytic table; "" = none

	Fields *FieldSet // of a Subrecord, or of a line of a Sublist
	Keys   []string  // fields that identify a line of a Sublist; empty = not keyed
}

// Unexposed is the target of references to records that the record service
// does not show: custom forms, lead sources …. Any ID is taken for one.
const Unexposed = "nsResource"

// FieldSet is a list of fields that can be asked by name, in any case.
type FieldSet struct {
	List   []*Field
	byName map[string]*Field
}

// Lookup returns the field of that name, or nil.
func (s *FieldSet) Lookup(name string) *Field { return s.byName[strings.ToLower(name)] }

func (s *FieldSet) add(f *Field) {
	if s.byName == nil {
		s.byName = map[string]*Field{}
	}
	if old, ok := s.byName[strings.ToLower(f.Name)]; ok {
		s.List[slices.Index(s.List, old)] = f // a later description refines a shared one
	} else {
		s.List = append(s.List, f)
	}
	s.byName[strings.ToLower(f.Name)] = f
}

// clone returns a set that can get another field without s noticing.
func (s *FieldSet) clone() *FieldSet {
	return &FieldSet{List: slices.Clone(s.List), byName: maps.Clone(s.byName)}
}

// Type is one record type.
type Type struct {
	Name       string // salesOrder
	Label      string // Sales Order
	Group      string // records of a group share internal IDs and external IDs; the type's name if it stands alone
	Kind       string // value of the discriminating column (type, itemtype) in the group's table: SalesOrd, InvtPart
	Table      string // analytic table without prefix
	Key        string // that table's key column
	Permission string // SDF ID
	Feature    string // SDF feature without which the type does not exist
	NameField  string // the field that shows as refName
	Prefix     string // of document numbers
	Posting    bool   // the transaction posts to the general ledger
	Custom     bool
	Fields     *FieldSet
	Ledger     Ledger // of a transaction
}

// Ledger says what a transaction does to accounts and to other transactions.
type Ledger struct {
	Main    string // account type of the main line, where the record names no account: AcctRec, Bank …
	Credit  bool   // the main line is a credit, its lines are debits
	Item    string // the item's field that names the account of an item line: incomeAccount …
	Against string // account type of the other side, of a transaction without lines

	Goods   Progress // of an order: what is shipped or received
	Final   Progress // of an order: what is billed or refunded, or received at the end of a transfer
	Does    string   // what the transaction does to the order that it is created from: ship, receive or bill
	Applies []string // types of transaction that it pays, or that it settles
	Won     string   // the status that an offer gets when an order, a sale or an estimate comes of it
}

// Progress is one of the two things that happen to the lines of an order.
type Progress struct {
	Link  string // ship, receive or bill: what a later transaction Does; "" = it does not happen
	Field string // the line's field with the quantity
}

// Goes reports whether documents are made from the order's lines.
func (l Ledger) Goes() bool { return l.Final.Link != "" }

// Groups of types that share one sequence of internal IDs.
const (
	GroupEntity      = "entity"
	GroupItem        = "item"
	GroupTransaction = "transaction"
)

// Schema is every record type and analytic table of an account. It is not
// changed once built: a new custom field makes a new schema.
type Schema struct {
	Types  []*Type
	Tables []*Table
	Absent []Gap

	types  map[string]*Type // by lower-case name
	tables map[string]*Table
}

// Gap is a record type of NetSuite's that the emulated account does not have.
type Gap struct {
	Name string `json:"name"` // as the metadata catalogue has it, in lower case
	For  string `json:"for"`  // what it belongs to
}

// Type returns the record type of that name, in any case, or nil.
func (s *Schema) Type(name string) *Type { return s.types[strings.ToLower(name)] }

// Table returns the analytic table of that name, or nil.
func (s *Schema) Table(name string) *Table { return s.tables[name] }

// Subtype is the value by which items of one kind are told apart, or "":
// Sale, Purchase, Resale.
func (t *Type) Subtype() string {
	if f := t.Fields.Lookup("subtype"); f != nil && t.Group == GroupItem {
		return f.Default
	}
	return ""
}

// Group returns the group that a reference's target stands for and, where the
// target is a single type, that type.
func (s *Schema) Group(target string) (string, *Type) {
	if t := s.Type(target); t != nil {
		return t.Group, t
	}
	return target, nil
}
