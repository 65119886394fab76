package channel

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
)

const (
	period      = 2 * time.Second // how often the office looks for what has happened
	batch       = 200             // events that become messages in one transaction
	heldFor     = 2 * time.Minute // longer than a receiver may take
	firstPause  = 15 * time.Second
	longest     = time.Hour
	maxAttempts = 15 // about nine hours
)

// Office takes what has happened to the channels, and their messages out of the house.
type Office struct {
	*Channels
	// IntegrationsOf returns the names of the integrations that a thing belongs to.
	IntegrationsOf func(ctx context.Context, noun, id string) []string
	// Outdated says from before when messages that have ended are not kept any more.
	Outdated func(ctx context.Context) (time.Time, error)
	Log      *slog.Logger
}

// Run works until ctx ends.
func (o *Office) Run(ctx context.Context) {
	timer, purge := time.NewTicker(period), time.NewTicker(time.Hour)
	defer timer.Stop()
	defer purge.Stop()
	for {
		err := o.Tick(ctx)
		select {
		case <-timer.C:
		case <-purge.C:
			err = errors.Join(err, o.Purge(ctx))
		case <-ctx.Done():
			return
		}
		if err != nil && ctx.Err() == nil {
			o.Log.ErrorContext(ctx, "messages of channels", "error", err)
		}
	}
}

// Purge removes messages that ended long ago.
func (o *Office) Purge(ctx context.Context) error {
	before, err := o.Outdated(ctx)
	if err != nil {
		return err
	}
	return o.Store.PurgeMessages(ctx, before)
}

// Tick makes messages of all that has happened, and sends those that are due.
func (o *Office) Tick(ctx context.Context) error {
	for {
		n, err := o.route(ctx)
		if err != nil {
			return err
		}
		if n < batch {
			break
		}
	}
	for {
		more, err := o.send(ctx)
		if err != nil || !more {
			return err
		}
	}
}

func (o *Office) route(ctx context.Context) (int, error) {
	channels, err := o.Store.Channels(ctx)
	if err != nil {
		return 0, err
	}
	groups := map[string][]string{} // of things, which many events are about
	integrations := func(e *sluice.Event) []string {
		at := e.Noun + " " + e.NounID
		if _, known := groups[at]; !known {
			groups[at] = o.IntegrationsOf(ctx, e.Noun, e.NounID)
		}
		return groups[at]
	}
	return o.Store.RouteEvents(ctx, o.Clock().UTC(), batch, func(e *sluice.Event) []sluice.Way { return ways(channels, e, integrations) })
}

// ways returns the channels that an event goes through.
func ways(channels []*sluice.SealedChannel, e *sluice.Event, integrations func(*sluice.Event) []string) []sluice.Way {
	var out []sluice.Way
	for _, c := range channels {
		switch {
		case c.Disabled, len(c.Events) > 0 && !slices.Contains(c.Events, e.Code):
		case e.Noun == "channel" && e.NounID == c.ID: // it has just shown that it does not work
		case len(c.Integrations) > 0 && !slices.ContainsFunc(integrations(e), func(name string) bool { return slices.Contains(c.Integrations, name) }):
		default:
			quiet, _ := sluice.ParseDuration(cmp.Or(c.Quiet, sluice.DefaultQuiet)) // checked when it was stored
			digest, _ := sluice.ParseDuration(cmp.Or(c.Digest, "0s"))
			out = append(out, sluice.Way{ChannelID: c.ID, Quiet: quiet, Digest: digest})
		}
	}
	return out
}

// send sends what is due of one channel. It reports whether there may be more.
func (o *Office) send(ctx context.Context) (bool, error) {
	now := o.Clock().UTC()
	held, err := o.Store.HoldMessages(ctx, now, now.Add(heldFor))
	if err != nil || len(held) == 0 {
		return false, err
	}
	c, err := o.Channel(ctx, held[0].ChannelID)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return true, nil // its messages have gone with it
	}
	if err == nil {
		err = o.Sender.Send(ctx, c, held)
	}
	if ctx.Err() != nil {
		return false, ctx.Err() // they are sent by the next process, or later by this one
	}
	return true, o.end(ctx, c, held, err)
}

// end stores what became of messages, which all had the same fate.
func (o *Office) end(ctx context.Context, c *sluice.Channel, held []*sluice.Message, cause error) error {
	now := o.Clock().UTC()
	byAttempts := map[int][]int64{}
	for _, m := range held {
		byAttempts[m.Attempts] = append(byAttempts[m.Attempts], m.ID)
	}
	for attempts, ids := range byAttempts {
		e := sluice.MessageEnd{State: sluice.MessageSent, At: now, DueAt: now}
		if cause != nil {
			e = sluice.MessageEnd{State: sluice.MessageWaiting, Error: cause.Error(), At: now, DueAt: now.Add(min(longest, firstPause<<min(attempts, 12)))}
		}
		gaveUp := cause != nil && attempts+1 >= maxAttempts
		if gaveUp {
			e.State = sluice.MessageGivenUp
		}
		if err := o.Store.EndMessages(ctx, ids, e); err != nil {
			return err
		}
		if gaveUp && c != nil {
			event := &sluice.Event{Code: sluice.EventChannelFailed, Noun: "channel", NounID: c.ID, Name: c.Name, Count: int64(len(ids)), At: now,
				Message: "The channel " + c.Name + " has given up messages: " + cause.Error(), Remedy: "See what is wrong: sluice channel test " + c.Name}
			if err := o.Store.AddEvent(ctx, event); err != nil {
				return err
			}
		}
	}
	return nil
}
