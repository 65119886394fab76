package flowtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/sluicehq/sluice/internal/connector"
	"github.com/sluicehq/sluice/internal/connector/suitetalk"
	"github.com/sluicehq/sluice/internal/flowtest/verdict"
	"github.com/sluicehq/sluice/internal/mapping"
	"github.com/sluicehq/sluice/internal/rehearsal"
)

// Outcome is what became of a case.
type Outcome struct {
	File   string `json:"file"`
	Flow   string `json:"flow"`
	Case   string `json:"case"`
	Line   int    `json:"line"`
	Passed bool   `json:"passed"`
	// Differences say what is otherwise than expected, each with its place in the file.
	Differences []Difference `json:"differences,omitempty"`
	// Expected and Got are both sides of a failed case in the form of a test file: they
	// differ in nothing but what differs.
	Expected string        `json:"expected,omitempty"`
	Got      string        `json:"got,omitempty"`
	Took     time.Duration `json:"-"`
}

// Difference is one thing that is not as expected.
type Difference struct {
	Path    string `json:"path"` // in the test file: cases[0].expect.errors[1]
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// Run runs the suites' cases, one after another, and hands each outcome to tell. The
// error is about the tests as a whole, not about what they found.
func Run(ctx context.Context, suites []*Suite, tell func(Outcome)) (err error) {
	stage, err := rehearsal.NewStage(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	for _, s := range suites {
		for _, c := range s.Cases {
			began := time.Now()
			o, err := s.run(ctx, stage, c)
			if err != nil {
				return err
			}
			o.Took = time.Since(began)
			tell(o)
		}
	}
	return nil
}

// caseLimit is how long a case may take.
const caseLimit = 30 * time.Second

func (s *Suite) run(ctx context.Context, stage *rehearsal.Stage, c *Case) (out Outcome, err error) {
	line, _ := s.place(c.at)
	out = Outcome{File: s.Path, Flow: s.Flow.Name, Case: c.Name, Line: line}
	all := connector.New(connector.Options{Clock: now, Log: slog.New(slog.DiscardHandler), NetSuite: suitetalk.New(suitetalk.Options{Clock: now})})
	w := &world{Connectors: all, suite: s, test: c, rules: map[string]*mapping.Expr{}}
	defer func() { err = errors.Join(err, w.close()) }()
	if err := w.build(ctx); err != nil {
		return out, err
	}
	limited, cancel := context.WithTimeout(ctx, caseLimit)
	defer cancel()
	result, err := stage.Run(limited, rehearsal.Config{Flow: s.Flow, Connector: w, Open: w.open, Clock: now, Apart: true})
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		out.Differences = []Difference{{Path: c.at, Line: line, Column: 1, Message: fmt.Sprintf("the run did not end within %s: answers such as 429 are waited for", caseLimit)}}
		return out, nil
	}
	if err != nil {
		return out, err
	}
	j := &judge{suite: s, test: c, world: w, result: result}
	j.all(ctx)
	out.Differences, out.Passed = j.found, len(j.found) == 0
	if !out.Passed {
		out.Expected, out.Got = verdict.YAML(c.wanted), verdict.YAML(j.actual())
	}
	return out, nil
}
