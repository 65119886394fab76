package company

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/record"
)

func open(t testing.TB) *record.Store {
	t.Helper()
	s, err := record.Open(t.Context(), record.Options{})
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
