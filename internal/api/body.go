package api

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// What all routes share is in package endpoint; the files here call it so.
type (
	Actor        = endpoint.Actor
	List[T any]  = endpoint.List[T]
	NamePath     = endpoint.NamePath
	NumberPath   = endpoint.NumberPath
	IDPath       = endpoint.IDPath
	reply[T any] = endpoint.Reply[T]
	nothing      = endpoint.Nothing
	noInput      = endpoint.NoInput
)

// LocalName is the name of whoever reaches the data folder's socket.
const LocalName = endpoint.LocalName

// Local returns the actor behind the data folder's socket.
func Local() Actor { return endpoint.Local() }

func withActor(ctx context.Context, a Actor) context.Context { return endpoint.WithActor(ctx, a) }

func actorOf(ctx context.Context) Actor { return endpoint.ActorOf(ctx) }

func answer[T any](v T, err error) (*reply[T], error) { return endpoint.Answer(v, err) }

func listing[T any](items []T, err error) (*reply[List[T]], error) {
	return endpoint.Listing(items, err)
}

func paged[T any](items []T, err error, limit int, id func(T) int64) (*reply[List[T]], error) {
	return endpoint.Paged(items, err, limit, id)
}

func done(err error) (*nothing, error) { return endpoint.Done(err) }

// defaultLimit is how long a list is when nobody says.
const defaultLimit = 100

// Preview is what a flow would do with its first records.
type Preview struct {
	Records []PreviewRecord `json:"records" nullable:"false"`
}

// PreviewRecord is one record of a preview.
type PreviewRecord struct {
	Key    string        `json:"key"`
	Export string        `json:"export,omitempty" doc:"The export that read it, where it has a name"`
	Origin string        `json:"origin,omitempty"`
	Record sluice.Record `json:"record" doc:"As exported"`
	Steps  []PreviewStep `json:"steps" nullable:"false"`
}

// PreviewStep is what one step would do with a record.
type PreviewStep struct {
	Step       string               `json:"step"`
	Kind       string               `json:"kind" doc:"filter, map, branch, import, or path: one of a branch that the record takes"`
	Depth      int                  `json:"depth,omitempty" doc:"How many branches it is in; a path is in its branch"`
	Outcome    sluice.RecordOutcome `json:"outcome,omitempty" doc:"excluded or failed; absent when the record goes on"`
	Record     sluice.Record        `json:"record,omitempty" doc:"As a mapping leaves it, or as an import would send it"`
	ExternalID string               `json:"external_id,omitempty"`
	ID         string               `json:"id,omitempty"`
	LeftOut    []string             `json:"left_out,omitempty" doc:"Fields that an import would not send, since the other side lets nobody write them"`
	Route      *sluice.Route        `json:"route,omitempty" doc:"The API that an import uses, and why"`
	Problem    string               `json:"problem,omitempty"`
}
