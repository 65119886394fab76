package governor_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// account refuses what goes beyond its limit, as NetSuite does. Until it has
// refused once it lets no request go, so that the limit is met for certain.
type account struct {
	limit            int64
	inFlight, served atomic.Int64
	refused          atomic.Int64
	once             sync.Once
	open             chan struct{}
}

func (a *account) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	defer a.inFlight.Add(-1)
	if a.inFlight.Add(1) > a.limit {
		a.refused.Add(1)
		w.WriteHeader(http.StatusTooManyRequests)
		a.once.Do(func() { close(a.open) })
		return
	}
	<-a.open
	a.served.Add(1)
	fmt.Fprint(w, `{"id":"1"}`)
}

// Two clients of one account, whose real limit is below the one configured:
// every request succeeds, and the budget is never passed.
func TestClientsShareOneBudgetAndRefusalsAreWaits(t *testing.T) {
	const configured, real, requests = 8, 3, 120
	a := &account{limit: real, open: make(chan struct{})}
	server := httptest.NewServer(a)
	defer server.Close()
	g := governor.New(governor.Options{Limit: configured})
	id, err := netsuite.ParseAccountID("1234567")
	if err != nil {
		t.Fatal(err)
	}
	var clients []*netsuite.Client
	for range 2 {
		c, err := netsuite.New(id, &auth.TBA{Realm: id.Realm(), ConsumerKey: "made-up", ConsumerSecret: auth.NewSecret("made-up"),
			TokenID: "made-up", TokenSecret: auth.NewSecret("made-up")},
			netsuite.WithBaseURL(server.URL), netsuite.WithSlots(g),
			netsuite.WithSleep(func(ctx context.Context, _ time.Duration) error { return ctx.Err() }))
		if err != nil {
			t.Fatal(err)
		}
		clients = append(clients, c)
	}
	var wg sync.WaitGroup
	for i := range requests {
		wg.Go(func() {
			ctx := netsuite.ContextWithFlow(t.Context(), fmt.Sprint(i%7))
			ctx = netsuite.ContextWithClass(ctx, netsuite.Class(i%3))
			if _, err := clients[i%2].Records.Get(ctx, "customer", "1", netsuite.GetOptions{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s := g.Stats()
	if a.served.Load() != requests || int64(s.Refusals) != a.refused.Load() || s.Refusals == 0 {
		t.Errorf("served %d, refused %d, stats %+v", a.served.Load(), a.refused.Load(), s)
	}
	if s.MaxInUse > configured || s.InUse != 0 || s.Waiting != [3]int{} || s.Granted != requests+s.Refusals {
		t.Errorf("stats %+v", s)
	}
}
