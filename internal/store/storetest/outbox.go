package storetest

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

func addChannel(t *testing.T, s sluice.Store, name string) *sluice.SealedChannel {
	t.Helper()
	c := &sluice.SealedChannel{Channel: sluice.Channel{Name: name, Kind: sluice.ChannelWebhook, URL: "https://example.com/" + name, Events: []string{sluice.EventRunFailed},
		Quiet: "1h", CreatedAt: Noon, UpdatedAt: Noon}, Sealed: []byte{1, 0, 0xff}}
	must(t, s.CreateChannel(t.Context(), c))
	return c
}

// ChannelKeptAsGiven checks a channel's columns.
func ChannelKeptAsGiven(t *testing.T, s sluice.Store) {
	ctx, c := t.Context(), addChannel(t, s, "ops")
	same(t, "by name", get[*sluice.SealedChannel](t)(s.Channel(ctx, "ops")), c)
	wantCode(t, s.CreateChannel(ctx, &sluice.SealedChannel{Channel: sluice.Channel{Name: "ops"}}), sluice.CodeConflict)
	c.Name, c.To, c.Sealed, c.UpdatedAt = "people", []string{"ann@example.com"}, nil, minutes(1)
	must(t, s.UpdateChannel(ctx, c))
	same(t, "all", get[[]*sluice.SealedChannel](t)(s.Channels(ctx)), []*sluice.SealedChannel{c})
	must(t, s.DeleteChannel(ctx, c.ID))
	_, err := s.Channel(ctx, c.ID)
	wantCode(t, err, sluice.CodeNotFound)
	wantCode(t, s.DeleteChannel(ctx, c.ID), sluice.CodeNotFound)
}

func happen(t *testing.T, s sluice.Store, thing string, minute int, ways ...sluice.Way) {
	t.Helper()
	must(t, s.AddEvent(t.Context(), &sluice.Event{Code: sluice.EventRunFailed, Noun: "flow", NounID: thing, Name: thing, Message: "it failed", Count: 2, At: minutes(minute)}))
	same(t, "events", get[int](t)(s.RouteEvents(t.Context(), minutes(minute), 10, func(*sluice.Event) []sluice.Way { return ways })), 1)
}

// MessagesQuiet checks that the same event is told at once, then only counted until
// the quiet time is over, and that others are told meanwhile.
func MessagesQuiet(t *testing.T, s sluice.Store) {
	ctx, c := t.Context(), addChannel(t, s, "ops")
	way := sluice.Way{ChannelID: c.ID, Quiet: time.Hour}
	hold := func(minute int) []*sluice.Message {
		return get[[]*sluice.Message](t)(s.HoldMessages(ctx, minutes(minute), minutes(minute+2)))
	}
	happen(t, s, "f", 0, way)
	first := hold(0)
	if len(first) != 1 || first[0].Repeats != 1 || first[0].Event.Message != "it failed" || !first[0].FirstAt.Equal(Noon) {
		t.Fatalf("due are %+v", first)
	}
	same(t, "held by one process", len(hold(1)), 0)
	same(t, "held no longer", len(hold(3)), 1)
	must(t, s.EndMessages(ctx, []int64{first[0].ID}, sluice.MessageEnd{State: sluice.MessageSent, At: minutes(4), DueAt: minutes(4)}))
	for _, minute := range []int{5, 6, 7} {
		happen(t, s, "f", minute, way)
	}
	happen(t, s, "g", 8, way)
	if others := hold(10); len(others) != 1 || others[0].Event.NounID != "g" {
		t.Fatalf("due are %+v", others)
	}
	again := hold(64)
	if len(again) != 2 || again[0].Repeats != 3 || again[0].Event.Count != 6 || !again[0].FirstAt.Equal(minutes(5)) {
		t.Fatalf("after the quiet time due are %+v", again)
	}
	must(t, s.EndMessages(ctx, []int64{again[0].ID}, sluice.MessageEnd{State: sluice.MessageWaiting, Error: "no answer", At: minutes(64), DueAt: minutes(70)}))
	all := get[[]*sluice.Message](t)(s.Messages(ctx, c.ID, 0, 10))
	if len(all) != 3 || all[1].Attempts != 1 || all[1].Error != "no answer" || all[2].State != sluice.MessageSent {
		t.Errorf("the messages are %+v", all)
	}
	must(t, s.PurgeMessages(ctx, minutes(1000)))
	same(t, "those that wait stay", len(get[[]*sluice.Message](t)(s.Messages(ctx, c.ID, 0, 10))), 2)
}

// MessagesDigested checks that a digest waits for its time.
func MessagesDigested(t *testing.T, s sluice.Store) {
	c := addChannel(t, s, "ops")
	happen(t, s, "f", 1, sluice.Way{ChannelID: c.ID, Digest: time.Hour})
	happen(t, s, "g", 9, sluice.Way{ChannelID: c.ID, Digest: time.Hour})
	same(t, "before its time", len(get[[]*sluice.Message](t)(s.HoldMessages(t.Context(), minutes(59), minutes(60)))), 0)
	same(t, "at its time", len(get[[]*sluice.Message](t)(s.HoldMessages(t.Context(), minutes(60), minutes(62)))), 2)
}

// EventsOfRuns checks that what fails is noted in the transaction that stores it.
func EventsOfRuns(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, f := startRun(t, s, "f")
	addPages(t, s, f, 1, 2)
	must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Errors: []sluice.RecordError{recordError("f", run.ID, 1), recordError("f", run.ID, 2)}, At: Noon}))
	must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 2, At: Noon}))
	must(t, s.EndRun(ctx, f, sluice.RunFailed, sluice.Errorf("x", "the disk is full"), Noon))
	n := &sluice.Notice{Code: sluice.NoticeOffline, Noun: "connection", NounID: "c", Name: "c", Message: "offline", At: Noon}
	get[bool](t)(s.OpenNotice(ctx, n))
	get[bool](t)(s.OpenNotice(ctx, n))
	var codes []string
	get[int](t)(s.RouteEvents(ctx, Noon, 10, func(e *sluice.Event) []sluice.Way {
		codes = append(codes, e.Code)
		return nil
	}))
	same(t, "events", codes, []string{sluice.EventErrorsOpened, sluice.EventRunFailed, sluice.NoticeOffline})
	same(t, "events left", get[int](t)(s.RouteEvents(ctx, Noon, 10, func(*sluice.Event) []sluice.Way { return nil })), 0)
}
