package outbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Note stores an event in the transaction that stores what it is about.
func Note(ctx context.Context, q query.Querier, e *sluice.Event) error {
	_, err := q.Exec(ctx, "INSERT INTO events (event, at) VALUES (?, ?)", text(e), query.Micros(e.At))
	return err
}

// AddEvent stores an event.
func (s Outbox) AddEvent(ctx context.Context, e *sluice.Event) error {
	return s.Write(ctx, func(q query.Querier) error { return Note(ctx, q, e) })
}

type noted struct {
	id    int64
	event sluice.Event
}

func scanNoted(row query.Scanner) (n noted, err error) {
	var text query.Foreign
	if err := row.Scan(&n.id, &text); err != nil {
		return n, err
	}
	return n, json.Unmarshal([]byte(text), &n.event)
}

// RouteEvents makes messages of the oldest events. Several processes that do so at one
// time take different ones, or wait for each other.
func (s Outbox) RouteEvents(ctx context.Context, now time.Time, limit int, ways func(*sluice.Event) []sluice.Way) (taken int, err error) {
	err = s.Write(ctx, func(q query.Querier) error {
		list, err := query.All(ctx, q, scanNoted, "SELECT id, event FROM events ORDER BY id LIMIT ?"+q.ForUpdate(true), limit)
		if err != nil {
			return err
		}
		taken = len(list)
		var ids []int64
		for i := range list {
			ids = append(ids, list[i].id)
			for _, w := range ways(&list[i].event) {
				if err := route(ctx, q, now, &list[i].event, w); err != nil {
					return err
				}
			}
		}
		condition, parameter, err := q.In("id", ids)
		if err != nil || len(ids) == 0 {
			return err
		}
		_, err = q.Exec(ctx, "DELETE FROM events WHERE "+condition, parameter)
		return err
	})
	return taken, err
}

// route adds an event to the message that waits to tell of the same, or makes one.
func route(ctx context.Context, q query.Querier, now time.Time, e *sluice.Event, w sluice.Way) error {
	same := []any{w.ChannelID, e.Code, query.Foreign(e.NounID)}
	waiting, err := query.All(ctx, q, scanMessage, selection+" WHERE channel_id = ? AND code = ? AND noun_id = ? AND state = 'waiting' AND held_until < ? ORDER BY id LIMIT 1"+q.ForUpdate(false),
		append(same, query.Micros(now))...)
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		sum := *e
		sum.Count += waiting[0].Event.Count
		_, err := q.Exec(ctx, "UPDATE messages SET event = ?, repeats = repeats + 1 WHERE id = ?", text(&sum), waiting[0].ID)
		return err
	}
	var told query.Micros
	if err := q.One(ctx, []any{&told}, "SELECT COALESCE(MAX(sent_at), 0) FROM messages WHERE channel_id = ? AND code = ? AND noun_id = ?", same...); err != nil {
		return err
	}
	due := now
	if last := time.Time(told); !last.IsZero() && last.Add(w.Quiet).After(due) {
		due = last.Add(w.Quiet)
	}
	if w.Digest > 0 {
		due = due.Truncate(w.Digest).Add(w.Digest)
	}
	_, err = q.Exec(ctx, `INSERT INTO messages (channel_id, code, noun_id, event, repeats, first_at, due_at, held_until, attempts, error, state, sent_at)
		VALUES (?, ?, ?, ?, 1, ?, ?, 0, 0, '', 'waiting', 0)`, append(same, text(e), query.Micros(e.At), query.Micros(due))...)
	return err
}

const selection = "SELECT id, channel_id, event, repeats, first_at, due_at, attempts, error, state, sent_at FROM messages"

func scanMessage(row query.Scanner) (*sluice.Message, error) {
	var m sluice.Message
	var event query.Foreign
	if err := row.Scan(&m.ID, &m.ChannelID, &event, &m.Repeats, (*query.Micros)(&m.FirstAt), (*query.Micros)(&m.DueAt), &m.Attempts,
		(*query.Foreign)(&m.Error), &m.State, (*query.Micros)(&m.SentAt)); err != nil {
		return nil, err
	}
	return &m, json.Unmarshal([]byte(event), &m.Event)
}

// together is how many messages leave a channel as one at most.
const together = 100

// HoldMessages keeps the due messages of the channel that has waited longest.
func (s Outbox) HoldMessages(ctx context.Context, now, until time.Time) (held []*sluice.Message, err error) {
	err = s.Write(ctx, func(q query.Querier) error {
		due, err := query.All(ctx, q, scanMessage, selection+" WHERE state = 'waiting' AND due_at <= ? AND held_until < ? ORDER BY due_at, id LIMIT 1"+q.ForUpdate(true),
			query.Micros(now), query.Micros(now))
		if held = nil; err != nil || len(due) == 0 {
			return err
		}
		held, err = query.All(ctx, q, scanMessage, selection+" WHERE channel_id = ? AND state = 'waiting' AND due_at <= ? AND held_until < ? ORDER BY id LIMIT ?"+q.ForUpdate(true),
			due[0].ChannelID, query.Micros(now), query.Micros(now), together)
		if err != nil {
			return err
		}
		condition, list, err := q.In("id", numbers(held))
		if err != nil {
			return err
		}
		_, err = q.Exec(ctx, "UPDATE messages SET held_until = ? WHERE "+condition, query.Micros(until), list)
		return err
	})
	return held, err
}

func numbers(list []*sluice.Message) []int64 {
	ids := make([]int64, len(list))
	for i, m := range list {
		ids[i] = m.ID
	}
	return ids
}

// EndMessages stores what became of an attempt. One that failed counts.
func (s Outbox) EndMessages(ctx context.Context, ids []int64, e sluice.MessageEnd) error {
	failed, sent := 0, e.At
	if e.State != sluice.MessageSent {
		failed, sent = 1, time.Time{}
	}
	return s.Write(ctx, func(q query.Querier) error {
		condition, list, err := q.In("id", ids)
		if err != nil {
			return err
		}
		_, err = q.Exec(ctx, "UPDATE messages SET state = ?, error = ?, attempts = attempts + ?, held_until = 0, sent_at = ?, due_at = ? WHERE "+condition,
			e.State, query.Foreign(e.Error), failed, query.Micros(sent), query.Micros(e.DueAt), list)
		return err
	})
}

// Messages returns a channel's messages, newest first.
func (s Outbox) Messages(ctx context.Context, channelID string, before int64, limit int) ([]*sluice.Message, error) {
	where := &query.Conditions{}
	where.Add("channel_id = ?", channelID)
	if before > 0 {
		where.Add("id < ?", before)
	}
	return query.All(ctx, s.Read(), scanMessage, selection+where.Text()+" ORDER BY id DESC LIMIT ?", append(where.Args, query.Limit(limit))...)
}

// PurgeMessages removes messages that ended before a time.
func (s Outbox) PurgeMessages(ctx context.Context, before time.Time) error {
	_, err := query.Prune(ctx, s, "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE state <> 'waiting' AND due_at < ? AND sent_at < ? LIMIT ?)",
		query.Micros(before), query.Micros(before))
	return err
}
