package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"
)

// TestKillsNeitherLoseNorDouble kills the server in the middle of a run, again
// and again. In the end every order is in the account once, and the run's books
// balance.
func TestKillsNeitherLoseNorDouble(t *testing.T) {
	kills := 4
	if os.Getenv("SLUICE_SOAK") != "" {
		kills = 200
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	w := newWorld(t, "--latency", "30ms")
	w.load()

	server := w.serve()
	w.sluice(exitOK, "flow", "run", "orders-in", "--detach")
	hits := 0 // kills in the middle of the run
	for ; hits < kills && w.newest().State != "completed"; hits++ {
		time.Sleep(time.Duration(rng.IntN(250)) * time.Millisecond) // the moment of the kill is chance
		server.end(syscall.SIGKILL)
		server = w.serve()
	}
	t.Logf("%d kills", hits)
	if hits < 2 {
		t.Fatal("the run was through before anything was killed; the test proves nothing")
	}
	r := w.newest()
	text, code, stderr := w.try("run", "watch", fmt.Sprint(r.ID), "--output", "json")
	if code != exitRecordErrors {
		t.Fatalf("the run ended with %d\n%s%s", code, text, stderr)
	}
	r = decodeRun(t, text)
	r.checkSums(t)
	w.expect(r, "120 109 0 9 2")
	w.expectOrders(109, r.total(t, "merchandise", "written").String(), r.total(t, "shipping", "written").String())
}

// serve starts a server and waits until it answers.
func (w *world) serve() *process {
	w.t.Helper()
	p := w.start("serve", "--listen", "127.0.0.1:0")
	deadline := time.Now().Add(20 * time.Second)
	for {
		if _, err := os.Stat(w.path("data", "sluice.sock")); err == nil {
			if _, code, _ := w.try("run", "list", "--output", "json"); code == exitOK {
				return p
			}
		}
		if time.Now().After(deadline) {
			p.end(syscall.SIGTERM)
			w.t.Fatalf("the server does not answer: %s", p.errs)
		}
		time.Sleep(10 * time.Millisecond) // polls a process that is starting
	}
}

// newest returns the newest run.
func (w *world) newest() run {
	w.t.Helper()
	var list []run
	text := w.sluice(exitOK, "run", "list", "--flow", "orders-in", "--output", "json")
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list) == 0 {
		w.t.Fatalf("no run in %s (%v)", text, err)
	}
	return list[0]
}
