package telling

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

func addChannel(t *testing.T, s sluice.Store, name string) *sluice.SealedChannel {
	t.Helper()
	c := &sluice.SealedChannel{Channel: sluice.Channel{Name: name, Kind: sluice.ChannelWebhook, URL: "https://example.com/" + name, Events: []string{sluice.EventRunFailed},
		Quiet: "1h", CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon}, Sealed: []byte{1, 0, 0xff}}
	storetest.Must(t, s.CreateChannel(t.Context(), c))
	return c
}

// ChannelKeptAsGiven checks a channel's columns.
func ChannelKeptAsGiven(t *testing.T, s sluice.Store) {
	ctx, c := t.Context(), addChannel(t, s, "ops")
	storetest.Same(t, "by name", storetest.Get[*sluice.SealedChannel](t)(s.Channel(ctx, "ops")), c)
	storetest.WantCode(t, s.CreateChannel(ctx, &sluice.SealedChannel{Channel: sluice.Channel{Name: "ops"}}), sluice.CodeConflict)
	c.Name, c.To, c.Sealed, c.UpdatedAt = "people", []string{"ann@example.com"}, nil, storetest.Minutes(1)
	storetest.Must(t, s.UpdateChannel(ctx, c))
	storetest.Same(t, "all", storetest.Get[[]*sluice.SealedChannel](t)(s.Channels(ctx)), []*sluice.SealedChannel{c})
	storetest.Must(t, s.DeleteChannel(ctx, c.ID))
	_, err := s.Channel(ctx, c.ID)
	storetest.WantCode(t, err, sluice.CodeNotFound)
	storetest.WantCode(t, s.DeleteChannel(ctx, c.ID), sluice.CodeNotFound)
}

func happen(t *testing.T, s sluice.Store, thing string, minute int, ways ...sluice.Way) {
	t.Helper()
	storetest.Must(t, s.AddEvent(t.Context(), &sluice.Event{Code: sluice.EventRunFailed, Noun: "flow", NounID: thing, Name: thing, Message: "it failed", Count: 2, At: storetest.Minutes(minute)}))
	storetest.Same(t, "events", storetest.Get[int](t)(s.RouteEvents(t.Context(), storetest.Minutes(minute), 10, func(*sluice.Event) []sluice.Way { return ways })), 1)
}

// MessagesQuiet checks that the same event is told at once, then only counted until
// the quiet time is over, and that others are told meanwhile.
func MessagesQuiet(t *testing.T, s sluice.Store) {
	ctx, c := t.Context(), addChannel(t, s, "ops")
	way := sluice.Way{ChannelID: c.ID, Quiet: time.Hour}
	hold := func(minute int) []*sluice.Message {
		return storetest.Get[[]*sluice.Message](t)(s.HoldMessages(ctx, storetest.Minutes(minute), storetest.Minutes(minute+2)))
	}
	happen(t, s, "f", 0, way)
	first := hold(0)
	if len(first) != 1 || first[0].Repeats != 1 || first[0].Event.Message != "it failed" || !first[0].FirstAt.Equal(storetest.Noon) {
		t.Fatalf("due are %+v", first)
	}
	storetest.Same(t, "held by one process", len(hold(1)), 0)
	storetest.Same(t, "held no longer", len(hold(3)), 1)
	storetest.Must(t, s.EndMessages(ctx, []int64{first[0].ID}, sluice.MessageEnd{State: sluice.MessageSent, At: storetest.Minutes(4), DueAt: storetest.Minutes(4)}))
	for _, minute := range []int{5, 6, 7} {
		happen(t, s, "f", minute, way)
	}
	happen(t, s, "g", 8, way)
	if others := hold(10); len(others) != 1 || others[0].Event.NounID != "g" {
		t.Fatalf("due are %+v", others)
	}
	again := hold(64)
	if len(again) != 2 || again[0].Repeats != 3 || again[0].Event.Count != 6 || !again[0].FirstAt.Equal(storetest.Minutes(5)) {
		t.Fatalf("after the quiet time due are %+v", again)
	}
	storetest.Must(t, s.EndMessages(ctx, []int64{again[0].ID}, sluice.MessageEnd{State: sluice.MessageWaiting, Error: "no answer", At: storetest.Minutes(64), DueAt: storetest.Minutes(70)}))
	all := storetest.Get[[]*sluice.Message](t)(s.Messages(ctx, c.ID, 0, 10))
	if len(all) != 3 || all[1].Attempts != 1 || all[1].Error != "no answer" || all[2].State != sluice.MessageSent {
		t.Errorf("the messages are %+v", all)
	}
	storetest.Must(t, s.PurgeMessages(ctx, storetest.Minutes(1000)))
	storetest.Same(t, "those that wait stay", len(storetest.Get[[]*sluice.Message](t)(s.Messages(ctx, c.ID, 0, 10))), 2)
}

// MessagesDigested checks that a digest waits for its time.
func MessagesDigested(t *testing.T, s sluice.Store) {
	c := addChannel(t, s, "ops")
	happen(t, s, "f", 1, sluice.Way{ChannelID: c.ID, Digest: time.Hour})
	happen(t, s, "g", 9, sluice.Way{ChannelID: c.ID, Digest: time.Hour})
	storetest.Same(t, "before its time", len(storetest.Get[[]*sluice.Message](t)(s.HoldMessages(t.Context(), storetest.Minutes(59), storetest.Minutes(60)))), 0)
	storetest.Same(t, "at its time", len(storetest.Get[[]*sluice.Message](t)(s.HoldMessages(t.Context(), storetest.Minutes(60), storetest.Minutes(62)))), 2)
}

// EventsOfRuns checks that what fails is noted in the transaction that stores it.
func EventsOfRuns(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, f := storetest.StartRun(t, s, "f")
	storetest.AddPages(t, s, f, 1, 2)
	storetest.Must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Errors: []sluice.RecordError{storetest.RecordError("f", run.ID, 1), storetest.RecordError("f", run.ID, 2)}, At: storetest.Noon}))
	storetest.Must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 2, At: storetest.Noon}))
	storetest.Must(t, s.EndRun(ctx, f, sluice.RunFailed, sluice.Errorf("x", "the disk is full"), storetest.Noon))
	n := &sluice.Notice{Code: sluice.NoticeOffline, Noun: "connection", NounID: "c", Name: "c", Message: "offline", At: storetest.Noon}
	storetest.Get[bool](t)(s.OpenNotice(ctx, n))
	storetest.Get[bool](t)(s.OpenNotice(ctx, n))
	var codes []string
	storetest.Get[int](t)(s.RouteEvents(ctx, storetest.Noon, 10, func(e *sluice.Event) []sluice.Way {
		codes = append(codes, e.Code)
		return nil
	}))
	storetest.Same(t, "events", codes, []string{sluice.EventErrorsOpened, sluice.EventRunFailed, sluice.NoticeOffline})
	storetest.Same(t, "events left", storetest.Get[int](t)(s.RouteEvents(ctx, storetest.Noon, 10, func(*sluice.Event) []sluice.Way { return nil })), 0)
}
