package app

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/setting"
	"github.com/sluicehq/sluice/internal/client"
)

// What the settings say holds for everything that the server keeps, without a restart. To
// see a part of it fail, let what removes it go by a time of its own.
func TestSettingsReachEverythingThatIsKept(t *testing.T) {
	var ahead atomic.Int64
	s := &village{server: start(t, func(c *Config) {
		c.Idle = true
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})}
	ctx, st := t.Context(), s.core.store
	_, err := s.local.CreateConnection(ctx, client.ConnectionInput{Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}})
	noError(t, err)
	id := s.connection(t, "files").ID
	_, err = s.local.PutFlow(ctx, "orders", client.FlowText{Text: "name: orders\nexport:\n  connection: files\n  csv: {path: in.csv}\nsteps:\n  - import:\n      connection: files\n      csv: {path: out.csv, columns: [id]}\n"})
	noError(t, err)
	run := s.ended(t, "orders")
	failed := s.recordError(t, "orders", run)
	noError(t, s.core.store.SetErrorState(ctx, []int64{failed}, sluice.ErrorChange{State: sluice.ErrorResolved, By: "local", At: s.core.clock()}))
	now := s.core.clock()
	noError(t, st.PutTraffic(ctx, "p", now, map[int64][]byte{run: []byte("{}")}))
	noError(t, st.PutSlots(ctx, []sluice.SlotMinute{{Minute: now, Account: "1", Process: "p", Body: []byte("{}")}}))
	noError(t, st.AppendDebug(ctx, []sluice.DebugEntry{{ConnectionID: id, At: now, Method: "GET"}}))

	settings, err := s.local.GetSettings(ctx)
	noError(t, err)
	_, err = s.local.PutSettings(ctx, client.SettingsChange{Revision: settings.Revision, Values: map[string]int64{
		setting.Errors: 2, setting.Requests: 2, setting.Slots: 2, setting.Debug: 2, setting.Messages: 2, setting.Trash: 2, setting.Audit: 90}})
	noError(t, err)
	sweep := func() {
		s.core.debug.Tidy(ctx)
		s.core.traffic.Tidy(ctx)
		noError(t, s.core.errorCare().Sweep(ctx))
		noError(t, s.office().Purge(ctx))
		noError(t, s.traces().Sweep(ctx))
		noError(t, s.core.house().Today(ctx))
	}
	count := func() map[string]int {
		t.Helper()
		errs, err := st.RecordErrors(ctx, sluice.ErrorFilter{})
		noError(t, err)
		requests, err := st.Traffic(ctx, run)
		noError(t, err)
		slots, err := st.SlotMinutes(ctx, "", time.Time{})
		noError(t, err)
		entries, err := st.DebugEntries(ctx, id, 0, 0)
		noError(t, err)
		return map[string]int{"errors": len(errs), "requests": len(requests), "slots": len(slots), "debug": len(entries)}
	}
	ahead.Store(int64(47 * time.Hour))
	sweep()
	for what, n := range count() {
		if n == 0 {
			t.Errorf("%s are gone before their two days are over", what)
		}
	}
	ahead.Store(int64(49 * time.Hour))
	excess, err := s.local.GetExcess(ctx, client.GetExcessQuery{})
	noError(t, err)
	for _, e := range excess.Items {
		if want := e.Name == setting.Errors || e.Name == setting.Requests || e.Name == setting.Slots || e.Name == setting.Debug; (e.Remove == 1) != want {
			t.Errorf("of what would go it is said: %+v", e)
		}
	}
	sweep()
	for what, n := range count() {
		if n != 0 {
			t.Errorf("%d %s are kept for more than two days", n, what)
		}
	}
	noError(t, s.local.DeleteFlow(ctx, "orders"))
	noError(t, s.local.DeleteConnection(ctx, "files"))
	trash, err := s.local.ListDeletedConnections(ctx)
	noError(t, err)
	if d := trash.Items[0]; d.PurgeAt.Sub(d.DeletedAt) != 48*time.Hour {
		t.Errorf("a deleted connection is kept for %s", d.PurgeAt.Sub(d.DeletedAt))
	}
}

// Errors of a deleted flow go by the server's days; nobody else would look after them.
func TestErrorsOfDeletedFlowsGo(t *testing.T) {
	var ahead atomic.Int64
	s := &village{server: start(t, func(c *Config) {
		c.Idle = true
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})}
	ctx := t.Context()
	_, err := s.local.CreateConnection(ctx, client.ConnectionInput{Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}})
	noError(t, err)
	_, err = s.local.PutFlow(ctx, "orders", client.FlowText{Text: "name: orders\nexport:\n  connection: files\n  csv: {path: in.csv}\nsteps:\n  - import:\n      connection: files\n      csv: {path: out.csv, columns: [id]}\n"})
	noError(t, err)
	open, resolved := s.recordError(t, "orders", s.ended(t, "orders")), s.recordError(t, "orders", s.ended(t, "orders"))
	noError(t, s.core.store.SetErrorState(ctx, []int64{resolved}, sluice.ErrorChange{State: sluice.ErrorResolved, By: "local", At: s.core.clock()}))
	noError(t, s.local.DeleteFlow(ctx, "orders"))
	ahead.Store(int64(31 * 24 * time.Hour))
	noError(t, s.core.errorCare().Sweep(ctx))
	left, err := s.core.store.RecordErrors(ctx, sluice.ErrorFilter{})
	noError(t, err)
	if len(left) != 1 || left[0].ID != open {
		t.Errorf("left are %d errors, want the open one alone", len(left))
	}
}

// Licences are told by every build: what was collected, or that nothing was.
func TestLicences(t *testing.T) {
	s := start(t, func(c *Config) { c.Idle = true })
	all, err := s.local.ListLicences(t.Context())
	noError(t, err)
	if all.Licence != "Apache-2.0" || all.Complete == (len(all.Items) == 0) {
		t.Errorf("complete is %v with %d parts, of %s", all.Complete, len(all.Items), all.Licence)
	}
	for _, part := range all.Items {
		text, err := s.local.GetLicence(t.Context(), part.Text)
		if err != nil || len(text.Text) < 100 || part.Licence == "" {
			t.Errorf("%+v: %v", part, err)
		}
	}
	if _, err := s.local.GetLicence(t.Context(), "absent"); err == nil {
		t.Error("a text that is not there is told")
	}
}
