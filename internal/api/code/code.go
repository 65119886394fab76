// Package code has the routes round flows as code: their revisions, clones and dry runs.
package code

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round flows as code.
type Rules interface {
	// Revisions returns a flow's revisions below a number (0 means all), newest first.
	Revisions(ctx context.Context, name string, before, limit int) ([]Revision, error)
	// Revision returns one with its text.
	Revision(ctx context.Context, name string, number int) (*sluice.FlowRevision, error)
	// Diff returns the lines that two revisions differ in; to 0 means the newest.
	Diff(ctx context.Context, name string, from, to int) (*RevisionDiff, error)
	// Revert makes the text of an earlier revision the newest one's.
	Revert(ctx context.Context, by endpoint.Actor, name string, number int) (*sluice.FlowRevision, error)
	// Clone makes another flow of the same text with other connections.
	Clone(ctx context.Context, by endpoint.Actor, name string, c CloneInput) (*sluice.FlowRevision, error)
	// DryRun says what a run would do, and does nothing.
	DryRun(ctx context.Context, by endpoint.Actor, d DryRunInput) (*DryRun, error)
}

// Revision is a stored version of a flow, without its text.
type Revision struct {
	Number    int       `json:"number"`
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by"`
	Added     int       `json:"added" doc:"Lines that it added to the revision before"`
	Removed   int       `json:"removed" doc:"Lines that it took away from it"`
}

// RevisionDiff is how two revisions of a flow differ.
type RevisionDiff struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Diff string `json:"diff" doc:"Lines that go (-) and come (+); empty when the texts are the same"`
}

// CloneInput says what a clone of a flow is called and uses.
type CloneInput struct {
	Name        string            `json:"name" doc:"Of the new flow"`
	Connections map[string]string `json:"connections" doc:"For each connection that the flow names, the one that the clone uses: the same name keeps it"`
}

// DryRunInput says what is to be run dry, and how much is shown of it.
type DryRunInput struct {
	Flow    string          `json:"flow,omitempty" doc:"Name or ID of a stored flow"`
	Text    string          `json:"text,omitempty" doc:"The text of a flow file, instead of a stored flow"`
	Limit   int             `json:"limit,omitempty" minimum:"1" maximum:"500" doc:"Requests to show; 20 when left out"`
	Records int             `json:"records,omitempty" minimum:"1" doc:"Records to read at most; all that a run would read when left out"`
	Given   []sluice.Record `json:"given,omitempty" nullable:"false" maxItems:"10000" doc:"Records to work instead of those that the export would read"`
	Compare bool            `json:"compare,omitempty" doc:"Read the records that the shown requests would change, and say field by field what changes"`
}

type numberPath struct {
	endpoint.NamePath
	Number int `path:"number" minimum:"1"`
}

type listInput struct {
	endpoint.NamePath
	Before int `query:"before" doc:"Revisions with smaller numbers only"`
	Limit  int `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type diffInput struct {
	endpoint.NamePath
	From int `query:"from" minimum:"1" required:"true" doc:"Number of a revision"`
	To   int `query:"to" doc:"Number of a revision; the newest when left out"`
}

type cloneRequest struct {
	endpoint.NamePath
	Body CloneInput
}

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	const view, edit, root = sluice.PermView, sluice.PermEditFlows, "/api/v1/flows/{name}"
	h := handlers{rules}
	t := endpoint.Table{Tag: tag}
	t.Add("GET", root+"/revisions", view, "listRevisions", "List a flow's revisions, newest first", endpoint.Of(h.list))
	t.Add("GET", root+"/revisions/{number}", view, "getRevision", "Show a revision with its text", endpoint.Of(h.get))
	t.Add("GET", root+"/diff", view, "diffRevisions", "Compare two revisions of a flow", endpoint.Of(h.diff))
	t.Add("POST", root+"/revisions/{number}/revert", edit, "revertFlow", "Make an earlier revision the newest", endpoint.Of(h.revert))
	t.Add("POST", root+"/clone", edit, "cloneFlow", "Make another flow of the same text, with connections mapped; it is disabled", endpoint.Of(h.clone))
	t.Add("POST", "/api/v1/dry-run", edit, "dryRun", "Show every request that a run would send, and send none that changes anything", endpoint.Of(h.dryRun))
	return t.Rows
}

type handlers struct{ rules Rules }

func (h handlers) list(ctx context.Context, in *listInput) (*endpoint.Reply[endpoint.List[Revision]], error) {
	list, err := h.rules.Revisions(ctx, in.Name, in.Before, in.Limit)
	return endpoint.Paged(list, err, in.Limit, func(r Revision) int64 { return int64(r.Number) })
}

func (h handlers) get(ctx context.Context, in *numberPath) (*endpoint.Reply[*sluice.FlowRevision], error) {
	return endpoint.Answer(h.rules.Revision(ctx, in.Name, in.Number))
}

func (h handlers) diff(ctx context.Context, in *diffInput) (*endpoint.Reply[*RevisionDiff], error) {
	return endpoint.Answer(h.rules.Diff(ctx, in.Name, in.From, in.To))
}

func (h handlers) revert(ctx context.Context, in *numberPath) (*endpoint.Reply[*sluice.FlowRevision], error) {
	return endpoint.Answer(h.rules.Revert(ctx, endpoint.ActorOf(ctx), in.Name, in.Number))
}

func (h handlers) clone(ctx context.Context, in *cloneRequest) (*endpoint.Reply[*sluice.FlowRevision], error) {
	return endpoint.Answer(h.rules.Clone(ctx, endpoint.ActorOf(ctx), in.Name, in.Body))
}

func (h handlers) dryRun(ctx context.Context, in *struct{ Body DryRunInput }) (*endpoint.Reply[*DryRun], error) {
	return endpoint.Answer(h.rules.DryRun(ctx, endpoint.ActorOf(ctx), in.Body))
}
