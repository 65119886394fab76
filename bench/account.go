package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// account is what `sluice emulate --json` prints.
type account struct {
	Account        string `json:"account"`
	BaseURL        string `json:"base_url"`
	ConsumerKey    string `json:"consumer_key"`
	ConsumerSecret string `json:"consumer_secret"`
	TokenID        string `json:"token_id"`
	TokenSecret    string `json:"token_secret"`
}

// withAccount serves an emulated account in a process of its own while use runs.
func withAccount(ctx context.Context, f accountFlags, use func(a account) error) (err error) {
	cmd := exec.CommandContext(ctx, self(), f.args()...)
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the emulator: %w", err)
	}
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		var exit *exec.ExitError
		if e := cmd.Wait(); e != nil && !errors.As(e, &exit) {
			err = errors.Join(err, e)
		}
	}()
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		return errors.New("the emulator ended before it served")
	}
	var a account
	if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
		return fmt.Errorf("the emulator's first line: %w", err)
	}
	return use(a)
}

// answer is what a client prints when it is through.
type answer struct {
	Count       int     `json:"count"`       // rows or records
	Seconds     float64 `json:"seconds"`     // without starting up
	Bytes       int64   `json:"bytes"`       // of answers, where the client knows
	Peak        int64   `json:"peak"`        // resident memory at its highest, bytes
	Utilization float64 `json:"utilization"` // of the slots, 0 to 1
	Refusals    int     `json:"refusals"`
}

func (a answer) rate() float64 {
	if a.Seconds == 0 {
		return 0
	}
	return float64(a.Count) / a.Seconds
}

// self is the path of this program.
func self() string {
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

// ourClient is a measurement of the Go client in a process of its own.
func ourClient(a account, args ...string) *exec.Cmd {
	return with(a, exec.Command(self(), append([]string{"client"}, args...)...))
}

// nodeClient is a measurement of npm netsuite-rest.
func nodeClient(a account, script string, args ...string) *exec.Cmd {
	return with(a, exec.Command("node", append([]string{filepath.Join("bench", "node", script)}, args...)...))
}

// with hands the account to a client, secrets included: it is an emulated one.
func with(a account, cmd *exec.Cmd) *exec.Cmd {
	text, _ := json.Marshal(a) // a struct of strings
	cmd.Env = append(os.Environ(), "BENCH_ACCOUNT="+string(text))
	cmd.Stderr = os.Stderr
	return cmd
}

func runProcess(ctx context.Context, cmd *exec.Cmd) (answer, error) {
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	out, err := cmd.Output()
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w", filepath.Base(cmd.Args[0]), err)
	}
	var a answer
	if err := json.Unmarshal(out, &a); err != nil {
		return answer{}, fmt.Errorf("%s printed %q: %w", filepath.Base(cmd.Args[0]), out, err)
	}
	return a, nil
}
