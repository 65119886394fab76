package record

import (
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/record/write"
)

// TestLookupsUseIndexes: what each request looks up stays fast in a large
// account. It fails when an index of base or of tables.txt goes, or when
// write.ByExternalID loses its IS NOT NULL.
func TestLookupsUseIndexes(t *testing.T) {
	s, err := Open(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	for query, index := range map[string]string{
		write.Select + write.ByExternalID:                                                    "record_external (grp=? AND <expr>=?)",
		write.Select + "WHERE grp = ? AND id = ?":                                            "record_id (grp=? AND id=?)",
		"SELECT id FROM record WHERE type = ? AND lower(name) = lower(?) AND id <> ?":        "record_name (type=? AND <expr>=?)",
		"SELECT amount FROM link WHERE target = ? AND kind = ? AND line = ? AND source <> ?": "link_target (target=? AND kind=?",
		"SELECT 1 FROM q_transaction WHERE entity = ? LIMIT 1":                               "(entity=?)",
		"SELECT 1 FROM q_transaction WHERE reversal = ? LIMIT 1":                             "(reversal=?)",
		`SELECT 1 FROM q_transactionline WHERE createdfrom = ? AND "transaction" <> ?`:       "(createdfrom=?)",
		"SELECT 1 FROM q_transactionline WHERE item = ? LIMIT 1":                             "(item=?)",
		"SELECT 1 FROM q_transactionline WHERE entity = ? LIMIT 1":                           "(entity=?)",
		`DELETE FROM q_transactionline WHERE "transaction" = ?`:                              "(transaction=?)",
		"SELECT id FROM q_transaction WHERE lastmodifieddate >= ?":                           "(lastmodifieddate>?)",
		"SELECT id FROM q_customer WHERE lastmodifieddate >= ?":                              "(lastmodifieddate>?)",
	} {
		args := make([]any, strings.Count(query, "?"))
		for i := range args {
			args[i] = "1"
		}
		var id, parent, unused int
		var plan string
		if err := s.reader.QueryRow("EXPLAIN QUERY PLAN "+query, args...).Scan(&id, &parent, &unused, &plan); err != nil {
			t.Fatal(query, err)
		}
		if !strings.HasPrefix(plan, "SEARCH") || !strings.Contains(plan, index) {
			t.Errorf("%s: %s, want index %s", query, plan, index)
		}
	}
}
