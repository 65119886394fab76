package person

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
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
// JSON lines. They are read while they are written, so that a long log fits; an error then
// cuts the answer off, which whoever reads it sees.
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
		w.Header().Set("Content-Type", map[string]string{"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}[format])
		w.Header().Set("Content-Disposition", `attachment; filename="sluice-audit.`+format+`"`)
		if err := export(r.Context(), log, f, first, newLines(format, w)); err != nil {
			panic(http.ErrAbortHandler) // the answer has begun: cutting it off is all that can be told
		}
	}
}

func exportOf(q url.Values) (f sluice.AuditFilter, format string, err error) {
	f = sluice.AuditFilter{Noun: q.Get("noun"), NounID: q.Get("name"), Actor: q.Get("actor"), Action: q.Get("action"), Text: q.Get("text"), Limit: exportPage}
	if format = q.Get("format"); format != "csv" && format != "jsonl" {
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

func export(ctx context.Context, log Audit, f sluice.AuditFilter, page []*sluice.AuditEvent, out lines) error {
	for {
		for _, e := range page {
			if err := out.line(e); err != nil {
				return err
			}
		}
		if err := out.flush(); err != nil || len(page) < f.Limit {
			return err
		}
		f.Before = page[len(page)-1].ID
		var err error
		if page, err = log.ListAudit(ctx, f); err != nil {
			return err
		}
	}
}

// lines writes events in a format.
type lines interface {
	line(e *sluice.AuditEvent) error
	flush() error
}

func newLines(format string, w io.Writer) lines {
	if format == "csv" {
		return &csvLines{w: csv.NewWriter(w)}
	}
	return jsonLines{json.NewEncoder(w)}
}

type jsonLines struct{ *json.Encoder }

func (j jsonLines) line(e *sluice.AuditEvent) error { return j.Encode(e) }

func (j jsonLines) flush() error { return nil }

type csvLines struct {
	w     *csv.Writer
	begun bool
}

func (c *csvLines) head() error {
	if c.begun {
		return nil
	}
	c.begun = true
	return c.w.Write([]string{"id", "at", "actor", "action", "noun", "noun_id", "detail"})
}

func (c *csvLines) line(e *sluice.AuditEvent) error {
	if err := c.head(); err != nil {
		return err
	}
	return c.w.Write([]string{strconv.FormatInt(e.ID, 10), e.At.UTC().Format(time.RFC3339Nano), Inert(e.Actor), Inert(e.Action), Inert(e.Noun), Inert(e.NounID), Inert(e.Detail)})
}

func (c *csvLines) flush() error {
	if err := c.head(); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}

// Inert keeps a spreadsheet from taking a text for a formula: names and details are what
// anybody may have written (OWASP, CSV Injection).
func Inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}
