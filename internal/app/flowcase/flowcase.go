// Package flowcase holds the rules round the tests that are kept with flows. They are run
// as `sluice flow test` runs files: nothing leaves the process.
package flowcase

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/flowcase"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/flowtest"
)

// Bounds of what is kept with one flow.
const (
	maxFiles = 200
	maxBytes = 4 << 20 // of the text and all files
)

// Store is what the rules need of the store.
type Store interface {
	sluice.FlowTestStore
	Flow(ctx context.Context, idOrName string) (*sluice.FlowRevision, error)
	Connections(ctx context.Context) ([]*sluice.SealedConnection, error)
	RecordError(ctx context.Context, id int64) (*sluice.RecordError, error)
}

// Cases holds the rules.
type Cases struct {
	Store Store
	// Draft reads a flow file's text, and says what is wrong with it.
	Draft func(ctx context.Context, text string) (*sluice.Flow, error)
	Audit *audit.Log
	Clock func() time.Time
	turns turns
}

// Tests returns a revision of a flow's tests.
func (c *Cases) Tests(ctx context.Context, name string, revision int) (*sluice.FlowTests, error) {
	f, err := c.Store.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	t, err := c.Store.FlowTests(ctx, f.FlowID, revision)
	if sluice.ErrorCode(err) == sluice.CodeNotFound && revision == 0 {
		return &sluice.FlowTests{FlowID: f.FlowID}, nil
	}
	return t, err
}

// PutTests keeps tests with a flow. What cannot be run is not kept.
func (c *Cases) PutTests(ctx context.Context, by api.Actor, name string, in flowcase.TestsInput) (*sluice.FlowTests, error) {
	f, err := c.Store.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	old, err := c.Tests(ctx, name, 0)
	if err != nil {
		return nil, err
	}
	if in.Files == nil {
		in.Files = old.Files
	}
	problems, err := c.Check(ctx, &f.Flow, in.Text, in.Files)
	if err == nil {
		err = sluice.Problems("test.invalid", "the tests cannot be kept", problems)
	}
	if err != nil {
		return nil, err
	}
	return c.Save(ctx, by, name, in)
}

// Save keeps checked tests as the newest revision, unless they are that already.
func (c *Cases) Save(ctx context.Context, by api.Actor, name string, in flowcase.TestsInput) (*sluice.FlowTests, error) {
	old, err := c.Tests(ctx, name, 0)
	if err != nil || Same(old, in) {
		return old, err
	}
	t := &sluice.FlowTests{FlowID: old.FlowID, Text: in.Text, Files: in.Files, CreatedAt: c.Clock().UTC(), CreatedBy: by.Name}
	if err := c.Store.SaveFlowTests(ctx, t); err != nil {
		return nil, err
	}
	c.Audit.Note(ctx, by, "tests-update", "flow", name, fmt.Sprintf("revision %d of its tests", t.Number))
	return t, nil
}

// Same reports whether tests are as they are kept.
func Same(old *sluice.FlowTests, in flowcase.TestsInput) bool {
	return old.Text == in.Text && maps.Equal(old.Files, in.Files)
}

// DeleteTests takes a flow's tests away.
func (c *Cases) DeleteTests(ctx context.Context, by api.Actor, name string) error {
	old, err := c.Tests(ctx, name, 0)
	if err != nil || old.Text == "" {
		return err
	}
	if err := c.Store.SaveFlowTests(ctx, &sluice.FlowTests{FlowID: old.FlowID, CreatedAt: c.Clock().UTC(), CreatedBy: by.Name}); err != nil {
		return err
	}
	c.Audit.Note(ctx, by, "tests-delete", "flow", name, "")
	return nil
}

// Check says all that is wrong with tests of a flow.
func (c *Cases) Check(ctx context.Context, flow *sluice.Flow, text string, files map[string]string) ([]sluice.Problem, error) {
	if problems := tooMuch(text, files); problems != nil {
		return problems, nil
	}
	return c.unpacked(ctx, &flowtest.Bundle{Flow: flow, Text: text, Files: files}, func(*flowtest.Suite) error { return nil })
}

func tooMuch(text string, files map[string]string) []sluice.Problem {
	size := len(text)
	var problems []sluice.Problem
	for name, file := range files {
		if size += len(file); !flowtest.Bundles(name) {
			problems = append(problems, sluice.Problem{Code: "test.file_outside", Path: "files", Message: fmt.Sprintf("the file %s is outside of what can be kept with a flow", name),
				Remedy: "Move it beside the test file, or into a folder beside the test file's own"})
		}
	}
	if size > maxBytes || len(files) > maxFiles {
		problems = append(problems, sluice.Problem{Code: "test.too_large", Path: "files", Message: fmt.Sprintf("tests and their files may have %d MB and %d files", maxBytes>>20, maxFiles),
			Remedy: "Let the cases read less; a few records show what a case is about"})
	}
	if text == "" {
		problems = append(problems, sluice.Problem{Code: "test.invalid", Path: "cases", Message: "there are no cases", Remedy: "Write one: name, given and expect"})
	}
	return problems
}
