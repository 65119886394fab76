package record

import (
	"context"
	"time"

	"github.com/sluicehq/sluice/emulator/record/write"
	"github.com/sluicehq/sluice/emulator/session"
)

// work is one write with the operations of the record service.
type work struct{ *write.Tx }

// write runs f in one transaction. A nil session is the system's.
func (s *Store) write(ctx context.Context, ses *session.Session, f func(*work) error) error {
	if ses == nil {
		ses = s.system()
	}
	now := ses.Now
	if now == nil {
		now = s.now
	}
	return s.writer.Do(ctx, s.schema.Load, ses, now, func(tx *write.Tx) error { return f(&work{tx}) })
}

// system is the session of work that no request asked for.
func (s *Store) system() *session.Session {
	return &session.Session{
		Administrator: true, EmployeeName: "-System-", EmployeeID: "-4", TimeZone: time.UTC, Now: s.now,
		Features: map[string]bool{"SUBSIDIARIES": true},
	}
}
