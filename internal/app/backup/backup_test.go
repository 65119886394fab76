package backup_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/app/notice"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/query"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Stop(m.Run())) }

const canary = "made-up-canary-51c9"

// server is a data folder with what makes its backups.
type server struct {
	t     *testing.T
	dir   string
	store sluice.Store
	ring  *keyring.Keyring
	*backup.Backups
	now time.Time
}

func newServer(t *testing.T, plan backup.Schedule) *server {
	t.Helper()
	s := &server{t: t, dir: t.TempDir(), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	var err error
	if s.ring, err = keyring.Open(s.dir, ""); err != nil {
		t.Fatal(err)
	}
	if s.store, err = store.Open(t.Context(), "sqlite:"+filepath.Join(s.dir, "sluice.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() })
	log, clock := slog.New(slog.DiscardHandler), func() time.Time { return s.now }
	notes := &audit.Log{Store: s.store, Clock: clock, Log: log}
	s.Backups = backup.New(backup.Config{Source: s.store.(backup.Source), Store: s.store, Keys: s.ring, Program: "v1", Spool: s.dir, Schedule: plan,
		Notices: &notice.Board{Store: s.store, Audit: notes, Clock: clock, Log: log}, Audit: notes, Clock: clock, Log: log})
	sealed, err := s.ring.Seal(sluice.NewSecret(canary), keyring.Place("c1", "password"))
	if err != nil {
		t.Fatal(err)
	}
	c := &sluice.SealedConnection{Connection: sluice.Connection{ID: "c1", Name: "shop", Kind: sluice.KindHTTP}, Sealed: map[string][]byte{"password": sealed}}
	if err := s.store.CreateConnection(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return s
}

// take writes a backup into a file.
func (s *server) take(passphrase string) string {
	s.t.Helper()
	d, err := s.TakeBackup(s.t.Context(), endpoint.Local(), sluice.NewSecret(passphrase))
	if err != nil {
		s.t.Fatal(err)
	}
	defer d.Close()
	path := filepath.Join(s.t.TempDir(), d.Name)
	text, err := io.ReadAll(d)
	if err != nil || int64(len(text)) != d.Size {
		s.t.Fatalf("%d of %d bytes, %v", len(text), d.Size, err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// opened returns the secret of the restored connection.
func opened(t *testing.T, database, dir string) string {
	t.Helper()
	db, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c, err := db.Connection(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keyring.Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	secret, err := ring.Unseal(c.Sealed["password"], keyring.Place("c1", "password"))
	if err != nil {
		return ""
	}
	return secret.Reveal()
}

func expectCode(t *testing.T, err error, code string) {
	t.Helper()
	e, ok := errors.AsType[*sluice.Error](err)
	if !ok || e.Code != code || e.Remedy == "" {
		t.Errorf("error %v, want %s with a remedy", err, code)
	}
}

func TestKeysTravelUnderAPassphraseOnly(t *testing.T) {
	s := newServer(t, backup.Schedule{})
	plain, with := s.take(""), s.take("a made-up passphrase")
	for _, path := range []string{plain, with} {
		if text := unpacked(t, path); strings.Contains(text, canary) {
			t.Error("the secret stands in the backup")
		}
	}
	_, err := s.TakeBackup(t.Context(), endpoint.Local(), sluice.NewSecret("short"))
	expectCode(t, err, "keyring.passphrase_short")

	dir := filepath.Join(t.TempDir(), "new")
	_, err = backup.Restore{Path: plain, DataDir: dir}.Do(t.Context())
	expectCode(t, err, "restore.key_missing")
	_, err = backup.Restore{Path: plain, DataDir: dir, Passphrase: sluice.NewSecret("a made-up passphrase")}.Do(t.Context())
	expectCode(t, err, "restore.no_keys")
	_, err = backup.Restore{Path: with, DataDir: dir, Passphrase: sluice.NewSecret("another passphrase")}.Do(t.Context())
	expectCode(t, err, "keyring.passphrase_wrong")
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 { // the lock
		t.Errorf("refused restores left %v", left)
	}
	if _, err = (backup.Restore{Path: with, DataDir: dir, Passphrase: sluice.NewSecret("a made-up passphrase")}).Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := opened(t, "sqlite:"+filepath.Join(dir, "sluice.db"), dir); got != canary {
		t.Errorf("the restored secret is %q", got)
	}
	lost := t.TempDir()
	out, err := backup.Restore{Path: plain, DataDir: lost, WithoutKey: true}.Do(t.Context())
	if err != nil || len(out.Missing) != 1 || out.Missing[0] != s.ring.Keys()[0].ID {
		t.Errorf("restored without the key: %+v, %v", out, err)
	}
}

// The same backup goes into either kind of database, and into one that is there only when
// that is said; what was there stays until all of it is restored.
func TestRestoreReplacesWholeOrNotAtAll(t *testing.T) {
	s := newServer(t, backup.Schedule{})
	path := s.take("a made-up passphrase")
	for name, database := range map[string]string{"SQLite": "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "PostgreSQL": postgrestest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			r := backup.Restore{Path: path, DataDir: t.TempDir(), DatabaseURL: database, Passphrase: sluice.NewSecret("a made-up passphrase")}
			if _, err := r.Do(t.Context()); err != nil {
				t.Fatal(err)
			}
			mark(t, database, "of old")
			_, err := r.Do(t.Context())
			expectCode(t, err, "restore.not_empty")
			r.Replace = true
			ctx, stop := context.WithCancel(t.Context())
			stop()
			if _, err := r.Do(ctx); err == nil {
				t.Fatal("restored without a context")
			}
			if got := mark(t, database, ""); got != "of old" {
				t.Errorf("a restore that failed left %q", got)
			}
			if _, err := r.Do(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := mark(t, database, ""); got != "" {
				t.Errorf("after the restore there is %q", got)
			}
			if got := opened(t, database, r.DataDir); got != canary {
				t.Errorf("the restored secret is %q", got)
			}
		})
	}
}

// mark sets a value of a database, or reads it.
func mark(t *testing.T, database, value string) string {
	t.Helper()
	db, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if value != "" {
		if _, err := db.SwapSetting(t.Context(), "test.mark", "", value); err != nil {
			t.Fatal(err)
		}
	}
	got, err := db.Setting(t.Context(), "test.mark")
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestServersInUseAreNotRestored(t *testing.T) {
	s := newServer(t, backup.Schedule{})
	path, database := s.take("a made-up passphrase"), postgrestest.URL(t)
	db, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := backup.Restore{Path: path, DataDir: t.TempDir(), DatabaseURL: database, Replace: true, Passphrase: sluice.NewSecret("a made-up passphrase")}
	_, err = r.Do(t.Context())
	expectCode(t, err, "restore.in_use")
}

// unpacked is all text of a backup.
func unpacked(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zip, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// rewrite writes a backup anew with its entries changed; nil leaves an entry out.
func rewrite(t *testing.T, path string, change func(h *tar.Header, text []byte) []byte, more ...*tar.Header) string {
	t.Helper()
	in := tar.NewReader(strings.NewReader(unpacked(t, path)))
	out := filepath.Join(t.TempDir(), "changed.tar.gz")
	file, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	zip := gzip.NewWriter(file)
	w := tar.NewWriter(zip)
	put := func(h *tar.Header, text []byte) {
		h.Size = int64(len(text))
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	for {
		h, err := in.Next()
		if err != nil {
			break
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if text = change(h, text); text != nil {
			put(h, text)
		}
	}
	for _, h := range more {
		put(h, nil)
	}
	if err := errors.Join(w.Close(), zip.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	return out
}

// A backup that is not as it was written is refused before anything changes: cut off,
// changed, with parts taken out or put in, or with names that lead elsewhere. Switched off
// by leaving out judge.
func TestDamagedBackups(t *testing.T) {
	s := newServer(t, backup.Schedule{})
	path := s.take("a made-up passphrase")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	same := func(_ *tar.Header, text []byte) []byte { return text }
	cut := func(n int) string {
		p := filepath.Join(t.TempDir(), "cut.tar.gz")
		if err := os.WriteFile(p, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	if _, err := backup.Check(rewrite(t, path, same)); err != nil {
		t.Fatalf("a backup that was packed anew: %v", err)
	}
	without := func(name string) func(*tar.Header, []byte) []byte {
		return func(h *tar.Header, text []byte) []byte {
			if strings.HasPrefix(h.Name, name) {
				return nil
			}
			return text
		}
	}
	for name, bad := range map[string]string{
		"nothing": cut(0), "half": cut(len(whole) / 2), "almost": cut(len(whole) - 1), "no checksum": cut(len(whole) - 8),
		"no end":   rewrite(t, path, without("manifest.json")),
		"no head":  rewrite(t, path, without("head.json")),
		"no keys":  rewrite(t, path, without("keys.json")),
		"no table": rewrite(t, path, without("tables/connections/")),
		"changed": rewrite(t, path, func(h *tar.Header, text []byte) []byte {
			return bytes.ReplaceAll(text, []byte(`"shop"`), []byte(`"shoq"`))
		}),
		"elsewhere": rewrite(t, path, func(h *tar.Header, text []byte) []byte {
			h.Name = strings.Replace(h.Name, "tables/connections", "tables/../../connections", 1)
			return text
		}),
		"added":     rewrite(t, path, same, &tar.Header{Typeflag: tar.TypeReg, Name: "tables/users/000009.jsonl"}),
		"a link":    rewrite(t, path, same, &tar.Header{Typeflag: tar.TypeSymlink, Name: "tables/users/000009.jsonl", Linkname: "/etc/passwd"}),
		"an escape": rewrite(t, path, same, &tar.Header{Typeflag: tar.TypeReg, Name: "../../key.json"}),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := backup.Restore{Path: bad, DataDir: dir, WithoutKey: true}.Do(t.Context())
			expectCode(t, err, "backup.damaged")
			if left, _ := filepath.Glob(filepath.Join(dir, "*.db*")); left != nil {
				t.Errorf("left %v", left)
			}
		})
	}
	newer := rewrite(t, path, func(h *tar.Header, text []byte) []byte {
		return bytes.Replace(text, []byte(`"format": 1`), []byte(`"format": 2`), 1)
	})
	_, err = backup.Check(newer)
	expectCode(t, err, "backup.newer")
}

// Scheduled backups come in time, the oldest go, and one that fails is told.
func TestScheduledBackups(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "kept")
	s := newServer(t, backup.Schedule{Folder: folder, Every: time.Hour, Keep: 3})
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(folder, "of-somebody-else.tar.gz")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if _, err := s.MakeBackup(t.Context(), endpoint.Local()); err != nil {
			t.Fatal(err)
		}
		s.now = s.now.Add(time.Hour)
	}
	list, err := s.Backups.Backups(t.Context())
	if err != nil || len(list.Items) != 3 || list.Items[0].Name != "sluice-20260302T130000Z.tar.gz" || !list.Next.Equal(s.now) {
		t.Fatalf("kept %+v, %v", list, err)
	}
	if _, err := os.Stat(other); err != nil {
		t.Error("somebody else's file went")
	}
	if _, err := s.OpenBackup(t.Context(), endpoint.Local(), "../"+filepath.Base(folder)+"/"+list.Items[0].Name); sluice.ErrorCode(err) != sluice.CodeNotFound {
		t.Errorf("a path was opened: %v", err)
	}
	d, err := s.OpenBackup(t.Context(), endpoint.Local(), list.Items[0].Name)
	if err != nil || d.Close() != nil || d.Size == 0 {
		t.Errorf("open: %+v, %v", d, err)
	}
}

// Run makes a backup that is due, and tells of one that fails until one succeeds.
func TestAFailedBackupIsTold(t *testing.T) {
	parent := t.TempDir()
	folder := filepath.Join(parent, "kept")
	if err := os.WriteFile(folder, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	s := newServer(t, backup.Schedule{Folder: folder, Every: 20 * time.Millisecond, Keep: 3})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.Run(ctx); close(ended) }()
	notices := func() int {
		list, err := s.store.Notices(t.Context(), true, 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	for notices() == 0 {
		<-time.After(time.Millisecond) // another goroutine works
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	for notices() != 0 {
		<-time.After(time.Millisecond)
	}
	stop()
	<-ended
	list, err := s.Backups.Backups(t.Context())
	if err != nil || len(list.Items) == 0 || list.Error != "" {
		t.Errorf("after the folder was mended: %+v, %v", list, err)
	}
}

// A backup of an older version is brought up to date; one of a newer is refused.
func TestBackupsOfOtherVersions(t *testing.T) {
	old, err := store.OpenAt(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "old.db"), 7)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	err = old.Write(t.Context(), func(q query.Querier) error {
		_, err := q.Exec(t.Context(), "INSERT INTO settings (name, value) VALUES ('test.mark', 'of old')")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b := backup.New(backup.Config{Source: old, Spool: t.TempDir(), Clock: time.Now, Audit: &audit.Log{Store: discard{}, Clock: time.Now, Log: slog.New(slog.DiscardHandler)}})
	s := &server{t: t, Backups: b}
	path, dir := s.take(""), t.TempDir()
	if _, err := (backup.Restore{Path: path, DataDir: dir}).Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := mark(t, "sqlite:"+filepath.Join(dir, "sluice.db"), ""); got != "of old" {
		t.Errorf("restored %q", got)
	}
}

// discard is a log of nothing.
type discard struct{ sluice.PeopleStore }

func (discard) AppendAudit(context.Context, *sluice.AuditEvent) error { return nil }
