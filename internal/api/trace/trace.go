// Package trace has the route that tells all that happened to a record.
package trace

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules finds what happened to records.
type Rules interface {
	// Trace returns all that is kept of records that go by a key: their own key, a trace
	// key, an external ID or an internal ID.
	Trace(ctx context.Context, key string) (*Trace, error)
}

// Trace is what happened to the records of a key.
type Trace struct {
	Key string `json:"key"`
	// Names are what else the records go by.
	Names   []string              `json:"names" nullable:"false" doc:"What else the records go by"`
	Touches []TraceTouch          `json:"touches" nullable:"false" doc:"What imports did with them, newest first"`
	Errors  []*sluice.RecordError `json:"errors" nullable:"false" doc:"Their record errors, newest first"`
	Runs    []*sluice.Run         `json:"runs" nullable:"false" doc:"The runs that had to do with them, newest first"`
	More    bool                  `json:"more,omitempty" doc:"There is more than is shown"`
}

// TraceTouch is what an import did with a record.
type TraceTouch struct {
	At         time.Time `json:"at"`
	Flow       string    `json:"flow"`
	FlowID     string    `json:"flow_id"`
	RunID      int64     `json:"run_id"`
	Page       int64     `json:"page"`
	Step       string    `json:"step"`
	Connection string    `json:"connection"`
	sluice.Touch
}

// Tag heads the route in the documentation.
const Tag = "Trace"

type query struct {
	Key string `query:"key" required:"true" minLength:"1" maxLength:"500" doc:"A record's key, trace key, external ID or internal ID"`
}

// Routes returns the rows of the route table.
func Routes(rules Rules) []endpoint.Row {
	t := endpoint.Table{Tag: Tag}
	t.Add("GET", "/api/v1/trace", sluice.PermView, "trace", "Every run, request, answer and error that touched a record",
		endpoint.Of(func(ctx context.Context, in *query) (*endpoint.Reply[*Trace], error) {
			return endpoint.Answer(rules.Trace(ctx, in.Key))
		}))
	return t.Rows
}
