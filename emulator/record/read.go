package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
)

// Ref is what a reference shows of the record it points to.
type Ref struct {
	Type *schema.Type // nil if the record is gone
	ID   string
	Name string
}

// Known returns the type of that name (in any case) if the session's account
// has it and its role may work with it at the level; else a *fault.Fault.
func (s *Store) Known(ctx context.Context, name string, level session.Level) (*schema.Type, error) {
	ses := s.session(ctx)
	t, err := known(s.schema.Load(), ses, name)
	if err != nil {
		return nil, err
	}
	return t, permit(ses, t, level)
}

func (s *Store) session(ctx context.Context) *session.Session {
	if ses := session.From(ctx); ses != nil {
		return ses
	}
	return s.system()
}

// Get returns a record. id is an internal ID or eid:EXTERNALID. A locked
// record is refused: the record service opens records for editing
// (Oracle help, subsect_1544786455). The record is the caller's.
func (s *Store) Get(ctx context.Context, typ, id string) (*Record, error) {
	t, err := s.Known(ctx, typ, session.View)
	if err != nil {
		return nil, err
	}
	query, arg := selectRecord+"WHERE grp = ? AND id = ?", any(nil)
	if external, ok := strings.CutPrefix(id, "eid:"); ok {
		query, arg = selectRecord+"WHERE grp = ? AND lower(external_id) = lower(?)", external
	} else if n, ok := ParseID(id); ok {
		arg = n
	} else {
		return nil, absent(t)
	}
	r, err := scan(s.schema.Load(), s.reader.QueryRowContext(ctx, query, t.Group, arg))
	if errors.Is(err, sql.ErrNoRows) || err == nil && r.Type.Name != t.Name {
		return nil, absent(t)
	}
	if err != nil {
		return nil, err
	}
	if r.Locked {
		return nil, (&work{}).locked(r)
	}
	return r, nil
}

// Refer returns what a field's value shows of the record with that internal ID.
func (s *Store) Refer(ctx context.Context, f *schema.Field, id string) (Ref, error) {
	sc := s.schema.Load()
	group, _ := sc.Group(f.Target)
	ref := Ref{ID: id}
	var typ string
	err := s.reader.QueryRowContext(ctx, "SELECT type, name FROM record WHERE grp = ? AND id = ?", group, id).Scan(&typ, &ref.Name)
	if errors.Is(err, sql.ErrNoRows) {
		return ref, nil
	}
	ref.Type = sc.Type(typ)
	return ref, err
}

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

// List returns the internal IDs of a page of the type's records and the number
// of all that match. NetSuite promises no order; this engine's is fixed and
// deliberately not that of the IDs. A nil filter matches all.
func (s *Store) List(ctx context.Context, t *schema.Type, f *Filter, limit, offset int) (ids []int64, total int, err error) {
	sc := s.schema.Load()
	table := sc.Table(t.Table)
	where, args := "1", []any{}
	switch t.Group {
	case schema.GroupTransaction:
		where, args = `"type" = ?`, append(args, t.Kind)
	case schema.GroupItem:
		where, args = `"itemtype" = ?`, append(args, t.Kind)
	}
	if f != nil {
		condition, values := f.sql(t)
		where, args = where+" AND "+condition, append(args, values...)
	}
	from := fmt.Sprintf(" FROM %s WHERE %s", schema.Quote(table.Physical()), where)
	if err := s.reader.QueryRowContext(ctx, "SELECT count(*)"+from, args...).Scan(&total); err != nil {
		return nil, 0, err
	}
	key := schema.Quote(t.Key)
	// Multiplying by a prime modulo 2^32 permutes the IDs: an order that is
	// stable from page to page and looks like none.
	rows, err := s.reader.QueryContext(ctx, fmt.Sprintf("SELECT %s%s ORDER BY (%s * 2654435761) & 4294967295, %s LIMIT ? OFFSET ?",
		key, from, key, key), append(args, limit, offset)...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, 0, err
		}
		ids = append(ids, id)
	}
	return ids, total, rows.Err()
}

// sql compiles the filter for the type's analytic table. Values are always
// bound, never written into the text.
func (f *Filter) sql(t *schema.Type) (string, []any) {
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
		part, values := kids[i].sql(t)
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
			return schema.Quote(t.Key) + " IN (SELECT id FROM record WHERE grp = ? AND lower(external_id) = lower(?))",
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
