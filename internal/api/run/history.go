package run

import (
	"time"

	"github.com/sluicehq/sluice"
)

// Selection selects runs, for a list or a chart.
type Selection struct {
	Flow        string            `query:"flow" doc:"Name or ID of a flow"`
	Integration string            `query:"integration" doc:"Name or ID of an integration: runs of the flows that are its today"`
	States      []sluice.RunState `query:"state" doc:"queued, running, completed, failed or cancelled; several with commas"`
	Since       time.Time         `query:"since" doc:"Runs made at this time or later"`
	Until       time.Time         `query:"until" doc:"Runs made before this time"`
	StartedBy   string            `query:"started_by" doc:"Who started them, as the run says: an e-mail address, or schedule"`
}

// HistoryQuery selects runs and says how many points to tell.
type HistoryQuery struct {
	Selection
	Points int `query:"points" minimum:"2" maximum:"200" default:"48" doc:"About so many spans"`
}

// History is how runs went over time.
type History struct {
	Since   time.Time `json:"since" doc:"Unless the query says: when the first of the runs was made, 1 to 30 days ago"`
	Until   time.Time `json:"until"`
	Seconds int       `json:"seconds" doc:"The length of the spans that points stand for"`
	Points  []Point   `json:"points" nullable:"false" doc:"All spans, in order"`
	Totals  Point     `json:"totals"`
	More    bool      `json:"more,omitempty" doc:"There were more runs than are added up: those of the end are missing"`
}

// Point is what runs made in a span did.
type Point struct {
	At        time.Time `json:"at" doc:"Its beginning"`
	Runs      int64     `json:"runs"`
	Completed int64     `json:"completed"`
	Failed    int64     `json:"failed" doc:"Runs that could not go on"`
	Cancelled int64     `json:"cancelled"`
	Active    int64     `json:"active" doc:"Runs that have not ended"`
	Done      int64     `json:"done" doc:"Records written, unchanged or excluded"`
	Errors    int64     `json:"errors" doc:"Records that failed"`
}
