package record

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// row is one row of an analytic table on its way to SQLite.
type row struct {
	table  *Table
	names  []string
	values []any
}

func (w *work) rowOf(table string) *row { return &row{table: w.schema.tables[table]} }

// set puts a value in a column, in the column's own form. A nil value is NULL.
func (r *row) set(column string, v any) {
	c := r.table.Column(column)
	if c == nil {
		return
	}
	if i := slices.Index(r.names, column); i >= 0 {
		r.values[i] = c.Kind.store(v)
		return
	}
	r.names = append(r.names, column)
	r.values = append(r.values, c.Kind.store(v))
}

// store returns the form in which a column of the kind holds v.
func (k ColumnKind) store(v any) any {
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
		return v.UTC().Format(stampLayout)
	case []any:
		ids := make([]string, len(v))
		for i, id := range v {
			ids[i], _ = id.(string)
		}
		return strings.Join(ids, ", ")
	case string:
		if k == DateTimeColumn && len(v) == len(wireLayout) {
			return v[:10] + " " + v[11:19]
		}
		return v
	}
	return v
}

func (w *work) insert(r *row) error {
	var q strings.Builder
	q.WriteString("INSERT OR REPLACE INTO " + quote(r.table.Physical()) + " (")
	for i, n := range r.names {
		if i > 0 {
			q.WriteString(", ")
		}
		q.WriteString(quote(n))
	}
	q.WriteString(") VALUES (" + placeholders(len(r.values)) + ")")
	_, err := w.exec(q.String(), r.values...)
	return err
}

// fields sets every column that a field of the set names.
func (r *row) fields(set *FieldSet, b Body, skip ...string) {
	for _, f := range set.List {
		if f.Column == "" || f.Kind == Sublist || f.Kind == Subrecord || slices.Contains(skip, f.Column) {
			continue
		}
		r.set(f.Column, b[f.Name])
	}
}

// project writes the analytic rows of a record.
func (w *work) project(r *Record) error {
	q := w.rowOf(r.Type.Table)
	q.set(r.Type.Key, r.ID)
	switch r.Type.Group {
	case GroupTransaction:
		return w.projectTransaction(q, r)
	case GroupEntity:
		return w.projectEntity(q, r)
	case GroupItem:
		return w.projectItem(q, r)
	}
	q.fields(r.Type.Fields, r.Body)
	if r.Type.Name == "account" {
		for _, c := range []string{"accountsearchdisplayname", "accountsearchdisplaynamecopy", "displaynamewithhierarchy"} {
			q.set(c, r.Name)
		}
	}
	return w.insert(q)
}

func (w *work) projectItem(q *row, r *Record) error {
	q.fields(r.Type.Fields, r.Body)
	q.set("description", r.Body["salesDescription"])
	if err := w.insert(q); err != nil {
		return err
	}
	if _, err := w.exec("DELETE FROM q_itemprice WHERE item = ?", r.ID); err != nil {
		return err
	}
	for _, p := range lines(r.Body, "price") {
		price := w.rowOf("itemprice")
		price.set("item", r.ID)
		price.set("pricelevel", p["priceLevel"])
		price.set("currencypage", p["currencyPage"])
		price.set("price", p["price"])
		level, err := w.load("priceLevel", refID(p, "priceLevel"))
		if err != nil {
			return err
		}
		if level != nil {
			price.set("pricelevelname", level.Name)
		}
		if err := w.insert(price); err != nil {
			return err
		}
	}
	return nil
}

// projectEntity writes the row of the type's own table, of entity, and the
// addresses.
func (w *work) projectEntity(q *row, r *Record) error {
	q.fields(r.Type.Fields, r.Body)
	q.set("entitytitle", r.Name)
	q.set("entitynumber", r.ID)
	if r.Type.Kind == "CustJob" {
		q.set("searchstage", "Customer")
	}
	e := w.rowOf("entity")
	e.set("id", r.ID)
	e.fields(r.Type.Fields, r.Body, "id")
	e.set("type", r.Type.Kind)
	e.set("entitytitle", r.Name)
	e.set("entitynumber", r.ID)
	e.set(r.Type.Name, r.ID)
	e.set("toplevelparent", r.ID)
	if err := w.projectAddresses(q, r); err != nil {
		return err
	}
	if err := w.insert(q); err != nil {
		return err
	}
	if r.Type.Kind == "CustJob" {
		s := w.rowOf("customersubsidiaryrelationship")
		s.set("id", r.ID)
		s.set("entity", r.ID)
		s.set("subsidiary", r.Body["subsidiary"])
		s.set("isprimarysub", true)
		if err := w.insert(s); err != nil {
			return err
		}
	}
	return w.insert(e)
}

func (w *work) projectAddresses(q *row, r *Record) error {
	for _, table := range []string{"q_entityaddress", "q_customeraddressbookentityaddress"} {
		if _, err := w.exec("DELETE FROM "+table+" WHERE recordowner = ?", r.ID); err != nil {
			return err
		}
	}
	if _, err := w.exec("DELETE FROM q_customeraddressbook WHERE entity = ?", r.ID); err != nil {
		return err
	}
	billing, shipping := any(nil), any(nil)
	for _, l := range lines(r.Body, "addressBook") {
		id := integer(l, "internalId")
		if isTrue(l, "defaultBilling") {
			billing = id
		}
		if isTrue(l, "defaultShipping") {
			shipping = id
		}
		address, _ := l["addressBookAddress"].(map[string]any)
		tables := []string{"entityaddress"}
		if r.Type.Kind == "CustJob" {
			tables = append(tables, "customeraddressbookentityaddress")
			book := w.rowOf("customeraddressbook")
			book.set("internalid", id)
			book.set("entity", r.ID)
			book.set("addressbookaddress", id)
			book.fields(r.Type.Fields.Lookup("addressBook").Fields, l, "internalid", "addressbookaddress")
			if err := w.insert(book); err != nil {
				return err
			}
		}
		for _, name := range tables {
			a := w.rowOf(name)
			a.set("nkey", id)
			a.set("recordowner", r.ID)
			a.fields(r.Type.Fields.Lookup("addressBook").Fields.Lookup("addressBookAddress").Fields, address)
			a.set("dropdownstate", address["state"])
			if err := w.insert(a); err != nil {
				return err
			}
		}
	}
	q.set("defaultbillingaddress", billing)
	q.set("defaultshippingaddress", shipping)
	return nil
}

// fillReferenceTables writes the small tables that only explain codes.
func (w *work) fillReferenceTables() error {
	fill := func(table, display string, options []Option) error {
		for i, o := range options {
			r := w.rowOf(table)
			r.set("id", o.ID)
			r.set(display, o.Name)
			r.set("seqnum", int64(i+1))
			if err := w.insert(r); err != nil {
				return err
			}
		}
		return nil
	}
	var transactions []Option
	for _, t := range w.schema.order {
		if t.Group == GroupTransaction {
			transactions = append(transactions, Option{t.Kind, t.Label})
		}
	}
	if err := fill("transactiontype", "name", transactions); err != nil {
		return err
	}
	if err := fill("accounttype", "longname", w.schema.typ("account").Fields.Lookup("acctType").Enum); err != nil {
		return err
	}
	if err := fill("itemtype", "name", w.schema.typ("inventoryItem").Fields.Lookup("itemType").Enum); err != nil {
		return err
	}
	book := w.rowOf("accountingbook")
	book.set("id", int64(1))
	book.set("name", "Primary Accounting Book")
	book.set("isprimary", true)
	book.set("isadjustmentonly", false)
	book.set("isconsolidated", false)
	if err := w.insert(book); err != nil {
		return err
	}
	return w.describeCustomFields()
}
