package api

import "github.com/sluicehq/sluice"

// List is a list in an answer.
type List[T any] struct {
	Items []T `json:"items" nullable:"false"`
	// Next goes into the parameter "before" to get what follows; 0 at the end.
	Next int64 `json:"next,omitempty" doc:"Give it as 'before' to get what follows; absent at the end"`
}

type reply[T any] struct{ Body T }

func answer[T any](v T, err error) (*reply[T], error) {
	if err != nil {
		return nil, err
	}
	return &reply[T]{v}, nil
}

func listing[T any](items []T, err error) (*reply[List[T]], error) {
	if items == nil {
		items = []T{}
	}
	return answer(List[T]{Items: items}, err)
}

// paged is listing with Next, when the list is as long as was asked for.
func paged[T any](items []T, err error, limit int, id func(T) int64) (*reply[List[T]], error) {
	out, err := listing(items, err)
	if err == nil && len(items) > 0 && len(items) >= limit {
		out.Body.Next = id(items[len(items)-1])
	}
	return out, err
}

type nothing struct{}

func done(err error) (*nothing, error) { return nil, err }

type noInput struct{}

// NamePath is the parameter of routes for one connection or flow.
type NamePath struct {
	Name string `path:"name" doc:"Name or ID"`
}

// NumberPath is the parameter of routes for one run or record error.
type NumberPath struct {
	ID int64 `path:"id"`
}

// IDPath is the parameter of routes for one user or token.
type IDPath struct {
	ID string `path:"id"`
}

// defaultLimit is how long a list is when nobody says.
const defaultLimit = 100

// Preview is what a flow would do with its first records.
type Preview struct {
	Records []PreviewRecord `json:"records" nullable:"false"`
}

// PreviewRecord is one record of a preview.
type PreviewRecord struct {
	Key    string        `json:"key"`
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
	Problem    string               `json:"problem,omitempty"`
}
