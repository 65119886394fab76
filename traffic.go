package sluice

import (
	"context"
	"time"
)

// SlotMinute is what a process noted of an account's request slots in one minute.
type SlotMinute struct {
	Account, Process string
	Minute           time.Time // its beginning
	Body             []byte    // in the form of who noted it
}

// TrafficStore keeps what runs asked of other systems and how slots were used, in the
// form of who noted it. It is for people to look at: nothing rests on it.
type TrafficStore interface {
	// PutTraffic keeps what a process noted of runs, in place of what it noted before.
	// What it noted of a run that is gone is dropped.
	PutTraffic(ctx context.Context, process string, at time.Time, notes map[int64][]byte) error
	// Traffic returns what all processes noted of a run, the oldest first.
	Traffic(ctx context.Context, runID int64) ([][]byte, error)
	// PutSlots keeps minutes, in place of what the same process noted of them before.
	PutSlots(ctx context.Context, minutes []SlotMinute) error
	// SlotMinutes returns the minutes from since on, in order; account "" means all.
	SlotMinutes(ctx context.Context, account string, since time.Time) ([]SlotMinute, error)
	// ForgetTraffic removes what was noted before these times.
	ForgetTraffic(ctx context.Context, requests, slots time.Time) error
}
