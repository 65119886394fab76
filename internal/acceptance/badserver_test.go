package acceptance

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluicehq/sluice/emulator/failure"
)

// A NetSuite that does not answer fails the run, not its records. What became of
// the requests that were sent is found out when it is back.
func TestANetSuiteThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		mode wireMode
		says complaint
	}{
		{"accepts and never replies", wireDeaf, complaint{"connection.timeout", "did not answer in time", "connection netsuite", "timeout"}},
		{"works and never replies", wireMute, complaint{"connection.timeout", "did not answer in time", "connection netsuite", "timeout"}},
		{"breaks connections", wireCut, complaint{"connection.unreachable", "cannot be reached", "connection netsuite", "network"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, setup{wired: true, netsuite: `timeout: "400ms"`})
			b.wire.set(c.mode)
			r := b.failed("people-in", c.says)
			b.wire.set(wireSound)
			if n := len(b.arrived()); n > 0 {
				t.Fatalf("%d records arrived", n)
			}
			b.resumed(r)
		})
	}
}

// A NetSuite that falls silent in the middle of a run, while it goes on working:
// the records whose answers were lost are found again, not sent again.
func TestANetSuiteThatFallsSilent(t *testing.T) {
	t.Parallel()
	b := newBench(t, setup{rows: 40, wired: true, netsuite: `timeout: "400ms"`, onWrite: 3, then: func(b *bench) error {
		b.wire.set(wireMute)
		return nil
	}})
	r := b.failed("people-in", complaint{"connection.timeout", "did not answer in time", "connection netsuite", "timeout"})
	b.wire.set(wireSound)
	if n := len(b.arrived()); n < 3 || n == b.rows {
		t.Fatalf("%d of %d records arrived", n, b.rows)
	}
	b.resumed(r)
}

// A NetSuite that refuses connections, because nobody listens, is told apart from
// one that does not answer.
func TestANetSuiteThatRefusesConnections(t *testing.T) {
	t.Parallel()
	b := newBench(t, setup{})
	closed := newWire(t, "")
	b.must(closed.listen.Close())
	b.must(b.edit("--set", "base_url=http://"+closed.addr()))
	r := b.failed("people-in", complaint{"connection.unreachable", "connection refused", "connection netsuite", "network"})
	b.must(b.edit("--set", "base_url="+b.account.Credentials().BaseURL))
	b.resumed(r)
}

// A refusal for concurrency is a wait, never a failed record and never a failed run.
func TestRefusalsForConcurrencyFailNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, setup{rows: 30})
	b.must(b.account.Faults().Add(failure.Rule{Name: "storm", Path: "/record/v1/", Effect: failure.TooMany, Probability: 0.5, Count: 25}))
	if r := b.flow("people-in"); r.Counts.Written != 30 {
		t.Fatalf("the run has %+v", r.Counts)
	}
	if fired := b.account.Faults().Stats()[0].Fired; fired < 10 {
		t.Fatalf("only %d requests were refused", fired)
	}
	b.holds(1, 30)
}

const customersOut = `
name: customers-out
export:
  connection: netsuite
  suiteql:
    query: %s
    key: [%s]
steps:
  - import:
      connection: files
      csv: {path: out.csv, columns: [id, companyname]}
pages: {size: 4}
`

// A query that NetSuite refuses, or that would pass over rows, fails the run, and
// no file appears.
func TestABadQueryFailsTheRun(t *testing.T) {
	const sound = "SELECT id, companyname FROM customer WHERE companyname LIKE 'Mishap %'"
	cases := []struct {
		name, query, key string
		says             complaint
	}{
		{"unknown column", "SELECT id, colour FROM customer", "id", complaint{"netsuite.refused", "'colour'", "export.suiteql.query", "Records Catalog"}},
		{"unknown table", "SELECT id FROM customers", "id", complaint{"netsuite.refused", "customers", "export.suiteql.query", "Records Catalog"}},
		{"not SQL", "SELECT id, FROM customer", "id", complaint{"netsuite.refused", "Invalid or unsupported search", "export.suiteql.query", ""}},
		{"key not among the columns", sound, "number", complaint{"netsuite.refused", "'number'", "export.suiteql.query", "its key"}},
		{"key not unique", "SELECT l.transaction AS id, l.id AS companyname FROM transactionline l", "id", complaint{"source.key", "not unique", "export.suiteql.key", "unique together"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, setup{})
			b.flow("people-in")
			b.apply("", map[string]string{"customers-out": fmt.Sprintf(customersOut, c.query, c.key)})
			b.failed("customers-out", c.says)
			if _, err := os.Stat(filepath.Join(b.files, "out.csv")); err == nil {
				t.Fatal("the file is there")
			}
			b.apply("", map[string]string{"customers-out": fmt.Sprintf(customersOut, sound, "id")})
			if r := b.flow("customers-out"); r.Counts.Written != 9 {
				t.Fatalf("the mended flow has %+v", r.Counts)
			}
		})
	}
}
