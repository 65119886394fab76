package async

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/internal/pause"
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
	return &Service{client: c, Width: 4, FirstLook: 100 * time.Millisecond, LongestPause: 5 * time.Second, Patience: 15 * time.Minute, Sleep: pause.For}
}

// ErrPending says that a job was not through when the patience with it was over.
var ErrPending = errors.New("netsuite: the job is not through yet")

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
