package flowcase

import (
	"cmp"
	"context"
	"fmt"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/flowcase"
	"github.com/sluicehq/sluice/internal/flowtest"
	"github.com/sluicehq/sluice/internal/flowtest/verdict"
)

// DraftTest makes a case of records: its expectation is what comes of them now.
func (c *Cases) DraftTest(ctx context.Context, name string, in flowcase.TestDraftInput) (*flowcase.TestDraft, error) {
	flow, problems, err := c.flow(ctx, name, in.Flow)
	if err == nil {
		err = sluice.Problems("flow.invalid", "the flow has mistakes", problems)
	}
	if err == nil && in.Error != 0 {
		err = c.fromError(ctx, name, flow, &in)
	}
	if err != nil {
		return nil, err
	}
	if len(in.Records) == 0 {
		return nil, sluice.Errorf(sluice.CodeInvalid, "there is no record to make a case of").At("records")
	}
	title := cmp.Or(in.Name, fmt.Sprintf("%d records go through as they do now", len(in.Records)))
	if in.Name == "" && len(in.Records) == 1 {
		title = "this record goes through as it does now"
	}
	text, err := flowtest.Draft(flow, title, in.Export, in.Records)
	if err != nil {
		return nil, err
	}
	var outcome *flowtest.Outcome
	problems, err = c.run(ctx, &flowtest.Bundle{Flow: flow, Text: text}, func(o flowtest.Outcome) { outcome = &o })
	if err == nil {
		err = sluice.Problems("test.invalid", "no case can be made of this", problems)
	}
	if err != nil || outcome == nil {
		return nil, err
	}
	text, err = verdict.Settled(text, outcome.Got)
	return &flowcase.TestDraft{Text: text}, err
}

// fromError fills in what a record error knows: its record, the export that gave it, and
// what the case is about. An error of another flow is none of this flow's.
func (c *Cases) fromError(ctx context.Context, name string, flow *sluice.Flow, in *flowcase.TestDraftInput) error {
	stored, err := c.Store.Flow(ctx, name)
	if err != nil {
		return err
	}
	re, err := c.Store.RecordError(ctx, in.Error)
	if err == nil && re.FlowID != stored.FlowID {
		err = sluice.Errorf(sluice.CodeNotFound, "the flow %s has no record error %d", name, in.Error).At("error")
	}
	if err != nil {
		return err
	}
	if len(in.Records) > 0 {
		return sluice.Errorf(sluice.CodeInvalid, "a case is made of records or of a record error, not of both").At("records")
	}
	if len(re.Record) == 0 {
		return sluice.Errorf(sluice.CodeInvalid, "its source could not give the record: there is nothing to make a case of").At("error").Fix("Give the record by hand, and save it")
	}
	in.Records = []sluice.Record{re.Record}
	if source, _ := flow.SourceOfError(re); in.Export == "" && source != nil {
		in.Export = source.Label()
	}
	in.Name = cmp.Or(in.Name, fmt.Sprintf("%s, which failed in %s", cmp.Or(re.Key, "a record"), re.Step))
	return nil
}
