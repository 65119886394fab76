// Package socket is the way into a server through its data folder.
package socket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
)

// File is the name of the data folder's socket.
const File = "sluice.sock"

// maxSocketPath is how long the path of a socket can be (sun_path on Linux, less
// what other systems have less).
const maxSocketPath = 100

// socketPath returns a path for the folder's socket that is short enough, and
// what to call when it has been used.
func socketPath(dir string) (string, func(), error) {
	path := filepath.Join(dir, File)
	if len(path) <= maxSocketPath {
		return path, func() {}, nil
	}
	if runtime.GOOS != "linux" {
		return "", nil, fmt.Errorf("the path %s is too long for a socket; choose a shorter data folder", path)
	}
	folder, err := os.Open(dir)
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), File), func() { _ = folder.Close() }, nil
}

// Listen opens the folder's socket. The caller holds the folder's lock, so a
// socket that is there already is a dead process's.
func Listen(dir string) (net.Listener, error) {
	if err := os.Remove(filepath.Join(dir, File)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("data folder's socket: %w", err)
	}
	path, release, err := socketPath(dir)
	if err != nil {
		return nil, err
	}
	defer release()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("data folder's socket: %w", err)
	}
	l.SetUnlinkOnClose(false) // Close removes it by its own path
	if err := os.Chmod(filepath.Join(dir, File), 0o600); err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("data folder's socket: %w", err)
	}
	return l, nil
}

// Dial connects to the server that has the data folder.
func Dial(ctx context.Context, dir string) (net.Conn, error) {
	path, release, err := socketPath(dir)
	if err != nil {
		return nil, err
	}
	defer release()
	var d net.Dialer
	return d.DialContext(ctx, "unix", path)
}
