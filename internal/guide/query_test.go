package guide_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/guide"
)

func TestTables(t *testing.T) {
	for _, tt := range []struct{ query, want string }{
		{"SELECT id FROM customer", "customer"},
		{"select c.id from Customer c where c.id > 5 order by c.id", "customer"},
		{"SELECT * FROM transaction t JOIN transactionline l ON l.transaction = t.id LEFT OUTER JOIN item i ON i.id = l.item", "item transaction transactionline"},
		{"SELECT * FROM transaction, customer c, item AS i WHERE c.id IN (1, 2)", "customer item transaction"},
		{"SELECT a, (SELECT max(x) FROM location) FROM department WHERE id IN (SELECT d FROM employee)", "department employee location"},
		{"SELECT * FROM (SELECT id FROM vendor) v, (account a JOIN currency c ON c.id = a.currency)", "account currency vendor"},
		{"WITH recent (id) AS (SELECT id FROM transaction), named AS (SELECT id FROM recent) SELECT * FROM named JOIN customer ON 1 = 1", "customer transaction"},
		{"SELECT id FROM customer UNION ALL SELECT id FROM vendor", "customer vendor"},
		{"SELECT EXTRACT(YEAR FROM trandate), TRIM(BOTH ' ' FROM name) FROM transaction", "transaction"},
		{"SELECT 'FROM subsidiary', \"from\" FROM customer -- FROM item\n/* FROM vendor */ WHERE x = 'it''s FROM contact'", "customer"},
		{"SELECT BUILTIN.DF(t.entity) AS customer, t.id FROM transaction t GROUP BY t.id, t.entity", "transaction"},
		{`SELECT id FROM "Customer"`, "customer"},
		{"SELECT 1 FROM dual", "dual"},
		{"", ""},
		{"no query at all", ""},
		{")))((( FROM", ""},
	} {
		if got := strings.Join(guide.Tables(tt.query), " "); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.query, got, tt.want)
		}
	}
}

func FuzzTables(f *testing.F) {
	f.Add("WITH a AS (SELECT 1 FROM b) SELECT * FROM a, (c JOIN d ON 1=1) WHERE e IN (SELECT f FROM g)")
	f.Add("SELECT 'open FROM x")
	f.Add("FROM /* open")
	f.Fuzz(func(t *testing.T, query string) {
		got := guide.Tables(query)
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Errorf("not sorted, or twice: %q", got)
		}
		for _, name := range got {
			if !strings.Contains(strings.ToLower(query), name) {
				t.Errorf("the query %q does not name %q", query, name)
			}
		}
	})
}
