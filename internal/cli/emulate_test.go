package cli

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/cli/shell"
)

// With --json the first line on standard output is what other programs wait for.
func TestEmulateJSON(t *testing.T) {
	out, in := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	p := &program{Shell: &shell.Shell{In: strings.NewReader(""), Out: in, Err: io.Discard, Getenv: func(string) string { return "" }}}
	code := make(chan int, 1)
	go func() { code <- p.run(ctx, []string{"emulate", "--json", "--listen", "127.0.0.1:0"}) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var told map[string]string
	if err := json.Unmarshal([]byte(line), &told); err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	for _, name := range []string{"account", "base_url", "consumer_key", "consumer_secret", "token_id", "token_secret", "admin_email", "admin_password"} {
		if told[name] == "" {
			t.Errorf("%s is missing in %s", name, line)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, told["base_url"]+"/services/rest/record/v1", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("nobody answers at %s: %v", told["base_url"], err)
	}
	_ = resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	stop()
	if got := <-code; got != exitOK {
		t.Errorf("exit code %d after the interrupt", got)
	}
}

// With --proxy the account answers under NetSuite's own hosts to who trusts the
// certificate that the line names; with --state the authority is kept.
func TestEmulateProxy(t *testing.T) {
	state := filepath.Join(t.TempDir(), "account.json")
	out, in := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	p := &program{Shell: &shell.Shell{In: strings.NewReader(""), Out: in, Err: io.Discard, Getenv: func(string) string { return "" }}}
	code := make(chan int, 1)
	go func() {
		code <- p.run(ctx, []string{"emulate", "--json", "--listen", "127.0.0.1:0", "--proxy", "127.0.0.1:0", "--state", state})
	}()
	var told struct {
		ProxyURL string `json:"proxy_url"`
		CAFile   string `json:"ca_file"`
	}
	if err := json.NewDecoder(out).Decode(&told); err != nil {
		t.Fatal(err)
	}
	trusted, err := os.ReadFile(told.CAFile)
	if err != nil || told.CAFile != state+".ca.pem" {
		t.Fatalf("%s: %v", told.CAFile, err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(trusted)
	front, err := url.Parse(told.ProxyURL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(front), TLSClientConfig: &tls.Config{RootCAs: roots}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://rest.netsuite.com/rest/datacenterurls?account=1234567_SB1", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(body), `"restDomain":"https://1234567-sb1.restlets.api.netsuite.com"`) {
		t.Errorf("%s, %v", body, err)
	}
	_ = resp.Body.Close()
	transport.CloseIdleConnections()
	stop()
	if got := <-code; got != exitOK {
		t.Errorf("exit code %d after the interrupt", got)
	}
	if info, err := os.Stat(state + ".ca.key"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}
