package suiteql

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/reference"
)

var (
	sqlBlock    = regexp.MustCompile("(?s)```sql\n(.*?)```")
	placeholder = regexp.MustCompile(`<([A-Z_]+)>|\[(start|end|type)\]`)
)

// The queries that Oracle publishes as patterns must run. Those with
// WITH, which the same texts say is not always taken, must be refused.
func TestPublishedQueries(t *testing.T) {
	root := reference.Path(t, "fixtures/rest/oracle+netsuite-suitecloud-sdk")
	e, _ := newTestEngine(t)
	ran := 0
	err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range sqlBlock.FindAllStringSubmatch(string(text), -1) {
			ran++
			q := strings.TrimSpace(placeholder.ReplaceAllStringFunc(m[1], fill))
			got, with := ask(t, e, q), strings.HasPrefix(q, "WITH")
			// Fields that the small account lacks are no fault of the dialect.
			lacks := strings.Contains(got, "Unknown identifier 't.amount'") || strings.Contains(got, "Unknown identifier 't.foreignamount'") ||
				strings.Contains(got, "Unknown identifier 'e.companyname'")
			if refusal := strings.HasPrefix(got, "!"); refusal != with && !lacks {
				t.Errorf("%s\n%s\n%s", filepath.Base(path), q, got)
			}
		}
		return nil
	})
	if err != nil || ran < 10 {
		t.Errorf("ran %d queries: %v", ran, err)
	}
}

// fill puts a value where a published query has a placeholder.
func fill(name string) string {
	switch name = strings.ToLower(strings.Trim(name, "<>[]")); {
	case strings.Contains(name, "start"):
		return "01/01/2026"
	case strings.Contains(name, "end"):
		return "12/31/2026"
	case strings.Contains(name, "table"):
		return "account"
	case strings.Contains(name, "type"):
		return "salesord"
	}
	return "1"
}

// Queries that open-source clients of NetSuite send, in their own shapes.
func TestClientQueries(t *testing.T) {
	e, _ := newTestEngine(t)
	tests := []struct {
		q      string
		params []string
		want   string
	}{
		// the clock of the account
		{q: `SELECT TO_CHAR(CURRENT_DATE, 'YYYY-MM-DD"T"HH24:MI:SS') AS now FROM DUAL`, want: "now=2026-05-20T12:34:56"},
		// UTC as the truth beside a bound that finds it by index
		{q: `SELECT id, TO_CHAR(SYS_EXTRACT_UTC(lastmodifieddate),'YYYY-MM-DD HH24:MI:SS') AS utc FROM transaction
			WHERE lastmodifieddate >= TO_DATE('2026-06-30 00:00:00','YYYY-MM-DD HH24:MI:SS')
			AND SYS_EXTRACT_UTC(lastmodifieddate) >= TO_TIMESTAMP('2026-07-01 07:00:00','YYYY-MM-DD HH24:MI:SS') ORDER BY id ASC`,
			want: "id=101 utc=2026-07-01 07:30:00 | id=102 utc=2026-07-02 00:00:00"},
		// local time with a false Z
		{q: `SELECT TO_CHAR(lastmodifieddate,'YYYY-MM-DD"T"HH24:MI:SS"Z"') x FROM transaction WHERE id = 100`, want: "x=2026-06-30T23:30:00Z"},
		// a keyset of two columns, one of them a time
		{q: `SELECT id FROM transaction WHERE TO_CHAR(lastmodifieddate,'YYYY-MM-DD HH24:MI:SS') > ? OR (TO_CHAR(lastmodifieddate,'YYYY-MM-DD HH24:MI:SS') = ? AND id > ?)
			ORDER BY TO_CHAR(lastmodifieddate,'YYYY-MM-DD HH24:MI:SS') ASC, id ASC`, params: []string{"2026-07-01 00:30:00", "2026-07-01 00:30:00", "101"}, want: "id=102"},
		// lines beyond a key of two columns
		{q: `SELECT tl.transaction, tl.id FROM transactionline tl WHERE (tl.transaction > 102 OR (tl.transaction = 102 AND tl.id > 1)) ORDER BY tl.transaction, tl.id`,
			want: "transaction=102 id=2 | transaction=103 id=1 | transaction=103 id=2"},
		// probing a column and counting by windows
		{q: "SELECT subsidiary FROM transaction WHERE ROWNUM <= 1 ORDER BY subsidiary", want: "subsidiary=1"},
		{q: "SELECT COUNT(*) AS n FROM transaction WHERE trandate >= TO_DATE(?, 'YYYY-MM-DD') AND trandate < TO_DATE(?, 'YYYY-MM-DD')", params: []string{"2026-01-31", "2026-03-01"}, want: "n=2"},
		{q: "SELECT * FROM account WHERE id BETWEEN ? AND ?", params: []string{"-7", "1"}, want: "id=1 acctnumber=1100 fullname=Intercompany Receivable accttype=AcctRec isinactive=F"},
	}
	for _, tt := range tests {
		if got := ask(t, e, tt.q, tt.params...); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.q, got, tt.want)
		}
	}
}

// No query, however odd, may crash the engine or be its own failure (500).
func FuzzQuery(f *testing.F) {
	e, _ := newTestEngine(f)
	s := testSession(f)
	for _, q := range []string{
		"SELECT LPAD(entityid, id, ''), SUBSTR(email, ?, 2), REGEXP_REPLACE(email, '(.)', '\\1') FROM customer",
		"SELECT TO_CHAR(datecreated, 'FMMonth DDth, YYYY HH:MI a.m. TZH:TZM'), TO_DATE(?, 'DD-MON-RR') FROM customer WHERE ROWNUM < 3",
		"SELECT type, SUM(foreigntotal) OVER (ORDER BY id), TO_CHAR(foreigntotal, 'FM$9,990.00PR') FROM transaction ORDER BY 1, MOD(id, 3)",
		"SELECT UPPER(type) u, MEDIAN(trandate) FROM transaction t, customer c WHERE t.entity = c.id(+) GROUP BY UPPER(type) HAVING COUNT(*) > 0",
		"SELECT TOP 3 * FROM (SELECT id x FROM customer UNION ALL SELECT 1 FROM dual) WHERE x IN (SELECT id FROM employee) OR x BETWEEN 1 AND ?",
		"SELECT BUILTIN.DF(t.status), BUILTIN.CF(status), BUILTIN.RELATIVE_RANGES('LFQTD', 'END'), ADD_MONTHS(SYSDATE, -1) - trandate FROM transaction t",
	} {
		f.Add(q, "1")
	}
	f.Fuzz(func(t *testing.T, q, param string) {
		p, fault := e.Query(t.Context(), s, q, []string{param, param}, 10, 0)
		if fault != nil && fault.Status != 400 {
			t.Errorf("%q with %q: %v", q, param, fault)
		}
		if fault == nil && len(p.Columns) == 0 {
			t.Errorf("%q: no columns", q)
		}
	})
}
