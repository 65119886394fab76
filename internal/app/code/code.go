// Package code holds the rules round flows as code: revisions, clones and dry runs.
package code

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/code"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/dryrun"
	"github.com/sluicehq/sluice/internal/app/fit"
	"github.com/sluicehq/sluice/internal/app/textdiff"
	"github.com/sluicehq/sluice/internal/flowfile"
)

// Code implements code.Rules.
type Code struct {
	Store Store
	Audit *audit.Log
	Dry   *dryrun.Runner
	// Put stores a checked text as the flow's newest revision.
	Put func(ctx context.Context, by api.Actor, name string, text api.FlowText) (*sluice.FlowRevision, error)
	// Enable lets a flow run or not.
	Enable func(ctx context.Context, by api.Actor, name string, enabled bool) (*sluice.FlowRevision, error)
	// Draft reads a flow that is not stored.
	Draft func(ctx context.Context, text string) (*sluice.Flow, error)
	// May refuses an actor who does not hold a permission for a flow.
	May func(ctx context.Context, p sluice.Permission, flowID string) error
}

// Store is what the rules need of the store.
type Store interface {
	sluice.Atomic
	sluice.CodeStore
	Flow(ctx context.Context, idOrName string) (*sluice.FlowRevision, error)
	FlowRevision(ctx context.Context, flowID string, number int) (*sluice.FlowRevision, error)
}

// Revisions returns a flow's revisions, newest first, with how many lines each changed.
func (c *Code) Revisions(ctx context.Context, name string, before, limit int) ([]code.Revision, error) {
	flow, err := c.Store.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	list, err := c.Store.FlowRevisions(ctx, flow.FlowID, before, limit+1) // the last one shown is compared with the one below
	if err != nil {
		return nil, err
	}
	out := make([]code.Revision, 0, limit)
	for i, r := range list[:min(len(list), limit)] {
		older := ""
		if i+1 < len(list) {
			older = list[i+1].Text
		}
		one := code.Revision{Number: r.Number, CreatedAt: r.CreatedAt, CreatedBy: r.CreatedBy}
		one.Added, one.Removed = lines(older, r.Text)
		out = append(out, one)
	}
	return out, nil
}

// lines counts the lines that come and go between two texts.
func lines(old, now string) (added, removed int) {
	if old == "" {
		return strings.Count(strings.TrimSuffix(now, "\n"), "\n") + 1, 0
	}
	for line := range strings.Lines(textdiff.Lines(old, now)) {
		if strings.HasPrefix(line, "+") {
			added++
		} else {
			removed++
		}
	}
	return added, removed
}

// Revision returns one revision.
func (c *Code) Revision(ctx context.Context, name string, number int) (*sluice.FlowRevision, error) {
	flow, err := c.Store.Flow(ctx, name)
	if err != nil || number == 0 || number == flow.Number {
		return flow, err
	}
	r, err := c.Store.FlowRevision(ctx, flow.FlowID, number)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		err = sluice.Errorf(sluice.CodeNotFound, "the flow %s has no revision %d; the newest is %d", flow.Flow.Name, number, flow.Number).Fix("List them: sluice flow revisions " + flow.Flow.Name)
	}
	return r, err
}

// Diff compares two revisions.
func (c *Code) Diff(ctx context.Context, name string, from, to int) (*code.RevisionDiff, error) {
	a, err := c.Revision(ctx, name, from)
	if err != nil {
		return nil, err
	}
	b, err := c.Revision(ctx, name, to)
	if err != nil {
		return nil, err
	}
	return &code.RevisionDiff{From: a.Number, To: b.Number, Diff: textdiff.Lines(a.Text, b.Text)}, nil
}

// Revert stores the text of an earlier revision anew. It is checked as any text is: a
// connection that it names may be gone.
func (c *Code) Revert(ctx context.Context, by api.Actor, name string, number int) (*sluice.FlowRevision, error) {
	r, err := c.Revision(ctx, name, number)
	if err != nil {
		return nil, err
	}
	newest, err := c.Store.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	if newest.Text == r.Text {
		return newest, nil
	}
	if r.Flow.Name != newest.Flow.Name {
		return nil, sluice.Errorf(sluice.CodeConflict, "in revision %d the flow was called %s", number, r.Flow.Name).Fix("Store its text under the present name instead")
	}
	out, err := c.Put(ctx, by, newest.Flow.Name, api.FlowText{Text: r.Text, Base: newest.Number})
	if err != nil {
		return nil, err
	}
	c.Audit.Note(ctx, by, "revert", "flow", newest.Flow.Name, fmt.Sprintf("revision %d is revision %d again", out.Number, number))
	return out, nil
}

// Clone makes another flow of a flow's text. It is disabled, since what has run with one
// account has not been tried with the other.
func (c *Code) Clone(ctx context.Context, by api.Actor, name string, clone code.CloneInput) (*sluice.FlowRevision, error) {
	old, err := c.Store.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	if problems := sluice.CheckName("name", clone.Name); len(problems) > 0 {
		return nil, sluice.Problems("clone.invalid", "the flow cannot be cloned", problems)
	}
	if _, err := c.Store.Flow(ctx, clone.Name); err == nil {
		return nil, sluice.Errorf(sluice.CodeConflict, "there is a flow %q already", clone.Name).At("name").Fix("Choose another name")
	}
	text, err := Rewrite(old.Text, &old.Flow, clone.Name, clone.Connections)
	if err != nil {
		return nil, err
	}
	var made *sluice.FlowRevision
	err = c.Store.Atomically(ctx, func(ctx context.Context) error {
		if _, err := c.Put(ctx, by, clone.Name, api.FlowText{Text: text}); err != nil {
			return err
		}
		made, err = c.Enable(ctx, by, clone.Name, false)
		return err
	})
	return made, err
}

// Rewrite puts another name and other connections into a flow's text, and leaves all
// else as it is written. Every connection that the flow names has to be mapped; what is
// not is told whole.
func Rewrite(text string, flow *sluice.Flow, name string, connections map[string]string) (string, error) {
	values := map[string]string{}
	if name != flow.Name {
		values["name"] = name
	}
	var problems []sluice.Problem
	for _, used := range fit.Names(flow) {
		to, mapped := connections[used]
		if !mapped || to == "" {
			problems = append(problems, sluice.Problem{Code: "clone.unmapped", Path: strings.Join(fit.Places(flow, used), ", "),
				Message: fmt.Sprintf("it is not said which connection stands for %q", used), Remedy: fmt.Sprintf("Map it: %s=OTHER, or %s=%s to keep it", used, used, used)})
			continue
		}
		for _, place := range fit.Places(flow, used) {
			if to != used {
				values[place] = to
			}
		}
	}
	if err := sluice.Problems("clone.unmapped", "the flow "+flow.Name+" uses connections that are not mapped", problems); err != nil {
		return "", err
	}
	if len(values) == 0 {
		return text, nil
	}
	out, err := flowfile.Patch([]byte(text), values)
	return string(out), err
}

// DryRun shows what a run of a stored flow, or of a text, would do.
func (c *Code) DryRun(ctx context.Context, by api.Actor, d code.DryRunInput) (*code.DryRun, error) {
	flow, id, err := c.toRun(ctx, d)
	if err != nil {
		return nil, err
	}
	out, err := c.Dry.Run(ctx, flow, id, dryrun.Options{Limit: d.Limit, Records: d.Records, Given: d.Given, Compare: d.Compare})
	if err != nil {
		return nil, err
	}
	c.Audit.Note(ctx, by, "dry-run", "flow", flow.Name, fmt.Sprintf("%d records", out.Counts.Read))
	return out, nil
}

func (c *Code) toRun(ctx context.Context, d code.DryRunInput) (*sluice.Flow, string, error) {
	if (d.Flow == "") == (d.Text == "") {
		return nil, "", sluice.Errorf(sluice.CodeInvalid, "a dry run is of a stored flow or of a text").Fix("Give one of flow and text")
	}
	if d.Flow != "" {
		r, err := c.Store.Flow(ctx, d.Flow)
		if err == nil {
			err = c.May(ctx, sluice.PermEditFlows, r.FlowID)
		}
		if err != nil {
			return nil, "", err
		}
		return &r.Flow, r.FlowID, nil
	}
	flow, err := c.Draft(ctx, d.Text)
	if err != nil {
		return nil, "", err
	}
	id := ""
	if r, err := c.Store.Flow(ctx, flow.Name); err == nil {
		id = r.FlowID
	}
	return flow, id, nil
}
