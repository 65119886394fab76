package sluice

import (
	"context"
	"time"
)

// Outdated says what is older than is to be kept. A zero time keeps what it is about for ever.
type Outdated struct {
	Runs       time.Time // runs that ended before, with their pages and requests
	Audit      time.Time // lines of the audit log from before
	Debug      time.Time // entries of debug logs
	Messages   time.Time // messages of channels that have ended
	Requests   time.Time // what runs noted of their requests
	Slots      time.Time // minutes of request slots
	Touches    time.Time // what imports did with records
	TouchBytes int64     // how much of that stays at most
}

// Excess counts what is outdated.
type Excess struct {
	Runs     int64
	RunsKept int64 // older ones that stay all the same, as PruneRuns says
	Audit    int64
	Debug    int64
	Messages int64
	Requests int64 // runs whose requests are forgotten
	Slots    int64 // minutes
	Touches  int64 // pages
}

// RetentionStore removes what is not to be kept any more, in transactions so small that
// nobody waits for them.
type RetentionStore interface {
	// PruneRuns removes runs that ended before a time, with their pages and requests. These
	// stay whatever their age: the newest run of a flow, its last completed one and those
	// that its watermarks are of; one of which errors are kept, or which retries them; and one
	// that failed or was cancelled and can be resumed, unless it has read nothing. The ledger
	// is not touched. Of a flow that is deleted only errors keep runs.
	PruneRuns(ctx context.Context, before time.Time) (int64, error)
	// PruneAudit removes lines of the audit log from before a time.
	PruneAudit(ctx context.Context, before time.Time) (int64, error)
	// CountExcess counts what is outdated; it removes nothing.
	CountExcess(ctx context.Context, o Outdated) (Excess, error)
	// CountErrorExcess counts what DropErrors would remove when a flow's errors, open ones
	// among them, are to have so many bytes.
	CountErrorExcess(ctx context.Context, flowID string, before time.Time, bytes int64) (int64, error)
	// StoredBytes returns how large the database is.
	StoredBytes(ctx context.Context) (int64, error)
}
