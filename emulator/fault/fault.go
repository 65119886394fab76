// Package fault holds the errors that the emulated account answers with and
// the one place where they become HTTP bodies.
//
// The shape is NetSuite's REST error: type, title, status and o:errorDetails
// (Oracle help, section_156570709583). SOAP and RESTlets render the same Fault
// in their own forms.
package fault

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Codes that NetSuite's REST services put in o:errorCode.
const (
	InvalidLogin           = "INVALID_LOGIN"
	InvalidRequest         = "INVALID_REQUEST"
	InvalidParameter       = "INVALID_PARAMETER"
	InvalidContent         = "INVALID_CONTENT"
	InvalidHeader          = "INVALID_HEADER"
	NonexistentField       = "NONEXISTENT_FIELD"
	NonexistentID          = "NONEXISTENT_ID"
	NonexistentType        = "NONEXISTENT_RECORD_TYPE"
	UserError              = "USER_ERROR"
	InsufficientPermission = "INSUFFICIENT_PERMISSION"
	ConcurrencyLimit       = "CONCURRENCY_LIMIT_EXCEEDED"
	UnexpectedError        = "UNEXPECTED_ERROR"
	MethodNotAllowed       = "METHOD_NOT_ALLOWED"
	IdempotencyError       = "IDEMPOTENCY_ERROR"
)

// Fault is a refusal with NetSuite's status, code and words.
type Fault struct {
	Status  int
	Details []Detail
}

// Detail is one entry of o:errorDetails. At most one of the places is set.
type Detail struct {
	Detail     string `json:"detail"`
	QueryParam string `json:"o:errorQueryParam,omitempty"`
	Header     string `json:"o:errorHeader,omitempty"`
	Path       string `json:"o:errorPath,omitempty"`
	URL        string `json:"o:errorUrl,omitempty"`
	Code       string `json:"o:errorCode"`
}

// New returns a fault with one detail.
func New(status int, code, format string, args ...any) *Fault {
	return &Fault{Status: status, Details: []Detail{{Detail: fmt.Sprintf(format, args...), Code: code}}}
}

// User returns a refusal by a business rule: 400 USER_ERROR with the prefix of
// NetSuite's record engine.
func User(format string, args ...any) *Fault {
	return New(http.StatusBadRequest, UserError, "Error while accessing a resource. "+format, args...)
}

// At sets the JSON path of the offending field (item.items[0].item).
func (f *Fault) At(path string) *Fault { f.Details[0].Path = path; return f }

// InParam names the offending query parameter.
func (f *Fault) InParam(name string) *Fault { f.Details[0].QueryParam = name; return f }

// InHeader names the offending request header.
func (f *Fault) InHeader(name string) *Fault { f.Details[0].Header = name; return f }

// Error returns the first detail with its code.
func (f *Fault) Error() string {
	return fmt.Sprintf("%d %s: %s", f.Status, f.Details[0].Code, f.Details[0].Detail)
}

// Code returns the first detail's code.
func (f *Fault) Code() string { return f.Details[0].Code }

type body struct {
	Type    string   `json:"type"`
	Title   string   `json:"title"`
	Status  int      `json:"status"`
	Code    string   `json:"o:errorCode,omitempty"`
	Details []Detail `json:"o:errorDetails"`
}

// Write answers a REST request with f.
func Write(w http.ResponseWriter, f *Fault) {
	b := body{Type: rfc9110(f.Status), Title: http.StatusText(f.Status), Status: f.Status, Details: f.Details}
	if f.Status == http.StatusTooManyRequests { // Oracle's sample has this odd envelope
		b.Title, b.Code = "Bad Request", UserError
		b.Type = "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html"
	}
	if f.Code() == IdempotencyError { // and so has this: 400 in the body, while clients saw 409
		b.Title, b.Status = "Conflict", http.StatusBadRequest
		b.Type = "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.4.10"
	}
	w.Header().Set("Content-Type", "application/vnd.oracle.resource+json; type=error; charset=UTF-8")
	w.WriteHeader(f.Status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(b) // the client is gone if this fails
}

// rfc9110 returns the type URL that NetSuite prints: section 15.5.N describes
// status 400+N-1, section 15.6.N describes 500+N-1.
func rfc9110(status int) string {
	if status >= 500 {
		return fmt.Sprintf("https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.%d", status-499)
	}
	return fmt.Sprintf("https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.%d", status-399)
}
