package recorderror

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/codec"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// atOnce is how many errors a download reads at a time.
const atOnce = 500

// exportQuery selects what is downloaded, and as what.
type exportQuery struct {
	ErrorChoice
	Format string `query:"format" enum:"csv,jsonl" default:"csv" doc:"csv for spreadsheets, jsonl for programs: there with request and answer"`
}

// writer writes errors in one format.
type writer interface {
	write(e *sluice.RecordError) error
	end() error
}

var formats = map[string]struct {
	kind string
	open func(io.Writer) writer
}{
	"csv":   {"text/csv; charset=utf-8", func(w io.Writer) writer { return &sheet{csv: csv.NewWriter(w)} }},
	"jsonl": {"application/jsonl", func(w io.Writer) writer { return lines{w} }},
}

// export connects the download. It is written while it is read, so that its size is no
// matter; an answer that cannot be finished is cut off, which the receiver notices.
func export(h handlers) endpoint.Connect {
	connect := endpoint.Of(func(ctx context.Context, in *exportQuery) (*huma.StreamResponse, error) {
		q := Query{ErrorChoice: in.ErrorChoice, Limit: atOnce}
		first, err := h.ListErrors(ctx, q) // what is wrong with the choice is an answer of its own
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			format := formats[in.Format]
			hc.SetHeader("Content-Type", format.kind)
			hc.SetHeader("Content-Disposition", `attachment; filename="sluice-errors.`+in.Format+`"`)
			if err := h.stream(ctx, q, first, format.open(hc.BodyWriter())); err != nil {
				panic(http.ErrAbortHandler)
			}
		}}, nil
	})
	return func(api huma.API, o huma.Operation, problem func(context.Context, error) error) {
		text := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
		o.Responses["200"] = &huma.Response{Description: "The errors, newest first", Content: map[string]*huma.MediaType{"text/csv": text, "application/jsonl": text}}
		connect(api, o, problem)
	}
}

func (h handlers) stream(ctx context.Context, q Query, list []*sluice.RecordError, w writer) (err error) {
	for {
		for _, e := range list {
			if err := w.write(e); err != nil {
				return err
			}
		}
		if len(list) < atOnce {
			return w.end()
		}
		q.Before = list[len(list)-1].ID
		if list, err = h.ListErrors(ctx, q); err != nil {
			return err
		}
	}
}

// lines writes a JSON object a line, as the API shows an error.
type lines struct{ io.Writer }

func (l lines) write(e *sluice.RecordError) error { return codec.Write(l, e) }
func (l lines) end() error                        { return nil }

// sheet writes rows for a spreadsheet.
type sheet struct {
	csv     *csv.Writer
	started bool
}

var sheetColumns = []string{"id", "state", "flow", "step", "run", "key", "trace", "origin", "classification", "code", "message", "where", "remedy",
	"assignee", "tags", "retries", "created_at", "failed_at", "resolved_at", "resolved_by", "reason", "record"}

func (s *sheet) write(e *sluice.RecordError) error {
	if err := s.begin(); err != nil {
		return err
	}
	record, err := json.Marshal(e.Record)
	if err != nil {
		return err
	}
	row := []string{fmt.Sprint(e.ID), string(e.State), e.FlowName, e.Step, fmt.Sprint(e.RunID), e.Key, e.Trace, e.Origin, string(e.Classification), e.Code, e.Message, e.Where, e.Remedy,
		e.Assignee, strings.Join(e.Tags, " "), fmt.Sprint(e.Retries), moment(e.CreatedAt), moment(e.FailedAt), moment(e.ResolvedAt), e.ResolvedBy, e.Reason, string(record)}
	for i := range row {
		row[i] = plain(row[i])
	}
	return s.csv.Write(row)
}

func (s *sheet) begin() error {
	if s.started {
		return nil
	}
	s.started = true
	return s.csv.Write(sheetColumns)
}

func (s *sheet) end() error {
	if err := s.begin(); err != nil {
		return err
	}
	s.csv.Flush()
	return s.csv.Error()
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// plain keeps a spreadsheet from taking a text of somebody else's for a formula: it
// gets an apostrophe before it (OWASP, CSV injection).
func plain(text string) string {
	if first, _ := utf8.DecodeRuneInString(text); strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + text
	}
	return text
}
