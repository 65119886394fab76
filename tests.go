package sluice

import (
	"context"
	"time"
)

// FlowTests are the tests of a flow that are kept with it, in one of their revisions.
type FlowTests struct {
	FlowID string `json:"-"`
	Number int    `json:"number" doc:"Of the revision; 0 where there are none yet"`
	// Text is empty in a revision that took the tests away.
	Text      string            `json:"text" doc:"YAML, as in a file of flow tests"`
	Files     map[string]string `json:"files,omitempty" doc:"What the cases read, by path relative to the test file"`
	CreatedAt time.Time         `json:"created_at,omitzero"`
	CreatedBy string            `json:"created_by,omitempty"`
}

// FlowTestStore keeps the tests of flows with all their revisions. They go with their flow.
type FlowTestStore interface {
	// SaveFlowTests stores a new revision, giving it Number.
	SaveFlowTests(ctx context.Context, t *FlowTests) error
	// FlowTests returns a revision; number 0 means the newest, which is CodeNotFound where
	// it took the tests away.
	FlowTests(ctx context.Context, flowID string, number int) (*FlowTests, error)
}
