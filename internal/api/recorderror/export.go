package recorderror

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/download"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// atOnce is how many errors a download reads at a time.
const atOnce = 500

// exportQuery selects what is downloaded, and as what.
type exportQuery struct {
	ErrorChoice
	Format string `query:"format" enum:"csv,jsonl" default:"csv" doc:"csv for spreadsheets, jsonl for programs: there with request and answer"`
}

// export connects the download.
func export(h handlers) endpoint.Connect {
	connect := endpoint.Of(func(ctx context.Context, in *exportQuery) (*huma.StreamResponse, error) {
		q := Query{ErrorChoice: in.ErrorChoice, Limit: atOnce}
		first, err := h.ListErrors(ctx, q) // what is wrong with the choice is an answer of its own
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			download.Head(hc.SetHeader, "sluice-errors", in.Format)
			download.Cut(h.all(ctx, q).Write(hc.BodyWriter(), in.Format, first))
		}}, nil
	})
	return func(api huma.API, o huma.Operation, problem func(context.Context, error) error) {
		text := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
		o.Responses["200"] = &huma.Response{Description: "The errors, newest first", Content: map[string]*huma.MediaType{"text/csv": text, "application/jsonl": text}}
		connect(api, o, problem)
	}
}

// all is what is downloaded.
func (h handlers) all(ctx context.Context, q Query) download.List[*sluice.RecordError] {
	return download.List[*sluice.RecordError]{Columns: columns, Row: row, AtOnce: atOnce, After: func(last *sluice.RecordError) ([]*sluice.RecordError, error) {
		q.Before = last.ID
		return h.ListErrors(ctx, q)
	}}
}

var columns = []string{"id", "state", "flow", "step", "run", "key", "trace", "origin", "classification", "code", "message", "where", "remedy",
	"assignee", "tags", "retries", "created_at", "failed_at", "resolved_at", "resolved_by", "reason", "record"}

func row(e *sluice.RecordError) ([]string, error) {
	record, err := json.Marshal(e.Record)
	return []string{fmt.Sprint(e.ID), string(e.State), e.FlowName, e.Step, fmt.Sprint(e.RunID), e.Key, e.Trace, e.Origin, string(e.Classification), e.Code, e.Message, e.Where, e.Remedy,
		e.Assignee, strings.Join(e.Tags, " "), fmt.Sprint(e.Retries), moment(e.CreatedAt), moment(e.FailedAt), moment(e.ResolvedAt), e.ResolvedBy, e.Reason, string(record)}, err
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
