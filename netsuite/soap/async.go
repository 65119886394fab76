package soap

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// JobState is how far an asynchronous job is.
type JobState string

// The states. Jobs run one after the other, in the order in which they came, and
// are kept for 30 days (Oracle help section_3770809638).
const (
	JobPending            JobState = "pending"
	JobProcessing         JobState = "processing"
	JobRetry              JobState = "retry"
	JobFinished           JobState = "finished"
	JobFinishedWithErrors JobState = "finishedWithErrors"
	JobFailed             JobState = "failed"
)

// Job is an asynchronous job.
type Job struct {
	ID        string
	State     JobState
	Percent   string // of the work that is done, a decimal
	Remaining string // estimated, in NetSuite's own unit, a decimal
}

// Done reports whether the job will not go on.
func (j Job) Done() bool {
	return j.State == JobFinished || j.State == JobFinishedWithErrors || j.State == JobFailed
}

// Limits of asynchronous lists are twice those of the others; they are not
// divided, since each would be a job of its own (Oracle help section_N3418637).
var asyncLimits = map[string]int{"asyncAddList": 400, "asyncUpdateList": 200, "asyncUpsertList": 200, "asyncDeleteList": 400, "asyncGetList": 2000}

// AsyncAddList starts a job that creates records, 400 at most.
func (c *Client) AsyncAddList(ctx context.Context, records []*record.Element) (Job, error) {
	return c.asyncWrite(ctx, "asyncAddList", adding, records)
}

// AsyncUpdateList starts a job that changes records, 200 at most.
func (c *Client) AsyncUpdateList(ctx context.Context, records []*record.Element) (Job, error) {
	return c.asyncWrite(ctx, "asyncUpdateList", updating, records)
}

// AsyncUpsertList starts a job that creates or updates records, 200 at most.
func (c *Client) AsyncUpsertList(ctx context.Context, records []*record.Element) (Job, error) {
	return c.asyncWrite(ctx, "asyncUpsertList", upsert, records)
}

func (c *Client) asyncWrite(ctx context.Context, operation string, o operation, records []*record.Element) (Job, error) {
	parts, _, err := c.encodeRecords(o, records)
	if err != nil {
		return Job{}, err
	}
	return c.start(ctx, operation, netsuite.Write, parts, nil)
}

// AsyncDeleteList starts a job that deletes records, 400 at most.
func (c *Client) AsyncDeleteList(ctx context.Context, refs []record.Ref, reason *DeletionReason) (Job, error) {
	parts, err := c.encodeRefs(refs)
	if err != nil {
		return Job{}, err
	}
	last, err := c.reason(reason)
	if err != nil {
		return Job{}, err
	}
	return c.start(ctx, "asyncDeleteList", netsuite.Write, parts, last)
}

// AsyncGetList starts a job that reads records, 2,000 at most.
func (c *Client) AsyncGetList(ctx context.Context, refs []record.Ref) (Job, error) {
	parts, err := c.encodeRefs(refs)
	if err != nil {
		return Job{}, err
	}
	return c.start(ctx, "asyncGetList", netsuite.Read, parts, nil)
}

// AsyncInitializeList starts a job that fills records in.
func (c *Client) AsyncInitializeList(ctx context.Context, list []Initial) (Job, error) {
	parts, err := c.encodeInitials(list)
	if err != nil {
		return Job{}, err
	}
	return c.start(ctx, "asyncInitializeList", netsuite.Read, parts, nil)
}

// AsyncSearch starts a job that searches. There is no SearchMore: the result's
// pages are those of [Client.AsyncResult].
func (c *Client) AsyncSearch(ctx context.Context, searchRecord record.Element, prefs *SearchPreferences) (Job, error) {
	searchRecord.Name = "searchRecord"
	body, err := c.part("platformCore:SearchRecord", searchRecord)
	if err != nil {
		return Job{}, err
	}
	return c.job(ctx, &request{operation: "asyncSearch", what: searchRecord.TypeName(), effect: netsuite.Read,
		headers: withSearch, search: prefs, parts: [][]byte{body}})
}

func (c *Client) start(ctx context.Context, operation string, effect netsuite.Effect, parts [][]byte, last []byte) (Job, error) {
	n := len(parts)
	if limit, ok := asyncLimits[operation]; n == 0 || ok && n > limit {
		return Job{}, inputError("records", fmt.Sprintf("%d records: one job takes 1 to %d", n, limit))
	}
	if last != nil {
		parts = append(parts, last)
	}
	return c.job(ctx, &request{operation: operation, what: strconv.Itoa(n) + " records", effect: effect, headers: withPreferences, parts: parts})
}

// AsyncStatus asks how far a job is.
func (c *Client) AsyncStatus(ctx context.Context, jobID string) (Job, error) {
	if err := requireText("jobId", jobID); err != nil {
		return Job{}, err
	}
	return c.job(ctx, &request{operation: "checkAsyncStatus", what: jobID, effect: netsuite.Read, headers: withPreferences,
		parts: [][]byte{textPart("jobId", jobID)}})
}

func (c *Client) job(ctx context.Context, r *request) (Job, error) {
	r.job = true
	e, err := c.result(ctx, r)
	if err != nil {
		return Job{}, err
	}
	j := Job{ID: e.Value("jobId"), State: JobState(e.Value("status")), Percent: e.Value("percentCompleted"), Remaining: e.Value("estRemainingDuration")}
	if j.ID == "" {
		return j, missingIn(r, "jobId")
	}
	return j, nil
}

// AwaitJob asks for a job's status, waiting longer each time from a second up to
// a minute, until it is done or ctx ends.
func (c *Client) AwaitJob(ctx context.Context, jobID string) (Job, error) {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		j, err := c.AsyncStatus(ctx, jobID)
		if err != nil || j.Done() {
			return j, err
		}
		if err := c.sleep(ctx, wait); err != nil {
			return j, err
		}
	}
}

// AsyncResult is one page of what a job brought. One of the three is set, after
// what the job did.
type AsyncResult struct {
	Written []WriteResult
	Read    []ReadResult
	Found   Page
}

// AsyncResult returns a page of the result of a job that is done, from 1. NetSuite
// gives the result of one job 20 times (Oracle help section_3771740553). A job
// that still runs is ErrNotFinished.
func (c *Client) AsyncResult(ctx context.Context, jobID string, page int) (AsyncResult, error) {
	if err := requireText("jobId", jobID); err != nil {
		return AsyncResult{}, err
	}
	r := &request{operation: "getAsyncResult", what: jobID, effect: netsuite.Read, headers: withPreferences,
		parts: [][]byte{textPart("jobId", jobID), textPart("pageIndex", strconv.Itoa(page))}}
	var result AsyncResult
	found := false
	err := c.call(ctx, r, func(a *answer) error {
		result = AsyncResult{}
		return a.each(func(string) error { // asyncResult
			return a.each(func(name string) (err error) {
				found = true
				switch name {
				case "writeResponseList":
					result.Written, err = a.writeResponseList(r)
				case "readResponseList":
					result.Read, err = a.readResponseList(r)
				case "searchResult":
					result.Found, err = a.page(r)
				}
				return err
			})
		})
	})
	if err == nil && !found {
		err = missingIn(r, "asyncResult")
	}
	return result, err
}
