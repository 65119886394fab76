package sluice

import (
	"context"
	"time"
)

// The kinds of channel.
const (
	ChannelWebhook = "webhook"
	ChannelEmail   = "email"
)

// How an e-mail channel reaches its server.
const (
	TLSImplicit = "tls"      // from the first byte, usually port 465
	TLSStart    = "starttls" // switched on before anything is told, usually port 587
	TLSNone     = "none"     // in the clear
)

// Channel is a way to tell people and programs outside what has happened.
type Channel struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
	Kind string `json:"kind" enum:"webhook,email"`
	// URL is where a webhook is sent, signed with Secret.
	URL string `json:"url,omitempty"`
	// Host, Port, TLS and User are an e-mail server's and its login's, whose password is Secret.
	Host string   `json:"host,omitempty"`
	Port int      `json:"port,omitempty"`
	TLS  string   `json:"tls,omitempty" enum:"tls,starttls,none"`
	User string   `json:"user,omitempty"`
	From string   `json:"from,omitempty"`
	To   []string `json:"to,omitempty" nullable:"false"`
	// Secret signs webhooks, or is the e-mail login's password.
	Secret Secret `json:"secret,omitzero"`
	// Events are the codes that it tells of; empty means all.
	Events []string `json:"events,omitempty" nullable:"false"`
	// Integrations are the names of those that it is for; empty means all.
	Integrations []string `json:"integrations,omitempty" nullable:"false"`
	// Quiet is how long the same event is not told again, but counted; DefaultQuiet when empty.
	Quiet string `json:"quiet,omitempty"`
	// Digest collects events and tells them together, once in so long; empty tells each at once.
	Digest    string    `json:"digest,omitempty"`
	Disabled  bool      `json:"disabled,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
}

// DefaultQuiet is how long the same event is not told again when nobody says.
const DefaultQuiet = "1h"

// SealedChannel is a channel as the store sees it: Secret is empty, Sealed its ciphertext.
type SealedChannel struct {
	Channel
	Sealed []byte
}

// Codes of events, besides those of notices.
const (
	EventRunFailed      = "run.failed"
	EventErrorsOpened   = "errors.opened"
	EventScheduleMissed = "schedule.missed"
	EventErrorsDropped  = "errors.dropped" // resolved ones, since there was too much of them
	EventChannelFailed  = "channel.failed" // a channel has given up a message
	EventTest           = "test"
)

// Events returns the codes of everything that channels tell of.
func Events() []string {
	return []string{EventRunFailed, EventErrorsOpened, EventScheduleMissed, NoticeOffline, NoticeCertificate, NoticeWSDL,
		NoticeErrorsFull, EventErrorsDropped, EventChannelFailed, NoticeBackup, NoticeRestored}
}

// Event is something that has happened and that channels may tell of.
type Event struct {
	Code    string    `json:"code"`
	Noun    string    `json:"noun"` // flow, connection, channel
	NounID  string    `json:"noun_id"`
	Name    string    `json:"name"` // of the thing
	Message string    `json:"message"`
	Remedy  string    `json:"remedy,omitempty"`
	RunID   int64     `json:"run_id,omitempty"`
	Count   int64     `json:"count,omitempty"` // of records, where it is about some
	At      time.Time `json:"at"`
}

// The states of a message.
const (
	MessageWaiting = "waiting"
	MessageSent    = "sent"
	MessageGivenUp = "given up"
)

// Message is an event on its way through a channel. The same event coming again before
// it leaves makes it no longer, but is counted.
type Message struct {
	ID        int64     `json:"id"`
	ChannelID string    `json:"channel_id"`
	Event     Event     `json:"event"`   // the newest
	Repeats   int64     `json:"repeats"` // how often it has happened, 1 or more
	FirstAt   time.Time `json:"first_at"`
	DueAt     time.Time `json:"due_at"`
	Attempts  int       `json:"attempts,omitempty"` // that failed
	Error     string    `json:"error,omitempty"`    // of the last one
	State     string    `json:"state"`
	SentAt    time.Time `json:"sent_at,omitzero"`
}

// Way is a channel that an event goes through.
type Way struct {
	ChannelID string
	// Quiet is how long after telling it the same event is only counted.
	Quiet time.Duration
	// Digest is how often the channel tells what it has collected; 0 at once.
	Digest time.Duration
}

// MessageEnd is what became of an attempt to send messages.
type MessageEnd struct {
	State string // waiting: they are tried again at DueAt
	Error string
	DueAt time.Time
	At    time.Time
}

// ChannelStore keeps channels.
type ChannelStore interface {
	CreateChannel(ctx context.Context, c *SealedChannel) error
	UpdateChannel(ctx context.Context, c *SealedChannel) error
	// Channel finds one by ID or name.
	Channel(ctx context.Context, idOrName string) (*SealedChannel, error)
	Channels(ctx context.Context) ([]*SealedChannel, error)
	// DeleteChannel removes a channel with its messages.
	DeleteChannel(ctx context.Context, id string) error
}

// OutboxStore keeps what has happened until it is told. Events that runs and notices
// bring are stored in the transaction that stores these.
type OutboxStore interface {
	AddEvent(ctx context.Context, e *Event) error
	// RouteEvents makes messages of the oldest events, in one transaction, and returns
	// the number of events. It may call ways again for the same event.
	RouteEvents(ctx context.Context, now time.Time, limit int, ways func(*Event) []Way) (int, error)
	// HoldMessages keeps the due messages of one channel from other processes.
	HoldMessages(ctx context.Context, now, until time.Time) ([]*Message, error)
	EndMessages(ctx context.Context, ids []int64, e MessageEnd) error
	// Messages returns a channel's, newest first, with IDs below before (0: all).
	Messages(ctx context.Context, channelID string, before int64, limit int) ([]*Message, error)
	// PurgeMessages removes those that ended before a time.
	PurgeMessages(ctx context.Context, before time.Time) error
}
