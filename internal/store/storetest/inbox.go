package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// inboxFlow stores the flow f, whose inbox the suite fills.
func inboxFlow(t *testing.T, s sluice.Store) string {
	t.Helper()
	r := &sluice.FlowRevision{Flow: sluice.Flow{Name: "f"}, Enabled: true, CreatedAt: Noon}
	must(t, s.SaveFlow(t.Context(), r))
	return r.FlowID
}

func webhookRun(flowID string) *sluice.Run {
	return &sluice.Run{FlowID: flowID, FlowName: "f", Revision: 1, Kind: sluice.RunWebhook, CreatedAt: Noon}
}

func newDelivery(flowID, id string, minute int) *sluice.Delivery {
	return &sluice.Delivery{FlowID: flowID, ID: id, ReceivedAt: minutes(minute), Headers: map[string]string{"X-Topic": "orders/create"}, Body: []byte(`{"id": 1.10}`)}
}

// receive stores a delivery that is new.
func receive(t *testing.T, s sluice.Store, d *sluice.Delivery) {
	t.Helper()
	if !get[bool](t)(s.Receive(t.Context(), d, webhookRun(d.FlowID))) {
		t.Fatalf("the delivery %q was taken for a repeated one", d.ID)
	}
}

// DeliveryReceivedOnce checks that a delivery comes back as given, once, with a run
// queued for it. Switched off by dropping the IDs that are remembered.
func DeliveryReceivedOnce(t *testing.T, s sluice.Store) {
	ctx, id := t.Context(), inboxFlow(t, s)
	a, b := newDelivery(id, "a", 1), newDelivery(id, "", 2)
	receive(t, s, a)
	receive(t, s, b)
	again := newDelivery(id, "a", 3)
	if get[bool](t)(s.Receive(ctx, again, webhookRun(id))) {
		t.Error("a repeated delivery was stored again")
	}
	same(t, "waiting", get[[]*sluice.Delivery](t)(s.Waiting(ctx, id, 0, 10)), []*sluice.Delivery{a, b})
	same(t, "behind the first", get[[]*sluice.Delivery](t)(s.Waiting(ctx, id, 1, 10)), []*sluice.Delivery{b})
	same(t, "newest", get[[]*sluice.Delivery](t)(s.Newest(ctx, id, 1)), []*sluice.Delivery{b})
	same(t, "state", get[sluice.InboxState](t)(s.Inbox(ctx, id)), sluice.InboxState{Waiting: 2, Last: 2, LastAt: minutes(2)})
	same(t, "no inbox", get[sluice.InboxState](t)(s.Inbox(ctx, "none")), sluice.InboxState{})
	if runs := get[[]*sluice.Run](t)(s.Runs(ctx, sluice.RunFilter{FlowID: id})); len(runs) != 1 || runs[0].Kind != sluice.RunWebhook {
		t.Errorf("runs: %s", show(runs))
	}
	claim(t, s)
	receive(t, s, newDelivery(id, "c", 3)) // the run in work may have read the inbox already
	if runs := get[[]*sluice.Run](t)(s.Runs(ctx, sluice.RunFilter{FlowID: id})); len(runs) != 2 {
		t.Errorf("%d runs, want one in work and one queued", len(runs))
	}
	_, err := s.Receive(ctx, newDelivery("none", "a", 1), webhookRun("none"))
	wantCode(t, err, sluice.CodeNotFound)
	must(t, s.ForgetDeliveries(ctx, id, minutes(2)))
	receive(t, s, newDelivery(id, "a", 9))
}

// DeliveriesTakenWithPages checks that deliveries leave the inbox with the pages that
// they have become, under the run's fence, and not without them.
func DeliveriesTakenWithPages(t *testing.T, s sluice.Store) {
	ctx, id := t.Context(), inboxFlow(t, s)
	for n := range 8 {
		receive(t, s, newDelivery(id, fmt.Sprint(n), n))
	}
	_, f := claim(t, s)
	take := func(f sluice.Fence, number int64, m sluice.InboxMark) error {
		return s.AppendPages(ctx, f, []sluice.Page{page(number)}, nil, false, To(sluice.RunProgress{Inbox: &m}))
	}
	wantCode(t, take(sluice.Fence{RunID: f.RunID, Number: f.Number - 1}, 1, sluice.InboxMark{Seq: 9}), sluice.CodeFenced)
	must(t, take(f, 1, sluice.InboxMark{Seq: 3, Taken: 1}))
	wantCode(t, take(f, 1, sluice.InboxMark{Seq: 9}), sluice.CodeConflict) // the page is there: nothing is taken
	left := get[[]*sluice.Delivery](t)(s.Waiting(ctx, id, 0, 10))
	if len(left) != 6 || left[0].Seq != 3 || left[0].Taken != 1 {
		t.Fatalf("waiting: %d, the first %s", len(left), show(left[0]))
	}
	must(t, take(f, 2, sluice.InboxMark{Seq: 9}))
	if n := get[sluice.InboxState](t)(s.Inbox(ctx, id)).Waiting; n != 0 {
		t.Errorf("%d wait when all are pages", n)
	}
	if shown := get[[]*sluice.Delivery](t)(s.Newest(ctx, id, 10)); len(shown) != 5 || shown[0].Seq != 8 {
		t.Errorf("%d are left to be shown", len(shown))
	}
	must(t, s.EndRun(ctx, f, sluice.RunFailed, nil, Noon))
	must(t, s.DeleteFlow(ctx, id))
}

// DeliveriesSeenInOrder checks that whoever reads the inbox sees no delivery before one
// of a lower place: what is read up to a place is read whole. Switched off by giving
// places out of a sequence.
func DeliveriesSeenInOrder(t *testing.T, s sluice.Store) {
	ctx, id := t.Context(), inboxFlow(t, s)
	const senders, each = 4, 10
	var sending sync.WaitGroup
	for sender := range senders {
		sending.Go(func() {
			for n := range each {
				if _, err := s.Receive(ctx, newDelivery(id, fmt.Sprint(sender, "/", n), n), webhookRun(id)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() { sending.Wait(); close(ended) }()
	var last int64
	for deadline := time.Now().Add(30 * time.Second); last < senders*each && time.Now().Before(deadline); {
		list, err := s.Waiting(ctx, id, last, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			if d.Seq != last+1 {
				t.Fatalf("place %d was seen behind place %d", d.Seq, last)
			}
			last = d.Seq
		}
	}
	<-ended
	if last != senders*each {
		t.Errorf("%d deliveries seen", last)
	}
	if runs := get[[]*sluice.Run](t)(s.Runs(ctx, sluice.RunFilter{FlowID: id})); len(runs) != 1 {
		t.Errorf("%d runs are queued", len(runs))
	}
}
