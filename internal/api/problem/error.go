package problem

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
)

// ErrorBody is the body of every answer that is not a success
// (application/problem+json, RFC 9457, with members of our own).
type ErrorBody struct {
	Code      string           `json:"code" doc:"Dotted and stable, such as connection.token_rejected"`
	Message   string           `json:"message" doc:"What happened"`
	Where     string           `json:"where,omitempty" doc:"The place: a field's path, a file with its row"`
	Remedy    string           `json:"remedy,omitempty" doc:"What to do about it"`
	Problems  []sluice.Problem `json:"problems,omitempty" doc:"Everything that is wrong with the input"`
	RequestID string           `json:"request_id,omitempty" doc:"Finds the request in the server's log"`

	status int
}

// Error returns the message. With GetStatus it makes the body an answer of huma's.
func (b *ErrorBody) Error() string { return b.Message }

// GetStatus returns the HTTP status.
func (b *ErrorBody) GetStatus() int { return b.status }

// ContentType returns the media type of problem bodies.
func (b *ErrorBody) ContentType(string) string { return "application/problem+json" }

// Answer turns an error into the answer to the request with the ID. The text of an
// error that is not a *sluice.Error goes to the log alone.
func Answer(ctx context.Context, log *slog.Logger, id string, err error) *ErrorBody {
	if body, ok := errors.AsType[*ErrorBody](err); ok {
		return body
	}
	e, ok := errors.AsType[*sluice.Error](err)
	if !ok {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			log.InfoContext(ctx, "request given up", "request", id, "error", err)
		} else {
			log.ErrorContext(ctx, "request failed", "request", id, "error", err)
		}
		return &ErrorBody{Code: Internal, Message: "the server could not do that", RequestID: id,
			Remedy: "Look for the request " + id + " in the server's log", status: http.StatusInternalServerError}
	}
	body := &ErrorBody{Code: e.Code, Message: e.Message, Where: e.Where, Remedy: e.Remedy,
		Problems: e.Problems, RequestID: id, status: Of(e.Code)}
	if body.status >= http.StatusInternalServerError {
		log.ErrorContext(ctx, "request failed", "request", id, "code", e.Code, "error", err, "cause", e.Err)
	}
	return body
}

// OfFramework gives the framework's own refusals (a malformed body, an unknown
// property) the form of ours. What was sent is not repeated: it may be a secret.
func OfFramework(m *huma.ErrorModel, id string) *ErrorBody {
	body := &ErrorBody{Code: sluice.CodeInvalid, Message: "the request is not valid", Remedy: "Correct what the problems name", RequestID: id, status: m.Status}
	switch m.Status {
	case http.StatusBadRequest:
		body.Code, body.Message, body.Remedy = "request.malformed", "the request cannot be read", "Send one JSON value, and the whole of it"
	case http.StatusRequestEntityTooLarge:
		body.Code, body.Message = "request.too_large", "the request is too large"
		body.Remedy = "Send less at once"
	case http.StatusUnsupportedMediaType:
		body.Code, body.Message = "request.media_type", "the request's media type is not known"
		body.Remedy = "Send application/json"
	case http.StatusInternalServerError:
		body.Code, body.Message = Internal, "the server could not do that"
		body.Remedy = "See the server's log under the request's ID"
	}
	for _, d := range m.Errors {
		body.Problems = append(body.Problems, sluice.Problem{Code: body.Code, Path: strings.TrimPrefix(d.Location, "body."), Message: d.Message})
	}
	return body
}
