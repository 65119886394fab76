package async

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/internal/restform"
)

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
	earlier := earlierJob(&call)
	call.Accept = func(r *netsuite.Response) error {
		ref := netsuite.RefOf(r.Header)
		if r.Status != http.StatusAccepted {
			atOnce = &AtOnce{ref}
			return nil
		}
		job, atOnce = ref.ID, nil
		return restform.Missing(job == "", "job in its Location")
	}
	err = s.client.Do(ctx, call)
	if first, taken, unnamed := earlier(err); taken {
		return first, unnamed
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
	earlier := earlierJob(&call)
	err = s.client.Do(ctx, call)
	if first, taken, unnamed := earlier(err); taken {
		return first, unnamed
	}
	return "", err
}

// errUnnamed says that the key was used before, and not by which job. As it is no fault,
// what became of the call is unknown: it may be this very one that was sent before.
var errUnnamed = errors.New("netsuite: the idempotency key was used before, and NetSuite does not name the job")

// earlierJob makes the call remember the job that a refusal of its key names, and returns
// what tells of it once the call has ended. Oracle's help shows the refusal as HTTP 400,
// others have seen 409 (@brokenrubik/netsuite-sdk).
func earlierJob(call *netsuite.Call) func(error) (job string, taken bool, err error) {
	job := ""
	call.Refuse = func(r *netsuite.Response) *netsuite.Fault {
		job = restform.LastSegment(r.Header.Get("Location"))
		return nil
	}
	return func(err error) (string, bool, error) {
		fault, refused := errors.AsType[*netsuite.Fault](err)
		if !refused || fault.Status != http.StatusConflict && !hasCode(fault, keyTaken) {
			return "", false, nil
		}
		if job == "" {
			return "", true, errUnnamed
		}
		return job, true, nil
	}
}
