//go:build unix

package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"github.com/jackc/pgx/v5"

	"github.com/sluicehq/sluice/internal/servertest"
)

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
	account, err := servertest.OrdinaryAccount(dir, "postgres", "nobody")
	if err != nil {
		return "", nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := servertest.Command(account, dir, filepath.Join(bin, "initdb"), "--pgdata", data, "--username", "sluice", "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions")
	if output, err := initdb.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w: %s", err, output)
	}
	port, err := servertest.FreePort()
	if err != nil {
		return "", nil, err
	}
	postgres := servertest.Command(account, dir, filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "max_connections=200",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "autovacuum=off")
	address = fmt.Sprintf("postgres://sluice@127.0.0.1:%d/postgres?sslmode=disable", port)
	stop, err = servertest.Start(postgres, dir, syscall.SIGQUIT, func(ctx context.Context) error { // SIGQUIT is the immediate shutdown
		connection, err := pgx.Connect(ctx, address)
		if err != nil {
			return err
		}
		return connection.Close(ctx)
	})
	return address, stop, err
}
