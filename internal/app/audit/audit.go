// Package audit notes who did what.
package audit

import (
	"context"
	"log/slog"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
)

// Log writes the audit log.
type Log struct {
	Store sluice.PeopleStore
	Clock func() time.Time
	Log   *slog.Logger
}

// Note notes who did what. The change is done by then: a failure to note it is for
// the server's own log. The detail names fields, never secrets.
func (l *Log) Note(ctx context.Context, by api.Actor, action, noun, id, detail string) {
	e := &sluice.AuditEvent{At: l.Clock(), Actor: by.Name, Action: noun + "." + action, Noun: noun, NounID: id, Detail: detail}
	if err := l.Store.AppendAudit(context.WithoutCancel(ctx), e); err != nil {
		l.Log.ErrorContext(ctx, "audit event lost", "actor", by.Name, "action", e.Action, "id", id, "error", err)
	}
}

// Field is a field of a thing, and whether a change left it as it was.
type Field struct {
	Name string
	Same bool
}

// Changed names the fields that a change did not leave as they were, in their order.
func Changed(fields ...Field) []string {
	var names []string
	for _, f := range fields {
		if !f.Same {
			names = append(names, f.Name)
		}
	}
	return names
}
