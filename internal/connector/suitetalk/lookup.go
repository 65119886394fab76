package suitetalk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/finding"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/metadata"
)

// OpenLookup gets ready to ask by SuiteQL, for records, or a RESTlet.
func (c *Connector) OpenLookup(ctx context.Context, conn *sluice.Connection, l *sluice.Lookup, o sluice.LookupOptions) (sluice.Finder, error) {
	cl, err := c.client(conn)
	if err != nil {
		return nil, err
	}
	if err := cl.login(netsuite.ContextWithFlow(ctx, o.Flow)); err != nil {
		return nil, err
	}
	f := &finder{client: cl, spec: l, flow: o.Flow}
	switch {
	case l.SuiteQL != nil:
		return openSuiteQLFinder(f)
	case l.Records != nil:
		return openRecordFinder(ctx, f)
	case l.RESTlet != nil:
		return &restletFinder{f, netsuite.Script{ID: l.RESTlet.Script, Deploy: l.RESTlet.Deployment}}, linked(conn)
	}
	return nil, sluice.Errorf("flow.lookup_kind", "the connection %s is to NetSuite, the lookup is not", conn.Name).Fix("Give the lookup a suiteql, records or restlet part, or another connection")
}

// finder is what all lookups in NetSuite have in common.
type finder struct {
	*client
	spec *sluice.Lookup
	flow string

	probing sync.Mutex
	probed  bool
}

// Close has nothing to do.
func (f *finder) Close() error { return nil }

// refusal tells an answer that concerns one question from a NetSuite that cannot be
// used. probe asks something that is refused only where every question would be.
func (f *finder) refusal(err error, probe func() error) (*sluice.Error, error) {
	if !errors.Is(err, netsuite.ErrInvalid) && !errors.Is(err, netsuite.ErrNotFound) {
		return nil, f.problem(err)
	}
	f.probing.Lock()
	defer f.probing.Unlock()
	if !f.probed {
		if wrong := probe(); wrong != nil {
			return nil, wrong
		}
		f.probed = true
	}
	e := *f.problem(err)
	e.Code = "lookup.refused"
	return &e, nil
}

// recordFinder reads records by their IDs.
type recordFinder struct {
	*finder
	schema *metadata.Schema
	zone   *time.Location
}

func openRecordFinder(ctx context.Context, f *finder) (sluice.Finder, error) {
	out := &recordFinder{finder: f}
	var err error
	if out.schema, err = f.schema(ctx, f.spec.Records.Type); err == nil && out.schema != nil {
		out.zone, err = f.client.zone(ctx)
	}
	return out, err
}

// Find reads the records, several at a time.
func (f *recordFinder) Find(ctx context.Context, questions []sluice.Question) (sluice.Findings, error) {
	return finding.OneByOne(netsuite.ContextWithFlow(ctx, f.flow), questions, f.limit, f.find)
}

func (f *recordFinder) find(ctx context.Context, q sluice.Question) (sluice.Answer, error) {
	spec, id := f.spec.Records, fmt.Sprint(q[0])
	record, err := f.read(ctx, id)
	if err == nil {
		if f.schema != nil && f.zone != nil {
			showTimes(f.schema.Fields, record, f.zone)
		}
		return sluice.Answer{Records: []sluice.Record{sluice.Record(record)}}, nil
	}
	refused, fatal := f.refusal(err, func() error {
		_, err := f.Records.List(ctx, spec.Type, netsuite.ListOptions{Limit: 1})
		if err != nil {
			e := f.problem(err)
			return e.At("lookup.records.type")
		}
		return nil
	})
	if fatal == nil && outcome.Missing(err) {
		return sluice.Answer{}, nil
	}
	return sluice.Answer{Refused: refused}, fatal
}

func (f *recordFinder) read(ctx context.Context, id string) (netsuite.Record, error) {
	spec := f.spec.Records
	o := netsuite.GetOptions{ExpandSubResources: spec.Lines}
	switch {
	case spec.ID != "":
		return f.Records.Get(ctx, spec.Type, id, o)
	case netsuite.CheckExternalID(id) == nil:
		return f.Records.GetByExternalID(ctx, spec.Type, id, o)
	}
	internal, err := f.Records.FindByExternalID(ctx, spec.Type, id)
	if err != nil {
		return nil, err
	}
	return f.Records.Get(ctx, spec.Type, internal, o)
}

// restletFinder asks a RESTlet.
type restletFinder struct {
	*finder
	script netsuite.Script
}

// Find calls the RESTlet for each question, several at a time.
func (f *restletFinder) Find(ctx context.Context, questions []sluice.Question) (sluice.Findings, error) {
	return finding.OneByOne(netsuite.ContextWithFlow(ctx, f.flow), questions, f.limit, f.find)
}

func (f *restletFinder) find(ctx context.Context, q sluice.Question) (sluice.Answer, error) {
	spec, params, body := f.spec.RESTlet, url.Values{}, map[string]any{}
	for i, name := range f.spec.Names() {
		params.Set(name, fmt.Sprint(q[i]))
		body[name] = q[i]
	}
	got, err := f.call(ctx, f.script, spec.Method, params, body)
	if err != nil {
		e := f.restletProblem(err, f.script)
		if scriptError(err) { // the script's word on this question
			return sluice.Answer{Refused: e}, nil
		}
		return sluice.Answer{}, e
	}
	if text, ok := got.(string); ok && text == "" {
		got = nil
	}
	list, _ := at(got, spec.Records)
	records, ok := finding.Records(list)
	if !ok {
		return sluice.Answer{}, sluice.Errorf("lookup.answer", "the answer of RESTlet %s has no records%s", f.script.ID, under(spec.Records)).At("lookup.restlet.records").Fix("Name the path of the list, or of the record, in the answer")
	}
	return sluice.Answer{Records: records[:min(len(records), f.spec.Keeps())]}, nil
}

// asText writes a question's value as SuiteQL compares it with a text.
func asText(v any) string {
	switch t := v.(type) {
	case bool:
		if t {
			return "T"
		}
		return "F"
	case json.Number:
		return t.String()
	}
	return fmt.Sprint(v)
}
