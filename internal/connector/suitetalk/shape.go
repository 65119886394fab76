package suitetalk

import (
	"context"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/form"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/recordimport"
	"github.com/sluicehq/sluice/netsuite/metadata"
)

// schemaLife is how long a record type's schema is kept: custom fields come and go.
const schemaLife = time.Hour

// schemas remembers record types.
type schemas struct {
	clock func() time.Time
	known map[string]knownSchema
}

type knownSchema struct {
	schema *metadata.Schema // nil where the catalogue does not tell
	read   time.Time
}

// schema returns a record type as the catalogue describes it, or nil where it does
// not tell. A NetSuite that cannot be reached is an error: what is sent must not
// depend on that.
func (c *client) schema(ctx context.Context, recordType string) (*metadata.Schema, error) {
	c.schemasLock.Lock()
	defer c.schemasLock.Unlock()
	name, now := strings.ToLower(recordType), c.schemas.clock()
	if k, ok := c.schemas.known[name]; ok && now.Sub(k.read) < schemaLife {
		return k.schema, nil
	}
	k := knownSchema{read: now}
	schema, err := c.Metadata.Schema(ctx, recordType)
	switch {
	case err == nil:
		k.schema = &schema
	case refusesQuery(err):
	default:
		return nil, c.problem(err)
	}
	c.schemas.known[name] = k
	return k.schema, nil
}

// hasExternalIDs reports whether a type has external IDs. Where the catalogue does
// not tell, it is taken to have them, as nearly all do: if that is wrong, NetSuite
// refuses the first record for it.
func hasExternalIDs(s *metadata.Schema) bool {
	if s == nil {
		return true
	}
	_, has := s.Field("externalId")
	return has
}

// Shape shows what an import would send of a record, and writes nothing.
func (c *Connector) Shape(ctx context.Context, conn *sluice.Connection, i *sluice.Import, r sluice.Record) (sluice.Shape, error) {
	if i.NetSuite == nil {
		return sluice.Shape{Record: r}, nil
	}
	by, err := c.Route(conn, i)
	switch {
	case err != nil:
		return sluice.Shape{}, err
	case i.Operation == sluice.Delete:
		return sluice.Shape{Record: r, Route: by}, nil
	case !recordimport.SendsFields(i.Operation):
		return sluice.Shape{Route: by}, nil
	}
	cl, err := c.client(conn)
	if err != nil {
		return sluice.Shape{}, err
	}
	if err := cl.login(ctx); err != nil {
		return sluice.Shape{}, err
	}
	s, err := cl.shaper(ctx, conn, i.NetSuite.Record)
	if err != nil {
		return sluice.Shape{}, err
	}
	out := s.Shape(ctx, r)
	shape := sluice.Shape{Record: out.Record, LeftOut: out.LeftOut, Route: by}
	if out.Err != nil {
		shape.Record, shape.LeftOut, shape.Failure = r, nil, outcome.OfShape(out.Err, r)
	}
	return shape, nil
}

// shaper returns what brings records of a type into NetSuite's form.
func (c *client) shaper(ctx context.Context, conn *sluice.Connection, recordType string) (*form.Shaper, error) {
	schema, err := c.schema(ctx, recordType)
	if err != nil {
		return nil, err
	}
	return &form.Shaper{Schema: schema, IgnoreReadOnly: conn.Get("ignore_read_only") == sluice.Yes, Zone: c.zone}, nil
}
