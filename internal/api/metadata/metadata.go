// Package metadata has the routes that tell what there is behind a connection: tables
// with their columns, record types with their fields, saved searches, values to choose from.
package metadata

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules tell what there is. What was read is kept for some minutes; refresh reads it anew.
type Rules interface {
	Tables(ctx context.Context, connection string, refresh bool) ([]SourceTable, error)
	Columns(ctx context.Context, connection, table string, refresh bool) ([]SourceColumn, error)
	RecordTypes(ctx context.Context, connection string, refresh bool) ([]RecordType, error)
	Record(ctx context.Context, connection, recordType string, refresh bool) (*RecordDescription, error)
	Options(ctx context.Context, connection, recordType, field string, q OptionQuery) (*FieldOptions, error)
	Searches(ctx context.Context, connection, recordType string, refresh bool) ([]SavedSearch, error)
}

// SourceTable is a table that queries can read.
type SourceTable struct {
	Name   string `json:"name" doc:"As a query names it, with its schema where it needs one"`
	Label  string `json:"label,omitempty"`
	Custom bool   `json:"custom,omitempty" doc:"Of the account's own"`
}

// SourceColumn is a column of a table.
type SourceColumn struct {
	Name      string `json:"name"`
	Label     string `json:"label,omitempty"`
	Type      string `json:"type,omitempty" doc:"text, number, boolean or date in SuiteQL; the database's own word elsewhere. Absent where nothing tells it"`
	Mandatory bool   `json:"mandatory,omitempty" doc:"A row without a value is refused"`
	Custom    bool   `json:"custom,omitempty"`
}

// RecordType is a record type that the connection's role sees.
type RecordType struct {
	Name   string `json:"name" doc:"As flow files write it: salesOrder"`
	Label  string `json:"label"`
	Custom bool   `json:"custom,omitempty"`
}

// RecordDescription is a record type with its fields.
type RecordDescription struct {
	RecordType
	ExternalIDs bool          `json:"external_ids" doc:"Its records have external IDs"`
	Fields      []RecordField `json:"fields" nullable:"false"`
}

// RecordField is a field of a record type, or of a sublist's lines.
type RecordField struct {
	Name      string        `json:"name"`
	Label     string        `json:"label"`
	Type      string        `json:"type" enum:"text,number,integer,boolean,date,datetime,select,reference,multiselect,sublist,subrecord" doc:"A select takes one of NetSuite's own values, a reference a record's ID"`
	Of        string        `json:"of,omitempty" doc:"The record type that a reference points to"`
	Mandatory bool          `json:"mandatory,omitempty" doc:"NetSuite refuses a new record without it. The role's form may ask for more"`
	ReadOnly  bool          `json:"read_only,omitempty" doc:"NetSuite lets nobody write it"`
	Custom    bool          `json:"custom,omitempty"`
	Filter    bool          `json:"filter,omitempty" doc:"It can stand in a record filter"`
	Fields    []RecordField `json:"fields,omitempty" doc:"Of a sublist's lines, or of a subrecord"`
}

// SavedSearch is a saved search.
type SavedSearch struct {
	ID   string `json:"id" doc:"Internal ID: NetSuite tells no script IDs here"`
	Name string `json:"name"`
}

// FieldOption is a value that a field takes.
type FieldOption struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// FieldOptions are the values that a field takes, the first of them.
type FieldOptions struct {
	Items []FieldOption `json:"items" nullable:"false"`
	Total int           `json:"total"`
}

// OptionQuery narrows the values of a field.
type OptionQuery struct {
	Contains string `query:"contains" maxLength:"100" doc:"A part of the value's name"`
	Refresh  bool   `query:"refresh" doc:"Ask NetSuite, even where an answer is kept"`
}

// Tag is the OpenAPI tag of the routes.
const Tag = "Metadata"

// ListPath is the parameters of all routes but one.
type ListPath struct {
	endpoint.NamePath
	Refresh bool `query:"refresh" doc:"Ask anew, even where an answer is kept"`
}

type tableInput struct {
	ListPath
	Table string `path:"table" maxLength:"200"`
}

type typeInput struct {
	ListPath
	Type string `path:"type" maxLength:"100" doc:"Record type, such as salesOrder"`
}

type searchInput struct {
	ListPath
	Type string `query:"type" required:"true" maxLength:"100" doc:"What the searches are for: customer, transaction, item, or the script ID of a custom record type"`
}

type optionInput struct {
	endpoint.NamePath
	OptionQuery
	Type  string `path:"type" maxLength:"100" doc:"Record type, such as salesOrder"`
	Field string `path:"field" maxLength:"200" doc:"entityStatus, or item.taxCode for one of a sublist's lines"`
}

// Routes returns the rows of the route table. They ask other systems in the connection's
// name, as a query does, and have its permission.
func Routes(rules Rules) []endpoint.Row {
	const base = "/api/v1/connections/{name}/metadata"
	t := endpoint.Table{Tag: Tag}
	t.Add("GET", base+"/tables", sluice.PermQuery, "listTables", "Tables that queries through a connection can read",
		endpoint.Of(func(ctx context.Context, in *ListPath) (*endpoint.Reply[endpoint.List[SourceTable]], error) {
			return endpoint.Listing(rules.Tables(ctx, in.Name, in.Refresh))
		}))
	t.Add("GET", base+"/tables/{table}", sluice.PermQuery, "listColumns", "Columns of a table",
		endpoint.Of(func(ctx context.Context, in *tableInput) (*endpoint.Reply[endpoint.List[SourceColumn]], error) {
			return endpoint.Listing(rules.Columns(ctx, in.Name, in.Table, in.Refresh))
		}))
	t.Add("GET", base+"/records", sluice.PermQuery, "listRecordTypes", "Record types that the connection's role sees",
		endpoint.Of(func(ctx context.Context, in *ListPath) (*endpoint.Reply[endpoint.List[RecordType]], error) {
			return endpoint.Listing(rules.RecordTypes(ctx, in.Name, in.Refresh))
		}))
	t.Add("GET", base+"/records/{type}", sluice.PermQuery, "describeRecord", "Fields of a record type",
		endpoint.Of(func(ctx context.Context, in *typeInput) (*endpoint.Reply[*RecordDescription], error) {
			return endpoint.Answer(rules.Record(ctx, in.Name, in.Type, in.Refresh))
		}))
	t.Add("GET", base+"/records/{type}/options/{field}", sluice.PermQuery, "listOptions", "Values that a field takes",
		endpoint.Of(func(ctx context.Context, in *optionInput) (*endpoint.Reply[*FieldOptions], error) {
			return endpoint.Answer(rules.Options(ctx, in.Name, in.Type, in.Field, in.OptionQuery))
		}))
	t.Add("GET", base+"/searches", sluice.PermQuery, "listSearches", "Saved searches",
		endpoint.Of(func(ctx context.Context, in *searchInput) (*endpoint.Reply[endpoint.List[SavedSearch]], error) {
			return endpoint.Listing(rules.Searches(ctx, in.Name, in.Type, in.Refresh))
		}))
	return t.Rows
}
