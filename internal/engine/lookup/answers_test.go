package lookup

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
)

func ask(keys ...string) map[string]sluice.Question {
	out := map[string]sluice.Question{}
	for _, k := range keys {
		out[k] = sluice.Question{k}
	}
	return out
}

// each answers every question with so many records, and counts what it is asked.
func each(asked *atomic.Int64, records int) asker {
	return func(_ context.Context, questions []sluice.Question) (sluice.Findings, error) {
		asked.Add(int64(len(questions)))
		out := sluice.Findings{Requests: 1}
		for _, q := range questions {
			out.Answers = append(out.Answers, sluice.Answer{Records: make([]sluice.Record, records)})
			for i := range records {
				out.Answers[len(out.Answers)-1].Records[i] = sluice.Record{"of": q[0]}
			}
		}
		return out, nil
	}
}

// However many questions there are, no more records are kept than the limit says,
// and those that were used last.
func TestAnswersStayWithinTheirBound(t *testing.T) {
	var asked atomic.Int64
	a := newAnswers(10, 0, time.Now)
	for i := range 1000 {
		if _, _, err := a.find(t.Context(), ask(fmt.Sprint(i), "always"), each(&asked, 2)); err != nil {
			t.Fatal(err)
		}
		if a.size > 10 || a.order.Len() != len(a.entries) {
			t.Fatalf("%d records in %d answers are kept", a.size, len(a.entries))
		}
	}
	if n := asked.Load(); n != 1001 {
		t.Errorf("%d questions were asked: the one that was always used is not kept", n)
	}
	if _, _, err := a.find(t.Context(), ask("large"), each(&asked, 11)); err != nil || a.entries["large"] != nil {
		t.Errorf("an answer larger than the bound is kept, %v", err)
	}
}

// A question that fails is asked by the next who waits for it.
func TestAFailedQuestionIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		a := newAnswers(10, 0, time.Now)
		broken := errors.New("broken")
		first := make(chan error)
		go func() {
			_, _, err := a.find(t.Context(), ask("a"), func(context.Context, []sluice.Question) (sluice.Findings, error) {
				time.Sleep(time.Second)
				return sluice.Findings{}, broken
			})
			first <- err
		}()
		synctest.Wait()
		second := make(chan error)
		go func() {
			found, _, err := a.find(t.Context(), ask("a"), each(&asked, 1))
			if err == nil && len(found["a"].Records) != 1 {
				err = errors.New("nothing was found")
			}
			second <- err
		}()
		synctest.Wait()
		if n := asked.Load(); n != 0 {
			t.Errorf("it was asked %d times while it was being asked", n)
		}
		if err := <-first; !errors.Is(err, broken) {
			t.Errorf("the first got %v", err)
		}
		if err := <-second; err != nil || asked.Load() != 1 {
			t.Errorf("the second got %v after %d questions", err, asked.Load())
		}
		cancelled, cancel := context.WithCancel(t.Context())
		go func() {
			_, _, _ = a.find(t.Context(), ask("b"), func(context.Context, []sluice.Question) (sluice.Findings, error) {
				time.Sleep(time.Hour)
				return sluice.Findings{}, broken
			})
		}()
		synctest.Wait()
		cancel()
		if _, _, err := a.find(cancelled, ask("b"), each(&asked, 1)); !errors.Is(err, context.Canceled) {
			t.Errorf("one that gives up got %v", err)
		}
		time.Sleep(time.Hour) // until the one that asks has ended
	})
}

func TestTheShelfForgetsWhatNobodyUses(t *testing.T) {
	now := time.Now()
	s := NewShelf(func() time.Time { return now })
	a := s.answers("a", 10, time.Minute)
	s.answers("b", 10, time.Minute)
	if s.answers("a", 10, time.Minute) != a || len(s.kept) != 2 {
		t.Errorf("%d places", len(s.kept))
	}
	now = now.Add(time.Minute)
	if s.answers("c", 10, time.Minute); len(s.kept) != 1 {
		t.Errorf("%d places after a minute", len(s.kept))
	}
}
