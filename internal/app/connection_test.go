package app

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

func netsuiteInput(name string) client.ConnectionInput {
	return client.ConnectionInput{Name: name, Kind: "netsuite",
		Settings: map[string]string{"account": "1234567_SB1", "base_url": "http://127.0.0.1:1"},
		Secrets: map[string]string{"consumer_key": canary + "-ck", "consumer_secret": canary + "-cs",
			"token_id": canary + "-ti", "token_secret": canary + "-ts"}}
}

// The secrets of a connection as the connector would get them.
func (s *server) secrets(t *testing.T, name string) map[string]sluice.Secret {
	t.Helper()
	c, err := connections{s.core}.Connection(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return c.Secrets
}

// What was read can be written back as it is: no secret is lost, none is
// replaced by its fingerprint.
func TestGetThenPutKeepsSecrets(t *testing.T) {
	s := start(t)
	if _, err := s.local.CreateConnection(t.Context(), netsuiteInput("ns")); err != nil {
		t.Fatal(err)
	}
	before := s.secrets(t, "ns")
	owner := s.user(t, sluice.RoleOwner)
	req, _ := http.NewRequest(http.MethodGet, s.URL()+"/api/v1/connections/ns", nil)
	bearer(owner.Token)(req)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || strings.Contains(string(body), canary) {
		t.Fatalf("GET: %v, body %s", err, body)
	}
	var read map[string]any
	if err := json.Unmarshal(body, &read); err != nil {
		t.Fatal(err)
	}
	read["settings"].(map[string]any)["concurrency"] = "9"
	changed, err := json.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	put, _ := http.NewRequest(http.MethodPut, s.URL()+"/api/v1/connections/ns", strings.NewReader(string(changed)))
	put.Header.Set("Content-Type", "application/json")
	bearer(owner.Token)(put)
	if resp, err = http.DefaultClient.Do(put); err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(answer), `"concurrency":"9"`) {
		t.Fatalf("PUT: %s %s", resp.Status, answer)
	}
	after := s.secrets(t, "ns")
	if len(after) != 4 {
		t.Errorf("%d secrets after GET and PUT", len(after))
	}
	for field, secret := range before {
		if after[field] != secret {
			t.Errorf("%s changed", field)
		}
	}
}

func TestUpdateConnectionSecrets(t *testing.T) {
	s := start(t)
	created, err := s.local.CreateConnection(t.Context(), netsuiteInput("ns"))
	if err != nil {
		t.Fatal(err)
	}
	update := func(secrets map[string]string) error {
		in := netsuiteInput("ns")
		in.Secrets = secrets
		_, err := s.local.UpdateConnection(t.Context(), "ns", in)
		return err
	}
	if err := update(map[string]string{"token_id": "another", "token_secret": created.Secrets["token_secret"]}); err != nil {
		t.Fatal(err)
	}
	got := s.secrets(t, "ns")
	if got["token_id"].Reveal() != "another" || got["token_secret"].Reveal() != canary+"-ts" || got["consumer_key"].Reveal() != canary+"-ck" {
		t.Error("a secret is not as it should be after the change")
	}
	e := wantCode(t, update(map[string]string{"token_id": created.Secrets["token_id"]}), "connection.invalid")
	if len(e.Problems) != 1 || e.Problems[0].Code != "connection.stale_fingerprint" {
		t.Errorf("problems %v", e.Problems)
	}
	e = wantCode(t, update(map[string]string{"token_id": ""}), "connection.invalid")
	if len(e.Problems) != 1 || e.Problems[0].Path != "secrets.token_id" {
		t.Errorf("problems %v", e.Problems)
	}
	in := netsuiteInput("ns")
	in.Kind = "files"
	_, err = s.local.UpdateConnection(t.Context(), "ns", in)
	wantCode(t, err, "connection.invalid")
	_, err = s.local.CreateConnection(t.Context(), netsuiteInput("ns"))
	wantCode(t, err, "conflict")
}

func TestDeleteConnectionInUse(t *testing.T) {
	s := start(t)
	dir := t.TempDir()
	_, err := s.local.CreateConnection(t.Context(), client.ConnectionInput{Name: "files", Kind: "files", Settings: map[string]string{"dir": dir}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.local.PutFlow(t.Context(), "copy", client.FlowText{Text: copyFlow}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, s.local.DeleteConnection(t.Context(), "files"), "connection.in_use")
	_, err = s.local.UpdateConnection(t.Context(), "files", client.ConnectionInput{Name: "other", Kind: "files", Settings: map[string]string{"dir": dir}})
	wantCode(t, err, "connection.invalid")
	if err := s.local.DeleteFlow(t.Context(), "copy"); err != nil {
		t.Fatal(err)
	}
	if err := s.local.DeleteConnection(t.Context(), "files"); err != nil {
		t.Fatal(err)
	}
	_, err = s.local.GetConnection(t.Context(), "files")
	wantCode(t, err, "not_found")
}
