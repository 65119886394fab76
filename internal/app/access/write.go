package access

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/scope"
)

// SaveFlow stores a revision of a flow that the actor may store.
func (s Store) SaveFlow(ctx context.Context, r *sluice.FlowRevision) error {
	if err := s.maySave(ctx, []*sluice.FlowRevision{r}); err != nil {
		return err
	}
	return s.Store.SaveFlow(ctx, r)
}

// SaveFlows is SaveFlow for several flows.
func (s Store) SaveFlows(ctx context.Context, list []*sluice.FlowRevision) error {
	if err := s.maySave(ctx, list); err != nil {
		return err
	}
	return s.Store.SaveFlows(ctx, list)
}

func (s Store) maySave(ctx context.Context, list []*sluice.FlowRevision) error {
	var problems []sluice.Problem
	for _, r := range list {
		if _, is := limited(ctx, sluice.PermEditFlows); !is {
			break
		}
		old, err := s.stored(ctx, r)
		if err != nil {
			return err
		}
		wrong, err := s.finder().MayStore(ctx, old, &r.Flow)
		if err != nil {
			return err
		}
		problems = append(problems, wrong...)
	}
	return sluice.Problems(sluice.CodeForbidden, "the flow cannot be stored", problems)
}

// stored returns the flow that a revision is of, as it is now, nil for a new one.
func (s Store) stored(ctx context.Context, r *sluice.FlowRevision) (*sluice.Flow, error) {
	key := r.FlowID
	if key == "" {
		key = r.Flow.Name
	}
	old, err := s.Store.Flow(ctx, key)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &old.Flow, nil
}

// Holds refuses an actor who does not hold a permission for a flow.
func (s Store) Holds(ctx context.Context, p sluice.Permission, flowID string) error {
	actor, is := limited(ctx, p)
	if !is {
		return nil
	}
	flow, err := s.Flow(ctx, flowID)
	if err != nil {
		return err
	}
	if !actor.MayIn(p, group(&flow.Flow)) {
		return scope.Refused(actor, p, "in the integration "+group(&flow.Flow))
	}
	return nil
}

// SetFlowEnabled lets a flow of the actor's run or not.
func (s Store) SetFlowEnabled(ctx context.Context, flowID string, enabled bool) error {
	if err := s.Holds(ctx, sluice.PermEditFlows, flowID); err != nil {
		return err
	}
	return s.Store.SetFlowEnabled(ctx, flowID, enabled)
}

// DeleteFlow deletes a flow of the actor's.
func (s Store) DeleteFlow(ctx context.Context, flowID string) error {
	if err := s.Holds(ctx, sluice.PermEditFlows, flowID); err != nil {
		return err
	}
	return s.Store.DeleteFlow(ctx, flowID)
}

// CreateRun makes a run of a flow that the actor may run.
func (s Store) CreateRun(ctx context.Context, r *sluice.Run, pages []sluice.Page) error {
	if err := s.Holds(ctx, sluice.PermRun, r.FlowID); err != nil {
		return err
	}
	return s.Store.CreateRun(ctx, r, pages)
}

// SetErrorState moves errors of the actor's flows.
func (s Store) SetErrorState(ctx context.Context, ids []int64, c sluice.ErrorChange) error {
	if err := s.MayWork(ctx, ids); err != nil {
		return err
	}
	return s.Store.SetErrorState(ctx, ids, c)
}

// AssignErrors assigns errors of the actor's flows.
func (s Store) AssignErrors(ctx context.Context, ids []int64, person string) error {
	if err := s.MayWork(ctx, ids); err != nil {
		return err
	}
	return s.Store.AssignErrors(ctx, ids, person)
}

// TagErrors tags errors of the actor's flows.
func (s Store) TagErrors(ctx context.Context, ids []int64, add, remove []string) error {
	if err := s.MayWork(ctx, ids); err != nil {
		return err
	}
	return s.Store.TagErrors(ctx, ids, add, remove)
}

// EditRecordError changes the record of an error of the actor's flows.
func (s Store) EditRecordError(ctx context.Context, id int64, r sluice.Record) error {
	if err := s.MayWork(ctx, []int64{id}); err != nil {
		return err
	}
	return s.Store.EditRecordError(ctx, id, r)
}

// MayWork refuses errors of flows that the actor may not run, all of them for one: the
// errors of several integrations can be named together.
func (s Store) MayWork(ctx context.Context, ids []int64) error {
	actor, is := limited(ctx, sluice.PermRun)
	if !is {
		return nil
	}
	found, err := s.RecordErrors(ctx, sluice.ErrorFilter{IDs: ids, Limit: len(ids), Brief: true})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(found, func(e *sluice.RecordError) bool { return e.ID == id }) {
			return sluice.NotFound("record error", strconv.FormatInt(id, 10))
		}
	}
	checked := map[string]bool{}
	for _, e := range found {
		if checked[e.FlowID] {
			continue
		}
		if err := s.Holds(ctx, sluice.PermRun, e.FlowID); err != nil {
			return scope.Refused(actor, sluice.PermRun, "for the record error "+strconv.FormatInt(e.ID, 10)+" of the flow "+e.FlowName)
		}
		checked[e.FlowID] = true
	}
	return nil
}

// mayChange refuses connections that are registered elsewhere too, or nowhere.
func (s Store) mayChange(ctx context.Context, id string) error {
	actor, is := limited(ctx, sluice.PermEditConnections)
	if !is {
		return nil
	}
	if c, err := s.Store.Connection(ctx, id); err == nil && ctx.Value(registeringKey{}) == c.ID {
		return nil
	}
	in, err := s.finder().ofConnection(ctx, id)
	if err != nil {
		return err
	}
	if scope.Everywhere(in, func(name string) bool { return actor.MayIn(sluice.PermEditConnections, name) }) {
		return nil
	}
	return scope.Refused(actor, sluice.PermEditConnections, "in every integration that the connection is registered with")
}

// MayChange refuses a connection, by ID or name, that the actor of ctx may not change.
func (s Store) MayChange(ctx context.Context, connection string) error {
	return s.mayChange(ctx, connection)
}

// UpdateConnection changes a connection of the actor's.
func (s Store) UpdateConnection(ctx context.Context, c *sluice.SealedConnection) error {
	if err := s.mayChange(ctx, c.ID); err != nil {
		return err
	}
	return s.Store.UpdateConnection(ctx, c)
}

// TrashConnection takes a connection of the actor's away.
func (s Store) TrashConnection(ctx context.Context, d sluice.DeletedConnection) error {
	if err := s.mayChange(ctx, d.ID); err != nil {
		return err
	}
	return s.Store.TrashConnection(ctx, d)
}

// CreateConnection is for who may change all connections, since a new one is registered with
// nothing yet; or for one that is about to be registered.
func (s Store) CreateConnection(ctx context.Context, c *sluice.SealedConnection) error {
	if err := everywhere(ctx, sluice.PermEditConnections); err != nil && ctx.Value(registeringKey{}) != c.ID {
		return err
	}
	return s.Store.CreateConnection(ctx, c)
}

type registeringKey struct{}

// Registering returns a context in which a new connection can be stored and registered with
// an integration that the actor may manage.
func (s Store) Registering(ctx context.Context, integration, id string) (context.Context, error) {
	in, err := s.finder().named(ctx, integration)
	if err != nil {
		return nil, err
	}
	if actor, is := limited(ctx, sluice.PermEditConnections); is && !actor.MayIn(sluice.PermEditConnections, in[0]) {
		return nil, sluice.NotFound("integration", integration)
	}
	return context.WithValue(ctx, registeringKey{}, id), nil
}

func everywhere(ctx context.Context, p sluice.Permission) error {
	if actor, is := limited(ctx, p); is {
		return scope.Refused(actor, p, "everywhere")
	}
	return nil
}

// CreateConsumerKey is for who may change all connections, as are UpdateConsumerKey and
// DeleteConsumerKey.
func (s Store) CreateConsumerKey(ctx context.Context, k *sluice.SealedConsumerKey) error {
	if err := everywhere(ctx, sluice.PermEditConnections); err != nil {
		return err
	}
	return s.Store.CreateConsumerKey(ctx, k)
}

// UpdateConsumerKey changes a consumer key.
func (s Store) UpdateConsumerKey(ctx context.Context, k *sluice.SealedConsumerKey) error {
	if err := everywhere(ctx, sluice.PermEditConnections); err != nil {
		return err
	}
	return s.Store.UpdateConsumerKey(ctx, k)
}

// DeleteConsumerKey deletes a consumer key.
func (s Store) DeleteConsumerKey(ctx context.Context, id string) error {
	if err := everywhere(ctx, sluice.PermEditConnections); err != nil {
		return err
	}
	return s.Store.DeleteConsumerKey(ctx, id)
}

// CreateIntegration stores an integration that flows name, and the actor may manage.
func (s Store) CreateIntegration(ctx context.Context, i *sluice.Integration) error {
	if err := s.mayKeep(ctx, &sluice.Integration{Name: i.Name}, i); err != nil {
		return err
	}
	return s.Store.CreateIntegration(ctx, i)
}

// UpdateIntegration changes an integration that the actor may manage.
func (s Store) UpdateIntegration(ctx context.Context, i *sluice.Integration) error {
	if _, is := limited(ctx, sluice.PermEditFlows); is {
		old, err := s.Store.Integration(ctx, i.ID)
		if err != nil {
			return err
		}
		if err := s.mayKeep(ctx, old, i); err != nil {
			return err
		}
	}
	return s.Store.UpdateIntegration(ctx, i)
}

// mayKeep refuses an integration whose new name or connections would give the actor more.
func (s Store) mayKeep(ctx context.Context, old, now *sluice.Integration) error {
	actor, is := limited(ctx, sluice.PermEditFlows)
	if !is {
		return nil
	}
	if !actor.MayIn(sluice.PermEditFlows, old.Name) {
		return scope.Refused(actor, sluice.PermEditFlows, "in the integration "+old.Name)
	}
	if old.Name != now.Name {
		return sluice.Errorf(sluice.CodeForbidden, "%s may not rename integrations: people's roles go by their names", actor.Name).At("name").Fix("Change the title instead, or ask an owner or administrator")
	}
	for n, name := range now.Connections {
		if slices.Contains(old.Connections, name) {
			continue
		}
		if err := s.mayChange(ctx, name); err != nil {
			return sluice.Errorf(sluice.CodeForbidden, "%s may not register the connection %q", actor.Name, name).At(fmt.Sprintf("connections[%d]", n)).Fix("Ask an owner or administrator")
		}
	}
	return nil
}

// DeleteIntegration is for who may change all flows.
func (s Store) DeleteIntegration(ctx context.Context, id string) error {
	if err := everywhere(ctx, sluice.PermEditFlows); err != nil {
		return err
	}
	return s.Store.DeleteIntegration(ctx, id)
}
