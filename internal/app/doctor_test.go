package app

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/internal/client"
)

// emulated returns an account and the input of a connection to it.
func emulated(t *testing.T, name string) (*emulator.Emulator, client.ConnectionInput) {
	t.Helper()
	emu := emulator.Start(t, func(o *emulator.Options) { o.Empty = true })
	c := emu.Credentials()
	return emu, client.ConnectionInput{Name: name, Kind: sluice.KindNetSuite,
		Settings: map[string]string{"account": c.Account, "base_url": c.BaseURL},
		Secrets:  map[string]string{"consumer_key": c.ConsumerKey, "consumer_secret": c.ConsumerSecret, "token_id": c.TokenID, "token_secret": c.TokenSecret}}
}

// refusedLogins counts what the account's own trail has.
func refusedLogins(emu *emulator.Emulator) int {
	n := 0
	for _, entry := range emu.Account().AuditTrail() {
		if entry.Status == account.Failure {
			n++
		}
	}
	return n
}

const customerFlow = `name: customers
export:
  connection: netsuite
  suiteql:
    query: SELECT id, companyname FROM customer
    key: [id]
steps:
  - import:
      connection: files
      csv: {path: out.csv, columns: [id, companyname]}
`

func TestDiagnose(t *testing.T) {
	s := start(t)
	emu, input := emulated(t, "netsuite")
	if _, err := s.local.CreateConnection(t.Context(), input); err != nil {
		t.Fatal(err)
	}
	d, err := s.local.Diagnose(t.Context(), "netsuite")
	if err != nil || d.Verdict.Code != sluice.VerdictHealthy {
		t.Fatalf("a connection that works: %+v, %v", d, err)
	}
	if conn, err := s.local.GetConnection(t.Context(), "netsuite"); err != nil || conn.Status != string(sluice.StatusOnline) {
		t.Errorf("status %s, %v", conn.Status, err)
	}
	if err := emu.Account().Revoke(account.SeedToken); err != nil {
		t.Fatal(err)
	}
	d, err = s.local.Diagnose(t.Context(), "netsuite")
	if err != nil || d.Verdict.Code != "connection.login_refused" || d.Verdict.Steps[0].Step != "access-token" || d.Verdict.Question == "" {
		t.Fatalf("a revoked token: %+v, %v", d, err)
	}
	if conn, err := s.local.GetConnection(t.Context(), "netsuite"); err != nil || conn.Status != string(sluice.StatusOffline) || conn.Detail != d.Verdict.Summary {
		t.Errorf("status %s, detail %s, %v", conn.Status, conn.Detail, err)
	}
	if n := refusedLogins(emu); n > 2 {
		t.Errorf("%d refused logins in the account's trail", n)
	}
	events, err := s.local.ListAudit(t.Context(), client.ListAuditQuery{})
	if err != nil || !slices.ContainsFunc(events.Items, func(e client.AuditEvent) bool {
		return e.Action == "connection.diagnose" && e.Detail == d.Verdict.Code
	}) {
		t.Errorf("the audit log does not tell of it: %v", err)
	}
}

// What flows do with the connection is tried too.
func TestDiagnoseTriesFlows(t *testing.T) {
	s := start(t)
	emu, input := emulated(t, "netsuite")
	if _, err := s.local.CreateConnection(t.Context(), input); err != nil {
		t.Fatal(err)
	}
	files := client.ConnectionInput{Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}}
	if _, err := s.local.CreateConnection(t.Context(), files); err != nil {
		t.Fatal(err)
	}
	if _, err := s.local.PutFlow(t.Context(), "customers", client.FlowText{Text: customerFlow}); err != nil {
		t.Fatal(err)
	}
	if err := emu.Account().RemovePermission(account.IntegrationRole, "LIST_CUSTJOB"); err != nil {
		t.Fatal(err)
	}
	d, err := s.local.Diagnose(t.Context(), "netsuite")
	if err != nil || d.Verdict.Code != "connection.permission" || !strings.Contains(d.Verdict.Summary, "customers") {
		t.Errorf("%+v, %v", d, err)
	}
	_, err = s.local.Diagnose(t.Context(), "files")
	wantCode(t, err, "doctor.kind")
	_, err = s.local.Diagnose(t.Context(), "absent")
	wantCode(t, err, "not_found")
}

// A test that fails says what the doctor says, and both together cause two
// refused logins at most. To see it fail, let connections.TestConnection not call explain.
func TestFailedTestSaysTheSummary(t *testing.T) {
	s := start(t)
	emu, input := emulated(t, "netsuite")
	if _, err := s.local.CreateConnection(t.Context(), input); err != nil {
		t.Fatal(err)
	}
	if err := emu.Account().RemovePermission(account.IntegrationRole, account.PermissionREST); err != nil {
		t.Fatal(err)
	}
	e, err := s.local.TestConnection(t.Context(), "netsuite", client.TestConnectionQuery{})
	if err != nil || e.OK || !strings.Contains(e.Message, "The login is good, REST web services refuse it") || !strings.Contains(e.Error.Remedy, "sluice doctor netsuite") {
		t.Errorf("%+v, %v", e, err)
	}
	if n := refusedLogins(emu); n > 2 {
		t.Errorf("%d refused logins in the account's trail", n)
	}
}

func TestExplainCode(t *testing.T) {
	s := start(t)
	e, err := s.local.ExplainCode(t.Context(), "InvalidCallback http://localhost:8321/callback")
	if err != nil || len(e.Meanings) != 1 || e.Meanings[0].Step != "integration-record" {
		t.Errorf("%+v, %v", e, err)
	}
	_, err = s.local.ExplainCode(t.Context(), "NoSuchCode")
	wantCode(t, err, "not_found")
}
