package mapping

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redpanda-data/benthos/v4/public/bloblang"

	"github.com/sluicehq/sluice"
)

// Limits of a mapping.
const (
	MaxSource = 64 << 10        // bytes of a mapping's text
	Deadline  = 2 * time.Second // for one record, and for compiling
	maxNested = 64              // brackets within brackets in a mapping's text
)

// ErrDeleted says that a mapping deleted the record.
var ErrDeleted = errors.New("mapping: the record was deleted")

var errGivenUp = errors.New("the evaluation was given up")

// Mapping is a compiled mapping. It may be used by several goroutines.
type Mapping struct{ script *script }

// script is compiled Bloblang with its guard.
type script struct {
	executor *bloblang.Executor
	deadline time.Duration
	// runaways counts evaluations that were given up and still run. While there is
	// one no other begins, so that a script wastes one processor and not all.
	runaways atomic.Int32
}

// Compile compiles a mapping. The problems have line and column.
func Compile(source string) (*Mapping, []sluice.Problem) {
	s, problems := compile(source)
	if len(problems) > 0 {
		return nil, problems
	}
	return &Mapping{s}, nil
}

func compile(source string) (*script, []sluice.Problem) {
	if problem := checkShape(source); problem != nil {
		return nil, []sluice.Problem{*problem}
	}
	s := &script{deadline: Deadline}
	environment, err := newEnvironment(func() bool { return s.runaways.Load() > 0 })
	if err != nil {
		return nil, []sluice.Problem{{Code: "mapping.invalid", Message: err.Error()}}
	}
	var problems []sluice.Problem
	s.executor, problems = parse(source, environment, s.deadline)
	if len(problems) > 0 {
		return nil, problems
	}
	return s, nil
}

// parse compiles a text whose shape was checked.
func parse(source string, environment *bloblang.Environment, deadline time.Duration) (*bloblang.Executor, []sluice.Problem) {
	type compiled struct {
		executor *bloblang.Executor
		err      error
	}
	result, err := guard(context.Background(), deadline, func() compiled {
		executor, err := environment.Parse(strings.TrimRight(source, " \t\r\n"))
		return compiled{executor, err}
	}, nil)
	if err == nil {
		err = result.err
	}
	if err != nil {
		return nil, []sluice.Problem{parseProblem(err)}
	}
	return result.executor, nil
}

// checkShape refuses what the parser would take very long for.
func checkShape(source string) *sluice.Problem {
	if len(source) > MaxSource {
		return &sluice.Problem{Code: "mapping.too_long", Message: fmt.Sprintf("the mapping has more than %d bytes", MaxSource), Remedy: "Split it into several steps"}
	}
	if strings.TrimSpace(source) == "" {
		return &sluice.Problem{Code: "mapping.invalid", Line: 1, Column: 1, Message: "there is no text"}
	}
	depth := 0
	for i, r := range source {
		switch r {
		case '(', '[', '{':
			if depth++; depth > maxNested {
				return &sluice.Problem{Code: "mapping.too_deep", Line: 1 + strings.Count(source[:i], "\n"), Message: fmt.Sprintf("more than %d brackets are open", maxNested)}
			}
		case ')', ']', '}':
			depth--
		}
	}
	return nil
}

func parseProblem(err error) sluice.Problem {
	p := sluice.Problem{Code: "mapping.invalid", Message: strings.TrimPrefix(err.Error(), "required: ")}
	if parse, ok := errors.AsType[*bloblang.ParseError](err); ok {
		p.Line, p.Column = parse.Line, parse.Column
	}
	return p
}

// Map maps a record. It returns ErrDeleted when the mapping deletes it, else an
// *sluice.Error with the line that failed.
func (m *Mapping) Map(ctx context.Context, r sluice.Record) (sluice.Record, error) {
	v, err := m.script.run(ctx, r)
	if err != nil {
		return nil, err
	}
	clean, err := export(v, "root")
	if err != nil {
		return nil, failed(err)
	}
	object, ok := clean.(map[string]any)
	if !ok {
		return nil, sluice.Errorf("mapping.failed", "the mapping gives %s, not an object with fields", kindOf(clean)).Fix("Assign to root's fields, as in root.name = this.name")
	}
	return object, nil
}

// run evaluates the script over r.
func (s *script) run(ctx context.Context, r sluice.Record) (any, error) {
	result, err := evaluate(ctx, s.deadline, &s.runaways, func() (any, error) { return s.executor.Query(map[string]any(r)) })
	switch {
	case err != nil:
		return nil, err
	case errors.Is(result.err, bloblang.ErrRootDeleted):
		return nil, ErrDeleted
	case result.err != nil:
		return nil, failed(result.err)
	}
	return result.value, nil
}

// outcome is what an evaluation that ended in time gave.
type outcome struct {
	value any
	err   error
}

// evaluate calls f under guard, unless an earlier evaluation still runs. The error is
// that of the guard; f's own is in the outcome.
func evaluate(ctx context.Context, limit time.Duration, runaways *atomic.Int32, f func() (any, error)) (outcome, error) {
	if runaways.Load() > 0 {
		return outcome{}, sluice.Errorf("mapping.timeout", "an earlier evaluation of the mapping has not ended").Fix("Make the mapping do less for each record")
	}
	return guard(ctx, limit, func() outcome {
		v, err := f()
		return outcome{v, err}
	}, runaways)
}

// guard calls f with a deadline, and turns a panic into an error. When time is up
// f is left behind, and counted in runaways until it ends.
func guard[T any](ctx context.Context, limit time.Duration, f func() T, runaways *atomic.Int32) (T, error) {
	type answer struct {
		value T
		err   error
	}
	var zero T
	done := make(chan answer, 1)
	var left atomic.Bool // decides who sees the end: the waiting side or the count
	go func() {
		var a answer
		defer func() {
			if r := recover(); r != nil {
				a.err = sluice.Errorf("mapping.failed", "the mapping cannot be evaluated: %v", r).Fix(cure)
			}
			if !left.CompareAndSwap(false, true) && runaways != nil {
				runaways.Add(-1)
			}
			done <- a
		}()
		a.value = f()
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case a := <-done:
		return a.value, a.err
	case <-ctx.Done():
	case <-timer.C:
	}
	if runaways != nil {
		runaways.Add(1)
	}
	if !left.CompareAndSwap(false, true) { // it ended just now
		if runaways != nil {
			runaways.Add(-1)
		}
		a := <-done
		return a.value, a.err
	}
	if err := ctx.Err(); err != nil {
		return zero, err
	}
	return zero, sluice.Errorf("mapping.timeout", "the mapping took longer than %v", limit).Fix("Make the mapping do less for each record")
}

var assignment = regexp.MustCompile(`^failed assignment \(line (\d+)\): `)

// cure is what to do about a record that an evaluation does not take.
const cure = "Correct the record, or what the flow makes of it"

// failed turns Bloblang's error into ours, with the line as its place.
func failed(err error) *sluice.Error {
	text := err.Error()
	e := sluice.Errorf("mapping.failed", "%s", text).Fix(cure)
	if m := assignment.FindStringSubmatch(text); m != nil {
		e.Message = strings.TrimPrefix(text, m[0])
		if line, _ := strconv.Atoi(m[1]); line > 0 {
			e.Where = "mapping line " + m[1]
		}
	}
	if own, ok := errors.AsType[*sluice.Error](err); ok {
		return own
	}
	e.Err = err
	return e
}
