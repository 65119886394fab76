package outlook

import (
	"context"
	"errors"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Refusals collects why things of a set cannot be stored, so that all of it is told at once.
type Refusals struct{ list []sluice.Problem }

// refused are the codes of errors that say no to a thing, and leave the others to be asked about.
var refused = []string{sluice.CodeForbidden, sluice.CodeNotFound, "run.active", "connection.in_use", "integration.in_use", "consumer_key.in_use"}

// Note takes a refusal, and returns every other error.
func (r *Refusals) Note(noun, name string, err error) error {
	e, ok := errors.AsType[*sluice.Error](err)
	if !ok || !slices.Contains(refused, e.Code) {
		return err
	}
	problems := slices.Clone(e.Problems)
	if len(problems) == 0 {
		problems = []sluice.Problem{{Code: e.Code, Path: e.Where, Message: e.Message, Remedy: e.Remedy}}
	}
	r.list = append(r.list, InFile(noun+" "+name, problems)...)
	return nil
}

// Err returns all refusals as one error, nil for none.
func (r *Refusals) Err() error {
	return sluice.Problems(sluice.CodeForbidden, "not all of it can be stored; nothing was changed", r.list)
}

var errRehearsed = errors.New("rehearsed")

// Rehearse stores a set as apply does, in a transaction that is given up, and returns what
// was refused. Whoever may change everything is refused nothing: they are spared the work.
func Rehearse(ctx context.Context, store sluice.Atomic, save func(ctx context.Context) error) ([]sluice.Problem, error) {
	if by := endpoint.ActorOf(ctx); by.May(sluice.PermEditFlows) && by.May(sluice.PermEditConnections) {
		return nil, nil
	}
	err := store.Atomically(ctx, func(ctx context.Context) error {
		if err := save(ctx); err != nil {
			return err
		}
		return errRehearsed
	})
	if e, ok := errors.AsType[*sluice.Error](err); ok && e.Code == sluice.CodeForbidden {
		return e.Problems, nil
	}
	if errors.Is(err, errRehearsed) {
		return nil, nil
	}
	return nil, err
}
