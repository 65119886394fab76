package suitetalk

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
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

// shaper brings mapped records into the form in which NetSuite takes them: dates
// in the account's zone, fields that nobody may write left out or refused.
type shaper struct {
	schema         *metadata.Schema // nil: the catalogue does not tell, and all is sent as it is
	ignoreReadOnly bool
	zone           func(context.Context) (*time.Location, error)
}

// shaped is a record as it is sent.
type shaped struct {
	record  sluice.Record
	leftOut []string // fields that NetSuite lets nobody write
	err     error    // why it is not sent
}

// readOnlyFields is the refusal of a record that sets fields which nobody may write.
type readOnlyFields struct{ fields []string }

func (e *readOnlyFields) Error() string {
	return "NetSuite lets nobody write " + strings.Join(e.fields, ", ")
}

// shape returns the record as it is sent. An *sluice.Error in it concerns the
// connection, any other error the record.
func (s *shaper) shape(ctx context.Context, r sluice.Record) shaped {
	if s == nil || s.schema == nil || r == nil {
		return shaped{record: r}
	}
	work := shaping{shaper: s, ctx: ctx}
	out := shaped{record: work.object(s.schema.Fields, r, ""), err: work.err}
	slices.Sort(work.readOnly)
	out.leftOut = slices.Compact(work.readOnly)
	if out.err == nil && len(out.leftOut) > 0 && !s.ignoreReadOnly {
		out.err = &readOnlyFields{out.leftOut}
	}
	return out
}

// shaping is the work on one record.
type shaping struct {
	*shaper
	ctx      context.Context // of the call that it lasts for
	readOnly []string
	err      error // the first
}

func (s *shaping) object(fields []metadata.Field, in map[string]any, path string) map[string]any {
	out := maps.Clone(in)
	for name, value := range in {
		i := slices.IndexFunc(fields, func(f metadata.Field) bool { return strings.EqualFold(f.Name, name) })
		if i < 0 {
			continue
		}
		if nobodyWrites(&fields[i]) {
			s.readOnly = append(s.readOnly, path+name)
			delete(out, name)
			continue
		}
		out[name] = s.value(&fields[i], value, path+name)
	}
	return out
}

func (s *shaping) value(f *metadata.Field, value any, path string) any {
	switch v := value.(type) {
	case string:
		return s.text(f, v, path)
	case map[string]any:
		switch f.Kind {
		case metadata.Subrecord:
			return s.object(f.Fields, v, path+".")
		case metadata.Sublist:
			return s.lines(f, v, path)
		}
	}
	return value
}

func (s *shaping) lines(f *metadata.Field, list map[string]any, path string) any {
	items, ok := list["items"].([]any)
	if !ok {
		return list
	}
	out := maps.Clone(list)
	shaped := make([]any, len(items))
	for n, item := range items {
		shaped[n] = item
		if line, ok := item.(map[string]any); ok {
			shaped[n] = s.object(f.Fields, line, path+".")
		}
	}
	out["items"] = shaped
	return out
}

func (s *shaping) text(f *metadata.Field, text, path string) any {
	if f.Format != "date" && f.Format != "date-time" || !needsZone(f.Format, text) {
		return text
	}
	zone, err := s.zone(s.ctx)
	if err == nil {
		var value string
		if value, err = dateValue(f.Format, text, path, zone); err == nil {
			return value
		}
	}
	if s.err == nil {
		s.err = err
	}
	return text
}

// needsZone spares asking for the zone where the text stays as it is.
func needsZone(format, text string) bool {
	same, err := dateValue(format, text, "", nil)
	return err != nil || same != text
}

// identity are fields that say which record or line is meant: NetSuite takes them
// although it gives them itself (Oracle help, section_1545142173).
var identity = []string{"id", "internalId", "externalId", "line", "links", "refName", "addressId", "totalResults", "hasMore"}

// computed are fields that NetSuite keeps by itself, in lower case: when a record
// was made and changed, and sums and dates of an entity's or item's transactions.
// The catalogue marks hardly any field as read-only (REST API Browser 2026.1), and
// the record service ignores a value for such a field without a word.
func computed(name string) bool {
	switch strings.ToLower(name) {
	case "datecreated", "createddate", "lastmodifieddate", "lastmodified",
		"balance", "overduebalance", "depositbalance", "unbilledorders", "daysoverdue",
		"consolbalance", "consoloverduebalance", "consoldepositbalance", "consolunbilledorders", "consoldaysoverdue",
		"aging", "aging1", "aging2", "aging3", "aging4", "consolaging", "consolaging1", "consolaging2", "consolaging3", "consolaging4",
		"firstorderdate", "firstsaledate", "lastorderdate", "lastsaledate", "defaultaddress", "addrtext",
		"quantityonhand", "quantityavailable", "quantitycommitted", "quantitybackordered", "quantityonorder", "totalquantityonhand", "totalvalue",
		"amountpaid", "amountremaining":
		return true
	}
	return false
}

// nobodyWrites reports whether a field is NetSuite's own.
func nobodyWrites(f *metadata.Field) bool {
	if slices.ContainsFunc(identity, func(name string) bool { return strings.EqualFold(name, f.Name) }) {
		return false
	}
	return f.ReadOnly || computed(f.Name)
}

// failureOfShape says why a record is not sent.
func failureOfShape(err error, r sluice.Record) *sluice.Failure {
	f := &sluice.Failure{Code: sluice.ErrorCode(err), Classification: sluice.ClassValue, Message: err.Error(), Request: shown(r)}
	var fields *readOnlyFields
	var zone *zoneMissing
	switch {
	case errors.As(err, &fields):
		f.Code, f.Where = "netsuite.read_only", strings.Join(fields.fields, ", ")
		f.Remedy = "Take the fields out of the mapping, or set Ignore read-only fields of the connection to Yes"
	case errors.As(err, &zone):
		f.Code, f.Where = "netsuite.time_zone", zone.path
		f.Remedy = "Set the account's time zone in the connection (Setup > Company > Company Information)"
	}
	return f
}

// Shape shows what an import would send of a record, and writes nothing.
func (c *Connector) Shape(ctx context.Context, conn *sluice.Connection, i *sluice.Import, r sluice.Record) (sluice.Shape, error) {
	if i.NetSuite == nil || i.Operation == sluice.Delete {
		return sluice.Shape{Record: r}, nil
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
	out := s.shape(ctx, r)
	shape := sluice.Shape{Record: out.record, LeftOut: out.leftOut}
	if out.err != nil {
		shape.Record, shape.LeftOut, shape.Failure = r, nil, failureOfShape(out.err, r)
	}
	return shape, nil
}

// shaper returns what brings records of a type into NetSuite's form.
func (c *client) shaper(ctx context.Context, conn *sluice.Connection, recordType string) (*shaper, error) {
	schema, err := c.schema(ctx, recordType)
	if err != nil {
		return nil, err
	}
	return &shaper{schema: schema, ignoreReadOnly: conn.Get("ignore_read_only") == sluice.Yes, zone: c.zone}, nil
}
