package storetest

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// What the parts of the suite that are packages of their own share with it.

// Minutes returns a time so many minutes after Noon.
func Minutes(n int) time.Time { return minutes(n) }

// Must ends the test at an error.
func Must(t *testing.T, err error) { t.Helper(); must(t, err) }

// Get is for calls that return a value: Get(t)(s.Run(ctx, 1)).
func Get[T any](t *testing.T) func(T, error) T { return get[T](t) }

// Same ends the test where two values differ.
func Same(t *testing.T, what string, got, want any) { t.Helper(); same(t, what, got, want) }

// WantCode expects an error with a code.
func WantCode(t *testing.T, err error, code string) { t.Helper(); wantCode(t, err, code) }

// StartRun stores and claims a run of a flow.
func StartRun(t *testing.T, s sluice.Store, flow string) (*sluice.Run, sluice.Fence) {
	t.Helper()
	return startRun(t, s, flow)
}

// AddPages stores pages of a run.
func AddPages(t *testing.T, s sluice.Store, f sluice.Fence, numbers ...int64) {
	t.Helper()
	addPages(t, s, f, numbers...)
}

// RecordError returns an error of a run.
func RecordError(flow string, run, seq int64) sluice.RecordError { return recordError(flow, run, seq) }

// FailRecords leaves open errors of a flow, one for each number, and returns their IDs.
func FailRecords(t *testing.T, s sluice.Store, flow string, numbers ...int64) []int64 {
	t.Helper()
	return failRecords(t, s, flow, numbers...)
}

// Retry stores a retry run of these errors, one a page.
func Retry(t *testing.T, s sluice.Store, ids ...int64) (*sluice.Run, error) {
	t.Helper()
	return retry(t, s, ids...)
}

// Claim claims the next run.
func Claim(t *testing.T, s sluice.Store) (*sluice.Run, sluice.Fence) { t.Helper(); return claim(t, s) }

// WantStates expects errors to be in these states.
func WantStates(t *testing.T, s sluice.Store, ids []int64, want ...sluice.ErrorState) {
	t.Helper()
	wantStates(t, s, ids, want...)
}
