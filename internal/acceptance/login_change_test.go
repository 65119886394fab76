package acceptance

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/account"
)

// logins counts the customers that are written, by the login that each request
// carries, and lets the account think until the test has seen enough.
type logins struct {
	mu      sync.Mutex
	counts  map[string]int // by the start of the Authorization header, or the token ID
	changed chan struct{}
	hurry   bool
}

// think is the account's latency.
func (l *logins) think(r *http.Request) time.Duration {
	if r.Method != http.MethodPost || !strings.Contains(r.URL.Path, "/record/v1/customer") {
		return 0
	}
	header, login := r.Header.Get("Authorization"), "Bearer"
	if _, after, ok := strings.Cut(header, `oauth_token="`); ok {
		login, _, _ = strings.Cut(after, `"`)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[login]++
	close(l.changed)
	l.changed = make(chan struct{})
	switch {
	case l.hurry:
		return 0
	case l.counts[login] > 30: // the next login is due: the run has to last until it comes
		return 500 * time.Millisecond
	}
	return 20 * time.Millisecond
}

// await waits until a login has written so many customers.
func (l *logins) await(t *testing.T, login string, n int) {
	t.Helper()
	for {
		l.mu.Lock()
		have, changed := l.counts[login], l.changed
		l.mu.Unlock()
		if have >= n {
			return
		}
		select {
		case <-changed:
		case <-time.After(30 * time.Second):
			t.Fatalf("the login %.12s has written %d customers, not %d", login, have, n)
		}
	}
}

const movedFlow = `
name: moved
export:
  connection: files
  jsonl: {path: moved.jsonl}
  key: [id]
steps:
  - map: |
      root.companyName = "Moved " + this.id
      root.subsidiary.id = "1"
  - import:
      connection: netsuite
      operation: add
      netsuite: {record: customer}
pages: {size: 50, parallel: 2}
`

// basicConnection is how a connection comes from elsewhere: by e-mail address and password.
func basicConnection(emu *emulator.Emulator) string {
	c := emu.Credentials()
	return fmt.Sprintf(`
  - name: netsuite
    kind: netsuite
    settings: {account: %q, type: basic, email: somebody@example.com, base_url: %q, settle: 5s, concurrency: "5"}
    secrets: {password: {env: NETSUITE_TOKEN_SECRET}}
`, c.Account, c.BaseURL)
}

// A connection that was taken over with a password gets a token. While a flow writes,
// it passes on to an automatic one and to a certificate, and each login is revoked as
// soon as it is replaced. The flow passes from one to the next between two requests:
// every record arrives once.
// To see the test fail, let Connector.keep of the NetSuite connector never replace a login.
func TestLoginChangesWhileAFlowRuns(t *testing.T) {
	t.Parallel()
	const rows = 600
	seen := &logins{counts: map[string]int{}, changed: make(chan struct{})}
	emu := emulator.Start(t, func(o *emulator.Options) { o.Latency = seen.think })
	dir := t.TempDir()
	var lines strings.Builder
	for i := range rows {
		fmt.Fprintf(&lines, "{\"id\":\"%04d\"}\n", i)
	}
	writeFile(t, filepath.Join(dir, "moved.jsonl"), lines.String())
	in := install(t, netsuiteEnv(emu)...)
	in.apply(basicConnection(emu)+filesConnection("files", dir), map[string]string{"moved": movedFlow})
	in.serve()
	in.do(nil, "connection", "edit", "netsuite", "--set", "type=token", "--secret", "consumer_key=env:NETSUITE_CONSUMER_KEY", "--secret", "consumer_secret=env:NETSUITE_CONSUMER_SECRET",
		"--secret", "token_id=env:NETSUITE_TOKEN_ID", "--secret", "token_secret=env:NETSUITE_TOKEN_SECRET")
	in.do(nil, "connection", "test", "netsuite")

	flow := in.command(childCLI, "flow", "run", "moved", "--output", "json", "--data", in.dir)
	var out, errs bytes.Buffer
	flow.Stdout, flow.Stderr = &out, &errs
	if err := flow.Start(); err != nil {
		t.Fatal(err)
	}
	seen.await(t, emu.Credentials().TokenID, 20)

	in.do(nil, "connection", "edit", "netsuite", "--set", "type=token-auto")
	in.authorize(t, emu)
	must(t, emu.Account().Revoke(account.SeedToken))
	automatic := newestToken(emu)
	seen.await(t, automatic.Token, 20)

	in.moveToCertificate(t, emu)
	must(t, emu.Account().Revoke(automatic.ID))
	seen.await(t, "Bearer", 20)
	seen.mu.Lock()
	seen.hurry = true
	seen.mu.Unlock()

	if err := flow.Wait(); err != nil {
		t.Fatalf("the run: %v\n%s%s\n%s", err, &out, &errs, in.log)
	}
	var arrived []map[string]any
	in.do(&arrived, "suiteql", "netsuite", "SELECT companyname, COUNT(*) AS n FROM customer WHERE companyname LIKE 'Moved %' GROUP BY companyname", "--limit", "1000")
	for _, row := range arrived {
		if fmt.Sprint(row["n"]) != "1" {
			t.Errorf("%v arrived %v times", row["companyname"], row["n"])
		}
	}
	if len(arrived) != rows {
		t.Errorf("%d of %d records arrived", len(arrived), rows)
	}
	t.Logf("records by login: %v", seen.counts)
	in.backAndForth(t)
}

// backAndForth goes back to the login before, which is revoked, and comes again.
func (in *installation) backAndForth(t *testing.T) {
	t.Helper()
	var conn struct {
		Status   string
		Settings map[string]string
		Previous *struct{ Type string }
	}
	for _, want := range []struct{ status, kind, previous string }{{"offline", "token-auto", "oauth2-m2m"}, {"online", "oauth2-m2m", "token-auto"}} {
		in.do(&conn, "connection", "previous", "restore", "netsuite")
		if conn.Status != want.status || conn.Settings["type"] != want.kind || conn.Previous == nil || conn.Previous.Type != want.previous {
			t.Errorf("restored: %+v, want %+v", conn, want)
		}
	}
	var role struct {
		Needed  []struct{ ID, Shown string }
		Lacking []any
	}
	in.do(&role, "connection", "role", "netsuite")
	if len(role.Needed) < 3 || len(role.Lacking) != 0 {
		t.Errorf("role %+v", role)
	}
	conn.Previous = nil
	in.do(&conn, "connection", "previous", "drop", "netsuite")
	if o := in.try("connection", "previous", "restore", "netsuite"); conn.Previous != nil || o.code != 1 || !strings.Contains(o.err, "connection.no_previous") {
		t.Errorf("after the drop: %+v, %+v", conn, o)
	}
	if o := in.try("connection", "candidate", "prove", "netsuite"); o.code != 1 || !strings.Contains(o.err, "connection.no_candidate") {
		t.Errorf("without a candidate: %+v", o)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// authorize runs the command and does what a person does in the browser.
func (in *installation) authorize(t *testing.T, emu *emulator.Emulator) {
	t.Helper()
	c := in.command(childCLI, "connection", "authorize", "netsuite", "--data", in.dir)
	told, err := c.StderrPipe()
	must(t, err)
	must(t, c.Start())
	var said strings.Builder
	lines := bufio.NewScanner(told)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if address := strings.TrimSpace(lines.Text()); strings.HasPrefix(address, "http") {
			allow(t, emu, address)
		}
	}
	if err := c.Wait(); err != nil {
		t.Fatalf("authorize: %v\n%s\n%s", err, &said, in.log)
	}
}

// allow presses Allow on NetSuite's page, and lets the browser follow.
func allow(t *testing.T, emu *emulator.Emulator, address string) {
	t.Helper()
	page, err := url.Parse(address)
	must(t, err)
	consent, err := emu.Account().Consent(page.Query().Get("oauth_token"), page.Query().Get("state"))
	must(t, err)
	back, err := emu.Account().Allow(consent, account.IntegrationUser, account.IntegrationRole)
	must(t, err)
	resp, err := http.Get(back) //nolint:noctx // a browser's
	must(t, err)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the callback answers %s", resp.Status)
	}
}

func newestToken(emu *emulator.Emulator) account.AccessToken {
	tokens := emu.Account().Setup().Tokens
	return tokens[len(tokens)-1]
}

// moveToCertificate prepares, uploads, tries and switches.
func (in *installation) moveToCertificate(t *testing.T, emu *emulator.Emulator) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "upload.crt")
	in.do(nil, "connection", "oauth2", "prepare", "netsuite", "--out", file)
	text, err := os.ReadFile(file)
	must(t, err)
	block, _ := pem.Decode(text)
	cert, err := x509.ParseCertificate(block.Bytes)
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(cert.PublicKey)
	must(t, err)
	uploaded, err := emu.Account().AddCertificate(account.Certificate{IntegrationID: account.SeedIntegration, EmployeeID: account.IntegrationUser, RoleID: account.IntegrationRole,
		PublicKey: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), NotBefore: cert.NotBefore, NotAfter: cert.NotAfter})
	must(t, err)
	var trial struct{ OK bool }
	in.do(&trial, "connection", "oauth2", "trial", "netsuite", "--certificate-id", uploaded.ID)
	if !trial.OK {
		t.Error("the trial failed")
	}
	in.do(nil, "connection", "oauth2", "switch", "netsuite")
}
