package acceptance

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/internal/postgrestest"
)

// Two servers share a PostgreSQL database. One dies in the middle of a run; the
// other, which nobody tells, takes the run over when the lease has ended, and
// brings each record in once.
func TestAnotherServerTakesOverOnPostgreSQL(t *testing.T) {
	t.Parallel()
	const rows = 150
	account := emulator.Start(t, func(o *emulator.Options) { o.Latency = emulator.FixedLatency(20 * time.Millisecond) })
	env := append(netsuiteEnv(account), "SLUICE_DATABASE="+postgrestest.URL(t))
	dies := &killed{installation: install(t, env...), account: account}
	dies.serve()
	dies.prepareOrders(rows, addFlow)
	// For so long the slots of a dead process stay taken: NetSuite may work on its requests.
	dies.do(nil, "connection", "edit", "netsuite", "--set", "timeout=10s")
	storm(t, account)
	var r run
	dies.do(&r, "flow", "run", "kill-add", "--detach")
	for r.Counts.Written == 0 {
		dies.do(&r, "run", "show", fmt.Sprint(r.ID))
	}
	dies.kill()
	if r.Counts.Written == rows {
		t.Fatal("the run was through before the kill: give it more records")
	}

	key := "SLUICE_KEY_FILE=" + filepath.Join(dies.dir, "key.json") // what the one has sealed, the other must open
	heir := &killed{installation: install(t, append(env, key)...), account: account}
	heir.serve()
	died := time.Now()
	for r.State != "completed" {
		if time.Since(died) > 90*time.Second || r.State == "failed" {
			t.Fatalf("the run is %s: %+v\n%s", r.State, r.Error, heir.log)
		}
		<-time.After(100 * time.Millisecond)
		heir.do(&r, "run", "show", fmt.Sprint(r.ID))
	}
	t.Logf("taken over and done %s after the other server died", time.Since(died).Round(time.Second))
	if r.Counts.Written != rows {
		t.Fatalf("the run counts %+v", r.Counts)
	}
	expectEachOnce(t, heir.orders(), rows)
}
