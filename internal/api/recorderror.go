package api

import (
	"context"

	"github.com/sluicehq/sluice"
)

// ErrorQuery selects record errors, newest first.
type ErrorQuery struct {
	Flow   string            `query:"flow" doc:"Name or ID of a flow"`
	Run    int64             `query:"run" doc:"Number of a run"`
	State  sluice.ErrorState `query:"state" enum:"open,retrying,resolved" doc:"All when left out"`
	Before int64             `query:"before" doc:"Errors with smaller numbers only"`
	Limit  int               `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

// ErrorIDs names record errors.
type ErrorIDs struct {
	IDs []int64 `json:"ids" minItems:"1" maxItems:"10000" nullable:"false"`
}

func (a *API) listErrors(ctx context.Context, in *ErrorQuery) (*reply[List[*sluice.RecordError]], error) {
	list, err := a.services.Errors.ListErrors(ctx, *in)
	return paged(list, err, in.Limit, func(e *sluice.RecordError) int64 { return e.ID })
}

func (a *API) getError(ctx context.Context, in *NumberPath) (*reply[*sluice.RecordError], error) {
	return answer(a.services.Errors.RecordError(ctx, in.ID))
}

type errorEdit struct {
	NumberPath
	Body sluice.Record
}

func (a *API) editError(ctx context.Context, in *errorEdit) (*reply[*sluice.RecordError], error) {
	return answer(a.services.Errors.EditError(ctx, actorOf(ctx), in.ID, in.Body))
}

func (a *API) retryErrors(ctx context.Context, in *struct{ Body ErrorIDs }) (*reply[List[*sluice.Run]], error) {
	return listing(a.services.Errors.RetryErrors(ctx, actorOf(ctx), in.Body.IDs))
}

func (a *API) resolveErrors(ctx context.Context, in *struct{ Body ErrorIDs }) (*nothing, error) {
	return done(a.services.Errors.SetErrorState(ctx, actorOf(ctx), in.Body.IDs, sluice.ErrorResolved))
}

func (a *API) reopenErrors(ctx context.Context, in *struct{ Body ErrorIDs }) (*nothing, error) {
	return done(a.services.Errors.SetErrorState(ctx, actorOf(ctx), in.Body.IDs, sluice.ErrorOpen))
}
