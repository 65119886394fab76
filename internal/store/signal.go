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

// tell sends a signal when the transaction is through. On SQLite there is nobody to tell.
func (s *signals) tell(ctx context.Context, q querier, topic string) error {
	if s == nil {
		return nil
	}
	_, err := q.exec(ctx, "SELECT pg_notify('"+channel+"', ?)", s.self+" "+topic)
	return err
}

// Signal tells the other processes.
func (s *DB) Signal(ctx context.Context, topic string) error {
	if s.signals == nil {
		return nil
	}
	return s.signals.tell(ctx, querier{s.dialect, s.shared}, topic)
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
