// Package storetest is the suite that every sluice.Store passes. Each behaviour is
// a function of its own; Run runs them all.
package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// Behaviour is one thing that a store must do, on an empty store of its own.
type Behaviour struct {
	Name  string
	Check func(t *testing.T, s sluice.Store)
}

// Behaviours returns the whole suite.
func Behaviours() []Behaviour { return slices.Concat(nouns(), work(), shared()) }

// nouns are the behaviours round what people make.
func nouns() []Behaviour {
	return []Behaviour{
		{"connection/kept as given", ConnectionKeptAsGiven},
		{"connection/one name once", ConnectionNameOnce},
		{"connection/status alone", ConnectionStatusAlone},
		{"connection/deleted", ConnectionDeleted},
		{"trash/kept and restored", TrashRestored},
		{"trash/restored under a free name", TrashRestoredUnderFreeName},
		{"trash/purged", TrashPurged},
		{"consumer key/kept as given", ConsumerKeyKeptAsGiven},
		{"integration/kept as given", IntegrationKeptAsGiven},
		{"integration/registers connections", IntegrationRegisters},
		{"notice/one open for each code and thing", NoticeOnceOpen},
		{"notice/closed", NoticeClosed},
		{"authorization/taken once", AuthorizationTakenOnce},
		{"authorization/finished and purged", AuthorizationFinished},
		{"debug/kept as given", DebugKeptAsGiven},
		{"flow/revisions kept", FlowRevisionsKept},
		{"flow/renamed", FlowRenamed},
		{"flow/two-authors", FlowsOfTwoAuthors},
		{"flow/enabled apart from revisions", FlowEnabledApart},
		{"flow/saved together or not", FlowsSavedTogether},
		{"flow/deleted", FlowDeleted},
		{"flow/tests kept", FlowTestsKept},
		{"people/users", Users},
		{"people/audit", Audit},
		{"people/sessions", Sessions},
		{"token/found by hash", TokenFoundByHash},
		{"token/goes with its user", TokenGoesWithUser},
		{"setting/swapped", SettingSwapped},
		{"sign-in/subjects linked", SubjectsLinked},
		{"sign-in/removed users remembered", RemovedUsersRemembered},
		{"sign-in/taken once", SignInTakenOnce},
	}
}

// work are the behaviours round runs and what they leave.
func work() []Behaviour {
	return []Behaviour{
		{"run/kept as given", RunKeptAsGiven},
		{"run/filtered", RunsFiltered},
		{"run/one manual run at a time", OneManualRun},
		{"run/claimed oldest first", ClaimOldestFirst},
		{"run/claimed once", ClaimedOnce},
		{"run/one of a flow worked at a time", OneOfAFlow},
		{"run/taken over after the lease", TakenOverAfterLease},
		{"run/stale fence changes nothing", StaleFenceChangesNothing},
		{"run/cancelled", CancelAsked},
		{"run/resumed where it stopped", ResumedWhereItStopped},
		{"page/kept as given", PageKeptAsGiven},
		{"page/appended whole or not", AppendWholeOrNot},
		{"page/completed whole", CompletePageWhole},
		{"page/completed once", CompletedOnce},
		{"page/completed by many", CompletedByMany},
		{"watermark/kept as given", WatermarkKeptAsGiven},
		{"watermark/moved from where it was", WatermarkMoved},
		{"watermark/not moved before delivery", WatermarkAfterDelivery},
		{"schedule/in step with its flow", ScheduleInStep},
		{"schedule/due", ScheduleDue},
		{"schedule/fired once", ScheduleFiredOnce},
		{"schedule/no overlap unless allowed", ScheduleOverlap},
		{"run/one queued run that follows", OneNextRun},
		{"inbox/received once", DeliveryReceivedOnce},
		{"inbox/taken with pages", DeliveriesTakenWithPages},
		{"inbox/seen in order", DeliveriesSeenInOrder},
		{"ledger/kept as given", LedgerKeptAsGiven},
		{"ledger/ten thousand keys", LedgerManyKeys},
		{"ledger/foreign text", ForeignTextKept},
		{"error/kept as given", ErrorKeptAsGiven},
		{"error/filtered", ErrorsFiltered},
		{"error/grouped", ErrorsGrouped},
		{"error/one for each record of a step", ErrorOncePerRecord},
		{"error/counts follow every change", ErrorCountsFollow},
		{"error/edited while open", ErrorEditedWhileOpen},
		{"error/moved by people", ErrorStateByPeople},
		{"error/retried", ErrorsRetried},
		{"error/superseded", ErrorsSuperseded},
		{"error/released by a cancelled retry", ErrorsReleased},
		{"error/not retried twice at once", ErrorsRetriedOnce},
	}
}

// Run checks every behaviour on a store of its own, and those of further parts.
func Run(t *testing.T, open func(t *testing.T) sluice.Store, parts ...[]Behaviour) {
	for _, b := range slices.Concat(append(parts, Behaviours())...) {
		t.Run(b.Name, func(t *testing.T) { b.Check(t, open(t)) })
	}
}

// Noon is the time at which the suite's stories begin.
var Noon = time.Date(2026, time.March, 4, 12, 0, 0, 123456000, time.UTC)

func minutes(n int) time.Time { return Noon.Add(time.Duration(n) * time.Minute) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// get is for calls that return a value: get(t)(s.Run(ctx, 1)).
func get[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var e *sluice.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("error %v, want code %s", err, code)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n got %s\nwant %s", what, show(got), show(want))
	}
}

func show(v any) string {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer && !r.IsNil() {
		r = r.Elem()
	}
	if !r.IsValid() {
		return "nothing"
	}
	return fmt.Sprintf("%#v", r.Interface())
}

// startRun stores a manual run of the flow and claims it.
func startRun(t *testing.T, s sluice.Store, flowID string) (*sluice.Run, sluice.Fence) {
	t.Helper()
	run := &sluice.Run{FlowID: flowID, FlowName: flowID, Revision: 1, Kind: sluice.RunManual, CreatedBy: "local", CreatedAt: Noon}
	must(t, s.CreateRun(t.Context(), run, nil))
	return claim(t, s)
}

// claim claims the oldest run, which must be there, until ten minutes after noon.
func claim(t *testing.T, s sluice.Store) (*sluice.Run, sluice.Fence) {
	t.Helper()
	run, err := s.ClaimRun(t.Context(), "worker", Noon, minutes(10))
	must(t, err)
	if run == nil {
		t.Fatal("there is no run to claim")
	}
	return run, sluice.Fence{RunID: run.ID, Number: run.Fence}
}

// addPages appends pages of two records each.
func addPages(t *testing.T, s sluice.Store, f sluice.Fence, numbers ...int64) {
	t.Helper()
	var pages []sluice.Page
	for _, n := range numbers {
		pages = append(pages, page(n))
	}
	must(t, s.AppendPages(t.Context(), f, pages, []byte(fmt.Sprint("after ", numbers)), false, To(sluice.RunProgress{})))
}

func page(number int64) sluice.Page {
	p := sluice.Page{Number: number}
	for i := range int64(2) {
		seq := number*2 - 1 + i
		p.Items = append(p.Items, sluice.Item{Seq: seq, Key: fmt.Sprint("key-", seq), Rows: 1, Record: sluice.Record{"id": fmt.Sprint(seq)}})
	}
	return p
}

func entry(flowID string, run, seq int64, state sluice.LedgerState) sluice.LedgerEntry {
	return sluice.LedgerEntry{FlowID: flowID, Step: "import", Key: fmt.Sprint("key-", seq), RunID: run, Page: 1, Seq: seq, State: state,
		Operation: sluice.Add, ExternalID: fmt.Sprint("ext-", seq), Digest: "d", SettlesAt: minutes(15), UpdatedAt: Noon}
}

func recordError(flowID string, run, seq int64) sluice.RecordError {
	return sluice.RecordError{FlowID: flowID, FlowName: flowID, RunID: run, Step: "import", Seq: seq, Key: fmt.Sprint("key-", seq), Rows: 1,
		Code: "USER_ERROR", Classification: sluice.ClassValue, Message: "Please enter a value", Record: sluice.Record{"id": fmt.Sprint(seq)},
		State: sluice.ErrorOpen, CreatedAt: Noon}
}

// failRecords runs the flow to its end with record errors for these places, and returns their IDs in order.
func failRecords(t *testing.T, s sluice.Store, flowID string, seqs ...int64) []int64 {
	t.Helper()
	run, f := startRun(t, s, flowID)
	addPages(t, s, f, 1)
	result := &sluice.PageResult{Page: 1, At: Noon}
	for _, seq := range seqs {
		result.Errors = append(result.Errors, recordError(flowID, run.ID, seq))
	}
	must(t, s.CompletePage(t.Context(), f, result))
	must(t, s.EndRun(t.Context(), f, sluice.RunCompleted, nil, minutes(1)))
	ids := make([]int64, len(seqs))
	for _, e := range get[[]*sluice.RecordError](t)(s.RecordErrors(t.Context(), sluice.ErrorFilter{RunID: run.ID})) {
		for i, seq := range seqs {
			if e.Seq == seq {
				ids[i] = e.ID
			}
		}
	}
	return ids
}
