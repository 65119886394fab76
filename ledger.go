package sluice

import "time"

// Intent is a write that an import is about to make. It is in the ledger before
// the request leaves.
type Intent struct {
	FlowID string
	Step   string
	Key    string // the record's key within the flow
	RunID  int64
	Page   int64
	Seq    int64

	Operation  Operation
	ExternalID string // of a record that is made, or of an upsert: never empty once prepared, where the record type has one
	TargetID   string // internal ID of a record that is there
	Digest     string // of the mapped record
	Record     Record // as mapped
	// Before is what the connector saw before the write, by which it tells
	// afterwards whether the write happened: a file's length, the number of equal lines.
	Before string

	// Answer is what the other side said when it took the record, for the import's
	// response mapping; empty without one.
	Answer string

	// SendBy is when sending must have begun: a connector never sends later.
	SendBy time.Time
	// SettlesAt is when the other side has certainly stopped working on the request,
	// even if its connection was lost at once.
	SettlesAt time.Time
}

// LedgerState says what became of an intent.
type LedgerState string

// The states of a ledger entry. An intended entry that nobody is working on is in doubt.
const (
	LedgerIntended  LedgerState = "intended"
	LedgerDelivered LedgerState = "delivered"
	LedgerRefused   LedgerState = "refused"
)

// LedgerEntry is the last intent for a record of a flow's import step, and what
// became of it. There is one for each (FlowID, Step, Key).
type LedgerEntry struct {
	FlowID     string
	Step       string
	Key        string
	RunID      int64
	Page       int64
	Seq        int64
	State      LedgerState
	Operation  Operation
	ExternalID string
	TargetID   string // internal ID, known once delivered
	Digest     string
	Before     string
	Answer     string
	SettlesAt  time.Time
	UpdatedAt  time.Time
}

// Entry returns the ledger entry of an intent.
func (i *Intent) Entry(state LedgerState, at time.Time) LedgerEntry {
	return LedgerEntry{
		FlowID: i.FlowID, Step: i.Step, Key: i.Key, RunID: i.RunID, Page: i.Page, Seq: i.Seq,
		State: state, Operation: i.Operation, ExternalID: i.ExternalID, TargetID: i.TargetID,
		Digest: i.Digest, Before: i.Before, Answer: i.Answer, SettlesAt: i.SettlesAt, UpdatedAt: at,
	}
}
