package channel_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/channel"
)

// hasty is a store that counts messages as sent when they are taken out.
type hasty struct{ channel.Store }

func (s hasty) HoldMessages(ctx context.Context, now, until time.Time) ([]*sluice.Message, error) {
	held, err := s.Store.HoldMessages(ctx, now, until)
	for _, m := range held {
		if err == nil {
			err = s.EndMessages(ctx, []int64{m.ID}, sluice.MessageEnd{State: sluice.MessageSent, At: now, DueAt: now})
		}
	}
	return held, err
}

// killed lets a process die while it sends a message, and another one go on. It returns
// how often the message was taken.
func killed(t *testing.T, see func(channel.Store) channel.Store) int {
	h, r := newHouse(t), receive(t)
	h.create(t, sluice.Channel{URL: r.URL})
	real := h.Store
	h.Store = see(real)
	h.happen(t, sluice.EventRunFailed, "f")
	ctx, die := context.WithCancel(t.Context())
	receiver := r.Config.Handler
	r.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		die() // before the receiver has done anything with it
		<-req.Context().Done()
	})
	if err := h.Tick(ctx); err == nil {
		t.Fatal("the process has not died")
	}
	h.Store, r.Config.Handler = real, receiver
	h.now = h.now.Add(time.Hour)
	h.tick(t)
	return len(r.notices(t))
}

// TestAKilledSenderLosesNoMessage is switched off by TestMessagesTakenOutFirstAreLost.
func TestAKilledSenderLosesNoMessage(t *testing.T) {
	if n := killed(t, func(s channel.Store) channel.Store { return s }); n != 1 {
		t.Errorf("the message was told %d times", n)
	}
}

// The mechanism switched off: a message that leaves the outbox before it is taken is lost.
func TestMessagesTakenOutFirstAreLost(t *testing.T) {
	if n := killed(t, func(s channel.Store) channel.Store { return hasty{s} }); n != 0 {
		t.Errorf("the message was told %d times: the outbox is not what keeps it", n)
	}
}
