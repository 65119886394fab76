package crew

import (
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestShelfOpensOnceAndClosesWhatIsIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opened, closed atomic.Int64
		s := NewShelf(time.Minute, func(key string) (string, error) {
			opened.Add(1)
			time.Sleep(time.Second)
			if key == "bad" {
				return "", errors.New("cannot be opened")
			}
			return key, nil
		}, func(string) { closed.Add(1) })
		take := func() func() {
			value, leave, err := s.Take("a")
			if err != nil || value != "a" {
				t.Errorf("took %q, %v", value, err)
			}
			return leave
		}
		both := make(chan func())
		for range 2 {
			go func() { both <- take() }()
		}
		(<-both)()
		last := <-both
		time.Sleep(time.Hour)
		if opened.Load() != 1 || closed.Load() != 0 {
			t.Fatalf("opened %d times, closed %d times while it is used", opened.Load(), closed.Load())
		}
		last()
		time.Sleep(30 * time.Second)
		take()() // in time
		time.Sleep(45 * time.Second)
		if opened.Load() != 1 || closed.Load() != 0 {
			t.Fatalf("opened %d times, closed %d times in its time", opened.Load(), closed.Load())
		}
		time.Sleep(time.Minute)
		if closed.Load() != 1 {
			t.Fatalf("closed %d times", closed.Load())
		}
		if _, _, err := s.Take("bad"); err == nil {
			t.Error("what cannot be opened was taken")
		}
		take()()
		s.Close()
		time.Sleep(time.Hour)
		if opened.Load() != 3 || closed.Load() != 2 {
			t.Errorf("opened %d times, closed %d times", opened.Load(), closed.Load())
		}
	})
}

func TestNewsReachWhoWaits(t *testing.T) {
	n := NewNews()
	news, forget := n.Await("1/2")
	n.Tell("1/3")
	select {
	case <-news:
		t.Fatal("news of something else")
	default:
	}
	n.Tell("1/2")
	n.Tell("1/2") // is not waited for
	<-news
	forget()
	n.Tell("1/2")
	if len(n.waiting) != 0 || len(news) != 0 {
		t.Error("who has gone is told")
	}
}
