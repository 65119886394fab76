// Package traffic has the routes that tell what runs asked of other systems, and how
// the request slots of accounts are used.
package traffic

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules tell of requests and slots.
type Rules interface {
	// RunRequests returns what is kept of a run's requests.
	RunRequests(ctx context.Context, runID int64) (*RunRequests, error)
	// Concurrency returns how slots were used from since on; account "" means all.
	Concurrency(ctx context.Context, since time.Time, account string) (*Concurrency, error)
}

// RunRequests is what is kept of a run's requests: all counted, the newest, the slowest
// and those that failed one by one.
type RunRequests struct {
	Connections []RequestCounts `json:"connections" nullable:"false" doc:"All requests of the run, counted by connection"`
	Items       []RunRequest    `json:"items" nullable:"false" doc:"The newest, the slowest and the failed ones, by the time at which they began"`
	LeftOut     int64           `json:"left_out,omitempty" doc:"Requests that were counted and are not among the items"`
}

// RequestCounts adds up requests of one connection.
type RequestCounts struct {
	Connection string              `json:"connection"`
	Requests   int64               `json:"requests"`
	Failed     int64               `json:"failed,omitempty" doc:"Attempts that were refused or got no answer; most were made again"`
	Retries    int64               `json:"retries,omitempty" doc:"Attempts after the first"`
	Waited     sluice.Milliseconds `json:"waited_ms" doc:"For slots, added up"`
	Took       sluice.Milliseconds `json:"took_ms" doc:"From sending to the end of the answer, added up"`
	Slowest    sluice.Milliseconds `json:"slowest_ms"`
	Sent       int64               `json:"sent" doc:"Bytes of bodies"`
	Received   int64               `json:"received" doc:"Bytes of bodies"`
}

// RunRequest is one attempt at a request. Bodies, queries' values and secrets are not kept.
type RunRequest struct {
	At         time.Time           `json:"at" doc:"When it was sent, behind the wait for its slot"`
	Connection string              `json:"connection"`
	Step       string              `json:"step,omitempty"`
	Method     string              `json:"method"`
	Path       string              `json:"path,omitempty" doc:"Without host and query"`
	What       string              `json:"what,omitempty"`
	Attempt    int                 `json:"attempt"`
	Status     int                 `json:"status,omitempty"`
	Failure    string              `json:"failure,omitempty" doc:"A code or a few words; absent for a success"`
	Waited     sluice.Milliseconds `json:"waited_ms" doc:"For its slot"`
	Took       sluice.Milliseconds `json:"took_ms"`
	Sent       int                 `json:"sent,omitempty" doc:"Bytes of the body"`
	Received   int                 `json:"received,omitempty" doc:"Bytes of the body"`
}

// Concurrency is how request slots were used.
type Concurrency struct {
	Since    time.Time        `json:"since"`
	Until    time.Time        `json:"until"`
	Seconds  int              `json:"seconds" doc:"The length of the spans that points stand for"`
	Accounts []AccountTraffic `json:"accounts" nullable:"false"`
}

// AccountTraffic is how one account's slots were used.
type AccountTraffic struct {
	Slots
	Points []SlotPoint `json:"points" nullable:"false" doc:"Spans in which slots were used, in order; nothing was asked in those that are absent"`
	Users  []SlotUser  `json:"users" nullable:"false" doc:"Who took slots, the longest first"`
	Totals SlotPoint   `json:"totals" doc:"Over all points"`
}

// Slots is an account's budget now, added up over all servers.
type Slots struct {
	Name      string `json:"name" doc:"The budget, for the parameter 'account'"`
	Kind      string `json:"kind" doc:"netsuite or http"`
	Account   string `json:"account" doc:"NetSuite's account ID, or the HTTP connection whose concurrency level counts"`
	Address   string `json:"address,omitempty" doc:"Where it differs from the account's usual one"`
	Limit     int    `json:"limit" doc:"Most requests at one time"`
	LimitFrom string `json:"limit_from,omitempty" doc:"The connection whose setting that is"`
	Allowance int    `json:"allowance" doc:"What refusals have left of the limit for now; it rises again with answers"`
	InUse     int    `json:"in_use"`
	Waiting   int    `json:"waiting"`
	// Own are the numbers of one run's flow.
	OwnInUse   int `json:"own_in_use,omitempty" doc:"Of a run: those of its flow"`
	OwnWaiting int `json:"own_waiting,omitempty" doc:"Of a run: those of its flow"`
}

// SlotPoint is what happened in a span of time.
type SlotPoint struct {
	At          time.Time           `json:"at" doc:"Its beginning"`
	Limit       int                 `json:"limit"`
	Allowance   int                 `json:"allowance" doc:"The lowest"`
	Peak        int                 `json:"peak" doc:"Most slots in use at one time"`
	Mean        float64             `json:"mean" doc:"Slots in use, on average over the span"`
	WaitingPeak int                 `json:"waiting_peak" doc:"Most requests that waited at one time"`
	Granted     int64               `json:"granted" doc:"Requests that got a slot"`
	Refused     int64               `json:"refused" doc:"Requests that the account refused since it had too many"`
	Busy        sluice.Milliseconds `json:"busy_ms" doc:"Time that slots were in use, added up"`
	Waited      sluice.Milliseconds `json:"waited_ms" doc:"Time that requests waited, added up"`
}

// SlotUser is who took slots.
type SlotUser struct {
	Flow       string              `json:"flow,omitempty" doc:"Absent for what people asked"`
	Connection string              `json:"connection"`
	InUse      int                 `json:"in_use"`
	Waiting    int                 `json:"waiting"`
	Granted    int64               `json:"granted"`
	Refused    int64               `json:"refused"`
	Busy       sluice.Milliseconds `json:"busy_ms"`
	Waited     sluice.Milliseconds `json:"waited_ms"`
}

type concurrencyQuery struct {
	Since   time.Time `query:"since" doc:"From when on; one hour ago when it is left out. Three days are kept"`
	Account string    `query:"account" doc:"One budget, by its name, or by the account ID"`
}

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	t := endpoint.Table{Tag: tag}
	t.Add("GET", "/api/v1/runs/{id}/requests", sluice.PermView, "runRequests", "What a run asked of other systems: counts, and the newest, slowest and failed requests",
		endpoint.Of(func(ctx context.Context, in *endpoint.NumberPath) (*endpoint.Reply[*RunRequests], error) {
			return endpoint.Answer(rules.RunRequests(ctx, in.ID))
		}))
	t.Add("GET", "/api/v1/concurrency", sluice.PermView, "concurrency", "Request slots of each account: the limit, who uses them, and how many were in use over time",
		endpoint.Of(func(ctx context.Context, in *concurrencyQuery) (*endpoint.Reply[*Concurrency], error) {
			return endpoint.Answer(rules.Concurrency(ctx, in.Since, in.Account))
		}))
	return t.Rows
}
