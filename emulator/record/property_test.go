package record_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

func num(s string) json.Number { return json.Number(s) }

// TestRecordsAndRowsAgree writes at random and wants the analytic rows to say
// the same as the records, for every record and column. It fails when save
// does not project (operation.go) or a link change does not resettle.
func TestRecordsAndRowsAgree(t *testing.T) {
	s := sample(t)
	u := s.Writer()
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(t, "writes") {
			write(t, s, u)
		}
	})
	compareAll(t, s)
	balanced(t, s)
}

func write(t *rapid.T, s *record.Store, u record.User) {
	amount := rapid.Custom(func(t *rapid.T) json.Number {
		return num(fmt.Sprintf("%d.%02d", rapid.IntRange(0, 99999).Draw(t, "units"), rapid.IntRange(0, 99).Draw(t, "cents")))
	})
	text := rapid.StringMatching(`[a-zé"'; ]{0,12}`)
	line := func() any {
		l := object{"item": fmt.Sprint(rapid.IntRange(1, 8).Draw(t, "item")), "rate": amount.Draw(t, "rate"),
			"quantity": num(fmt.Sprint(rapid.IntRange(1, 50).Draw(t, "quantity"))), "description": text.Draw(t, "text")}
		if rapid.Bool().Draw(t, "given") {
			l["amount"] = amount.Draw(t, "amount")
		}
		return l
	}
	ids, _, err := s.List(t.Context(), s.Type("salesOrder"), nil, 1000, 0)
	if err != nil {
		t.Fatal(err)
	}
	id := rapid.SampledFrom(ids).Draw(t, "order")
	switch rapid.IntRange(0, 5).Draw(t, "action") {
	case 0:
		_, err = u.Create("salesOrder", object{"entity": "9", "memo": text.Draw(t, "memo"), "shippingCost": amount.Draw(t, "shipping"),
			"custbody_sluice_confirmed": rapid.Bool().Draw(t, "confirmed"), "item": object{"items": []any{line(), line()}}})
	case 1:
		err = u.Edit("salesOrder", id, object{"item": object{"items": []any{line()}}, "taxTotal": amount.Draw(t, "tax")})
	case 2:
		_, err = s.Transform(t.Context(), "salesOrder", fmt.Sprint(id), "invoice", nil, record.WriteOptions{})
	case 3:
		err = u.Delete("salesOrder", id)
	case 4:
		name := text.Draw(t, "name")
		_, err = u.Create("customer", object{"companyName": "R" + name, "creditLimit": amount.Draw(t, "limit"), "comments": text.Draw(t, "comments")})
	case 5:
		err = pay(t, s, amount)
	}
	if err != nil && !strings.Contains(err.Error(), "USER_ERROR") {
		t.Fatal(err)
	}
}

func pay(t *rapid.T, s *record.Store, amount *rapid.Generator[json.Number]) error {
	ids, _, err := s.List(t.Context(), s.Type("invoice"), nil, 1000, 0)
	if err != nil {
		return err
	}
	id := fmt.Sprint(rapid.SampledFrom(ids).Draw(t, "invoice"))
	_, err = s.Transform(t.Context(), "invoice", id, "customerPayment", object{"payment": amount.Draw(t, "payment"),
		"apply": object{"items": []any{object{"doc": id, "amount": amount.Draw(t, "applied")}}}}, record.WriteOptions{})
	return err
}

// compareAll compares each record with its analytic row.
func compareAll(t *testing.T, s *record.Store) {
	t.Helper()
	tables := map[string]schema.Table{}
	for _, table := range s.Catalog() {
		tables[table.Name] = table
	}
	records := 0
	for _, typ := range s.Types() {
		ids, total, err := s.List(t.Context(), typ, nil, 100000, 0)
		if err != nil {
			t.Fatal(err)
		}
		var stored int
		if err := s.DB().QueryRow("SELECT count(*) FROM record WHERE type = ?", typ.Name).Scan(&stored); err != nil || stored != total {
			t.Errorf("%s: %d records, %d rows, %v", typ.Name, stored, total, err)
		}
		for _, id := range ids {
			r, err := s.Get(t.Context(), typ.Name, fmt.Sprint(id))
			if err != nil {
				t.Fatal(err)
			}
			table := tables[typ.Table]
			compare(t, s, &table, typ.Fields, r.Body, fmt.Sprintf("%q = %d", typ.Key, id))
			records++
			if typ.Group == schema.GroupTransaction {
				compareLines(t, s, tables["transactionline"], r)
			}
		}
	}
	t.Logf("%d records", records)
}

func compareLines(t *testing.T, s *record.Store, table schema.Table, r *record.Record) {
	t.Helper()
	lines, _ := r.Body["item"].([]any)
	for _, l := range lines {
		body := l.(map[string]any)
		where := fmt.Sprintf(`"transaction" = %d AND id = %v`, r.ID, body["line"])
		own := &schema.FieldSet{}
		for _, f := range schema.Lines(r.Type).List {
			switch f.Name { // negative in the rows, or taken from the head where empty
			case "quantity", "amount", "line", "department", "class", "location":
			default:
				own.List = append(own.List, f)
			}
		}
		compare(t, s, &table, own, body, where)
		amount := body["amount"]
		if v := body["$value"]; v != nil { // a fulfillment's line shows no amount, its goods have a value
			amount = v
		}
		if amount == nil { // a component of a work order
			amount = "0"
		}
		if got := one(t, s, "SELECT printf('%.2f', abs(foreignamount)) FROM q_transactionline WHERE "+where); got != fixed(amount) {
			t.Errorf("%s %d: foreignamount %s, amount %v", r.Type.Name, r.ID, got, amount)
		}
	}
}

func fixed(v any) string {
	s := strings.TrimPrefix(fmt.Sprint(v), "-")
	whole, cents, _ := strings.Cut(s, ".")
	return whole + "." + (cents + "00")[:2]
}

// compare checks every column that a field of the body names.
func compare(t *testing.T, s *record.Store, table *schema.Table, fields *schema.FieldSet, body map[string]any, where string) {
	t.Helper()
	for _, f := range fields.List {
		column := table.Column(f.Column)
		if column == nil || f.Kind == schema.Sublist || f.Kind == schema.Subrecord {
			continue
		}
		want := "NULL"
		switch v := body[f.Name].(type) {
		case nil:
		case bool:
			want = map[bool]string{true: "T", false: "F"}[v]
		case json.Number:
			want = v.String()
		case []any:
			want = strings.ReplaceAll(strings.Trim(fmt.Sprint(v), "[]"), " ", ", ")
		case string:
			want = v
			if f.Kind == schema.DateTime {
				want = strings.TrimSuffix(strings.Replace(v, "T", " ", 1), "Z")
			}
		}
		if got := one(t, s, fmt.Sprintf("SELECT CAST(%q AS TEXT) FROM %s WHERE %s", f.Column, table.Physical(), where)); got != want {
			t.Errorf("%s %s: %s = %q, the record has %q", table.Name, where, f.Column, got, want)
		}
	}
}
