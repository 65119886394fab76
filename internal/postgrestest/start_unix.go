//go:build unix

package postgrestest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// startTimeout bounds how long a server may take until it answers.
const startTimeout = 30 * time.Second

// start makes a server in a temporary folder, on a free port of 127.0.0.1. It
// keeps nothing, so it does not wait for the disk.
func start() (address string, stop func() error, err error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", nil, errors.Join(errAbsent, err)
	}
	bin := filepath.Dir(slices.Max(found))
	dir, err := os.MkdirTemp("", "sluice-postgres-")
	if err != nil {
		return "", nil, err
	}
	address, stopServer, err := startIn(bin, dir)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return address, func() error { return errors.Join(stopServer(), os.RemoveAll(dir)) }, nil
}

func startIn(bin, dir string) (address string, stop func() error, err error) {
	account, err := ordinaryUser(dir)
	if err != nil {
		return "", nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := command(account, dir, filepath.Join(bin, "initdb"), "--pgdata", data, "--username", "sluice", "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions")
	if output, err := initdb.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w: %s", err, output)
	}
	port, err := freePort()
	if err != nil {
		return "", nil, err
	}
	postgres := command(account, dir, filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "max_connections=200",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "autovacuum=off")
	var log bytes.Buffer
	postgres.Stdout, postgres.Stderr = &log, &log
	if err := postgres.Start(); err != nil {
		return "", nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- postgres.Wait() }()
	dismiss, err := guard(postgres.Process.Pid, dir)
	stop = func() error {
		// SIGQUIT is PostgreSQL's immediate shutdown, which ends with exit code 2 by design.
		signalErr := postgres.Process.Signal(syscall.SIGQUIT)
		<-ended
		return errors.Join(signalErr, dismiss())
	}
	if err != nil {
		return "", nil, errors.Join(err, stop())
	}
	address = fmt.Sprintf("postgres://sluice@127.0.0.1:%d/postgres?sslmode=disable", port)
	if err := awaitServer(address, ended); err != nil {
		if !errors.Is(err, errEnded) {
			err = errors.Join(err, stop())
		}
		return "", nil, fmt.Errorf("%w: %s", err, log.String())
	}
	return address, stop, nil
}

// guard watches over this process: when it dies without dismissing its guard (a
// panic, a timeout, a kill), the server is stopped and its folder removed.
func guard(pid int, dir string) (dismiss func() error, err error) {
	const script = `read -r word || { kill -QUIT "$1"; sleep 1; rm -rf -- "$2"; }`
	c := exec.Command("/bin/sh", "-c", script, "guard", strconv.Itoa(pid), dir)
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

// ordinaryUser returns whom to run the server as: nil for this process's own user,
// or, because PostgreSQL refuses root, another one, who is given the folder.
func ordinaryUser(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(account.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(account.Gid, 10, 32)
		if err := errors.Join(uidErr, gidErr, os.Chown(dir, int(uid), int(gid))); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL refuses root, and there is no user postgres or nobody")
}

func command(account *syscall.Credential, dir, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: account, Setpgid: true}
	return c
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

var errEnded = errors.New("the server ended at once")

// awaitServer asks the server until it answers.
func awaitServer(address string, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		connection, err := pgx.Connect(ctx, address)
		if err == nil {
			return connection.Close(ctx)
		}
		select {
		case waitErr := <-ended:
			return errors.Join(errEnded, waitErr)
		case <-ctx.Done():
			return err
		case <-poll.C:
		}
	}
}
