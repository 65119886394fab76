package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/live"
	"github.com/sluicehq/sluice/internal/client"
	"github.com/sluicehq/sluice/internal/postgrestest"
)

const gatedFlow = `name: gated
export: {connection: files, csv: {path: in.csv}, key: [no]}
steps:
  - name: sales
    import: {connection: shop, operation: add, http: {path: "/sales?key=made-up"}}
pages: {size: 1}
`

// gated is a flow whose every request waits until the test lets it through.
type gated struct {
	through chan int // statuses to answer with
	run     *client.Run
}

const gatedRecords = 8

func (s *server) gated(t *testing.T) *gated {
	t.Helper()
	g := &gated{through: make(chan int)}
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case status, open := <-g.through:
			if !open {
				status = http.StatusCreated
			}
			w.WriteHeader(status)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(shop.Close)
	t.Cleanup(func() { close(g.through) }) // whoever waits is let go
	dir := t.TempDir()
	text := "no\n"
	for n := range gatedRecords {
		text += fmt.Sprintln(n)
	}
	if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.create(t, client.ConnectionInput{Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": dir}})
	s.create(t, client.ConnectionInput{Name: "shop", Kind: sluice.KindHTTP, Settings: map[string]string{"base_url": shop.URL, "type": "none", "concurrency": "2"}})
	if _, err := s.local.PutFlow(t.Context(), "gated", client.FlowText{Text: gatedFlow}); err != nil {
		t.Fatal(err)
	}
	var err error
	if g.run, err = s.local.StartRun(t.Context(), "gated"); err != nil {
		t.Fatal(err)
	}
	return g
}

// events is a stream of server-sent events.
type events struct {
	t     *testing.T
	lines *bufio.Scanner
	stop  context.CancelFunc
	reply *http.Response
}

// events opens the stream of a run.
func (b *browser) events(run int64) *events {
	b.t.Helper()
	ctx, stop := context.WithCancel(b.t.Context())
	b.t.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, "GET", fmt.Sprintf("%s/api/v1/runs/%d/events", b.base, run), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	reply, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = reply.Body.Close() })
	lines := bufio.NewScanner(reply.Body)
	lines.Buffer(nil, 1<<20)
	return &events{b.t, lines, stop, reply}
}

// next returns the next event; its name is empty when the stream has ended.
func (e *events) next() (name string, event live.RunEvent) {
	e.t.Helper()
	for e.lines.Scan() {
		field, value, _ := strings.Cut(e.lines.Text(), ": ")
		switch {
		case field == "event":
			name = value
		case field == "data" && name == "run":
			if err := json.Unmarshal([]byte(value), &event); err != nil {
				e.t.Fatal(err)
			}
		case field == "" && name != "":
			return name, event
		}
	}
	return "", event
}

// until returns the first event that is as it is wanted.
func (e *events) until(what string, wanted func(live.RunEvent) bool) live.RunEvent {
	e.t.Helper()
	for {
		name, event := e.next()
		if name != "run" {
			e.t.Fatalf("the stream ended (%q) before %s", name, what)
		}
		if wanted(event) {
			return event
		}
	}
}

// A run is watched without asking again: its counts, slots and errors as they come. Who
// connects again gets the present state; the end of the run ends the stream.
func TestARunIsWatched(t *testing.T) {
	s := start(t)
	g := s.gated(t)
	b := s.browse(t, sluice.RoleManage)
	e := b.events(g.run.ID)
	if h := e.reply.Header; e.reply.StatusCode != http.StatusOK || h.Get("Content-Type") != "text/event-stream" || h.Get("X-Accel-Buffering") != "no" || h.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s, %v", e.reply.Status, h)
	}
	e.until("two slots in use", func(e live.RunEvent) bool {
		return len(e.Slots) == 1 && e.Slots[0].InUse == 2 && e.Slots[0].OwnInUse == 2 && e.Slots[0].Limit == 2 && e.Slots[0].LimitFrom == "shop" && e.Slots[0].Waiting > 0
	})
	for _, status := range []int{201, 201, 422} {
		g.through <- status
	}
	seen := e.until("an error", func(e live.RunEvent) bool { return e.Done == 3 && len(e.Errors) == 1 })
	if seen.Run.Counts.Written != 2 || seen.Errors[0].Step != "sales" {
		t.Errorf("%+v", seen)
	}
	e.stop() // a network that breaks
	e = b.events(g.run.ID)
	if again := e.until("the present state", func(live.RunEvent) bool { return true }); again.Done != 3 {
		t.Errorf("connected again: %d done", again.Done)
	}
	b.send("POST", fmt.Sprintf("/api/v1/runs/%d/cancel", g.run.ID), "", http.StatusOK, nil)
	over, ended := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(over); <-ended }) // before g.through is closed
	go func() {
		defer close(ended)
		for range gatedRecords - 3 {
			select {
			case g.through <- 201:
			case <-over:
				return
			}
		}
	}()
	e.until("the end", func(e live.RunEvent) bool { return e.Run.State == sluice.RunCancelled })
	if name, _ := e.next(); name != "end" {
		t.Errorf("behind the last state comes %q", name)
	}
	if name, _ := e.next(); name != "" {
		t.Errorf("the stream goes on with %q", name)
	}
}

// What a run asked is told, without the values of queries.
func TestRequestsOfARun(t *testing.T) {
	s := start(t)
	g := s.gated(t)
	for n := range gatedRecords + 1 { // the refused one is made again
		status := http.StatusCreated
		if n == 3 {
			status = http.StatusTooManyRequests
		}
		g.through <- status
	}
	for !sluice.RunState(g.run.State).Ended() {
		var err error
		if g.run, err = s.local.GetRun(t.Context(), g.run.ID); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.local.RunRequests(t.Context(), g.run.ID)
	if err != nil || len(got.Connections) != 1 || len(got.Items) != gatedRecords+1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if c := got.Connections[0]; c.Connection != "shop" || c.Requests != gatedRecords+1 || c.Failed != 1 || c.Retries != 1 {
		t.Errorf("%+v", c)
	}
	failed := 0
	for _, r := range got.Items {
		if r.Method != "POST" || r.Path != "/sales" || r.Step != "sales" || r.At.IsZero() {
			t.Errorf("%+v", r)
		}
		if r.Failure != "" {
			failed++
			if r.Status != 429 || r.Attempt != 1 {
				t.Errorf("the refused one: %+v", r)
			}
		}
	}
	if failed != 1 {
		t.Errorf("%d failed", failed)
	}
	c, err := s.local.Concurrency(t.Context(), client.ConcurrencyQuery{Account: "shop"})
	if err != nil || len(c.Accounts) != 1 || c.Accounts[0].Totals.Peak < 1 || c.Accounts[0].Totals.Granted != gatedRecords+1 || c.Accounts[0].Totals.Refused != 1 || c.Accounts[0].Kind != "http" {
		t.Errorf("%+v, %v", c, err)
	}
}

// With the check switched off in stream.run, the stream goes on.
func TestWhoLoggedOutWatchesNoMore(t *testing.T) {
	s := start(t)
	g := s.gated(t)
	b := s.browse(t, sluice.RoleMonitor)
	e := b.events(g.run.ID)
	e.until("the first state", func(live.RunEvent) bool { return true })
	b.send("POST", "/api/v1/logout", "", http.StatusNoContent, nil)
	began := time.Now()
	for name, _ := e.next(); name != ""; name, _ = e.next() {
		if name == "end" || time.Since(began) > 10*time.Second {
			t.Fatalf("the stream goes on with %q", name)
		}
	}
	if e := b.events(g.run.ID); e.reply.StatusCode != http.StatusUnauthorized {
		t.Errorf("connected again: %s", e.reply.Status)
	}
}

func TestStreamsOfOnePerson(t *testing.T) {
	s := start(t)
	g := s.gated(t)
	b := s.browse(t, sluice.RoleMonitor)
	for range 4 {
		if e := b.events(g.run.ID); e.reply.StatusCode != http.StatusOK {
			t.Fatal(e.reply.Status)
		}
	}
	if e := b.events(g.run.ID); e.reply.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the fifth: %s", e.reply.Status)
	}
	if e := b.events(g.run.ID + 1); e.reply.StatusCode != http.StatusNotFound {
		t.Errorf("a run that is not there: %s", e.reply.Status)
	}
}

// Another server of the same database works the run, and what it notes is known here.
func TestARunOfAnotherServerIsWatched(t *testing.T) {
	database := postgrestest.URL(t)
	works := start(t, func(c *Config) { c.DatabaseURL = database })
	shows := start(t, func(c *Config) {
		c.DatabaseURL, c.Idle, c.KeyFile = database, true, filepath.Join(works.cfg.DataDir, "key.json")
	})
	g := works.gated(t)
	e := shows.browse(t, sluice.RoleMonitor).events(g.run.ID)
	e.until("it runs", func(e live.RunEvent) bool { return e.Run.State == sluice.RunRunning })
	for range gatedRecords {
		g.through <- 201
	}
	e.until("its end", func(e live.RunEvent) bool { return e.Run.State == sluice.RunCompleted && e.Done == gatedRecords })
	if _, err := works.local.RunRequests(t.Context(), g.run.ID); err != nil { // which stores what is noted
		t.Fatal(err)
	}
	if got, err := shows.local.RunRequests(t.Context(), g.run.ID); err != nil || len(got.Connections) != 1 || got.Connections[0].Requests != gatedRecords {
		t.Errorf("%+v, %v", got, err)
	}
}

// counted counts requests by what they ask for.
type counted struct {
	http.RoundTripper
	mu     sync.Mutex
	events int
	others int
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	if strings.HasSuffix(r.URL.Path, "/events") {
		c.events++
	} else {
		c.others++
	}
	c.mu.Unlock()
	return c.RoundTripper.RoundTrip(r)
}

// The client follows a run by the server's events, to its last state.
func TestTheClientFollowsARun(t *testing.T) {
	s := start(t)
	g := s.gated(t)
	b := s.browse(t, sluice.RoleManage)
	requests := &counted{RoundTripper: b.http.Transport}
	if requests.RoundTripper == nil {
		requests.RoundTripper = http.DefaultTransport
	}
	c := &client.Client{Base: b.base, HTTP: &http.Client{Transport: requests, Jar: b.http.Jar}}
	told := make(chan client.Run, 1000)
	over := make(chan error, 1)
	var last *client.Run
	go func() {
		var err error
		last, err = c.FollowRun(t.Context(), g.run.ID, func(r *client.Run) { told <- *r })
		over <- err
	}()
	streams := func() (events, others int) {
		requests.mu.Lock()
		defer requests.mu.Unlock()
		return requests.events, requests.others
	}
	for events := 0; events == 0; events, _ = streams() { // each look is told of
		if r := <-told; r.State != "running" && r.State != "queued" {
			t.Fatalf("%+v", r)
		}
	}
	_, before := streams()
	for range gatedRecords {
		g.through <- http.StatusCreated
	}
	if err := <-over; err != nil {
		t.Fatal(err)
	}
	stored, err := s.local.GetRun(t.Context(), g.run.ID)
	if err != nil || last.State != "completed" || last.Counts.Written != gatedRecords || !reflect.DeepEqual(last, stored) {
		t.Errorf("%+v, want %+v, %v", last, stored, err)
	}
	if events, after := streams(); events != 1 || after != before {
		t.Errorf("%d streams, %d looks while there was one", events, after-before)
	}
}
