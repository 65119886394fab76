// Package sealed finds all ciphertexts of the database, wherever they are, so that they
// can be counted by their keys and sealed anew.
package sealed

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Value is one ciphertext, with the place that it was sealed for.
type Value struct {
	Place  string
	Sealed []byte
}

// Row is a row that holds ciphertexts, by the names of their fields.
type Row struct {
	Values map[string]Value

	kind *kind
	id   string
	text string // the column's text as it was read
}

// kind says where the rows of a table keep ciphertexts.
type kind struct {
	table, column string
	// owner is a column that the place names besides the ID, or the ID itself.
	owner string
	// within is the field of the column's document that holds them; "" for the document itself.
	within string
	place  func(id, owner, field string) string
}

func connectionPlace(id, _, field string) string { return keyring.Place(id, field) }

// kinds are all tables with ciphertexts. TestEverySealedColumnIsKnown compares them with
// the tables that there are.
func kinds() []*kind {
	return []*kind{
		{table: "connections", column: "sealed", owner: "id", place: connectionPlace},
		{table: "deleted_connections", column: "body", owner: "id", within: "sealed", place: connectionPlace},
		{table: "consumer_keys", column: "sealed", owner: "id",
			place: func(id, _, field string) string { return "consumer-key/" + id + "/" + field }},
		{table: "channels", column: "sealed", owner: "id",
			place: func(id, _, field string) string { return "channel/" + id + "/" + field }},
		{table: "authorizations", column: "sealed", owner: "connection_id",
			place: func(id, owner, _ string) string { return keyring.Place(owner, "authorization/"+id) }},
	}
}

// Tables returns the names of the tables with ciphertexts, in the order of Rows.
func Tables() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.table)
	}
	return names
}

// Rows returns the next rows of a table behind an ID, with that of the last one; "" at the end.
func Rows(ctx context.Context, q query.Querier, table, after string, limit int) (list []Row, last string, err error) {
	i := slices.IndexFunc(kinds(), func(k *kind) bool { return k.table == table })
	if i < 0 {
		return nil, "", fmt.Errorf("store: the table %s is not known to hold ciphertexts", table)
	}
	k := kinds()[i]
	scan := func(row query.Scanner) (Row, error) {
		r := Row{kind: k}
		var owner string
		if err := row.Scan(&r.id, &owner, &r.text); err != nil {
			return r, err
		}
		return r, r.read(owner)
	}
	list, err = query.All(ctx, q, scan, "SELECT id, "+k.owner+", "+k.column+" FROM "+k.table+" WHERE id > ? ORDER BY id LIMIT ?", after, limit)
	if err == nil && len(list) == limit {
		last = list[len(list)-1].id
	}
	return list, last, err
}

// document returns the ciphertexts of the column's document, and the whole of it.
func (r *Row) document() (values map[string][]byte, whole map[string]json.RawMessage, err error) {
	text := []byte(r.text)
	if r.kind.within != "" {
		if err := json.Unmarshal(text, &whole); err != nil {
			return nil, nil, err
		}
		text = whole[r.kind.within]
	}
	if len(text) == 0 {
		return nil, whole, nil
	}
	return values, whole, json.Unmarshal(text, &values)
}

func (r *Row) read(owner string) error {
	values, _, err := r.document()
	if err != nil {
		return fmt.Errorf("store: %s %s: %w", r.kind.table, r.id, err)
	}
	r.Values = make(map[string]Value, len(values))
	for field, text := range values {
		if len(text) > 0 {
			r.Values[field] = Value{Place: r.kind.place(r.id, owner, field), Sealed: text}
		}
	}
	return nil
}

// Put stores other ciphertexts for fields of the row. It reports false, and changes
// nothing, where somebody has changed the row since it was read.
func (r *Row) Put(ctx context.Context, q query.Querier, fresh map[string][]byte) (bool, error) {
	values, whole, err := r.document()
	if err != nil {
		return false, err
	}
	maps.Copy(values, fresh)
	text, err := json.Marshal(values)
	if err != nil {
		return false, err
	}
	if r.kind.within != "" {
		whole[r.kind.within] = text
		if text, err = json.Marshal(whole); err != nil {
			return false, err
		}
	}
	changed, err := q.Exec(ctx, "UPDATE "+r.kind.table+" SET "+r.kind.column+" = ? WHERE id = ? AND "+r.kind.column+" = ?", string(text), r.id, r.text)
	return changed == 1, err
}

// Each calls f with every row that holds ciphertexts.
func Each(ctx context.Context, q query.Querier, f func(*Row) error) error {
	const batch = 200
	for _, table := range Tables() {
		for after := ""; ; {
			list, last, err := Rows(ctx, q, table, after, batch)
			if err != nil {
				return err
			}
			for i := range list {
				if err := f(&list[i]); err != nil {
					return err
				}
			}
			if last == "" {
				break
			}
			after = last
		}
	}
	return nil
}

// Keys returns how many ciphertexts each key has sealed, by its ID; 0 stands for what no
// key of ours has sealed.
func Keys(ctx context.Context, q query.Querier) (map[uint32]int64, error) {
	counts := map[uint32]int64{}
	err := Each(ctx, q, func(r *Row) error {
		for _, v := range r.Values {
			id, _ := keyring.SealedBy(v.Sealed)
			counts[id]++
		}
		return nil
	})
	return counts, err
}
