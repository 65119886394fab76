package sluice

// FieldRow is one row of a mapping table: where a field's value comes from, and what
// is made of it. Exactly one of From, Value and Each is set. What is done comes in
// this order: When, From or Value, Split, Table, Default, As, Join.
type FieldRow struct {
	// To is the field that takes the value. Dots make objects within the record:
	// entity.externalId.
	To string `json:"to"`
	// From is a Bloblang expression over the record; within Each over the element.
	From string `json:"from,omitempty"`
	// Value is a fixed text. As makes something else of it.
	Value string `json:"value,omitempty"`
	// When is a Bloblang condition. Where it does not hold the row sets nothing.
	When string `json:"when,omitempty"`
	// Split makes a list of a text, cut at this text; empty parts are left out.
	Split string `json:"split,omitempty"`
	// Table replaces texts. A text that it does not have is an error, or Default.
	Table map[string]string `json:"table,omitempty"`
	// Default is a Bloblang expression for where there is no value: null, empty text,
	// or a text that is not in Table.
	Default string `json:"default,omitempty"`
	// As is what the value has to be: text, number, date, datetime or boolean.
	As string `json:"as,omitempty"`
	// Format is the form of a date that is read, as in DD.MM.YYYY; ISO 8601 when empty.
	Format string `json:"format,omitempty"`
	// Zone is the time zone of dates and times: see package mapping.
	Zone string `json:"zone,omitempty"`
	// Join makes a text of a list, with this text between its elements.
	Join string `json:"join,omitempty"`
	// Each is a Bloblang expression for a list, of which Fields make another one:
	// the lines of a sublist.
	Each   string     `json:"each,omitempty"`
	Fields []FieldRow `json:"fields,omitempty"`
}

// Values of FieldRow.As.
const (
	AsText     = "text"
	AsNumber   = "number"
	AsDate     = "date"
	AsDateTime = "datetime"
	AsBoolean  = "boolean"
)
