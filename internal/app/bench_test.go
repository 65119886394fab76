package app

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store"
)

// BenchmarkLists measures what a person waits for where a million runs and a million
// errors are stored, of which one in ten is open.
func BenchmarkLists(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		dir := b.TempDir()
		path := filepath.Join(dir, databaseFile)
		fill(b, path, "sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: "_pragma=journal_mode(WAL)&_pragma=synchronous(0)"}).String(), numbersSQLite)
		benchmarkLists(b, func(c *Config) { c.DataDir = dir })
	})
	b.Run("postgresql", func(b *testing.B) {
		address := postgrestest.URL(b)
		fill(b, address, "pgx", address, numbersPostgreSQL)
		benchmarkLists(b, func(c *Config) { c.DatabaseURL = address })
	})
}

const (
	manyRows          = 1_000_000
	numbersSQLite     = "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000000) SELECT n FROM c)"
	numbersPostgreSQL = "(SELECT n FROM generate_series(1, 1000000) AS g(n))"
)

// fill stores twenty flows, a million runs, a million errors and a million lines of the audit log.
func fill(b *testing.B, address, driver, name, numbers string) {
	b.Helper()
	st, err := store.Open(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	var flows []*sluice.FlowRevision
	for n := range 20 {
		flows = append(flows, &sluice.FlowRevision{Enabled: true, CreatedAt: time.Now(), Flow: sluice.Flow{Name: fmt.Sprintf("flow-%02d", n)}})
	}
	if err := st.SaveFlows(b.Context(), flows); err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	flow := "(SELECT flow_id FROM flow_revisions JOIN flows ON flows.id = flow_revisions.flow_id WHERE flows.name = 'flow-' || substr('0' || (s.n % 20), length('0' || (s.n % 20)) - 1))"
	for _, statement := range []string{
		`INSERT INTO runs (flow_id, flow_name, revision, kind, state, cancel_asked, owner, fence, lease_until, export_done, bounds, counts, steps, totals, error, created_by, created_at, started_at, finished_at)
		 SELECT ` + flow + `, 'flow', 1, 'manual', CASE n % 1000 WHEN 0 THEN 'failed' ELSE 'completed' END, ` + falsehood[driver] + `, '', 1, 0, ` + truth[driver] + `, 'null',
		 '{"read":200,"rows":200,"written":199,"failed":1}', '[]', '[]', 'null', 'bench', n * CAST(1000000 AS BIGINT), n * CAST(1000000 AS BIGINT), n * CAST(1000000 AS BIGINT) FROM ` + numbers + ` AS s`,
		`INSERT INTO record_errors (flow_id, flow_name, run_id, step, seq, key, origin, row_count, code, classification, message, place, remedy, record, request, response, state, retries, retry_run, created_at, resolved_at, resolved_by)
		 SELECT ` + flow + `, 'flow', n, 'import', 1, 'key-' || n, 'row ' || n, 1, 'USER_ERROR', 'value', 'The field memo is too long.', '', '', '{"id":"1","memo":"a memo of some length"}', '', '',
		 CASE n % 10 WHEN 0 THEN 'open' ELSE 'resolved' END, 0, 0, n * CAST(1000000 AS BIGINT), n * CAST(1000000 AS BIGINT), 'bench' FROM ` + numbers + ` AS s`,
		`INSERT INTO audit_events (at, actor, action, noun, noun_id, detail) SELECT n * CAST(1000000 AS BIGINT), CASE n % 100 WHEN 0 THEN 'ann@example.com' ELSE 'schedule' END,
		 CASE n % 10 WHEN 0 THEN 'flow.save' ELSE 'run.start' END, CASE n % 10 WHEN 0 THEN 'flow' ELSE 'run' END, 'n-' || n, 'revision ' || n FROM ` + numbers + ` AS s`,
		"ANALYZE",
	} {
		if _, err := db.ExecContext(b.Context(), statement); err != nil {
			b.Fatal(err)
		}
	}
}

// How the databases write booleans.
var truth, falsehood = map[string]string{"sqlite": "1", "pgx": "true"}, map[string]string{"sqlite": "0", "pgx": "false"}

func benchmarkLists(b *testing.B, change func(*Config)) {
	s := start(b, change)
	c := s.local
	get := func(name string, do func(ctx context.Context) (int, error)) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				n, err := do(b.Context())
				if err != nil || n == 0 {
					b.Fatalf("%d entries, %v", n, err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(1000*took[len(took)/2].Seconds(), "p50-ms")
			b.ReportMetric(1000*took[len(took)*95/100].Seconds(), "p95-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
	runs := func(q client.ListRunsQuery) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) { l, err := c.ListRuns(ctx, q); return entries(l), err }
	}
	errs := func(q client.ListErrorsQuery) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			l, err := c.ListErrors(ctx, q)
			if err != nil {
				return 0, err
			}
			return len(l.Items), nil
		}
	}
	audit := func(q client.ListAuditQuery) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			l, err := c.ListAudit(ctx, q)
			if err != nil {
				return 0, err
			}
			return len(l.Items), nil
		}
	}
	at := func(n int64) time.Time { return time.Unix(n, 0) } // when the row of the number was made
	get("home", func(ctx context.Context) (int, error) {
		l, err := c.ListIntegrations(ctx)
		if err != nil {
			return 0, err
		}
		_, err = c.ListFlows(ctx)
		return len(l.Items), err
	})
	get("runs", runs(client.ListRunsQuery{}))
	get("runs-of-a-flow", runs(client.ListRunsQuery{Flow: "flow-07"}))
	get("runs-failed", runs(client.ListRunsQuery{State: []string{"failed"}}))
	get("runs-in-the-middle", runs(client.ListRunsQuery{Before: manyRows / 2}))
	get("runs-since", runs(client.ListRunsQuery{Since: at(manyRows - 10_000)}))
	get("runs-between", runs(client.ListRunsQuery{Since: at(manyRows / 2), Until: at(manyRows/2 + 10_000)}))
	get("runs-of-an-integration", runs(client.ListRunsQuery{Integration: "default", Before: manyRows / 2}))
	get("audit", audit(client.ListAuditQuery{}))
	get("audit-in-the-middle", audit(client.ListAuditQuery{Before: manyRows / 2}))
	get("audit-of-a-noun", audit(client.ListAuditQuery{Noun: "flow"}))
	get("audit-of-somebody", audit(client.ListAuditQuery{Actor: "ann@example.com", Before: manyRows / 2}))
	get("audit-with-a-rare-text", audit(client.ListAuditQuery{Text: "revision 7777"}))
	get("errors-open", errs(client.ListErrorsQuery{State: "open"}))
	get("errors-open-of-a-flow", errs(client.ListErrorsQuery{State: "open", Flow: "flow-10"}))
	get("errors-of-a-run", errs(client.ListErrorsQuery{Run: manyRows / 2}))
	get("errors-in-the-middle", errs(client.ListErrorsQuery{State: "open", Before: manyRows / 2}))
}

func entries(l *client.ListRun) int { return len(cmp.Or(l, &client.ListRun{}).Items) }
