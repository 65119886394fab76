package async

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/internal/restform"
)

// The limits of one batch.
const (
	// MaxItems is how many records NetSuite takes in a batch (Oracle help, article_0127092747).
	MaxItems = 100
	// MaxBytes is below the 104 MB that a request may have (chapter_161251386312).
	MaxBytes = 96 << 20
	// MaxIDs is how many bytes the IDs of a delete may take: they are part of the
	// address, of which servers commonly read 8 KiB.
	MaxIDs = 6 << 10
)

// Action is what a batch does with its records.
type Action string

// The actions.
const (
	Add    Action = "add"
	Update Action = "update" // of records that are there, by internal or external ID
	Upsert Action = "upsert" // by external ID
	Delete Action = "delete"
)

var methods = map[Action]string{Add: http.MethodPost, Update: http.MethodPatch, Upsert: http.MethodPut, Delete: http.MethodDelete}

// Item is one record of a batch.
type Item struct {
	// ID and ExternalID say which record is meant, for all actions but Add. The internal
	// ID counts where both are there. An Add takes an external ID for the new record.
	ID, ExternalID string
	Record         netsuite.Record // its fields; none for Delete

	encoded json.RawMessage // the record with its IDs, once it was measured
}

// Batch is what one request does with records of one type. NetSuite works them in
// their order, each for itself: one that fails keeps none of the others.
type Batch struct {
	Action     Action
	RecordType string
	Items      []Item
	Options    netsuite.WriteOptions
	// Parallel lets NetSuite work several records at one time, in no order.
	Parallel bool
	// Key makes the batch safe to repeat; Write gives one to each batch.
	Key Key
}

// Outcome is what became of one record.
type Outcome struct {
	netsuite.Ref
	// Err is what the record was refused with; netsuite.Applied tells what is certain.
	Err error
}

// mediaType marks a body as a batch.
const mediaType = "application/vnd.oracle.resource+json; type=collection"

// call returns the one request that the batch is.
func (b Batch) call() (Call, error) {
	method, ok := methods[b.Action]
	switch {
	case !ok:
		return Call{}, &netsuite.InputError{Field: "action", Problem: fmt.Sprintf("%q: add, update, upsert or delete is possible", b.Action)}
	case !restform.IsType(b.RecordType):
		return Call{}, &netsuite.InputError{Field: "record type", Problem: fmt.Sprintf("%q: a name such as customer or customrecord_x is needed", b.RecordType)}
	case len(b.Items) == 0 || len(b.Items) > MaxItems:
		return Call{}, &netsuite.InputError{Field: "items", Problem: fmt.Sprintf("%d records: a batch has 1 to %d", len(b.Items), MaxItems)}
	}
	c := Call{Operation: fmt.Sprintf("%s %d %s records", b.Action, len(b.Items), b.RecordType), Method: method, Path: b.RecordType, Key: b.Key,
		Query: b.Options.Query(), Header: b.Options.Header()}
	if b.Parallel {
		c.Header.Add("Prefer", `batch-processing="parallel"`)
	}
	for n, item := range b.Items {
		if problem := item.check(b.Action); problem != "" {
			return Call{}, &netsuite.InputError{Field: fmt.Sprintf("items[%d]", n), Problem: problem}
		}
	}
	if b.Action == Delete {
		ids := make([]string, len(b.Items))
		for n, item := range b.Items {
			ids[n] = item.address()
		}
		c.Query = url.Values{"ids": {strings.Join(ids, ",")}}
		return c, nil
	}
	records := make([]any, len(b.Items))
	for n, item := range b.Items {
		if records[n] = item.encoded; item.encoded == nil {
			records[n] = item.body()
		}
	}
	c.Header.Set("Content-Type", mediaType)
	c.Body = map[string]any{"items": records}
	return c, nil
}

// check says why an item cannot be part of a batch, or "".
func (i Item) check(action Action) string {
	switch {
	case action == Add && i.ID != "":
		return "the internal ID of a new record is NetSuite's to give"
	case action == Upsert && i.ExternalID == "":
		return "an upsert finds its record by external ID"
	case action != Add && i.ID == "" && i.ExternalID == "":
		return "it names no record"
	case i.ID != "" && !restform.IsID(i.ID):
		return fmt.Sprintf("%q is not an internal ID", i.ID)
	case action == Delete && i.ID == "" && !restform.IsID(i.ExternalID):
		return fmt.Sprintf("the external ID %q cannot stand in an address, which takes letters, digits, _ and - only", i.ExternalID)
	}
	return ""
}

// address names the record in an address.
func (i Item) address() string {
	if i.ID != "" {
		return i.ID
	}
	return "eid:" + i.ExternalID
}

// body is the record with its IDs, by which NetSuite knows it: an id among the mapped
// fields, which a request for one record ignores, would name another record here.
func (i Item) body() netsuite.Record {
	body := make(netsuite.Record, len(i.Record)+2)
	maps.Copy(body, i.Record)
	delete(body, "id")
	if i.ID != "" {
		body["id"] = i.ID
	}
	if i.ExternalID != "" && i.ID == "" {
		body["externalId"] = i.ExternalID
	}
	return body
}

// Send submits the batch and returns the ID of its job.
func (s *Service) Send(ctx context.Context, b Batch) (job string, err error) {
	c, err := b.call()
	if err != nil {
		return "", err
	}
	return s.Submit(ctx, c)
}

// errCount says that a job is not the one of a batch, as far as its tasks tell.
var errCount = errors.New("netsuite: the job has another number of tasks than the batch has records")

// Outcomes waits for a batch's job and returns what became of each of its records, in
// their order. Where the job as a whole was refused, the error is the refusal, and
// netsuite.Applied says what is certain of all records. After any other error Outcomes
// may be called again.
func (s *Service) Outcomes(ctx context.Context, job string, count int) ([]Outcome, error) {
	if _, err := s.Wait(ctx, job); errors.Is(err, netsuite.ErrNotFound) {
		return nil, keepUnknown(fmt.Errorf("%w: %w", errGone, err))
	} else if err != nil {
		return nil, keepUnknown(err)
	}
	tasks, err := s.Tasks(ctx, job)
	if err != nil {
		return nil, keepUnknown(err)
	}
	if len(tasks) != count {
		return nil, s.strange(ctx, job, tasks)
	}
	outcomes := make([]Outcome, count)
	s.each(count, func(n int) { outcomes[n] = s.outcome(ctx, job, tasks[n]) })
	return outcomes, nil
}

// strange judges a job that has not one task for each record. One whose only task has
// failed was refused as a whole.
func (s *Service) strange(ctx context.Context, job string, tasks []string) error {
	if len(tasks) == 1 {
		_, err := s.Result(ctx, job, tasks[0])
		if FailedTask(err) {
			return err
		}
	}
	return fmt.Errorf("%w: job %s has %d", errCount, job, len(tasks))
}

// outcome reads what became of one task's record.
func (s *Service) outcome(ctx context.Context, job, task string) Outcome {
	r, err := s.Result(ctx, job, task)
	switch {
	case FailedTask(err):
		return Outcome{Err: err}
	case err != nil:
		return Outcome{Err: keepUnknown(err)}
	}
	return Outcome{Ref: netsuite.RefOf(r.Header)}
}

// unknown is an error of asking what became of a write: it says nothing of the write.
type unknown struct{ error }

func keepUnknown(err error) error { return unknown{err} }

// Is keeps what the connection failed with in sight. Of a fault only its words are
// shown: it was not the write that was refused.
func (u unknown) Is(target error) bool {
	return errors.Is(u.error, target) && slices.Contains([]error{netsuite.ErrLogin, netsuite.ErrConcurrency, errGone, ErrPending, context.Canceled, context.DeadlineExceeded}, target)
}

// errGone says that NetSuite no longer knows a job.
var errGone = errors.New("netsuite: there is no such job any more")

// each calls f for so many numbers, Width at a time.
func (s *Service) each(count int, f func(n int)) {
	numbers := make(chan int, count)
	for n := range count {
		numbers <- n
	}
	close(numbers)
	var wg sync.WaitGroup
	for range min(max(s.Width, 1), count) {
		wg.Go(func() {
			for n := range numbers {
				f(n)
			}
		})
	}
	wg.Wait()
}

// Recall finds out what became of a batch of so many records that was sent, or was to
// be sent, with the key. It reports false where NetSuite has not taken the batch, and
// then never will, or knows nothing of it any more: nothing is under way then, and what
// the records themselves show is all that can be known.
func (s *Service) Recall(ctx context.Context, recordType string, key Key, count int) (outcomes []Outcome, taken bool, err error) {
	job, err := s.Find(ctx, recordType, key)
	if err != nil || job == "" {
		return nil, false, err
	}
	outcomes, err = s.Outcomes(ctx, job, count)
	switch {
	case err == nil:
		if count == 1 && s.isList(ctx, job) {
			return nil, false, nil
		}
		return outcomes, true, nil
	case FailedTask(err) && netsuite.Applied(err) == netsuite.NotApplied, errors.Is(err, errGone):
		return nil, false, nil
	case errors.Is(err, errCount) && s.isList(ctx, job):
		return nil, false, nil // the job of an earlier Find
	}
	return nil, true, err
}

// isList reports whether a job is that of a Find: its one task was answered with a list.
func (s *Service) isList(ctx context.Context, job string) bool {
	tasks, err := s.Tasks(ctx, job)
	if err != nil || len(tasks) != 1 {
		return false
	}
	r, err := s.Result(ctx, job, tasks[0])
	if err != nil || r.Status != http.StatusOK {
		return false
	}
	var list tasksJSON
	return restform.Decode(r.Body, &list) == nil && list.Items != nil
}
