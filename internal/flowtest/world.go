package flowtest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/internal/mapping"
)

// world is what a case's flow sees of other systems.
type world struct {
	connector.Connectors
	suite *Suite
	test  *Case
	rules map[string]*mapping.Expr // by their text

	dir       string            // of the databases; empty without any
	databases map[string]string // their files, by connection

	mu       sync.Mutex
	imported []given
	requests []planned
	asked    []asked
}

// asked is a request that reads.
type asked struct{ export, step, method, url, body string }

// given is a record that an import was given.
type given struct {
	step   string
	intent sluice.Intent
}

// planned is a request that an import has made.
type planned struct {
	step string
	sluice.PlannedRequest
}

// open returns a connection with everything that it needs to be used, all of it made up.
func (w *world) open(_ context.Context, name string) (*sluice.Connection, error) {
	conn := &sluice.Connection{Name: name, Settings: map[string]string{}}
	if known, ok := w.suite.connections[name]; ok {
		conn.Kind, conn.Settings = known.Kind, maps.Clone(known.Settings)
	}
	conn.Kind = cmp.Or(conn.Kind, kindOf(w.suite.Flow, name))
	conn.ID = "test-" + name
	if path, ok := w.databases[name]; ok {
		conn.Kind, conn.Settings = sluice.KindSQLite, map[string]string{"path": path}
	}
	switch conn.Kind {
	case sluice.KindNetSuite:
		conn.Settings = keep(conn.Settings, "account", "base_url", "suitetalk_url", "restlet_url", "timezone", "ignore_read_only")
		conn.Settings["account"] = cmp.Or(conn.Settings["account"], "1234567")
		conn.Settings["type"], conn.Settings["suitescript"] = sluice.AuthToken, sluice.Yes
		conn.Secrets = map[string]sluice.Secret{}
		for _, field := range []string{"consumer_key", "consumer_secret", "token_id", "token_secret"} {
			conn.Secrets[field] = sluice.NewSecret("made-up-" + field)
		}
	case sluice.KindHTTP:
		conn.Settings = keep(conn.Settings, "base_url", "headers")
		conn.Settings["base_url"] = cmp.Or(conn.Settings["base_url"], "https://"+name+".invalid")
		conn.Settings["type"] = sluice.HTTPNone
	case sluice.KindFiles:
		if w.test.Folder != "" {
			conn.Settings = map[string]string{"dir": w.suite.beside(w.test.Folder)}
		}
	}
	return conn, nil
}

func keep(settings map[string]string, names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		if v := settings[n]; v != "" {
			out[n] = v
		}
	}
	return out
}

// OpenExport gives the case's records, or reads its pages, files and databases as the
// other system is read.
func (w *world) OpenExport(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	src := w.test.sources[e.Label()]
	switch {
	case src == nil:
		return w.Connectors.OpenExport(ctx, c, e, o)
	case src.pages == nil:
		return &listReader{records: src.records}, nil
	}
	src.asked = 0
	offline := &wire.Rehearsal{Offline: func(r *http.Request) *http.Response { return w.page(e.Label(), src, r) }}
	r, err := w.Connectors.OpenExport(wire.Rehearse(ctx, offline), c, e, o)
	if err != nil {
		return nil, err
	}
	return &pageReader{r, offline}, nil
}

// page answers an export's next request.
func (w *world) page(label string, src *source, r *http.Request) *http.Response {
	if a := routine(r); a != nil {
		return a
	}
	w.ask(asked{export: label}, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	src.asked++
	if src.asked > len(src.pages) {
		return answer(http.StatusNotFound, fmt.Sprintf("the case has %s for %s, and page %d was asked for: %s %s", counted(len(src.pages), "page"), label, src.asked, r.Method, r.URL))
	}
	return answer(http.StatusOK, src.pages[src.asked-1])
}

// ask notes a request that reads.
func (w *world) ask(a asked, r *http.Request) {
	a.method, a.url, a.body = r.Method, r.URL.String(), bodyOf(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, a)
}

// bodyOf reads the body of a request whose own may have been closed.
func bodyOf(r *http.Request) string {
	if r.GetBody == nil {
		return ""
	}
	body, err := r.GetBody()
	if err != nil {
		return ""
	}
	defer func() { _ = body.Close() }()
	text, err := io.ReadAll(body)
	if err != nil {
		return ""
	}
	return string(text)
}

// jsonAnswer answers with a body as a test file writes it: a text as it is, else JSON.
func jsonAnswer(status int, body any) *http.Response {
	text, ok := body.(string)
	if !ok && body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return answer(http.StatusInternalServerError, err.Error())
		}
		text = string(encoded)
	}
	return answer(status, text)
}

func answer(status int, body string) *http.Response {
	kind := "application/json"
	if strings.HasPrefix(strings.TrimSpace(body), "<") {
		kind = "text/xml; charset=utf-8"
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body))}
}

// pageReader reads recorded pages.
type pageReader struct {
	sluice.Reader
	offline *wire.Rehearsal
}

func (r *pageReader) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	return r.Reader.Next(wire.Rehearse(ctx, r.offline), limit)
}

// listReader reads given records.
type listReader struct {
	records []sluice.Record
	read    int
}

func (l *listReader) Next(_ context.Context, limit int) (sluice.Batch, error) {
	if l.read == len(l.records) {
		return sluice.Batch{}, io.EOF
	}
	var b sluice.Batch
	for l.read < len(l.records) && len(b.Items) < limit {
		l.read++
		b.Items = append(b.Items, sluice.Item{Rows: 1, Origin: fmt.Sprintf("record %d", l.read), Record: l.records[l.read-1]})
	}
	b.Cursor = fmt.Appendf(nil, "%d", l.read)
	return b, nil
}

func (l *listReader) Close() error { return nil }

// SourceTime is the time of the case.
func (w *world) SourceTime(context.Context, *sluice.Connection) (time.Time, error) { return now(), nil }

// now is the time at which cases are run, so that they give the same each day.
func now() time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) }

// answerTo finds the case's answer to an import's record, nil where it has none.
func (w *world) answerTo(ctx context.Context, step string, i *sluice.Intent) (*ImportAnswer, error) {
	for n := range w.test.Answers {
		a := &w.test.Answers[n]
		if a.Step != step {
			continue
		}
		fits, err := w.fits(ctx, a.If, i.Record)
		if err != nil {
			return nil, sluice.Errorf("test.answer", "the answer %d of step %s cannot be told to fit: %w", n+1, step, err)
		}
		if fits {
			return a, nil
		}
	}
	return nil, nil
}

// fits reports whether an answer's condition holds; without one it does.
func (w *world) fits(ctx context.Context, condition string, values sluice.Record) (bool, error) {
	if condition == "" {
		return true, nil
	}
	w.mu.Lock()
	rule, ok := w.rules[condition]
	if !ok {
		var problems []sluice.Problem
		if rule, problems = mapping.CompileExpr(condition); len(problems) > 0 {
			w.mu.Unlock()
			return false, sluice.Problems("test.invalid", "the condition cannot be used", problems)
		}
		w.rules[condition] = rule
	}
	w.mu.Unlock()
	return rule.Bool(ctx, values)
}
