package app

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/soap/search"
	"github.com/sluicehq/sluice/internal/client"
)

// named finds an item by its name.
func named[T any](list []T, name string, nameOf func(T) string) (T, bool) {
	i := slices.IndexFunc(list, func(x T) bool { return nameOf(x) == name })
	if i < 0 {
		var none T
		return none, false
	}
	return list[i], true
}

func fieldNamed(t *testing.T, fields []client.RecordField, name string) client.RecordField {
	t.Helper()
	f, ok := named(fields, name, func(f client.RecordField) string { return f.Name })
	if !ok {
		t.Fatalf("no field %s", name)
	}
	return f
}

func columnNamed(t *testing.T, columns []client.SourceColumn, name string) client.SourceColumn {
	t.Helper()
	c, ok := named(columns, name, func(c client.SourceColumn) string { return c.Name })
	if !ok {
		t.Fatalf("no column %s", name)
	}
	return c
}

// company starts a server with a connection to an account that has records.
func company(t *testing.T) (*server, *emulator.Emulator) {
	t.Helper()
	// Select options may be asked for once every account has 2026.1.
	ahead := max(0, time.Until(time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC)))
	s := start(t, func(c *Config) { c.Clock = func() time.Time { return time.Now().Add(ahead) } })
	emu := emulator.Start(t)
	emu.Clock().Advance(ahead)
	c := emu.Credentials()
	s.create(t, client.ConnectionInput{Name: "netsuite", Kind: sluice.KindNetSuite, Settings: map[string]string{"account": c.Account, "base_url": c.BaseURL},
		Secrets: map[string]string{"consumer_key": c.ConsumerKey, "consumer_secret": c.ConsumerSecret, "token_id": c.TokenID, "token_secret": c.TokenSecret}})
	return s, emu
}

func TestMetadataOfRecords(t *testing.T) {
	s, emu := company(t)
	types, err := s.local.ListRecordTypes(t.Context(), "netsuite", client.ListRecordTypesQuery{})
	s.must(t, err)
	order, ok := named(types.Items, "salesOrder", func(r client.RecordType) string { return r.Name })
	if !ok || order.Label != "Sales order" || order.Custom {
		t.Errorf("%+v", order)
	}
	described, err := s.local.DescribeRecord(t.Context(), "netsuite", "salesOrder", client.DescribeRecordQuery{})
	s.must(t, err)
	entity, item := fieldNamed(t, described.Fields, "entity"), fieldNamed(t, described.Fields, "item")
	if !described.ExternalIDs || !entity.Mandatory || entity.Type != "reference" || entity.Of != "customer" || described.Fields[0].Name != "entity" {
		t.Errorf("%+v, the first is %s", entity, described.Fields[0].Name)
	}
	if line := fieldNamed(t, item.Fields, "item"); item.Type != "sublist" || !line.Mandatory || line.Type != "reference" {
		t.Errorf("%s of %+v", item.Type, line)
	}
	if f := fieldNamed(t, described.Fields, "lastModifiedDate"); !f.ReadOnly || f.Type != "datetime" {
		t.Errorf("%+v", f)
	}
	if f := fieldNamed(t, described.Fields, "tranDate"); f.ReadOnly || f.Mandatory || !f.Filter || f.Type != "date" || f.Label != "Date" {
		t.Errorf("%+v", f)
	}
	customer, err := s.local.DescribeRecord(t.Context(), "netsuite", "customer", client.DescribeRecordQuery{})
	s.must(t, err)
	if f := fieldNamed(t, customer.Fields, "custentity_sluice_segment"); !f.Custom || f.Label != f.Name {
		t.Errorf("without the permission to see custom fields: %+v", f)
	}
	s.must(t, emu.Account().SetPermission(account.IntegrationRole, "ADMI_CUSTFIELD", session.View))
	customer, err = s.local.DescribeRecord(t.Context(), "netsuite", "customer", client.DescribeRecordQuery{Refresh: true})
	s.must(t, err)
	if f := fieldNamed(t, customer.Fields, "custentity_sluice_segment"); !f.Custom || f.Label != "Segment" {
		t.Errorf("%+v", f)
	}

	// What was read is kept until it is asked for anew.
	s.must(t, emu.Account().RemovePermission(account.IntegrationRole, "LIST_CUSTJOB"))
	_, err = s.local.DescribeRecord(t.Context(), "netsuite", "customer", client.DescribeRecordQuery{})
	s.must(t, err)
	_, err = s.local.DescribeRecord(t.Context(), "netsuite", "customer", client.DescribeRecordQuery{Refresh: true})
	if body := wantCode(t, err, "metadata.not_visible"); !strings.Contains(body.Message, "netsuite") || body.Remedy == "" {
		t.Errorf("%+v", body)
	}
	_, err = s.local.DescribeRecord(t.Context(), "netsuite", "no such/type", client.DescribeRecordQuery{})
	wantCode(t, err, "record.invalid")
}

func TestMetadataOfTables(t *testing.T) {
	s, emu := company(t)
	tables, err := s.local.ListTables(t.Context(), "netsuite", client.ListTablesQuery{})
	s.must(t, err)
	has := func(name string) bool {
		_, ok := named(tables.Items, name, func(t client.SourceTable) string { return t.Name })
		return ok
	}
	for _, name := range []string{"transaction", "transactionline", "customer", "item", "customrecord_sluice_shipment"} {
		if !has(name) {
			t.Errorf("no table %s", name)
		}
	}
	if has("salesorder") || has("inventoryitem") {
		t.Error("sales orders are rows of transaction, and inventory items of item")
	}
	columns, err := s.local.ListColumns(t.Context(), "netsuite", "Transaction", client.ListColumnsQuery{})
	s.must(t, err)
	for name, typ := range map[string]string{"id": "number", "tranid": "text", "posting": "boolean", "trandate": "date"} {
		if c := columnNamed(t, columns.Items, name); c.Type != typ {
			t.Errorf("%s is %s, want %s", name, c.Type, typ)
		}
	}
	customers, err := s.local.ListColumns(t.Context(), "netsuite", "customer", client.ListColumnsQuery{})
	s.must(t, err)
	if c := columnNamed(t, customers.Items, "custentity_sluice_segment"); !c.Custom || c.Type != "number" {
		t.Errorf("%+v", c)
	}
	columnNamed(t, customers.Items, "billingratecard") // which no row shows
	_, err = s.local.ListColumns(t.Context(), "netsuite", "nothing", client.ListColumnsQuery{})
	wantCode(t, err, "metadata.not_visible")
	_, err = s.local.ListColumns(t.Context(), "netsuite", "customer; x", client.ListColumnsQuery{})
	wantCode(t, err, sluice.CodeInvalid)
	s.must(t, emu.Account().RemovePermission(account.IntegrationRole, "LIST_CUSTJOB"))
	_, err = s.local.ListColumns(t.Context(), "netsuite", "customer", client.ListColumnsQuery{Refresh: true})
	wantCode(t, err, "metadata.not_visible")
}

func TestMetadataOfChoices(t *testing.T) {
	s, emu := company(t)
	s.must(t, emu.AddSavedSearch(search.SavedSearch{ScriptID: "customsearch_a", Name: "Customers with A", Type: "customer", Columns: `<basic><platformCommon:entityId/></basic>`}))
	found, err := s.local.ListSearches(t.Context(), "netsuite", client.ListSearchesQuery{Type: "customer"})
	s.must(t, err)
	if x, ok := named(found.Items, "Customers with A", func(x client.SavedSearch) string { return x.Name }); !ok || x.ID == "" {
		t.Errorf("%+v", found.Items)
	}
	sales, err := s.local.ListSearches(t.Context(), "netsuite", client.ListSearchesQuery{Type: "salesOrder"})
	s.must(t, err)
	if len(sales.Items) == 0 {
		t.Error("searches of sales orders are searches of transactions, of which the sample company has some")
	}
	options, err := s.local.ListOptions(t.Context(), "netsuite", "customer", "terms", client.ListOptionsQuery{})
	s.must(t, err)
	if len(options.Items) == 0 || options.Items[0].ID == "" || options.Items[0].Name == "" || int(options.Total) < len(options.Items) {
		t.Fatalf("%+v", options)
	}
	name := options.Items[len(options.Items)-1].Name
	narrowed, err := s.local.ListOptions(t.Context(), "netsuite", "customer", "terms", client.ListOptionsQuery{Contains: name[1:]})
	s.must(t, err)
	if len(narrowed.Items) == 0 || len(narrowed.Items) >= len(options.Items) || narrowed.Items[0].Name != name {
		t.Errorf("%q of %+v: %+v", name, options.Items, narrowed.Items)
	}
}

// Before every account has 2026.1, one could take the question for a new record.
func TestNoOptionsOfOldReleases(t *testing.T) {
	s := start(t, func(c *Config) { c.Clock = func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) } })
	emu, input := emulated(t, "netsuite")
	s.create(t, input)
	before := len(emu.Requests())
	_, err := s.local.ListOptions(t.Context(), "netsuite", "customer", "terms", client.ListOptionsQuery{})
	wantCode(t, err, "metadata.release")
	if after := len(emu.Requests()); after != before {
		t.Errorf("NetSuite was asked %d times", after-before)
	}
}

func TestMetadataOfADatabase(t *testing.T) {
	s, path := start(t), filepath.Join(t.TempDir(), "shop.db")
	db, err := sql.Open("sqlite", path)
	s.must(t, err)
	_, err = db.ExecContext(t.Context(), `CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, total NUMERIC, state TEXT NOT NULL DEFAULT 'new'); CREATE VIEW paid AS SELECT id, total FROM orders`)
	s.must(t, err)
	s.must(t, db.Close())
	s.create(t, client.ConnectionInput{Name: "shop", Kind: sluice.KindSQLite, Settings: map[string]string{"path": path}})
	tables, err := s.local.ListTables(t.Context(), "shop", client.ListTablesQuery{})
	s.must(t, err)
	if len(tables.Items) != 2 || tables.Items[0].Name != "orders" || tables.Items[1].Name != "paid" {
		t.Errorf("%+v", tables.Items)
	}
	columns, err := s.local.ListColumns(t.Context(), "shop", "orders", client.ListColumnsQuery{})
	s.must(t, err)
	want := []client.SourceColumn{{Name: "id", Type: "integer"}, {Name: "customer", Type: "text", Mandatory: true}, {Name: "total", Type: "numeric"}, {Name: "state", Type: "text"}}
	if !slices.Equal(columns.Items, want) {
		t.Errorf("%+v", columns.Items)
	}
	_, err = s.local.ListColumns(t.Context(), "shop", "nothing", client.ListColumnsQuery{})
	wantCode(t, err, "metadata.not_visible")
	_, err = s.local.ListRecordTypes(t.Context(), "shop", client.ListRecordTypesQuery{})
	wantCode(t, err, "connection.wrong_kind")
}
