package async

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/session"
)

type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

type linked struct {
	Links []link `json:"links"`
}

type jobBody struct {
	linked
	Completed bool     `json:"completed"`
	ID        string   `json:"id"`
	Progress  progress `json:"progress"`
	Task      linked   `json:"task"`
}

type taskBody struct {
	linked
	Completed bool     `json:"completed"`
	EndTime   string   `json:"endTime,omitempty"`
	ID        string   `json:"id"`
	Progress  progress `json:"progress"`
	StartTime string   `json:"startTime,omitempty"`
}

type taskList struct {
	linked
	Count int      `json:"count"`
	Items []linked `json:"items"`
}

// ServeHTTP tells of jobs (job/1), tasks (job/1/task, job/1/task/2) and results
// (job/1/task/2/result), each to the user who sent the request.
func (q *Queue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ses := session.From(r.Context())
	if ses == nil {
		fault.Write(w, fault.New(http.StatusUnauthorized, fault.InvalidLogin, "Invalid login attempt."))
		return
	}
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", "GET")
		fault.Write(w, fault.New(http.StatusMethodNotAllowed, fault.MethodNotAllowed, "The HTTP method %s is not supported for this resource.", r.Method))
		return
	}
	rest, _ := strings.CutPrefix(r.URL.Path, Path)
	if refused := q.answer(w, r, ses, strings.Split(strings.Trim(rest, "/"), "/")); refused != nil {
		fault.Write(w, refused)
	}
}

func (q *Queue) answer(w http.ResponseWriter, r *http.Request, ses *session.Session, path []string) *fault.Fault {
	q.mu.Lock()
	defer q.mu.Unlock()
	absent := fault.New(http.StatusNotFound, fault.NonexistentID, "The record instance does not exist. Provide a valid record instance ID.")
	if len(path) < 2 || path[0] != "job" || len(path) > 2 && path[2] != "task" || len(path) > 4 && path[4] != "result" || len(path) > 5 {
		return absent
	}
	j := q.find(ses, number(path[1]))
	if j == nil {
		return absent
	}
	at := base(r) + Path + "job/" + strconv.Itoa(j.id)
	switch len(path) {
	case 2:
		return write(w, j.body(at))
	case 3:
		return write(w, j.list(at+"/task"))
	}
	n := number(path[3])
	if n < 1 || n > len(j.tasks) {
		return absent
	}
	t := j.tasks[n-1]
	if len(path) == 4 {
		return write(w, t.body(at+"/task/"+path[3]))
	}
	if j.query && !Prefers(r.Header, "transient", "") {
		return fault.New(http.StatusBadRequest, fault.InvalidHeader,
			"Missing or invalid value for the header Prefer. Provide the value transient.").InHeader(preferHeader)
	}
	if t.result.status == 0 {
		return fault.New(http.StatusNotFound, fault.NonexistentID, "The task is not completed. There is no result yet.")
	}
	t.result.send(w)
	return nil
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

func write(w http.ResponseWriter, v any) *fault.Fault {
	w.Header().Set("Content-Type", "application/vnd.oracle.resource+json; type=singular; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(v) // the client is gone if this fails
	return nil
}

// body says that a job succeeded when it was worked, whatever became of its
// tasks: that is what clients have seen.
func (j *job) body(at string) jobBody {
	b := jobBody{linked: linked{[]link{{"self", at}}}, Completed: true, ID: strconv.Itoa(j.id), Progress: succeeded,
		Task: linked{[]link{{"self", at + "/task"}}}}
	begun := false
	for _, t := range j.tasks {
		begun = begun || t.progress != pending
		b.Completed = b.Completed && !t.ended.IsZero()
	}
	switch {
	case b.Completed:
	case begun:
		b.Progress = processing
	default:
		b.Progress = pending
	}
	return b
}

// list has the links of all tasks in one item, as Oracle's help prints it
// (article_0127092747).
func (j *job) list(at string) taskList {
	var all linked
	for _, t := range j.tasks {
		all.Links = append(all.Links, link{"self", at + "/" + strconv.Itoa(t.id)})
	}
	return taskList{linked: linked{[]link{{"self", at}}}, Count: 1, Items: []linked{all}}
}

func (t *task) body(at string) taskBody {
	b := taskBody{ID: strconv.Itoa(t.id), Progress: t.progress, Completed: !t.ended.IsZero(), StartTime: stamp(t.started), EndTime: stamp(t.ended)}
	if b.Completed {
		b.Links = append(b.Links, link{"related", at + "/result"})
	}
	b.Links = append(b.Links, link{"self", at})
	return b
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// result is an answer that is kept.
type result struct {
	status int
	header http.Header
	body   []byte
}

func (r result) send(w http.ResponseWriter) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body) // the client is gone if this fails
}

// recorder keeps what a service answers.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header returns the answer's header.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader takes the first status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write takes the body.
func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

func (r *recorder) result() result {
	r.WriteHeader(http.StatusOK)
	return result{r.status, r.header, r.body.Bytes()}
}
