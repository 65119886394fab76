// Package restore lets an owner restore a backup on a server that runs. The backup is
// brought first, checked whole, and described; it then waits to be confirmed. Confirmed, it
// is handed to who runs the server (package life), which ends the server as on a shutdown,
// restores as sluice restore --replace does, and begins anew.
//
// One backup waits at a time, in a folder of its own, for an hour at most.
package restore

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/restore"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store/archive"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Config wires Restores. All but Life is required.
type Config struct {
	// Target says where the server keeps its data: folder, database and key file.
	Target backup.Restore
	Life
	Source interface {
		backup.Source
		Read() query.Querier
	}
	Users interface {
		User(ctx context.Context, idOrEmail string) (*sluice.User, error)
	}
	Ring *keyring.Keyring
	// Kept returns the path of a scheduled backup.
	Kept  func(name string) (string, error)
	URL   func() string // the server's address; empty without one
	Audit *audit.Log
	Clock func() time.Time
	Log   *slog.Logger
}

// Life is what who runs the server says of that.
type Life struct {
	// Able says that what was confirmed is restored when the server has ended.
	Able bool
	// Failed is why that did not happen when it was last tried; nil where it did.
	Failed *restore.Failed
}

const (
	folderName = "restoring"
	lifetime   = time.Hour
	maxSize    = 64 << 30 // bytes of a backup that is brought
)

// Restores are the rules round restoring on a server that runs.
type Restores struct {
	Config
	begun chan struct{} // closed when a restore was confirmed

	mu     sync.Mutex
	staged *staged
	next   *backup.Restore // what was confirmed
}

type staged struct {
	restore.Staged
	file *backup.File
}

// New returns the rules, removes what an earlier process has left, and notes a restore
// that did not happen.
func New(ctx context.Context, c Config) (*Restores, error) {
	r := &Restores{Config: c, begun: make(chan struct{})}
	if f := c.Failed; f != nil {
		r.Audit.Note(ctx, endpoint.Local(), "restore_failed", "server", "restore", f.Source+": "+f.Code)
	}
	return r, r.clean()
}

func (r *Restores) folder() string { return filepath.Join(r.Target.DataDir, folderName) }

// clean removes backups that waited, and what a restore has left that was killed.
func (r *Restores) clean() error {
	if err := os.RemoveAll(r.folder()); err != nil {
		return unwritable(r.folder(), err)
	}
	if path, ok := strings.CutPrefix(r.Target.DatabaseURL, "sqlite:"); ok {
		return archive.Tidy(strings.TrimPrefix(path, "//"))
	}
	return nil
}

func unwritable(where string, err error) *sluice.Error {
	return &sluice.Error{Code: "backup.unwritable", Message: "the backup cannot be kept here", Where: where,
		Remedy: "Check the folder's rights and the room on its disk", Err: err}
}

// Restore says which backup waits, and what became of the last one.
func (r *Restores) Restore(context.Context) (*restore.State, error) {
	r.expire()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state(), nil
}

func (r *Restores) state() *restore.State {
	out := &restore.State{Begun: r.next != nil, Failed: r.Failed}
	if r.staged != nil {
		shown := r.staged.Staged
		out.Staged = &shown
	}
	return out
}

// Stage takes a backup in, checks the whole of it, and says what it holds. Errors:
// backup.too_large, backup.damaged, backup.newer, store.newer_version, backup.unwritable.
func (r *Restores) Stage(ctx context.Context, by endpoint.Actor, name string, from io.Reader) (*restore.Staged, error) {
	return r.stage(ctx, by, plain(name), func(path string) error { return receive(path, from) })
}

// StageKept does so with a scheduled backup, which goes on waiting when its turn to be
// removed from its folder comes.
func (r *Restores) StageKept(ctx context.Context, by endpoint.Actor, name string) (*restore.Staged, error) {
	path, err := r.Kept(name)
	if err != nil {
		return nil, err
	}
	return r.stage(ctx, by, name, func(to string) error {
		if os.Link(path, to) == nil {
			return nil
		}
		file, err := os.Open(path)
		if err != nil {
			return unwritable(path, err)
		}
		return errors.Join(receive(to, file), file.Close())
	})
}

// plain is what somebody calls a file, without what could be taken for more than a name.
func plain(name string) string {
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, name)
	if name == "" {
		return "a file without name"
	}
	return name
}

func receive(path string, from io.Reader) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return unwritable(path, err)
	}
	n, err := io.Copy(file, &io.LimitedReader{R: from, N: maxSize + 1})
	if n > maxSize {
		return errors.Join(sluice.Errorf("backup.too_large", "the backup has more than %d GB", maxSize>>30).Fix("Restore it on the server's machine, with the server stopped: sluice restore"), file.Close())
	}
	if _, local := errors.AsType[*os.PathError](err); local {
		return errors.Join(unwritable(path, err), file.Close())
	}
	if err != nil {
		return errors.Join(sluice.Errorf("backup.cut_off", "the backup did not arrive whole: %w", err).Fix("Send it again"), file.Close())
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return unwritable(path, err)
	}
	return nil
}

// stage has one backup come in beside the one that waits, which it replaces when it is whole.
func (r *Restores) stage(ctx context.Context, by endpoint.Actor, name string, bring func(path string) error) (_ *restore.Staged, err error) {
	if err := r.ready(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(r.folder(), 0o700); err != nil {
		return nil, unwritable(r.folder(), err)
	}
	id := strings.ToLower(rand.Text()[:16])
	path := filepath.Join(r.folder(), id+".tar.gz")
	defer func() {
		if err != nil {
			err = errors.Join(err, remove(path))
		}
	}()
	if err := bring(path); err != nil {
		return nil, err
	}
	file, err := backup.Check(path)
	if err != nil {
		return nil, named(err, name)
	}
	s, err := r.describe(ctx, by, file)
	if err != nil {
		return nil, named(err, name)
	}
	s.ID, s.Source = id, name
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next != nil {
		return nil, begun()
	}
	r.drop()
	r.staged = &staged{*s, file}
	r.Audit.Note(ctx, by, "stage", "server", "restore", "backup of "+s.MadeAt.UTC().Format(time.RFC3339)+" from "+name+" waits to be restored")
	return s, nil
}

// named has an error speak of the backup as people call it.
func named(err error, name string) error {
	if e, ok := errors.AsType[*sluice.Error](err); ok && e.Where != "" {
		return e.At(name)
	}
	return err
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func begun() error {
	return sluice.Errorf("restore.begun", "a backup is being restored").Fix("Wait until the server answers again")
}

// ready refuses while a restore goes on, and where nobody would do it.
func (r *Restores) ready() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.next != nil:
		return begun()
	case !r.Able:
		return sluice.Errorf("restore.unsupported", "this server cannot restore a backup while it runs").Fix("Stop it and restore there: sluice restore FILE --replace")
	}
	return nil
}

// Unstage removes the backup that waits.
func (r *Restores) Unstage(ctx context.Context, by endpoint.Actor) error {
	if err := r.ready(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.staged == nil {
		return sluice.NotFound("backup", "that waits to be restored")
	}
	r.drop()
	r.Audit.Note(ctx, by, "unstage", "server", "restore", "the backup that waited is removed")
	return nil
}

// drop removes what waits; mu is held.
func (r *Restores) drop() {
	if r.staged == nil {
		return
	}
	if err := remove(r.staged.file.Path); err != nil {
		r.Log.Error("a backup that waited to be restored cannot be removed", "path", r.staged.file.Path, "error", err)
	}
	r.staged = nil
}

func (r *Restores) expire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.staged != nil && r.next == nil && !r.Clock().Before(r.staged.ExpiresAt) {
		r.drop()
	}
}

// Run removes what has waited for too long, until ctx ends.
func (r *Restores) Run(ctx context.Context) {
	for look := time.NewTicker(time.Minute); ; {
		select {
		case <-ctx.Done():
			look.Stop()
			return
		case <-look.C:
			r.expire()
		}
	}
}
