package record_test

import (
	"fmt"
	"testing"
)

// BenchmarkCreateOrder writes an order of 25 lines, rules and rows included.
func BenchmarkCreateOrder(b *testing.B) {
	s := sample(b)
	u := s.Writer()
	lines := make([]any, 25)
	for i := range lines {
		lines[i] = object{"item": fmt.Sprint(1 + i%8), "quantity": num("2"), "rate": num("9.99"), "description": "A line of the benchmark"}
	}
	for b.Loop() {
		if _, err := u.Create("salesOrder", object{"entity": "9", "item": object{"items": lines}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCreateCustomer(b *testing.B) {
	s := sample(b)
	u := s.Writer()
	i := 0
	for b.Loop() {
		i++
		if _, err := u.Create("customer", object{"companyName": fmt.Sprint("Bench ", i), "email": "a@b.example"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetOrder(b *testing.B) {
	s := sample(b)
	for b.Loop() {
		if _, err := s.Get(b.Context(), "salesOrder", "1"); err != nil {
			b.Fatal(err)
		}
	}
}

// TestBulkSeed: copies are as good as records that were created.
func TestBulkSeed(t *testing.T) {
	s := sample(t)
	u := s.Writer()
	customer := must(t)(u.Create("customer", object{"companyName": "Bulk", "externalId": "bulk"}))
	invoice := must(t)(u.Create("invoice", object{"entity": "9", "externalId": "bulk", "shippingCost": num("1.5"),
		"item": object{"items": []any{object{"item": "1", "rate": num("2")}, object{"item": "2", "rate": num("3")}}}}))
	for typ, id := range map[string]int64{"customer": customer, "invoice": invoice} {
		if err := s.BulkSeed(t.Context(), typ, id, 500); err != nil {
			t.Fatal(err)
		}
	}
	compareAll(t, s)
	balanced(t, s)
	for query, want := range map[string]string{
		"SELECT count(*) FROM q_customer WHERE companyname LIKE 'Bulk%'":                                                            "501",
		"SELECT count(*) FROM q_entity WHERE customer = id AND entityid LIKE 'Bulk%'":                                               "501",
		"SELECT count(*) FROM record WHERE external_id LIKE 'bulk%'":                                                                "1002",
		"SELECT count(*) - count(DISTINCT uniquekey) FROM q_transactionline":                                                        "0",
		"SELECT count(DISTINCT tranid) FROM q_transaction WHERE externalid LIKE 'bulk%'":                                            "501",
		"SELECT count(*) FROM q_transactionline l JOIN q_transaction t ON t.id = l.\"transaction\" WHERE t.externalid LIKE 'bulk%'": "2004",
	} {
		if got := one(t, s, query); got != want {
			t.Errorf("%s = %s, want %s", query, got, want)
		}
	}
	if err := u.Edit("invoice", invoice+7, object{"memo": "a copy can be edited"}); err != nil {
		t.Error(err)
	}
	if id := must(t)(u.Create("customer", object{"companyName": "After"})); id != customer+501 {
		t.Errorf("next ID %d, want %d", id, customer+501)
	}
}

// BenchmarkBulkSeed copies an order of 25 lines; n is the number of line rows.
func BenchmarkBulkSeed(b *testing.B) {
	for b.Loop() {
		s := sample(b)
		lines := make([]any, 24)
		for i := range lines {
			lines[i] = object{"item": fmt.Sprint(1 + i%8), "rate": num("9.99")}
		}
		id := must(b)(s.Writer().Create("salesOrder", object{"entity": "9", "item": object{"items": lines}}))
		if err := s.BulkSeed(b.Context(), "salesOrder", id, 8000); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(200000*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}
