package company

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/sluicehq/sluice/emulator/record"
)

func open(t testing.TB) *record.Store {
	t.Helper()
	s, err := record.Open(t.Context(), record.Options{Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var today = time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)

func TestSampleIsLargeEnough(t *testing.T) {
	s := open(t)
	start := time.Now()
	if err := Sample(t.Context(), s, 1, today, Size{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("took %s", time.Since(start))
	for query, least := range map[string]int{
		"SELECT count(*) FROM q_customer":                                             50,
		"SELECT count(*) FROM q_item":                                                 20,
		"SELECT count(*) FROM q_transaction WHERE type = 'SalesOrd'":                  100,
		"SELECT count(*) FROM q_transaction WHERE type = 'CustInvc'":                  30,
		"SELECT count(*) FROM q_transaction WHERE type = 'CustPymt'":                  15,
		"SELECT count(*) FROM q_subsidiary WHERE id = 1":                              1,
		"SELECT count(*) FROM q_transaction WHERE type = 'SalesOrd' AND status = 'G'": 30,
	} {
		var n int
		if err := s.DB().QueryRow(query).Scan(&n); err != nil || n < least {
			t.Errorf("%s = %d, %v; want at least %d", query, n, err, least)
		}
	}
}

func TestSampleIsTheSameForASeed(t *testing.T) {
	digest := func(seed uint64) (out string) {
		s := open(t)
		if err := Sample(t.Context(), s, seed, today, Size{Customers: 6, Items: 8, Orders: 6, Invoices: 2}); err != nil {
			t.Fatal(err)
		}
		rows, err := s.DB().Query("SELECT grp || id || coalesce(external_id, '') || body FROM record ORDER BY grp, id")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			out += line + "\n"
		}
		return out
	}
	if a, b := digest(7), digest(7); a != b {
		t.Error("one seed gave two companies")
	}
	if digest(7) == digest(8) {
		t.Error("two seeds gave one company")
	}
}

func TestLoad(t *testing.T) {
	s := open(t)
	folder := fstest.MapFS{
		"salesOrder.jsonl":      {Data: []byte(`{"externalId":"o1","entity":{"externalId":"c1"},"item":{"items":[{"item":{"externalId":"i1"},"rate":1.50}]}}` + "\n")},
		"customer.jsonl":        {Data: []byte("{\"companyName\":\"A\",\"externalId\":\"c1\"}\n\n{\"companyName\":\"B\",\"externalId\":\"c2\"}\n")},
		"serviceSaleItem.jsonl": {Data: []byte(`{"itemId":"I","externalId":"i1"}`)},
		"currency.jsonl":        {Data: []byte(`{"name":"Yen","symbol":"JPY","exchangeRate":0.0064,"currencyPrecision":0,"isBaseCurrency":true}`)},
		"subsidiary.jsonl":      {Data: []byte(`{"name":"Only","currency":"1"}`)},
		"notes.txt":             {Data: []byte("not a seed file")},
	}
	if err := Load(t.Context(), s, folder); err != nil {
		t.Fatal(err)
	}
	var total string
	if err := s.DB().QueryRow("SELECT foreigntotal FROM q_transaction WHERE externalid = 'o1'").Scan(&total); err != nil || total != "2" {
		t.Errorf("total %s, %v; want 2, for yen have no decimals", total, err)
	}
}

func TestLoadReportsAll(t *testing.T) {
	s := open(t)
	err := Load(t.Context(), s, fstest.MapFS{
		"customer.jsonl": {Data: []byte("{\"companyName\":\"A\"}\n{}\n{\"companyName\"\n{\"companyName\":\"B\"}")},
		"nothing.jsonl":  {Data: []byte("{}")},
	})
	for _, want := range []string{"customer.jsonl:1:", "customer.jsonl:2:", "customer.jsonl:3:", "nothing.jsonl: there is no record type"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if err := Load(t.Context(), s, fstest.MapFS{}); err == nil {
		t.Error("an empty folder was loaded")
	}
}
