package restored

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/archive"
)

var (
	backupAt   = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	restoredAt = backupAt.Add(time.Hour)
)

// memory is settings and a ledger.
type memory struct {
	settings map[string]string
	ledger   map[string]sluice.LedgerEntry
}

func (m *memory) Setting(_ context.Context, name string) (string, error) {
	return m.settings[name], nil
}

func (m *memory) SwapSetting(_ context.Context, name, old, value string) (bool, error) {
	if m.settings[name] != old {
		return false, nil
	}
	m.settings[name] = value
	return true, nil
}

func (m *memory) LedgerEntries(_ context.Context, _, _ string, keys []string) (map[string]sluice.LedgerEntry, error) {
	out := map[string]sluice.LedgerEntry{}
	for _, key := range keys {
		if e, ok := m.ledger[key]; ok {
			out[key] = e
		}
	}
	return out, nil
}

// system is a destination that has some records, and says nothing of others.
type system struct {
	System
	there, silent []string
	written       []string
	asked         []*sluice.Intent
}

func (s *system) OpenImport(context.Context, *sluice.Connection, *sluice.Import, sluice.ImportOptions) (sluice.Writer, error) {
	return &destination{s}, nil
}

type destination struct{ *system }

func (d *destination) Traits() sluice.Traits {
	return sluice.Traits{SendWindow: time.Minute, Settle: time.Minute, ExternalIDs: true}
}
func (d *destination) Prepare(context.Context, []*sluice.Intent) error { return nil }
func (d *destination) Finish(context.Context) error                    { return nil }
func (d *destination) Close() error                                    { return nil }

func (d *destination) Write(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	var out []sluice.Result
	for _, i := range intents {
		d.written = append(d.written, i.Key)
		out = append(out, sluice.Result{State: sluice.ResultWritten, Created: true})
	}
	return out, nil
}

func (d *destination) Reconcile(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	var out []sluice.Result
	d.asked = append(d.asked, intents...)
	for _, i := range intents {
		switch {
		case slices.Contains(d.there, i.Key):
			out = append(out, sluice.Result{State: sluice.ResultWritten, ID: "7"})
		case slices.Contains(d.silent, i.Key):
			out = append(out, sluice.Result{State: sluice.ResultUnknown})
		default:
			out = append(out, sluice.Result{State: sluice.ResultAbsent})
		}
	}
	return out, nil
}

func newMemory(t *testing.T) *memory {
	t.Helper()
	text, err := (&Mark{BackupAt: backupAt, RestoredAt: restoredAt, Flows: []archive.HeldFlow{{ID: "f1", Name: "orders"}, {ID: "f2", Name: "prices"}}}).Text()
	if err != nil {
		t.Fatal(err)
	}
	return &memory{settings: map[string]string{setting: text}, ledger: map[string]sluice.LedgerEntry{}}
}

var netsuite = &sluice.Connection{Name: "netsuite", Kind: sluice.KindNetSuite}

func intents(operation sluice.Operation, keys ...string) []*sluice.Intent {
	var list []*sluice.Intent
	for _, key := range keys {
		list = append(list, &sluice.Intent{Key: key, Operation: operation, Before: "a mark", SettlesAt: restoredAt.Add(time.Hour)})
	}
	return list
}

func states(results []sluice.Result) []sluice.ResultState {
	var list []sluice.ResultState
	for _, r := range results {
		list = append(list, r.State)
	}
	return list
}

// Records that the ledger knows nothing newer of are looked for, as if they had been meant
// when the backup was made; the others are written, or refused where nobody can tell.
func TestWhatIsLookedFor(t *testing.T) {
	m, s := newMemory(t), &system{there: []string{"there", "known"}, silent: []string{"silent"}}
	m.ledger["known"] = sluice.LedgerEntry{State: sluice.LedgerRefused, UpdatedAt: restoredAt.Add(time.Minute)}
	m.ledger["older"] = sluice.LedgerEntry{State: sluice.LedgerDelivered, UpdatedAt: backupAt.Add(-time.Minute)}
	m.ledger["broken-off"] = sluice.LedgerEntry{State: sluice.LedgerIntended, UpdatedAt: restoredAt.Add(time.Minute)}
	g := &Guard{System: s, Store: m}
	w, err := g.OpenImport(t.Context(), netsuite, &sluice.Import{}, sluice.ImportOptions{FlowID: "f1", Flow: "orders", Step: "import"})
	if err != nil {
		t.Fatal(err)
	}
	list := intents(sluice.Add, "there", "new", "known", "older", "broken-off", "silent")
	if err := w.Prepare(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	results, err := w.Write(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	written, refused := sluice.ResultWritten, sluice.ResultRefused
	if got := states(results); !slices.Equal(got, []sluice.ResultState{written, written, written, written, written, refused}) || results[5].Failure.Code != "restore.unsure" || results[0].ID != "7" {
		t.Errorf("results %+v", results)
	}
	slices.Sort(s.written)
	if !slices.Equal(s.written, []string{"broken-off", "known", "new", "older"}) {
		t.Errorf("written %v", s.written)
	}
	for _, i := range s.asked {
		if !i.SettlesAt.Equal(backupAt.Add(2*time.Minute)) || i.Before != "" {
			t.Errorf("asked for %+v", i)
		}
	}
	if list[0].Before != "a mark" || !list[0].SettlesAt.Equal(restoredAt.Add(time.Hour)) {
		t.Error("the engine's own intents were changed")
	}
	s.asked, s.written = nil, nil
	if _, err := w.Write(t.Context(), intents(sluice.Upsert, "there")); err != nil || len(s.asked) != 0 || len(s.written) != 1 {
		t.Errorf("an upsert was looked for: %v, %v", s.asked, err)
	}
}

func TestWhatCannotBeLookedFor(t *testing.T) {
	http, files := &sluice.Connection{Kind: sluice.KindHTTP}, &sluice.Connection{Kind: "files"}
	for name, tt := range map[string]struct {
		c    *sluice.Connection
		i    sluice.Import
		asks bool
	}{
		"add":                   {netsuite, sluice.Import{}, true},
		"transform":             {netsuite, sluice.Import{Operation: sluice.Transform}, true},
		"upsert":                {netsuite, sluice.Import{Operation: sluice.Upsert}, true},
		"delete":                {netsuite, sluice.Import{Operation: sluice.Delete}, true},
		"append":                {netsuite, sluice.Import{Operation: sluice.Append}, false},
		"file":                  {files, sluice.Import{CSV: &sluice.CSVImport{}}, false},
		"rows":                  {&sluice.Connection{Kind: "sqlite"}, sluice.Import{}, false},
		"rows by key":           {&sluice.Connection{Kind: "sqlite"}, sluice.Import{Operation: sluice.Upsert}, true},
		"HTTP without lookup":   {http, sluice.Import{HTTP: &sluice.HTTPImport{}}, false},
		"HTTP with lookup":      {http, sluice.Import{HTTP: &sluice.HTTPImport{Lookup: &sluice.HTTPLookup{}}}, true},
		"RESTlet with nothing":  {netsuite, sluice.Import{RESTlet: &sluice.RESTletImport{}}, false},
		"RESTlet with a lookup": {netsuite, sluice.Import{RESTlet: &sluice.RESTletImport{Lookup: &sluice.RESTletLookup{}}}, true},
	} {
		g := &Guard{System: &system{}, Store: newMemory(t)}
		_, err := g.OpenImport(t.Context(), tt.c, &tt.i, sluice.ImportOptions{FlowID: "f1", Flow: "orders"})
		if tt.asks != (err == nil) || err != nil && sluice.ErrorCode(err) != "restore.unsure" {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := g.OpenImport(t.Context(), tt.c, &tt.i, sluice.ImportOptions{FlowID: "another"}); err != nil {
			t.Errorf("%s, in a flow that is not in doubt: %v", name, err)
		}
	}
}

func TestTrust(t *testing.T) {
	m := newMemory(t)
	if last, err := Trust(t.Context(), m, "Orders"); err != nil || last {
		t.Fatalf("%v, %v", last, err)
	}
	if _, err := Trust(t.Context(), m, "orders"); sluice.ErrorCode(err) != sluice.CodeNotFound {
		t.Errorf("trusted twice: %v", err)
	}
	if mark, err := doubts(t.Context(), m, "f1"); err != nil || mark != nil {
		t.Errorf("still in doubt: %v, %v", mark, err)
	}
	if last, err := Trust(t.Context(), m, "f2"); err != nil || !last {
		t.Errorf("%v, %v", last, err)
	}
	if mark, err := Show(t.Context(), m); err != nil || mark != nil {
		t.Errorf("%v, %v", mark, err)
	}
}
