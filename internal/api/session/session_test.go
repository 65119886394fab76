package session

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestSessionsEndAndAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sessions{live: map[string]session{}}
		for i := range 100 {
			if err := s.Commit(fmt.Sprint(i), []byte("x"), time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if _, ok, _ := s.Find("7"); !ok {
			t.Error("a live session is not found")
		}
		if err := s.Delete("7"); err != nil {
			t.Fatal(err)
		}
		if _, ok, _ := s.Find("7"); ok {
			t.Error("a deleted session is found")
		}
		time.Sleep(time.Hour)
		if _, ok, _ := s.Find("8"); ok {
			t.Error("an ended session is found")
		}
		if err := s.Commit("new", []byte("x"), time.Now().Add(time.Hour)); err != nil || len(s.live) != 1 {
			t.Errorf("%d sessions kept, %v", len(s.live), err)
		}
	})
}
