package app

import (
	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/app/rekey"
	"github.com/sluicehq/sluice/internal/app/restored"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store/query"
)

// operated is what operators work on: the database as it is, and the keys.
type operated struct {
	source  database
	ring    *keyring.Keyring
	backups *backup.Backups
	keys    *rekey.Keys
}

// database is what package store opens.
type database interface {
	backup.Source
	query.Database
}

// operate gets ready what operators need, once the core is there.
func (a *App) operate(owner string) {
	o := &a.operated
	o.backups = backup.New(backup.Config{Source: o.source, Store: a.core.store, Keys: o.ring, Program: BuildVersion().Version,
		Spool: a.cfg.DataDir, Schedule: a.cfg.Backup, Notices: a.core.notices, Audit: a.core.auditLog(), Clock: a.cfg.Clock, Log: a.cfg.Log})
	o.keys = rekey.New(rekey.Config{Ring: o.ring, DB: o.source, Shared: a.cfg.shared, Name: owner, Backups: o.backups.KeysNeeded,
		Audit: a.core.auditLog(), Clock: a.cfg.Clock, Log: a.cfg.Log})
}

// guarded returns a connector that looks before it writes where the server was restored
// from a backup.
func (a *App) guarded(c sluice.Connector) sluice.Connector {
	system, ok := c.(restored.System)
	if !ok {
		return c
	}
	return &restored.Guard{System: system, Store: a.core.store}
}
