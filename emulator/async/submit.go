package async

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/session"
)

// The headers that concern jobs.
const (
	preferHeader = "Prefer"
	keyHeader    = "X-NetSuite-Idempotency-Key"
)

var uuid = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// Prefers reports whether the request has the preference, with its value if one
// is given: Prefers(h, "batch-processing", "parallel").
func Prefers(h http.Header, name, value string) bool {
	for p := range strings.SplitSeq(strings.Join(h.Values(preferHeader), ","), ",") {
		n, v, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(n, name) && strings.EqualFold(strings.Trim(v, `"`), value) {
			return true
		}
	}
	return false
}

// Take queues the requests to a service that prefer it, and passes the others
// on. split cuts a batch into the requests for its records; it returns nil for a
// request that is no batch. A nil split knows no batches.
func (q *Queue) Take(service http.Handler, split func(*http.Request, []byte) ([]Work, *fault.Fault)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Prefers(r.Header, "respond-async", "") {
			service.ServeHTTP(w, r)
			return
		}
		if refused := q.submit(w, r, service, split); refused != nil {
			fault.Write(w, refused)
		}
	})
}

func (q *Queue) submit(w http.ResponseWriter, r *http.Request, service http.Handler, split func(*http.Request, []byte) ([]Work, *fault.Fault)) *fault.Fault {
	key := r.Header.Get(keyHeader)
	if key != "" && !uuid.MatchString(key) {
		return fault.New(http.StatusBadRequest, fault.InvalidHeader, "Invalid value '%s' of the %s header. Provide a UUID.", key, keyHeader).InHeader(keyHeader)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fault.New(http.StatusBadRequest, fault.InvalidContent, "Invalid content in the request body.")
	}
	var parts []Work
	if split != nil {
		var refused *fault.Fault
		if parts, refused = split(r, body); refused != nil {
			return refused
		}
	}
	if parts == nil {
		parts = []Work{{Request: again(r, r.Method, r.URL.RequestURI(), body)}}
	}
	j := &job{owner: session.From(r.Context()).EmployeeID, handler: service, query: split == nil,
		parallel: Prefers(r.Header, "batch-processing", "parallel")}
	for i, part := range parts {
		j.tasks = append(j.tasks, &task{id: i + 1, work: part, progress: pending})
	}
	first, isNew := q.add(j, strings.ToLower(key))
	w.Header().Set("Preference-Applied", "respond-async")
	w.Header().Set("Location", base(r)+Path+"job/"+strconv.Itoa(first.id))
	if !isNew {
		return fault.New(http.StatusConflict, fault.IdempotencyError,
			`A request with the same idempotency key is already submitted. See the "Location" header for a link to the previously submitted job`)
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// again is a request like r to be worked later: by the same user, with the
// preferences that concern the service.
func again(r *http.Request, method, target string, body []byte) *http.Request {
	next := r.Clone(context.WithoutCancel(r.Context()))
	u := *r.URL
	if parsed, err := u.Parse(target); err == nil {
		parsed.Scheme, parsed.Host = r.URL.Scheme, r.URL.Host
		next.URL = parsed
	}
	next.Method, next.RequestURI = method, next.URL.RequestURI()
	next.Body, next.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	transient := Prefers(r.Header, "transient", "")
	next.Header.Del(preferHeader)
	if transient {
		next.Header.Set(preferHeader, "transient")
	}
	return next
}

// Again is the request for one record of a batch.
func Again(r *http.Request, method, target string, body []byte) *http.Request {
	next := again(r, method, target, body)
	next.Header.Del("Content-Type")
	return next
}

// base is the address that links begin with: the one the request came to.
func base(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	if r.URL.Scheme != "" { // set by a front that knows better
		scheme = r.URL.Scheme
	}
	return scheme + "://" + r.Host
}
