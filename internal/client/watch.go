package client

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// How a run is followed.
const (
	// A run that ends soon is looked at a few times, which tells its end sooner than a
	// stream would; the wait between two looks grows.
	firstLook = 50 * time.Millisecond
	lastLook  = time.Second
	shortRun  = 400 * time.Millisecond // the wait from which on there are streams

	patience  = 5 * time.Second  // for the first line of a stream, which the server sends at once
	silence   = 45 * time.Second // the server says every 15 s that it is there
	again     = time.Second      // before a stream is opened again; the wait grows while that is in vain
	lastAgain = 15 * time.Second
	giveUp    = time.Minute // without an answer of any kind
	fruitless = 2           // streams in a row that came through to nobody: there will be no other

	maxEvent = 16 << 20 // bytes of a line of a stream
)

// Ended reports whether the run is over.
func (r *Run) Ended() bool {
	return r.State == "completed" || r.State == "failed" || r.State == "cancelled"
}

// FollowRun calls each with the states of a run, and returns the last one. The server
// tells them as events. A stream that breaks is opened again; where streams do not come
// through, as with proxies that hold answers back, the run is asked for from time to time.
func (c *Client) FollowRun(ctx context.Context, id int64, each func(*Run)) (*Run, error) {
	f := &follower{Client: c, id: id, each: each, again: again}
	for wait := firstLook; ; wait = min(wait*3/2, lastLook) {
		if over, err := f.look(ctx); over || err != nil {
			return f.last, err
		}
		if wait >= shortRun {
			if over, err := f.listen(ctx); over || err != nil {
				return f.last, err
			}
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// follower is on a run until it ends.
type follower struct {
	*Client
	id   int64
	each func(*Run)

	last     *Run
	answered time.Time // when anything was heard of the server
	again    time.Duration
	event    string // the ID of the last event
	vain     int    // streams in a row that told nothing
}

// take passes a state on, and reports whether it is the last one.
func (f *follower) take(r *Run) (over bool) {
	f.last, f.answered = r, time.Now()
	f.each(r)
	return r.Ended()
}

// look asks for the run. While the server is away it is waited for, where it has answered
// before.
func (f *follower) look(ctx context.Context) (over bool, err error) {
	run, err := f.GetRun(ctx, f.id)
	if err == nil {
		return f.take(run), nil
	}
	refusal, refused := errors.AsType[*ErrorBody](err)
	switch {
	case ctx.Err() != nil, f.last == nil, refused && refusal.Code != "server.stopping", time.Since(f.answered) > giveUp:
		return false, err
	}
	return false, nil
}

// listen opens streams until the run has ended, or it is clear that none comes through.
func (f *follower) listen(ctx context.Context) (over bool, err error) {
	for wait := f.again; f.vain < fruitless; wait = min(2*wait, lastAgain) {
		told, err := f.stream(ctx)
		switch {
		case ctx.Err() != nil:
			return false, ctx.Err()
		case f.last.Ended():
			return true, nil
		case told:
			wait, f.vain = f.again, 0
		case errors.Is(err, errHeldBack):
			f.vain++
		}
		if refused, ok := errors.AsType[*ErrorBody](err); ok && refused.Code != "server.stopping" {
			f.vain = fruitless // who may not ask for the run either is told so
		}
		if over, err := f.look(ctx); over || err != nil {
			return over, err
		}
		if err := sleep(ctx, wait); err != nil {
			return false, err
		}
	}
	return false, nil
}

// errHeldBack says that something between the server and here does not pass events on.
var errHeldBack = errors.New("the events of the server do not come through")

// stream passes on what one stream tells, until it ends or nothing comes any more.
func (f *follower) stream(ctx context.Context) (told bool, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	silent := time.AfterFunc(patience, func() { stop(errHeldBack) })
	defer silent.Stop()
	body, err := f.open(ctx)
	if err != nil {
		return false, errors.Join(err, context.Cause(ctx))
	}
	defer func() { _ = body.Close() }()
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxEvent)
	var name, data, id string
	for lines.Scan() {
		silent.Reset(silence)
		f.answered = time.Now()
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			name = value
		case "data":
			data += value + "\n"
		case "id":
			id = value
		case "retry":
			if ms, err := strconv.Atoi(value); err == nil {
				f.again = min(max(time.Duration(ms)*time.Millisecond, again), lastAgain)
			}
		case "": // the end of an event, or a comment
			over, err := f.heard(name, data)
			told = told || name == "run" && err == nil
			if over || err != nil {
				return told, err
			}
			name, data, f.event = "", "", cmp.Or(id, f.event)
		}
	}
	return told, errors.Join(lines.Err(), context.Cause(ctx))
}

// open asks for a stream.
func (f *follower) open(ctx context.Context) (io.ReadCloser, error) {
	req, err := f.request(ctx, http.MethodGet, "/api/v1/runs/"+escape(f.id)+"/events", nil, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/event-stream")
	if f.event != "" {
		req.Header.Set("Last-Event-ID", f.event)
	}
	resp, err := cmp.Or(f.HTTP, http.DefaultClient).Do(req)
	if err != nil {
		return nil, err
	}
	switch kind := resp.Header.Get("Content-Type"); {
	case resp.StatusCode >= http.StatusBadRequest:
		err = failure(resp)
	case !strings.HasPrefix(kind, "text/event-stream"):
		err = fmt.Errorf("%w: an answer of the kind %q", errHeldBack, kind)
	}
	if err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	return resp.Body, nil
}

// heard takes an event, and reports whether it is the last one.
func (f *follower) heard(name, data string) (over bool, err error) {
	switch name {
	case "end":
		return true, nil
	case "run":
		var e RunEvent
		body := json.NewDecoder(bytes.NewReader([]byte(data)))
		body.UseNumber()
		if err := body.Decode(&e); err != nil {
			return false, fmt.Errorf("an event of run %d cannot be read: %w", f.id, err)
		}
		return f.take(&e.Run), nil
	}
	return false, nil
}

// sleep waits, or not so long where ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
