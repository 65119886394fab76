package cli

import (
	"encoding/json"
	"errors"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// report tells on standard error why a command failed: in words, or in the form
// that --output asks for, so that a program can go by the code.
func (p *program) report(err error, code int) {
	switch {
	case errors.Is(err, shell.ErrSilent):
	case p.Output == "json" || p.Output == "yaml":
		p.reportJSON(failureOf(err, code))
	case code == exitUsage:
		p.Say("sluice: %v\nSee: sluice help", err)
	default:
		p.Say("sluice: %s", inWords(err))
	}
}

// reportJSON writes the failure as one line, which is JSON and YAML alike.
func (p *program) reportJSON(f *client.Error) {
	enc := json.NewEncoder(p.Err)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(f); err != nil {
		p.Say("sluice: %v", err)
	}
}

// inWords is the error's text. An error of the program's own parts gets the look
// of one that came from a server.
func inWords(err error) string {
	if own, ok := errors.AsType[*sluice.Error](err); ok && error(own) == err {
		return failureOf(err, exitFailure).Error()
	}
	return err.Error()
}

// failureOf returns the error with code, place and remedy. What has no code of
// its own is wrong use, or a failure of this program.
func failureOf(err error, code int) *client.Error {
	if body, ok := errors.AsType[*client.ErrorBody](err); ok {
		return &client.Error{Code: body.Code, Message: body.Message, Where: body.Where, Remedy: body.Remedy, Problems: body.Problems}
	}
	if kept, ok := errors.AsType[*client.Error](err); ok {
		return kept
	}
	if own, ok := errors.AsType[*sluice.Error](err); ok {
		f := &client.Error{Code: own.Code, Message: own.Message, Where: own.Where, Remedy: own.Remedy}
		for _, p := range own.Problems {
			f.Problems = append(f.Problems, client.Problem{Code: p.Code, Path: p.Path, Line: int64(p.Line), Column: int64(p.Column), Message: p.Message, Remedy: p.Remedy})
		}
		return f
	}
	if code == exitUsage {
		return &client.Error{Code: "usage", Message: err.Error(), Remedy: "See: sluice help"}
	}
	return &client.Error{Code: "failed", Message: err.Error()}
}
