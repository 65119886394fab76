package async

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// record is one of the server's customers.
type record struct{ id, externalID, name string }

// result is what a task ended with.
type result struct {
	status   int
	location string
	body     string
}

type job struct {
	results []result
	looks   int // before it is through
}

// server keeps customers and works on asynchronous calls, as Oracle's help pages
// chapter_161251386312 and article_0127092747 describe them.
type server struct {
	t testing.TB

	mu        sync.Mutex
	customers []*record
	jobs      []*job
	keys      map[string]int // number of the job, from 1

	pending    int                                 // looks that find a job not through
	interrupts func(r *http.Request, n int) string // "before", "after", or "" for the n-th call of a method and path
	calls      map[string]int
	tasksAs    func(links []string) string // the list of tasks
	whole      bool                        // the job has one task, which refuses the whole batch
	tooLarge   int                         // records from which on a batch is too large
	conflict   int                         // status of a key that was used before
	unnamed    bool                        // without the job
	seen       []*http.Request
}

func fault(status int, code, detail string) string {
	return fmt.Sprintf(`{"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1","title":"Bad Request","status":%d,"o:errorDetails":[{"detail":%q,"o:errorCode":%q}]}`, status, detail, code)
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	call := r.Method + " " + r.URL.Path
	s.calls[call]++
	s.seen = append(s.seen, r)
	interrupt := ""
	if s.interrupts != nil {
		interrupt = s.interrupts(r, s.calls[call])
	}
	if interrupt == "before" {
		panic(http.ErrAbortHandler)
	}
	answer := httptest.NewRecorder()
	if path, ok := strings.CutPrefix(r.URL.Path, "/services/rest/async/v1/job/"); ok {
		s.look(answer, "http://"+r.Host, strings.Split(strings.TrimSuffix(path, "/"), "/"))
	} else {
		s.submit(answer, r, body)
	}
	if interrupt == "after" {
		panic(http.ErrAbortHandler)
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func (s *server) submit(w http.ResponseWriter, r *http.Request, body []byte) {
	recordType := strings.TrimPrefix(r.URL.Path, "/services/rest/record/v1/")
	if !slices.Contains(r.Header["Prefer"], "respond-async") {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	key := r.Header.Get("X-NetSuite-Idempotency-Key")
	if n := s.keys[key]; key != "" && n > 0 {
		if !s.unnamed {
			w.Header().Set("Location", fmt.Sprintf("/services/rest/async/v1/job/%d", n))
		}
		w.WriteHeader(s.conflict)
		_, _ = io.WriteString(w, fault(400, "IDEMPOTENCY_ERROR", "A request with the same key was submitted before."))
		return
	}
	var batch struct{ Items []map[string]any }
	if r.Method != http.MethodGet && r.Method != http.MethodDelete {
		if err := json.Unmarshal(body, &batch); err != nil {
			s.t.Error(err)
		}
		if s.tooLarge > 0 && len(batch.Items) >= s.tooLarge {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		if got := r.Header.Get("Content-Type"); got != "application/vnd.oracle.resource+json; type=collection" {
			s.t.Errorf("content type %q", got)
		}
	}
	j := &job{looks: s.pending}
	s.jobs = append(s.jobs, j)
	s.keys[key] = len(s.jobs)
	switch {
	case s.whole:
		j.results = []result{{400, "", fault(400, "INVALID_CONTENT", "Unknown property: items.")}}
	case r.Method == http.MethodGet && r.URL.Query().Has("ids"):
		for _, id := range strings.Split(r.URL.Query().Get("ids"), ",") {
			j.results = append(j.results, s.read(id))
		}
	case r.Method == http.MethodGet:
		j.results = []result{{200, "", `{"links":[],"items":[],"count":0,"hasMore":false,"totalResults":0}`}}
	case r.Method == http.MethodDelete:
		for _, id := range strings.Split(r.URL.Query().Get("ids"), ",") {
			j.results = append(j.results, s.remove(id))
		}
	default:
		for _, item := range batch.Items {
			j.results = append(j.results, s.write(r.Method, recordType, item))
		}
	}
	w.Header().Set("Preference-Applied", "respond-async")
	w.Header().Set("Location", fmt.Sprintf("http://%s/services/rest/async/v1/job/%d", r.Host, len(s.jobs)))
	w.WriteHeader(http.StatusAccepted)
}

func (s *server) find(id, externalID string) int {
	return slices.IndexFunc(s.customers, func(c *record) bool {
		return id != "" && c.id == id || id == "" && externalID != "" && c.externalID == externalID
	})
}

func (s *server) write(method, recordType string, item map[string]any) result {
	text := func(name string) string { v, _ := item[name].(string); return v }
	switch text("name") {
	case "broken":
		return result{500, "", fault(500, "UNEXPECTED_ERROR", "An unexpected error occurred. Error ID: abc")}
	case "bad":
		return result{400, "", fault(400, "USER_ERROR", "Please enter value(s) for: Company Name")}
	}
	at := s.find(text("id"), text("externalId"))
	switch {
	case method == http.MethodPost && at >= 0:
		return result{400, "", fault(400, "USER_ERROR", "This entity already exists.")}
	case method == http.MethodPatch && at < 0:
		return result{404, "", fault(404, "NONEXISTENT_ID", "The record instance does not exist. Provide a valid record instance ID.")}
	case at < 0:
		at = len(s.customers)
		s.customers = append(s.customers, &record{id: fmt.Sprint(1000 + at), externalID: text("externalId")})
	}
	s.customers[at].name += text("name") + ";"
	return result{204, "https://account/services/rest/record/v1/" + recordType + "/" + s.customers[at].id, ""}
}

func (s *server) read(id string) result {
	external, isExternal := strings.CutPrefix(id, "eid:")
	if isExternal {
		id = ""
	}
	at := s.find(id, external)
	if at < 0 {
		return result{404, "", fault(404, "NONEXISTENT_ID", "The record instance does not exist.")}
	}
	return result{200, "", fmt.Sprintf(`{"links":[],"id":%q,"name":%q,"amount":12.30}`, s.customers[at].id, s.customers[at].name)}
}

func (s *server) remove(id string) result {
	external, isExternal := strings.CutPrefix(id, "eid:")
	if isExternal {
		id = ""
	}
	at := s.find(id, external)
	if at < 0 {
		return result{404, "", fault(404, "NONEXISTENT_ID", "The record instance does not exist.")}
	}
	s.customers = slices.Delete(s.customers, at, at+1)
	return result{status: 204}
}

// held are the customers that are there.
func (s *server) held() []record {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []record
	for _, c := range s.customers {
		list = append(list, *c)
	}
	return list
}

func (s *server) idOf(externalID string) string {
	for _, c := range s.held() {
		if c.externalID == externalID {
			return c.id
		}
	}
	return ""
}

func (s *server) jobCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.jobs)
}

func (s *server) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = nil
}

func (s *server) asked() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// look answers for a job, its tasks, a task or its result.
func (s *server) look(w http.ResponseWriter, host string, path []string) {
	var n, task int
	_, _ = fmt.Sscan(path[0], &n)
	if n < 1 || n > len(s.jobs) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, fault(404, "NONEXISTENT_ID", "There is no such job."))
		return
	}
	j, base := s.jobs[n-1], fmt.Sprintf("%s/services/rest/async/v1/job/%d", host, n)
	if len(path) > 2 {
		_, _ = fmt.Sscan(path[2], &task)
	}
	switch len(path) {
	case 1:
		through, progress := j.looks <= 0, "succeeded"
		if !through {
			j.looks, progress = j.looks-1, "pending"
		}
		fmt.Fprintf(w, `{"links":[],"completed":%t,"id":"%d","progress":%q,"task":{"links":[]}}`, through, n, progress)
	case 2:
		var links []string
		for k := range j.results {
			links = append(links, fmt.Sprintf(`{"rel":"self","href":"%s/task/%d"}`, base, k+1))
		}
		_, _ = io.WriteString(w, s.tasksAs(links))
	case 3:
		progress := "succeeded"
		if j.results[task-1].status >= 300 {
			progress = "failed"
		}
		fmt.Fprintf(w, `{"links":[],"completed":true,"id":"%d","progress":%q,"startTime":"2026-03-01T10:00:00Z","endTime":"2026-03-01T10:00:02Z"}`, task, progress)
	case 4:
		r := j.results[task-1]
		if r.location != "" {
			w.Header().Set("Location", r.location)
		}
		w.WriteHeader(r.status)
		_, _ = io.WriteString(w, r.body)
	}
}

// oneEach lists each task as an item; together puts all links into one item, as
// Oracle's example does.
func oneEach(links []string) string {
	items := make([]string, len(links))
	for n, l := range links {
		items[n] = `{"links":[` + l + `]}`
	}
	return `{"links":[],"items":[` + strings.Join(items, ",") + `]}`
}

func together(links []string) string {
	backwards := slices.Clone(links)
	slices.Reverse(backwards)
	return `{"links":[],"count":1,"items":[{"links":[` + strings.Join(backwards, ",") + `]}]}`
}

// start serves and returns a Service whose waits take no time.
func start(t testing.TB) (*server, *Service) {
	t.Helper()
	s := &server{t: t, keys: map[string]int{}, calls: map[string]int{}, tasksAs: oneEach, conflict: http.StatusConflict}
	listener := httptest.NewServer(s)
	t.Cleanup(listener.Close)
	account, err := netsuite.ParseAccountID("1234567")
	if err != nil {
		t.Fatal(err)
	}
	noWait := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	c, err := netsuite.New(account, &auth.TBA{Realm: account.Realm(), ConsumerKey: "made-up", ConsumerSecret: auth.NewSecret("made-up"),
		TokenID: "made-up", TokenSecret: auth.NewSecret("made-up")}, netsuite.WithBaseURL(listener.URL), netsuite.WithSleep(noWait))
	if err != nil {
		t.Fatal(err)
	}
	service := New(c)
	service.Sleep = noWait
	return s, service
}
