package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sluicehq/sluice/examples"
	"github.com/sluicehq/sluice/internal/postgrestest"
)

// Exit codes, as the command line promises them.
const (
	exitOK           = 0
	exitRecordErrors = 3
)

var build = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("SLUICE_BINARY"); path != "" {
		return path, nil
	}
	dir, err := os.MkdirTemp("", "sluice-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "sluice")
	out, err := exec.Command("go", "build", "-o", path, "github.com/sluicehq/sluice/cmd/sluice").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := postgrestest.Stop(m.Run())
	if path, err := build(); err == nil && os.Getenv("SLUICE_BINARY") == "" {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// world is an emulated account and a data folder with the shop's flows.
type world struct {
	t       *testing.T
	binary  string
	dir     string // data folder and files
	account struct {
		Account        string `json:"account"`
		BaseURL        string `json:"base_url"`
		ConsumerKey    string `json:"consumer_key"`
		ConsumerSecret string `json:"consumer_secret"`
		TokenID        string `json:"token_id"`
		TokenSecret    string `json:"token_secret"`
	}
}

// newWorld starts an account and stores connections and flows. emulate are
// more arguments for the emulator.
func newWorld(t *testing.T, emulate ...string) *world {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, binary: binary, dir: t.TempDir()}
	line := w.start(append([]string{"emulate", "--json", "--listen", "127.0.0.1:0"}, emulate...)...).firstLine()
	if err := json.Unmarshal([]byte(line), &w.account); err != nil {
		t.Fatalf("emulate --json printed %q: %v", line, err)
	}
	if err := os.CopyFS(w.path("shop"), examples.Shop()); err != nil {
		t.Fatal(err)
	}
	w.write("shop/connections.yaml", fmt.Sprintf(`connections:
  - {name: shop-files, kind: files, settings: {dir: data}}
  - {name: warehouse, kind: sqlite, settings: {path: warehouse.db}}
  - name: netsuite
    kind: netsuite
    settings: {account: %q, type: token, base_url: %q, settle: 1s, timeout: 10s}
    secrets:
      consumer_key: {env: E2E_CONSUMER_KEY}
      consumer_secret: {env: E2E_CONSUMER_SECRET}
      token_id: {env: E2E_TOKEN_ID}
      token_secret: {env: E2E_TOKEN_SECRET}
`, w.account.Account, w.account.BaseURL))
	w.makeWarehouse()
	w.sluice(exitOK, "apply", w.path("shop"))
	return w
}

func (w *world) path(parts ...string) string {
	return filepath.Join(append([]string{w.dir}, parts...)...)
}

func (w *world) write(path, text string) {
	w.t.Helper()
	if err := os.WriteFile(w.path(path), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.binary, args...)
	cmd.Env = append(os.Environ(), "SLUICE_DATA="+w.path("data"), "SLUICE_SERVER=", "SLUICE_TOKEN=", "SLUICE_DATABASE=",
		"E2E_CONSUMER_KEY="+w.account.ConsumerKey, "E2E_CONSUMER_SECRET="+w.account.ConsumerSecret,
		"E2E_TOKEN_ID="+w.account.TokenID, "E2E_TOKEN_SECRET="+w.account.TokenSecret)
	return cmd
}

// sluice runs a command to its end, expects an exit code, and returns standard output.
func (w *world) sluice(code int, args ...string) string {
	w.t.Helper()
	out, got, stderr := w.try(args...)
	if got != code {
		w.t.Fatalf("sluice %s ended with %d, want %d\n%s%s", strings.Join(args, " "), got, code, out, stderr)
	}
	return out
}

// try runs a command to its end.
func (w *world) try(args ...string) (stdout string, code int, stderr string) {
	w.t.Helper()
	var out, errs bytes.Buffer
	cmd := w.command(w.t.Context(), args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode(), errs.String()
}

// query runs a SuiteQL query that gives one row.
func (w *world) query(sql string) map[string]string {
	w.t.Helper()
	var rows []map[string]string
	text := w.sluice(exitOK, "suiteql", "netsuite", sql, "--output", "json")
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		w.t.Fatalf("%v in %s", err, text)
	}
	if len(rows) != 1 {
		w.t.Fatalf("%d rows, want one: %s", len(rows), text)
	}
	return rows[0]
}

// breakAccount adds a fault to the emulator: JSON of a rule (docs/emulator.md).
func (w *world) breakAccount(rule string) {
	w.t.Helper()
	answer, err := http.Post(w.account.BaseURL+"/_emulator/faults", "application/json", strings.NewReader(rule))
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		text, _ := io.ReadAll(answer.Body)
		w.t.Fatalf("the emulator refused the fault: %s %s", answer.Status, text)
	}
}

// process is a program that runs beside the test and is ended with it.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  *bufio.Scanner
	errs *bytes.Buffer
	once sync.Once
}

func (w *world) start(args ...string) *process {
	w.t.Helper()
	p := &process{t: w.t, cmd: w.command(context.Background(), args...), errs: &bytes.Buffer{}}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	p.cmd.Stderr = p.errs
	p.out = bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { p.end(syscall.SIGTERM) })
	return p
}

func (p *process) firstLine() string {
	p.t.Helper()
	if !p.out.Scan() {
		p.end(syscall.SIGTERM)
		p.t.Fatalf("%s ended without a word: %s", strings.Join(p.cmd.Args[1:], " "), p.errs)
	}
	return p.out.Text()
}

// end signals the process, by its ID, and waits for it.
func (p *process) end(signal syscall.Signal) {
	p.once.Do(func() {
		_ = p.cmd.Process.Signal(signal)
		ended := time.AfterFunc(30*time.Second, func() { _ = p.cmd.Process.Kill() })
		defer ended.Stop()
		_ = p.cmd.Wait()
	})
}
