package store

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// channel is where processes on one PostgreSQL database tell each other.
const channel = "sluice"

// listenAgain is how long to wait before a lost connection is made again.
const listenAgain = time.Second

// signals is a process's part in telling others. Messages begin with who sent them.
type signals struct {
	config *pgx.ConnConfig
	self   string
}

func newSignals(config *pgx.ConnConfig) *signals {
	return &signals{config: config.Copy(), self: rand.Text()[:8]}
}

// with makes a statement send a signal too.
func (s *signals) with(query string, args []any, topic string) (string, []any) {
	return "WITH told AS (SELECT pg_notify('" + channel + "', ?)) " + query + " AND EXISTS (SELECT 1 FROM told)", append([]any{s.self + " " + topic}, args...)
}

// Signal tells the other processes. On SQLite there are none.
func (s *DB) Signal(ctx context.Context, topic string) error {
	if s.signals == nil {
		return nil
	}
	_, err := querier{s.dialect, s.shared}.exec(ctx, "SELECT pg_notify('"+channel+"', ?)", s.signals.self+" "+topic)
	return err
}

// Signals listens on a connection of its own, and makes it again when it is lost.
func (s *DB) Signals(ctx context.Context, heard func(topic string)) error {
	for s.signals != nil && ctx.Err() == nil {
		if err := s.signals.listen(ctx, heard); err == nil || ctx.Err() != nil {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
	<-ctx.Done()
	return nil
}

func (s *signals) listen(ctx context.Context, heard func(topic string)) error {
	connection, err := pgx.ConnectConfig(ctx, s.config)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	if _, err := connection.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	for {
		n, err := connection.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if from, topic, ok := strings.Cut(n.Payload, " "); ok && from != s.self {
			heard(topic)
		}
	}
}
