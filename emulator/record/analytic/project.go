// Package analytic keeps the tables that SuiteQL reads in step with the
// records: it turns a record into its analytic rows.
package analytic

import (
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// DB is the write that rows belong to.
type DB interface {
	Exec(query string, args ...any) (sql.Result, error)
	// Load returns a record of the group, nil if there is none.
	Load(group string, id int64) (*body.Record, error)
	// DefaultAccount is the account that an amount of the type goes to, or 0.
	DefaultAccount(accountType string) (int64, error)
}

// Projector writes analytic rows in one write.
type Projector struct {
	DB     DB
	Schema *schema.Schema
	Now    time.Time
}

// Row is one row of an analytic table on its way to SQLite.
type Row struct {
	table  *schema.Table
	names  []string
	values []any
}

// Row begins a row of the table.
func (p *Projector) Row(table string) *Row { return &Row{table: p.Schema.Table(table)} }

// Set puts a value in a column, in the column's own form. A nil value is NULL.
func (r *Row) Set(column string, v any) {
	c := r.table.Column(column)
	if c == nil {
		return
	}
	if i := slices.Index(r.names, column); i >= 0 {
		r.values[i] = stored(c.Kind, v)
		return
	}
	r.names = append(r.names, column)
	r.values = append(r.values, stored(c.Kind, v))
}

// stored returns the form in which a column of the kind holds v.
func stored(k schema.ColumnKind, v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case bool:
		if v {
			return "T"
		}
		return "F"
	case json.Number:
		return v.String() // the column's affinity makes it a number
	case time.Time:
		return v.UTC().Format(body.Stamp)
	case []any:
		ids := make([]string, len(v))
		for i, id := range v {
			ids[i], _ = id.(string)
		}
		return strings.Join(ids, ", ")
	case string:
		if k == schema.DateTimeColumn && len(v) == len(body.Wire) {
			return v[:10] + " " + v[11:19]
		}
		return v
	}
	return v
}

// Insert writes a row, in place of one with the same key.
func (p *Projector) Insert(r *Row) error {
	var q strings.Builder
	q.WriteString("INSERT OR REPLACE INTO " + schema.Quote(r.table.Physical()) + " (")
	for i, n := range r.names {
		if i > 0 {
			q.WriteString(", ")
		}
		q.WriteString(schema.Quote(n))
	}
	q.WriteString(") VALUES (" + strings.TrimSuffix(strings.Repeat("?, ", len(r.values)), ", ") + ")")
	_, err := p.DB.Exec(q.String(), r.values...)
	return err
}

// fields sets every column that a field of the set names.
func (r *Row) fields(set *schema.FieldSet, b body.Body, skip ...string) {
	for _, f := range set.List {
		if f.Column == "" || f.Kind == schema.Sublist || f.Kind == schema.Subrecord || slices.Contains(skip, f.Column) {
			continue
		}
		r.Set(f.Column, b[f.Name])
	}
}

// Project writes the analytic rows of a record.
func (p *Projector) Project(r *body.Record) error {
	q := p.Row(r.Type.Table)
	q.Set(r.Type.Key, r.ID)
	switch r.Type.Group {
	case schema.GroupTransaction:
		return p.projectTransaction(q, r)
	case schema.GroupEntity:
		return p.projectEntity(q, r)
	case schema.GroupItem:
		return p.projectItem(q, r)
	}
	q.fields(r.Type.Fields, r.Body)
	if r.Type.Name == "account" {
		for _, c := range []string{"accountsearchdisplayname", "accountsearchdisplaynamecopy", "displaynamewithhierarchy"} {
			q.Set(c, r.Name)
		}
	}
	return p.Insert(q)
}

func (p *Projector) projectItem(q *Row, r *body.Record) error {
	q.fields(r.Type.Fields, r.Body)
	if r.Type.Fields.Lookup("salesDescription") != nil {
		q.Set("description", r.Body["salesDescription"])
	}
	if err := p.Insert(q); err != nil {
		return err
	}
	if _, err := p.DB.Exec("DELETE FROM q_itemprice WHERE item = ?", r.ID); err != nil {
		return err
	}
	for _, line := range body.Lines(r.Body, "price") {
		price := p.Row("itemprice")
		price.Set("item", r.ID)
		price.Set("pricelevel", line["priceLevel"])
		price.Set("currencypage", line["currencyPage"])
		price.Set("price", line["price"])
		level, err := p.DB.Load("priceLevel", body.RefID(line, "priceLevel"))
		if err != nil {
			return err
		}
		if level != nil {
			price.Set("pricelevelname", level.Name)
		}
		if err := p.Insert(price); err != nil {
			return err
		}
	}
	return nil
}

// projectEntity writes the row of the type's own table, of entity, and the
// addresses.
func (p *Projector) projectEntity(q *Row, r *body.Record) error {
	q.fields(r.Type.Fields, r.Body)
	q.Set("entitytitle", r.Name)
	q.Set("entitynumber", r.ID)
	if r.Type.Kind == "CustJob" {
		q.Set("searchstage", "Customer")
	}
	e := p.Row("entity")
	e.Set("id", r.ID)
	e.fields(r.Type.Fields, r.Body, "id")
	e.Set("type", r.Type.Kind)
	e.Set("entitytitle", r.Name)
	e.Set("entitynumber", r.ID)
	e.Set(r.Type.Name, r.ID)
	e.Set("toplevelparent", r.ID)
	if err := p.projectAddresses(q, r); err != nil {
		return err
	}
	if err := p.Insert(q); err != nil {
		return err
	}
	if r.Type.Kind == "CustJob" {
		s := p.Row("customersubsidiaryrelationship")
		s.Set("id", r.ID)
		s.Set("entity", r.ID)
		s.Set("subsidiary", r.Body["subsidiary"])
		s.Set("isprimarysub", true)
		if err := p.Insert(s); err != nil {
			return err
		}
	}
	return p.Insert(e)
}

func (p *Projector) projectAddresses(q *Row, r *body.Record) error {
	for _, table := range []string{"q_entityaddress", "q_customeraddressbookentityaddress"} {
		if _, err := p.DB.Exec("DELETE FROM "+table+" WHERE recordowner = ?", r.ID); err != nil {
			return err
		}
	}
	if _, err := p.DB.Exec("DELETE FROM q_customeraddressbook WHERE entity = ?", r.ID); err != nil {
		return err
	}
	billing, shipping := any(nil), any(nil)
	for _, l := range body.Lines(r.Body, "addressBook") {
		id := body.Integer(l, "internalId")
		if body.True(l, "defaultBilling") {
			billing = id
		}
		if body.True(l, "defaultShipping") {
			shipping = id
		}
		address, _ := l["addressBookAddress"].(map[string]any)
		tables := []string{"entityaddress"}
		if r.Type.Kind == "CustJob" {
			tables = append(tables, "customeraddressbookentityaddress")
			book := p.Row("customeraddressbook")
			book.Set("internalid", id)
			book.Set("entity", r.ID)
			book.Set("addressbookaddress", id)
			book.fields(r.Type.Fields.Lookup("addressBook").Fields, l, "internalid", "addressbookaddress")
			if err := p.Insert(book); err != nil {
				return err
			}
		}
		for _, name := range tables {
			a := p.Row(name)
			a.Set("nkey", id)
			a.Set("recordowner", r.ID)
			a.fields(r.Type.Fields.Lookup("addressBook").Fields.Lookup("addressBookAddress").Fields, address)
			a.Set("dropdownstate", address["state"])
			if err := p.Insert(a); err != nil {
				return err
			}
		}
	}
	q.Set("defaultbillingaddress", billing)
	q.Set("defaultshippingaddress", shipping)
	return nil
}
