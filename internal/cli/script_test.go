package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sluicehq/sluice/internal/app"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sluice": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		code := Main(ctx, os.Args[1:])
		stop()
		os.Exit(code)
	}})
}

// TestScripts runs the command line as a user does, one file of testdata/script
// each. Beyond testscript's own commands there is
//
//	exits CODE PROGRAM ARGS…   runs a program and wants this exit code
//	serve                      starts a server on $SLUICE_DATA, whose address is $URL
//	envfile NAME FILE          sets a variable to a file's text
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "serve": serve, "envfile": envFile},
		Setup: func(e *testscript.Env) error {
			e.Setenv("SLUICE_DATA", e.WorkDir+"/data")
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func serve(ts *testscript.TestScript, _ bool, _ []string) {
	a, err := app.New(context.Background(), app.Config{DataDir: ts.Getenv("SLUICE_DATA"), Listen: "127.0.0.1:0"})
	ts.Check(err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	ts.Defer(func() {
		stop()
		ts.Check(errors.Join(<-ended, a.Close()))
	})
	ts.Setenv("URL", a.URL())
}

func envFile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: envfile NAME FILE")
	}
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}
