package rekey_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/rekey"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Stop(m.Run())) }

const canary = "made-up-canary-90aa"

// server is one of those that share a database.
type server struct {
	*rekey.Keys
	ring *keyring.Keyring
	db   *store.DB
}

func newServer(t *testing.T, name, database, keys string, backups map[uint32]int) *server {
	t.Helper()
	db, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	ring, err := keyring.Open(filepath.Dir(keys), "")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	s := &server{ring: ring, db: db.(*store.DB)}
	s.Keys = rekey.New(rekey.Config{Ring: ring, DB: s.db, Shared: s.db.Postgres(), Name: name, Every: 20 * time.Millisecond, Backups: func() (map[uint32]int, error) { return backups, nil },
		Audit: &audit.Log{Store: db, Clock: time.Now, Log: log}, Clock: time.Now, Log: log})
	return s
}

func (s *server) add(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		id := fmt.Sprintf("c%d", i)
		text, err := s.ring.Seal(sluice.NewSecret(canary), keyring.Place(id, "password"))
		if err != nil {
			t.Fatal(err)
		}
		c := &sluice.SealedConnection{Connection: sluice.Connection{ID: id, Name: id, Kind: "http"}, Sealed: map[string][]byte{"password": text}}
		if err := s.db.CreateConnection(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
}

// opens counts the secrets that a keyring opens.
func opens(t *testing.T, db *store.DB, ring *keyring.Keyring) (n int) {
	t.Helper()
	list, err := db.Connections(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if secret, err := ring.Unseal(c.Sealed["password"], keyring.Place(c.ID, "password")); err == nil && secret.Reveal() == canary {
			n++
		}
	}
	return n
}

func keyFile(t *testing.T) string { return filepath.Join(t.TempDir(), keyring.FileName) }

// After a rotation the old key, wherever a copy of it is, opens nothing; while a kept
// backup needs it, it stays in the file.
func TestRotation(t *testing.T) {
	keys, backups := keyFile(t), map[uint32]int{}
	s := newServer(t, "a", "sqlite:"+filepath.Join(t.TempDir(), "x.db"), keys, backups)
	s.add(t, 130)
	stolen, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	old := s.ring.Keys()[0].ID
	backups[old] = 2
	list, err := s.Rotate(t.Context(), endpoint.Local())
	if err != nil || len(list.Items) != 2 || !list.Items[1].Primary || list.Items[1].Secrets != 130 || !strings.Contains(list.Waiting, "2 scheduled backups") {
		t.Fatalf("%+v, %v", list, err)
	}
	thief, err := keyring.Parse(stolen)
	if err != nil {
		t.Fatal(err)
	}
	if n := opens(t, s.db, thief); n != 0 {
		t.Errorf("the old key opens %d secrets", n)
	}
	if n := opens(t, s.db, s.ring); n != 130 {
		t.Errorf("the new key opens %d secrets", n)
	}
	delete(backups, old)
	if list, err = s.DropKeys(t.Context(), endpoint.Local(), false); err != nil || len(list.Items) != 1 {
		t.Errorf("after the last backup: %+v, %v", list, err)
	}
	events, err := s.db.Audit(t.Context(), sluice.AuditFilter{Noun: "key"})
	if err != nil || len(events) != 2 {
		t.Errorf("audit log %v, %v", events, err)
	}
}

// A rotation that was killed after any of its steps is ended by the next start.
func TestARotationGoesOn(t *testing.T) {
	keys := keyFile(t)
	database := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	s := newServer(t, "a", database, keys, nil)
	s.add(t, 60)
	if err := s.ring.Rotate(); err != nil { // killed before anything is sealed anew
		t.Fatal(err)
	}
	again := newServer(t, "a", database, keys, nil)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { again.Run(ctx); close(ended) }()
	for len(again.ring.Keys()) > 1 {
		<-time.After(time.Millisecond) // another goroutine works
	}
	stop()
	<-ended
	if n := opens(t, again.db, again.ring); n != 60 {
		t.Errorf("%d secrets open", n)
	}
	id, err := again.ring.Stage() // killed before the new key was made the primary one
	if err != nil {
		t.Fatal(err)
	}
	last := newServer(t, "a", database, keys, nil)
	if list, err := last.Rotate(t.Context(), endpoint.Local()); err != nil || len(list.Items) != 1 || list.Items[0].ID != id {
		t.Errorf("rotated to %+v, %v", list, err)
	}
	if n := opens(t, last.db, last.ring); n != 60 {
		t.Errorf("%d secrets open", n)
	}
}

// Servers with copies of the key file must have the new key before it seals anything:
// until then nothing changes. Servers that share the file get it by themselves.
func TestSeveralServers(t *testing.T) {
	database := postgrestest.URL(t)
	mine, theirs := keyFile(t), keyFile(t)
	a := newServer(t, "a", database, mine, nil)
	copyFile(t, mine, theirs)
	b, c := newServer(t, "b", database, theirs, nil), newServer(t, "c", database, mine, nil)
	a.add(t, 5)
	ctx, stop := context.WithCancel(t.Context())
	running := make(chan struct{}, 2)
	for _, s := range []*server{b, c} {
		go func() { s.Run(ctx); running <- struct{}{} }()
	}
	defer func() { stop(); <-running; <-running }()
	for {
		list, err := a.Keys.Keys(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Servers) == 2 {
			break
		}
		<-time.After(time.Millisecond) // other goroutines work
	}
	before := a.ring.Keys()[0].ID
	rotated := make(chan error, 1)
	go func() {
		_, err := a.Rotate(t.Context(), endpoint.Local())
		rotated <- err
	}()
	for len(a.ring.Keys()) < 2 {
		<-time.After(time.Millisecond)
	}
	select {
	case err := <-rotated:
		t.Fatalf("rotated although b lacks the key: %v", err)
	case <-time.After(300 * time.Millisecond): // c has read the file by now, or not: b has not
	}
	if primary := a.ring.Keys()[0]; primary.ID != before || !primary.Primary {
		t.Fatal("the new key seals before b has it")
	}
	copyFile(t, mine, theirs) // what the operator does
	copyLater(t, a, mine, theirs)
	if err := <-rotated; err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*server{"a": a, "b": b, "c": c} {
		if n := opens(t, s.db, s.ring); n != 5 {
			t.Errorf("%s opens %d of 5 secrets", name, n)
		}
	}
}

// copyLater copies the key file once more when the new key has become the primary one.
func copyLater(t *testing.T, a *server, from, to string) {
	t.Helper()
	for !a.ring.Keys()[1].Primary {
		<-time.After(time.Millisecond)
	}
	copyFile(t, from, to)
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, fs.FileMode(0o600)); err != nil {
		t.Fatal(err)
	}
}
