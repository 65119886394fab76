package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/crew"
	"github.com/sluicehq/sluice/internal/engine/origin"
)

// crowd is what a process needs to work pages together with others.
type crowd struct {
	wake  chan struct{}                  // a page may have been offered
	pages *crew.News                     // for owners that wait for a page
	tools *crew.Shelf[int64, *execution] // what pages are worked with here, by run
}

// toolsIdle is how long what a run's pages are worked with stays open for the next one.
const toolsIdle = 10 * time.Second

func (e *Engine) newCrowd() *crowd {
	return &crowd{wake: make(chan struct{}, 1), pages: crew.NewNews(), tools: crew.NewShelf(toolsIdle, e.openTools, (*execution).close)}
}

// Heard takes a signal of another process. Signals save waiting for the next poll.
func (e *Engine) Heard(topic string) {
	if e.crowd == nil {
		return
	}
	if page, ok := strings.CutPrefix(topic, sluice.TopicPage); ok {
		e.crowd.pages.Tell(page)
	}
	if topic == sluice.TopicWork {
		crew.Wake(e.crowd.wake)
		e.Wake()
	}
}

// signal tells other processes, and this one.
func (e *Engine) signal(ctx context.Context, topic string) {
	e.Heard(topic)
	if err := e.Store.Signal(ctx, topic); err != nil && ctx.Err() == nil {
		e.Log.Warn("tell other processes", "topic", topic, "error", err)
	}
}

func pageName(runID, number int64) string { return fmt.Sprintf("%d/%d", runID, number) }

// shares reports whether any process may work the run's pages. Pages whose order counts
// stay with the run's owner, and so do those whose source is told of them.
func (x *execution) shares() bool {
	return x.crowd != nil && len(x.tellers) == 0 && x.parallel() > 1
}

// handOut offers a page to all processes and waits until one has worked it.
func (x *execution) handOut(number int64) error {
	news, forget := x.crowd.pages.Await(pageName(x.run.ID, number))
	defer forget()
	err := x.Store.OfferPage(x.stop.ended, x.fence, number, x.Clock())
	if err == nil {
		x.signal(x.stop.ended, sluice.TopicWork)
	}
	asked := x.stop.asked.Done()
	for err == nil {
		var over bool
		if over, err = x.handedOut(number); over || err != nil {
			break
		}
		timer := time.NewTimer(x.Poll)
		select {
		case <-news:
		case <-timer.C:
		case <-asked:
			asked = nil // once; whoever works the page is waited for
		case <-x.stop.ended.Done():
			err = x.stop.cause()
		}
		timer.Stop()
	}
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return nil // it is done
	}
	return err
}

// handedOut looks what has become of a page. It returns CodeNotFound when it is done.
func (x *execution) handedOut(number int64) (over bool, err error) {
	state, err := x.Store.PageState(x.stop.ended, x.run.ID, number)
	switch {
	case err != nil:
		return false, err
	case state.Failure != nil:
		return true, state.Failure
	case x.stop.asked.Err() == nil:
		return false, nil
	case !errors.Is(x.stop.cause(), errCancelled):
		return true, x.stop.cause() // the run's next owner finds the offer, or who took it
	}
	withdrawn, err := x.Store.WithdrawPage(x.stop.ended, x.fence, number, x.Clock())
	if err == nil && withdrawn {
		err = x.stop.cause()
	}
	return withdrawn, err
}

// workClaims claims offered pages and works them until ctx ends.
func (e *Engine) workClaims(ctx context.Context) {
	slots := make(chan struct{}, e.Pages)
	var working sync.WaitGroup
	defer func() { working.Wait(); e.crowd.tools.Close() }()
	for {
		select {
		case <-ctx.Done():
			return
		case slots <- struct{}{}:
		}
		claim := e.claimPage(ctx)
		if claim == nil {
			<-slots
			if !e.idle(ctx, e.crowd.wake) {
				return
			}
			continue
		}
		working.Go(func() {
			defer func() { <-slots; crew.Wake(e.crowd.wake) }()
			e.workClaim(ctx, claim)
		})
	}
}

// claimPage takes the next page, or returns nil when there is none to be had now.
func (e *Engine) claimPage(ctx context.Context) *sluice.PageClaim {
	now := e.now(ctx)
	claim, err := e.Store.ClaimPage(ctx, e.Owner, now, now.Add(e.Lease))
	if err != nil {
		if ctx.Err() == nil {
			e.Log.Error("claim a page", "error", err)
		}
		return nil
	}
	return claim
}

// workClaim works a claimed page, or gives it back.
func (e *Engine) workClaim(ctx context.Context, claim *sluice.PageClaim) {
	stop := newStop(origin.Run(ctx, claim.Fence.RunID), e.Grace)
	defer stop.release()
	lease := e.keepLease(stop, claim.Fence, claim.LeaseUntil)
	err := e.workShare(stop, claim.Fence)
	if err != nil && stop.asked.Err() != nil {
		err = stop.cause()
	}
	stop.release()
	<-lease
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err != nil {
		e.giveBack(after, claim.Fence, err)
	}
	e.signal(after, sluice.TopicPage+pageName(claim.Fence.RunID, claim.Fence.Page))
}

// giveBack ends the claim of a page that was not done here.
func (e *Engine) giveBack(ctx context.Context, f sluice.Fence, err error) {
	log := e.Log.With("run", f.RunID, "page", f.Page, "claim", f.Number)
	var cause *sluice.Error
	switch {
	case errors.Is(err, errFenced) || sluice.ErrorCode(err) == sluice.CodeFenced:
		log.Warn("another process took the page over")
		return
	case errors.Is(err, errStopping) || errors.Is(err, errCancelled):
	default:
		log.Error("work a page", "error", err)
		if !passing(err) {
			cause = asError(err)
		}
	}
	if err := e.Store.ReturnPage(ctx, f, cause); err != nil {
		log.Warn("give a page back", "error", err)
	}
}

// passing reports whether another process, or this one a while later, may have more luck
// with the store.
func passing(err error) bool {
	code := sluice.ErrorCode(err)
	return code == "store.unavailable" || code == "store.busy"
}

// workShare works a claimed page with what its run's other pages are worked with.
func (e *Engine) workShare(stop *stop, f sluice.Fence) error {
	tools, leave, err := e.crowd.tools.Take(f.RunID)
	if err != nil {
		return err
	}
	defer leave()
	page, err := e.Store.Page(stop.asked, f.RunID, f.Page)
	if err != nil {
		return err
	}
	x := *tools
	x.stop, x.fence = stop, f
	return x.workPage(stop.ended, page)
}

// openTools opens what pages of a run are worked with, whoever owns it. They outlast the
// page that they are opened for.
func (e *Engine) openTools(runID int64) (*execution, error) {
	ctx := context.Background()
	run, err := e.Store.Run(ctx, runID)
	if err != nil {
		return nil, err
	}
	x, err := e.newExecution(ctx, run)
	if err != nil {
		return nil, err
	}
	if err := x.open(ctx); err != nil {
		x.close()
		return nil, err
	}
	return x, nil
}
