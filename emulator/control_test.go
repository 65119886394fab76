package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/session"
)

// ask sends a control request as a program in another language would.
func ask(t testing.TB, e *Emulator, method, path, body string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, e.URL()+"/_emulator/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return send(r)
}

// TestControlBreaksLogin edits the account over HTTP, and the edit bites.
func TestControlBreaksLogin(t *testing.T) {
	for _, row := range []struct{ path, body, detail string }{
		{"account/features", `{"TBA":false}`, "FeatureDisabled"},
		{"account/integrations/1", `{"state":"BLOCKED"}`, "consumer_key_refused"},
		{"account/tokens/1", `{"revoked":true}`, "token_rejected"},
		{"account/employees/2", `{"inactive":true}`, "permission_denied"},
		{"account/roles/1001", `{"permissions":{"ADMI_LOGIN_OAUTH":"None"}}`, "permission_denied"},
	} {
		e := Start(t, bare)
		if a := ask(t, e, http.MethodPatch, row.path, row.body); a.status != http.StatusOK {
			t.Errorf("%s: %+v", row.path, a)
		}
		if a := call(t, e, http.MethodGet, "/rest/tokeninfo", ""); a.status != http.StatusUnauthorized {
			t.Errorf("%s: %+v", row.path, a)
		}
		var trail []account.TrailEntry
		if err := json.Unmarshal([]byte(ask(t, e, http.MethodGet, "audit-trail", "").body), &trail); err != nil || len(trail) != 1 || trail[0].Detail != row.detail {
			t.Errorf("%s: trail %+v, %v", row.path, trail, err)
		}
	}
}

func TestControlRefusesBadEdits(t *testing.T) {
	e := Start(t, bare)
	for _, row := range []struct{ method, path, body, want string }{
		{"PATCH", "account/integrations/1", `{"state":"ASLEEP"}`, "unknown state"},
		{"PATCH", "account/integrations/9", `{}`, "does not exist"},
		{"PATCH", "account/integrations/1", `{"stat":"BLOCKED"}`, "unknown field"},
		{"PATCH", "account/roles/1001", `{"permissions":{"X":"Lots"}}`, "not a level"},
		{"PATCH", "account/preferences", `{"timeZone":"Mars/Olympus"}`, "time zone"},
		{"POST", "account/tokens", `{"integration":"1","employee":"2","role":"3"}`, "does not hold role"},
		{"POST", "faults", `{"effect":"explode"}`, "explode"},
		{"POST", "clock", `{"advance":"soon"}`, "soon"},
		{"POST", "concurrency", `{"shares":{"1":5}}`, "leaves nothing"},
	} {
		if a := ask(t, e, row.method, row.path, row.body); a.status != http.StatusBadRequest || !strings.Contains(a.body, row.want) {
			t.Errorf("%s %s: %+v, want %s", row.path, row.body, a, row.want)
		}
	}
	if a := call(t, e, http.MethodGet, "/rest/tokeninfo", ""); a.status != http.StatusOK {
		t.Errorf("a refused edit took effect: %+v", a)
	}
}

func TestControlAdds(t *testing.T) {
	e := Start(t, bare)
	a := ask(t, e, http.MethodPost, "account/tokens", `{"integration":"1","employee":"1","role":"3"}`)
	var k account.AccessToken
	if err := json.Unmarshal([]byte(a.body), &k); err != nil || k.Name != "Sluice - Account Administrator, Administrator" || k.ID != "2" {
		t.Fatalf("%+v %v", a, err)
	}
	a = ask(t, e, http.MethodPost, "account/roles", `{"name":"Reader","permissions":{"LIST_CUSTJOB":"View"}}`)
	var r account.Role
	if err := json.Unmarshal([]byte(a.body), &r); err != nil || r.ID != "1002" || r.Permissions["LIST_CUSTJOB"] != session.View {
		t.Fatalf("%+v %v", a, err)
	}
	if a := ask(t, e, http.MethodPost, "account/integrations/1/reset-credentials", ""); a.status != 200 || !strings.Contains(a.body, e.Credentials().ConsumerKey) {
		t.Errorf("%+v", a)
	}
}

func TestControlFaultsClockStats(t *testing.T) {
	e := Start(t, bare)
	if a := ask(t, e, http.MethodPost, "faults", `{"effect":"server_error","count":1,"path":"tokeninfo"}`); a.status != 200 {
		t.Fatalf("%+v", a)
	}
	if a := call(t, e, http.MethodGet, "/rest/tokeninfo", ""); a.status != 500 {
		t.Errorf("%+v", a)
	}
	if a := ask(t, e, http.MethodGet, "stats", ""); !strings.Contains(a.body, `"fired":1`) {
		t.Errorf("%+v", a)
	}
	if a := ask(t, e, http.MethodDelete, "faults", ""); a.status != http.StatusNoContent || len(e.Faults().Stats()) != 0 {
		t.Errorf("%+v", a)
	}
	ask(t, e, http.MethodPost, "clock", `{"set":"2031-01-02T03:04:05Z","running":false}`)
	if got := e.Clock().Now(); !got.Equal(time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("clock %v", got)
	}
	if a := ask(t, e, http.MethodPost, "concurrency", `{"limit":9,"shares":{"1":3}}`); a.status != 200 || e.Gate().Stats().Limit != 9 || e.Gate().Shares()["1"] != 3 {
		t.Errorf("%+v", a)
	}
	var log []RequestEntry
	if err := json.Unmarshal([]byte(ask(t, e, http.MethodGet, "requests", "").body), &log); err != nil || len(log) != 1 || log[0].Status != 500 || log[0].Effect != failure.ServerError {
		t.Errorf("%+v %v", log, err)
	}
	if a := ask(t, e, http.MethodGet, "", ""); a.status != 200 || !strings.Contains(a.body, `"PATCH /_emulator/account/roles/{id}"`) || strings.Contains(a.body, "$") {
		t.Errorf("%+v", a)
	}
	if a := ask(t, e, http.MethodGet, "credentials", ""); !strings.Contains(a.body, e.Credentials().TokenSecret) || !strings.Contains(a.body, "PRIVATE KEY") {
		t.Errorf("%+v", a)
	}
}

// TestControlIsLocal: control endpoints hand out secrets, so neither other
// machines nor web pages may ask.
func TestControlIsLocal(t *testing.T) {
	e := open(t, Options{Empty: true})
	for _, row := range []struct {
		remote, host, origin string
		want                 int
	}{
		{"127.0.0.1:5", "127.0.0.1:8080", "", 200},
		{"[::1]:5", "[::1]:8080", "", 200},
		{"127.0.0.1:5", "localhost:8080", "http://localhost:8080", 200},
		{"10.0.0.7:5", "127.0.0.1:8080", "", 403},
		{"127.0.0.1:5", "evil.example.com", "", 403},
		{"127.0.0.1:5", "localhost:8080", "http://evil.example.com", 403},
		{"127.0.0.1:5", "localhost:8080", "null", 403},
	} {
		r := httptest.NewRequest(http.MethodGet, "/_emulator/credentials", nil)
		r.RemoteAddr, r.Host = row.remote, row.host
		if row.origin != "" {
			r.Header.Set("Origin", row.origin)
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != row.want {
			t.Errorf("%+v: %d", row, w.Code)
		}
	}
}

func TestReset(t *testing.T) {
	e := Start(t, bare)
	before := e.Credentials()
	path, calls := echo(t, e)
	if _, _, err := e.Account().ResetCredentials(account.SeedIntegration); err != nil {
		t.Fatal(err)
	}
	if err := e.Faults().Add(failure.Rule{Effect: failure.CommitLate, Delay: time.Hour}); err != nil {
		t.Fatal(err)
	}
	call(t, e, http.MethodPost, path, "")
	if a := ask(t, e, http.MethodPost, "reset", ""); a.status != http.StatusNoContent {
		t.Fatalf("%+v", a)
	}
	if calls() != 1 {
		t.Error("a late commit was lost or comes after the reset")
	}
	if e.Credentials() != before || len(e.Account().AuditTrail()) != 0 || len(e.Faults().Stats()) != 0 || len(e.Requests()) != 0 {
		t.Errorf("not as before: %+v", e.Stats())
	}
	if a := call(t, e, http.MethodPost, path, ""); a.status != 200 {
		t.Errorf("%+v", a)
	}
	if err := e.Faults().Add(failure.Rule{Effect: failure.CommitLate, Delay: time.Hour}); err != nil {
		t.Fatal(err)
	}
	call(t, e, http.MethodPost, path, "")
	if e.Stats().LateCommits != 1 {
		t.Error("after a reset late commits no longer wait")
	}
}

// TestReseed: another seed is another account, also after a restart.
func TestReseed(t *testing.T) {
	opts := Options{StateFile: filepath.Join(t.TempDir(), "account.json"), Empty: true}
	e := open(t, opts)
	before, certificate := e.Credentials(), e.M2M()
	if err := e.Reseed(9); err != nil {
		t.Fatal(err)
	}
	want := open(t, Options{Seed: 9, Empty: true})
	if e.Credentials() == before || e.Credentials() != want.Credentials() || e.M2M() == certificate || e.M2M() != want.M2M() {
		t.Errorf("after Reseed: %+v", e.Credentials())
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if again := open(t, opts); again.Credentials() != want.Credentials() || again.M2M() != want.M2M() {
		t.Error("a restart forgot the seed")
	}
}

func TestControlReset(t *testing.T) {
	e := Start(t, bare)
	for _, row := range []struct {
		body   string
		status int
		seed   uint64
	}{{"", 204, 0}, {`{"seed":5}`, 204, 5}, {"{}", 204, 5}, {`{"sead":6}`, 400, 5}} {
		if a := ask(t, e, http.MethodPost, "reset", row.body); a.status != row.status || e.seed.Load() != row.seed {
			t.Errorf("%s: %+v, seed %d", row.body, a, e.seed.Load())
		}
	}
}

// TestStateFile: what was edited is there after a restart, and after a crash too.
func TestStateFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "account.json")
	opts := Options{StateFile: file, Seed: 4, Empty: true}
	e := open(t, opts)
	if err := e.Account().SetState(account.SeedIntegration, account.Blocked); err != nil {
		t.Fatal(err)
	}
	crashed := open(t, opts) // e was not closed
	if got := crashed.Account().Setup().Integrations[0].State; got != account.Blocked {
		t.Errorf("after a crash: %s", got)
	}
	e.Clock().Advance(48 * time.Hour)
	if err := e.Gate().SetLimit(15); err != nil {
		t.Fatal(err)
	}
	if err := e.Gate().Allot(account.SeedIntegration, 2); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, opts)
	if got := time.Until(again.Clock().Now()); got < 47*time.Hour || again.Gate().Stats().Limit != 15 || again.Gate().Shares()[account.SeedIntegration] != 2 {
		t.Errorf("clock %v, gate %+v", got, again.Gate().Stats())
	}
	if again.Credentials() != e.Credentials() {
		t.Error("other credentials")
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if err := os.WriteFile(file, []byte(`{"version":99}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(opts); err == nil || !strings.Contains(err.Error(), "version 99") {
		t.Errorf("a later version was read: %v", err)
	}
}

func TestSeededKeys(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(3) {
		e := open(t, Options{Seed: seed, Empty: true})
		c := e.Credentials()
		for _, k := range []string{c.ConsumerKey, c.ConsumerSecret, c.TokenID, c.TokenSecret} {
			if len(k) != 64 || !strings.HasPrefix(k, "facade") || seen[k] {
				t.Errorf("seed %d: %s", seed, k)
			}
			seen[k] = true
		}
		other := open(t, Options{Seed: seed, Empty: true})
		if other.Credentials() != c || other.M2M() != e.M2M() {
			t.Errorf("seed %d is not deterministic", seed)
		}
	}
}

func TestPublicSurface(t *testing.T) {
	e := Start(t, bare)
	for _, row := range []struct {
		method, path string
		want         string
	}{
		{"OPTIONS", "/services/rest/*", "204 "},
		{"GET", "/rest/datacenterurls?account=1234567_SB1", fmt.Sprintf(`200 {"restDomain":%[1]q,"systemDomain":%[1]q,"webservicesDomain":%[1]q}`, e.URL())},
		{"GET", "/nothing", "404 404 page not found"},
		{"GET", "/rest/requesttoken", "405 "},
		{"POST", "/rest/tokeninfo", "405 "},
		{"GET", account.TokenPath, "405 "},
	} {
		r, err := http.NewRequestWithContext(t.Context(), row.method, e.URL()+row.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		a := send(r)
		if got := fmt.Sprintf("%d %s", a.status, strings.TrimSpace(a.body)); got != row.want {
			t.Errorf("%s %s: %s, want %s", row.method, row.path, got, row.want)
		}
	}
}
