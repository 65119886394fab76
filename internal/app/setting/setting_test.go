package setting_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	api "github.com/sluicehq/sluice/internal/api/setting"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/setting"
	"github.com/sluicehq/sluice/internal/app/trace"
	"github.com/sluicehq/sluice/internal/store"
)

var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// attic is a store with the rules of what is kept in it.
type attic struct {
	*setting.Rules
	store sluice.Store
	now   time.Time
}

func newAttic(t *testing.T) *attic {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	a := &attic{store: s, now: noon}
	clock, log := func() time.Time { return a.now }, slog.New(slog.DiscardHandler)
	a.Rules = &setting.Rules{Store: s, Audit: &audit.Log{Store: s, Clock: clock, Log: log}, Clock: clock, Log: log, Started: func() setting.Start { return setting.Start{} }}
	return a
}

func (a *attic) change(t *testing.T, values map[string]int) *api.Settings {
	t.Helper()
	now, err := a.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if now, err = a.ChangeSettings(t.Context(), endpoint.Local(), api.SettingsChange{Revision: now.Revision, Values: values}); err != nil {
		t.Fatal(err)
	}
	return now
}

func value(s *api.Settings, name string) int {
	return s.Items[slices.IndexFunc(s.Items, func(i api.Setting) bool { return i.Name == name })].Value
}

func (a *attic) lines(t *testing.T) []*sluice.AuditEvent {
	t.Helper()
	list, err := a.store.Audit(t.Context(), sluice.AuditFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestSettingsAreChangedAndNoted(t *testing.T) {
	a := newAttic(t)
	first, err := a.Settings(t.Context())
	if err != nil || first.Revision != 0 || value(first, setting.Runs) != 180 || value(first, setting.Audit) != 0 {
		t.Fatalf("at first %+v, %v", first, err)
	}
	for _, s := range first.Items {
		if s.Label == "" || s.Help == "" || s.Value != s.Default || s.Least > s.Most || s.Default != 0 && (s.Default < s.Least || s.Default > s.Most) || s.Default == 0 && !s.Forever {
			t.Errorf("%+v", s)
		}
	}
	after := a.change(t, map[string]int{setting.Runs: 0, setting.Slots: 5})
	if after.Revision != 1 || after.ChangedBy != endpoint.LocalName || value(after, setting.Runs) != 0 || value(after, setting.Slots) != 5 || value(after, setting.Debug) != 30 {
		t.Errorf("%+v", after)
	}
	if list := a.lines(t); len(list) != 1 || list[0].Action != "settings.update" || list[0].Detail != "runs.days 180 to 0, slots.days 3 to 5" {
		t.Errorf("noted as %+v", list)
	}
	if same := a.change(t, map[string]int{setting.Slots: 5}); same.Revision != 1 || len(a.lines(t)) != 1 {
		t.Errorf("no change is revision %d", same.Revision)
	}
	// Back at the default nothing is stored of it, so that a newer version's default counts.
	a.change(t, map[string]int{setting.Slots: 3, setting.Runs: 180})
	if text, err := a.store.Setting(t.Context(), "retention"); err != nil || strings.Contains(text, "days") {
		t.Errorf("stored is %s, %v", text, err)
	}
}

func TestChangesFromOlderSettingsAreRefused(t *testing.T) {
	a := newAttic(t)
	a.change(t, map[string]int{setting.Runs: 90})
	_, err := a.ChangeSettings(t.Context(), endpoint.Local(), api.SettingsChange{Revision: 0, Values: map[string]int{setting.Slots: 5}})
	if sluice.ErrorCode(err) != api.CodeChanged {
		t.Errorf("a change from revision 0: %v", err)
	}
	// Two that read the same revision: the store lets one of them through.
	other := *a.Rules
	other.Store = meanwhile{a.store, func() { a.change(t, map[string]int{setting.Runs: 91}) }}
	_, err = other.ChangeSettings(t.Context(), endpoint.Local(), api.SettingsChange{Revision: 1, Values: map[string]int{setting.Runs: 7}})
	if now, _ := a.Settings(t.Context()); sluice.ErrorCode(err) != api.CodeChanged || value(now, setting.Runs) != 91 {
		t.Errorf("an overtaken change: %v, runs are kept %d days", err, value(now, setting.Runs))
	}
}

// meanwhile does something before a setting is swapped.
type meanwhile struct {
	sluice.Store
	do func()
}

func (s meanwhile) SwapSetting(ctx context.Context, name, old, value string) (bool, error) {
	s.do()
	return s.Store.SwapSetting(ctx, name, old, value)
}

func TestBadValuesAreAllTold(t *testing.T) {
	a := newAttic(t)
	a.Fixed = setting.FixedBy(trace.Keep{Days: 14})
	_, err := a.ChangeSettings(t.Context(), endpoint.Local(), api.SettingsChange{Values: map[string]int{setting.Runs: -1, setting.Audit: 30, setting.Slots: 0, "slots.weeks": 1,
		setting.Traces: 7, setting.Debug: 366, setting.Messages: 60}})
	var e *sluice.Error
	if !errors.As(err, &e) || e.Code != api.CodeInvalid {
		t.Fatal(err)
	}
	var places []string
	for _, p := range e.Problems {
		places = append(places, p.Path)
		if p.Remedy == "" || p.Message == "" {
			t.Errorf("%+v", p)
		}
	}
	if want := []string{setting.Audit, setting.Debug, setting.Runs, setting.Slots, "slots.weeks", setting.Traces}; !slices.Equal(places, want) {
		t.Errorf("problems of %v, want %v", places, want)
	}
	if now, err := a.Settings(t.Context()); err != nil || now.Revision != 0 || value(now, setting.Messages) != 30 {
		t.Errorf("something of it was stored: %+v, %v", now, err)
	}
	if _, err := a.Excess(t.Context(), map[string]int{setting.Runs: -1}); sluice.ErrorCode(err) != api.CodeInvalid {
		t.Errorf("what would be removed with a bad value: %v", err)
	}
}

// A flag of the command line goes before what is stored, and is told.
func TestTheCommandLineGoesFirst(t *testing.T) {
	a := newAttic(t)
	a.change(t, map[string]int{setting.Traces: 30})
	a.Fixed = setting.FixedBy(trace.Keep{Days: 14, Megabytes: 50})
	now := a.change(t, map[string]int{setting.Traces: 14, setting.Runs: 90}) // the value as it is shown
	if i := now.Items[slices.IndexFunc(now.Items, func(i api.Setting) bool { return i.Name == setting.Traces })]; i.Value != 14 || i.FixedBy != "--trace-days" {
		t.Errorf("%+v", i)
	}
	before, bytes, err := a.Traced(t.Context())
	if err != nil || !before.Equal(noon.AddDate(0, 0, -14)) || bytes != 50<<20 {
		t.Errorf("kept from %s, %d bytes: %v", before, bytes, err)
	}
	a.Fixed = nil
	if now, _ := a.Settings(t.Context()); value(now, setting.Traces) != 30 || value(now, setting.TracesMegabytes) != 500 {
		t.Errorf("without the flags %d days are kept, %d MB", value(now, setting.Traces), value(now, setting.TracesMegabytes))
	}
}

// ended leaves a run of a flow that has ended.
func (a *attic) ended(t *testing.T, flowID string, state sluice.RunState, pages ...sluice.Page) int64 {
	t.Helper()
	ctx := t.Context()
	run := &sluice.Run{FlowID: flowID, FlowName: "orders", Revision: 1, Kind: sluice.RunManual, CreatedAt: a.now}
	if err := a.store.CreateRun(ctx, run, nil); err != nil {
		t.Fatal(err)
	}
	claimed, err := a.store.ClaimRun(ctx, "test", a.now, a.now.Add(time.Hour))
	if err != nil || claimed == nil {
		t.Fatal(claimed, err)
	}
	f := sluice.Fence{RunID: claimed.ID, Number: claimed.Fence}
	if err := a.store.AppendPages(ctx, f, pages, nil, false, nil); err != nil {
		t.Fatal(err)
	}
	if err := a.store.EndRun(ctx, f, state, nil, a.now); err != nil {
		t.Fatal(err)
	}
	return run.ID
}

func (a *attic) flow(t *testing.T) string {
	t.Helper()
	f := &sluice.FlowRevision{Enabled: true, CreatedAt: noon, Flow: sluice.Flow{Name: "orders", Export: sluice.Export{Key: []string{"id"}}}}
	if err := a.store.SaveFlow(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	return f.FlowID
}

func (a *attic) runs(t *testing.T) (ids []int64) {
	t.Helper()
	list, err := a.store.Runs(t.Context(), sluice.RunFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return ids
}

// Runs go when their days are over, as was said before; those that something needs stay.
// What each of them stays for is in the suite of stores.
func TestRunsGoWhenTheirDaysAreOver(t *testing.T) {
	a := newAttic(t)
	id := a.flow(t)
	old := a.ended(t, id, sluice.RunCompleted)
	waits := a.ended(t, id, sluice.RunFailed, sluice.Page{Number: 1, Items: []sluice.Item{{Seq: 1, Key: "A", Rows: 1, Record: sluice.Record{"id": "A"}}}})
	a.now = noon.AddDate(0, 0, 60)
	younger := a.ended(t, id, sluice.RunCompleted)
	newest := a.ended(t, id, sluice.RunCompleted)
	a.now = noon.AddDate(0, 0, 100)
	prune := func(want ...int64) {
		t.Helper()
		if err := a.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := a.runs(t); !slices.Equal(got, want) {
			t.Errorf("runs %v are left, want %v", got, want)
		}
	}
	prune(old, waits, younger, newest)
	would, err := a.Excess(t.Context(), map[string]int{setting.Runs: 50})
	if err != nil || would[0].Name != setting.Runs || would[0].Remove != 1 || would[0].Stay != 1 {
		t.Errorf("of 50 days it is said: %+v, %v", would, err)
	}
	prune(old, waits, younger, newest)
	a.change(t, map[string]int{setting.Runs: 50})
	prune(waits, younger, newest)
	a.now = noon.AddDate(0, 0, 111)
	prune(waits, newest)
	a.change(t, map[string]int{setting.Runs: 0})
	a.now = noon.AddDate(20, 0, 0)
	prune(waits, newest)
}

// What is removed from the audit log is noted first. Without the line nothing goes.
func TestPruningOfTheAuditLogIsNotedFirst(t *testing.T) {
	a := newAttic(t)
	a.change(t, map[string]int{setting.Audit: 90})
	a.now = noon.AddDate(0, 0, 91)
	other := *a.Rules
	other.Store = mute{a.store}
	if err := other.Prune(t.Context()); err == nil || len(a.lines(t)) != 1 {
		t.Errorf("without a line about it %d lines are left of 1: %v", len(a.lines(t)), err)
	}
	if err := a.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	list := a.lines(t)
	if len(list) != 1 || list[0].Action != "audit.prune" || list[0].Actor != setting.Keeper || !strings.HasPrefix(list[0].Detail, "1 lines from before 2026-03-05T12:00:00Z") {
		t.Errorf("left is %+v", list[0])
	}
	if err := a.Prune(t.Context()); err != nil || len(a.lines(t)) != 1 {
		t.Errorf("a day without anything to remove leaves %d lines, %v", len(a.lines(t)), err)
	}
}

// mute is a store that takes no line.
type mute struct{ sluice.Store }

func (mute) AppendAudit(context.Context, *sluice.AuditEvent) error { return errors.New("full") }

func TestFactsTellNoSecrets(t *testing.T) {
	a := newAttic(t)
	start := setting.Start{Version: "v1.2.3", DataDir: "/var/lib/sluice", DatabaseURL: "postgres://sluice:hunter2@db.example.com:5432/sluice?password=hunter2"}
	start.OIDC.Issuer, start.OIDC.Name, start.OIDC.Secret = "https://id.example.com", "Example", sluice.NewSecret("hunter2")
	start.Backup.Folder, start.Backup.Every = "/var/backups", 36*time.Hour
	a.Started = func() setting.Start { return start }
	facts, err := a.Facts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for _, f := range facts {
		told[f.Name] = f.Value
		if strings.Contains(f.Value, "hunter2") || f.Label == "" {
			t.Errorf("%+v", f)
		}
	}
	if told["database"] != "PostgreSQL, db.example.com:5432/sluice" || told["oidc"] != "Example, https://id.example.com" || told["backups"] != "every 36h, the newest 7, in /var/backups" ||
		!strings.HasSuffix(told["size"], "B") || told["connections"] != "yes" || told["listen"] != "" {
		t.Errorf("%v", told)
	}
	start.DatabaseURL = "sqlite:/var/lib/sluice/sluice.db"
	if facts, _ = a.Facts(t.Context()); facts[2].Value != "SQLite, /var/lib/sluice/sluice.db" {
		t.Errorf("%+v", facts[2])
	}
}
