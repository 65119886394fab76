// Package searchmodule is N/search of SuiteScript: searches are turned into
// SuiteQL and run with the permissions of the role. There are no saved searches.
package searchmodule

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/script/engine"
	"github.com/sluicehq/sluice/emulator/session"
)

// source is what a search runs over: the table of its type with those that its
// columns and filters join.
type source struct {
	m       *engine.Machine
	typ     string // as the script names it
	tables  map[string]*schema.Table
	base    *schema.Table
	where   []string // that the type asks for
	lines   bool     // transactions: a row for each line, the main line among them
	aliases map[string]string
	joins   []string
}

// term is a column of the tables as SuiteQL writes it, with its kind.
type term struct {
	sql    string
	kind   schema.ColumnKind
	shown  bool // it has a text beside its value
	status bool // a transaction's status
}

// wide are the search types that stand for a whole table.
var wide = map[string]string{"transaction": "transaction", "item": "item", "entity": "entity"}

// newSource finds the table of a search type; the role must be allowed to see it.
func newSource(m *engine.Machine, typ string) *source {
	s := &source{m: m, typ: strings.ToLower(typ), tables: map[string]*schema.Table{}, aliases: map[string]string{}}
	store := m.Account.Records()
	for _, t := range store.Catalog() {
		s.tables[t.Name] = &t
	}
	if name, ok := wide[s.typ]; ok {
		s.base = s.tables[name]
	} else {
		s.ofType(itemTypes[s.typ])
	}
	if s.base == nil {
		m.Throw("SSS_INVALID_SRCH_TYPE", "An invalid search type was given: %s.", typ)
	}
	s.lines = s.base.Name == "transaction"
	return s
}

// itemTypes are the record types behind SuiteScript's names that the record
// service has several for; they share their kind.
var itemTypes = map[string]string{
	"serviceitem": "serviceSaleItem", "noninventoryitem": "nonInventorySaleItem", "otherchargeitem": "otherChargeSaleItem",
}

func (s *source) ofType(renamed string) {
	name := s.typ
	if renamed != "" {
		name = renamed
	}
	store := s.m.Account.Records()
	if store.Type(name) == nil {
		return
	}
	t, err := store.Known(s.m.Context(), name, session.View)
	s.m.Check(err)
	s.base = s.tables[t.Table]
	switch t.Group {
	case schema.GroupTransaction:
		s.where = append(s.where, "t.type = '"+t.Kind+"'")
	case schema.GroupItem:
		s.where = append(s.where, "t.itemtype = '"+t.Kind+"'")
	}
}

// from is the FROM and WHERE of the search.
func (s *source) from(condition string) string {
	var b strings.Builder
	fmt.Fprintf(&b, " FROM %s t", s.base.Name)
	if s.lines {
		b.WriteString(" JOIN transactionline l ON l.transaction = t.id")
	}
	for _, join := range s.joins {
		b.WriteString(join)
	}
	where := s.where
	if condition != "" {
		where = append(where[:len(where):len(where)], condition)
	}
	if len(where) > 0 {
		b.WriteString(" WHERE " + strings.Join(where, " AND "))
	}
	return b.String()
}

// order makes the order of rows definite.
func (s *source) order() string {
	if s.lines {
		return "t.id, l.id, l.uniquekey"
	}
	return "t." + s.base.Key
}

// column finds a search column or filter, "" joined or not. ok is false where
// there is none.
func (s *source) column(name, join string) (term, bool) {
	name, join = strings.ToLower(name), strings.ToLower(join)
	if before, after, dotted := strings.Cut(name, "."); dotted && join == "" {
		join, name = before, after
	}
	if join != "" {
		return s.joined(join, name)
	}
	if s.lines {
		if t, ok := s.ofLine(name); ok {
			return t, true
		}
	}
	return s.plain(s.base, "t", name)
}

// ofLine is a transaction's column that the lines have, or that means something
// else than the table's.
func (s *source) ofLine(name string) (term, bool) {
	switch name {
	case "amount", "netamount", "netamountnotax":
		return term{sql: "CASE WHEN l.mainline = 'T' THEN l.netamount ELSE -l.netamount END", kind: schema.DecimalColumn}, true
	case "fxamount":
		return term{sql: "CASE WHEN l.mainline = 'T' THEN l.foreignamount ELSE -l.foreignamount END", kind: schema.DecimalColumn}, true
	case "quantity":
		return term{sql: "-l.quantity", kind: schema.DecimalColumn}, true
	case "total", "amountremaining", "amountpaid", "salesrep", "shipaddress", "billaddress", "memomain", "datecreated":
		return s.plain(s.base, "t", headers[name])
	case "name", "entity", "mainname":
		return term{sql: "t.entity", kind: schema.IntegerColumn, shown: true}, true
	case "status", "statusref":
		return term{sql: "t.status", kind: schema.TextColumn, shown: true, status: true}, true
	case "line":
		return term{sql: "l.linesequencenumber", kind: schema.IntegerColumn}, true
	case "lineuniquekey":
		return term{sql: "l.uniquekey", kind: schema.IntegerColumn}, true
	case "cogs":
		return term{sql: "l.iscogs", kind: schema.BooleanColumn}, true
	case "internalid", "id", "externalid", "subsidiary", "currency", "type":
		return term{}, false
	}
	if s.base.Column(name) != nil && !ofLines[name] {
		return term{}, false
	}
	lines := s.tables["transactionline"]
	if lines.Column(name) == nil {
		return term{}, false
	}
	return s.plain(lines, "l", name)
}

// headers are the names that SuiteQL has for a transaction's search columns.
var headers = map[string]string{
	"total": "foreigntotal", "amountremaining": "foreignamountunpaid", "amountpaid": "foreignamountpaid", "salesrep": "employee",
	"shipaddress": "shippingaddress", "billaddress": "billingaddress", "memomain": "memo", "datecreated": "createddate",
}

// ofLines are the columns that transactions and their lines have, and whose line's is meant.
var ofLines = map[string]bool{"memo": true, "location": true, "department": true, "class": true}

// plain is a column of a table.
func (s *source) plain(table *schema.Table, alias, name string) (term, bool) {
	switch name {
	case "internalid", "internalidnumber", "id":
		return term{sql: alias + "." + table.Key, kind: schema.IntegerColumn}, true
	case "name":
		if table.Column(name) == nil && table.Display != "" {
			name = table.Display
		}
	case "created":
		if table.Column(name) == nil {
			name = "datecreated"
		}
	case "modified", "lastmodified":
		name = "lastmodifieddate"
	case "type":
		if table.Name == "item" {
			name = "itemtype"
		}
	}
	c := table.Column(name)
	if c == nil {
		c = table.Column(name + "search") // balancesearch
	}
	if c == nil {
		return s.subsidiary(table, alias, name)
	}
	return term{sql: alias + "." + c.Name, kind: c.Kind, shown: c.Ref != "" || c.Show != ""}, true
}

// subsidiary is a customer's primary one, which SuiteQL keeps beside the customer.
func (s *source) subsidiary(table *schema.Table, alias, name string) (term, bool) {
	const beside = "customersubsidiaryrelationship"
	if table.Name != "customer" || name != "subsidiary" || s.tables[beside] == nil || !s.m.Session.Has(s.tables[beside].Feature) {
		return term{}, false
	}
	joined := alias + "s"
	join := fmt.Sprintf(" LEFT JOIN %s %s ON %s.entity = %s.%s AND %s.isprimarysub = 'T'", beside, joined, joined, alias, table.Key, joined)
	if !slices.Contains(s.joins, join) {
		s.joins = append(s.joins, join)
	}
	return term{sql: joined + ".subsidiary", kind: schema.IntegerColumn, shown: true}, true
}

// joinColumns are the columns behind the names of joins, where they differ.
var joinColumns = map[string]string{
	"customer": "entity", "customermain": "entity", "vendor": "entity", "salesrep": "employee", "parentcustomer": "parent",
	"applyingtransaction": "createdfrom", "classification": "class",
}

// joined is a column of the table that a join leads to.
func (s *source) joined(join, name string) (term, bool) {
	link, ok := s.link(join)
	if !ok {
		return term{}, false
	}
	table := s.tables[link.table]
	if table == nil {
		return term{}, false
	}
	alias := s.aliases[join]
	if alias == "" {
		alias = fmt.Sprintf("j%d", len(s.aliases)+1)
		s.aliases[join] = alias
		s.joins = append(s.joins, fmt.Sprintf(" LEFT JOIN %s %s ON %s.%s = %s", table.Name, alias, alias, table.Key, link.sql))
	}
	return s.plain(table, alias, name)
}

// link is the reference that a join follows, and the table that it leads to.
type link struct{ sql, table string }

func (s *source) link(join string) (link, bool) {
	column := join
	if renamed := joinColumns[join]; renamed != "" && s.reference(join).sql == "" {
		column = renamed
	}
	found := s.reference(column)
	if found.table == "entity" && (join == "customer" || join == "customermain") {
		found.table = "customer"
	}
	if found.table == "entity" && join == "vendor" {
		found.table = "vendor"
	}
	return found, found.table != ""
}

func (s *source) reference(column string) link {
	places := []struct{ alias, table string }{{"t", s.base.Name}}
	if s.lines {
		places = append(places, struct{ alias, table string }{"l", "transactionline"})
	}
	for _, at := range places {
		if c := s.tables[at.table].Column(column); c != nil && c.Ref != "" {
			return link{at.alias + "." + c.Name, c.Ref}
		}
	}
	return link{}
}

// formulas are the columns and filters that a formula computes, with its kind.
var formulas = map[string]schema.ColumnKind{
	"formulatext": schema.TextColumn, "formulanumeric": schema.DecimalColumn, "formulacurrency": schema.DecimalColumn,
	"formulapercent": schema.DecimalColumn, "formuladate": schema.DateColumn,
}

// formulaField is a field in a formula: {quantity}, {customer.email}, {entity.id}.
var formulaField = regexp.MustCompile(`\{([A-Za-z0-9_.]+)\}`)

// formula turns a formula into a column. Fields stand for what the user reads of
// them, with .id for what is kept.
func (s *source) formula(name, text string) (term, bool) {
	kind, ok := formulas[strings.ToLower(name)]
	if !ok || text == "" {
		return term{}, false
	}
	sql := formulaField.ReplaceAllStringFunc(text, func(field string) string {
		field = strings.ToLower(field[1 : len(field)-1])
		t, found := s.column(field, "")
		if before, isID := strings.CutSuffix(field, ".id"); isID && !found {
			if t, found = s.column(before, ""); found {
				return t.sql
			}
		}
		ok = ok && found
		if t.shown {
			return "BUILTIN.DF(" + t.sql + ")"
		}
		return t.sql
	})
	return term{sql: "(" + sql + ")", kind: kind}, ok
}
