// Package live has the route by which a run is watched while it is worked: events that
// the server sends.
package live

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/traffic"
)

// Rules watch runs.
type Rules interface {
	// Watch returns what becomes of a run: its present state first, then each change, and
	// the last one when it has ended, behind which the channel is closed. Who is slow
	// misses states, never the last. It ends with ctx; stop frees it earlier.
	Watch(ctx context.Context, by endpoint.Actor, runID int64) (events <-chan *RunEvent, stop func(), err error)
}

// RunEvent is a run and how it goes.
type RunEvent struct {
	Run *sluice.Run `json:"run"`
	// Done is Written + Unchanged + Excluded + Failed.
	Done int64    `json:"done" doc:"Records that have ended"`
	Rate *float64 `json:"rate,omitempty" doc:"Records a second over the last ten seconds; absent while it is not known"`
	Mean *float64 `json:"mean,omitempty" doc:"Records a second since the run began, pauses included"`
	Left *int64   `json:"left_s,omitempty" doc:"Seconds until the end at the present rate; absent until the export has told how many records there are"`

	Slots  []traffic.Slots `json:"slots" nullable:"false" doc:"The budgets of request slots that the flow draws on, and its own part"`
	Errors []LastError     `json:"errors" nullable:"false" doc:"The newest record errors of the run"`
}

// LastError is a record error in short.
type LastError struct {
	ID      int64     `json:"id"`
	Step    string    `json:"step"`
	Key     string    `json:"key"`
	Code    string    `json:"code"`
	Message string    `json:"message"`
	At      time.Time `json:"at"`
}

const (
	heartbeat = 15 * time.Second // proxies end connections on which nothing comes
	recheck   = 2 * time.Second
	patience  = 10 * time.Second // with a client that does not read
	again     = 2000             // milliseconds after which a browser connects again
)

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	t := endpoint.Table{Tag: tag}
	t.Add("GET", "/api/v1/runs/{id}/events", sluice.PermView, "watchRun", "Watch a run: server-sent events with its state, counts, rate, slots and newest errors, until it ends", rowOf(rules))
	return t.Rows
}

// rowOf registers the route. Its answer is a stream, so what can be refused is refused
// before it begins.
func rowOf(rules Rules) endpoint.Connect {
	return func(api huma.API, o huma.Operation, problem func(context.Context, error) error) {
		o.Responses = map[string]*huma.Response{"default": o.Responses["default"], "200": {
			Description: "Events `run`, each with the whole state as JSON, and `end` behind the last; a client that connects again gets the present state",
			Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[RunEvent](), true, "RunEvent")}}}}
		huma.Register(api, o, func(ctx context.Context, in *endpoint.NumberPath) (*huma.StreamResponse, error) {
			events, stop, err := rules.Watch(ctx, endpoint.ActorOf(ctx), in.ID)
			if err != nil {
				return nil, problem(ctx, err)
			}
			return &huma.StreamResponse{Body: func(c huma.Context) {
				defer stop()
				s := stream{to: c.BodyWriter()}
				c.SetHeader("Content-Type", "text/event-stream")
				c.SetHeader("X-Accel-Buffering", "no") // a proxy that collects answers would hold them back
				s.run(c.Context(), events)
			}}, nil
		})
	}
}

// stream writes events.
type stream struct {
	to interface{ Write([]byte) (int, error) }
	id int
}

func (s *stream) run(ctx context.Context, events <-chan *RunEvent) {
	beat, check := time.NewTicker(heartbeat), time.NewTicker(recheck)
	defer beat.Stop()
	defer check.Stop()
	err := s.write(fmt.Sprintf("retry: %d\n\n", again))
	for err == nil {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-events:
			if !ok {
				_ = s.write("event: end\ndata: {}\n\n") // there is nobody to tell if it fails
				return
			}
			err = s.event(e)
		case <-beat.C:
			err = s.write(": still here\n\n")
		case <-check.C:
			if endpoint.Check(ctx) != nil {
				return // a client that connects again is told why
			}
		}
	}
}

func (s *stream) event(e *RunEvent) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	s.id++
	return s.write(fmt.Sprintf("id: %d\nevent: run\ndata: %s\n\n", s.id, data))
}

// write sends a text at once.
func (s *stream) write(text string) error {
	if w, ok := s.to.(http.ResponseWriter); ok {
		c := http.NewResponseController(w)
		// The server's own bounds are for requests that are read and answered at once.
		_ = c.SetReadDeadline(time.Time{})               // where it cannot be lifted the client connects again
		_ = c.SetWriteDeadline(time.Now().Add(patience)) //nolint:forbidigo // a deadline of the network's
		defer func() { _ = c.Flush() }()
	}
	_, err := s.to.Write([]byte(text))
	return err
}
