package code

import "github.com/sluicehq/sluice"

// DryRun is what a run of a flow would do. Nothing was written and nothing is kept.
type DryRun struct {
	Flow   string                 `json:"flow"`
	Counts sluice.Counts          `json:"counts"`
	Steps  []sluice.StepCounts    `json:"steps"`
	Totals []sluice.OutcomeTotals `json:"totals,omitempty"`
	// Requests are the first ones that would be sent, in the order of records and steps.
	Requests []DryRequest `json:"requests"`
	// Imports count what each import would send in all.
	Imports []DryImport   `json:"imports"`
	Errors  []DryError    `json:"errors,omitempty"`  // the first records that would fail
	Failure *sluice.Error `json:"failure,omitempty"` // why the run would not get through
}

// DryImport counts what one import would send.
type DryImport struct {
	Step     string `json:"step"`
	Requests int64  `json:"requests"`
	Shown    int    `json:"shown"`
}

// DryRequest is a request that would be sent, with what it would change.
type DryRequest struct {
	Step      string           `json:"step"`
	Seq       int64            `json:"seq"`
	Key       string           `json:"key"`
	Operation sluice.Operation `json:"operation"`
	sluice.PlannedRequest
	Change *sluice.RecordChange `json:"change,omitempty"` // where the other side can be asked
}

// DryError is a record that would fail.
type DryError struct {
	Seq     int64  `json:"seq"`
	Key     string `json:"key"`
	Step    string `json:"step"`
	Code    string `json:"code"`
	Message string `json:"message"`
}
