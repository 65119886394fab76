package storetest

import (
	"fmt"
	"testing"

	"github.com/sluicehq/sluice"
)

// LedgerKeptAsGiven checks an entry's columns, and that flows and steps are apart.
func LedgerKeptAsGiven(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, f := startRun(t, s, "f")
	want := sluice.LedgerEntry{FlowID: "f", Step: "import", Key: "A-1|ü", RunID: run.ID, Page: 3, Seq: 44, State: sluice.LedgerIntended,
		Operation: sluice.Append, ExternalID: "ext", TargetID: "99", Digest: "abc", Before: "4 lines", SettlesAt: minutes(15), UpdatedAt: minutes(1)}
	other := want
	other.Step, other.TargetID = "import-2", "100"
	must(t, s.SaveIntents(ctx, f, []sluice.LedgerEntry{want, other}))
	lookup := func(flowID, step string) map[string]sluice.LedgerEntry {
		return get[map[string]sluice.LedgerEntry](t)(s.LedgerEntries(ctx, flowID, step, []string{want.Key, "absent"}))
	}
	same(t, "import", lookup("f", "import"), map[string]sluice.LedgerEntry{want.Key: want})
	same(t, "import-2", lookup("f", "import-2"), map[string]sluice.LedgerEntry{want.Key: other})
	same(t, "another flow", len(lookup("g", "import")), 0)
	same(t, "no keys", len(get[map[string]sluice.LedgerEntry](t)(s.LedgerEntries(ctx, "f", "import", nil))), 0)

	twice := want
	twice.Digest = "first"
	last := want
	last.Digest = "last"
	must(t, s.SaveIntents(ctx, f, []sluice.LedgerEntry{twice, last}))
	same(t, "the last of two", lookup("f", "import"), map[string]sluice.LedgerEntry{want.Key: last})

	// Outcomes of a page that could not be finished are outcomes, not intents in doubt.
	for _, state := range []sluice.LedgerState{sluice.LedgerDelivered, sluice.LedgerRefused} {
		last.State, last.TargetID = state, "7"
		must(t, s.SaveIntents(ctx, f, []sluice.LedgerEntry{last}))
		same(t, string(state), lookup("f", "import"), map[string]sluice.LedgerEntry{want.Key: last})
	}
}

// LedgerManyKeys stores and asks for as many keys as the largest page holds.
func LedgerManyKeys(t *testing.T, s sluice.Store) {
	ctx, n := t.Context(), int64(sluice.MaxPageSize)
	run, f := startRun(t, s, "f")
	var entries []sluice.LedgerEntry
	var keys []string
	for seq := range n {
		entries = append(entries, entry("f", run.ID, seq, sluice.LedgerIntended))
		keys = append(keys, fmt.Sprint("key-", seq))
	}
	must(t, s.SaveIntents(ctx, f, entries))
	found := get[map[string]sluice.LedgerEntry](t)(s.LedgerEntries(ctx, "f", "import", keys))
	same(t, "entries", len(found), len(entries))
	for _, e := range entries {
		same(t, e.Key, found[e.Key], e)
	}
}

// ForeignTextKept checks that text which no database likes comes back as it was.
func ForeignTextKept(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, f := startRun(t, s, "f")
	keys := []string{"nul\x00inside", "broken \xff\xfe", "\x01mark", "'quote\" \\ %_?$1", "nul", "\U0001F600"}
	addPages(t, s, f, 1)
	result := &sluice.PageResult{Page: 1, At: Noon}
	for i, key := range keys {
		e := entry("f", run.ID, int64(i), sluice.LedgerDelivered)
		e.Key, e.ExternalID, e.TargetID, e.Before = key, key, key, key
		result.Entries = append(result.Entries, e)
		r := recordError("f", run.ID, int64(i))
		r.Key, r.Origin, r.Message, r.Request, r.Response, r.Where, r.Remedy, r.Code = key, key, key, key, key, key, key, key
		result.Errors = append(result.Errors, r)
	}
	must(t, s.CompletePage(ctx, f, result))
	found := get[map[string]sluice.LedgerEntry](t)(s.LedgerEntries(ctx, "f", "import", keys))
	for _, e := range result.Entries {
		same(t, "entry", found[e.Key], e)
	}
	for i, got := range get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, sluice.ErrorFilter{})) {
		want := result.Errors[len(keys)-1-i]
		want.ID, want.FailedAt = got.ID, result.At
		same(t, "error", *got, want)
	}
}
