package app

import (
	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/app/restored"
	"github.com/sluicehq/sluice/internal/keyring"
)

// operated is what operators work on: the database as it is, and the keys.
type operated struct {
	source  backup.Source
	ring    *keyring.Keyring
	backups *backup.Backups
}

// operate gets ready what operators need, once the core is there.
func (a *App) operate() {
	a.operated.backups = backup.New(backup.Config{Source: a.operated.source, Store: a.core.store, Keys: a.operated.ring, Program: BuildVersion().Version,
		Spool: a.cfg.DataDir, Schedule: a.cfg.Backup, Notices: a.core.notices, Audit: a.core.auditLog(), Clock: a.cfg.Clock, Log: a.cfg.Log})
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
