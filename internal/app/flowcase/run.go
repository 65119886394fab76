package flowcase

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/flowcase"
	"github.com/sluicehq/sluice/internal/flowtest"
)

const (
	// runLimit is how long a run of tests may take in all.
	runLimit = time.Minute
	// atOnce is how many runs of tests go at one time: they take the time of flows that work.
	atOnce   = 2
	maxCases = 500
)

// turns lets so many go on at one time.
type turns struct {
	once sync.Once
	free chan struct{}
}

func (t *turns) take(ctx context.Context) (func(), error) {
	t.once.Do(func() { t.free = make(chan struct{}, atOnce) })
	select {
	case t.free <- struct{}{}:
		return func() { <-t.free }, nil
	case <-ctx.Done():
		return nil, sluice.Errorf("test.busy", "other tests are being run, and did not end in time").Fix("Try again in a minute")
	}
}

// RunTests runs a flow's tests, or texts that are not stored yet.
func (c *Cases) RunTests(ctx context.Context, name string, in flowcase.TestRunInput) (*flowcase.TestRun, error) {
	out := &flowcase.TestRun{Outcomes: []flowcase.TestOutcome{}, Problems: []sluice.Problem{}}
	flow, problems, err := c.flow(ctx, name, in.Flow)
	if err != nil {
		return nil, err
	}
	if in.Text == "" || in.Files == nil {
		kept, err := c.Tests(ctx, name, 0)
		if err != nil {
			return nil, err
		}
		in.Text = cmp.Or(in.Text, kept.Text)
		if in.Files == nil {
			in.Files = kept.Files
		}
	}
	if problems == nil {
		problems = tooMuch(in.Text, in.Files)
	}
	if problems != nil {
		out.Problems = problems
		return out, nil
	}
	began := time.Now()
	problems, err = c.run(ctx, &flowtest.Bundle{Flow: flow, Text: in.Text, Files: in.Files}, func(o flowtest.Outcome) {
		out.Outcomes = append(out.Outcomes, told(&o))
		if o.Passed {
			out.Passed++
		} else {
			out.Failed++
		}
	})
	out.Problems, out.Millis = append(out.Problems, problems...), time.Since(began).Milliseconds()
	return out, err
}

func told(o *flowtest.Outcome) flowcase.TestOutcome {
	out := flowcase.TestOutcome{Case: o.Case, Line: o.Line, Passed: o.Passed, Millis: o.Took.Milliseconds(), Differences: []flowcase.TestDifference{}, Expected: o.Expected, Got: o.Got}
	for _, d := range o.Differences {
		out.Differences = append(out.Differences, flowcase.TestDifference(d))
	}
	return out
}

// flow reads a flow's text, or returns the stored flow where there is none.
func (c *Cases) flow(ctx context.Context, name, text string) (*sluice.Flow, []sluice.Problem, error) {
	if text == "" {
		f, err := c.Store.Flow(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		return &f.Flow, nil, nil
	}
	flow, err := c.Draft(ctx, text)
	if e, ok := errors.AsType[*sluice.Error](err); ok && len(e.Problems) > 0 {
		list := make([]sluice.Problem, len(e.Problems))
		for i, p := range e.Problems {
			p.Message, p.Line, p.Column = "in the flow: "+p.Message, 0, 0
			list[i] = p
		}
		return nil, list, nil
	}
	return flow, nil, err
}

func (c *Cases) run(ctx context.Context, b *flowtest.Bundle, tell func(flowtest.Outcome)) ([]sluice.Problem, error) {
	ctx, cancel := context.WithTimeout(ctx, runLimit)
	defer cancel()
	done, err := c.turns.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	problems, err := c.unpacked(ctx, b, func(s *flowtest.Suite) error {
		if len(s.Cases) > maxCases {
			return sluice.Errorf(sluice.CodeInvalid, "there are %d cases; %d can be run at once", len(s.Cases), maxCases).Fix("Run them with `sluice flow test`")
		}
		return flowtest.Run(ctx, []*flowtest.Suite{s}, tell)
	})
	if err != nil && ctx.Err() != nil {
		err = sluice.Errorf("test.too_long", "the tests did not end within %s", runLimit).Fix("Let the cases have fewer records, or run them with `sluice flow test`")
	}
	return problems, err
}

// unpacked lets a bundle's tests be used in a folder that goes afterwards.
func (c *Cases) unpacked(ctx context.Context, b *flowtest.Bundle, use func(*flowtest.Suite) error) (_ []sluice.Problem, err error) {
	if b.Connections, err = c.connections(ctx); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "sluice-tests-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	suite, err := b.Unpack(dir)
	if e, ok := errors.AsType[*sluice.Error](err); ok && len(e.Problems) > 0 {
		return e.Problems, nil
	}
	if err == nil {
		err = use(suite)
	}
	// An error may name the folder, which says nothing to anybody.
	if e, ok := errors.AsType[*sluice.Error](err); ok {
		e.Message, e.Where = strings.ReplaceAll(e.Message, dir+"/", ""), strings.ReplaceAll(e.Where, dir+"/", "")
		return []sluice.Problem{{Code: e.Code, Path: e.Where, Message: e.Message, Remedy: e.Remedy}}, nil
	}
	return nil, err
}

// connections are the plain settings that say how a connection asks, and nothing that
// would lead a case to a file or a database of the server's.
func (c *Cases) connections(ctx context.Context) (map[string]*sluice.Connection, error) {
	list, err := c.Store.Connections(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*sluice.Connection, len(list))
	for _, s := range list {
		settings := map[string]string{}
		for _, name := range []string{"account", "base_url", "suitetalk_url", "restlet_url", "timezone", "ignore_read_only", "headers"} {
			if v := s.Settings[name]; v != "" {
				settings[name] = v
			}
		}
		out[s.Name] = &sluice.Connection{Name: s.Name, Kind: s.Kind, Settings: settings}
	}
	return out, nil
}
