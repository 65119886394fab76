package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/internal/client"
)

func (s *server) create(t *testing.T, in client.ConnectionInput) {
	t.Helper()
	if _, err := s.local.CreateConnection(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// fact returns a line of evidence.
func fact(e *client.Evidence, name string) client.Fact {
	for _, f := range e.Facts {
		if f.Name == name {
			return f
		}
	}
	return client.Fact{}
}

func TestEvidenceIsKept(t *testing.T) {
	s := start(t)
	emu, input := emulated(t, "netsuite")
	input.Settings["timezone"] = "Europe/Berlin" // the account works in America/Los_Angeles
	s.create(t, input)
	e, err := s.local.TestConnection(t.Context(), "netsuite", client.TestConnectionQuery{})
	if err != nil || !e.OK || e.Message != sluice.WorkingGreat {
		t.Fatalf("%+v, %v", e, err)
	}
	if f := fact(e, "Time zone"); f.OK || !strings.Contains(f.Value, "America/Los_Angeles") {
		t.Errorf("a zone that contradicts: %+v", f)
	}
	if f := fact(e, "Permissions"); !f.OK || f.Value != "no flow uses the connection yet" {
		t.Errorf("%+v", f)
	}
	if f := fact(e, "WSDL version"); f.Name != "" {
		t.Errorf("the newest version is told of: %+v", f)
	}
	conn, err := s.local.GetConnection(t.Context(), "netsuite")
	if err != nil || conn.Identity == nil || conn.Identity.RoleName == "" || conn.Identity.Timezone != "America/Los_Angeles" {
		t.Errorf("identity: %+v, %v", conn.Identity, err)
	}
	if d, err := s.local.Diagnose(t.Context(), "netsuite"); err != nil || d.Verdict.Code != "connection.time_zone" {
		t.Errorf("the doctor says %+v, %v", d.Verdict, err)
	}
	s.create(t, client.ConnectionInput{Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}})
	if _, err := s.local.PutFlow(t.Context(), "customers", client.FlowText{Text: customerFlow}); err != nil {
		t.Fatal(err)
	}
	if err := emu.Account().RemovePermission(account.IntegrationRole, "LIST_CUSTJOB"); err != nil {
		t.Fatal(err)
	}
	e, err = s.local.TestConnection(t.Context(), "netsuite", client.TestConnectionQuery{})
	if f := fact(e, "Permissions"); err != nil || !e.OK || f.OK || !strings.Contains(f.Value, "customers") {
		t.Errorf("a role that lacks a permission: %+v, %v", f, err)
	}
	_, err = s.local.TestConnection(t.Context(), "files", client.TestConnectionQuery{Write: "customer"})
	wantCode(t, err, "connection.write_check")
	full := emulator.Start(t).Credentials()
	s.create(t, client.ConnectionInput{Name: "full", Kind: sluice.KindNetSuite, Settings: map[string]string{"account": full.Account, "base_url": full.BaseURL, "wsdl_version": "2023.1"},
		Secrets: map[string]string{"consumer_key": full.ConsumerKey, "consumer_secret": full.ConsumerSecret, "token_id": full.TokenID, "token_secret": full.TokenSecret}})
	e, err = s.local.TestConnection(t.Context(), "full", client.TestConnectionQuery{Write: "vendor"})
	if f := fact(e, "Write"); err != nil || !e.OK || !f.OK || !strings.HasPrefix(f.Value, "made and deleted vendor ") {
		t.Errorf("write check: %+v, %v", e, err)
	}
	if f := fact(e, "WSDL version"); f.OK || !strings.HasPrefix(f.Value, "2023.1: NetSuite ") || !strings.HasSuffix(f.Value, "; choose 2025.2") {
		t.Errorf("a version without support: %+v", f)
	}
	if d, err := s.local.Diagnose(t.Context(), "full"); err != nil || d.Verdict.Code != sluice.VerdictHealthy || !slices.ContainsFunc(d.Path[0].Findings, func(f client.Finding) bool { return f.Asked == "WSDL version 2023.1" }) {
		t.Errorf("the doctor on a version without support: %+v, %v", d, err)
	}
}

// A form is tested as it stands: what it leaves out is the stored connection's, and
// nothing is stored.
func TestCheckOfAForm(t *testing.T) {
	s := start(t)
	_, input := emulated(t, "netsuite")
	check := func(in client.ConnectionInput) *client.Evidence {
		t.Helper()
		e, err := s.local.CheckConnection(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	if e := check(input); !e.OK {
		t.Errorf("a new one: %+v", e.Error)
	}
	if list, err := s.local.ListConnections(t.Context()); err != nil || len(list.Items) != 0 {
		t.Errorf("it was stored: %+v, %v", list, err)
	}
	s.create(t, input)
	stored, err := s.local.GetConnection(t.Context(), "netsuite")
	if err != nil {
		t.Fatal(err)
	}
	form := client.ConnectionInput{ID: stored.ID, Name: stored.Name, Kind: stored.Kind, Settings: stored.Settings, Secrets: stored.Secrets}
	if e := check(form); !e.OK {
		t.Errorf("with the fingerprints: %+v", e.Error)
	}
	form.Secrets = map[string]string{"token_secret": "made-up-and-wrong"}
	if e := check(form); e.OK || e.Error == nil {
		t.Error("a wrong secret passes")
	}
	form.Settings = map[string]string{"account": "no account"}
	if e := check(form); e.OK || e.Error == nil || !strings.HasPrefix(e.Error.Code, "connection.") {
		t.Errorf("a wrong account: %+v", e)
	}
	if now, err := s.local.GetConnection(t.Context(), "netsuite"); err != nil || now.Status != string(sluice.StatusUntested) || now.Secrets["token_secret"] != stored.Secrets["token_secret"] {
		t.Errorf("the stored one changed: %+v, %v", now, err)
	}
}

// run starts a flow and waits for its end.
func (s *server) run(t *testing.T, flow string) *client.Run {
	t.Helper()
	run, err := s.local.StartRun(t.Context(), flow)
	for err == nil && !sluice.RunState(run.State).Ended() {
		select {
		case <-t.Context().Done():
			t.Fatal("the run does not end")
		case <-time.After(2 * time.Millisecond): // the API has no signal for the end of a run
		}
		run, err = s.local.GetRun(t.Context(), run.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// Take Keeper.Watch away from the engine's connector, and both ends fail.
func TestRunsKeepTheStatus(t *testing.T) {
	s := start(t)
	emu, input := emulated(t, "netsuite")
	s.create(t, input)
	s.create(t, client.ConnectionInput{Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}})
	if _, err := s.local.PutFlow(t.Context(), "customers", client.FlowText{Text: customerFlow}); err != nil {
		t.Fatal(err)
	}
	status := func() string {
		t.Helper()
		c, err := s.local.GetConnection(t.Context(), "netsuite")
		if err != nil {
			t.Fatal(err)
		}
		return c.Status
	}
	if run := s.run(t, "customers"); run.State != string(sluice.RunCompleted) || status() != string(sluice.StatusOnline) {
		t.Errorf("run %s, connection %s", run.State, status())
	}
	if err := emu.Account().SetState(account.SeedIntegration, account.Blocked); err != nil {
		t.Fatal(err)
	}
	if run := s.run(t, "customers"); run.State != string(sluice.RunFailed) || status() != string(sluice.StatusOffline) {
		t.Errorf("blocked: run %s, connection %s", run.State, status())
	}
	if notices, err := s.local.ListNotices(t.Context(), client.ListNoticesQuery{Open: true}); err != nil || len(notices.Items) != 1 {
		t.Errorf("notices: %+v, %v", notices, err)
	}
	if err := emu.Account().SetState(account.SeedIntegration, account.Enabled); err != nil {
		t.Fatal(err)
	}
	if run := s.run(t, "customers"); run.State != string(sluice.RunCompleted) || status() != string(sluice.StatusOnline) {
		t.Errorf("enabled again: run %s, connection %s", run.State, status())
	}
	if n := refusedLogins(emu); n > 2 {
		t.Errorf("%d refused logins", n)
	}
}

const restletFlow = `name: stock
export:
  connection: netsuite
  restlet:
    script: customscript_stock
    deployment: customdeploy_stock
    records: items
steps:
  - import:
      connection: files
      csv: {path: stock.csv, columns: [sku]}
`

func TestRESTletsOfAConnection(t *testing.T) {
	s := start(t)
	emu, input := emulated(t, "netsuite")
	err := emu.RegisterRESTlet(restlet.Script{ScriptID: "customscript_stock", DeployID: "customdeploy_stock", Name: "Stock",
		Get: func(context.Context, *restlet.Request) (any, error) {
			return map[string]any{"items": []any{map[string]any{"sku": "A"}, map[string]any{"sku": "B"}}}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	s.create(t, input)
	s.create(t, client.ConnectionInput{Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}})
	_, err = s.local.ListRESTlets(t.Context(), "netsuite")
	wantCode(t, err, "connection.suitescript_unlinked")
	_, err = s.local.ListRESTlets(t.Context(), "files")
	wantCode(t, err, "connection.wrong_kind")
	_, err = s.local.PutFlow(t.Context(), "stock", client.FlowText{Text: restletFlow})
	wantCode(t, err, "flow.invalid")
	input.Settings["suitescript"] = "yes"
	if _, err := s.local.UpdateConnection(t.Context(), "netsuite", input); err != nil {
		t.Fatal(err)
	}
	list, err := s.local.ListRESTlets(t.Context(), "netsuite")
	if err != nil || len(list.Items) != 1 || list.Items[0].ScriptID != "customscript_stock" {
		t.Fatalf("%+v, %v", list, err)
	}
	if _, err := s.local.PutFlow(t.Context(), "stock", client.FlowText{Text: restletFlow}); err != nil {
		t.Fatal(err)
	}
	if run := s.run(t, "stock"); run.State != string(sluice.RunCompleted) || run.Counts.Written != 2 {
		t.Errorf("%+v", run)
	}
	d, err := s.local.Diagnose(t.Context(), "netsuite")
	if err != nil || d.Verdict.Code != sluice.VerdictHealthy {
		t.Fatalf("%+v, %v", d, err)
	}
	if err := emu.RegisterRESTlet(restlet.Script{ScriptID: "customscript_stock", DeployID: "customdeploy_stock", Unreleased: true, Get: func(context.Context, *restlet.Request) (any, error) { return nil, nil }}); err != nil {
		t.Fatal(err)
	}
	if d, err = s.local.Diagnose(t.Context(), "netsuite"); err != nil || d.Verdict.Code != "connection.restlet_unknown" {
		t.Errorf("the doctor on a script that is taken back: %+v, %v", d.Verdict, err)
	}
}

// Nothing that the log keeps shows a secret, of NetSuite or of a database.
func TestDebugLogShowsNoSecret(t *testing.T) {
	emu, input := emulated(t, "netsuite") // its clock is the server's too
	s := start(t, func(c *Config) { c.Clock = emu.Clock().Now })
	s.create(t, input)
	log := func(name string) []client.DebugEntry {
		t.Helper()
		list, err := s.local.DebugLog(t.Context(), name, client.DebugLogQuery{Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		return list.Items
	}
	test := func() {
		t.Helper()
		if _, err := s.local.TestConnection(t.Context(), "netsuite", client.TestConnectionQuery{}); err != nil {
			t.Fatal(err)
		}
	}
	if test(); len(log("netsuite")) != 0 {
		t.Error("it logs before it is switched on")
	}
	conn, err := s.local.SetDebug(t.Context(), "netsuite", client.DebugSwitch{Minutes: 15})
	if err != nil || conn.DebugUntil.Sub(emu.Clock().Now()).Round(time.Minute) != 15*time.Minute {
		t.Fatalf("%+v, %v", conn, err)
	}
	test()
	entries := log("netsuite")
	if len(entries) < 4 || entries[0].ID < entries[len(entries)-1].ID {
		t.Fatalf("%d entries", len(entries))
	}
	for _, e := range entries {
		for field, secret := range input.Secrets {
			if strings.Contains(e.Request+e.Response+e.URL+e.Error, secret) {
				t.Errorf("%s shows in %+v", field, e)
			}
		}
		if !strings.Contains(e.Request, "Authorization: OAuth realm, oauth_consumer_key=secret:") || e.Status == 0 {
			t.Errorf("%+v", e)
		}
	}
	emu.Clock().Advance(16 * time.Minute)
	if test(); len(log("netsuite")) != len(entries) {
		t.Error("it does not end")
	}
	if err := s.local.ClearDebug(t.Context(), "netsuite"); err != nil || len(log("netsuite")) != 0 {
		t.Errorf("clear: %v", err)
	}
	_, err = s.local.SetDebug(t.Context(), "netsuite", client.DebugSwitch{Minutes: 61})
	if err == nil {
		t.Error("61 minutes are taken")
	}
	file := filepath.Join(t.TempDir(), "empty.db") // an empty file is an empty database
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.create(t, client.ConnectionInput{Name: "db", Kind: sluice.KindSQLite, Settings: map[string]string{"path": file}})
	if _, err := s.local.SetDebug(t.Context(), "db", client.DebugSwitch{Minutes: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.local.TestConnection(t.Context(), "db", client.TestConnectionQuery{}); err != nil {
		t.Fatal(err)
	}
	if list := log("db"); len(list) == 0 || list[0].Method != "QUERY" {
		t.Errorf("%+v", list)
	}
}
