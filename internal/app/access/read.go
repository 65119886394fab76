package access

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Store is a store that shows and takes what the actor of the context may see and
// change. Without an actor it is the store behind it.
type Store struct {
	sluice.Store // the one behind it
}

func (s Store) finder() Finder { return Finder(s) }

// sees reports whether the actor may see something in one of the integrations.
func sees(actor endpoint.Actor, in []string) bool {
	return slices.ContainsFunc(in, func(name string) bool { return actor.MayIn(sluice.PermView, name) })
}

// Flow finds a flow.
func (s Store) Flow(ctx context.Context, idOrName string) (*sluice.FlowRevision, error) {
	r, err := s.Store.Flow(ctx, idOrName)
	if actor, is := limited(ctx, sluice.PermView); err == nil && is && !actor.MayIn(sluice.PermView, group(&r.Flow)) {
		return nil, sluice.NotFound("flow", idOrName)
	}
	return r, err
}

// FlowRevision returns a revision of a flow that shows.
func (s Store) FlowRevision(ctx context.Context, flowID string, number int) (*sluice.FlowRevision, error) {
	if err := s.showsFlow(ctx, flowID); err != nil {
		return nil, err
	}
	return s.Store.FlowRevision(ctx, flowID, number)
}

// FlowRevisions returns revisions of a flow that shows.
func (s Store) FlowRevisions(ctx context.Context, flowID string, before, limit int) ([]*sluice.FlowRevision, error) {
	if err := s.showsFlow(ctx, flowID); err != nil {
		return nil, err
	}
	return s.Store.FlowRevisions(ctx, flowID, before, limit)
}

func (s Store) showsFlow(ctx context.Context, id string) error {
	if _, is := limited(ctx, sluice.PermView); !is {
		return nil
	}
	_, err := s.Flow(ctx, id)
	return err
}

// Flows returns the flows that show.
func (s Store) Flows(ctx context.Context) ([]*sluice.FlowRevision, error) {
	list, err := s.Store.Flows(ctx)
	if actor, is := limited(ctx, sluice.PermView); is {
		list = slices.DeleteFunc(list, func(r *sluice.FlowRevision) bool { return !actor.MayIn(sluice.PermView, group(&r.Flow)) })
	}
	return list, err
}

// flowIDs returns the IDs of the flows that show, never nil, for a limited actor.
func (s Store) flowIDs(ctx context.Context) ([]string, error) {
	list, err := s.Flows(ctx)
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.FlowID
	}
	return ids, err
}

// Run returns a run of a flow that shows.
func (s Store) Run(ctx context.Context, id int64) (*sluice.Run, error) {
	r, err := s.Store.Run(ctx, id)
	if err != nil || s.showsFlow(ctx, r.FlowID) == nil {
		return r, err
	}
	return nil, sluice.NotFound("run", strconv.FormatInt(id, 10))
}

// Runs returns runs of flows that show.
func (s Store) Runs(ctx context.Context, f sluice.RunFilter) ([]*sluice.Run, error) {
	var err error
	if _, is := limited(ctx, sluice.PermView); is {
		if f.FlowIDs, err = s.within(ctx, f.FlowIDs); err != nil {
			return nil, err
		}
	}
	return s.Store.Runs(ctx, f)
}

// within returns those of the flows, all for nil, that show.
func (s Store) within(ctx context.Context, asked []string) ([]string, error) {
	ids, err := s.flowIDs(ctx)
	if asked != nil {
		ids = slices.DeleteFunc(ids, func(id string) bool { return !slices.Contains(asked, id) })
	}
	return ids, err
}

// RunOutcomes looks back over runs of flows that show.
func (s Store) RunOutcomes(ctx context.Context, f sluice.RunFilter, each func(sluice.RunOutcome)) error {
	var err error
	if _, is := limited(ctx, sluice.PermView); is {
		if f.FlowIDs, err = s.within(ctx, f.FlowIDs); err != nil {
			return err
		}
	}
	return s.Store.RunOutcomes(ctx, f, each)
}

// RecordError returns a record error of a flow that shows.
func (s Store) RecordError(ctx context.Context, id int64) (*sluice.RecordError, error) {
	e, err := s.Store.RecordError(ctx, id)
	if err != nil || s.showsFlow(ctx, e.FlowID) == nil {
		return e, err
	}
	return nil, sluice.NotFound("record error", strconv.FormatInt(id, 10))
}

// RecordErrors returns record errors of flows that show.
func (s Store) RecordErrors(ctx context.Context, f sluice.ErrorFilter) ([]*sluice.RecordError, error) {
	var err error
	if _, is := limited(ctx, sluice.PermView); is {
		if f.FlowIDs, err = s.within(ctx, f.FlowIDs); err != nil {
			return nil, err
		}
	}
	return s.Store.RecordErrors(ctx, f)
}

// GroupErrors counts record errors of flows that show.
func (s Store) GroupErrors(ctx context.Context, f sluice.ErrorFilter, since time.Time) ([]sluice.ErrorGroup, error) {
	var err error
	if _, is := limited(ctx, sluice.PermView); is {
		if f.FlowIDs, err = s.within(ctx, f.FlowIDs); err != nil {
			return nil, err
		}
	}
	return s.Store.GroupErrors(ctx, f, since)
}

// CountErrors counts the open errors of flows that show.
func (s Store) CountErrors(ctx context.Context) (map[string]int64, error) {
	all, err := s.Store.CountErrors(ctx)
	if _, is := limited(ctx, sluice.PermView); err != nil || !is {
		return all, err
	}
	ids, err := s.flowIDs(ctx)
	out := map[string]int64{}
	for _, id := range ids {
		if n, ok := all[id]; ok {
			out[id] = n
		}
	}
	return out, err
}

// Touches returns what imports of flows that show did.
func (s Store) Touches(ctx context.Context, names []string, pages int) ([]sluice.TouchPage, error) {
	list, err := s.Store.Touches(ctx, names, pages)
	if _, is := limited(ctx, sluice.PermView); err != nil || !is {
		return list, err
	}
	ids, err := s.flowIDs(ctx)
	return slices.DeleteFunc(list, func(p sluice.TouchPage) bool { return !slices.Contains(ids, p.FlowID) }), err
}

// Integration finds an integration.
func (s Store) Integration(ctx context.Context, idOrName string) (*sluice.Integration, error) {
	i, err := s.Store.Integration(ctx, idOrName)
	if actor, is := limited(ctx, sluice.PermView); err == nil && is && !actor.MayIn(sluice.PermView, i.Name) {
		return nil, sluice.NotFound("integration", idOrName)
	}
	return i, err
}

// Integrations returns the integrations that show.
func (s Store) Integrations(ctx context.Context) ([]*sluice.Integration, error) {
	list, err := s.Store.Integrations(ctx)
	if actor, is := limited(ctx, sluice.PermView); is {
		list = slices.DeleteFunc(list, func(i *sluice.Integration) bool { return !actor.MayIn(sluice.PermView, i.Name) })
	}
	return list, err
}

// Connection finds a connection that is registered with an integration that shows.
func (s Store) Connection(ctx context.Context, idOrName string) (*sluice.SealedConnection, error) {
	c, err := s.Store.Connection(ctx, idOrName)
	actor, is := limited(ctx, sluice.PermView)
	if err != nil || !is || ctx.Value(registeringKey{}) == c.ID {
		return c, err
	}
	in, err := s.finder().ofConnection(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if !sees(actor, in) {
		return nil, sluice.NotFound("connection", idOrName)
	}
	return c, nil
}

// Connections returns the connections that are registered with integrations that show.
func (s Store) Connections(ctx context.Context) ([]*sluice.SealedConnection, error) {
	list, err := s.Store.Connections(ctx)
	if _, is := limited(ctx, sluice.PermView); err != nil || !is {
		return list, err
	}
	shown, err := s.Integrations(ctx)
	return slices.DeleteFunc(list, func(c *sluice.SealedConnection) bool {
		return !slices.ContainsFunc(shown, func(i *sluice.Integration) bool { return slices.Contains(i.Connections, c.Name) })
	}), err
}

// ConsumerKeys returns the consumer keys that connections which show use.
func (s Store) ConsumerKeys(ctx context.Context) ([]*sluice.SealedConsumerKey, error) {
	list, err := s.Store.ConsumerKeys(ctx)
	if _, is := limited(ctx, sluice.PermView); err != nil || !is {
		return list, err
	}
	shown, err := s.Connections(ctx)
	return slices.DeleteFunc(list, func(k *sluice.SealedConsumerKey) bool {
		return !slices.ContainsFunc(shown, func(c *sluice.SealedConnection) bool { return c.Settings[iClient] == k.Name })
	}), err
}

// iClient is the setting by which a connection names its consumer key.
const iClient = "iclient"

// ConsumerKey finds a consumer key that a connection which shows uses.
func (s Store) ConsumerKey(ctx context.Context, idOrName string) (*sluice.SealedConsumerKey, error) {
	k, err := s.Store.ConsumerKey(ctx, idOrName)
	if _, is := limited(ctx, sluice.PermView); err != nil || !is {
		return k, err
	}
	shown, err := s.ConsumerKeys(ctx)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(shown, func(o *sluice.SealedConsumerKey) bool { return o.ID == k.ID }) {
		return nil, sluice.NotFound("consumer key", idOrName)
	}
	return k, nil
}

// Notices returns notices of connections and flows that show.
func (s Store) Notices(ctx context.Context, open bool, limit int) ([]*sluice.Notice, error) {
	list, err := s.Store.Notices(ctx, open, limit)
	if _, is := limited(ctx, sluice.PermView); err != nil || !is {
		return list, err
	}
	flows, err := s.flowIDs(ctx)
	if err != nil {
		return nil, err
	}
	connections, err := s.Connections(ctx)
	return slices.DeleteFunc(list, func(n *sluice.Notice) bool {
		shown := n.Noun == "flow" && slices.Contains(flows, n.NounID) ||
			n.Noun == "connection" && slices.ContainsFunc(connections, func(c *sluice.SealedConnection) bool { return c.ID == n.NounID })
		return !shown
	}), err
}

// DeletedConnections are registered with nothing any more.
func (s Store) DeletedConnections(ctx context.Context) ([]*sluice.DeletedConnection, error) {
	if _, is := limited(ctx, sluice.PermView); is {
		return nil, nil
	}
	return s.Store.DeletedConnections(ctx)
}
