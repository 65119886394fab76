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
	w.flow(exitRecordErrors, "customers-in").expectCounts(w.t, "40 39 0 0 1")
	w.flow(exitOK, "products-in").expectCounts(w.t, "25 25 0 0 0")
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
	first.expectCounts(t, "120 109 0 9 2")
	if read := first.total(t, "merchandise", "read").String(); read != "246386.57" {
		t.Errorf("read merchandise of %s", read)
	}
	w.expectOrders(109, first.total(t, "merchandise", "written").String(), first.total(t, "shipping", "written").String())

	w.flow(exitRecordErrors, "orders-in").expectCounts(t, "120 0 109 9 2")
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

// TestAnswersThatGetLost cuts connections after the work is done, before it, and
// long before it: each order is there once all the same.
func TestAnswersThatGetLost(t *testing.T) {
	w := newWorld(t)
	w.load()
	orders := `"method": "PUT", "path": "/record/v1/salesOrder/"`
	w.breakAccount(`{"name": "lost", ` + orders + `, "effect": "drop_after", "probability": 0.1}`)
	w.breakAccount(`{"name": "never", ` + orders + `, "effect": "drop_before", "probability": 0.05}`)
	w.breakAccount(`{"name": "late", ` + orders + `, "effect": "commit_late", "delay": "300ms", "probability": 0.05}`)
	w.breakAccount(`{"name": "busy", "effect": "too_many", "probability": 0.05}`)
	r := w.flow(exitRecordErrors, "orders-in")
	r.expectCounts(t, "120 109 0 9 2")
	w.expectOrders(109, r.total(t, "merchandise", "written").String(), r.total(t, "shipping", "written").String())
}
