package app

import (
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/internal/client"
)

// edited is the connection with other settings, as a form sends it: with everything
// that was read.
func edited(c *client.Connection, settings, secrets map[string]string) client.ConnectionInput {
	in := client.ConnectionInput{Name: c.Name, Kind: c.Kind, Settings: c.Settings, Secrets: c.Secrets, Candidate: c.Candidate, Previous: c.Previous, Identity: c.Identity}
	if in.Secrets == nil {
		in.Secrets = map[string]string{}
	}
	for k, v := range settings {
		in.Settings[k] = v
	}
	for k, v := range secrets {
		in.Secrets[k] = v
	}
	return in
}

// update changes a connection as a form does.
func (s *server) update(t *testing.T, name string, settings, secrets map[string]string) *client.Connection {
	t.Helper()
	old, err := s.local.GetConnection(t.Context(), name)
	s.must(t, err)
	now, err := s.local.UpdateConnection(t.Context(), name, edited(old, settings, secrets))
	s.must(t, err)
	return now
}

// online makes a connection with the seeded token, and tests it.
func (s *server) online(t *testing.T) (*emulator.Emulator, *client.Connection) {
	t.Helper()
	emu, input := emulated(t, "netsuite")
	_, err := s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	s.tested(t, "netsuite", true)
	conn, err := s.local.GetConnection(t.Context(), "netsuite")
	s.must(t, err)
	return emu, conn
}

func (s *server) tested(t *testing.T, name string, ok bool) {
	t.Helper()
	e, err := s.local.TestConnection(t.Context(), name, client.TestConnectionQuery{})
	s.must(t, err)
	if e.OK != ok {
		t.Fatalf("test of %s: %+v", name, e)
	}
}

func m2m(emu *emulator.Emulator) (settings, secrets map[string]string) {
	m := emu.M2M()
	return map[string]string{"type": sluice.AuthOAuth2M2M, "certificate_id": m.CertificateID}, map[string]string{"client_id": m.ClientID, "private_key": m.PrivateKey}
}

// A new login of a connection that works is proven before it counts, and the one
// before is one step away until it is dropped.
func TestChangeOfTypeIsProvenFirst(t *testing.T) {
	s := start(t)
	emu, before := s.online(t)
	settings, secrets := m2m(emu)
	settings["certificate_id"] = "made-up-certificate"
	bad := s.update(t, "netsuite", settings, secrets)
	if bad.Settings["type"] == sluice.AuthOAuth2M2M || bad.Status != "online" || bad.Candidate == nil || bad.Candidate.Error == nil || bad.Candidate.TriedAt.IsZero() {
		t.Fatalf("after a login that is refused: %+v, candidate %+v", bad, bad.Candidate)
	}
	if _, there := bad.Secrets["private_key"]; there || len(bad.Secrets) != 4 || !strings.HasPrefix(bad.Candidate.Secrets["private_key"], "secret:") {
		t.Errorf("secrets %v, of the candidate %v", bad.Secrets, bad.Candidate.Secrets)
	}
	s.tested(t, "netsuite", true)
	if e, err := s.local.ProveCandidate(t.Context(), "netsuite"); err != nil || e.OK {
		t.Errorf("tried again: %+v, %v", e, err)
	}

	// Another field is changed, as a form or the command line does: the candidate stays.
	old, err := s.local.GetConnection(t.Context(), "netsuite")
	s.must(t, err)
	in := edited(old, map[string]string{"concurrency": "4"}, nil)
	in.Candidate = nil
	if c, err := s.local.UpdateConnection(t.Context(), "netsuite", in); err != nil || c.Candidate == nil || c.Status != "online" {
		t.Errorf("after another change: %+v, %v", c, err)
	}

	emu.Account().Unlock(account.IntegrationUser)
	settings["certificate_id"] = emu.M2M().CertificateID
	delete(secrets, "private_key") // the candidate's is kept
	good := s.update(t, "netsuite", settings, secrets)
	if good.ID != before.ID || good.Settings["type"] != sluice.AuthOAuth2M2M || good.Status != "online" || good.Candidate != nil || len(good.Secrets) != 2 {
		t.Fatalf("after a login that works: %+v, candidate %+v", good, good.Candidate)
	}
	p := good.Previous
	if p == nil || p.Type != sluice.AuthToken || p.ProvenAt.IsZero() || len(p.Secrets) != 4 || p.Secrets["token_id"] != before.Secrets["token_id"] {
		t.Fatalf("previous login %+v", p)
	}

	back, err := s.local.RestorePrevious(t.Context(), "netsuite")
	s.must(t, err)
	if back.Settings["type"] != sluice.AuthToken || back.Status != "online" || back.Secrets["token_id"] != before.Secrets["token_id"] || back.Previous.Type != sluice.AuthOAuth2M2M {
		t.Errorf("restored: %+v, previous %+v", back, back.Previous)
	}
	if c, err := s.local.DropPrevious(t.Context(), "netsuite"); err != nil || c.Previous != nil {
		t.Errorf("dropped: %+v, %v", c, err)
	}
	_, err = s.local.RestorePrevious(t.Context(), "netsuite")
	wantCode(t, err, "connection.no_previous")
	stored, err := s.core.store.Connection(t.Context(), "netsuite")
	if err != nil || len(stored.Sealed) != 4 {
		t.Errorf("%d sealed secrets in the end, %v", len(stored.Sealed), err)
	}
}

// A login that does not work is replaced at once. The one before is kept until the
// new one has worked.
func TestChangeOfTypeOfABrokenConnection(t *testing.T) {
	s := start(t)
	emu, _ := s.online(t)
	s.must(t, emu.Account().Revoke(account.SeedToken))
	s.tested(t, "netsuite", false)
	settings, secrets := m2m(emu)
	c := s.update(t, "netsuite", settings, secrets)
	if c.Settings["type"] != sluice.AuthOAuth2M2M || c.Candidate != nil || c.Previous == nil || !c.Previous.ProvenAt.IsZero() || c.Status != "untested" {
		t.Fatalf("%+v, previous %+v", c, c.Previous)
	}
	_, err := s.local.DropPrevious(t.Context(), "netsuite")
	wantCode(t, err, "connection.unproven")
	s.tested(t, "netsuite", true)
	if c, err := s.local.DropPrevious(t.Context(), "netsuite"); err != nil || c.Previous != nil {
		t.Errorf("dropped once proven: %+v, %v", c, err)
	}
}

// The manual token serves until the authorization has brought another one.
func TestFromManualToAutomatic(t *testing.T) {
	s := start(t)
	emu, before := s.online(t)
	waiting := s.update(t, "netsuite", map[string]string{"type": sluice.AuthTokenAuto}, nil)
	if waiting.Settings["type"] == sluice.AuthTokenAuto || waiting.Candidate == nil || waiting.Candidate.Type != sluice.AuthTokenAuto || waiting.Candidate.Secrets["token_id"] != "" {
		t.Fatalf("%+v, candidate %+v", waiting, waiting.Candidate)
	}
	s.tested(t, "netsuite", true)
	a, err := s.local.StartAuthorization(t.Context(), "netsuite", client.AuthorizationStart{Callback: "http://localhost:1/oauth/callback"})
	s.must(t, err)
	a, err = s.local.AnswerAuthorization(t.Context(), a.ID, client.AuthorizationQuery{Query: "?" + consent(t, emu, a.URL).RawQuery})
	if err != nil || a.State != "granted" {
		t.Fatalf("%+v, %v", a, err)
	}
	now, err := s.local.GetConnection(t.Context(), "netsuite")
	s.must(t, err)
	if now.Settings["type"] != sluice.AuthTokenAuto || now.Status != "online" || now.Candidate != nil || now.Identity == nil || now.Secrets["token_id"] == before.Secrets["token_id"] {
		t.Errorf("%+v", now)
	}
	if p := now.Previous; p == nil || p.Type != sluice.AuthToken || p.ProvenAt.IsZero() {
		t.Errorf("previous %+v", p)
	}
	s.must(t, emu.Account().Revoke(account.SeedToken))
	s.tested(t, "netsuite", true)
	if c := s.update(t, "netsuite", map[string]string{"type": sluice.AuthToken}, map[string]string{"token_id": "made-up", "token_secret": "made-up-too"}); c.Candidate == nil || c.Candidate.Error == nil {
		t.Errorf("a manual token that does not work: %+v", c)
	}
	if c, err := s.local.DropCandidate(t.Context(), "netsuite"); err != nil || c.Candidate != nil {
		t.Errorf("candidate dropped: %+v, %v", c, err)
	}
}

// upload does what a person does with the certificate on NetSuite's page.
func upload(t *testing.T, emu *emulator.Emulator, text string) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		t.Fatalf("no PEM: %s", text)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(cert.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	_, err = emu.Account().AddCertificate(account.Certificate{ID: "made-" + cert.SerialNumber.Text(36), IntegrationID: account.SeedIntegration,
		EmployeeID: account.IntegrationUser, RoleID: account.IntegrationRole, PublicKey: public, NotBefore: cert.NotBefore, NotAfter: cert.NotAfter})
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// The way to OAuth 2.0: prepare, upload, trial, switch, back, and rotation later.
func TestMoveToOAuth2(t *testing.T) {
	s := start(t)
	emu, before := s.online(t)
	_, err := s.local.SwitchToOAuth2(t.Context(), "netsuite")
	wantCode(t, err, "oauth2.not_prepared")
	prepared, err := s.local.PrepareOAuth2(t.Context(), "netsuite", client.CertificateOptions{})
	s.must(t, err)
	if prepared.Upload.ID != "certificate" || !strings.Contains(strings.Join(prepared.Upload.Actions, " "), "sluice-netsuite.crt") || len(prepared.Fingerprint) != 64 {
		t.Errorf("%+v", prepared)
	}
	_, err = s.local.SwitchToOAuth2(t.Context(), "netsuite")
	if e := wantCode(t, err, "oauth2.incomplete"); len(e.Problems) != 1 || e.Problems[0].Path != "settings.certificate_id" {
		t.Errorf("%+v", e)
	}
	trial, err := s.local.TryOAuth2(t.Context(), "netsuite", client.OAuth2Upload{CertificateID: "made-up"})
	if err != nil || trial.OK || trial.New.OK || !trial.Present.OK {
		t.Fatalf("a certificate that NetSuite does not have: %+v, %v", trial, err)
	}
	_, err = s.local.SwitchToOAuth2(t.Context(), "netsuite")
	wantCode(t, err, "oauth2.refused")
	emu.Account().Unlock(account.IntegrationUser)

	cert := upload(t, emu, prepared.Certificate)
	if life := cert.NotAfter.Sub(cert.NotBefore); life > 731*24*time.Hour || !cert.NotAfter.Equal(prepared.EndsAt) {
		t.Errorf("the certificate holds %s until %s", life, cert.NotAfter)
	}
	trial, err = s.local.TryOAuth2(t.Context(), "netsuite", client.OAuth2Upload{CertificateID: "made-" + cert.SerialNumber.Text(36)})
	s.must(t, err)
	if !trial.OK || len(trial.Rows) < 4 {
		t.Fatalf("%+v", trial)
	}
	for _, row := range trial.Rows {
		if !row.Known || !row.Same {
			t.Errorf("%+v", row)
		}
	}
	if c, err := s.local.GetConnection(t.Context(), "netsuite"); err != nil || c.Settings["type"] == sluice.AuthOAuth2M2M {
		t.Errorf("a trial has switched: %+v, %v", c, err)
	}
	switched, err := s.local.SwitchToOAuth2(t.Context(), "netsuite")
	s.must(t, err)
	if switched.ID != before.ID || switched.Settings["type"] != sluice.AuthOAuth2M2M || switched.Status != "online" || switched.Settings["certificate"] != prepared.Certificate {
		t.Errorf("%+v", switched)
	}
	if who := switched.Identity; who == nil || who.RoleID != account.IntegrationRole || who.RoleName == "" || who.EntityID != account.IntegrationUser {
		t.Errorf("identity after the switch: %+v", who)
	}
	back, err := s.local.RestorePrevious(t.Context(), "netsuite")
	if err != nil || back.Settings["type"] != sluice.AuthToken || back.Settings["certificate"] != "" || back.Status != "online" {
		t.Errorf("rolled back: %+v, %v", back, err)
	}
	forth, err := s.local.RestorePrevious(t.Context(), "netsuite")
	if err != nil || forth.Settings["type"] != sluice.AuthOAuth2M2M || forth.Status != "online" || forth.Identity.RoleName == "" || back.Identity.RoleName == "" {
		t.Errorf("and forth: %+v, %v", forth, err)
	}
	s.rotate(t, emu, prepared.Certificate)
}

// rotate replaces the certificate by another one, of another kind of key.
func (s *server) rotate(t *testing.T, emu *emulator.Emulator, first string) {
	t.Helper()
	next, err := s.local.PrepareOAuth2(t.Context(), "netsuite", client.CertificateOptions{Algorithm: "rsa-3072", Days: 90})
	s.must(t, err)
	cert := upload(t, emu, next.Certificate)
	trial, err := s.local.TryOAuth2(t.Context(), "netsuite", client.OAuth2Upload{CertificateID: "made-" + cert.SerialNumber.Text(36)})
	if err != nil || !trial.OK {
		t.Fatalf("trial of the next certificate: %+v, %v", trial, err)
	}
	c, err := s.local.SwitchToOAuth2(t.Context(), "netsuite")
	if err != nil || c.Settings["certificate"] != next.Certificate || c.Previous.Settings["certificate"] != first || c.Status != "online" {
		t.Errorf("rotated: %+v, %v", c, err)
	}
}

// A certificate of another user or role shows in the comparison.
func TestTrialShowsAnotherRole(t *testing.T) {
	s := start(t)
	emu, _ := s.online(t)
	prepared, err := s.local.PrepareOAuth2(t.Context(), "netsuite", client.CertificateOptions{})
	s.must(t, err)
	cert := upload(t, emu, prepared.Certificate)
	s.must(t, emu.Account().Edit(func(setup *account.Setup) error {
		c := setup.Certificate("made-" + cert.SerialNumber.Text(36))
		c.EmployeeID, c.RoleID = account.AdministratorUser, account.AdministratorRole
		return nil
	}))
	trial, err := s.local.TryOAuth2(t.Context(), "netsuite", client.OAuth2Upload{CertificateID: "made-" + cert.SerialNumber.Text(36)})
	if err != nil || trial.OK || !trial.New.OK || !strings.Contains(trial.Message, "role") {
		t.Errorf("%+v, %v", trial, err)
	}
}

// The role report names what the flows need, and what a refusal shows to be lacking.
func TestRoleReport(t *testing.T) {
	s := start(t)
	emu, _ := s.online(t)
	_, err := s.local.CreateConnection(t.Context(), client.ConnectionInput{Name: "files", Kind: "files", Settings: map[string]string{"dir": t.TempDir()}})
	s.must(t, err)
	_, err = s.local.PutFlow(t.Context(), "customers", client.FlowText{Text: customerFlow})
	s.must(t, err)
	report, err := s.local.RoleReport(t.Context(), "netsuite")
	s.must(t, err)
	if len(report.Lacking) != 0 || len(report.Needed) < 4 || report.Note == "" {
		t.Errorf("%+v", report)
	}
	for _, n := range report.Needed {
		if n.Shown != "held" || n.Evidence == "" || len(n.Because) == 0 {
			t.Errorf("%+v", n)
		}
	}
	s.must(t, emu.Account().RemovePermission(account.IntegrationRole, "LIST_CUSTJOB"))
	report, err = s.local.RoleReport(t.Context(), "netsuite")
	s.must(t, err)
	e, err := s.local.TestConnection(t.Context(), "netsuite", client.TestConnectionQuery{})
	s.must(t, err)
	if i := slices.IndexFunc(e.Facts, func(f client.Fact) bool { return f.Name == "Permissions" }); !e.OK || i < 0 || e.Facts[i].OK || !strings.Contains(e.Facts[i].Value, "LIST_CUSTJOB") {
		t.Errorf("evidence of the test: %+v", e)
	}
	if len(report.Lacking) != 1 || report.Lacking[0].ID != "LIST_CUSTJOB" || !slices.ContainsFunc(report.Lacking[0].Because, func(w string) bool { return strings.Contains(w, "customers") }) {
		t.Errorf("lacking %+v", report.Lacking)
	}
	s.must(t, emu.Account().Revoke(account.SeedToken))
	_, err = s.local.RoleReport(t.Context(), "netsuite")
	wantCode(t, err, "connection.token_rejected")
}

// A token with the keys of another integration record is refused like any other. The
// words are those that users know, and the iClients that fit are named.
func TestWrongIClientIsNamed(t *testing.T) {
	s := start(t)
	emu, input := emulated(t, "netsuite")
	other, err := emu.Account().AddIntegration(account.IntegrationRecord{Name: "Another", State: account.Enabled, TBA: true})
	s.must(t, err)
	for _, k := range []client.ConsumerKeyInput{
		{Name: "right", Account: emulator.DefaultAccountID, ConsumerKey: input.Secrets["consumer_key"], ConsumerSecret: input.Secrets["consumer_secret"]},
		{Name: "wrong", ConsumerKey: other.ConsumerKey, ConsumerSecret: other.ConsumerSecret},
		{Name: "elsewhere", Account: "7654321", ConsumerKey: "made-up-key", ConsumerSecret: "made-up-secret"},
	} {
		_, err := s.local.CreateConsumerKey(t.Context(), k)
		s.must(t, err)
	}
	delete(input.Secrets, "consumer_key")
	delete(input.Secrets, "consumer_secret")
	input.Settings["iclient"] = "wrong"
	_, err = s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	e, err := s.local.TestConnection(t.Context(), "netsuite", client.TestConnectionQuery{})
	if err != nil || e.OK || !strings.Contains(e.Message, "invalid or missing consumer key") {
		t.Errorf("test: %+v, %v", e, err)
	}
	emu.Account().Unlock(account.IntegrationUser)
	d, err := s.local.Diagnose(t.Context(), "netsuite")
	s.must(t, err)
	named := slices.ContainsFunc(d.Verdict.Steps, func(c client.Candidate) bool { return strings.Contains(c.Fix, "made for: right") })
	if !named || strings.Contains(d.Verdict.Steps[0].Fix, "elsewhere") {
		t.Errorf("doctor: %+v", d.Verdict)
	}
	emu.Account().Unlock(account.IntegrationUser)
	s.update(t, "netsuite", map[string]string{"iclient": "right"}, nil)
	s.tested(t, "netsuite", true)
}

// An automatic connection takes its consumer key from an iClient, and goes on doing so
// after the move to OAuth 2.0.
func TestAuthorizeWithAnIClient(t *testing.T) {
	s := start(t)
	emu, input := automatic(t, "netsuite")
	_, err := s.local.CreateConsumerKey(t.Context(), client.ConsumerKeyInput{Name: "ours", ConsumerKey: input.Secrets["consumer_key"], ConsumerSecret: input.Secrets["consumer_secret"]})
	s.must(t, err)
	input.Secrets, input.Settings["iclient"] = nil, "ours"
	_, err = s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	a, err := s.local.StartAuthorization(t.Context(), "netsuite", client.AuthorizationStart{Callback: "http://localhost:1/oauth/callback"})
	s.must(t, err)
	a, err = s.local.AnswerAuthorization(t.Context(), a.ID, client.AuthorizationQuery{Query: consent(t, emu, a.URL).RawQuery})
	if err != nil || a.State != "granted" {
		t.Fatalf("%+v, %v", a, err)
	}
	if secrets := s.secrets(t, "netsuite"); len(secrets) != 2 {
		t.Errorf("%d secrets: the iClient's are its own", len(secrets))
	}
	prepared, err := s.local.PrepareOAuth2(t.Context(), "netsuite", client.CertificateOptions{})
	s.must(t, err)
	cert := upload(t, emu, prepared.Certificate)
	trial, err := s.local.TryOAuth2(t.Context(), "netsuite", client.OAuth2Upload{CertificateID: "made-" + cert.SerialNumber.Text(36)})
	if err != nil || !trial.OK {
		t.Fatalf("%+v, %v", trial, err)
	}
	c, err := s.local.SwitchToOAuth2(t.Context(), "netsuite")
	if err != nil || c.Settings["iclient"] != "ours" || len(c.Secrets) != 1 || c.Status != "online" {
		t.Errorf("%+v, %v", c, err)
	}
}

// A connection that has never had a token gets its certificate the same way: nothing
// has to be made outside of the server.
func TestOAuth2FromTheStart(t *testing.T) {
	s := start(t)
	emu, input := automatic(t, "netsuite")
	input.Settings["account"] = emulator.DefaultAccountID
	_, err := s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	prepared, err := s.local.PrepareOAuth2(t.Context(), "netsuite", client.CertificateOptions{Days: 30})
	s.must(t, err)
	cert := upload(t, emu, prepared.Certificate)
	trial, err := s.local.TryOAuth2(t.Context(), "netsuite", client.OAuth2Upload{CertificateID: "made-" + cert.SerialNumber.Text(36)})
	if err != nil || !trial.OK || trial.Present.OK || trial.Present.Error.Code != "connection.not_authorized" {
		t.Fatalf("%+v, %v", trial, err)
	}
	c, err := s.local.SwitchToOAuth2(t.Context(), "netsuite")
	if err != nil || c.Settings["type"] != sluice.AuthOAuth2M2M || c.Status != "online" || c.Identity == nil {
		t.Errorf("%+v, %v", c, err)
	}
	for _, o := range []client.CertificateOptions{{Days: 731}, {Algorithm: "rsa-2048"}} {
		_, err := s.local.PrepareOAuth2(t.Context(), "netsuite", o)
		wantCode(t, err, "invalid")
	}
}

// A form shows the secrets in force, and sends their fingerprints, while the
// candidate has others: each fingerprint stands for what it was shown for.
func TestFormBesideACandidate(t *testing.T) {
	s := start(t)
	emu, before := s.online(t)
	auto := s.update(t, "netsuite", map[string]string{"type": sluice.AuthTokenAuto}, map[string]string{"consumer_key": "made-up-other", "consumer_secret": "made-up-other-secret"})
	if auto.Candidate == nil || auto.Candidate.Secrets["consumer_key"] == before.Secrets["consumer_key"] {
		t.Fatalf("%+v", auto.Candidate)
	}
	again := s.update(t, "netsuite", map[string]string{"type": sluice.AuthTokenAuto}, nil)
	if again.Candidate.Secrets["consumer_key"] != before.Secrets["consumer_key"] {
		t.Errorf("%+v, want the consumer key in force", again.Candidate)
	}
	kept := s.update(t, "netsuite", map[string]string{"type": sluice.AuthTokenAuto}, map[string]string{"consumer_key": again.Candidate.Secrets["consumer_key"]})
	if kept.Candidate.Secrets["consumer_key"] != again.Candidate.Secrets["consumer_key"] {
		t.Errorf("%+v", kept.Candidate)
	}
	a, err := s.local.StartAuthorization(t.Context(), "netsuite", client.AuthorizationStart{Callback: "http://localhost:1/oauth/callback"})
	s.must(t, err)
	a, err = s.local.AnswerAuthorization(t.Context(), a.ID, client.AuthorizationQuery{Query: consent(t, emu, a.URL).RawQuery})
	if err != nil || a.State != "granted" {
		t.Errorf("%+v, %v", a, err)
	}
}
