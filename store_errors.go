package sluice

import (
	"context"
	"time"
)

// ErrorFilter selects record errors, newest first. Empty parts select all.
type ErrorFilter struct {
	FlowID         string
	FlowIDs        []string // one of these; nil means all
	RunID          int64
	State          ErrorState
	Classification Classification
	Tag            string
	Assignee       string // NoAssignee selects those of nobody
	Step           string
	Code           string
	Text           string // stands in the message, the key or the place it came from, in any case
	Trace          string
	Named          []string     // the key or the trace key is one of these
	Places         []ErrorPlace // in any of these
	IDs            []int64
	Before         int64
	Limit          int  // 0 means 100
	Brief          bool // without record, request and answer
}

// ErrorPlace is a step of a flow.
type ErrorPlace struct{ FlowID, Step string }

// ErrorGroup counts errors that are alike.
type ErrorGroup struct {
	FlowID, FlowName, Step, Code string
	Classification               Classification
	Count, Recent                int64 // in all, and since a time
}

// NoAssignee selects errors that nobody is assigned to.
const NoAssignee = "nobody"

// ErrorStore keeps record errors.
type ErrorStore interface {
	RecordErrors(ctx context.Context, f ErrorFilter) ([]*RecordError, error)
	RecordError(ctx context.Context, id int64) (*RecordError, error)
	// GroupErrors counts all errors of a filter by flow, step, code and classification.
	GroupErrors(ctx context.Context, f ErrorFilter, since time.Time) ([]ErrorGroup, error)
	// EditRecordError changes the stored record of an open error.
	EditRecordError(ctx context.Context, id int64, r Record) error
	// SetErrorState moves errors to a state, saying who did it and why.
	SetErrorState(ctx context.Context, ids []int64, c ErrorChange) error
	// CountErrors returns the number of open errors by flow ID.
	CountErrors(ctx context.Context) (map[string]int64, error)
}

// ErrorChange moves errors to a state.
type ErrorChange struct {
	State  ErrorState
	By     string
	Reason string
	At     time.Time
}

// ErrorCareStore keeps what people and the server do with record errors.
type ErrorCareStore interface {
	// AssignErrors assigns errors to a person, or to nobody.
	AssignErrors(ctx context.Context, ids []int64, person string) error
	// TagErrors adds and removes tags.
	TagErrors(ctx context.Context, ids []int64, add, remove []string) error
	// ErrorsToRetry returns open intermittent errors of a flow that were retried so many
	// times and failed last before a time, the oldest first.
	ErrorsToRetry(ctx context.Context, flowID string, retries int, before time.Time, limit int) ([]int64, error)
	// DeletedFlowsWithErrors returns the IDs of deleted flows of which errors are left.
	DeletedFlowsWithErrors(ctx context.Context) ([]string, error)
	// DropErrors removes resolved errors of a flow, those resolved before a time first,
	// then the oldest until the rest holds so many bytes. Open ones stay.
	DropErrors(ctx context.Context, flowID string, before time.Time, bytes int64) (ErrorDrop, error)
}

// ErrorDrop says what DropErrors did.
type ErrorDrop struct {
	Old  int64 // removed since they were resolved long ago
	Over int64 // removed since there was too much of them
	Open int64 // bytes of errors that are not resolved
}
