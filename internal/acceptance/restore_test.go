package acceptance

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/internal/postgrestest"
)

const backupPassphrase = "SLUICE_TEST_PASSPHRASE=made-up passphrase of a test"

// later is a server that was restored from a backup taken in the middle of a run, which
// then went on to its end.
type later struct {
	*killed
	flow    string
	run     int64
	written int64 // when the backup was made
}

// restoreInTheMiddle backs a server up while it works a run, lets the run go on to its
// end, and restores the backup elsewhere.
func restoreInTheMiddle(t *testing.T, prepare work, rows int, database string, restore ...string) *later {
	t.Helper()
	account := emulator.Start(t, func(o *emulator.Options) { o.Latency = emulator.FixedLatency(20 * time.Millisecond) })
	first := &killed{install(t, append(netsuiteEnv(account), backupPassphrase)...), account, 0}
	flow, _ := prepare(first, rows)
	first.serve()
	var r run
	first.do(&r, "flow", "run", flow, "--detach")
	for r.Counts.Written < int64(rows)/5 && r.State != "completed" {
		<-time.After(5 * time.Millisecond) // another process works: nothing tells us how far it is
		first.do(&r, "run", "show", fmt.Sprint(r.ID))
	}
	// The account takes its time while the backup is made, so that the run is still in work.
	if err := account.Faults().Add(failure.Rule{Name: "slow", Effect: failure.Slow, Delay: time.Second}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup.tar.gz")
	if o := first.try("backup", file, "--with-key", "env:SLUICE_TEST_PASSPHRASE"); o.code != 0 {
		t.Fatalf("backup: %s", o.err)
	}
	account.Faults().Clear()
	for r.State != "completed" {
		<-time.After(20 * time.Millisecond)
		if first.do(&r, "run", "show", fmt.Sprint(r.ID)); r.State == "failed" {
			t.Fatalf("the run failed: %+v\n%s", r.Error, first.log)
		}
	}
	first.kill()

	env := append(netsuiteEnv(account), backupPassphrase)
	if database != "" {
		env = append(env, "SLUICE_DATABASE="+database)
	}
	second := &killed{install(t, env...), account, 0}
	args := append([]string{"restore", file, "--key-passphrase", "env:SLUICE_TEST_PASSPHRASE"}, restore...)
	if o := second.try(args...); o.code != 0 {
		t.Fatalf("restore: %s", o.err)
	}
	out := &later{killed: second, flow: flow, run: r.ID}
	second.do(&r, "run", "show", fmt.Sprint(out.run))
	if r.State == "completed" || r.Counts.Written >= int64(rows) {
		t.Fatalf("the backup was made when the run was through: %+v", r)
	}
	out.written = r.Counts.Written
	second.serve()
	return out
}

// goOn lets the operator enable the flow and resume its run, and waits for its end.
func (l *later) goOn() *run {
	l.t.Helper()
	var r run
	l.do(&r, "run", "show", fmt.Sprint(l.run))
	if r.State != "failed" || r.Error == nil || r.Error.Code != "restore.held" {
		l.t.Fatalf("the restored run is %s: %+v", r.State, r.Error)
	}
	if o := l.try("flow", "run", l.flow); o.code == 0 {
		l.t.Fatal("a restored flow ran before an operator enabled it")
	}
	l.do(nil, "flow", "enable", l.flow)
	l.try("run", "resume", fmt.Sprint(l.run))
	return l.end()
}

// end waits for the run's end.
func (l *later) end() *run {
	l.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; {
		var r run
		if l.do(&r, "run", "show", fmt.Sprint(l.run)); r.State == "completed" || r.State == "failed" {
			return &r
		}
		if time.Now().After(deadline) {
			l.t.Fatalf("the run does not end: %+v\n%s", r, l.log)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// What was written after the backup is found by its external ID and counts as written;
// what was not, is written now. On PostgreSQL too, from a backup of SQLite.
func TestARestoredServerLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		prepare work
		rows    int
		arrived func(*killed) map[string]int
	}{
		"add": {addOrders, 120, (*killed).orders}, "batch": {addBatches, 120, (*killed).orders},
		"soap": {addLists, 250, (*killed).orders}, "transform": {transformInvoices, 120, (*killed).orders},
	} {
		t.Run(name, func(t *testing.T) {
			database := ""
			if name == "add" {
				database = postgrestest.URL(t)
			}
			l := restoreInTheMiddle(t, tt.prepare, tt.rows, database)
			r := l.goOn()
			if r.State != "completed" || r.Counts.Written != int64(tt.rows) || r.Counts.Failed != 0 {
				t.Fatalf("the run ended %s: %+v %+v\n%s\n%s", r.State, r.Counts, r.Error, l.try("error", "list").out, l.log)
			}
			expectEachOnce(t, tt.arrived(l.killed), tt.rows)
			l.serve()
			again := l.flowWithErrors(l.flow)
			if again.Counts.Failed != 0 {
				t.Errorf("the flow's next run: %+v\n%s", again.Counts, l.try("error", "list").out)
			}
			expectEachOnce(t, tt.arrived(l.killed), tt.rows)
		})
	}
}

// Lines have nothing by which they could be told from one another: the run stops before
// it writes, until an operator has said that it may.
func TestARestoredServerStopsBeforeWhatCannotBeLookedFor(t *testing.T) {
	t.Parallel()
	var arrived func() map[string]int
	prepare := func(k *killed, rows int) (string, func() map[string]int) {
		flow, f := appendPrices(k, rows)
		arrived = f
		return flow, f
	}
	const rows = 100
	l := restoreInTheMiddle(t, prepare, rows, "")
	r := l.goOn()
	if r.State != "failed" || r.Error.Code != "restore.unsure" || r.Counts.Written != l.written {
		t.Fatalf("the run ended %s: %+v %+v", r.State, r.Counts, r.Error)
	}
	l.do(nil, "restored", "trust", l.flow)
	var left struct {
		InDoubt bool `json:"in_doubt"`
	}
	if l.do(&left, "restored", "show"); left.InDoubt {
		t.Error("still in doubt")
	}
	expectEachOnce(t, arrived(), rows)
}

// The doubt switched off, by saying that nothing has run since the backup: lines are there
// twice then.
func TestWithoutDoubtARestoredServerDoubles(t *testing.T) {
	t.Parallel()
	var customers []string
	prepare := func(k *killed, rows int) (string, func() map[string]int) {
		customers = k.preparePrices(rows)
		return "kill-append", nil
	}
	l := restoreInTheMiddle(t, prepare, 100, "", "--moved")
	if r := l.end(); r.State != "completed" {
		t.Fatalf("the run ended %s: %+v\n%s", r.State, r.Error, l.log)
	}
	if countDoubled(l.lines(customers)) == 0 {
		t.Error("nothing was doubled: the test that holds the doubt proves nothing")
	}
}
