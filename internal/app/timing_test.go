package app

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/sluicehq/sluice/internal/client"
)

const changesFlow = `name: changes
export:
  connection: source
  sql: {query: SELECT * FROM items, key: [id]}
  key: [id]
  delta: {fields: [changed]}
steps:
  - import: {connection: files, csv: {path: out.csv, columns: [id]}}
schedule: {cron: "* * * * *", zone: UTC}
`

// A flow that is due runs by itself, reads what the database's clock says has changed,
// and moves its watermark.
func TestAScheduledDeltaFlow(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "source.db")
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.Exec("CREATE TABLE items (id INTEGER PRIMARY KEY, changed TEXT); INSERT INTO items VALUES (1, '2026-01-01T00:00:00Z'), (2, NULL)")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	began := time.Now()
	s := start(t, func(c *Config) {
		c.Clock = func() time.Time { return began.Add(60 * time.Since(began)) } // a minute passes in a second
	})
	set := client.FileSet{Flows: []client.FlowFile{{Path: "changes.yaml", Text: changesFlow}}, Connections: []client.ConnectionFile{filesConnection(dir),
		{Path: "connections.yaml", Name: "source", Kind: "sqlite", Settings: map[string]string{"path": path}}}}
	if _, err := s.local.Apply(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second)
	for ticker := time.NewTicker(50 * time.Millisecond); ; <-ticker.C {
		w, err := s.local.GetWatermark(t.Context(), "changes", client.GetWatermarkQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if w.Valid {
			if w.At.Before(began.Add(-time.Minute)) || w.At.After(time.Now().Add(time.Minute)) {
				t.Errorf("the watermark is %s, which is not the database's time", w.At)
			}
			run, err := s.local.GetRun(t.Context(), w.RunID)
			if err != nil || run.Kind != "scheduled" || run.Counts.Written != 2 {
				t.Errorf("%+v, %v", run, err)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(fmt.Sprint("the flow did not run: ", s.log.String()))
		}
	}
}
