package acceptance

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/sluicehq/sluice/internal/app"
)

const hookFlow = `
name: orders-in
export:
  connection: shop
  webhook: {records: orders}
steps:
  - import: {connection: warehouse, operation: add, sql: {table: orders}}
pages: {size: 3}
`

// sender is a system that sends each delivery until it is answered with 2xx, and some
// of them again although they were.
type sender struct {
	*installation
	client *http.Client
	sent   atomic.Int64
}

func newSender(in *installation) *sender {
	return &sender{installation: in, client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return app.DialSocket(ctx, in.dir) }}}}
}

// deliver sends one delivery of two orders until it is accepted.
func (s *sender) deliver(ctx context.Context, number int) {
	body := fmt.Sprintf(`{"orders": [{"number": "%d-1"}, {"number": "%d-2"}]}`, number, number)
	mac := hmac.New(sha256.New, []byte("made-up"))
	mac.Write([]byte(body))
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://sluice/hooks/orders-in", strings.NewReader(body))
		if err != nil {
			s.t.Error(err)
			return
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Signature", hex.EncodeToString(mac.Sum(nil)))
		req.Header.Set("X-Delivery", fmt.Sprint(number))
		if resp, err := s.client.Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode/100 == 2 {
				s.sent.Add(1)
				return
			}
		}
		<-time.After(2 * time.Millisecond) // the server is down or goes down: as a sender's back-off
	}
}

// storm sends deliveries while the server is killed and started again, waits until all
// of them are worked, and counts how often each order arrived.
func (s *sender) storm(deliveries, kills int, warehouse string) (lost, doubled int) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 3*time.Minute)
	defer cancel()
	rng := rand.New(rand.NewPCG(4, 11))
	s.serve()
	var sending sync.WaitGroup
	const senders = 4
	for first := range senders {
		sending.Go(func() {
			for n := first; n < deliveries; n += senders {
				s.deliver(ctx, n)
				if n%5 == 0 {
					s.deliver(ctx, n) // its answer was lost on the way, for all that the sender knows
				}
			}
		})
	}
	for kill := 1; kill <= kills; kill++ {
		for s.sent.Load() < int64(kill*deliveries/(kills+1)) && ctx.Err() == nil {
			<-time.After(time.Millisecond)
		}
		<-time.After(time.Duration(rng.IntN(30)) * time.Millisecond) // the moment of the crash is what is random here
		s.kill()
		s.serve()
	}
	sending.Wait()
	s.settle(ctx)
	return s.count(warehouse, 2*deliveries)
}

// settle waits until the inbox is empty and all runs have ended.
func (s *sender) settle(ctx context.Context) {
	s.t.Helper()
	for ctx.Err() == nil {
		var hook struct{ Waiting int }
		var runs []run
		s.do(&hook, "flow", "hook", "orders-in")
		s.do(&runs, "run", "list")
		open := hook.Waiting
		for _, r := range runs {
			switch r.State {
			case "queued", "running":
				open++
			case "failed":
				s.t.Fatalf("run %d failed: %+v", r.ID, r.Error)
			}
		}
		if open == 0 {
			return
		}
		<-time.After(20 * time.Millisecond)
	}
	s.t.Fatalf("deliveries are left:\n%s", s.log)
}

func (s *sender) count(warehouse string, orders int) (lost, doubled int) {
	s.t.Helper()
	db, err := sql.Open("sqlite", warehouse)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var found, distinct int
	if err := db.QueryRow("SELECT count(*), count(DISTINCT number) FROM orders").Scan(&found, &distinct); err != nil {
		s.t.Fatal(err)
	}
	return orders - distinct, found - distinct
}

func hookInstallation(t *testing.T, settings string) (*sender, string) {
	t.Helper()
	warehouse := filepath.Join(t.TempDir(), "warehouse.db")
	db, err := sql.Open("sqlite", warehouse)
	if err == nil {
		_, err = db.Exec("CREATE TABLE orders (number TEXT)") // nothing keeps an order from being there twice
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	in := install(t, "HOOK_SECRET=made-up")
	in.apply(fmt.Sprintf("\n  - name: warehouse\n    kind: sqlite\n    settings: {path: %q}\n  - name: shop\n    kind: webhook\n    settings: {%s}\n    secrets: {secret: {env: HOOK_SECRET}}\n", warehouse, settings),
		map[string]string{"orders-in": hookFlow})
	return newSender(in), warehouse
}

// TestKilledServersLoseAndDoubleNoDelivery kills the server while deliveries come in and
// are worked: what was answered with 2xx arrives once.
func TestKilledServersLoseAndDoubleNoDelivery(t *testing.T) {
	t.Parallel()
	s, warehouse := hookInstallation(t, "delivery_header: X-Delivery")
	if lost, doubled := s.storm(inSoak(40, 2000), inSoak(4, 200), warehouse); lost+doubled != 0 {
		t.Errorf("%d orders lost, %d doubled", lost, doubled)
	}
}

// TestWithoutDeliveryIDsRepeatedDeliveriesAreDoubled shows what the IDs are for.
func TestWithoutDeliveryIDsRepeatedDeliveriesAreDoubled(t *testing.T) {
	t.Parallel()
	s, warehouse := hookInstallation(t, "prefix: \"\"")
	if lost, doubled := s.storm(10, 0, warehouse); lost != 0 || doubled == 0 {
		t.Errorf("%d orders lost, %d doubled: the test would not notice a doubled delivery", lost, doubled)
	}
}
