// Package outcome judges what became of requests to NetSuite, and keeps its own words.
package outcome

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/form"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sendby"
	"github.com/sluicehq/sluice/netsuite"
)

// MaxShown is how much of a request or answer a record error keeps.
const MaxShown = 4 << 10

// Result judges one request's end.
func Result(ref netsuite.Ref, err error, request sluice.Record) sluice.Result {
	switch {
	case err == nil:
		return sluice.Result{State: sluice.ResultWritten, ID: ref.ID}
	case onlyWaited(err):
		return sluice.Result{State: sluice.ResultNotSent}
	case netsuite.Applied(err) == netsuite.Unknown:
		return sluice.Result{State: sluice.ResultUnknown, Failure: Failure(err, request)}
	case ConcernsConnection(err):
		return sluice.Result{State: sluice.ResultNotSent, Failure: Failure(err, request)}
	}
	return sluice.Result{State: sluice.ResultRefused, Failure: Failure(err, request)}
}

// onlyWaited reports whether the time to send a request ended while it waited for
// its turn. One that could not be delivered before has failed for that reason.
func onlyWaited(err error) bool {
	transport, ok := errors.AsType[*netsuite.TransportError](err)
	return ok && !transport.Sent && errors.Is(transport, sendby.Late{})
}

// ConcernsConnection reports whether the error would meet every other record as
// well: the run then stops instead of failing them one by one.
func ConcernsConnection(err error) bool {
	var transport *netsuite.TransportError
	return errors.Is(err, netsuite.ErrLogin) || errors.Is(err, netsuite.ErrConcurrency) || errors.Is(err, netsuite.ErrUnavailable) || errors.As(err, &transport)
}

// Failure keeps NetSuite's own words, and sorts them by the cure they need.
func Failure(err error, request sluice.Record) *sluice.Failure {
	f := &sluice.Failure{Code: "netsuite.no_answer", Classification: sluice.ClassUnknown, Message: err.Error(), Request: sent(err, request)}
	var fault *netsuite.Fault
	if !errors.As(err, &fault) {
		var input *netsuite.InputError
		if errors.As(err, &input) {
			f.Code, f.Classification, f.Where = "netsuite.request", sluice.ClassValue, input.Field
		}
		return f
	}
	f.Code, f.Message = fault.Code, fault.Message()
	if f.Message == "" {
		f.Message = fault.Error()
	}
	for _, d := range fault.Details {
		if d.Path != "" {
			f.Where = d.Path
			break
		}
	}
	f.Response = fmt.Sprintf("HTTP %d, operation %s", fault.Status, fault.OperationID)
	f.Classification, f.Remedy = classify(err, f)
	return f
}

func classify(err error, f *sluice.Failure) (sluice.Classification, string) {
	text := strings.ToLower(f.Message)
	switch {
	case errors.Is(err, netsuite.ErrServer):
		return sluice.ClassIntermittent, "Retry it later"
	case errors.Is(err, netsuite.ErrPermission):
		return sluice.ClassPermission, "Give the role the permission for this record type at the level that the operation needs"
	case errors.Is(err, netsuite.ErrNotFound):
		return sluice.ClassMissing, "The record to change is not there: check its ID, or use upsert"
	case errors.Is(err, netsuite.ErrDuplicate):
		return sluice.ClassDuplicate, "The record exists already: use upsert or update, or resolve this error"
	case strings.Contains(text, "locked") || strings.Contains(text, "closed period"):
		return sluice.ClassLocked, "Unlock the record or its period in NetSuite, then retry"
	case strings.Contains(text, "invalid field value"):
		return sluice.ClassReference, "Import the record that the field points to first, then retry"
	}
	return sluice.ClassValue, "Correct the record or the mapping, then retry"
}

// sent shows the request: method, address without secrets, and body.
func sent(err error, body sluice.Record) string {
	line := ""
	if fault, ok := errors.AsType[*netsuite.Fault](err); ok {
		line = fault.Method + " " + fault.URL
	} else if t, ok := errors.AsType[*netsuite.TransportError](err); ok {
		line = t.Method + " " + t.URL
	}
	return strings.TrimSpace(line + "\n" + Shown(body))
}

// Shown writes a record for a record error. Bodies hold no credentials: those are
// in headers, which are not kept.
func Shown(r sluice.Record) string {
	if r == nil {
		return ""
	}
	text, err := json.Marshal(r)
	if err != nil {
		return ""
	}
	if len(text) > MaxShown {
		return string(text[:MaxShown]) + " …"
	}
	return string(text)
}

// Answered reports a failure that NetSuite itself has answered with. Its work on the
// request is over then, unlike behind a gateway that gave up waiting.
func Answered(err error) bool {
	fault, ok := errors.AsType[*netsuite.Fault](err)
	return ok && fault.Status == http.StatusInternalServerError && fault.Code != ""
}

// Missing reports that there is no such record.
func Missing(err error) bool { return errors.Is(err, netsuite.ErrNotFound) }

// OfShape says why a record is not sent.
func OfShape(err error, r sluice.Record) *sluice.Failure {
	f := &sluice.Failure{Code: sluice.ErrorCode(err), Classification: sluice.ClassValue, Message: err.Error(), Request: Shown(r)}
	var fields *form.ReadOnlyFields
	var zone *form.ZoneMissing
	switch {
	case errors.As(err, &fields):
		f.Code, f.Where = "netsuite.read_only", strings.Join(fields.Fields, ", ")
		f.Remedy = "Take the fields out of the mapping, or set Ignore read-only fields of the connection to Yes"
	case errors.As(err, &zone):
		f.Code, f.Where = "netsuite.time_zone", zone.Path
		f.Remedy = "Set the account's time zone in the connection (Setup > Company > Company Information)"
	}
	return f
}
