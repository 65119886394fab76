// Package failure decides which requests the emulated account lets go wrong,
// and how. The decisions follow rules and a seed, so that a run can be repeated.
package failure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Effect is what happens to a request that a rule fires on.
type Effect string

// The effects.
const (
	// DropBefore cuts the connection before anything is done.
	DropBefore Effect = "drop_before"
	// DropAfter does the work and cuts the connection instead of answering.
	DropAfter Effect = "drop_after"
	// CommitLate cuts the connection at once and does the work Delay later.
	CommitLate Effect = "commit_late"
	// TooMany refuses as over the concurrency limit.
	TooMany Effect = "too_many"
	// ServerError answers 500 UNEXPECTED_ERROR, nothing done.
	ServerError Effect = "server_error"
	// Unavailable answers 503, nothing done, login not looked at.
	Unavailable Effect = "unavailable"
	// Slow waits Delay before the work. It goes together with another effect.
	Slow Effect = "slow"
	// Truncate does the work and cuts the connection in the middle of the answer.
	Truncate Effect = "truncate"

	// The effects below are SOAP's alone; other requests pass as if nothing were.

	// ListRefused answers a list operation with a failed status and no entries,
	// nothing done.
	ListRefused Effect = "list_refused"
	// PartialList runs out of time in the middle of a list: one entry's status is
	// unknown although it is done, the ones behind it are not begun.
	PartialList Effect = "partial_list"
	// EmptyPage answers a search with a page without records, though there are some.
	EmptyPage Effect = "empty_page"
	// AfterSubmitFailed saves the records and says that a script failed afterwards.
	AfterSubmitFailed Effect = "after_submit_failed"
	// AfterSubmitDone saves the records and says, in a detail of the success, that
	// no script failed afterwards.
	AfterSubmitDone Effect = "after_submit_done"
	// Warning saves the records with a warning, or refuses them with
	// warningAsError.
	Warning Effect = "warning"
)

// Task is the method of rules on the tasks of asynchronous jobs. ServerError and
// the like make the task fail with a 500, nothing done.
const Task = "TASK"

var effects = []Effect{
	DropBefore, DropAfter, CommitLate, TooMany, ServerError, Unavailable, Slow, Truncate,
	ListRefused, PartialList, EmptyPage, AfterSubmitFailed, AfterSubmitDone, Warning,
}

// Rule makes matching requests fail.
type Rule struct {
	// Name appears in statistics and in the request log.
	Name string
	// Method is an HTTP method, or Task; empty matches all HTTP methods.
	Method string
	// Path is a regular expression on path and query; empty matches all.
	Path string
	// Operation is a SOAP operation (upsertList), by the request's SOAPAction;
	// empty matches all requests.
	Operation string
	// Effect is what happens.
	Effect Effect
	// Probability that the rule fires on a match; 0 means always.
	Probability float64
	// Nth fires on that match alone, counted from 1; 0 means on each.
	Nth int
	// Count is how often the rule fires at most; 0 means without end.
	Count int
	// Delay of Slow and CommitLate.
	Delay time.Duration
}

// wire is the JSON form of a Rule: the delay is text (1.5s).
type wire struct {
	Name        string  `json:"name,omitempty"`
	Method      string  `json:"method,omitempty"`
	Path        string  `json:"path,omitempty"`
	Operation   string  `json:"operation,omitempty"`
	Effect      Effect  `json:"effect"`
	Probability float64 `json:"probability,omitempty"`
	Nth         int     `json:"nth,omitempty"`
	Count       int     `json:"count,omitempty"`
	Delay       string  `json:"delay,omitempty"`
}

// MarshalJSON writes the delay as text.
func (r Rule) MarshalJSON() ([]byte, error) {
	w := wire{r.Name, r.Method, r.Path, r.Operation, r.Effect, r.Probability, r.Nth, r.Count, ""}
	if r.Delay != 0 {
		w.Delay = r.Delay.String()
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads the delay as text.
func (r *Rule) UnmarshalJSON(b []byte) error {
	var w wire
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields() // a misspelt condition would match everything
	if err := d.Decode(&w); err != nil {
		return err
	}
	*r = Rule{w.Name, w.Method, w.Path, w.Operation, w.Effect, w.Probability, w.Nth, w.Count, 0}
	if w.Delay == "" {
		return nil
	}
	var err error
	r.Delay, err = time.ParseDuration(w.Delay)
	return err
}

// Rules is a list of rules in force. It is safe for concurrent use.
type Rules struct {
	mu    sync.Mutex
	seed  uint64
	added uint64
	list  []*entry
}

type entry struct {
	Stat
	path *regexp.Regexp
	rand *rand.Rand
}

// Stat tells how a rule has worked.
type Stat struct {
	Rule  Rule `json:"rule"`
	Seen  int  `json:"seen"`  // requests that matched
	Fired int  `json:"fired"` // requests that it made fail
}

// New returns no rules; seed decides the probabilities to come.
func New(seed uint64) *Rules { return &Rules{seed: seed} }

// Add puts a rule behind the others. All its mistakes are reported at once.
func (r *Rules) Add(rule Rule) error {
	path, err := regexp.Compile(rule.Path)
	errs := []error{err}
	if !slices.Contains(effects, rule.Effect) {
		errs = append(errs, fmt.Errorf("effect %q: want one of %v", rule.Effect, effects))
	}
	if rule.Probability < 0 || rule.Probability > 1 {
		errs = append(errs, fmt.Errorf("probability %v: want 0 to 1", rule.Probability))
	}
	if rule.Nth < 0 || rule.Count < 0 || rule.Delay < 0 {
		errs = append(errs, errors.New("nth, count and delay are not negative"))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.added++
	r.list = append(r.list, &entry{Stat: Stat{Rule: rule}, path: path, rand: rand.New(rand.NewPCG(r.seed, r.added))})
	return nil
}

// Clear takes all rules away.
func (r *Rules) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list, r.added = nil, 0
}

// Reset takes all rules away and decides by another seed from now on.
func (r *Rules) Reset(seed uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list, r.added, r.seed = nil, 0, seed
}

// Stats returns the rules in their order with how often each matched and fired.
func (r *Rules) Stats() []Stat {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Stat, len(r.list))
	for i, e := range r.list {
		out[i] = e.Stat
	}
	return out
}

// Plan is what happens to one request. The zero Plan lets it pass.
type Plan struct {
	Effect Effect        // empty, or any but Slow
	Rule   string        // name of the rule that decided Effect
	Slow   time.Duration // wait before the work
	Late   time.Duration // of CommitLate
}

// Request is what rules know of a request.
type Request struct {
	Method, URI string
	Operation   string // SOAPAction without quotation marks
}

// Of describes r.
func Of(r *http.Request) Request {
	return Request{Method: r.Method, URI: r.URL.RequestURI(), Operation: strings.Trim(r.Header.Get("SOAPAction"), `"`)}
}

type planKey struct{}

// With returns a context that carries a plan to the service.
func With(ctx context.Context, p Plan) context.Context { return context.WithValue(ctx, planKey{}, p) }

// From returns the plan of a request; without one, the zero Plan.
func From(ctx context.Context) Plan {
	p, _ := ctx.Value(planKey{}).(Plan)
	return p
}

// Decide asks all rules about a request: delays add up, the first other effect
// that fires wins and ends the search.
func (r *Rules) Decide(q Request) Plan {
	r.mu.Lock()
	defer r.mu.Unlock()
	var p Plan
	for _, e := range r.list {
		if !e.fires(q) {
			continue
		}
		if e.Rule.Effect == Slow {
			p.Slow += e.Rule.Delay
			continue
		}
		p.Effect, p.Rule, p.Late = e.Rule.Effect, e.Rule.Name, e.Rule.Delay
		break
	}
	return p
}

func (e *entry) fires(q Request) bool {
	rule := &e.Rule
	if rule.Method != q.Method && (rule.Method != "" || q.Method == Task) || rule.Operation != "" && rule.Operation != q.Operation || !e.path.MatchString(q.URI) {
		return false
	}
	e.Seen++
	if rule.Nth > 0 && e.Seen != rule.Nth || rule.Count > 0 && e.Fired >= rule.Count {
		return false
	}
	if rule.Probability > 0 && e.rand.Float64() >= rule.Probability {
		return false
	}
	e.Fired++
	return true
}
