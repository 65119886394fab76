package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"modernc.org/sqlite"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/servertest"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

const (
	crashChildURL = "SLUICE_TEST_CRASH_URL"
	crashChildAt  = "SLUICE_TEST_CRASH_AT" // SQLite: the row change at which the worker kills itself
	crashKills    = "SLUICE_TEST_KILLS"    // how many kills; make soak sets thousands
	crashRecords  = 40                     // records in a page
	crashPages    = 100_000                // more than a child completes in its short life
)

// TestKilledWhileCompletingPages kills a worker process in the midst of its writes,
// again and again. Each page is then either pending with nothing of its result, or
// done with all of it; and a page that the worker reported as done is done. Switched
// off by running statements outside of a transaction (in writeOnce, give fn a querier on
// s.writer instead of a transaction).
func TestKilledWhileCompletingPages(t *testing.T) {
	if url := os.Getenv(crashChildURL); url != "" {
		crashWorker(t, url)
		return
	}
	kills := 6
	if text := os.Getenv(crashKills); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		kills = n
	}
	t.Run("sqlite", func(t *testing.T) {
		killWorkers(t, filepath.Join(t.TempDir(), "sluice.db"), kills, awaitSuicide)
	})
	t.Run("postgresql", func(t *testing.T) { killWorkers(t, postgrestest.URL(t), kills, killWorker) })
}

// killWorkers lets workers die one after another; die returns the last page that one reported.
func killWorkers(t *testing.T, url string, kills int, die func(t *testing.T, url string, kill int) int64) {
	s := openStore(t, url)
	run := &sluice.Run{FlowID: "f", FlowName: "f", Kind: sluice.RunManual, CreatedAt: time.Unix(1, 0)}
	if err := s.CreateRun(t.Context(), run, nil); err != nil {
		t.Fatal(err)
	}
	for kill := range kills {
		reported := die(t, url, kill)
		checkPages(t, s, run.ID, reported)
	}
}

// rowsAPage is the number of rows that a page's life changes: the run twice, the
// page twice, its ledger entries and its error.
const rowsAPage = crashRecords + 5

// awaitSuicide starts a worker that kills itself at another row of its third page each time.
func awaitSuicide(t *testing.T, url string, kill int) (reported int64) {
	t.Setenv(crashChildAt, strconv.Itoa(2*rowsAPage+kill*7%rowsAPage))
	c, _, out := servertest.Again(t, "TestKilledWhileCompletingPages", crashChildURL, url)
	for line, err := out.ReadString('\n'); err == nil; line, err = out.ReadString('\n') {
		if _, err := fmt.Sscanf(line, "done %d", &reported); err != nil {
			t.Fatalf("the worker said %q", line)
		}
	}
	if err := c.Wait(); err == nil || c.ProcessState.Exited() {
		t.Fatalf("the worker ended by itself: %v", err)
	}
	return reported
}

// dieAt kills this process before SQLite changes the nth row, counted from here on.
func dieAt(n int64) {
	var changes atomic.Int64
	sqlite.RegisterConnectionHook(func(c sqlite.ExecQuerierContext, _ string) error {
		c.(sqlite.HookRegisterer).RegisterPreUpdateHook(func(change sqlite.SQLitePreUpdateData) {
			if changes.Add(1) == n {
				self, err := os.FindProcess(os.Getpid())
				if err == nil {
					err = self.Kill()
				}
				panic(fmt.Sprint("still alive: ", err))
			}
		})
		return nil
	})
}

// killWorker lets a worker complete a few pages, kills it, and returns the last page that it reported.
func killWorker(t *testing.T, url string, kill int) (reported int64) {
	c, _, out := servertest.Again(t, "TestKilledWhileCompletingPages", crashChildURL, url)
	for range 2 + kill%5 {
		line, err := out.ReadString('\n')
		if err != nil {
			t.Fatalf("the worker ended by itself: %v", err)
		}
		if _, err := fmt.Sscanf(line, "done %d", &reported); err != nil {
			t.Fatalf("the worker said %q", line)
		}
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for line, err := out.ReadString('\n'); err == nil; line, err = out.ReadString('\n') {
		fmt.Sscanf(line, "done %d", &reported) // a line that the kill cut reports nothing
	}
	c.Wait() // tells that it was killed
	return reported
}

func checkPages(t *testing.T, s sluice.Store, runID, reported int64) {
	t.Helper()
	// PostgreSQL may still be at work on what the dead worker sent last. Resuming is
	// refused, but first waits for the run's row.
	if err := s.ResumeRun(t.Context(), runID); sluice.ErrorCode(err) != sluice.CodeConflict {
		t.Fatal(err)
	}
	run, err := s.Run(t.Context(), runID)
	if err != nil {
		t.Fatal(err)
	}
	pending, err := s.PendingPages(t.Context(), runID)
	if err != nil {
		t.Fatal(err)
	}
	last, err := strconv.ParseInt(string(run.Cursor), 10, 64)
	if err != nil || last < reported {
		t.Fatalf("the cursor is at page %q, the worker was at %d", run.Cursor, reported)
	}
	found, err := s.RecordErrors(t.Context(), sluice.ErrorFilter{RunID: runID, Limit: crashPages})
	if err != nil {
		t.Fatal(err)
	}
	var done int64
	for number := range last {
		number++ // pages count from 1
		entries, err := s.LedgerEntries(t.Context(), "f", "import", crashKeys(number))
		if err != nil {
			t.Fatal(err)
		}
		failed := slices.ContainsFunc(found, func(e *sluice.RecordError) bool { return e.Seq == number })
		switch {
		case !slices.Contains(pending, number):
			done++
			if len(entries) != crashRecords || !failed {
				t.Errorf("page %d is done with %d ledger entries, its error stored: %v", number, len(entries), failed)
			}
		case len(entries) != 0 || failed:
			t.Errorf("page %d is pending with %d ledger entries, its error stored: %v", number, len(entries), failed)
		case number <= reported:
			t.Errorf("page %d was reported as done and is pending", number)
		}
	}
	if run.Counts.Written != done {
		t.Errorf("counts say %d pages, %d are done", run.Counts.Written, done)
	}
}

func crashKeys(page int64) []string {
	keys := make([]string, crashRecords)
	for i := range keys {
		keys[i] = fmt.Sprintf("%d-%d", page, i)
	}
	return keys
}

// crashWorker takes the run over and completes pages until it is killed.
func crashWorker(t *testing.T, url string) {
	ctx := t.Context()
	if text := os.Getenv(crashChildAt); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		dieAt(n)
	}
	s, err := store.Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	run, err := s.ClaimRun(ctx, "worker", time.Unix(1000, 0), time.Unix(900, 0)) // a lease that has ended: the next worker need not wait
	if err != nil || run == nil {
		t.Fatalf("claimed %v, %v", run, err)
	}
	f := sluice.Fence{RunID: run.ID, Number: run.Fence}
	pending, err := s.PendingPages(ctx, run.ID)
	if err != nil {
		t.Fatal(err)
	}
	next := int64(1)
	if len(run.Cursor) > 0 {
		if next, err = strconv.ParseInt(string(run.Cursor), 10, 64); err != nil {
			t.Fatal(err)
		}
		next++
	}
	counts := run.Counts
	for _, number := range pending {
		completePage(t, s, f, number, &counts)
	}
	for number := next; number < next+crashPages; number++ {
		page := sluice.Page{Number: number, Items: []sluice.Item{{Seq: number, Rows: 1}}}
		if err := s.AppendPages(ctx, f, []sluice.Page{page}, strconv.AppendInt(nil, number, 10), false, storetest.To(sluice.RunProgress{Counts: counts})); err != nil {
			t.Fatal(err)
		}
		completePage(t, s, f, number, &counts)
	}
}

func completePage(t *testing.T, s sluice.Store, f sluice.Fence, number int64, counts *sluice.Counts) {
	at := time.Unix(number, 0)
	counts.Written++
	result := &sluice.PageResult{Page: number, Advance: storetest.To(sluice.RunProgress{Counts: *counts}), At: at,
		Errors: []sluice.RecordError{{FlowID: "f", RunID: f.RunID, Step: "import", Seq: number}}}
	for _, key := range crashKeys(number) {
		result.Entries = append(result.Entries, sluice.LedgerEntry{FlowID: "f", Step: "import", Key: key, RunID: f.RunID, Page: number,
			State: sluice.LedgerDelivered, UpdatedAt: at})
	}
	if err := s.CompletePage(t.Context(), f, result); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("done %d\n", number)
}
