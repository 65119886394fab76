package engine

import (
	"context"
	"errors"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/crew"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// onePage is a store of one page, which it cannot complete.
type onePage struct {
	Store
	page sluice.Page
}

func (s *onePage) Page(context.Context, int64, int64) (*sluice.Page, error) { return &s.page, nil }

var errFull = errors.New("the disk is full")

func (s *onePage) CompletePage(context.Context, sluice.Fence, *sluice.PageResult) error {
	return errFull
}

// A page that failed comes again: until then, no later record of its keys is worked.
func TestKeysOfAFailedPageStayLocked(t *testing.T) {
	store := &onePage{page: sluice.Page{Number: 1, Items: []sluice.Item{{Seq: 1, Key: "a"}, {Seq: 2, Key: "b"}}}}
	stop := newStop(t.Context(), 0)
	defer stop.release()
	p, err := program.Compile(&sluice.Flow{})
	if err != nil {
		t.Fatal(err)
	}
	x := &execution{Engine: New(Config{Store: store}), run: &sluice.Run{}, program: p, stop: stop, keys: crew.NewKeys()}
	hands := crew.New(2, func() {}) // the run goes on, so that it shows who would overtake
	if !x.begin(t.Context(), hands, 1) {
		t.Fatal("the page did not begin")
	}
	if err := hands.Wait(); !errors.Is(err, errFull) {
		t.Fatalf("the page ended with %v", err)
	}
	if !x.keys.AnyHeld(store.page.Items[1:]) {
		t.Fatal("the keys are free")
	}
}
