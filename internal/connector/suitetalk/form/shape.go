// Package form brings records into the form in which NetSuite takes them, and
// shows times as the account does.
package form

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite/metadata"
)

// Shaper brings mapped records into the form in which NetSuite takes them: dates
// in the account's zone, fields that nobody may write left out or refused.
type Shaper struct {
	Schema *metadata.Schema // nil: the catalogue does not tell, and all is sent as it is
	// IgnoreReadOnly leaves out fields that nobody may write; else they refuse the record.
	IgnoreReadOnly bool
	// Zone returns the account's zone, nil where it is not known.
	Zone func(context.Context) (*time.Location, error)
}

// Knows reports whether the record type has a field of that name.
func (s *Shaper) Knows(name string) bool {
	if s == nil || s.Schema == nil {
		return false
	}
	_, ok := s.Schema.Field(name)
	return ok
}

// MultiSelect reports whether a field holds choices, which are set as one, and not lines.
func (s *Shaper) MultiSelect(name string) bool {
	if s == nil || s.Schema == nil {
		return false
	}
	f, ok := s.Schema.Field(name)
	return ok && IsMultiSelect(&f)
}

// IsMultiSelect tells a list of references from a list of lines, which have fields of their own.
func IsMultiSelect(f *metadata.Field) bool {
	return f.Kind == metadata.Sublist && (f.RefType != "" || !slices.ContainsFunc(f.Fields, func(l metadata.Field) bool {
		return l.Name != "id" && l.Name != "refName" && l.Name != "externalId"
	}))
}

// Shaped is a record as it is sent.
type Shaped struct {
	Record  map[string]any
	LeftOut []string // fields that NetSuite lets nobody write
	// Err is why it is not sent: *ReadOnlyFields, *ZoneMissing, or what Zone returned.
	Err error
}

// ReadOnlyFields is the refusal of a record that sets fields which nobody may write.
type ReadOnlyFields struct{ Fields []string }

// Error names the fields.
func (e *ReadOnlyFields) Error() string {
	return "NetSuite lets nobody write " + strings.Join(e.Fields, ", ")
}

// Shape returns the record as it is sent. The argument stays as it is.
func (s *Shaper) Shape(ctx context.Context, r map[string]any) Shaped {
	if s == nil || s.Schema == nil || r == nil {
		return Shaped{Record: r}
	}
	work := shaping{Shaper: s, ctx: ctx}
	out := Shaped{Record: work.object(s.Schema.Fields, r, ""), Err: work.err}
	slices.Sort(work.readOnly)
	out.LeftOut = slices.Compact(work.readOnly)
	if out.Err == nil && len(out.LeftOut) > 0 && !s.IgnoreReadOnly {
		out.Err = &ReadOnlyFields{out.LeftOut}
	}
	return out
}

// shaping is the work on one record.
type shaping struct {
	*Shaper
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
		if NobodyWrites(&fields[i]) {
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
	case []any:
		if f.Kind == metadata.Sublist {
			return s.lines(f, map[string]any{"items": listed(f, v)}, path)
		}
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

// listed takes a plain list for the items of a sublist or a multi-select, whose choices
// may be no more than their IDs (Oracle help, section_1545142093).
func listed(f *metadata.Field, list []any) []any {
	items := slices.Clone(list)
	for n, item := range items {
		switch id := item.(type) {
		case string, json.Number, int, int64:
			if IsMultiSelect(f) {
				items[n] = map[string]any{"id": fmt.Sprint(id)}
			}
		}
	}
	return items
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
	zone, err := s.Zone(s.ctx)
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

// NobodyWrites reports whether a field is NetSuite's own.
func NobodyWrites(f *metadata.Field) bool {
	if slices.ContainsFunc(identity, func(name string) bool { return strings.EqualFold(name, f.Name) }) {
		return false
	}
	return f.ReadOnly || computed(f.Name)
}
