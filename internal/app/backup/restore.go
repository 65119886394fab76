package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/restored"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store/archive"
	"github.com/sluicehq/sluice/internal/store/datadir"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Restore says what to restore, and where.
type Restore struct {
	Path        string // of the backup
	DataDir     string
	DatabaseURL string // postgres://…, sqlite:PATH; empty means sluice.db in DataDir
	KeyFile     string // empty means key.json in DataDir
	// Passphrase opens the keys in the backup, which are put into DataDir.
	Passphrase sluice.Secret
	// WithoutKey restores although secrets will not open: they have to be entered again.
	WithoutKey bool
	// Replace takes the place of what is there.
	Replace bool
	// Moved says that nothing has run since the backup was made: flows stay enabled and
	// runs go on, as after a restart.
	Moved bool
	// By is who asked for it, and From what they called the backup: for the audit log. Empty
	// means who works on the server's own machine.
	By, From string
	Clock    func() time.Time // nil means time.Now
}

// Restored is what was restored.
type Restored struct {
	MadeAt   time.Time        `json:"made_at"`
	Program  string           `json:"program"`
	Rows     map[string]int64 `json:"rows"`
	Flows    []string         `json:"flows"` // that were enabled and now wait
	Runs     int64            `json:"runs"`  // that were held
	Replaced string           `json:"replaced,omitempty"`
	// Missing are the keys that secrets need and that are not there.
	Missing []uint32 `json:"missing_keys,omitempty"`
}

// databaseFile is the name of the SQLite database in a data folder.
const databaseFile = "sluice.db"

// Do restores. It checks everything before it changes anything; a failure, or a kill, leaves
// what was there. Errors: data.locked, backup.damaged, backup.newer, store.newer_version,
// restore.not_empty, restore.in_use, restore.key_missing and those of keyring.Unwrap.
func (r Restore) Do(ctx context.Context) (_ *Restored, err error) {
	if r.Clock == nil {
		r.Clock = time.Now
	}
	if r.DataDir, err = filepath.Abs(r.DataDir); err != nil {
		return nil, err
	}
	if r.DatabaseURL == "" {
		r.DatabaseURL = "sqlite:" + filepath.Join(r.DataDir, databaseFile)
	}
	lock, err := datadir.Take(r.DataDir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	file, err := Check(r.Path)
	if err != nil {
		return nil, err
	}
	plan, err := r.keys(file)
	if err != nil {
		return nil, err
	}
	out := &Restored{MadeAt: file.Head.MadeAt, Program: file.Head.Program, Rows: file.Manifest.Rows, Missing: plan.missing}
	target, err := archive.Prepare(ctx, r.DatabaseURL, file.Head.Schema, r.Replace)
	if err != nil {
		return nil, err
	}
	if err := r.fill(ctx, target, file, out); err != nil {
		return nil, errors.Join(err, target.Discard(context.WithoutCancel(ctx)))
	}
	if err := errors.Join(plan.install(r.DataDir), ctx.Err()); err != nil {
		return nil, errors.Join(err, target.Discard(context.WithoutCancel(ctx)))
	}
	// What has begun to be put in place is not broken off.
	if err := target.Commit(context.WithoutCancel(ctx)); err != nil {
		return nil, errors.Join(err, target.Discard(context.WithoutCancel(ctx)))
	}
	out.Replaced = target.Replaced
	return out, nil
}

// fill loads the backup beside what is there, brings it up to date and stops what would go on.
func (r Restore) fill(ctx context.Context, target *archive.Target, file *File, out *Restored) error {
	db := target.DB
	err := db.Write(ctx, func(q query.Querier) error {
		return archive.Load(ctx, q, db.Postgres(), file.parts(""), file.Manifest.Sequences)
	})
	if err != nil {
		return err
	}
	if err := db.Upgrade(ctx); err != nil {
		return err
	}
	return db.Atomically(ctx, func(ctx context.Context) error {
		now := r.Clock().UTC()
		e := &sluice.AuditEvent{At: now, Actor: cmp.Or(r.By, "local"), Action: "server.restore", Noun: "server", NounID: "backup", Detail: r.detail(file)}
		if err := db.AppendAudit(ctx, e); err != nil || r.Moved {
			return err
		}
		return r.hold(ctx, target, file, now, out)
	})
}

// hold stops all flows and runs, and notes that their ledger may be older than what is
// at their destinations.
func (r Restore) hold(ctx context.Context, target *archive.Target, file *File, now time.Time, out *Restored) error {
	db := target.DB
	cause := sluice.Errorf("restore.held", "the server was restored from a backup of %s while this run was in work", file.Head.MadeAt.UTC().Format("2006-01-02 15:04:05 MST")).
		Fix("Enable its flow, then resume the run: what was written after the backup is looked for before anything is written again")
	var held *archive.Held
	err := db.Write(ctx, func(q query.Querier) (err error) {
		held, err = archive.Hold(ctx, q, cause, now)
		return err
	})
	if err != nil {
		return err
	}
	out.Flows, out.Runs = nil, held.Runs
	for _, f := range held.Flows {
		if f.Enabled {
			out.Flows = append(out.Flows, f.Name)
		}
	}
	was, err := db.Setting(ctx, restored.Setting())
	if err != nil {
		return err
	}
	text, err := (&restored.Mark{BackupAt: file.Head.MadeAt.UTC(), RestoredAt: now, Flows: held.Flows, Runs: held.Runs}).Text()
	if err != nil {
		return err
	}
	if _, err := db.SwapSetting(ctx, restored.Setting(), was, text); err != nil {
		return err
	}
	_, err = db.OpenNotice(ctx, &sluice.Notice{Code: sluice.NoticeRestored, Noun: "server", NounID: "restore", Name: "server", At: now,
		Message: fmt.Sprintf("The server was restored from a backup of %s: %d flows are disabled, %d runs wait", file.Head.MadeAt.UTC().Format("2006-01-02 15:04 MST"), len(out.Flows), held.Runs),
		Remedy:  "Enable each flow when its destination is ready, then resume its run: sluice flow enable NAME"})
	return err
}

// detail says what was restored, for the audit log.
func (r Restore) detail(file *File) string {
	text := fmt.Sprintf("backup of %s, made by %s", file.Head.MadeAt.UTC().Format(time.RFC3339), file.Head.Program)
	if r.From != "" {
		text += ", from " + r.From
	}
	return text
}

// keyPlan says what becomes of keys.
type keyPlan struct {
	missing []uint32 // that secrets need and nobody has
	text    []byte   // of the backup's keys; nil where none of them are taken
	have    *keyring.Keyring
	adopt   []uint32
}

// install puts the keys where the server looks for them, before what they open is there.
func (p *keyPlan) install(dir string) error {
	switch {
	case p.text == nil:
		return nil
	case p.have == nil:
		return keyring.Install(dir, p.text)
	}
	return p.have.Adopt(p.text, p.adopt)
}

// keys finds out which keys are there, and which are taken out of the backup: all into a
// folder without any, and beside those that are there what these lack.
func (r Restore) keys(file *File) (*keyPlan, error) {
	p := &keyPlan{}
	path := filepath.Join(r.DataDir, keyring.FileName)
	if _, err := os.Lstat(path); r.KeyFile != "" || err == nil {
		if p.have, err = keyring.Open(r.DataDir, r.KeyFile); err != nil {
			return nil, err
		}
	}
	p.missing = file.Lacks(p.have)
	if !r.Passphrase.Empty() {
		text, err := file.Keys(r.Passphrase)
		if err != nil {
			return nil, err
		}
		inside, err := keyring.Parse(text)
		if err != nil {
			return nil, err
		}
		left := file.Lacks(p.have, inside)
		if len(left) < len(p.missing) || p.have == nil {
			p.text, p.adopt = text, p.missing
		}
		p.missing = left
	}
	if len(p.missing) > 0 && !r.WithoutKey {
		return nil, keyMissing(file, p.missing, path)
	}
	return p, nil
}

// Lacks returns the keys that the backup's secrets need and that no ring has; nil rings
// have none.
func (f *File) Lacks(rings ...*keyring.Keyring) (missing []uint32) {
	var ids []uint32
	for _, ring := range rings {
		if ring == nil {
			continue
		}
		for _, k := range ring.Keys() {
			ids = append(ids, k.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(f.Head.Keys)) {
		if !slices.Contains(ids, id) {
			missing = append(missing, id)
		}
	}
	return missing
}

// Keys opens the keys in the backup. Errors: restore.no_keys and those of keyring.Unwrap.
func (f *File) Keys(passphrase sluice.Secret) ([]byte, error) {
	if f.keys == nil {
		return nil, sluice.Errorf("restore.no_keys", "the backup holds no keys").At(f.Path).Fix("Leave out the passphrase, and put the key file into the data folder")
	}
	return keyring.Unwrap(f.keys, passphrase)
}

func keyMissing(file *File, missing []uint32, path string) error {
	remedy := "Put the key file there that has them (sluice key list shows what one has), or give up the secrets and enter them again: --without-key"
	if file.keys != nil {
		remedy = "Give the passphrase of the keys in the backup: --key-passphrase env:NAME. Or put the key file there that has them"
	}
	return sluice.Errorf("restore.key_missing", "the backup's secrets need keys that are not there: %s", fmt.Sprint(missing)).At(path).Fix(remedy)
}

// Spool copies a backup from a stream into a file of its own, which the caller removes.
func Spool(from io.Reader, dir string) (path string, err error) {
	file, err := os.CreateTemp(dir, "sluice-restore-*")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(file, from)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}
