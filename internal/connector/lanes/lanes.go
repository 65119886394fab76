// Package lanes sends a page's requests several at a time, and those for one record
// one after another.
package lanes

import (
	"context"
	"sync"

	"github.com/sluicehq/sluice"
)

// Of puts the places of intents for the same record into one lane, in their order:
// two requests for it at one time could pass each other. The record is what target
// says; "" stands for one that no other intent can be for.
func Of(intents []*sluice.Intent, target func(*sluice.Intent) string) [][]int {
	names := make([]string, len(intents))
	for n, i := range intents {
		names[n] = target(i)
	}
	return By(names)
}

// By puts the places with the same name into one lane, in their order; those without a
// name have one each.
func By(names []string) [][]int {
	var lanes [][]int
	lane := map[string]int{}
	for n, at := range names {
		if k, ok := lane[at]; ok && at != "" {
			lanes[k] = append(lanes[k], n)
			continue
		}
		lane[at] = len(lanes)
		lanes = append(lanes, []int{n})
	}
	return lanes
}

// Each calls f for all places in the lanes, so many lanes at a time, until one call
// returns an error, which it returns.
func Each(ctx context.Context, lanes [][]int, width int, f func(ctx context.Context, n int) error) error {
	ready := make(chan []int, len(lanes))
	for _, lane := range lanes {
		ready <- lane
	}
	close(ready)
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	stopped := make(chan struct{})
	for range min(width, len(lanes)) {
		wg.Go(func() {
			for lane := range ready {
				for _, n := range lane {
					select {
					case <-stopped:
						return
					case <-ctx.Done():
						return
					default:
					}
					if err := f(ctx, n); err != nil {
						once.Do(func() { first = err; close(stopped) })
					}
				}
			}
		})
	}
	wg.Wait()
	return first
}
