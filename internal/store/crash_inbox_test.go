package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/servertest"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

const (
	inboxChildURL   = "SLUICE_TEST_INBOX_URL"
	inboxChildAt    = "SLUICE_TEST_INBOX_AT"    // the row change at which the worker kills itself
	inboxChildFirst = "SLUICE_TEST_INBOX_FIRST" // not empty: deliveries are taken before their pages are stored
	inboxSize       = 12
)

// TestKilledWhileTakingDeliveries kills a worker at each row that it changes while it
// makes pages of deliveries: every delivery is then in the inbox or in a page, and in
// one of them. A worker that takes deliveries out first, in a transaction of its own,
// loses some.
func TestKilledWhileTakingDeliveries(t *testing.T) {
	if url := os.Getenv(inboxChildURL); url != "" {
		inboxWorker(t, url)
		return
	}
	for _, at := range []int{2, 3, 5, 6, 9} { // the second is the first of a page's
		if lost, doubled := killInboxWorker(t, at); lost+doubled != 0 {
			t.Errorf("killed at row %d: %d deliveries lost, %d doubled", at, lost, doubled)
		}
	}
	t.Setenv(inboxChildFirst, "yes")
	if lost, doubled := killInboxWorker(t, 6); lost == 0 || doubled != 0 {
		t.Errorf("taken first, and killed behind that: %d deliveries lost, %d doubled; the test would not notice a loss", lost, doubled)
	}
}

// killInboxWorker lets a worker die, and counts what is in neither place or in both.
func killInboxWorker(t *testing.T, at int) (lost, doubled int) {
	t.Helper()
	ctx, url := t.Context(), filepath.Join(t.TempDir(), "sluice.db")
	s := openStore(t, url)
	flow := &sluice.FlowRevision{Flow: sluice.Flow{Name: "f"}, Enabled: true, CreatedAt: time.Unix(1, 0)}
	if err := s.SaveFlow(ctx, flow); err != nil {
		t.Fatal(err)
	}
	for n := range inboxSize {
		d := &sluice.Delivery{FlowID: flow.FlowID, ID: fmt.Sprint(n), ReceivedAt: time.Unix(1, 0), Body: []byte("{}")}
		if _, err := s.Receive(ctx, d, &sluice.Run{FlowID: flow.FlowID, FlowName: "f", Kind: sluice.RunWebhook, CreatedAt: time.Unix(1, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(inboxChildAt, strconv.Itoa(at))
	c, _, _ := servertest.Again(t, "TestKilledWhileTakingDeliveries", inboxChildURL, url)
	if err := c.Wait(); err == nil || c.ProcessState.Exited() {
		t.Fatalf("the worker ended by itself: %v", err)
	}
	found := map[int64]int{}
	waiting, err := s.Waiting(ctx, flow.FlowID, 0, inboxSize)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range waiting {
		found[d.Seq]++
	}
	pending, err := s.PendingPages(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range pending {
		page, err := s.Page(ctx, 1, number)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range page.Items {
			found[it.Seq]++
		}
	}
	for seq := range int64(inboxSize) {
		switch n := found[seq+1]; {
		case n == 0:
			lost++
		case n > 1:
			doubled++
		}
	}
	return lost, doubled
}

// inboxWorker makes a page of every two deliveries, until it is killed.
func inboxWorker(t *testing.T, url string) {
	ctx := t.Context()
	at, err := strconv.ParseInt(os.Getenv(inboxChildAt), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	dieAt(at)
	s, err := store.Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	run, err := s.ClaimRun(ctx, "worker", time.Unix(1000, 0), time.Unix(2000, 0))
	if err != nil || run == nil {
		t.Fatalf("claimed %v, %v", run, err)
	}
	f := sluice.Fence{RunID: run.ID, Number: run.Fence}
	for {
		list, err := s.Waiting(ctx, run.FlowID, 0, 2)
		if err != nil || len(list) < 2 {
			t.Fatalf("%d wait, %v", len(list), err)
		}
		page := sluice.Page{Number: list[0].Seq, Items: []sluice.Item{{Seq: list[0].Seq}, {Seq: list[1].Seq}}}
		progress := sluice.RunProgress{Inbox: &sluice.InboxMark{Seq: list[1].Seq + 1}}
		if os.Getenv(inboxChildFirst) != "" {
			if err := s.AppendPages(ctx, f, nil, nil, false, storetest.To(progress)); err != nil {
				t.Fatal(err)
			}
			progress.Inbox = nil
		}
		if err := s.AppendPages(ctx, f, []sluice.Page{page}, nil, false, storetest.To(progress)); err != nil {
			t.Fatal(err)
		}
	}
}
