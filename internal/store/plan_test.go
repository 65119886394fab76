package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
	"github.com/sluicehq/sluice/internal/store/recorderror"
	"github.com/sluicehq/sluice/internal/store/retention"
)

// explainer asks the database how it would answer a query, in place of the query.
type explainer struct {
	query.Database
	query.Querier
	plan []string
}

var errExplained = errors.New("explained")

func (e *explainer) Read() query.Querier { return e }

func (e *explainer) Select(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	scan := func(row query.Scanner) (step string, err error) {
		var ignored int64
		return step, row.Scan(&ignored, &ignored, &ignored, &step)
	}
	plan, err := query.All(ctx, e.Querier, scan, "EXPLAIN QUERY PLAN "+text, args...)
	e.plan = plan
	return nil, errors.Join(errExplained, err)
}

// A list of errors is read in the order of an index, a page at a time: however many
// there are, none is sorted, and none is read that stands before the page. Without an
// index of record_errors that a row of the table needs, the test fails.
func TestErrorListsFollowAnIndex(t *testing.T) {
	opened, err := Open(t.Context(), filepath.Join(t.TempDir(), "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	db := opened.(*DB)
	for name, f := range map[string]sluice.ErrorFilter{
		"all":              {Before: 99_000},
		"open":             {State: sluice.ErrorOpen, Before: 99_000},
		"of a flow":        {FlowID: "f", Before: 99_000},
		"open of a flow":   {FlowID: "f", State: sluice.ErrorOpen, Before: 99_000},
		"with a code":      {State: sluice.ErrorOpen, FlowID: "f", Step: "import", Code: "USER_ERROR", Before: 99_000},
		"of somebody":      {Assignee: "ann@example.com", Before: 99_000},
		"by number":        {IDs: []int64{1, 2}},
		"brief, by states": {State: sluice.ErrorResolved, Before: 99_000, Brief: true},
	} {
		t.Run(name, func(t *testing.T) {
			e := &explainer{Database: db, Querier: db.Read()}
			if _, err := (recorderror.Errors{Database: e}).RecordErrors(t.Context(), f); !errors.Is(err, errExplained) {
				t.Fatal(err)
			}
			for _, step := range e.plan {
				if strings.Contains(step, "TEMP B-TREE") || strings.HasPrefix(step, "SCAN record_errors") {
					t.Errorf("the list is answered by: %s", strings.Join(e.plan, "; "))
				}
			}
			if len(e.plan) == 0 {
				t.Error("the database does not say how")
			}
		})
	}
}

// Old runs are looked for in the order of time, a batch at a time: none is read twice, and
// none that is younger. With the states told by name the database reads all of a state, and
// sorts them for each batch.
func TestOldRunsFollowAnIndex(t *testing.T) {
	opened, err := Open(t.Context(), filepath.Join(t.TempDir(), "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	db := opened.(*DB)
	e := &explainer{Database: db, Querier: db.Read()}
	if _, err := (retention.Retention{Database: e}).PruneRuns(t.Context(), time.Now()); !errors.Is(err, errExplained) {
		t.Fatal(err)
	}
	plan := strings.Join(e.plan, "; ")
	if !strings.Contains(plan, "SEARCH r USING INDEX runs_by_time (created_at>? AND created_at<?)") || strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "SCAN") {
		t.Errorf("they are found by: %s", plan)
	}
}

// Lists of runs and of the audit log are read in the order of an index too, so that none
// is sorted. Without an index that a row of the table needs, the test fails. (Spans of
// time that end in the past and several flows are found by an index and then sorted.)
func TestListsFollowAnIndex(t *testing.T) {
	opened, err := Open(t.Context(), filepath.Join(t.TempDir(), "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	db := opened.(*DB)
	since := time.Now().Add(-time.Hour)
	plans := map[string]func() (string, []any, error){}
	for name, f := range map[string]sluice.RunFilter{
		"runs": {}, "runs behind": {Before: 99_000}, "runs of a flow": {FlowID: "f", Before: 99_000},
		"runs in a state": {States: []sluice.RunState{sluice.RunFailed}, Before: 99_000}, "runs of a flow in a state": {FlowID: "f", States: []sluice.RunState{sluice.RunFailed}},
		"runs since": {Since: since, Before: 99_000}, "runs started by": {StartedBy: "schedule", Before: 99_000},
	} {
		plans[name] = func() (string, []any, error) {
			where, err := db.read().runs(f)
			return "SELECT " + runColumns + " FROM runs" + where.text(), where.Args, err
		}
	}
	for name, f := range map[string]sluice.AuditFilter{
		"audit": {}, "audit behind": {Before: 99_000}, "audit of a thing": {Noun: "flow", NounID: "f", Before: 99_000}, "audit of a kind": {Noun: "flow", Before: 99_000},
		"audit of somebody": {Actor: "ann@example.com", Before: 99_000}, "audit of an action": {Action: "flow.save"}, "audit with a text": {Text: "revision", Before: 99_000},
		"audit since": {Since: since, Before: 99_000},
	} {
		plans[name] = func() (string, []any, error) {
			where := auditConditions(f)
			return "SELECT id, at, actor, action, noun, noun_id, detail FROM audit_events" + where.text(), where.Args, nil
		}
	}
	for name, list := range plans {
		t.Run(name, func(t *testing.T) {
			text, args, err := list()
			if err != nil {
				t.Fatal(err)
			}
			e := &explainer{Database: db, Querier: db.Read()}
			if _, err := e.Select(t.Context(), text+" ORDER BY id DESC LIMIT ?", append(args, 100)...); !errors.Is(err, errExplained) {
				t.Fatal(err)
			}
			if len(e.plan) == 0 || strings.Contains(strings.Join(e.plan, "; "), "TEMP B-TREE") {
				t.Errorf("the list is answered by: %s", strings.Join(e.plan, "; "))
			}
		})
	}
}
