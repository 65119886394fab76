package app

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice/internal/app/access"
	"github.com/sluicehq/sluice/internal/app/setting"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

func TestDeletedConnectionIsRestored(t *testing.T) {
	now := newClock()
	s := start(t, func(c *Config) { c.Clock = now.Now })
	s.mustCreate(t, netsuiteInput("ns"))
	if _, err := s.local.RegisterConnection(t.Context(), "default", "ns"); err != nil {
		t.Fatal(err)
	}
	if err := s.local.DeleteConnection(t.Context(), "ns"); err != nil {
		t.Fatal(err)
	}
	list, err := s.local.ListDeletedConnections(t.Context())
	if err != nil || len(list.Items) != 1 || list.Items[0].Name != "ns" || list.Items[0].DeletedBy != "local" || !list.Items[0].PurgeAt.Equal(now.Now().Add(30*24*time.Hour)) {
		t.Fatalf("deleted: %+v, %v", list.Items, err)
	}
	id := list.Items[0].ID
	s.mustCreate(t, netsuiteInput("ns"))
	_, err = s.local.RestoreConnection(t.Context(), id, client.Restoration{})
	wantCode(t, err, "conflict")
	_, err = s.local.RestoreConnection(t.Context(), id, client.Restoration{Name: "Not A Name"})
	wantProblem(t, err, "name.invalid", "name")
	back, err := s.local.RestoreConnection(t.Context(), id, client.Restoration{Name: "ns-2"})
	if err != nil || back.ID != id || back.Name != "ns-2" {
		t.Fatalf("restored %+v, %v", back, err)
	}
	if got := s.secrets(t, "ns-2"); got["token_secret"].Reveal() != canary+"-ts" {
		t.Error("the restored connection lost its secrets")
	}
	group, err := s.local.GetIntegration(t.Context(), "default")
	if err != nil || !slices.Equal(group.Connections, []string{"ns-2"}) {
		t.Errorf("registered %v, %v", group.Connections, err)
	}
	if err := s.local.DeleteConnection(t.Context(), "ns-2"); err != nil {
		t.Fatal(err)
	}
	now.Add(30*24*time.Hour - time.Second)
	if err := s.core.house().Today(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list, err = s.local.ListDeletedConnections(t.Context()); err != nil || len(list.Items) != 1 {
		t.Fatalf("a second before its end: %v, %v", list.Items, err)
	}
	now.Add(time.Second)
	_, err = s.local.RestoreConnection(t.Context(), id, client.Restoration{})
	wantCode(t, err, "not_found")
	if err := s.core.house().Today(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list, err = s.local.ListDeletedConnections(t.Context()); err != nil || len(list.Items) != 0 {
		t.Errorf("after its end: %v, %v", list.Items, err)
	}
}

func (s *server) open(t *testing.T) []client.Notice {
	t.Helper()
	list, err := s.local.ListNotices(t.Context(), client.ListNoticesQuery{Open: true})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

func TestOfflineNoticeComesAndGoes(t *testing.T) {
	s := start(t)
	dir := t.TempDir()
	in := client.ConnectionInput{Name: "files", Kind: "files", Settings: map[string]string{"dir": dir + "/absent"}}
	s.mustCreate(t, in)
	test := func() {
		t.Helper()
		if _, err := s.local.TestConnection(t.Context(), "files", client.TestConnectionQuery{}); err != nil {
			t.Fatal(err)
		}
	}
	test()
	test()
	list := s.open(t)
	if len(list) != 1 || list[0].Code != sluice.NoticeOffline || list[0].Name != "files" || list[0].Remedy == "" {
		t.Fatalf("notices %+v", list)
	}
	group, err := s.local.GetIntegration(t.Context(), "default")
	if err != nil || len(group.Offline) != 0 {
		t.Errorf("offline in an integration that does not have it: %v, %v", group.Offline, err)
	}
	if _, err := s.local.RegisterConnection(t.Context(), "default", "files"); err != nil {
		t.Fatal(err)
	}
	if group, err = s.local.GetIntegration(t.Context(), "default"); err != nil || !slices.Equal(group.Offline, []string{"files"}) {
		t.Errorf("offline: %v, %v", group.Offline, err)
	}
	if err := s.local.CloseNotice(t.Context(), list[0].ID); err != nil {
		t.Fatal(err)
	}
	if test(); len(s.open(t)) != 0 {
		t.Error("a notice that was dismissed came back while nothing changed")
	}
	in.Settings["dir"] = dir
	if _, err := s.local.UpdateConnection(t.Context(), "files", in); err != nil {
		t.Fatal(err)
	}
	test()
	in.Settings["dir"] = dir + "/absent"
	if _, err := s.local.UpdateConnection(t.Context(), "files", in); err != nil {
		t.Fatal(err)
	}
	if test(); len(s.open(t)) != 1 {
		t.Errorf("notices after it went offline again: %+v", s.open(t))
	}
	in.Settings["dir"] = dir
	if _, err := s.local.UpdateConnection(t.Context(), "files", in); err != nil {
		t.Fatal(err)
	}
	if test(); len(s.open(t)) != 0 {
		t.Errorf("notices of a connection that is online: %+v", s.open(t))
	}
}

// certificate makes a certificate that ends at a time.
func certificate(t *testing.T, end time.Time) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: end.Add(-time.Hour), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestNoticesOfEndsThatComeNear(t *testing.T) {
	now := newClock() // 2026-03-02: NetSuite has 2025.2
	s := start(t, func(c *Config) { c.Clock = now.Now })
	end := now.Now().Add(61 * 24 * time.Hour)
	in := client.ConnectionInput{Name: "m2m", Kind: "netsuite", Settings: map[string]string{"type": "oauth2-m2m", "account": "1234567", "certificate_id": "c", "wsdl_version": "2023.1",
		"certificate": certificate(t, end)}, Secrets: map[string]string{"private_key": "made up", "client_id": "made up"}}
	s.mustCreate(t, in)
	codes := func(after time.Duration) []string {
		t.Helper()
		now.Add(after)
		if err := s.core.house().Today(t.Context()); err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, n := range s.open(t) {
			list = append(list, n.Code)
		}
		slices.Sort(list)
		return list
	}
	if got := codes(0); len(got) != 0 {
		t.Errorf("61 days before: %v", got)
	}
	day := 24 * time.Hour
	if got := codes(day); !slices.Equal(got, []string{sluice.NoticeCertificate}) {
		t.Errorf("60 days before: %v", got)
	}
	if got := codes(12 * day); !slices.Equal(got, []string{sluice.NoticeCertificate, sluice.NoticeWSDL}) { // 2026-03-15
		t.Errorf("at NetSuite 2026.1: %v", got)
	}
	for _, n := range s.open(t) {
		if err := s.local.CloseNotice(t.Context(), n.ID); err != nil {
			t.Fatal(err)
		}
	}
	if got := codes(day); len(got) != 0 {
		t.Errorf("a day after they were dismissed: %v", got)
	}
	if got := codes(50 * day); !slices.Equal(got, []string{sluice.NoticeCertificate}) || !strings.Contains(s.open(t)[0].Message, "ended on 2026-05-02") {
		t.Errorf("after its end: %v, %+v", got, s.open(t))
	}
	in.Settings["certificate"], in.Settings["wsdl_version"], in.Secrets = certificate(t, now.Now().Add(700*day)), "2025.2", nil
	if _, err := s.local.UpdateConnection(t.Context(), "m2m", in); err != nil {
		t.Fatal(err)
	}
	if got := s.open(t); len(got) != 0 {
		t.Errorf("with another certificate and version: %+v", got)
	}
}

// The house is kept at the start and every day. To see the test fail, let house.Keep
// return after the first day.
func TestHouseIsKeptDaily(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := 0
		s := access.Store{Store: countingStore{kept: &kept}}
		c := &core{store: s, clock: time.Now, settings: &setting.Rules{Store: s, Clock: time.Now}}
		go c.house().Keep(t.Context())
		time.Sleep(10*24*time.Hour + time.Minute)
		synctest.Wait()
		if kept != 11 {
			t.Errorf("in ten days the house was kept %d times, want 11", kept)
		}
	})
}

// countingStore counts how often deleted connections are purged.
type countingStore struct {
	sluice.Store
	kept *int
}

func (s countingStore) PurgeConnections(context.Context, time.Time) (int, error) {
	*s.kept++
	return 0, nil
}

func (countingStore) Setting(context.Context, string) (string, error) { return "", nil }

func (countingStore) PruneRuns(context.Context, time.Time) (int64, error) { return 0, nil }

func (countingStore) Connections(context.Context) ([]*sluice.SealedConnection, error) {
	return nil, nil
}
