package async

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/internal/restform"
)

// Got is one record that Get has read, or why it could not.
type Got struct {
	Record netsuite.Record
	Err    error
}

// Get reads whole records of a type by their IDs, internal ones or "eid:" and an external
// one, in batches (Oracle help, article_0127092747), and returns one Got for each, in
// their order. It is for records of which NetSuite loads each for long: no slot is held
// meanwhile. SuiteQL reads more of them faster.
func (s *Service) Get(ctx context.Context, recordType string, ids []string, o netsuite.GetOptions) []Got {
	got := make([]Got, len(ids))
	query, err := o.Query()
	items := make([]Item, len(ids))
	for n, id := range ids {
		external, isExternal := strings.CutPrefix(id, "eid:")
		if items[n].ID = id; isExternal {
			items[n] = Item{ExternalID: external}
		}
		if problem := items[n].check(Delete); problem != "" && err == nil {
			err = &netsuite.InputError{Field: fmt.Sprintf("ids[%d]", n), Problem: problem}
		}
	}
	if err == nil && !restform.IsType(recordType) {
		err = &netsuite.InputError{Field: "record type", Problem: fmt.Sprintf("%q: a name such as customer or customrecord_x is needed", recordType)}
	}
	if err != nil {
		for n := range got {
			got[n].Err = err
		}
		return got
	}
	parts, _ := Split(Batch{Action: Delete, RecordType: recordType, Items: items}) // it is the IDs alone that count
	starts := startsOf(parts)
	s.each(len(parts), func(k int) { s.getPart(ctx, parts[k], query, got[starts[k]:starts[k]+len(parts[k].Items)]) })
	return got
}

// getPart reads the records of one batch.
func (s *Service) getPart(ctx context.Context, b Batch, query url.Values, to []Got) {
	ids := make([]string, len(b.Items))
	for n, item := range b.Items {
		ids[n] = item.address()
	}
	q := url.Values{"expandRecords": {"true"}, "ids": {strings.Join(ids, ",")}}
	for name, values := range query {
		q[name] = values
	}
	tasks, job, err := s.getTasks(ctx, Call{Operation: fmt.Sprintf("get %d %s records", len(ids), b.RecordType), Method: http.MethodGet, Path: b.RecordType, Query: q, Key: NewKey()})
	if err == nil && len(tasks) != len(ids) {
		err = fmt.Errorf("%w: job %s has %d", errCount, job, len(tasks))
	}
	s.each(len(to), func(n int) {
		if to[n].Err = err; err != nil {
			return
		}
		r, err := s.Result(ctx, job, tasks[n])
		if err == nil {
			err = restform.Decode(r.Body, &to[n].Record)
		}
		to[n].Err = err
	})
}

func (s *Service) getTasks(ctx context.Context, c Call) (tasks []string, job string, err error) {
	if job, err = s.Submit(ctx, c); err != nil {
		return nil, "", err
	}
	if _, err = s.Wait(ctx, job); err != nil {
		return nil, job, err
	}
	tasks, err = s.Tasks(ctx, job)
	return tasks, job, err
}
