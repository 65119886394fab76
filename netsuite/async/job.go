package async

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/internal/restform"
)

// Service makes asynchronous calls. Its fields may be set before its first use.
type Service struct {
	client *netsuite.Client

	// Width is how many results of a batch are fetched at one time, and how many
	// batches Write has under way: 4 by default. The client's slots bound it further.
	Width int
	// FirstLook is the pause before the second look at a job that is not through. The
	// pauses are doubled, up to LongestPause. The defaults are 100 ms and 5 s.
	FirstLook, LongestPause time.Duration
	// Patience is how long Wait goes on looking: 15 minutes by default, after which
	// NetSuite cuts calls that it answers at once (Oracle help, subsect_1559222360).
	Patience time.Duration
	// Sleep replaces the wait between looks.
	Sleep func(context.Context, time.Duration) error
}

// New returns a Service of the client.
func New(c *netsuite.Client) *Service {
	return &Service{client: c, Width: 4, FirstLook: 100 * time.Millisecond, LongestPause: 5 * time.Second, Patience: 15 * time.Minute, Sleep: sleep}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Key is an idempotency key: NetSuite carries out no two asynchronous calls with the
// same one (Oracle help, subsect_164494900632).
type Key string

// NewKey returns a random UUID (RFC 9562, version 4), the form that NetSuite asks for.
func NewKey() Key {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return Key(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

const (
	respondAsync = "respond-async"
	keyHeader    = "X-NetSuite-Idempotency-Key"
	keyTaken     = "IDEMPOTENCY_ERROR"
)

// ErrPending says that a job was not through when the patience with it was over.
var ErrPending = errors.New("netsuite: the job is not through yet")

// AtOnce is the error of a call that was answered with success and without a job: it was
// carried out at once. What became of the records of a batch is then not known.
type AtOnce struct {
	netsuite.Ref // what the answer names
}

// Error says so.
func (*AtOnce) Error() string { return "netsuite: the call was answered at once, not by a job" }

// Call is a call of the record service.
type Call struct {
	Operation string // for messages: "create customer"
	Method    string
	Path      string // below the record service: customer/107
	Query     url.Values
	Header    http.Header
	Body      any // marshalled to JSON; nil for none
	// Key makes the call safe to repeat. Without one a call whose answer is lost is
	// not repeated, and its outcome is unknown.
	Key Key
}

// Submit sends the call and returns the ID of its job. That the key was used before is
// no error: the ID is then that of the first call's job.
func (s *Service) Submit(ctx context.Context, c Call) (job string, err error) {
	call, err := s.call(c)
	if err != nil {
		return "", err
	}
	var atOnce *AtOnce
	earlier := ""
	call.Accept = func(r *netsuite.Response) error {
		ref := netsuite.RefOf(r.Header)
		if r.Status != http.StatusAccepted {
			atOnce = &AtOnce{ref}
			return nil
		}
		job, atOnce = ref.ID, nil
		return restform.Missing(job == "", "job in its Location")
	}
	call.Refuse = func(r *netsuite.Response) *netsuite.Fault {
		earlier = restform.LastSegment(r.Header.Get("Location"))
		return nil
	}
	err = s.client.Do(ctx, call)
	if fault, ok := errors.AsType[*netsuite.Fault](err); ok && earlier != "" && hasCode(fault, keyTaken) {
		return earlier, nil
	}
	if err == nil && atOnce != nil {
		return "", atOnce
	}
	return job, err
}

// call builds the request of a call.
func (s *Service) call(c Call) (netsuite.Call, error) {
	header := c.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header["Prefer"] = append([]string{respondAsync}, header["Prefer"]...)
	effect := netsuite.Write
	if c.Key != "" {
		header.Set(keyHeader, string(c.Key))
		effect = netsuite.Read // sent twice, it does no more than sent once
	}
	var body func() ([]byte, error)
	if c.Body != nil {
		data, err := restform.Body(c.Body)
		if err != nil {
			return netsuite.Call{}, &netsuite.InputError{Field: "body", Problem: err.Error()}
		}
		body = func() ([]byte, error) { return data, nil }
		if header.Get("Content-Type") == "" {
			header.Set("Content-Type", "application/json")
		}
	}
	u := s.client.Endpoints().SuiteTalk + restform.RecordPath + c.Path
	if len(c.Query) > 0 {
		u += "?" + restform.EncodeQuery(c.Query)
	}
	return netsuite.Call{Operation: c.Operation, Effect: effect, Method: c.Method, URL: u, Header: header, Body: body}, nil
}

func hasCode(f *netsuite.Fault, code string) bool {
	return f.Code == code || slices.ContainsFunc(f.Details, func(d netsuite.FaultDetail) bool { return d.Code == code })
}

// Find returns the job of the call that was sent with the key, or "" where NetSuite
// has taken no such call. In that case it never will: Find has used the key for a call
// of its own, which lists one record of the type and changes nothing, so that a call
// which is still on its way is refused when it arrives. The job that a second Find
// names may therefore be that of the first one; [Service.Recall] tells them apart.
func (s *Service) Find(ctx context.Context, recordType string, key Key) (job string, err error) {
	if !restform.IsType(recordType) || key == "" {
		return "", &netsuite.InputError{Field: "record type, key", Problem: "both are needed"}
	}
	call, err := s.call(Call{Operation: "look for the job of " + string(key), Method: http.MethodGet, Path: recordType,
		Query: url.Values{"limit": {"1"}}, Key: key})
	if err != nil {
		return "", err
	}
	call.Refuse = func(r *netsuite.Response) *netsuite.Fault {
		job = restform.LastSegment(r.Header.Get("Location"))
		return nil
	}
	err = s.client.Do(ctx, call)
	if fault, ok := errors.AsType[*netsuite.Fault](err); ok && job != "" && hasCode(fault, keyTaken) {
		return job, nil
	}
	return "", err
}

// Progress is how far NetSuite is with a job or a task. Other words may come.
type Progress string

// NetSuite's words for progress, as far as they are known.
const (
	Pending    Progress = "pending"
	Processing Progress = "processing"
	Succeeded  Progress = "succeeded"
	Failed     Progress = "failed"
)

// Job is what NetSuite tells of a job.
type Job struct {
	ID        string   `json:"id"`
	Completed bool     `json:"completed"`
	Progress  Progress `json:"progress"` // Succeeded once it is through, also where tasks failed
}

// Task is what NetSuite tells of a task.
type Task struct {
	ID        string    `json:"id"`
	Completed bool      `json:"completed"`
	Progress  Progress  `json:"progress"`
	StartTime time.Time `json:"startTime,omitzero"`
	EndTime   time.Time `json:"endTime,omitzero"`
}

// get reads what is below the job service.
func (s *Service) get(ctx context.Context, operation, path string, accept func(*netsuite.Response) error) error {
	return s.client.Do(ctx, netsuite.Call{
		Operation: operation, Effect: netsuite.Read, Method: http.MethodGet,
		URL: s.client.Endpoints().SuiteTalk + restform.JobPath + path, Accept: accept,
	})
}

// decoded reads an answer into target, which nothing of an earlier attempt is left in.
func decoded[T any](target *T) func(*netsuite.Response) error {
	return func(r *netsuite.Response) error {
		var fresh T
		err := restform.Decode(r.Body, &fresh)
		*target = fresh
		return err
	}
}

func checkIDs(ids ...string) error {
	for _, id := range ids {
		if !restform.IsID(id) {
			return &netsuite.InputError{Field: "job", Problem: fmt.Sprintf("%q is no ID of a job or task", id)}
		}
	}
	return nil
}

// Job asks how far a job is (Oracle help, subsect_161278579295).
func (s *Service) Job(ctx context.Context, id string) (Job, error) {
	if err := checkIDs(id); err != nil {
		return Job{}, err
	}
	var job Job
	err := s.get(ctx, "look at job "+id, id, func(r *netsuite.Response) error {
		err := decoded(&job)(r)
		return errors.Join(err, restform.Missing(job.Progress == "" && !job.Completed, "progress"))
	})
	return job, err
}

// Wait looks at a job until it is through. It gives up with ErrPending when its
// patience is over, and with the first error that the client does not get over.
func (s *Service) Wait(ctx context.Context, id string) (Job, error) {
	pause, waited := s.FirstLook, time.Duration(0)
	for {
		job, err := s.Job(ctx, id)
		if err != nil || job.Completed {
			return job, err
		}
		if waited >= s.Patience {
			return job, fmt.Errorf("%w: job %s is %s", ErrPending, id, job.Progress)
		}
		if err := s.Sleep(ctx, pause); err != nil {
			return job, err
		}
		waited += pause
		pause = min(2*pause, s.LongestPause)
	}
}

type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

type tasksJSON struct {
	HasMore bool `json:"hasMore"`
	Items   []struct {
		Links []link `json:"links"`
	} `json:"items"`
}

// Tasks returns the IDs of a job's tasks, one for each record of a batch, in the order
// in which those were sent.
func (s *Service) Tasks(ctx context.Context, job string) ([]string, error) {
	if err := checkIDs(job); err != nil {
		return nil, err
	}
	var list tasksJSON
	err := s.get(ctx, "list the tasks of job "+job, job+"/task", func(r *netsuite.Response) error {
		err := decoded(&list)(r)
		return errors.Join(err, restform.Missing(list.Items == nil, "items"), restform.Missing(list.HasMore, "whole list of tasks"))
	})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, item := range list.Items { // Oracle's own example has the links of all tasks in one item
		for _, l := range item.Links {
			if l.Rel == "self" {
				ids = append(ids, restform.LastSegment(l.Href))
			}
		}
	}
	return inOrder(ids), nil
}

// inOrder sorts tasks that are numbered from 1 by their numbers, and leaves others as
// they were listed.
func inOrder(ids []string) []string {
	numbered := make([]string, 0, len(ids))
	for n := range ids {
		numbered = append(numbered, fmt.Sprint(n+1))
	}
	for _, id := range numbered {
		if !slices.Contains(ids, id) {
			return ids
		}
	}
	return numbered
}

// Task asks how far a task is (Oracle help, subsect_161252896355).
func (s *Service) Task(ctx context.Context, job, task string) (Task, error) {
	if err := checkIDs(job, task); err != nil {
		return Task{}, err
	}
	var t Task
	err := s.get(ctx, "look at task "+task+" of job "+job, job+"/task/"+task, func(r *netsuite.Response) error {
		err := decoded(&t)(r)
		return errors.Join(err, restform.Missing(t.Progress == "" && !t.Completed, "progress"))
	})
	return t, err
}

// taskFault is the fault that a task ended with, in contrast to one of asking for it.
type taskFault struct{ *netsuite.Fault }

func (f *taskFault) Unwrap() error { return f.Fault }

// maxResults is how often a result is asked for that the service fails to give.
const maxResults = 5

// Result returns what a task's call was answered with. It accepts nothing but success:
// where the task has failed, the error is a *netsuite.Fault with the task's own status,
// and [FailedTask] reports true of it. Any other error is one of asking.
func (s *Service) Result(ctx context.Context, job, task string) (*netsuite.Response, error) {
	if err := checkIDs(job, task); err != nil {
		return nil, err
	}
	pause := s.FirstLook
	for attempt := 1; ; attempt++ {
		answer, err := s.result(ctx, job, task)
		if err == nil || FailedTask(err) || attempt == maxResults || !passes(err) || s.Sleep(ctx, pause) != nil {
			return answer, err
		}
		pause = min(2*pause, s.LongestPause)
	}
}

// passes reports an error of asking that another attempt may not meet.
func passes(err error) bool {
	var transport *netsuite.TransportError
	return errors.Is(err, netsuite.ErrServer) || errors.As(err, &transport) && transport.Sent && !errors.Is(err, context.Canceled)
}

// result asks once. The result of a task that has failed is an error with its status:
// only the task tells it from an error of asking.
func (s *Service) result(ctx context.Context, job, task string) (answer *netsuite.Response, err error) {
	err = s.client.Do(ctx, netsuite.Call{
		Operation: "read the result of task " + task + " of job " + job, Method: http.MethodGet,
		Effect: netsuite.Write, // a server failure is not asked for again: it may be the result
		URL:    s.client.Endpoints().SuiteTalk + restform.JobPath + job + "/task/" + task + "/result",
		Accept: func(r *netsuite.Response) error { answer = r; return nil },
	})
	fault, refused := errors.AsType[*netsuite.Fault](err)
	if !refused || errors.Is(err, netsuite.ErrLogin) || errors.Is(err, netsuite.ErrConcurrency) {
		return answer, err
	}
	if t, untold := s.Task(ctx, job, task); untold == nil && t.Progress == Failed {
		return nil, &taskFault{fault}
	}
	return nil, err
}

// FailedTask reports whether an error of Result is what the task itself ended with.
func FailedTask(err error) bool {
	_, is := errors.AsType[*taskFault](err)
	return is
}
