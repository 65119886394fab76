package metadata

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestKept(t *testing.T) {
	var k kept
	var reads atomic.Int32
	now := time.Unix(1800000000, 0)
	read := func(at time.Time, refresh bool, err error) error {
		_, failed := keep(&k, at, "a", refresh, func() (int32, error) { return reads.Add(1), err })
		return failed
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { _ = read(now, false, nil) })
	}
	wg.Wait()
	want := func(n int32) {
		t.Helper()
		if got := reads.Load(); got != n {
			t.Errorf("read %d times, want %d", got, n)
		}
	}
	want(1)
	_ = read(now.Add(life-1), false, nil)
	want(1)
	_ = read(now.Add(life), false, nil)
	want(2)
	if broken := errors.New("broken"); read(now.Add(life), true, broken) != broken {
		t.Error("the error was lost")
	}
	_ = read(now.Add(life), false, nil) // what was there before is still good
	want(3)
}

func TestKeptIsBounded(t *testing.T) {
	var k kept
	now := time.Unix(1800000000, 0)
	for n := range 3 * maxKept {
		_, _ = keep(&k, now, fmt.Sprint(n), false, func() (int, error) { return n, nil })
	}
	if len(k.entries) > maxKept {
		t.Errorf("%d entries", len(k.entries))
	}
}
