// Package record reads and writes single records of NetSuite that people ask for.
package record

import (
	"context"
	"errors"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/netsuite"
)

// Records reads and writes single records through NetSuite connections. Every
// call is in the audit log: it moves data outside of any flow.
type Records struct {
	// Open returns a connection with its secrets opened.
	Open  func(ctx context.Context, name string) (*sluice.Connection, error)
	Audit *audit.Log
	// Client returns the client of a connection, which shares the account's
	// budget of requests with the flows.
	Client func(*sluice.Connection) (*netsuite.Client, error)
}

// open returns the client for a connection and notes what it is used for.
func (r Records) open(ctx context.Context, by api.Actor, name, action, detail string) (*netsuite.Client, error) {
	conn, err := r.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	if conn.Kind != sluice.KindNetSuite {
		return nil, sluice.Errorf("connection.wrong_kind", "the connection %q is of the kind %s", conn.Name, conn.Kind).Fix("This needs a NetSuite connection")
	}
	client, err := r.Client(conn)
	if err != nil {
		return nil, err
	}
	r.Audit.Note(ctx, by, action, "record", conn.Name, detail)
	return client, nil
}

// SuiteQL runs a query and returns one page of its rows.
func (r Records) SuiteQL(ctx context.Context, by api.Actor, connection string, q api.SuiteQLQuery) (*api.Rows, error) {
	client, err := r.open(ctx, by, connection, "query", q.Query)
	if err != nil {
		return nil, err
	}
	page, err := client.SuiteQL.Page(ctx, q.Query, q.Params, q.Limit, q.Offset)
	if err != nil {
		return nil, Told(err)
	}
	rows := &api.Rows{Items: make([]sluice.Record, len(page.Rows)), Total: page.Total, More: page.HasMore}
	for i, row := range page.Rows {
		rows.Items[i] = row.Map()
		for column := range row.All() {
			if i == 0 {
				rows.Columns = append(rows.Columns, column)
			}
		}
	}
	return rows, nil
}

// ListRecords returns a page of the IDs of records of a type.
func (r Records) ListRecords(ctx context.Context, by api.Actor, connection, kind string, q api.RecordQuery) (*api.RecordPage, error) {
	client, err := r.open(ctx, by, connection, "list", kind)
	if err != nil {
		return nil, err
	}
	page, err := client.Records.List(ctx, kind, netsuite.ListOptions{Q: q.Filter, Limit: q.Limit, Offset: q.Offset})
	if err != nil {
		return nil, Told(err)
	}
	out := &api.RecordPage{Items: make([]api.RecordRef, len(page.IDs)), Total: page.Total, More: page.HasMore}
	for i, id := range page.IDs {
		out.Items[i] = api.RecordRef{Type: kind, ID: id}
	}
	return out, nil
}

// GetRecord returns a record, with its sublists where expand is set.
func (r Records) GetRecord(ctx context.Context, by api.Actor, connection, kind, id string, expand bool) (sluice.Record, error) {
	client, err := r.open(ctx, by, connection, "get", kind+" "+id)
	if err != nil {
		return nil, err
	}
	record, err := client.Records.Get(ctx, kind, id, netsuite.GetOptions{ExpandSubResources: expand})
	return sluice.Record(record), Told(err)
}

// CreateRecord makes a record.
func (r Records) CreateRecord(ctx context.Context, by api.Actor, connection, kind string, body sluice.Record) (*api.RecordRef, error) {
	client, err := r.open(ctx, by, connection, "create", kind)
	if err != nil {
		return nil, err
	}
	ref, err := client.Records.Create(ctx, kind, body, netsuite.WriteOptions{})
	return refOf(kind, ref, err)
}

// UpdateRecord changes a record.
func (r Records) UpdateRecord(ctx context.Context, by api.Actor, connection, kind, id string, w api.RecordWrite) (*api.RecordRef, error) {
	client, err := r.open(ctx, by, connection, "update", kind+" "+id)
	if err != nil {
		return nil, err
	}
	ref, err := client.Records.Update(ctx, kind, id, w.Record, netsuite.WriteOptions{Replace: w.Replace})
	return refOf(kind, ref, err)
}

// UpsertRecord changes the record with an external ID, or makes it.
func (r Records) UpsertRecord(ctx context.Context, by api.Actor, connection, kind, externalID string, w api.RecordWrite) (*api.RecordRef, error) {
	client, err := r.open(ctx, by, connection, "upsert", kind+" eid:"+externalID)
	if err != nil {
		return nil, err
	}
	ref, err := client.Records.UpsertByExternalID(ctx, kind, externalID, w.Record, netsuite.WriteOptions{Replace: w.Replace})
	return refOf(kind, ref, err)
}

// DeleteRecord deletes a record.
func (r Records) DeleteRecord(ctx context.Context, by api.Actor, connection, kind, id string) error {
	client, err := r.open(ctx, by, connection, "delete", kind+" "+id)
	if err != nil {
		return err
	}
	return Told(client.Records.Delete(ctx, kind, id))
}

func refOf(kind string, ref netsuite.Ref, err error) (*api.RecordRef, error) {
	if err != nil {
		return nil, Told(err)
	}
	return &api.RecordRef{Type: kind, ID: ref.ID, Warnings: ref.Warnings}, nil
}

// Told puts a failure of the NetSuite client into our own form. What NetSuite
// says is for the person who asked.
func Told(err error) error {
	if err == nil {
		return nil
	}
	if input, ok := errors.AsType[*netsuite.InputError](err); ok {
		return sluice.Errorf("record.invalid", "%s", input.Error())
	}
	if fault, ok := errors.AsType[*netsuite.Fault](err); ok {
		return toldFault(fault)
	}
	if transport, ok := errors.AsType[*netsuite.TransportError](err); ok {
		e := sluice.Errorf("netsuite.unreachable", "NetSuite did not answer: %w", transport).Fix("Test the connection; it says what is wrong")
		if netsuite.Applied(err) == netsuite.Unknown {
			e.Code, e.Remedy = "netsuite.outcome_unknown", "NetSuite may have done it. Read the record before you try again"
		}
		return e
	}
	return err
}

func toldFault(f *netsuite.Fault) *sluice.Error {
	code, remedy := "netsuite.refused", ""
	switch {
	case errors.Is(f, netsuite.ErrNotFound):
		code = sluice.CodeNotFound
	case errors.Is(f, netsuite.ErrLogin):
		code, remedy = "connection.token_rejected", "Test the connection, and look into NetSuite's login audit trail for the reason"
	case errors.Is(f, netsuite.ErrPermission):
		code, remedy = "record.permission", "Give the role the permission that NetSuite names"
	case errors.Is(f, netsuite.ErrDuplicate):
		code = sluice.CodeConflict
	case errors.Is(f, netsuite.ErrInvalid):
		code = "record.refused"
	case errors.Is(f, netsuite.ErrConcurrency):
		code, remedy = "netsuite.busy", "Try again later, or raise the connection's concurrency level to what the account has"
	}
	e := sluice.Errorf(code, "NetSuite: %s", f.Message()).Fix(remedy)
	e.Where, e.Err = f.Operation, f
	if f.Code != "" {
		e.Where += " (" + f.Code + ")"
	}
	for _, d := range f.Details {
		if d.Path != "" {
			e.Problems = append(e.Problems, sluice.Problem{Code: d.Code, Path: d.Path, Message: d.Detail})
		}
	}
	return e
}
