package person

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/download"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Audit is the audit log.
type Audit interface {
	ListAudit(ctx context.Context, f sluice.AuditFilter) ([]*sluice.AuditEvent, error)
	// NoteExport notes who takes the log away, and which lines of it.
	NoteExport(ctx context.Context, by endpoint.Actor, f sluice.AuditFilter, format string)
}

type auditQuery struct {
	Noun   string    `query:"noun" doc:"Events of this noun only: connection, flow, user, …"`
	Name   string    `query:"name" doc:"Events of the thing with this name only; needs noun"`
	Actor  string    `query:"actor" doc:"Events of whom: an e-mail address, or local"`
	Action string    `query:"action" doc:"connection.update; with a dot at its end all of a noun: connection."`
	Text   string    `query:"text" maxLength:"200" doc:"Stands in who, to what, or the detail"`
	Since  time.Time `query:"since" doc:"Not before this time"`
	Until  time.Time `query:"until" doc:"Before this time"`
	Before int64     `query:"before" doc:"Events with smaller numbers only"`
	Limit  int       `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (q *auditQuery) filter() sluice.AuditFilter {
	return sluice.AuditFilter{Noun: q.Noun, NounID: q.Name, Actor: q.Actor, Action: q.Action, Text: q.Text, Since: q.Since, Until: q.Until, Before: q.Before, Limit: q.Limit}
}

// AuditRoutes returns the rows of the route table round the audit log.
func AuditRoutes(log Audit) []endpoint.Row {
	t := endpoint.Table{Tag: Tag}
	t.Add("GET", "/api/v1/audit", sluice.PermPeople, "listAudit", "Who did what, newest first", endpoint.Of(func(ctx context.Context, in *auditQuery) (*endpoint.Reply[endpoint.List[*sluice.AuditEvent]], error) {
		list, err := log.ListAudit(ctx, in.filter())
		return endpoint.Paged(list, err, in.Limit, func(e *sluice.AuditEvent) int64 { return e.ID })
	}))
	return t.Rows
}

// ExportPath is where the audit log is taken away as a file.
const ExportPath = "/api/v1/audit/export"

// exportPage is how many lines are read and written at a time.
const exportPage = 1000

// Export answers with the lines of the log that the query selects, newest first, as CSV or
// JSON lines.
func Export(log Audit, refuse func(http.ResponseWriter, *http.Request, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, format, err := exportOf(r.URL.Query())
		if err != nil {
			refuse(w, r, err)
			return
		}
		first, err := log.ListAudit(r.Context(), f)
		if err != nil {
			refuse(w, r, err)
			return
		}
		log.NoteExport(r.Context(), endpoint.ActorOf(r.Context()), f, format)
		download.Head(w.Header().Set, "sluice-audit", format)
		download.Cut(listOf(r.Context(), log, f).Write(w, format, first))
	}
}

func exportOf(q url.Values) (f sluice.AuditFilter, format string, err error) {
	f = sluice.AuditFilter{Noun: q.Get("noun"), NounID: q.Get("name"), Actor: q.Get("actor"), Action: q.Get("action"), Text: q.Get("text"), Limit: exportPage}
	if format = q.Get("format"); !download.Known(format) {
		return f, "", sluice.Errorf(sluice.CodeInvalid, "there is no format %q", format).At("format").Fix("Use csv or jsonl")
	}
	for name, target := range map[string]*time.Time{"since": &f.Since, "until": &f.Until} {
		if text := q.Get(name); text != "" {
			if *target, err = time.Parse(time.RFC3339, text); err != nil {
				return f, "", sluice.Errorf(sluice.CodeInvalid, "%q is not a time", text).At(name).Fix("Write it so: 2026-03-04T12:00:00Z")
			}
		}
	}
	return f, format, nil
}

// listOf is what is taken away.
func listOf(ctx context.Context, log Audit, f sluice.AuditFilter) download.List[*sluice.AuditEvent] {
	return download.List[*sluice.AuditEvent]{Columns: []string{"id", "at", "actor", "action", "noun", "noun_id", "detail"}, Row: row, AtOnce: f.Limit,
		After: func(last *sluice.AuditEvent) ([]*sluice.AuditEvent, error) {
			f.Before = last.ID
			return log.ListAudit(ctx, f)
		}}
}

func row(e *sluice.AuditEvent) ([]string, error) {
	return []string{strconv.FormatInt(e.ID, 10), e.At.UTC().Format(time.RFC3339Nano), e.Actor, e.Action, e.Noun, e.NounID, e.Detail}, nil
}
