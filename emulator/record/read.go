package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice/emulator/record/filter"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/write"
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
	return t, refusal.Permit(ses, t, level)
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
	query, arg := write.Select+"WHERE grp = ? AND id = ?", any(nil)
	if external, ok := strings.CutPrefix(id, "eid:"); ok {
		query, arg = write.Select+write.ByExternalID, external
	} else if n, ok := ParseID(id); ok {
		arg = n
	} else {
		return nil, refusal.Absent(t)
	}
	r, err := write.Scan(s.schema.Load(), s.reader.QueryRowContext(ctx, query, t.Group, arg))
	if errors.Is(err, sql.ErrNoRows) || err == nil && r.Type.Name != t.Name {
		return nil, refusal.Absent(t)
	}
	if err != nil {
		return nil, err
	}
	if r.Locked {
		return nil, refusal.Locked(r)
	}
	return r, s.showContacts(ctx, r)
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

// List returns the internal IDs of a page of the type's records and the number
// of all that match. NetSuite promises no order; this engine's is fixed and
// deliberately not that of the IDs. A nil filter matches all.
func (s *Store) List(ctx context.Context, t *schema.Type, f *filter.Filter, limit, offset int) (ids []int64, total int, err error) {
	sc := s.schema.Load()
	table := sc.Table(t.Table)
	where, args := "1", []any{}
	switch t.Group {
	case schema.GroupTransaction:
		where, args = `"type" = ?`, append(args, t.Kind)
	case schema.GroupItem:
		where, args = `"itemtype" = ?`, append(args, t.Kind)
		if s := t.Subtype(); s != "" {
			where, args = where+` AND "subtype" = ?`, append(args, s)
		}
	}
	if f != nil {
		condition, values := f.SQL(t)
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
