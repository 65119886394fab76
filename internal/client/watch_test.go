package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// server answers requests for a run and for its events as a test says. Time in it is that
// of testing/synctest.
type server struct {
	began   time.Time
	run     func(after time.Duration) (state string, err error)
	streams func(n int, r *http.Request) (*http.Response, error)

	looks   int // at the run
	opened  []string
	lookAts []time.Duration
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/events") {
		s.opened = append(s.opened, r.Header.Get("Last-Event-ID"))
		return s.streams(len(s.opened), r)
	}
	s.looks++
	s.lookAts = append(s.lookAts, time.Since(s.began))
	state, err := s.run(time.Since(s.began))
	if err != nil {
		return nil, err
	}
	if code, refused := strings.CutPrefix(state, "refused "); refused {
		return answer(http.StatusForbidden, "application/json", fmt.Sprintf(`{"code":%q,"message":"no"}`, code)), nil
	}
	return answer(http.StatusOK, "application/json", fmt.Sprintf(`{"id":7,"state":%q}`, state)), nil
}

func answer(status int, kind, body string) *http.Response {
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body))}
}

// telling is a stream that writes texts one after the other, each with what is waited for
// before it, and then ends, or stays open until the client goes.
func telling(r *http.Request, open bool, texts ...any) *http.Response {
	body, to := io.Pipe()
	go func() {
		defer func() { _ = to.CloseWithError(io.ErrUnexpectedEOF) }()
		for _, t := range texts {
			switch t := t.(type) {
			case time.Duration:
				select {
				case <-time.After(t):
				case <-r.Context().Done():
					_ = to.CloseWithError(r.Context().Err())
					return
				}
			case string:
				if _, err := io.WriteString(to, t); err != nil {
					return
				}
			}
		}
		if open {
			<-r.Context().Done()
			_ = to.CloseWithError(r.Context().Err())
		}
	}()
	out := answer(http.StatusOK, "text/event-stream", "")
	out.Body = body
	return out
}

func event(id int, state string) string {
	return fmt.Sprintf("id: %d\nevent: run\ndata: {\"done\":%d,\"errors\":[],\"slots\":[],\"run\":{\"id\":7,\"state\":%q}}\n\n", id, id, state)
}

const hello, end = "retry: 2000\n\n", "event: end\ndata: {}\n\n"

// follow runs FollowRun against a server, and returns the states it told of.
func follow(t *testing.T, s *server) (run *Run, states []string, took time.Duration, err error) {
	t.Helper()
	s.began = time.Now()
	c := &Client{Base: "http://sluice.example", HTTP: &http.Client{Transport: s}}
	run, err = c.FollowRun(t.Context(), 7, func(r *Run) { states = append(states, r.State) })
	return run, slices.Compact(states), time.Since(s.began), err
}

func always(state string) func(time.Duration) (string, error) {
	return func(time.Duration) (string, error) { return state, nil }
}

// endsAfter is a run that is completed after a while.
func endsAfter(d time.Duration) func(time.Duration) (string, error) {
	return func(after time.Duration) (string, error) {
		if after >= d {
			return "completed", nil
		}
		return "running", nil
	}
}

func TestARunIsFollowedByItsEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{run: always("running")}
		s.streams = func(_ int, r *http.Request) (*http.Response, error) {
			return telling(r, false, hello, event(1, "running"), 14*time.Second, ": still here\n\n", 40*time.Second, ": still here\n\n", 5*time.Second, event(2, "failed"), end), nil
		}
		run, states, took, err := follow(t, s)
		if err != nil || run.State != "failed" || !slices.Equal(states, []string{"running", "failed"}) {
			t.Fatalf("%+v, %v, %v", run, states, err)
		}
		if len(s.opened) != 1 || s.looks > 8 || took > 62*time.Second {
			t.Errorf("%d streams, %d looks, %v", len(s.opened), s.looks, took)
		}
	})
}

func TestAShortRunNeedsNoStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{run: endsAfter(120 * time.Millisecond)}
		run, _, took, err := follow(t, s)
		if err != nil || run.State != "completed" || len(s.opened) != 0 || took > 200*time.Millisecond {
			t.Errorf("%+v, %v, %d streams, %v", run, err, len(s.opened), took)
		}
	})
}

// A stream that breaks, in the middle of an event too, loses no last state: neither one
// that comes with the next stream, nor one that came when there was none. With the look
// and the next stream switched off in listen, the client waits for ever.
func TestABrokenStreamLosesNoLastState(t *testing.T) {
	for name, c := range map[string]struct {
		run    func(time.Duration) (string, error)
		second string
	}{
		"it comes with the next stream": {always("running"), event(1, "completed") + end},
		"it came meanwhile":             {endsAfter(8 * time.Second), ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{run: c.run}
				s.streams = func(n int, r *http.Request) (*http.Response, error) {
					if n == 1 {
						whole := event(5, "completed")
						return telling(r, false, hello, event(4, "running"), 10*time.Second, whole[:len(whole)-30]), nil
					}
					return telling(r, false, hello, c.second), nil
				}
				run, states, took, err := follow(t, s)
				if err != nil || run.State != "completed" || !slices.Equal(states, []string{"running", "completed"}) || took > 20*time.Second {
					t.Fatalf("%+v, %v, %v, %v", run, states, took, err)
				}
				if len(s.opened) > 1 && s.opened[1] != "4" {
					t.Errorf("the next stream goes on behind event %q", s.opened[1])
				}
			})
		})
	}
}

// A server that restarts is waited for, longer each time.
func TestAServerThatRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("connection refused")
		away := func(after time.Duration) bool { return after > 5*time.Second && after < 35*time.Second }
		s := &server{}
		s.run = func(after time.Duration) (string, error) {
			if away(after) {
				return "", refused
			}
			return "running", nil
		}
		s.streams = func(_ int, r *http.Request) (*http.Response, error) {
			switch after := time.Since(s.began); {
			case after < 5*time.Second:
				return telling(r, false, hello, event(1, "running"), 4*time.Second), nil
			case away(after):
				return nil, refused
			}
			return telling(r, false, hello, event(1, "completed"), end), nil
		}
		run, _, took, err := follow(t, s)
		if err != nil || run.State != "completed" || took > 51*time.Second || len(s.opened) > 9 {
			t.Errorf("%+v, %v, after %v and %d streams", run, err, took, len(s.opened))
		}
	})
}

func TestAServerThatStaysAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("connection refused")
		s := &server{streams: func(_ int, r *http.Request) (*http.Response, error) { return nil, refused }}
		s.run = func(after time.Duration) (string, error) {
			if after > 2*time.Second {
				return "", refused
			}
			return "running", nil
		}
		if _, _, took, err := follow(t, s); !errors.Is(err, refused) || took < giveUp || took > 2*giveUp {
			t.Errorf("%v after %v", err, took)
		}
		s = &server{run: func(time.Duration) (string, error) { return "", refused }}
		if _, _, took, err := follow(t, s); !errors.Is(err, refused) || took > time.Second {
			t.Errorf("one that never answered: %v after %v", err, took)
		}
	})
}

// Where streams do not come through the run is asked for.
func TestStreamsThatDoNotComeThrough(t *testing.T) {
	for name, stream := range map[string]func(r *http.Request) (*http.Response, error){
		"an answer that is held back": func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() },
		"a body that is held back":    func(r *http.Request) (*http.Response, error) { return telling(r, true), nil },
		"a page of the proxy's":       func(*http.Request) (*http.Response, error) { return answer(200, "text/html", "<p>hello"), nil },
		"too many streams": func(*http.Request) (*http.Response, error) {
			return answer(http.StatusTooManyRequests, "application/json", `{"code":"live.too_many","message":"no"}`), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{run: endsAfter(time.Minute), streams: func(_ int, r *http.Request) (*http.Response, error) { return stream(r) }}
				run, states, took, err := follow(t, s)
				if err != nil || run.State != "completed" || !slices.Equal(states, []string{"running", "completed"}) {
					t.Fatalf("%+v, %v, %v", run, states, err)
				}
				if len(s.opened) > fruitless || took > time.Minute+2*lastLook || s.looks < 40 {
					t.Errorf("%d streams, %d looks, %v", len(s.opened), s.looks, took)
				}
			})
		})
	}
}

// A stream that falls silent, as after a network went away without a word, is opened again.
func TestAStreamThatFallsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{run: always("running")}
		s.streams = func(n int, r *http.Request) (*http.Response, error) {
			if n == 1 {
				return telling(r, true, hello, event(1, "running")), nil
			}
			return telling(r, false, hello, event(1, "completed"), end), nil
		}
		run, _, took, err := follow(t, s)
		if err != nil || run.State != "completed" || took > silence+10*time.Second {
			t.Errorf("%+v, %v, %v", run, err, took)
		}
	})
}

func TestWhoMayNotFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{run: always("refused run.not_found")}
		if _, _, _, err := follow(t, s); err == nil || !strings.Contains(err.Error(), "run.not_found") {
			t.Error(err)
		}
		// A token that is taken away meanwhile.
		s = &server{streams: func(_ int, r *http.Request) (*http.Response, error) {
			return telling(r, false, hello, event(1, "running")), nil
		}}
		s.run = func(after time.Duration) (string, error) {
			if after > 3*time.Second {
				return "refused auth.required", nil
			}
			return "running", nil
		}
		if _, _, took, err := follow(t, s); err == nil || !strings.Contains(err.Error(), "auth.required") || took > 10*time.Second {
			t.Error(err, took)
		}
	})
}

func TestFollowingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{began: time.Now(), run: always("running"), streams: func(_ int, r *http.Request) (*http.Response, error) { return telling(r, true, hello), nil }}
		ctx, stop := context.WithTimeout(t.Context(), 3*time.Second)
		defer stop()
		c := &Client{Base: "http://sluice.example", HTTP: &http.Client{Transport: s}}
		if _, err := c.FollowRun(ctx, 7, func(*Run) {}); !errors.Is(err, context.DeadlineExceeded) || time.Since(s.began) > 3*time.Second {
			t.Errorf("%v after %v", err, time.Since(s.began))
		}
	})
}
