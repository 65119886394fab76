package app

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

// canary is a secret that must show up nowhere.
const canary = "made-up-canary-7f3a9c"

// observed is all that a server said.
type observed struct {
	*server
	token string
	said  strings.Builder
}

// send sends a request with a JSON body and keeps what comes back.
func (o *observed) send(t *testing.T, method, path string, body any) {
	t.Helper()
	text, isText := body.(string)
	if !isText && body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		text = string(data)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, o.URL()+path, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	bearer(o.token)(req)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	for name, values := range resp.Header {
		o.said.WriteString(name + strings.Join(values, " "))
	}
	if _, err := io.Copy(&o.said, resp.Body); err != nil {
		t.Fatal(err)
	}
}

// everyKind returns a connection of each kind and authentication type with a canary
// in every secret field.
func everyKind(address string) []client.ConnectionInput {
	var list []client.ConnectionInput
	add := func(kind sluice.Kind, authType string) {
		name := strings.TrimSuffix(kind.ID+"-"+authType, "-")
		conn := &sluice.Connection{Kind: kind.ID, Settings: map[string]string{}}
		if authType != "" {
			conn.Settings["type"] = authType
		}
		in := client.ConnectionInput{Name: name, Kind: kind.ID, Settings: conn.Settings, Secrets: map[string]string{}}
		for _, f := range kind.Fields {
			switch {
			case f.Secret && conn.Applies(f):
				in.Secrets[f.Name] = canary + "-" + f.Name
			case f.Name == "account":
				in.Settings[f.Name] = "1234567"
			case f.Format == sluice.FormatURL && conn.Needs(f) || f.Name == "base_url":
				in.Settings[f.Name] = address
			case conn.Needs(f) && f.Default == "":
				in.Settings[f.Name] = "made-up"
			}
		}
		if kind.ID != sluice.KindHTTP && kind.ID != sluice.KindNetSuite {
			delete(in.Settings, "base_url")
		}
		if _, ok := kind.Field("host"); ok {
			in.Settings["host"], in.Settings["port"] = "127.0.0.1", "1"
		}
		list = append(list, in)
	}
	for _, kind := range sluice.Kinds() {
		types, ok := kind.Field("type")
		if !ok {
			add(kind, "")
			continue
		}
		for _, o := range types.Options {
			add(kind, o.Value)
		}
	}
	return list
}

// secretFields counts the fields that a canary was put into, to be sure of them.
func secretFields(list []client.ConnectionInput) map[string]bool {
	fields := map[string]bool{}
	for _, in := range list {
		for field := range in.Secrets {
			fields[in.Kind+"."+field] = true
		}
	}
	return fields
}

// A secret shows up in no answer, no log line, no debug log, no audit event, no backup and no file of
// the data folder, whatever goes wrong. To see the test fail, let sealed store
// secret.Reveal() instead of what Seal returns.
func TestCanaryIsNowhere(t *testing.T) {
	s := start(t)
	o := &observed{server: s, token: s.user(t, sluice.RoleOwner).Token}
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer refusing.Close()
	kinds := everyKind(refusing.URL)
	for _, kind := range sluice.Kinds() {
		for _, f := range kind.Fields {
			if f.Secret && !secretFields(kinds)[kind.ID+"."+f.Name] {
				t.Errorf("the secret %s of %s is in no connection of this test", f.Name, kind.ID)
			}
		}
	}
	for _, in := range kinds {
		o.liveThrough(t, in)
	}
	o.mistakes(t, refusing.URL)
	o.liveWithKey(t, refusing.URL)
	o.send(t, "POST", "/api/v1/users", map[string]string{"email": "x@example.com", "name": "X", "role": "monitor", "password": canary + " with words"})
	o.send(t, "PUT", "/api/v1/users/x@example.com", map[string]string{"password": canary + " with other words"})
	o.send(t, "PUT", "/api/v1/me", map[string]string{"password": canary + " with words", "old_password": canary})
	o.send(t, "POST", "/api/v1/login", map[string]string{"email": "x@example.com", "password": canary})
	for _, path := range []string{"connections", "consumer-keys", "files", "audit?limit=1000", "notices", "deleted-connections", "integrations", "flows"} {
		o.send(t, "GET", "/api/v1/"+path, nil)
	}
	o.backUp(t)
	for _, want := range []string{"connection.create", "connection.restore", "consumer-key.update", `"previous"`, `"deleted_by"`, `"took_ms":`, `"method":"GET"`, "tables/connections"} {
		if !strings.Contains(o.said.String(), want) {
			t.Errorf("the requests did not bring about %s, which this test needs", want)
		}
	}
	o.searchEverywhere(t)
}

// backUp takes a backup, and keeps what is in it.
func (o *observed) backUp(t *testing.T) {
	t.Helper()
	var archive bytes.Buffer
	noError(t, o.local.Fetch(t.Context(), http.MethodGet, "/api/v1/backup", nil, nil, &archive))
	plain, err := gzip.NewReader(&archive)
	noError(t, err)
	_, err = io.Copy(&o.said, plain)
	noError(t, err)
}

// liveThrough takes a connection through all that can happen to it.
func (o *observed) liveThrough(t *testing.T, in client.ConnectionInput) {
	t.Helper()
	path := "/api/v1/connections/" + in.Name
	file := map[string]any{"path": "connections.yaml", "name": in.Name, "kind": in.Kind, "settings": in.Settings, "secrets": in.Secrets}
	o.send(t, "POST", "/api/v1/connections", in)
	o.send(t, "POST", "/api/v1/apply", map[string]any{"connections": []any{file}}) // where nobody may create it
	o.send(t, "POST", "/api/v1/connections", in)                                   // conflict
	o.send(t, "GET", path, nil)
	o.send(t, "PUT", path+"/debug", map[string]int{"minutes": 15})
	o.send(t, "POST", path+"/test", nil)
	o.send(t, "POST", "/api/v1/connections/check", in)
	if in.Kind == sluice.KindNetSuite {
		o.send(t, "POST", path+"/doctor", nil)
		o.send(t, "POST", path+"/suiteql", map[string]string{"query": "SELECT id FROM customer"})
		o.changeType(t, in)
	}
	o.send(t, "GET", path+"/debug", nil)
	o.send(t, "DELETE", path, nil)
	list, err := o.local.ListDeletedConnections(t.Context())
	if err != nil || len(list.Items) == 0 {
		t.Fatalf("%s was not deleted: %v", in.Name, err)
	}
	if in.Kind != sluice.KindNetSuite {
		return // it stays in the trash
	}
	o.send(t, "POST", "/api/v1/deleted-connections/"+list.Items[0].ID+"/restore", map[string]string{"name": in.Name + "-2"})
	stored, err := o.core.store.Connection(t.Context(), in.Name+"-2")
	if err != nil || len(stored.Sealed) == 0 {
		t.Fatalf("%s was not restored with its secrets: %v", in.Name, err)
	}
	for field, sealed := range stored.Sealed { // the store may encode them: files alone do not show
		if strings.Contains(string(sealed), canary) {
			t.Errorf("%s of %s is not sealed", field, in.Name)
		}
	}
}

// changeType makes the login the previous one, or the next the candidate.
func (o *observed) changeType(t *testing.T, in client.ConnectionInput) {
	t.Helper()
	next := client.ConnectionInput{Name: in.Name, Kind: in.Kind, Settings: map[string]string{"type": "oauth2-m2m", "account": "1234567", "base_url": in.Settings["base_url"], "certificate_id": "c"},
		Secrets: map[string]string{"client_id": canary + "-next", "private_key": canary + "-next"}}
	if in.Settings["type"] == "oauth2-m2m" {
		next.Settings = map[string]string{"type": "token", "account": "1234567", "base_url": in.Settings["base_url"]}
		next.Secrets = map[string]string{"consumer_key": canary + "-next", "consumer_secret": canary + "-next", "token_id": canary + "-next", "token_secret": canary + "-next"}
	}
	path := "/api/v1/connections/" + in.Name
	o.send(t, "PUT", path, next)
	o.send(t, "GET", path, nil)
	o.send(t, "POST", path+"/candidate", nil)
	o.send(t, "POST", path+"/previous/restore", nil)
	o.send(t, "POST", path+"/test", nil)
}

// liveWithKey takes a consumer key and a connection that names it through a rotation.
func (o *observed) liveWithKey(t *testing.T, address string) {
	t.Helper()
	o.send(t, "POST", "/api/v1/consumer-keys", iCanary("iclient"))
	o.send(t, "POST", "/api/v1/consumer-keys", iCanary("iclient"))
	o.send(t, "POST", "/api/v1/consumer-keys", iCanary("Not A Name"))
	o.send(t, "POST", "/api/v1/connections", client.ConnectionInput{Name: "with-iclient", Kind: "netsuite", Settings: map[string]string{"account": "1234567", "base_url": address, "iclient": "iclient"},
		Secrets: map[string]string{"token_id": canary, "token_secret": canary}})
	o.send(t, "POST", "/api/v1/connections/with-iclient/test", nil)
	o.send(t, "PUT", "/api/v1/consumer-keys/iclient", map[string]string{"consumer_secret": canary + "-rotated"})
	o.send(t, "POST", "/api/v1/connections/with-iclient/doctor", nil)
	o.send(t, "DELETE", "/api/v1/consumer-keys/iclient", nil)
	o.send(t, "POST", "/api/v1/apply", map[string]any{"consumer_keys": []any{map[string]string{"path": "consumer_keys.yaml", "name": "iclient", "consumer_key": canary + "-k"}}})
	stored, err := o.core.store.ConsumerKey(t.Context(), "iclient")
	if err != nil || len(stored.Sealed) != 2 || strings.Contains(string(stored.Sealed["consumer_key"])+string(stored.Sealed["consumer_secret"]), canary) {
		t.Errorf("the consumer key is not sealed: %v", err)
	}
}

func iCanary(name string) map[string]string {
	return map[string]string{"name": name, "consumer_key": canary + "-key", "consumer_secret": canary + "-secret"}
}

// mistakes sends what cannot be read: answers like to quote it.
func (o *observed) mistakes(t *testing.T, address string) {
	t.Helper()
	input := netsuiteInput("ns")
	input.Settings["base_url"] = address
	data, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	good := string(data)
	o.send(t, "POST", "/api/v1/connections", strings.Replace(good, `"ns"`, `"Not A Name"`, 1))
	o.send(t, "POST", "/api/v1/connections", good+"}") // malformed
	o.send(t, "POST", "/api/v1/connections", strings.Replace(good, `"`+canary+`-ck"`, `["`+canary+`"]`, 1))
	o.send(t, "POST", "/api/v1/connections", strings.Replace(good, `"token_id"`, `"nonsense"`, 1))
	o.send(t, "POST", "/api/v1/consumer-keys", `{"name":"x","consumer_key":["`+canary+`"]}`)
}

// searchEverywhere looks for the canary in all that the server said, wrote to its
// log and stored.
func (o *observed) searchEverywhere(t *testing.T) {
	t.Helper()
	for place, text := range map[string]string{"an answer": o.said.String(), "the log": o.log.String()} {
		if i := strings.Index(text, canary); i >= 0 {
			t.Errorf("%s holds the secret: …%s…", place, text[max(0, i-200):min(len(text), i+60)])
		}
	}
	err := filepath.WalkDir(o.cfg.DataDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), canary) {
			t.Errorf("the file %s holds the secret", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
