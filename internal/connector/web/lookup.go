package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/finding"
	"github.com/sluicehq/sluice/netsuite"
)

// OpenLookup gets ready to ask.
func (c *Connector) OpenLookup(ctx context.Context, conn *sluice.Connection, l *sluice.Lookup, o sluice.LookupOptions) (sluice.Finder, error) {
	if l.HTTP == nil {
		return nil, sluice.Errorf("flow.lookup_kind", "the connection %s is of the kind %s, the lookup is not", conn.Name, conn.Kind).Fix("Use a connection that fits, or another kind of lookup")
	}
	cl, err := c.client(ctx, conn)
	if err != nil {
		return nil, err
	}
	return &finder{client: cl, spec: l.HTTP, keep: l.Keeps(), flow: o.Flow}, nil
}

// finder asks an API by one request for each question.
type finder struct {
	*client
	spec *sluice.LookupHTTP
	keep int
	flow string
}

// Close has nothing to do.
func (f *finder) Close() error { return nil }

// Find asks several questions at a time.
func (f *finder) Find(ctx context.Context, questions []sluice.Question) (sluice.Findings, error) {
	return finding.OneByOne(netsuite.ContextWithFlow(ctx, f.flow), questions, f.level, f.find)
}

func (f *finder) find(ctx context.Context, q sluice.Question) (sluice.Answer, error) {
	u, err := f.resolve(fmt.Sprint(q[0]))
	if err != nil {
		return sluice.Answer{}, err
	}
	k := call{method: http.MethodGet, url: u, again: true, read: true}
	a, err := f.do(ctx, k)
	switch {
	case err != nil:
		return sluice.Answer{}, f.problem(k, nil, err)
	case a.ok():
		return f.records(a)
	case a.status == http.StatusNotFound, a.status == http.StatusGone:
		return sluice.Answer{}, nil
	case ofQuestion(a.status):
		w := f.failure(k, a, nil)
		return sluice.Answer{Refused: sluice.Errorf("lookup.refused", "%s", w.Message).At(w.Where).Fix("Correct the record, or the lookup's path")}, nil
	}
	return sluice.Answer{}, f.problem(k, a, nil)
}

// ofQuestion reports whether a status says that this question cannot be asked, and
// not that the API cannot be used.
func ofQuestion(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusProxyAuthRequired, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return status/100 == 4
}

func (f *finder) records(a *answer) (sluice.Answer, error) {
	if len(a.body) > maxAnswer {
		return sluice.Answer{}, sluice.Errorf("source.too_large", "an answer has more than %d MB", maxAnswer>>20).At(f.place(a.url)).Fix("Ask for less")
	}
	if len(bytes.TrimSpace(a.body)) == 0 {
		return sluice.Answer{}, nil
	}
	v, err := decode(a.body)
	if err != nil {
		return sluice.Answer{}, sluice.Errorf("source.not_json", "the answer is not JSON: %s", f.mask(words(a.body))).At(f.place(a.url)).Fix("Check the path and the base URL")
	}
	found, there := at(v, f.spec.Records)
	records, ok := finding.Records(found)
	if !there || !ok {
		return sluice.Answer{}, sluice.Errorf("lookup.answer", "the answer has no record and no list at %q", f.spec.Records).At("lookup.http.records").Fix("Name the place of the list, or of the record")
	}
	return sluice.Answer{Records: records[:min(len(records), f.keep)]}, nil
}
