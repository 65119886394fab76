package acceptance

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/sluicehq/sluice/internal/mysqltest"
)

const pullFlow = `
name: pull
export:
  connection: shop
  http:
    path: /orders
    records: orders
    page: {by: cursor, next: next, param: after}
  key: [id]
totals: [{name: amount, value: this.amount}]
steps:
  - import: {connection: warehouse, operation: add, sql: {table: orders}}
pages: {size: 10, parallel: 3}
`

const pushFlow = `
name: push
export:
  connection: warehouse
  sql: {query: "SELECT id, amount FROM orders", key: [id]}
  key: [id]
totals: [{name: amount, value: this.amount}]
steps:
  - import:
      connection: shop
      operation: add
      http: {path: /invoices, idempotency_header: Idempotency-Key}
pages: {size: 10, parallel: 3}
`

// stormyShop is an API that has orders and takes invoices, and loses requests and
// answers.
type stormyShop struct {
	mu       sync.Mutex
	rng      *rand.Rand
	rows     int
	keys     map[string]bool
	invoices map[string]int // how often each was made
	keyless  bool           // it knows nothing of idempotency keys
}

func (s *stormyShop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chance := s.rng.Float64()
	switch {
	case chance < 0.05:
		panic(http.ErrAbortHandler) // before any work
	case chance < 0.08:
		w.WriteHeader(http.StatusBadGateway)
		return
	case chance < 0.10:
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	if r.Method == http.MethodGet {
		s.page(w, r)
		return
	}
	var invoice struct{ ID json.Number }
	if err := json.NewDecoder(r.Body).Decode(&invoice); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if key := r.Header.Get("Idempotency-Key"); s.keyless || !s.keys[key] {
		s.keys[key] = true
		s.invoices[invoice.ID.String()]++
	}
	if chance > 0.95 {
		panic(http.ErrAbortHandler) // the answer is lost
	}
	w.WriteHeader(http.StatusCreated)
}

func (s *stormyShop) page(w http.ResponseWriter, r *http.Request) {
	var from int
	_, _ = fmt.Sscanf(r.URL.Query().Get("after"), "%d", &from)
	var orders []any
	for id := from + 1; id <= min(from+7, s.rows); id++ {
		orders = append(orders, map[string]any{"id": id, "amount": json.Number(fmt.Sprintf("%d.10", id))})
	}
	answer := map[string]any{"orders": orders}
	if from+7 < s.rows {
		answer["next"] = fmt.Sprint(from + 7)
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func newStormyShop(t *testing.T, rows int) (*stormyShop, string) {
	s := &stormyShop{rng: rand.New(rand.NewPCG(3, 4)), rows: rows, keys: map[string]bool{}, invoices: map[string]int{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

func warehouseConnection(at *url.URL) string {
	return fmt.Sprintf("\n  - name: warehouse\n    kind: mysql\n    settings: {host: %q, port: %q, database: %q, user: %q}\n",
		at.Hostname(), at.Port(), strings.TrimPrefix(at.Path, "/"), at.User.Username())
}

func shopConnection(base string) string {
	return fmt.Sprintf("\n  - name: shop\n    kind: http\n    settings: {base_url: %q, timeout: 1s, settle: 1s}\n", base)
}

// Orders come from an API into a table without key, and go on to the API as invoices,
// while requests and answers get lost and the process is killed again and again.
func TestKilledProcessesOverHTTPAndMySQL(t *testing.T) {
	t.Parallel()
	rows := inSoak(200, 2000)
	at := mysqltest.URL(t)
	db, err := mysqltest.Open(at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec("CREATE TABLE orders (id INT, amount DECIMAL(12,2))"); err != nil {
		t.Fatal(err)
	}
	shop, base := newStormyShop(t, rows)
	k := &killed{installation: install(t), kills: inSoak(2, 20)}
	k.apply(warehouseConnection(at)+shopConnection(base), map[string]string{"pull": pullFlow, "push": pushFlow})
	if r := k.survive("pull", 1); r.Counts.Written != int64(rows) {
		t.Fatalf("the run counts %+v", r.Counts)
	}
	k.kill()
	var stored, different int
	var sum string
	if err := db.QueryRow("SELECT count(*), count(DISTINCT id), sum(amount) FROM orders").Scan(&stored, &different, &sum); err != nil {
		t.Fatal(err)
	}
	cents := rows*(rows+1)/2*100 + rows*10
	if stored != rows || different != rows || sum != fmt.Sprintf("%d.%02d", cents/100, cents%100) {
		t.Fatalf("%d rows, %d of them different, sum %s", stored, different, sum)
	}
	if r := k.survive("push", 2); r.Counts.Written != int64(rows) {
		t.Fatalf("the run counts %+v", r.Counts)
	}
	shop.mu.Lock()
	defer shop.mu.Unlock()
	expectEachOnce(t, shop.invoices, rows)
}

// The mechanism switched off: an API that does not know the keys gets invoices twice.
func TestWithoutIdempotencyKeysInvoicesAreDoubled(t *testing.T) {
	t.Parallel()
	const rows = 150
	at := mysqltest.URL(t)
	db, err := mysqltest.Open(at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, statement := range []string{"CREATE TABLE orders (id INT, amount DECIMAL(12,2))",
		fmt.Sprintf("INSERT INTO orders WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < %d) SELECT x, x FROM c", rows)} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	shop, base := newStormyShop(t, rows)
	shop.keyless = true
	k := &killed{installation: install(t), kills: 0}
	k.apply(warehouseConnection(at)+shopConnection(base), map[string]string{"push": pushFlow})
	k.survive("push", 3)
	shop.mu.Lock()
	defer shop.mu.Unlock()
	expectDoubled(t, shop.invoices)
}
