// Package async takes requests that prefer to be answered later: it queues them
// as jobs, works them one after the other, and tells of jobs, tasks and results
// under /services/rest/async/v1 (Oracle help, chapter_161251386312).
package async

import (
	"net/http"
	"sync"
	"time"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/session"
)

// Path is where jobs are.
const Path = "/services/rest/async/v1/"

// Work is one task of a job: a request to work, or the reason why there is none.
type Work struct {
	Request *http.Request
	Refused *fault.Fault
}

// Options configure a Queue.
type Options struct {
	// Now is the account's clock; nil = time.Now.
	Now func() time.Time
	// Before is asked before each task is worked: it may wait, and return a
	// refusal to have the task fail. nil asks nobody.
	Before func(*http.Request) *fault.Fault
}

// Queue holds the jobs of an account, those that are done too. Sequential
// batches and single requests are worked in the order in which they came, by one
// processor; the tasks of a parallel batch beside each other.
type Queue struct {
	opt Options

	mu     sync.Mutex
	idle   *sync.Cond // a job ended
	jobs   []*job     // by ID, from 1
	keys   map[string]*job
	next   int // index of the job that is worked next
	active bool
	closed bool
}

// New returns an empty queue.
func New(o Options) *Queue {
	if o.Now == nil {
		o.Now = time.Now
	}
	q := &Queue{opt: o, keys: map[string]*job{}}
	q.idle = sync.NewCond(&q.mu)
	return q
}

// job is one request that is answered later; of a batch, all its records.
type job struct {
	id       int
	owner    string // the employee
	query    bool   // to the query service, whose results want Prefer: transient
	parallel bool
	handler  http.Handler
	tasks    []*task
}

// task is one request of a job. Its fields are the queue's to lock.
type task struct {
	id       int
	work     Work
	started  time.Time
	ended    time.Time
	progress progress
	result   result
}

type progress string

const (
	pending    progress = "pending"
	processing progress = "processing"
	succeeded  progress = "succeeded"
	failed     progress = "failed"
)

// add queues a job. A key that was used before returns the job that it is of.
func (q *Queue) add(j *job, key string) (first *job, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if first := q.keys[key]; key != "" && first != nil {
		return first, false
	}
	j.id = len(q.jobs) + 1
	q.jobs = append(q.jobs, j)
	if key != "" {
		q.keys[key] = j
	}
	if !q.active && !q.closed {
		q.active = true
		go q.process()
	}
	return j, true
}

// process works jobs until there are none.
func (q *Queue) process() {
	for {
		q.mu.Lock()
		if q.closed || q.next == len(q.jobs) {
			q.active = false
			q.idle.Broadcast()
			q.mu.Unlock()
			return
		}
		j := q.jobs[q.next]
		q.next++
		q.mu.Unlock()
		q.workJob(j)
	}
}

// beside is how many tasks of a parallel batch are worked at a time.
const beside = 5

func (q *Queue) workJob(j *job) {
	slots := make(chan struct{}, beside)
	var all sync.WaitGroup
	for _, t := range j.tasks {
		if !j.parallel {
			q.workTask(j, t)
			continue
		}
		slots <- struct{}{}
		all.Go(func() {
			q.workTask(j, t)
			<-slots
		})
	}
	all.Wait()
}

func (q *Queue) workTask(j *job, t *task) {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return
	}
	t.started, t.progress = q.opt.Now(), processing
	q.mu.Unlock()
	res := q.do(j, t)
	q.mu.Lock()
	defer q.mu.Unlock()
	t.result, t.ended, t.progress = res, q.opt.Now(), succeeded
	if res.status >= http.StatusBadRequest {
		t.progress = failed
	}
	t.work = Work{} // the body may be large
}

// do works a task and returns what the request would have been answered.
func (q *Queue) do(j *job, t *task) (res result) {
	rec := &recorder{header: http.Header{}}
	refused := t.work.Refused
	if refused == nil && q.opt.Before != nil {
		refused = q.opt.Before(t.work.Request)
	}
	if refused != nil {
		fault.Write(rec, refused)
		return rec.result()
	}
	defer func() {
		if recover() != nil {
			rec = &recorder{header: http.Header{}}
			fault.Write(rec, fault.New(http.StatusInternalServerError, fault.UnexpectedError, "An unexpected error occurred. Error ID: job%dtask%d", j.id, t.id))
			res = rec.result()
		}
	}()
	j.handler.ServeHTTP(rec, t.work.Request)
	return rec.result()
}

// Wait waits until no job is left to work.
func (q *Queue) Wait() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.active {
		q.idle.Wait()
	}
}

// Close drops the jobs that have not begun and waits for the task under way.
func (q *Queue) Close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.Wait()
}

// Open is the number of jobs that are not done.
func (q *Queue) Open() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := len(q.jobs) - q.next
	if q.active {
		n++
	}
	return n
}

// find returns the owner's job, or nil.
func (q *Queue) find(ses *session.Session, id int) *job {
	if id < 1 || id > len(q.jobs) || q.jobs[id-1].owner != ses.EmployeeID {
		return nil
	}
	return q.jobs[id-1]
}
