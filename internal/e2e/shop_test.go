package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const shopOrders = "SELECT COUNT(*) AS n, COUNT(DISTINCT externalid) AS ids, SUM(foreigntotal) AS total FROM transaction WHERE externalid LIKE 'SHOP-%'"

// load brings customers and products in, which the orders need.
func (w *world) load() {
	w.t.Helper()
	w.expect(w.flow(exitRecordErrors, "customers-in"), "40 39 0 0 1")
	w.expect(w.flow(exitOK, "products-in"), "25 25 0 0 0")
}

// expectOrders checks that the account holds so many orders of the shop, each
// once, and that their totals come to what the run says it wrote.
func (w *world) expectOrders(n int, written ...string) {
	w.t.Helper()
	row := w.query(shopOrders)
	if row["n"] != fmt.Sprint(n) || row["ids"] != row["n"] {
		w.t.Errorf("the account holds %s orders with %s external IDs, want %d", row["n"], row["ids"], n)
	}
	if want := amount(w.t, written...); amount(w.t, row["total"]).Cmp(want) != 0 {
		w.t.Errorf("the orders come to %s, the run wrote %s", row["total"], want)
	}
}

func TestShopInAndOut(t *testing.T) {
	w := newWorld(t)
	if text := w.sluice(exitOK, "connection", "test", "netsuite"); !strings.Contains(text, "Your connection is working great! Nice Job.") {
		t.Errorf("connection test says %s", text)
	}
	w.load()
	first := w.flow(exitRecordErrors, "orders-in")
	w.expect(first, "120 109 0 9 2")
	if read := first.total(t, "merchandise", "read").String(); read != "246386.57" {
		t.Errorf("read merchandise of %s", read)
	}
	w.expectOrders(109, first.total(t, "merchandise", "written").String(), first.total(t, "shipping", "written").String())

	w.expect(w.flow(exitRecordErrors, "orders-in"), "120 0 109 9 2")
	w.expectOrders(109, first.total(t, "merchandise", "written").String(), first.total(t, "shipping", "written").String())
	w.mend("W-24018", "TENT-3P", "TENT-2P")
	w.flow(exitRecordErrors, "orders-in") // the file still names the wrong product: an error again, and nothing else
	if n := w.query(shopOrders)["n"]; n != "110" {
		t.Errorf("after a retry that worked there are %s orders, want 110", n)
	}

	out := w.flow(exitOK, "orders-out")
	if all := w.query("SELECT COUNT(*) AS n, SUM(foreigntotal) AS total FROM transaction WHERE type = 'SalesOrd'"); all["n"] != fmt.Sprint(out.Counts.Written) ||
		amount(t, all["total"]).Cmp(out.total(t, "total", "written")) != 0 {
		t.Errorf("orders-out wrote %+v, the account has %v", out.Counts, all)
	}
	if n := w.count("SELECT COUNT(*) FROM orders"); n != out.Counts.Written {
		t.Errorf("the warehouse has %d orders, want %d", n, out.Counts.Written)
	}
	if n := w.count("SELECT COUNT(*) FROM orders o WHERE line_count <> (SELECT COUNT(*) FROM order_lines l WHERE l.order_id = o.order_id)"); n != 0 {
		t.Errorf("%d orders of the warehouse lack lines", n)
	}
	if n := w.csvRows("out/orders.csv"); n != out.Counts.Written {
		t.Errorf("the CSV file has %d orders, want %d", n, out.Counts.Written)
	}
}

// mend corrects the record of an open error and retries it.
func (w *world) mend(key, wrong, right string) {
	w.t.Helper()
	var list []struct {
		ID     int64           `json:"id"`
		Key    string          `json:"key"`
		Record json.RawMessage `json:"record"`
	}
	text := w.sluice(exitOK, "error", "list", "--flow", "orders-in", "--output", "json")
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		w.t.Fatalf("%v in %s", err, text)
	}
	var ids []string
	for _, e := range list {
		if e.Key == key {
			corrected := strings.ReplaceAll(string(e.Record), wrong, right)
			w.sluice(exitOK, "error", "edit", fmt.Sprint(e.ID), "--record", corrected)
			ids = append(ids, fmt.Sprint(e.ID))
		}
	}
	if len(ids) == 0 {
		w.t.Fatalf("no open error for %s: %s", key, text)
	}
	w.sluice(exitOK, append([]string{"error", "retry"}, ids...)...)
}

// TestAnswersThatGetLost cuts connections after the work is done, before it, long
// before it, and refuses what it could do: each order is there once all the same.
func TestAnswersThatGetLost(t *testing.T) {
	w := newWorld(t)
	w.load()
	for n := 3; n < 110; n += 4 { // every fourth request, so that none meets one record again and again
		effect := []string{"drop_after", "drop_before", "truncate", "server_error", "too_many", "unavailable"}[n/4%6]
		w.breakAccount(fmt.Sprintf(`{"method": "PUT", "path": "/record/v1/salesOrder/", "effect": %q, "nth": %d}`, effect, n))
	}
	w.breakAccount(`{"method": "PUT", "path": "/record/v1/salesOrder/", "effect": "commit_late", "delay": "300ms", "nth": 50}`)
	r := w.flow(exitRecordErrors, "orders-in")
	w.expect(r, "120 109 0 9 2")
	w.expectOrders(109, r.total(t, "merchandise", "written").String(), r.total(t, "shipping", "written").String())
}
