package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// To is the advance of a run's progress that goes there, wherever it was.
func To(p sluice.RunProgress) sluice.Advance {
	return func(sluice.RunProgress) (sluice.RunProgress, error) { return p, nil }
}

// shared are the behaviours round what several processes work together.
func shared() []Behaviour {
	return []Behaviour{
		{"share/offered pages are claimed in order", SharedInOrder},
		{"share/each page to one process", SharedOnce},
		{"share/a claim is a fence", SharedFence},
		{"share/given back and withdrawn", SharedReturned},
		{"share/progress adds up", SharedProgress},
		{"budget/one change after the other", BudgetChanges},
	}
}

// offered makes a run with pages that are offered.
func offered(t *testing.T, s sluice.Store, numbers ...int64) sluice.Fence {
	t.Helper()
	must(t, s.CreateRun(t.Context(), newRun("shared", sluice.RunManual), nil))
	_, f := claim(t, s)
	addPages(t, s, f, numbers...)
	for i, n := range numbers {
		must(t, s.OfferPage(t.Context(), f, n, minutes(i)))
	}
	return f
}

// SharedInOrder checks what is claimed when.
func SharedInOrder(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	must(t, s.CreateRun(ctx, newRun("shared", sluice.RunManual), nil))
	_, f := claim(t, s)
	addPages(t, s, f, 1, 2, 3)
	if c := get[*sluice.PageClaim](t)(s.ClaimPage(ctx, "w", Noon, minutes(1))); c != nil {
		t.Fatalf("page %d was claimed and is not offered", c.Fence.Page)
	}
	must(t, s.OfferPage(ctx, f, 3, minutes(0)))
	must(t, s.OfferPage(ctx, f, 1, minutes(1)))
	for _, want := range []int64{3, 1} {
		c := get[*sluice.PageClaim](t)(s.ClaimPage(ctx, "w", minutes(1), minutes(5)))
		if c == nil || c.Fence.Page != want || c.Fence.RunID != f.RunID || !c.LeaseUntil.Equal(minutes(5)) {
			t.Fatalf("claimed %+v, want page %d", c, want)
		}
	}
	if c := get[*sluice.PageClaim](t)(s.ClaimPage(ctx, "w", minutes(4), minutes(9))); c != nil {
		t.Fatalf("page %d was claimed twice", c.Fence.Page)
	}
	again := get[*sluice.PageClaim](t)(s.ClaimPage(ctx, "x", minutes(6), minutes(9)))
	if again == nil || again.Fence.Page != 3 || again.Fence.Number != 2 {
		t.Fatalf("after the end of its lease: %+v", again)
	}
	must(t, s.AskCancel(ctx, f.RunID, minutes(9)))
	if c := get[*sluice.PageClaim](t)(s.ClaimPage(ctx, "w", minutes(20), minutes(30))); c != nil {
		t.Errorf("page %d of a run to be cancelled was claimed", c.Fence.Page)
	}
	if asked := get[bool](t)(s.RenewLease(ctx, again.Fence, minutes(40))); !asked {
		t.Error("whoever works a page is not told of the cancelling")
	}
}

// SharedOnce lets workers race for pages. Switched off on PostgreSQL by leaving out FOR
// UPDATE SKIP LOCKED.
func SharedOnce(t *testing.T, s sluice.Store) {
	var numbers []int64
	for n := range int64(40) {
		numbers = append(numbers, n+1)
	}
	offered(t, s, numbers...)
	var mu sync.Mutex
	var group sync.WaitGroup
	times := map[int64]int{}
	for w := range 6 {
		group.Go(func() {
			for {
				c, err := s.ClaimPage(t.Context(), fmt.Sprint("w", w), minutes(50), minutes(55))
				if err != nil {
					t.Error(err)
				}
				if c == nil {
					return
				}
				mu.Lock()
				times[c.Fence.Page]++
				mu.Unlock()
			}
		})
	}
	group.Wait()
	for _, n := range numbers {
		if times[n] != 1 {
			t.Errorf("page %d was claimed %d times", n, times[n])
		}
	}
}

// SharedFence checks that whoever lost a page stores nothing more of it, whoever owns
// the run. Switched off by dropping the claim from the statements' conditions.
func SharedFence(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	f := offered(t, s, 1, 2)
	late := get[*sluice.PageClaim](t)(s.ClaimPage(ctx, "late", minutes(1), minutes(2))).Fence
	next := get[*sluice.PageClaim](t)(s.ClaimPage(ctx, "next", minutes(3), minutes(9))).Fence
	if late.Page != 1 || next.Page != 1 {
		t.Fatalf("claimed %+v, then %+v", late, next)
	}
	writes := map[string]func(f sluice.Fence) error{
		"intents": func(f sluice.Fence) error {
			return s.SaveIntents(ctx, f, []sluice.LedgerEntry{entry("shared", f.RunID, 1, sluice.LedgerIntended)})
		},
		"results": func(f sluice.Fence) error {
			return s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Advance: To(progress), At: Noon, Entries: []sluice.LedgerEntry{entry("shared", f.RunID, 1, sluice.LedgerDelivered)}})
		},
		"lease":  func(f sluice.Fence) error { _, err := s.RenewLease(ctx, f, minutes(30)); return err },
		"return": func(f sluice.Fence) error { return s.ReturnPage(ctx, f, nil) },
	}
	for _, name := range []string{"intents", "lease", "results", "return"} {
		wantCode(t, writes[name](late), sluice.CodeFenced)
	}
	if entries := get[map[string]sluice.LedgerEntry](t)(s.LedgerEntries(ctx, "shared", "import", []string{"key-1"})); len(entries) != 0 {
		t.Errorf("a late process left %+v", entries)
	}
	run := get[*sluice.Run](t)(s.ClaimRun(ctx, "heir", minutes(20), minutes(40)))
	if run == nil || run.ID != f.RunID {
		t.Fatalf("the run was not taken over: %+v", run)
	}
	for _, name := range []string{"intents", "lease", "results"} {
		must(t, writes[name](next)) // the run's new owner changes nothing for whoever works its page
	}
	wantCode(t, writes["return"](next), sluice.CodeFenced)
	_, err := s.PageState(ctx, f.RunID, 1)
	wantCode(t, err, sluice.CodeNotFound)
	wantCode(t, s.OfferPage(ctx, f, 2, Noon), sluice.CodeFenced)
}

// SharedReturned checks how offers and claims end without results.
func SharedReturned(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	f := offered(t, s, 1, 2)
	first := get[*sluice.PageClaim](t)(s.ClaimPage(ctx, "w", minutes(1), minutes(5))).Fence
	if get[bool](t)(s.WithdrawPage(ctx, f, 1, minutes(2))) {
		t.Error("a page was withdrawn while somebody works it")
	}
	if !get[bool](t)(s.WithdrawPage(ctx, f, 2, minutes(2))) {
		t.Error("a page that nobody works was not withdrawn")
	}
	must(t, s.ReturnPage(ctx, first, nil))
	again := get[*sluice.PageClaim](t)(s.ClaimPage(ctx, "x", minutes(2), minutes(5)))
	if again == nil || again.Fence.Page != 1 {
		t.Fatalf("after it was given back: %+v", again)
	}
	must(t, s.ReturnPage(ctx, again.Fence, &sluice.Error{Code: "import.down", Message: "away"}))
	if c := get[*sluice.PageClaim](t)(s.ClaimPage(ctx, "y", minutes(3), minutes(5))); c != nil {
		t.Fatalf("page %d was claimed although it could not be worked", c.Fence.Page)
	}
	state := get[*sluice.PageState](t)(s.PageState(ctx, f.RunID, 1))
	if state.Owner != "" || state.Failure == nil || state.Failure.Code != "import.down" {
		t.Errorf("the page's state %+v", state)
	}
	must(t, s.OfferPage(ctx, f, 1, minutes(4)))
	if state := get[*sluice.PageState](t)(s.PageState(ctx, f.RunID, 1)); state.Failure != nil {
		t.Errorf("offered again: %+v", state)
	}
	if c := get[*sluice.PageClaim](t)(s.ClaimPage(ctx, "y", minutes(4), minutes(5))); c == nil {
		t.Error("a page that was offered again cannot be claimed")
	}
}

// SharedProgress lets workers complete pages while the owner adds some: nothing that
// one counted is lost by another. Switched off by reading the progress without FOR UPDATE.
func SharedProgress(t *testing.T, s sluice.Store) {
	const pages = 30
	var numbers []int64
	for n := range int64(pages) {
		numbers = append(numbers, n+1)
	}
	f := offered(t, s, numbers...)
	count := func(p sluice.RunProgress) (sluice.RunProgress, error) { p.Counts.Written++; return p, nil }
	var group sync.WaitGroup
	for w := range 5 {
		group.Go(func() {
			for {
				c, err := s.ClaimPage(t.Context(), fmt.Sprint("w", w), minutes(50), minutes(55))
				if err != nil || c == nil {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if err := s.CompletePage(t.Context(), c.Fence, &sluice.PageResult{Page: c.Fence.Page, Advance: count, At: Noon}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Go(func() {
		for n := range int64(pages) {
			read := func(p sluice.RunProgress) (sluice.RunProgress, error) { p.Counts.Read++; return p, nil }
			if err := s.AppendPages(t.Context(), f, []sluice.Page{page(pages + n + 1)}, nil, false, read); err != nil {
				t.Error(err)
			}
		}
	})
	group.Wait()
	if run := get[*sluice.Run](t)(s.Run(t.Context(), f.RunID)); run.Counts.Written != pages || run.Counts.Read != pages {
		t.Errorf("%+v of %d pages worked and as many made", run.Counts, pages)
	}
}

// BudgetChanges lets callers count together. Switched off by leaving out FOR UPDATE.
func BudgetChanges(t *testing.T, s sluice.Store) {
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 10 {
				err := s.ChangeBudget(t.Context(), "1234567", func(state []byte, now time.Time) ([]byte, bool, error) {
					n := 0
					if len(state) > 0 {
						if err := json.Unmarshal(state, &n); err != nil {
							return nil, false, err
						}
					}
					if d := time.Since(now).Abs(); d > time.Hour {
						return nil, false, fmt.Errorf("the store's clock is off by %s", d)
					}
					next, err := json.Marshal(n + 1)
					return next, true, err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	must(t, s.ChangeBudget(t.Context(), "1234567", func(state []byte, _ time.Time) ([]byte, bool, error) {
		if string(state) != "80" {
			t.Errorf("80 changes made %q", state)
		}
		return state, false, nil
	}))
	must(t, s.ChangeBudget(t.Context(), "7654321", func(state []byte, _ time.Time) ([]byte, bool, error) {
		if len(state) != 0 {
			t.Errorf("another account begins with %q", state)
		}
		return []byte("0"), false, nil
	}))
}

// Signals checks that a process hears what others tell, and not what it told itself.
// It takes two stores on one database of a kind that has signals.
func Signals(t *testing.T, hears, tells sluice.Store) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	heard := make(chan string, 100)
	var group sync.WaitGroup
	group.Go(func() { must(t, hears.Signals(ctx, func(topic string) { heard <- topic })) })
	for first := ""; first == ""; { // until it listens
		must(t, hears.Signal(ctx, "own"))
		must(t, tells.Signal(ctx, "hello"))
		select {
		case first = <-heard:
		case <-time.After(20 * time.Millisecond):
		}
	}
	must(t, tells.ChangeBudget(ctx, "1234567", func([]byte, time.Time) ([]byte, bool, error) { return []byte("1"), true, nil }))
	for topic := range heard {
		if topic == "own" {
			t.Error("a process hears itself")
		}
		if topic == sluice.TopicBudget+"1234567" {
			break
		}
		if ctx.Err() != nil {
			t.Fatal("the change was not told")
		}
	}
	cancel()
	group.Wait()
}
