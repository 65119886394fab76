package suitetalk

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sluicehq/sluice/netsuite"
)

// batchServer stands before an account and works on batches as Oracle's help describes
// them (article_0127092747), record by record, so that what single requests mean for a
// record is what batches mean. Everything else it passes on.
type batchServer struct {
	*httptest.Server
	t       testing.TB
	account *netsuite.Client
	proxy   *httputil.ReverseProxy

	mu      sync.Mutex
	jobs    [][]*netsuite.Response // results of the tasks
	keys    map[string]int         // number of the job
	batches []string               // method and number of records of each
	singles int                    // writes of one record

	refuses   bool                         // batches, as an account before 2026.1
	interrupt func(r *http.Request) string // "before", "after", "gone" or ""
}

func newBatchServer(t testing.TB, emulator string, account *netsuite.Client) *batchServer {
	t.Helper()
	target, err := url.Parse(emulator)
	if err != nil {
		t.Fatal(err)
	}
	s := &batchServer{t: t, account: account, keys: map[string]int{}}
	s.proxy = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host // it is signed
	}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *batchServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	batch := slices.Contains(r.Header["Prefer"], "respond-async")
	path, looks := strings.CutPrefix(r.URL.Path, "/services/rest/async/v1/job/")
	if !batch && !looks {
		if strings.Contains(r.URL.Path, "/record/v1/") && r.Method != http.MethodGet {
			s.mu.Lock()
			s.singles++
			s.mu.Unlock()
		}
		s.proxy.ServeHTTP(w, r)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	moment := ""
	if s.interrupt != nil {
		moment = s.interrupt(r)
	}
	if moment == "before" {
		panic(http.ErrAbortHandler)
	}
	if moment == "gone" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	answer := httptest.NewRecorder()
	if looks {
		s.look(answer, strings.Split(path, "/"))
	} else {
		s.submit(answer, r)
	}
	if moment == "after" {
		panic(http.ErrAbortHandler)
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func (s *batchServer) submit(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, code string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"type":"","title":"","status":%d,"o:errorDetails":[{"detail":"made up","o:errorCode":%q}]}`, status, code)
	}
	key := r.Header.Get("X-NetSuite-Idempotency-Key")
	if n := s.keys[key]; n > 0 {
		w.Header().Set("Location", fmt.Sprintf("/services/rest/async/v1/job/%d", n))
		refuse(http.StatusConflict, "IDEMPOTENCY_ERROR")
		return
	}
	recordType := strings.TrimPrefix(r.URL.Path, "/services/rest/record/v1/")
	var results []*netsuite.Response
	switch r.Method {
	case http.MethodGet:
		results = []*netsuite.Response{{Status: 200, Body: []byte(`{"links":[],"items":[]}`)}}
	default:
		if s.refuses {
			refuse(http.StatusMethodNotAllowed, "INVALID_REQUEST")
			return
		}
		results = s.work(r, recordType)
		s.batches = append(s.batches, fmt.Sprint(r.Method, " ", len(results)))
	}
	s.jobs = append(s.jobs, results)
	s.keys[key] = len(s.jobs)
	w.Header().Set("Location", fmt.Sprintf("http://%s/services/rest/async/v1/job/%d", r.Host, len(s.jobs)))
	w.WriteHeader(http.StatusAccepted)
}

// work does with each record what a single request would.
func (s *batchServer) work(r *http.Request, recordType string) []*netsuite.Response {
	var results []*netsuite.Response
	if r.Method == http.MethodDelete {
		for _, id := range strings.Split(r.URL.Query().Get("ids"), ",") {
			results = append(results, s.single(r, recordType+"/"+id, nil))
		}
		return results
	}
	var body struct{ Items []map[string]any }
	decoder := json.NewDecoder(r.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&body); err != nil {
		s.t.Error(err)
	}
	for _, item := range body.Items {
		id, external := item["id"], fmt.Sprint("eid:", item["externalId"])
		path := recordType
		switch {
		case r.Method == http.MethodPut:
			path += "/" + external
		case r.Method == http.MethodPatch && id != nil:
			path += fmt.Sprint("/", id)
		case r.Method == http.MethodPatch:
			path += "/" + external
		}
		results = append(results, s.single(r, path, item))
	}
	return results
}

func (s *batchServer) single(r *http.Request, path string, item map[string]any) *netsuite.Response {
	query := r.URL.Query()
	query.Del("ids")
	call := netsuite.Call{Operation: "single", Effect: netsuite.Read, Method: r.Method, URL: s.account.Endpoints().SuiteTalk + "/services/rest/record/v1/" + path,
		Header: http.Header{"Content-Type": {"application/json"}, "X-Netsuite-Propertynamevalidation": r.Header["X-Netsuite-Propertynamevalidation"]}}
	if len(query) > 0 {
		call.URL += "?" + query.Encode()
	}
	if item != nil {
		data, err := json.Marshal(item)
		if err != nil {
			s.t.Error(err)
		}
		call.Body = func() ([]byte, error) { return data, nil }
	}
	var result *netsuite.Response
	call.Accept = func(r *netsuite.Response) error { result = r; return nil }
	call.Refuse = func(r *netsuite.Response) *netsuite.Fault { result = r; return nil }
	_ = s.account.Do(s.t.Context(), call) // a refusal is a result too
	return result
}

func (s *batchServer) look(w http.ResponseWriter, path []string) {
	var n, task int
	_, _ = fmt.Sscan(path[0], &n)
	results := s.jobs[n-1]
	if len(path) > 2 {
		_, _ = fmt.Sscan(path[2], &task)
	}
	switch len(path) {
	case 1:
		fmt.Fprintf(w, `{"id":"%d","completed":true,"progress":"succeeded"}`, n)
	case 2:
		var items []string
		for k := range results {
			items = append(items, fmt.Sprintf(`{"links":[{"rel":"self","href":"/services/rest/async/v1/job/%d/task/%d"}]}`, n, k+1))
		}
		_, _ = io.WriteString(w, `{"items":[`+strings.Join(items, ",")+`]}`)
	case 3:
		progress := "succeeded"
		if results[task-1].Status >= 300 {
			progress = "failed"
		}
		fmt.Fprintf(w, `{"id":"%d","completed":true,"progress":%q}`, task, progress)
	default:
		r := results[task-1]
		if location := r.Header.Get("Location"); location != "" {
			w.Header().Set("Location", location)
		}
		w.WriteHeader(r.Status)
		_, _ = w.Write(r.Body)
	}
}
