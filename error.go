package sluice

import (
	"errors"
	"fmt"
	"strings"
)

// Error is a failure that a person is meant to read: what happened, where, and
// what to do about it. Anything that is not an Error is internal: its text goes
// to the log, never to a caller.
type Error struct {
	// Code is dotted and stable: connection.token_rejected, flow.unknown_key.
	Code string `json:"code"`
	// Message says what happened, in one sentence.
	Message string `json:"message"`
	// Where names the place: a field's path, a file with its row, a URL without secrets.
	Where string `json:"where,omitempty"`
	// Remedy says what to do.
	Remedy string `json:"remedy,omitempty"`
	// Problems lists everything that is wrong, when there is more than one thing.
	Problems []Problem `json:"problems,omitempty"`
	// Err is the cause, for the log only.
	Err error `json:"-"`
}

// Problem is one thing that is wrong with an input.
type Problem struct {
	Code    string `json:"code"`
	Path    string `json:"path"`           // steps[1].import.record
	Line    int    `json:"line,omitempty"` // from 1; 0 when the input has no lines
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// Errorf returns an Error with a code and a formatted message. A %w verb keeps the cause.
func Errorf(code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err)}
}

// At sets the place.
func (e *Error) At(where string) *Error { e.Where = where; return e }

// Fix sets the remedy.
func (e *Error) Fix(remedy string) *Error { e.Remedy = remedy; return e }

// Error returns message, place and remedy on one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	if e.Where != "" {
		fmt.Fprintf(&b, " (at %s)", e.Where)
	}
	for _, p := range e.Problems {
		fmt.Fprintf(&b, "\n  %s", p)
	}
	if e.Remedy != "" {
		fmt.Fprintf(&b, ". %s", e.Remedy)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// String returns place, message and remedy on one line.
func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", p.Line)
	}
	if p.Path != "" {
		fmt.Fprintf(&b, "%s: ", p.Path)
	}
	b.WriteString(p.Message)
	if p.Remedy != "" {
		fmt.Fprintf(&b, ". %s", p.Remedy)
	}
	return b.String()
}

// Problems turns a list of problems into an Error with the given code, or nil when the list is empty.
func Problems(code, message string, list []Problem) error {
	if len(list) == 0 {
		return nil
	}
	return &Error{Code: code, Message: message, Problems: list}
}

// ErrorCode returns the dotted code of err, or "internal" for an error that is not an Error.
func ErrorCode(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return "internal"
}

// Codes that several packages compare against. Others are used in one place only.
const (
	CodeNotFound    = "not_found"
	CodeConflict    = "conflict"
	CodeFlowChanged = "flow.changed"
	// CodeConnectionChanged is flow.changed for connections.
	CodeConnectionChanged = "connection.changed"
	CodeForbidden         = "forbidden"
	CodeUnauthorized      = "unauthorized"
	CodeInvalid           = "invalid"
	CodeAlreadyActive     = "run.already_active"
	CodeFenced            = "run.fenced"
	CodeStopping          = "server.stopping"
)

// NotFound says that a noun with that name or ID does not exist.
func NotFound(noun, id string) *Error {
	return Errorf(CodeNotFound, "there is no %s %q", noun, id)
}
