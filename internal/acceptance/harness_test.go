// Package acceptance drives the real program from start to end: processes that are
// started, killed and started again, against an emulated account, with real data.
package acceptance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/cli"
	"github.com/sluicehq/sluice/internal/mysqltest"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/servertest"
)

// A child process is this test binary run as sluice, so that what is killed is a
// real process and what runs in it is the real program. childServeWithoutLedger
// is the one thing that the program itself does not offer.
const childVar, childCLI, childServeWithoutLedger = "SLUICE_ACCEPTANCE_CHILD", "cli", "serve-without-ledger"

func TestMain(m *testing.M) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch os.Getenv(childVar) {
	case childCLI:
		os.Exit(cli.Main(ctx, os.Args[1:]))
	case childServeWithoutLedger:
		if err := serveWithoutLedger(ctx, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(mysqltest.Stop(postgrestest.Stop(m.Run())))
}

func serveWithoutLedger(ctx context.Context, dir string) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	a, err := app.New(ctx, app.Config{DataDir: dir, WithoutLedger: true, Log: log})
	if err != nil {
		return err
	}
	return errors.Join(a.Run(ctx), a.Close())
}

// installation is a data folder with the processes that work on it.
type installation struct {
	t   testing.TB
	dir string
	env []string

	withoutLedger bool
	server        *exec.Cmd
	log           *servertest.Log
}

func install(t testing.TB, env ...string) *installation {
	in := &installation{t: t, dir: t.TempDir(), env: env, log: &servertest.Log{}}
	t.Cleanup(in.kill)
	return in
}

func (in *installation) command(child string, args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), append(in.env, childVar+"="+child)...)
	return c
}

// serve starts a server and waits until it answers on its socket.
func (in *installation) serve() {
	in.t.Helper()
	if in.server = in.command(childCLI, "serve", "--data", in.dir, "--listen", "127.0.0.1:0"); in.withoutLedger {
		in.server = in.command(childServeWithoutLedger, in.dir)
	}
	in.server.Stderr = in.log
	if err := in.server.Start(); err != nil {
		in.t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second)
	for {
		conn, err := app.DialSocket(in.t.Context(), in.dir)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(deadline) {
			in.t.Fatalf("the server does not answer: %v\n%s", err, in.log)
		}
		<-time.After(5 * time.Millisecond) // another process starts: nothing tells us when it is ready
	}
}

// kill ends the server without any warning, as a crash does.
func (in *installation) kill() {
	if in.server == nil {
		return
	}
	_ = in.server.Process.Kill()
	_ = in.server.Wait()
	in.server = nil
}

// peak returns the server's peak resident memory, as Linux tells it.
func (in *installation) peak() string {
	in.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", in.server.Process.Pid))
	if err != nil {
		return "not known"
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	value, _, _ := strings.Cut(after, "\n")
	return strings.TrimSpace(value)
}

// outcome is what a command brought.
type outcome struct {
	code     int
	out, err string
}

// try runs a command line.
func (in *installation) try(args ...string) outcome {
	in.t.Helper()
	c := in.command(childCLI, append(args, "--data", in.dir)...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		in.t.Fatal(err)
	}
	return outcome{c.ProcessState.ExitCode(), out.String(), errs.String()}
}

// do runs a command line that must succeed and decodes its JSON into to.
func (in *installation) do(to any, args ...string) {
	in.t.Helper()
	o := in.try(append(args, "--output", "json")...)
	if o.code != 0 {
		in.t.Fatalf("sluice %s: exit %d\n%s%s", strings.Join(args, " "), o.code, o.out, o.err)
	}
	if to == nil {
		return
	}
	d := json.NewDecoder(strings.NewReader(o.out))
	d.UseNumber()
	if err := d.Decode(to); err != nil {
		in.t.Fatalf("sluice %s: %v in %s", strings.Join(args, " "), err, o.out)
	}
}

// run is a run as the command line shows it.
type run struct {
	ID     int64  `json:"id"`
	State  string `json:"state"`
	Counts struct{ Read, Rows, Written, Unchanged, Excluded, Failed int64 }
	Steps  []struct {
		Step, Reason                       string
		Created, Written, Excluded, Failed int64
	}
	Totals []struct{ Name, Read, Written, Unchanged, Excluded, Failed string }
	Error  *told
}

func (r *run) total(t testing.TB, name string) (read, written, unchanged, excluded, failed string) {
	t.Helper()
	for _, total := range r.Totals {
		if total.Name == name {
			return total.Read, total.Written, total.Unchanged, total.Excluded, total.Failed
		}
	}
	t.Fatalf("the run has no control total %q", name)
	return
}

// flow runs a flow to its end; all records must get through.
func (in *installation) flow(name string) *run {
	in.t.Helper()
	r := in.flowWithErrors(name)
	if r.Counts.Failed != 0 {
		errs := in.try("error", "list")
		in.t.Fatalf("flow %s: %d records failed\n%s", name, r.Counts.Failed, errs.out)
	}
	return r
}

// flowWithErrors runs a flow to its end.
func (in *installation) flowWithErrors(name string) *run {
	in.t.Helper()
	o := in.try("flow", "run", name, "--output", "json")
	var r run
	if err := json.Unmarshal([]byte(o.out), &r); err != nil {
		in.t.Fatalf("flow run %s: exit %d: %v\n%s%s", name, o.code, err, o.out, o.err)
	}
	if r.State != "completed" {
		in.t.Fatalf("flow %s ended %s: %+v\n%s", name, r.State, r.Error, o.err)
	}
	if c := r.Counts; c.Read != c.Written+c.Unchanged+c.Excluded+c.Failed {
		in.t.Fatalf("flow %s: records do not add up: %+v", name, c)
	}
	return &r
}

// netsuiteEnv are the emulated account's secrets as connections.yaml names them.
func netsuiteEnv(e *emulator.Emulator) []string {
	c := e.Credentials()
	return []string{
		"NETSUITE_CONSUMER_KEY=" + c.ConsumerKey, "NETSUITE_CONSUMER_SECRET=" + c.ConsumerSecret,
		"NETSUITE_TOKEN_ID=" + c.TokenID, "NETSUITE_TOKEN_SECRET=" + c.TokenSecret,
	}
}

// netsuiteConnection is the part of connections.yaml that reaches the emulated account.
func netsuiteConnection(e *emulator.Emulator, settle time.Duration) string {
	c := e.Credentials()
	return fmt.Sprintf(`
  - name: netsuite
    kind: netsuite
    settings: {account: %q, type: token, base_url: %q, settle: %q, concurrency: "5"}
    secrets:
      consumer_key: {env: NETSUITE_CONSUMER_KEY}
      consumer_secret: {env: NETSUITE_CONSUMER_SECRET}
      token_id: {env: NETSUITE_TOKEN_ID}
      token_secret: {env: NETSUITE_TOKEN_SECRET}
`, c.Account, c.BaseURL, settle)
}

func filesConnection(name, dir string) string {
	return fmt.Sprintf("\n  - name: %s\n    kind: files\n    settings: {dir: %q}\n", name, dir)
}

// apply stores connections and flows.
func (in *installation) apply(connections string, flows map[string]string) {
	in.t.Helper()
	dir := in.t.TempDir()
	if connections != "" {
		writeFile(in.t, filepath.Join(dir, "connections.yaml"), "connections:"+connections)
	}
	for name, text := range flows {
		writeFile(in.t, filepath.Join(dir, name+".yaml"), text)
	}
	in.do(nil, "apply", dir)
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// query runs SuiteQL and returns its rows.
func (in *installation) query(sql string) []map[string]any {
	in.t.Helper()
	var found []map[string]any
	in.do(&found, "suiteql", "netsuite", sql, "--limit", "1000")
	return found
}

// examples returns the flow files of an example, by name.
func examples(t testing.TB, name string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "examples", name, "flows", "*.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no flows of example %s: %v", name, err)
	}
	flows := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		flows[strings.TrimSuffix(filepath.Base(path), ".yaml")] = string(text)
	}
	return flows
}

// inSoak returns the larger number in a soak.
func inSoak(usual, soak int) int {
	if os.Getenv("SLUICE_SOAK") != "" {
		return soak
	}
	return usual
}
