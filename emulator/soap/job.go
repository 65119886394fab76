package soap

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/search"
)

// Bounds of asynchronous jobs (Oracle help, section_3770809638).
const (
	jobLife      = 30 * 24 * time.Hour
	maxJobResult = 20 // how often a job's result may be fetched
)

// jobs are the asynchronous jobs of the account: one queue, worked in the order
// in which they came.
type jobs struct {
	mu      sync.Mutex
	byID    map[string]*job
	waiting []*job
	closed  bool
	idle    chan struct{} // closed when no job is left; nil while none is
}

// job is one asynchronous operation.
type job struct {
	id        string
	operation string
	call      *call
	began     time.Time
	state     string // as AsyncStatusType says it
	total     int
	done      int
	fetched   int

	list  *envelope.Element // of a list operation
	query *search.Query     // of a search
	hits  []*search.Hit
	err   error
}

// asyncOperations are what the jobs do: the synchronous operation, and the type
// of the result.
var asyncOperations = map[string]struct {
	do     operation
	result string
}{
	"asyncAddList": {list(addRecord), "AsyncAddListResult"}, "asyncUpdateList": {list(updateRecord), "AsyncUpdateListResult"},
	"asyncUpsertList": {list(upsertRecord), "AsyncUpsertListResult"}, "asyncDeleteList": {(*call).deleteList, "AsyncDeleteListResult"},
	"asyncGetList": {(*call).getList, "AsyncGetListResult"}, "asyncInitializeList": {(*call).initializeList, "AsyncInitializeListResult"},
	"asyncSearch": {nil, "AsyncSearchResult"},
}

// submit queues the operation as a job.
func (c *call) submit() (*envelope.Element, error) {
	for _, name := range []string{"record", "baseRef", "initializeRecord"} {
		if _, err := c.entries(name); err != nil {
			return nil, err
		}
	}
	j := &job{
		id: "ASYNC" + c.nsID, operation: c.Operation, call: c, began: c.Now(), state: "pending", total: len(c.body.Children),
	}
	c.ctx = context.WithoutCancel(c.ctx)
	c.onEntry = func() { c.jobs.progress(j) }
	if err := c.jobs.add(j); err != nil {
		return nil, err
	}
	return c.jobStatus(j), nil
}

func (s *jobs) add(j *job) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.New("the service is closed")
	}
	if s.byID == nil {
		s.byID = map[string]*job{}
	}
	s.byID[j.id] = j
	s.waiting = append(s.waiting, j)
	if s.idle == nil {
		s.idle = make(chan struct{})
		go s.work()
	}
	return nil
}

// work does the jobs that wait, one after the other.
func (s *jobs) work() {
	for {
		j := s.next()
		if j == nil {
			return
		}
		err := j.run()
		s.finish(j, err)
	}
}

func (s *jobs) next() *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.waiting) == 0 {
		close(s.idle)
		s.idle = nil
		return nil
	}
	j := s.waiting[0]
	s.waiting = s.waiting[1:]
	j.state = "processing"
	return j
}

func (s *jobs) progress(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j.done++
}

// finish says how a job ended: with errors if a record was refused.
func (s *jobs) finish(j *job, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j.state, j.done, j.err = "finished", j.total, err
	if err != nil {
		j.state = "failed"
		return
	}
	if j.list != nil {
		for _, entry := range j.list.Children {
			for _, status := range entry.Children {
				if status.Name == "status" && len(status.Attrs) > 0 && status.Attrs[0].Value == "false" {
					j.state = "finishedWithErrors"
				}
			}
		}
	}
}

// run does the work of a job.
func (j *job) run() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("asynchronous job %s: %v", j.id, p)
			j.call.Log.Error("emulator: SOAP job panicked", "job", j.id, "panic", p)
		}
	}()
	c := j.call
	if j.operation != "asyncSearch" {
		j.list, err = asyncOperations[j.operation].do(c)
		return err
	}
	e := c.engine()
	if j.query, err = c.compile(e, c.child("searchRecord"), c.prefs); err == nil {
		j.hits, err = e.Run(c.ctx, j.query)
	}
	return err
}

// close lets the job at work end and drops the others.
func (s *jobs) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.wait()
}

// wait waits until no job is left.
func (s *jobs) wait() {
	s.mu.Lock()
	idle := s.idle
	s.mu.Unlock()
	if idle != nil {
		<-idle
	}
}

// Wait waits until no asynchronous job is left.
func (s *Service) Wait() { s.jobs.wait() }

// Close ends the asynchronous jobs.
func (s *Service) Close() { s.jobs.close() }

// find returns the job that the request names, if it has not expired.
func (c *call) job() (*job, error) {
	id := c.child("jobId").Value()
	c.jobs.mu.Lock()
	defer c.jobs.mu.Unlock()
	j := c.jobs.byID[id]
	if j == nil || c.Now().Sub(j.began) > jobLife {
		return nil, refuse("asyncFault", "INVALID_JOB_ID", "The job %s does not exist.", id)
	}
	return j, nil
}

// jobStatus writes how far a job is.
func (c *call) jobStatus(j *job) *envelope.Element {
	c.jobs.mu.Lock()
	defer c.jobs.mu.Unlock()
	percent, left := 0.0, 0.0
	if j.total > 0 {
		percent = float64(j.done*100) / float64(j.total)
	}
	if j.state == "pending" || j.state == "processing" {
		left = float64(j.total-j.done) / 10
	}
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
	return envelope.New(c.core, "asyncStatusResult", c.coreText("jobId", j.id), c.coreText("status", j.state),
		c.coreText("percentCompleted", number(percent)), c.coreText("estRemainingDuration", number(left)))
}

func (c *call) checkAsyncStatus() (*envelope.Element, error) {
	j, err := c.job()
	if err != nil {
		return nil, err
	}
	return c.jobStatus(j), nil
}

// getAsyncResult answers what a job that is done has to tell.
func (c *call) getAsyncResult() (*envelope.Element, error) {
	j, err := c.job()
	if err != nil {
		return nil, err
	}
	c.jobs.mu.Lock()
	state := j.state
	j.fetched++
	fetched := j.fetched
	c.jobs.mu.Unlock()
	switch {
	case state == "pending" || state == "processing":
		return nil, refuse("asyncFault", "JOB_NOT_COMPLETE", "The job %s is not complete.", j.id)
	case fetched > maxJobResult:
		return nil, refuse("asyncFault", "INVALID_JOB_ID", "The result of the job %s has been fetched %d times.", j.id, maxJobResult)
	}
	out := envelope.New(c.msgs, "asyncResult").As(c.shapes.Type("platformMsgs", asyncOperations[j.operation].result))
	if j.operation != "asyncSearch" {
		if j.err != nil {
			return nil, j.err
		}
		out.Add(j.list)
		return out, nil
	}
	index, err := strconv.Atoi(c.child("pageIndex").Value())
	if err != nil {
		return nil, refuse("asyncFault", "INVALID_PAGE_INDEX", "There is no such page.")
	}
	if j.err != nil {
		status, err := c.judge(nil, j.err)
		out.Add(envelope.New(c.core, "searchResult", status))
		return out, err
	}
	if refused := c.pageSizeRefused(j.call.prefs.pageSize, 2*maxPage); refused != nil {
		out.Add(refused)
		return out, nil
	}
	result, err := c.pageOf(c.engine(), j.query, j.hits, j.call.prefs, index, j.id)
	out.Add(result)
	return out, err
}
