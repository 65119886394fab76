package restore

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/restore"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store/archive"
)

// Confirm has the server end its work and restore the backup that waits. All that can be
// known before is found out here: what fails later leaves the server without its work for
// nothing. Errors: restore.not_confirmed, restore.key_missing, restore.no_keys,
// keyring.passphrase_wrong, restore.in_use.
func (r *Restores) Confirm(ctx context.Context, by endpoint.Actor, c restore.Confirmation) (*restore.State, error) {
	if err := r.ready(); err != nil {
		return nil, err
	}
	r.expire()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.next != nil:
		return nil, begun()
	case r.staged == nil || r.staged.ID != c.ID:
		return nil, sluice.NotFound("backup", "that waits to be restored").Fix("Bring it again: it waits for an hour, and another one takes its place")
	case strings.TrimSpace(c.Confirm) != r.staged.Confirm:
		return nil, sluice.Errorf("restore.not_confirmed", "%q is not what has to be typed", c.Confirm).Fix("Type " + r.staged.Confirm)
	}
	next := r.Target
	next.Path, next.Replace, next.WithoutKey = r.staged.file.Path, true, c.WithoutKey
	next.By, next.From = by.Name, r.staged.Source
	next.Passphrase = sluice.NewSecret(c.Passphrase)
	if err := r.opens(next); err != nil {
		return nil, err
	}
	if r.Source.Postgres() {
		if err := archive.Alone(ctx, r.Source.Read()); err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(next.Path); err != nil {
		return nil, unwritable(r.folder(), err)
	}
	r.Audit.Note(ctx, by, "confirm", "server", "restore", "backup of "+r.staged.MadeAt.UTC().Format("2006-01-02T15:04:05Z")+" from "+r.staged.Source+" is restored")
	r.next = &next
	close(r.begun)
	return r.state(), nil
}

// opens refuses a backup whose secrets nobody would open.
func (r *Restores) opens(next backup.Restore) error {
	rings := []*keyring.Keyring{r.Ring}
	if !next.Passphrase.Empty() {
		text, err := r.staged.file.Keys(next.Passphrase)
		if err != nil {
			return err
		}
		inside, err := keyring.Parse(text)
		if err != nil {
			return err
		}
		rings = append(rings, inside)
	}
	missing := r.staged.file.Lacks(rings...)
	if len(missing) == 0 || next.WithoutKey {
		return nil
	}
	remedy := "Put the key file there that has them, or give the secrets up and enter them again"
	if r.staged.WithKeys {
		remedy = "Give the passphrase of the keys in the backup"
	}
	return sluice.Errorf("restore.key_missing", "the backup's secrets need keys that this server does not have: %s", fmt.Sprint(missing)).Fix(remedy)
}

// Begun is closed when a restore was confirmed.
func (r *Restores) Begun() <-chan struct{} { return r.begun }

// Next returns what was confirmed, nil for nothing. The file is the caller's to remove.
func (r *Restores) Next() *backup.Restore {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.next
}

// word is what has to be typed to confirm: the server's host, so that nobody restores
// another one than they mean.
func (r *Restores) word() string {
	if u, err := url.Parse(r.URL()); err == nil && u.Host != "" {
		return u.Host
	}
	return "restore"
}

// describe says what a backup holds.
func (r *Restores) describe(ctx context.Context, by endpoint.Actor, file *backup.File) (*restore.Staged, error) {
	version, err := r.Source.Version(ctx)
	if err != nil {
		return nil, err
	}
	if file.Head.Schema > version {
		return nil, sluice.Errorf("store.newer_version", "the backup's tables have version %d, this program knows versions up to %d", file.Head.Schema, version).
			Fix("Use the version of Sluice that wrote it, or a newer one: " + file.Head.Program)
	}
	info, err := os.Stat(file.Path)
	if err != nil {
		return nil, unwritable(file.Path, err)
	}
	head, rows := file.Head, file.Manifest.Rows
	s := &restore.Staged{Size: info.Size(), MadeAt: head.MadeAt, Program: head.Program, Database: head.Database,
		ExpiresAt: r.Clock().Add(lifetime).UTC(), Confirm: r.word(), Replaces: "kept", Rows: rows, Flows: rows["flows"], Runs: rows["runs"],
		Missing: file.Lacks(r.Ring), WithKeys: head.WithKey}
	if r.Source.Postgres() {
		s.Replaces = "dropped"
	}
	for row, err := range file.Rows("flows") {
		if err != nil {
			return nil, err
		}
		if truth(row["enabled"]) {
			s.Enabled++
		}
	}
	for row, err := range file.Rows("runs") {
		if err != nil {
			return nil, err
		}
		if state := row["state"]; state == string(sluice.RunQueued) || state == string(sluice.RunRunning) {
			s.Working++
		}
	}
	return s, r.login(ctx, by, file, &s.Login)
}

// truth reads what is true or false, which SQLite has as 1 and 0.
func truth(v any) bool {
	if n, ok := v.(json.Number); ok {
		return n != "0"
	}
	return v == true
}

// login finds who asks among the backup's users.
func (r *Restores) login(ctx context.Context, by endpoint.Actor, file *backup.File, out *restore.Login) error {
	const shown = 20
	*out = restore.Login{Password: "none", Owners: []string{}}
	var now sluice.User
	if by.UserID != "" {
		user, err := r.Users.User(ctx, by.UserID)
		if err != nil {
			return err
		}
		now = *user
	}
	var id any
	for row, err := range file.Rows("users") {
		if err != nil {
			return err
		}
		email, _ := row["email"].(string)
		role, _ := row["role"].(string)
		if role == string(sluice.RoleOwner) && len(out.Owners) < shown {
			out.Owners = append(out.Owners, email)
		}
		if now.Email == "" || !strings.EqualFold(email, now.Email) {
			continue
		}
		id, out.Known, out.Role = row["id"], true, sluice.Role(role)
		switch password, _ := row["password"].(string); password {
		case "":
		case now.Password:
			out.Password = "same"
		default:
			out.Password = "other"
		}
	}
	if id == nil {
		return nil
	}
	for row, err := range file.Rows("subjects") {
		if err != nil {
			return err
		}
		if row["user_id"] == id {
			out.Provider = true
		}
	}
	return nil
}
