package restore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	api "github.com/sluicehq/sluice/internal/api/restore"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/app/restore"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store"
)

const passphrase = "a made-up passphrase"

// server is a data folder with what restores and makes its backups.
type server struct {
	t     *testing.T
	dir   string
	store *store.DB
	ring  *keyring.Keyring
	*restore.Restores
	backups *backup.Backups
	owner   endpoint.Actor
	now     time.Time
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{t: t, dir: t.TempDir(), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	var err error
	if s.ring, err = keyring.Open(s.dir, ""); err != nil {
		t.Fatal(err)
	}
	address := "sqlite:" + filepath.Join(s.dir, "sluice.db")
	db, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s.store = db.(*store.DB)
	log, clock := slog.New(slog.DiscardHandler), func() time.Time { return s.now }
	notes := &audit.Log{Store: s.store, Clock: clock, Log: log}
	s.backups = backup.New(backup.Config{Source: s.store, Store: s.store, Keys: s.ring, Program: "v1", Spool: s.dir,
		Schedule: backup.Schedule{Folder: filepath.Join(s.dir, "kept"), Keep: 1}, Audit: notes, Clock: clock, Log: log})
	s.Restores, err = restore.New(t.Context(), restore.Config{Target: backup.Restore{DataDir: s.dir, DatabaseURL: address}, Life: restore.Life{Able: true},
		Source: s.store, Users: s.store, Ring: s.ring, Kept: s.backups.Kept, URL: func() string { return "https://sluice.example.com" },
		Audit: notes, Clock: clock, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	user := &sluice.User{Email: "Olive@example.com", Name: "Olive", Role: sluice.RoleOwner, Password: "made-up hash", CreatedAt: s.now}
	if err := s.store.CreateUser(t.Context(), user); err != nil {
		t.Fatal(err)
	}
	s.owner = endpoint.Actor{Name: user.Email, UserID: user.ID, Role: sluice.RoleOwner}
	sealed, err := s.ring.Seal(sluice.NewSecret("made-up secret"), keyring.Place("c1", "password"))
	if err != nil {
		t.Fatal(err)
	}
	c := &sluice.SealedConnection{Connection: sluice.Connection{ID: "c1", Name: "shop", Kind: sluice.KindHTTP}, Sealed: map[string][]byte{"password": sealed}}
	if err := s.store.CreateConnection(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return s
}

// taken is a backup of now.
func (s *server) taken(passphrase string) []byte {
	s.t.Helper()
	d, err := s.backups.TakeBackup(s.t.Context(), endpoint.Local(), sluice.NewSecret(passphrase))
	if err != nil {
		s.t.Fatal(err)
	}
	defer d.Close()
	text, err := io.ReadAll(d)
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

func (s *server) stage(text []byte) *api.Staged {
	s.t.Helper()
	staged, err := s.Stage(s.t.Context(), s.owner, "made-up.tar.gz", bytes.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	return staged
}

// files are those that wait.
func (s *server) files() []string {
	list, _ := filepath.Glob(filepath.Join(s.dir, "restoring", "*"))
	return list
}

func expectCode(t *testing.T, err error, code string) {
	t.Helper()
	if sluice.ErrorCode(err) != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

func TestWhatIsToldOfABackup(t *testing.T) {
	s := newServer(t)
	text := s.taken("")
	staged := s.stage(text)
	if staged.Confirm != "sluice.example.com" || staged.Rows["connections"] != 1 || staged.Rows["users"] != 1 || staged.Replaces != "kept" || staged.Missing != nil ||
		!staged.ExpiresAt.Equal(s.now.Add(time.Hour)) || staged.Source != "made-up.tar.gz" || staged.Size != int64(len(text)) {
		t.Errorf("staged %+v", staged)
	}
	if l := staged.Login; !l.Known || l.Role != sluice.RoleOwner || l.Password != "same" || l.Provider || len(l.Owners) != 1 {
		t.Errorf("login %+v", l)
	}
	user, err := s.store.User(t.Context(), "olive@example.com")
	if err != nil {
		t.Fatal(err)
	}
	user.Password = "another made-up hash"
	if err := s.store.UpdateUser(t.Context(), user); err != nil {
		t.Fatal(err)
	}
	if l := s.stage(text).Login; l.Password != "other" {
		t.Errorf("login %+v", l)
	}
	stranger := &sluice.User{Email: "later@example.com", Role: sluice.RoleOwner, Password: "made-up hash", CreatedAt: s.now}
	if err := s.store.CreateUser(t.Context(), stranger); err != nil {
		t.Fatal(err)
	}
	s.owner = endpoint.Actor{Name: stranger.Email, UserID: stranger.ID, Role: sluice.RoleOwner}
	if l := s.stage(text).Login; l.Known || l.Password != "none" {
		t.Errorf("login %+v", l)
	}
	if got := s.files(); len(got) != 1 {
		t.Errorf("wait: %v", got)
	}
}

// What is not whole does not wait, and leaves what waited before.
func TestBackupsThatAreRefused(t *testing.T) {
	s := newServer(t)
	text := s.taken("")
	first := s.stage(text)
	for want, from := range map[string]io.Reader{
		"backup.damaged": bytes.NewReader(text[:len(text)-9]),
		"backup.cut_off": io.MultiReader(bytes.NewReader(text[:100]), iotest.ErrReader(errors.New("the sender has gone"))),
	} {
		_, err := s.Stage(t.Context(), s.owner, "made-up.tar.gz", from)
		expectCode(t, err, want)
	}
	for _, name := range []string{"absent.tar.gz", "../kept/sluice-20260302T090000Z.tar.gz", "sluice-20260302T090000Z.tar.gz"} {
		_, err := s.StageKept(t.Context(), s.owner, name)
		expectCode(t, err, sluice.CodeNotFound)
	}
	state, err := s.Restore(t.Context())
	if err != nil || state.Staged == nil || state.Staged.ID != first.ID || len(s.files()) != 1 {
		t.Errorf("state %+v, %v, files %v", state, err, s.files())
	}
}

// A scheduled backup waits although its folder has let go of it.
func TestAScheduledBackupWaits(t *testing.T) {
	s := newServer(t)
	made, err := s.backups.MakeBackup(t.Context(), endpoint.Local())
	if err != nil {
		t.Fatal(err)
	}
	staged, err := s.StageKept(t.Context(), s.owner, made.Name)
	if err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(time.Minute)
	if _, err := s.backups.MakeBackup(t.Context(), endpoint.Local()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Confirm(t.Context(), s.owner, api.Confirmation{ID: staged.ID, Confirm: staged.Confirm}); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Check(s.Next().Path); err != nil {
		t.Error(err)
	}
}

// Nothing is handed over until all is right; then nothing else is taken.
func TestConfirm(t *testing.T) {
	s := newServer(t)
	other := newServer(t)
	plain, with := s.stage(other.taken("")), api.Confirmation{}
	if len(plain.Missing) != 1 || plain.WithKeys {
		t.Errorf("staged %+v", plain)
	}
	confirm := func(want string, c api.Confirmation) {
		t.Helper()
		_, err := s.Confirm(t.Context(), s.owner, c)
		expectCode(t, err, want)
		if s.Next() != nil {
			t.Fatal("handed over")
		}
	}
	confirm("restore.key_missing", api.Confirmation{ID: plain.ID, Confirm: plain.Confirm})
	confirm("restore.no_keys", api.Confirmation{ID: plain.ID, Confirm: plain.Confirm, Passphrase: passphrase})
	staged := s.stage(other.taken(passphrase))
	confirm(sluice.CodeNotFound, api.Confirmation{ID: plain.ID, Confirm: plain.Confirm})
	confirm("restore.not_confirmed", api.Confirmation{ID: staged.ID, Confirm: "yes", Passphrase: passphrase})
	confirm("restore.key_missing", api.Confirmation{ID: staged.ID, Confirm: staged.Confirm})
	confirm("keyring.passphrase_wrong", api.Confirmation{ID: staged.ID, Confirm: staged.Confirm, Passphrase: "another passphrase"})
	with = api.Confirmation{ID: staged.ID, Confirm: " " + staged.Confirm, Passphrase: passphrase}
	state, err := s.Confirm(t.Context(), s.owner, with)
	if err != nil || !state.Begun {
		t.Fatalf("%+v, %v", state, err)
	}
	<-s.Begun()
	_, err = s.Confirm(t.Context(), s.owner, with)
	expectCode(t, err, "restore.begun")
	_, err = s.Stage(t.Context(), s.owner, "", strings.NewReader(""))
	expectCode(t, err, "restore.begun")
	expectCode(t, s.Unstage(t.Context(), s.owner), "restore.begun")

	// The keys of the backup go beside those that are there.
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Next().Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	ring, err := keyring.Open(s.dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if keys := ring.Keys(); len(keys) != 2 || keys[1] != s.ring.Keys()[0] || keys[0].ID != other.ring.Keys()[0].ID {
		t.Errorf("keys %+v", keys)
	}
}

// What waits is removed after an hour, and by a server that begins.
func TestWhatWaitsIsRemoved(t *testing.T) {
	s := newServer(t)
	s.stage(s.taken(""))
	s.now = s.now.Add(time.Hour - time.Second)
	if state, err := s.Restore(t.Context()); err != nil || state.Staged == nil {
		t.Fatalf("%+v, %v", state, err)
	}
	s.now = s.now.Add(time.Second)
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { s.Run(ctx); close(ended) }()
		time.Sleep(2 * time.Minute) // of the bubble's time
		stop()
		<-ended
	})
	if got := s.files(); got != nil {
		t.Errorf("after an hour there is %v", got)
	}
	s.stage(s.taken(""))
	again, err := restore.New(t.Context(), restore.Config{Target: backup.Restore{DataDir: s.dir}})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.files(); got != nil {
		t.Errorf("a server that begins finds %v", got)
	}
	_, err = again.Stage(t.Context(), s.owner, "", strings.NewReader(""))
	expectCode(t, err, "restore.unsupported")
	if err := os.WriteFile(filepath.Join(s.dir, "restoring"), nil, 0o600); err == nil {
		_, err = s.Stage(t.Context(), s.owner, "x", strings.NewReader(""))
		expectCode(t, err, "backup.unwritable")
	}
}
