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
	RetryErrors(ctx context.Context, by endpoint.Actor, ids []int64) ([]*sluice.Run, error)
	// SetErrorState resolves or reopens errors.
	SetErrorState(ctx context.Context, by endpoint.Actor, ids []int64, state sluice.ErrorState, reason string) error
	AssignErrors(ctx context.Context, by endpoint.Actor, ids []int64, person string) error
	TagErrors(ctx context.Context, by endpoint.Actor, ids []int64, add, remove []string) error
}

// Query selects record errors, newest first.
type Query struct {
	Flow           string                `query:"flow" doc:"Name or ID of a flow"`
	Run            int64                 `query:"run" doc:"Number of a run"`
	State          sluice.ErrorState     `query:"state" enum:"open,retrying,resolved" doc:"All when left out"`
	Classification sluice.Classification `query:"classification" enum:"value,reference,duplicate,missing,permission,locked,mapping,source,unknown,intermittent,other"`
	Tag            string                `query:"tag"`
	Assignee       string                `query:"assignee" doc:"E-mail address of whom the error is assigned to; nobody for those of nobody"`
	Step           string                `query:"step"`
	Code           string                `query:"code"`
	Text           string                `query:"text" maxLength:"200" doc:"Stands in the message, the record's key or the place it came from"`
	Trace          string                `query:"trace" doc:"The record's trace key"`
	Before         int64                 `query:"before" doc:"Errors with smaller numbers only"`
	Limit          int                   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

// ErrorIDs names record errors.
type ErrorIDs struct {
	IDs []int64 `json:"ids" minItems:"1" maxItems:"10000" nullable:"false"`
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
func Routes(rules Rules) []endpoint.Row {
	const view, run, root = sluice.PermView, sluice.PermRun, "/api/v1/errors"
	h := handlers{rules}
	t := endpoint.Table{Tag: Tag}
	t.Add("GET", root, view, "listErrors", "List record errors, newest first", endpoint.Of(h.list))
	t.Add("GET", root+"/{id}", view, "getError", "Show a record error", endpoint.Of(h.get))
	t.Add("PUT", root+"/{id}/record", run, "editError", "Change the record that a retry will send", endpoint.Of(h.edit))
	t.Add("POST", root+"/retry", run, "retryErrors", "Try records again, open and resolved ones", endpoint.Of(h.retry))
	t.Add("POST", root+"/resolve", run, "resolveErrors", "Mark errors as resolved", endpoint.Of(h.resolve))
	t.Add("POST", root+"/reopen", run, "reopenErrors", "Open resolved errors again", endpoint.Of(h.reopen))
	t.Add("POST", root+"/assign", run, "assignErrors", "Assign errors to a person, or to nobody", endpoint.Of(h.assign))
	t.Add("POST", root+"/tag", run, "tagErrors", "Add and remove tags", endpoint.Of(h.tag))
	return t.Rows
}

type handlers struct{ Rules }

func (h handlers) list(ctx context.Context, in *Query) (*endpoint.Reply[endpoint.List[*sluice.RecordError]], error) {
	list, err := h.ListErrors(ctx, *in)
	return endpoint.Paged(list, err, in.Limit, func(e *sluice.RecordError) int64 { return e.ID })
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
	return endpoint.Listing(h.RetryErrors(ctx, endpoint.ActorOf(ctx), in.Body.IDs))
}

func (h handlers) resolve(ctx context.Context, in *struct{ Body ErrorResolution }) (*endpoint.Nothing, error) {
	return endpoint.Done(h.SetErrorState(ctx, endpoint.ActorOf(ctx), in.Body.IDs, sluice.ErrorResolved, in.Body.Reason))
}

func (h handlers) reopen(ctx context.Context, in *struct{ Body ErrorIDs }) (*endpoint.Nothing, error) {
	return endpoint.Done(h.SetErrorState(ctx, endpoint.ActorOf(ctx), in.Body.IDs, sluice.ErrorOpen, ""))
}

func (h handlers) assign(ctx context.Context, in *struct{ Body ErrorAssignment }) (*endpoint.Nothing, error) {
	return endpoint.Done(h.AssignErrors(ctx, endpoint.ActorOf(ctx), in.Body.IDs, in.Body.Assignee))
}

func (h handlers) tag(ctx context.Context, in *struct{ Body ErrorTags }) (*endpoint.Nothing, error) {
	return endpoint.Done(h.TagErrors(ctx, endpoint.ActorOf(ctx), in.Body.IDs, in.Body.Add, in.Body.Remove))
}
