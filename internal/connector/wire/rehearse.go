package wire

import (
	"bytes"
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// Rehearsal keeps requests that would change something from leaving. Writers mark
// theirs with Effect and otherwise do what they always do: what a rehearsal tells is
// what would have been sent, since it is caught behind the last line that makes it.
type Rehearsal struct {
	// Tell takes each request of effect, its secrets masked.
	Tell func(sluice.PlannedRequest)
	// Answer stands for the other side's answer to a request of effect; nil, or a nil
	// answer, means that of a side that is content.
	Answer func(r *http.Request, i *sluice.Intent) *http.Response
	// Offline takes all other HTTP requests in place of the network. Without it those
	// that only read pass, and any other one fails.
	Offline func(r *http.Request) *http.Response
}

type (
	rehearsalKey struct{}
	effectKey    struct{}
)

// Rehearse makes everything that connectors do with ctx a rehearsal.
func Rehearse(ctx context.Context, r *Rehearsal) context.Context {
	return context.WithValue(ctx, rehearsalKey{}, r)
}

// Rehearsing reports whether what is sent with ctx stays here.
func Rehearsing(ctx context.Context) bool { return rehearsalOf(ctx) != nil }

// Effect marks what is sent with ctx as that by which the intent takes effect.
func Effect(ctx context.Context, i *sluice.Intent) context.Context {
	return context.WithValue(ctx, effectKey{}, i)
}

func rehearsalOf(ctx context.Context) *Rehearsal {
	r, _ := ctx.Value(rehearsalKey{}).(*Rehearsal)
	return r
}

func effectOf(ctx context.Context) *sluice.Intent {
	i, _ := ctx.Value(effectKey{}).(*sluice.Intent)
	return i
}

// stage stands before the network.
type stage struct {
	next http.RoundTripper
	mask *Mask
}

// RoundTrip sends the request, unless it is rehearsed.
func (s *stage) RoundTrip(r *http.Request) (*http.Response, error) {
	rehearsal := rehearsalOf(r.Context())
	if rehearsal == nil {
		return s.next.RoundTrip(r)
	}
	if i := effectOf(r.Context()); i != nil {
		return s.rehearse(rehearsal, r, i)
	}
	if rehearsal.Offline != nil {
		closeBody(r)
		return complete(rehearsal.Offline(r), r), nil
	}
	if !onlyReads(r) {
		closeBody(r)
		return nil, fmt.Errorf("wire: %s %s is not marked as reading or as an effect, and was not sent in a rehearsal", r.Method, s.mask.URL(r.URL))
	}
	return s.next.RoundTrip(r)
}

// CloseIdleConnections passes on what http.Client asks of its transport.
func (s *stage) CloseIdleConnections() {
	if c, ok := s.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// onlyReads reports a request that changes nothing: queries and logins are posted.
func onlyReads(r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || strings.HasSuffix(r.URL.Path, "/query/v1/suiteql") {
		return true
	}
	if bySOAP(r) {
		return onlyReadsSOAP(r)
	}
	return slices.ContainsFunc(tokenPaths, func(end string) bool { return strings.HasSuffix(r.URL.Path, end) })
}

func (s *stage) rehearse(rehearsal *Rehearsal, r *http.Request, i *sluice.Intent) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		body, err = io.ReadAll(r.Body)
		closeBody(r)
		if err != nil {
			return nil, err
		}
	}
	header := map[string]string{}
	for name, values := range r.Header {
		var shown []string
		for _, v := range values {
			shown = append(shown, s.mask.headerValue(name, v))
		}
		header[name] = strings.Join(shown, ", ")
	}
	rehearsal.Tell(sluice.PlannedRequest{Intent: i, Method: r.Method, URL: s.mask.URL(r.URL), Header: header, Body: s.mask.Sent(string(body))})
	var answer *http.Response
	if rehearsal.Answer != nil {
		answer = rehearsal.Answer(r, i)
	}
	if answer == nil {
		answer = content(r, i)
	}
	if bySOAP(r) {
		answer = spoken(r, complete(answer, r))
	}
	return complete(answer, r), nil
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}

// content is the answer of a side that has done what it was asked: NetSuite names the
// record in Location.
func content(r *http.Request, i *sluice.Intent) *http.Response {
	id := i.TargetID
	if id == "" {
		id = RehearsedID(i)
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{
		"Location": {r.URL.Scheme + "://" + r.URL.Host + r.URL.Path + "/" + id}, "Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader("{}"))}
}

// RehearsedID stands for the ID of a record that a rehearsal has not made.
func RehearsedID(i *sluice.Intent) string { return fmt.Sprintf("rehearsed-%d", i.Seq) }

// complete fills in what a transport sets.
func complete(a *http.Response, r *http.Request) *http.Response {
	if a.Header == nil {
		a.Header = http.Header{}
	}
	if a.Body == nil {
		a.Body = http.NoBody
	}
	a.Proto, a.ProtoMajor, a.ProtoMinor, a.Request = "HTTP/1.1", 1, 1, r
	a.Status = fmt.Sprintf("%d %s", a.StatusCode, http.StatusText(a.StatusCode))
	a.ContentLength = -1
	return a
}

// rehearsedSQL tells a statement in place of running it. It reports false where the
// statement is to be run: outside of rehearsals, and where it only marks the course
// of a transaction.
func (w sqlWatch) rehearsedSQL(ctx context.Context, method, text string, args []driver.NamedValue) (bool, error) {
	r := rehearsalOf(ctx)
	if r == nil {
		return false, nil
	}
	i := effectOf(ctx)
	if i == nil {
		if method == Query || marksCourse(text) {
			return false, nil
		}
		return true, fmt.Errorf("wire: the statement %q is not marked as an effect, and was not run in a rehearsal", text)
	}
	var body strings.Builder
	body.WriteString(text)
	for n, a := range args {
		fmt.Fprintf(&body, "\n-- %d: %s", n+1, argument(a.Value))
	}
	r.Tell(sluice.PlannedRequest{Intent: i, Method: Exec, URL: w.name, Header: map[string]string{}, Body: w.Mask.stored.Load().Replace(body.String())})
	return true, nil
}

func argument(v any) string {
	switch t := v.(type) {
	case nil:
		return "NULL"
	case []byte:
		return string(bytes.ToValidUTF8(t, []byte("?")))
	}
	return fmt.Sprint(v)
}

// courses are how statements begin that change no row.
var courses = []string{"SAVEPOINT ", "SAVE TRANSACTION ", "RELEASE ", "ROLLBACK", "SET ", "DO RELEASE_LOCK", "EXEC SP_RELEASEAPPLOCK", "PRAGMA "}

func marksCourse(text string) bool {
	upper := strings.ToUpper(strings.TrimSpace(text))
	return slices.ContainsFunc(courses, func(c string) bool { return strings.HasPrefix(upper, c) })
}

// oneRow is the answer to a statement that says whether it made a row.
type oneRow struct{ done bool }

func (r *oneRow) Columns() []string { return []string{"made"} }
func (r *oneRow) Close() error      { return nil }

func (r *oneRow) Next(to []driver.Value) error {
	if r.done {
		return io.EOF
	}
	r.done, to[0] = true, false
	return nil
}
