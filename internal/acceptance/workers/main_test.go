//go:build unix

// Package workers lets several real processes work the flows of one database, kills and
// freezes them, and looks at what reached the account.
package workers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/cli"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/servertest"
)

// A child process is this test binary run as a server or as the command line.
const (
	childVar     = "SLUICE_WORKERS_CHILD"
	childCLI     = "cli"
	childServe   = "serve"
	childAlone   = "serve-without-budget" // as if it had the account for itself
	lease        = 5 * time.Second        // of runs and pages: shorter than usual, so that the test is
	childStarted = "listening"
)

func TestMain(m *testing.M) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch child := os.Getenv(childVar); child {
	case childCLI:
		os.Exit(cli.Main(ctx, os.Args[1:]))
	case childServe, childAlone:
		if err := serve(ctx, os.Args[1], child == childAlone); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(postgrestest.Stop(m.Run()))
}

func serve(ctx context.Context, dir string, alone bool) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	a, err := app.New(ctx, app.Config{DataDir: dir, DatabaseURL: os.Getenv("SLUICE_DATABASE"), KeyFile: os.Getenv("SLUICE_KEY_FILE"),
		Lease: lease, WithoutBudget: alone, Log: log})
	if err != nil {
		return err
	}
	log.Info(childStarted)
	return errors.Join(a.Run(ctx), a.Close())
}

// worker is a server with a data folder of its own.
type worker struct {
	t    testing.TB
	kind string
	dir  string
	env  []string
	log  *servertest.Log

	mu     sync.Mutex
	server *exec.Cmd
	frozen bool
	gone   map[string]bool // pids of its former processes
}

func newWorker(t testing.TB, kind string, env ...string) *worker {
	w := &worker{t: t, kind: kind, dir: t.TempDir(), env: env, log: &servertest.Log{}, gone: map[string]bool{}}
	t.Cleanup(func() { w.kill() })
	return w
}

func (w *worker) command(child string, args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), append(w.env, childVar+"="+child)...)
	return c
}

// start starts a process. It does not wait until it works.
func (w *worker) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.server = w.command(w.kind, w.dir)
	w.server.Stderr = w.log
	if err := w.server.Start(); err != nil {
		w.t.Error(err)
	}
}

// ready waits until the process has begun.
func (w *worker) ready() {
	w.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !strings.Contains(w.log.String(), childStarted); {
		if time.Now().After(deadline) {
			w.t.Fatalf("a worker does not start\n%s", w.log)
		}
		<-time.After(5 * time.Millisecond) // another process starts: nothing tells us when it is ready
	}
}

// kill ends the process without any warning, as a crash does.
func (w *worker) kill() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.server == nil {
		return
	}
	w.gone[fmt.Sprint(w.server.Process.Pid)] = true
	_ = w.server.Process.Kill()
	_ = w.server.Wait()
	w.server, w.frozen = nil, false
}

// freeze stops the process where it is, until thaw.
func (w *worker) freeze(frozen bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.server == nil {
		return
	}
	w.frozen = frozen
	s := syscall.SIGCONT
	if frozen {
		s = syscall.SIGSTOP
	}
	if err := w.server.Process.Signal(s); err != nil {
		w.t.Error(err)
	}
}

// away reports whether a process by that pid was this worker's, and cannot use its slots.
func (w *worker) away(pid string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.gone[pid] || w.frozen && w.server != nil && pid == fmt.Sprint(w.server.Process.Pid)
}

// do runs a command line that must succeed.
func (w *worker) do(args ...string) {
	w.t.Helper()
	if out, err := w.command(childCLI, append(args, "--data", w.dir)...).CombinedOutput(); err != nil {
		w.t.Fatalf("sluice %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func writeFile(t testing.TB, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
