//go:build unix

package servertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
	"time"
)

// startTimeout bounds how long a server may take until it answers.
const startTimeout = 30 * time.Second

// Account is whom to run a server as; nil is this process's own user.
type Account = syscall.Credential

// OrdinaryAccount returns this process's own user, or, because database servers
// refuse root, the first of the named ones that there is, who is given the folder.
func OrdinaryAccount(dir string, names ...string) (*Account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range names {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(account.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(account.Gid, 10, 32)
		if err := errors.Join(uidErr, gidErr, os.Chown(dir, int(uid), int(gid))); err != nil {
			return nil, err
		}
		return &Account{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("the server refuses root, and there is no user of %v", names)
}

// Command is a program that the account runs in the folder.
func Command(account *Account, dir, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: account, Setpgid: true}
	return c
}

// Start starts a server that keeps its data in dir and waits until probe gets an
// answer. end is the signal that makes the server end at once. stop sends it; the
// folder stays.
func Start(c *exec.Cmd, dir string, end syscall.Signal, probe func(ctx context.Context) error) (stop func() error, err error) {
	var log bytes.Buffer
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	dismiss, err := guard(c.Process.Pid, end, dir)
	stop = func() error {
		signalErr := c.Process.Signal(end)
		<-ended // its exit code is the signal's
		return errors.Join(signalErr, dismiss())
	}
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	if err := await(probe, ended); err != nil {
		if !errors.Is(err, ErrEnded) {
			err = errors.Join(err, stop())
		}
		return nil, fmt.Errorf("%w: %s", err, log.String())
	}
	return stop, nil
}

// guard watches over this process: when it dies without dismissing its guard (a
// panic, a timeout, a kill), the server is stopped and its folder removed.
func guard(pid int, end syscall.Signal, dir string) (dismiss func() error, err error) {
	const script = `read -r word || { kill -"$1" "$2"; sleep 1; rm -rf -- "$3"; }`
	c := exec.Command("/bin/sh", "-c", script, "guard", strconv.Itoa(int(end)), strconv.Itoa(pid), dir)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt at the terminal is for the tests alone
	pipe, err := c.StdinPipe()
	if err != nil {
		return func() error { return nil }, err
	}
	if err := c.Start(); err != nil {
		return func() error { return nil }, err
	}
	return func() error {
		_, err := io.WriteString(pipe, "dismissed\n")
		return errors.Join(err, pipe.Close(), c.Wait())
	}, nil
}

// await asks the server until it answers.
func await(probe func(ctx context.Context) error, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		err := probe(ctx)
		if err == nil {
			return nil
		}
		select {
		case waitErr := <-ended:
			return errors.Join(ErrEnded, waitErr)
		case <-ctx.Done():
			return err
		case <-poll.C:
		}
	}
}
