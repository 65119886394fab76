// Package recorderror has the routes round records that did not get through.
package recorderror

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round records that did not get through.
type Rules interface {
	ListErrors(ctx context.Context, q Query) ([]*sluice.RecordError, error)
	RecordError(ctx context.Context, id int64) (*sluice.RecordError, error)
	EditError(ctx context.Context, by endpoint.Actor, id int64, r sluice.Record) (*sluice.RecordError, error)
	RetryErrors(ctx context.Context, by endpoint.Actor, ids ErrorIDs) ([]*sluice.Run, error)
	// SetErrorState resolves or reopens errors.
	SetErrorState(ctx context.Context, by endpoint.Actor, ids ErrorIDs, state sluice.ErrorState, reason string) error
	AssignErrors(ctx context.Context, by endpoint.Actor, ids ErrorIDs, person string) error
	TagErrors(ctx context.Context, by endpoint.Actor, ids ErrorIDs, add, remove []string) error
}

// Counter counts record errors.
type Counter interface {
	CountErrors(ctx context.Context, c ErrorChoice) (*ErrorSummary, error)
}

// ErrorChoice says which record errors are meant.
type ErrorChoice struct {
	Flow           string                `query:"flow" json:"flow,omitempty" doc:"Name or ID of a flow"`
	Run            int64                 `query:"run" json:"run,omitempty" doc:"Number of a run"`
	State          sluice.ErrorState     `query:"state" json:"state,omitempty" enum:"open,retrying,resolved" doc:"All when left out"`
	Classification sluice.Classification `query:"classification" json:"classification,omitempty" enum:"value,reference,duplicate,missing,permission,locked,mapping,source,unknown,intermittent,other"`
	Tag            string                `query:"tag" json:"tag,omitempty"`
	Assignee       string                `query:"assignee" json:"assignee,omitempty" doc:"E-mail address of whom the error is assigned to; nobody for those of nobody"`
	Step           string                `query:"step" json:"step,omitempty"`
	Connection     string                `query:"connection" json:"connection,omitempty" doc:"Name of the connection that the step goes through, in the flows as they are now"`
	Code           string                `query:"code" json:"code,omitempty"`
	Text           string                `query:"text" json:"text,omitempty" maxLength:"200" doc:"Stands in the message, the record's key or the place it came from"`
	Trace          string                `query:"trace" json:"trace,omitempty" doc:"The record's trace key"`
	Before         int64                 `query:"before" json:"before,omitempty" doc:"Errors with smaller numbers only"`
}

// Query selects record errors, newest first.
type Query struct {
	ErrorChoice
	Limit int  `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	Brief bool `query:"brief" doc:"Without record, request and answer: for long lists"`
}

// ErrorIDs names record errors, or says which are meant.
type ErrorIDs struct {
	IDs    []int64      `json:"ids,omitempty" maxItems:"10000" nullable:"false" doc:"Either these"`
	Filter *ErrorChoice `json:"filter,omitempty" doc:"or all that are like that, 100,000 at most"`
}

// ErrorSummary counts record errors. Each list counts what it would be if its own part of
// the choice were left out, so that people see what else there is.
type ErrorSummary struct {
	Total           int64        `json:"total" doc:"Errors of the choice"`
	Open            int64        `json:"open" doc:"Open ones, whatever state was asked for"`
	Retrying        int64        `json:"retrying"`
	Resolved        int64        `json:"resolved"`
	Places          []ErrorStep  `json:"places" nullable:"false" doc:"By flow and step, the most first"`
	Connections     []ErrorCount `json:"connections" nullable:"false"`
	Codes           []ErrorCount `json:"codes" nullable:"false"`
	Classifications []ErrorCount `json:"classifications" nullable:"false"`
}

// ErrorStep is a step of a flow with its errors.
type ErrorStep struct {
	Flow       string `json:"flow"`
	Step       string `json:"step"`
	Connection string `json:"connection,omitempty" doc:"That the step goes through"`
	Count      int64  `json:"count"`
}

// ErrorCount is how many errors have a value.
type ErrorCount struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// ErrorResolution resolves record errors.
type ErrorResolution struct {
	ErrorIDs
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why, for whoever looks later"`
}

// ErrorAssignment assigns record errors.
type ErrorAssignment struct {
	ErrorIDs
	Assignee string `json:"assignee,omitempty" doc:"E-mail address of a user; nobody when left out"`
}

// ErrorTags changes the tags of record errors.
type ErrorTags struct {
	ErrorIDs
	Add    []string `json:"add,omitempty" maxItems:"20" nullable:"false"`
	Remove []string `json:"remove,omitempty" maxItems:"20" nullable:"false"`
}

// Tag heads the routes in the documentation.
const Tag = "Record errors"

// Routes returns the rows of the route table.
func Routes(rules Rules, counter Counter) []endpoint.Row {
	const view, run, root = sluice.PermView, sluice.PermRun, "/api/v1/errors"
	h := handlers{rules, counter}
	t := endpoint.Table{Tag: Tag}
	t.Add("GET", root, view, "listErrors", "List record errors, newest first", endpoint.Of(h.list))
	t.Add("GET", root+"/summary", view, "countErrors", "Count record errors by state, flow and step, connection, code and classification", endpoint.Of(h.count))
	t.Add("GET", root+"/export", view, "exportErrors", "Download record errors as CSV or JSON lines", export(h))
	t.Add("GET", root+"/{id}", view, "getError", "Show a record error", endpoint.Of(h.get))
	t.Add("PUT", root+"/{id}/record", run, "editError", "Change the record that a retry will send", endpoint.Of(h.edit))
	t.Add("POST", root+"/retry", run, "retryErrors", "Try records again, open and resolved ones", endpoint.Of(h.retry))
	t.Add("POST", root+"/resolve", run, "resolveErrors", "Mark errors as resolved", endpoint.Of(h.resolve))
	t.Add("POST", root+"/reopen", run, "reopenErrors", "Open resolved errors again", endpoint.Of(h.reopen))
	t.Add("POST", root+"/assign", run, "assignErrors", "Assign errors to a person, or to nobody", endpoint.Of(h.assign))
	t.Add("POST", root+"/tag", run, "tagErrors", "Add and remove tags", endpoint.Of(h.tag))
	return t.Rows
}

type handlers struct {
	Rules
	Counter
}

func (h handlers) list(ctx context.Context, in *Query) (*endpoint.Reply[endpoint.List[*sluice.RecordError]], error) {
	list, err := h.ListErrors(ctx, *in)
	return endpoint.Paged(list, err, in.Limit, func(e *sluice.RecordError) int64 { return e.ID })
}

func (h handlers) count(ctx context.Context, in *ErrorChoice) (*endpoint.Reply[*ErrorSummary], error) {
	return endpoint.Answer(h.CountErrors(ctx, *in))
}

func (h handlers) get(ctx context.Context, in *endpoint.NumberPath) (*endpoint.Reply[*sluice.RecordError], error) {
	return endpoint.Answer(h.RecordError(ctx, in.ID))
}

type edit struct {
	endpoint.NumberPath
	Body sluice.Record
}

func (h handlers) edit(ctx context.Context, in *edit) (*endpoint.Reply[*sluice.RecordError], error) {
	return endpoint.Answer(h.EditError(ctx, endpoint.ActorOf(ctx), in.ID, in.Body))
}

func (h handlers) retry(ctx context.Context, in *struct{ Body ErrorIDs }) (*endpoint.Reply[endpoint.List[*sluice.Run]], error) {
	return endpoint.Listing(h.RetryErrors(ctx, endpoint.ActorOf(ctx), in.Body))
}

func (h handlers) resolve(ctx context.Context, in *struct{ Body ErrorResolution }) (*endpoint.Nothing, error) {
	return endpoint.Done(h.SetErrorState(ctx, endpoint.ActorOf(ctx), in.Body.ErrorIDs, sluice.ErrorResolved, in.Body.Reason))
}

func (h handlers) reopen(ctx context.Context, in *struct{ Body ErrorIDs }) (*endpoint.Nothing, error) {
	return endpoint.Done(h.SetErrorState(ctx, endpoint.ActorOf(ctx), in.Body, sluice.ErrorOpen, ""))
}

func (h handlers) assign(ctx context.Context, in *struct{ Body ErrorAssignment }) (*endpoint.Nothing, error) {
	return endpoint.Done(h.AssignErrors(ctx, endpoint.ActorOf(ctx), in.Body.ErrorIDs, in.Body.Assignee))
}

func (h handlers) tag(ctx context.Context, in *struct{ Body ErrorTags }) (*endpoint.Nothing, error) {
	return endpoint.Done(h.TagErrors(ctx, endpoint.ActorOf(ctx), in.Body.ErrorIDs, in.Body.Add, in.Body.Remove))
}
