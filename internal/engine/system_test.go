package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// behaviour is what the destination does with one request.
type behaviour int

const (
	accept     behaviour = iota
	refuse               // says no
	dropBefore           // the connection breaks before anything happened
	dropAfter            // the record is there, the answer is lost
	late                 // the connection breaks at once, the record is there a while later
	notSent              // the request never left
	ignore               // the record is there already, or is not there, and is passed over
	missing              // there is no such record
)

// system is a destination that keeps what it is sent, and breaks as it is told.
// It stands for a source as well: its rows are exported.
type system struct {
	mu      sync.Mutex
	rows    []sluice.Record            // the source
	named   map[string][]sluice.Record // rows of exports that have a name
	opened  []string                   // exports that were opened, with how much they had read
	adds    map[string][]string        // external ID (or a counter) → contents added under it
	lists   map[string][]string        // target → lines appended to it
	order   []string                   // keys in the order of their effects
	loose   int
	script  func() behaviour // nil means accept
	judge   func(*sluice.Intent) behaviour
	body    func(*sluice.Intent) any // of answers; nil means none
	blind   bool                     // Reconcile finds nothing out
	looks   int                      // calls of Reconcile
	settle  time.Duration
	late    sync.WaitGroup
	ordered bool
	down    error // Write returns it as the whole connection's error
	before  func()
	clock   func() time.Time // of whoever sends; nil means time.Now

	answers  map[string][]sluice.Record // by what a lookup asks
	asked    [][]sluice.Question        // one list a request
	mute     error                      // lookups return it
	pausing  time.Duration              // that an answer takes
	lookedUp sync.Mutex
}

func newSystem(rows int) *system {
	s := &system{adds: map[string][]string{}, lists: map[string][]string{}, settle: 40 * time.Millisecond}
	for i := range rows {
		s.rows = append(s.rows, sluice.Record{"id": fmt.Sprint(i + 1), "amount": json.Number(fmt.Sprintf("%d.01", i)), "list": fmt.Sprint(i % 3)})
	}
	return s
}

func (s *system) Test(context.Context, *sluice.Connection) *sluice.Evidence {
	return &sluice.Evidence{OK: true}
}

func (s *system) OpenExport(_ context.Context, _ *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	r := &systemReader{system: s, rows: s.rows}
	if e.Name != "" {
		r.rows = s.named[e.Name]
	}
	s.mu.Lock()
	s.opened = append(s.opened, fmt.Sprintf("%s %d", e.Label(), o.Seen))
	s.mu.Unlock()
	if o.Cursor != nil {
		if err := json.Unmarshal(o.Cursor, &r.next); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (s *system) OpenImport(context.Context, *sluice.Connection, *sluice.Import, sluice.ImportOptions) (sluice.Writer, error) {
	return &systemWriter{s}, nil
}

// SourceTime is the clock of delta exports.
func (s *system) SourceTime(context.Context, *sluice.Connection) (time.Time, error) {
	return time.Now(), nil
}

type systemReader struct {
	*system
	rows []sluice.Record
	next int
}

func (r *systemReader) Next(_ context.Context, limit int) (sluice.Batch, error) {
	if r.next >= len(r.rows) {
		return sluice.Batch{}, io.EOF
	}
	end := min(r.next+limit, len(r.rows))
	var b sluice.Batch
	for ; r.next < end; r.next++ {
		b.Items = append(b.Items, sluice.Item{Rows: 1, Origin: fmt.Sprintf("row %d", r.next+1), Record: r.rows[r.next]})
	}
	b.Cursor, _ = json.Marshal(r.next)
	return b, nil
}

func (r *systemReader) Close() error { return nil }

type systemWriter struct{ *system }

func (w *systemWriter) Traits() sluice.Traits {
	return sluice.Traits{SendWindow: 20 * time.Millisecond, Settle: w.settle, ExternalIDs: true, Ordered: w.ordered}
}

func (w *systemWriter) Prepare(_ context.Context, intents []*sluice.Intent) error {
	for _, i := range intents {
		if i.Operation == sluice.Append {
			i.Before = fmt.Sprint(w.count(i))
		}
	}
	return nil
}

// count returns how many lines of the intent's list equal the intent's.
func (w *systemWriter) count(i *sluice.Intent) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, line := range w.lists[i.TargetID] {
		if line == content(i) {
			n++
		}
	}
	return n
}

func content(i *sluice.Intent) string {
	text, err := json.Marshal(i.Record)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func (w *systemWriter) Write(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	if w.before != nil {
		w.before()
	}
	var out []sluice.Result
	for _, i := range intents {
		w.mu.Lock()
		down := w.down
		w.mu.Unlock()
		if down != nil {
			return out, down
		}
		out = append(out, w.write(i))
	}
	return out, nil
}

func (w *systemWriter) write(i *sluice.Intent) sluice.Result {
	now := time.Now
	if w.clock != nil {
		now = w.clock
	}
	if now().After(i.SendBy) {
		return sluice.Result{State: sluice.ResultNotSent}
	}
	b := accept
	if w.script != nil {
		b = w.script()
	}
	if w.judge != nil {
		b = w.judge(i)
	}
	failure := &sluice.Failure{Code: "TEST", Classification: sluice.ClassOther, Message: "as the test wants it"}
	switch b {
	case refuse:
		return sluice.Result{State: sluice.ResultRefused, Failure: failure}
	case ignore:
		return sluice.Result{State: sluice.ResultIgnored}
	case missing:
		return sluice.Result{State: sluice.ResultRefused, Failure: &sluice.Failure{Code: "GONE", Classification: sluice.ClassMissing, Message: "there is none"}}
	case notSent:
		return sluice.Result{State: sluice.ResultNotSent, Failure: failure}
	case dropBefore:
		return sluice.Result{State: sluice.ResultUnknown, Failure: failure}
	case late:
		w.late.Add(1)
		copied := *i
		time.AfterFunc(w.settle*3/4, func() { defer w.late.Done(); w.apply(&copied) })
		return sluice.Result{State: sluice.ResultUnknown, Failure: failure}
	case dropAfter:
		w.apply(i)
		return sluice.Result{State: sluice.ResultUnknown, Failure: failure}
	}
	return w.apply(i)
}

// apply has the effect: a second add under the same external ID is refused, as NetSuite does.
func (w *systemWriter) apply(i *sluice.Intent) sluice.Result {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.order = append(w.order, i.Key)
	if i.Operation == sluice.Append {
		w.lists[i.TargetID] = append(w.lists[i.TargetID], content(i))
		return sluice.Result{State: sluice.ResultWritten}
	}
	id := i.ExternalID
	if id == "" {
		w.loose++
		id = fmt.Sprintf("loose-%d", w.loose)
	} else if i.Operation.MakesRecord() && len(w.adds[id]) > 0 {
		return sluice.Result{State: sluice.ResultRefused, Failure: &sluice.Failure{Code: "DUPLICATE", Message: "exists"}}
	}
	if i.Operation == sluice.Upsert {
		w.adds[id] = nil
	}
	w.adds[id] = append(w.adds[id], content(i))
	r := sluice.Result{State: sluice.ResultWritten, ID: id, Created: true}
	if w.body != nil {
		r.Body = w.body(i)
	}
	return r
}

func (w *systemWriter) Reconcile(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	w.mu.Lock()
	w.looks++
	blind := w.blind
	w.mu.Unlock()
	var out []sluice.Result
	for _, i := range intents {
		if blind {
			out = append(out, sluice.Result{State: sluice.ResultUnknown})
			continue
		}
		there := false
		switch i.Operation {
		case sluice.Append:
			there = fmt.Sprint(w.count(i)) != i.Before
		case sluice.Add, sluice.Transform:
			w.mu.Lock()
			there = len(w.adds[i.ExternalID]) > 0
			w.mu.Unlock()
		}
		r := sluice.Result{State: sluice.ResultAbsent}
		if there {
			r = sluice.Result{State: sluice.ResultWritten, ID: i.ExternalID}
		}
		out = append(out, r)
	}
	return out, nil
}

func (w *systemWriter) Finish(context.Context) error { return nil }
func (w *systemWriter) Close() error                 { return nil }

// contents returns how often each content is at the destination.
func (s *system) contents() map[string]int {
	s.late.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for _, list := range s.adds {
		for _, c := range list {
			out[c]++
		}
	}
	for _, list := range s.lists {
		for _, c := range list {
			out[c]++
		}
	}
	return out
}

var errDown = sluice.Errorf("connection.unreachable", "the destination is down").Fix("Wait")

var errCrash = errors.New("the process is dead")
