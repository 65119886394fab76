// Package recorderror holds the rules round records that did not get through.
package recorderror

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	apierror "github.com/sluicehq/sluice/internal/api/recorderror"
	"github.com/sluicehq/sluice/internal/app/audit"
)

// Store is what the rules need of the store.
type Store interface {
	sluice.ErrorStore
	sluice.ErrorCareStore
}

// Flows finds flows and people.
type Flows interface {
	Flow(ctx context.Context, idOrName string) (*sluice.FlowRevision, error)
	Flows(ctx context.Context) ([]*sluice.FlowRevision, error)
	User(ctx context.Context, idOrEmail string) (*sluice.User, error)
}

// Errors holds the rules round record errors.
type Errors struct {
	Store     Store
	Flows     Flows
	Retry     func(ctx context.Context, ids []int64, by string) ([]*sluice.Run, error)
	Accepting func() error // refuses new work while the server stops
	Audit     *audit.Log
	Clock     func() time.Time
}

// ListErrors returns record errors, newest first.
func (e *Errors) ListErrors(ctx context.Context, q apierror.Query) ([]*sluice.RecordError, error) {
	f, err := e.filter(ctx, &q.ErrorChoice)
	if err != nil || f.nowhere {
		return nil, err
	}
	f.Limit, f.Brief = q.Limit, q.Brief
	return e.Store.RecordErrors(ctx, f.ErrorFilter)
}

// RecordError returns a record error.
func (e *Errors) RecordError(ctx context.Context, id int64) (*sluice.RecordError, error) {
	return e.Store.RecordError(ctx, id)
}

// EditError changes the record that a retry will send. It has to have the flow's key
// fields still: by them the record is known.
func (e *Errors) EditError(ctx context.Context, by api.Actor, id int64, record sluice.Record) (*sluice.RecordError, error) {
	old, err := e.Store.RecordError(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(record) == 0 {
		return nil, sluice.Errorf("error.record_invalid", "the record has no fields").Fix("Give the whole record; it takes the place of the one that is stored")
	}
	if flow, err := e.Flows.Flow(ctx, old.FlowID); err == nil {
		if source := flow.Flow.SourceOf(old.Key); source != nil && len(source.Key) > 0 {
			if _, err := source.RecordKey(record); err != nil {
				return nil, err.At("record")
			}
		}
	}
	if err := e.Store.EditRecordError(ctx, id, record); err != nil {
		return nil, err
	}
	e.Audit.Note(ctx, by, "edit", "error", fmt.Sprint(id), "")
	return e.Store.RecordError(ctx, id)
}

// RetryErrors starts runs that try records again.
func (e *Errors) RetryErrors(ctx context.Context, by api.Actor, chosen apierror.ErrorIDs) ([]*sluice.Run, error) {
	if err := e.Accepting(); err != nil {
		return nil, err
	}
	ids, err := e.chosen(ctx, chosen, sluice.ErrorOpen, sluice.ErrorResolved)
	if err != nil {
		return nil, err
	}
	// The oldest go first: what came later may rest on them.
	var started []*sluice.Run
	for part := range slices.Chunk(ids, retriedAtOnce) {
		runs, err := e.Retry(ctx, part, by.Name)
		if err != nil {
			return nil, err
		}
		e.Audit.Note(ctx, by, "retry", "error", numberList(part), "")
		started = append(started, runs...)
	}
	return started, nil
}

// SetErrorState resolves open errors or reopens resolved ones; others are
// refused, all of them at once.
func (e *Errors) SetErrorState(ctx context.Context, by api.Actor, chosen apierror.ErrorIDs, state sluice.ErrorState, reason string) error {
	from, action := sluice.ErrorOpen, "resolve"
	if state == sluice.ErrorOpen {
		from, action = sluice.ErrorResolved, "reopen"
	}
	ids, err := e.chosen(ctx, chosen, from)
	if err != nil {
		return err
	}
	list, err := e.Store.RecordErrors(ctx, sluice.ErrorFilter{IDs: ids, Brief: true})
	if err != nil {
		return err
	}
	var problems []sluice.Problem
	for _, old := range list {
		if old.State != from {
			problems = append(problems, sluice.Problem{Code: "error.state", Path: fmt.Sprint(old.ID), Message: fmt.Sprintf("the error is %s, not %s", old.State, from)})
		}
	}
	if err := sluice.Problems("error.state", "nothing was changed", problems); err != nil {
		return err
	}
	if err := e.Store.SetErrorState(ctx, ids, sluice.ErrorChange{State: state, By: by.Name, Reason: reason, At: e.Clock().UTC()}); err != nil {
		return err
	}
	e.Audit.Note(ctx, by, action, "error", numberList(ids), reason)
	return nil
}

// AssignErrors assigns errors to a user; "" means to nobody.
func (e *Errors) AssignErrors(ctx context.Context, by api.Actor, chosen apierror.ErrorIDs, person string) error {
	ids, err := e.chosen(ctx, chosen)
	if err != nil {
		return err
	}
	if person != "" {
		user, err := e.Flows.User(ctx, person)
		if err != nil {
			return err
		}
		person = user.Email
	}
	if err := e.Store.AssignErrors(ctx, ids, person); err != nil {
		return err
	}
	e.Audit.Note(ctx, by, "assign", "error", numberList(ids), person)
	return nil
}

// TagErrors adds and removes tags.
func (e *Errors) TagErrors(ctx context.Context, by api.Actor, chosen apierror.ErrorIDs, add, remove []string) error {
	var problems []sluice.Problem
	for i, tag := range add {
		problems = append(problems, sluice.CheckName(fmt.Sprintf("add[%d]", i), tag)...)
	}
	if len(add)+len(remove) == 0 {
		problems = append(problems, sluice.Problem{Code: "error.no_tag", Path: "add", Message: "there is no tag to add or remove"})
	}
	if err := sluice.Problems(sluice.CodeInvalid, "the errors cannot be tagged so", problems); err != nil {
		return err
	}
	ids, err := e.chosen(ctx, chosen)
	if err != nil {
		return err
	}
	if err := e.Store.TagErrors(ctx, ids, add, remove); err != nil {
		return err
	}
	var detail []string
	for _, tag := range add {
		detail = append(detail, "+"+tag)
	}
	for _, tag := range remove {
		detail = append(detail, "-"+tag)
	}
	e.Audit.Note(ctx, by, "tag", "error", numberList(ids), strings.Join(detail, " "))
	return nil
}

// numberList writes numbers for the audit log, not all of very many.
func numberList(ids []int64) string {
	const most = 20
	var parts []string
	for _, id := range ids[:min(len(ids), most)] {
		parts = append(parts, fmt.Sprint(id))
	}
	list := strings.Join(parts, ", ")
	if len(ids) > most {
		list += fmt.Sprintf(" and %d more", len(ids)-most)
	}
	return list
}
