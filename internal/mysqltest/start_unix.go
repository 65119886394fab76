//go:build unix

package mysqltest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/sluicehq/sluice/internal/servertest"
)

// program finds a program where Debian puts it; an ordinary user's PATH lacks sbin.
func program(name string) string {
	for _, dir := range []string{"/usr/sbin", "/usr/bin", "/usr/local/bin"} {
		if path := filepath.Join(dir, name); exec.Command(path, "--version").Run() == nil {
			return path
		}
	}
	return ""
}

// start makes a server in a temporary folder, on a free port of 127.0.0.1. It
// keeps nothing, so it does not wait for the disk.
func start() (address string, stop func() error, err error) {
	daemon, install := program("mariadbd"), "/usr/bin/mariadb-install-db"
	if _, err := os.Stat(install); err != nil || daemon == "" {
		return "", nil, errAbsent
	}
	dir, err := os.MkdirTemp("", "sluice-mariadb-")
	if err != nil {
		return "", nil, err
	}
	address, stopServer, err := startIn(daemon, install, dir)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return address, func() error { return errors.Join(stopServer(), os.RemoveAll(dir)) }, nil
}

func startIn(daemon, install, dir string) (address string, stop func() error, err error) {
	account, err := servertest.OrdinaryAccount(dir, "mysql", "nobody")
	if err != nil {
		return "", nil, err
	}
	data := filepath.Join(dir, "data")
	tables := servertest.Command(account, dir, install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db")
	if output, err := tables.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("mariadb-install-db: %w: %s", err, output)
	}
	port, err := servertest.FreePort()
	if err != nil {
		return "", nil, err
	}
	server := servertest.Command(account, dir, daemon, "--no-defaults", "--datadir="+data, "--bind-address=127.0.0.1", "--port="+strconv.Itoa(port),
		"--socket="+filepath.Join(dir, "s"), "--pid-file="+filepath.Join(dir, "pid"), "--skip-name-resolve", "--max-connections=200",
		"--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--skip-log-bin", "--max-recursive-iterations=100000")
	address = fmt.Sprintf("mysql://root@127.0.0.1:%d", port)
	at, err := url.Parse(address)
	if err != nil {
		return "", nil, err
	}
	stop, err = servertest.Start(server, dir, syscall.SIGKILL, func(ctx context.Context) error {
		db, err := Open(at)
		if err != nil {
			return err
		}
		return errors.Join(db.PingContext(ctx), db.Close())
	})
	return address, stop, err
}
