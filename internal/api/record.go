package api

import (
	"context"

	"github.com/sluicehq/sluice"
)

// SuiteQLQuery is a SuiteQL query for a page of rows.
type SuiteQLQuery struct {
	Query  string   `json:"query" doc:"SuiteQL text"`
	Params []string `json:"params,omitempty" doc:"Values for the question marks in the text"`
	Limit  int      `json:"limit,omitempty" minimum:"1" maximum:"1000" doc:"Rows at most; 100 when left out"`
	Offset int      `json:"offset,omitempty" minimum:"0" doc:"Rows to pass over; a multiple of the limit"`
}

// Rows is a page of a query's result.
type Rows struct {
	// Columns are those of the first row, in their order. Null values are absent from rows.
	Columns []string        `json:"columns,omitempty"`
	Items   []sluice.Record `json:"items" nullable:"false"`
	Total   int             `json:"total"`
	More    bool            `json:"more"`
}

// RecordQuery selects records of one type.
type RecordQuery struct {
	Filter string `query:"q" doc:"NetSuite's record filter: companyName START_WITH \"A\""`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	Offset int    `query:"offset" minimum:"0"`
}

// RecordPage is a page of record references.
type RecordPage struct {
	Items []RecordRef `json:"items" nullable:"false"`
	Total int         `json:"total"`
	More  bool        `json:"more"`
}

// RecordRef points to a record.
type RecordRef struct {
	Type     string   `json:"type"`
	ID       string   `json:"id"`
	Warnings []string `json:"warnings,omitempty" doc:"Properties that NetSuite does not know and left out"`
}

// RecordWrite is a change to a record.
type RecordWrite struct {
	Record  sluice.Record `json:"record"`
	Replace []string      `json:"replace,omitempty" doc:"Sublists whose lines are replaced by the record's; lines of others are added"`
}

// TypePath is the parameters of routes for records of one type.
type TypePath struct {
	NamePath
	Type string `path:"type" doc:"Record type, such as salesOrder"`
}

// RecordPath is the parameters of routes for one record.
type RecordPath struct {
	TypePath
	ID string `path:"id" doc:"Internal ID, or eid: and the external ID"`
}

type suiteQLInput struct {
	NamePath
	Body SuiteQLQuery
}

func (a *API) suiteQL(ctx context.Context, in *suiteQLInput) (*reply[*Rows], error) {
	if in.Body.Limit == 0 {
		in.Body.Limit = defaultLimit
	}
	return answer(a.services.Records.SuiteQL(ctx, actorOf(ctx), in.Name, in.Body))
}

type recordList struct {
	TypePath
	RecordQuery
}

func (a *API) listRecords(ctx context.Context, in *recordList) (*reply[*RecordPage], error) {
	return answer(a.services.Records.ListRecords(ctx, actorOf(ctx), in.Name, in.Type, in.RecordQuery))
}

type recordGet struct {
	RecordPath
	Expand bool `query:"expand" doc:"Read sublists and subrecords too"`
}

func (a *API) getRecord(ctx context.Context, in *recordGet) (*reply[sluice.Record], error) {
	return answer(a.services.Records.GetRecord(ctx, actorOf(ctx), in.Name, in.Type, in.ID, in.Expand))
}

type recordCreate struct {
	TypePath
	Body sluice.Record
}

func (a *API) createRecord(ctx context.Context, in *recordCreate) (*reply[*RecordRef], error) {
	return answer(a.services.Records.CreateRecord(ctx, actorOf(ctx), in.Name, in.Type, in.Body))
}

type recordUpdate struct {
	RecordPath
	Body RecordWrite
}

func (a *API) updateRecord(ctx context.Context, in *recordUpdate) (*reply[*RecordRef], error) {
	return answer(a.services.Records.UpdateRecord(ctx, actorOf(ctx), in.Name, in.Type, in.ID, in.Body))
}

type recordUpsert struct {
	TypePath
	ExternalID string `path:"external_id"`
	Body       RecordWrite
}

func (a *API) upsertRecord(ctx context.Context, in *recordUpsert) (*reply[*RecordRef], error) {
	return answer(a.services.Records.UpsertRecord(ctx, actorOf(ctx), in.Name, in.Type, in.ExternalID, in.Body))
}

func (a *API) deleteRecord(ctx context.Context, in *RecordPath) (*nothing, error) {
	return done(a.services.Records.DeleteRecord(ctx, actorOf(ctx), in.Name, in.Type, in.ID))
}
