package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/backup"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/notice"
	"github.com/sluicehq/sluice/internal/app/restored"
	"github.com/sluicehq/sluice/internal/keyring"
)

// Config wires Backups. All but Schedule is required.
type Config struct {
	Source  Source
	Store   restored.Store
	Keys    *keyring.Keyring
	Program string // version
	Spool   string // folder for backups on their way
	Schedule
	Notices *notice.Board
	Audit   *audit.Log
	Clock   func() time.Time
	Log     *slog.Logger
}

// Schedule says when backups are made, and where they are kept.
type Schedule struct {
	Folder string        // empty: none are made
	Every  time.Duration // 24 h by default
	Keep   int           // how many; 7 by default
}

// Backups makes backups.
type Backups struct {
	Config

	mu     sync.Mutex // one is made in the folder at a time
	failed error      // why the last one failed
}

// again is after how long a scheduled backup that failed is tried again.
const again = 15 * time.Minute

var fileName = regexp.MustCompile(`^sluice-[0-9]{8}T[0-9]{6}Z\.tar\.gz$`)

const stampForm = "20060102T150405Z"

// FileName is the name of a backup that was made at a time.
func FileName(at time.Time) string { return "sluice-" + at.UTC().Format(stampForm) + ".tar.gz" }

// New returns what makes backups.
func New(c Config) *Backups {
	c.Every, c.Keep = cmp.Or(c.Every, 24*time.Hour), cmp.Or(c.Keep, 7)
	return &Backups{Config: c}
}

// writeTo writes a backup of this moment; keys are wrapped ones or nil.
func (b *Backups) writeTo(ctx context.Context, to io.Writer, keys []byte) (*Head, error) {
	return write(ctx, to, b.Source, Head{MadeAt: b.Clock().UTC(), Program: b.Program}, keys)
}

// TakeBackup makes a backup in a file that goes when it was read: a slow receiver does not
// hold the database's moment.
func (b *Backups) TakeBackup(ctx context.Context, by endpoint.Actor, passphrase sluice.Secret) (_ *backup.Download, err error) {
	var keys []byte
	if !passphrase.Empty() {
		if keys, err = b.Keys.Wrap(passphrase); err != nil {
			return nil, err
		}
	}
	file, err := os.CreateTemp(b.Spool, "backup-*")
	if err != nil {
		return nil, unwritable(b.Spool, err)
	}
	// Without its name the file goes with its last user; where that cannot be, when it is closed.
	gone := os.Remove(file.Name()) == nil
	download := &spooled{file, gone}
	head, err := b.writeTo(ctx, file, keys)
	if err != nil {
		return nil, errors.Join(err, download.Close())
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(unwritable(b.Spool, err), download.Close())
	}
	detail := "downloaded"
	if keys != nil {
		detail += ", with the keys under a passphrase"
	}
	b.Audit.Note(ctx, by, "backup", "server", "backup", detail)
	return &backup.Download{Name: FileName(head.MadeAt), Size: size, ReadCloser: download}, nil
}

type spooled struct {
	*os.File
	gone bool
}

// Close closes the file, which is gone then.
func (s *spooled) Close() error {
	err := s.File.Close()
	if !s.gone {
		err = errors.Join(err, os.Remove(s.Name()))
	}
	return err
}

func unwritable(folder string, err error) *sluice.Error {
	return &sluice.Error{Code: "backup.unwritable", Message: "the backup cannot be written", Where: folder,
		Remedy: "Check the folder's rights and the room on its disk", Err: err}
}

// Backups returns what is kept, newest first.
func (b *Backups) Backups(context.Context) (*backup.Backups, error) {
	out := &backup.Backups{Items: []backup.Backup{}}
	if b.Folder == "" {
		return out, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	list, err := b.kept()
	if err != nil {
		return nil, err
	}
	out.Folder, out.Every, out.Keep, out.Items = b.Folder, b.Every.String(), b.Keep, append(out.Items, list...)
	if out.Next = b.Clock().UTC(); len(list) > 0 {
		out.Next = list[0].MadeAt.Add(b.Every)
	}
	if b.failed != nil {
		out.Error = b.failed.Error()
	}
	return out, nil
}

// kept returns the backups of the folder, newest first. Other files there are not ours.
func (b *Backups) kept() ([]backup.Backup, error) {
	files, err := os.ReadDir(b.Folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unwritable(b.Folder, err)
	}
	var list []backup.Backup
	for _, f := range files {
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() || !fileName.MatchString(f.Name()) {
			continue
		}
		at, err := time.Parse("sluice-"+stampForm+".tar.gz", f.Name())
		if err != nil {
			continue
		}
		list = append(list, backup.Backup{Name: f.Name(), Size: info.Size(), MadeAt: at})
	}
	slices.SortFunc(list, func(x, y backup.Backup) int { return y.MadeAt.Compare(x.MadeAt) })
	return list, nil
}

// Kept returns the path of one of the folder.
func (b *Backups) Kept(name string) (string, error) {
	path := filepath.Join(b.Folder, name)
	if b.Folder == "" || !fileName.MatchString(name) {
		return "", sluice.NotFound("backup", name)
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return "", sluice.NotFound("backup", name)
	}
	return path, nil
}

// OpenBackup opens one of the folder.
func (b *Backups) OpenBackup(ctx context.Context, by endpoint.Actor, name string) (*backup.Download, error) {
	path, err := b.Kept(name)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, sluice.NotFound("backup", name)
	}
	if err != nil {
		return nil, unwritable(b.Folder, err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	b.Audit.Note(ctx, by, "backup", "server", name, "downloaded")
	return &backup.Download{Name: name, Size: info.Size(), ReadCloser: file}, nil
}

// MakeBackup adds a backup to the folder.
func (b *Backups) MakeBackup(ctx context.Context, by endpoint.Actor) (*backup.Backup, error) {
	if b.Folder == "" {
		return nil, sluice.Errorf("backup.no_folder", "the server has no folder for backups").Fix("Start it with --backup-dir, or download a backup")
	}
	made, err := b.make(ctx)
	if err == nil {
		b.Audit.Note(ctx, by, "backup", "server", made.Name, "made in the folder")
	}
	return made, err
}

// make writes a backup beside its name, which it gets when it is whole and on the disk.
func (b *Backups) make(ctx context.Context) (_ *backup.Backup, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer func() { b.failed = err }()
	if err := os.MkdirAll(b.Folder, 0o700); err != nil {
		return nil, unwritable(b.Folder, err)
	}
	file, err := os.CreateTemp(b.Folder, ".sluice-backup-*")
	if err != nil {
		return nil, unwritable(b.Folder, err)
	}
	defer os.Remove(file.Name()) // fails where it was renamed
	head, err := b.writeTo(ctx, file, nil)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, failure(b.Folder, err)
	}
	if _, err := Check(file.Name()); err != nil {
		return nil, err
	}
	name := FileName(head.MadeAt)
	if err := os.Rename(file.Name(), filepath.Join(b.Folder, name)); err != nil {
		return nil, unwritable(b.Folder, err)
	}
	info, err := os.Stat(filepath.Join(b.Folder, name))
	if err != nil {
		return nil, unwritable(b.Folder, err)
	}
	return &backup.Backup{Name: name, Size: info.Size(), MadeAt: head.MadeAt.Truncate(time.Second)}, b.drop()
}

// failure leaves errors of the database as they are.
func failure(folder string, err error) error {
	if sluice.ErrorCode(err) != "" {
		return err
	}
	return unwritable(folder, err)
}

// drop removes the oldest backups beyond those that are kept.
func (b *Backups) drop() error {
	list, err := b.kept()
	if err != nil {
		return err
	}
	for _, old := range list[min(b.Keep, len(list)):] {
		if err := os.Remove(filepath.Join(b.Folder, old.Name)); err != nil {
			return unwritable(b.Folder, err)
		}
	}
	return nil
}

// Run makes backups when they are due, until ctx ends. One that fails is told in a notice
// and tried again.
func (b *Backups) Run(ctx context.Context) {
	if b.Folder == "" {
		return
	}
	for {
		wait := time.NewTimer(b.untilNext())
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
		}
		b.scheduled(ctx)
	}
}

// untilNext returns how long the next backup has time. A folder that cannot be read is
// tried at once, so that it is told.
func (b *Backups) untilNext() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed != nil {
		return min(again, b.Every)
	}
	list, err := b.kept()
	if err != nil || len(list) == 0 {
		return 0
	}
	return max(list[0].MadeAt.Add(b.Every).Sub(b.Clock()), 0)
}

func (b *Backups) scheduled(ctx context.Context) {
	_, err := b.make(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		b.Log.ErrorContext(ctx, "scheduled backup failed", "folder", b.Folder, "error", err)
	}
	b.Notices.Follow(ctx, err != nil, sluice.Notice{Code: sluice.NoticeBackup, Noun: "server", NounID: "backup", Name: "backup",
		Message: fmt.Sprintf("The scheduled backup into %s failed: %v", b.Folder, err), Remedy: "See what is wrong with the folder; it is tried again every quarter of an hour"})
}

// Restoration says what is in doubt since the server was restored.
func (b *Backups) Restoration(ctx context.Context) (*backup.InDoubt, error) {
	m, err := restored.Show(ctx, b.Store)
	out := &backup.InDoubt{Flows: []backup.RestoredFlow{}}
	if err != nil || m == nil {
		return out, err
	}
	out.Doubt, out.BackupAt, out.RestoredAt, out.Runs = true, m.BackupAt, m.RestoredAt, m.Runs
	for _, f := range m.Flows {
		out.Flows = append(out.Flows, backup.RestoredFlow{Name: f.Name, WasEnabled: f.Enabled})
	}
	return out, nil
}

// Trust ends the doubt in a flow.
func (b *Backups) Trust(ctx context.Context, by endpoint.Actor, flow string) error {
	last, err := restored.Trust(ctx, b.Store, flow)
	if err != nil {
		return err
	}
	b.Audit.Note(ctx, by, "trust", "flow", flow, "what was written after the backup was looked at")
	if last {
		b.Notices.Settle(ctx, "restore", sluice.NoticeRestored)
	}
	return nil
}

// KeysNeeded returns how many of the kept backups need each key.
func (b *Backups) KeysNeeded() (map[uint32]int, error) {
	needed := map[uint32]int{}
	if b.Folder == "" {
		return needed, nil
	}
	list, err := b.kept()
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		head, err := readHead(filepath.Join(b.Folder, one.Name))
		if err != nil {
			b.Log.Warn("a kept backup cannot be read", "name", one.Name, "error", err)
			continue
		}
		for id := range head.Keys {
			needed[id]++
		}
	}
	return needed, nil
}
