// Package filter compiles conditions on records, as the q parameter of a list
// states them, to SQL on the analytic tables.
package filter

import (
	"strings"

	"github.com/sluicehq/sluice/emulator/record/schema"
)

// Filter is a condition on the analytic row of a record: And or Or of others,
// or a comparison of one field.
type Filter struct {
	And, Or []Filter

	Field  *schema.Field
	Key    bool // compare the internal ID; Field is nil
	Not    bool
	Op     Op
	Values []string // canonical: as the column holds them
}

// Op is a comparison.
type Op int

// The comparisons. Texts are compared without regard to case.
const (
	Empty   Op = iota // no value
	Is                // = Values[0]
	Greater           // > Values[0]
	AtLeast           // >= Values[0]
	Less              // < Values[0]
	AtMost            // <= Values[0]
	Between           // Values[0] <= x <= Values[1]
	During            // Values[0] <= x < Values[1]
	AnyOf             // one of Values
	Contains
	StartsWith
	EndsWith
)

// SQL compiles the filter for the type's analytic table. Values are always
// bound, never written into the text.
func (f *Filter) SQL(t *schema.Type) (string, []any) {
	kids, word := f.And, " AND "
	if len(f.Or) > 0 {
		kids, word = f.Or, " OR "
	}
	if len(kids) == 0 {
		return f.comparison(t)
	}
	var parts []string
	var args []any
	for i := range kids {
		part, values := kids[i].SQL(t)
		parts, args = append(parts, part), append(args, values...)
	}
	return "(" + strings.Join(parts, word) + ")", args
}

func (f *Filter) comparison(t *schema.Type) (string, []any) {
	column := schema.Quote(t.Key)
	if !f.Key {
		column = schema.Quote(f.Field.Column)
	}
	condition, args := f.test(t, column)
	if f.Not {
		// A record without a value is not equal to, not after … any value.
		condition = "coalesce(" + condition + ", 0) = 0"
	}
	return "(" + condition + ")", args
}

func (f *Filter) test(t *schema.Type, column string) (string, []any) {
	isText := !f.Key && (f.Field.Kind == schema.String || f.Field.Kind == schema.Enum)
	operators := map[Op]string{Is: "=", Greater: ">", AtLeast: ">=", Less: "<", AtMost: "<="}
	args := make([]any, len(f.Values))
	for i, v := range f.Values {
		args[i] = v
	}
	switch f.Op {
	case Empty:
		return column + " IS NULL", nil
	case Is:
		if !f.Key && f.Field.Name == "externalId" { // through the unique index
			return schema.Quote(t.Key) + " IN (SELECT id FROM record WHERE grp = ? AND lower(external_id) = lower(?) AND external_id IS NOT NULL)",
				append([]any{t.Group}, args...)
		}
		if !f.Key && f.Field.Kind == schema.Boolean {
			return "coalesce(" + column + ", 'F') = ?", args
		}
	case Between:
		return column + " BETWEEN " + f.bound() + " AND " + f.bound(), args
	case During:
		return column + " >= ? AND " + column + " < ?", args
	case AnyOf:
		return column + " IN (" + strings.TrimSuffix(strings.Repeat(f.bound()+", ", len(args)), ", ") + ")", args
	case Contains:
		return "instr(lower(" + column + "), lower(?)) > 0", args
	case StartsWith:
		return "substr(lower(" + column + "), 1, length(?)) = lower(?)", append(args, args...)
	case EndsWith:
		return "length(" + column + ") >= length(?) AND substr(lower(" + column + "), length(" + column + ") - length(?) + 1) = lower(?)",
			append(append(args, args...), args...)
	}
	if isText {
		return "lower(" + column + ") " + operators[f.Op] + " lower(?)", args
	}
	return column + " " + operators[f.Op] + " " + f.bound(), args
}

// bound makes sure that numbers are compared as numbers although values are
// bound as text.

func (f *Filter) bound() string {
	if f.Key || f.Field.Kind == schema.Number || f.Field.Kind == schema.Integer || f.Field.Kind == schema.Reference {
		return "CAST(? AS NUMERIC)"
	}
	return "?"
}
