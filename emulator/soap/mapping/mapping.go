// Package mapping turns the records of the account into the records of NetSuite's
// SOAP schema and back. Names of both agree but for few; what differs is in tables.
package mapping

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// Mapper maps for one request.
type Mapper struct {
	Shapes  *wsdl.Schema
	Version string
	Store   *record.Store
	Session *session.Session

	refs    map[refKey]record.Ref
	scripts map[string]string // custom fields: script ID by internal ID
	numbers map[string]string // the other way round
}

type refKey struct{ target, id string }

// fieldNames are the names that differ, by SOAP type ("" for all): SOAP name to
// the record engine's.
var fieldNames = map[string]map[string]string{
	"CustomRecord": {"lastModified": "lastModifiedDate"},
}

// Shape returns the SOAP type of a record type: nil for those that SOAP does
// not know as records, which are the values of custom lists.
func (m *Mapper) Shape(t *schema.Type) *wsdl.Type {
	if IsCustomRecord(t) {
		return m.Shapes.Type("setupCustom", "CustomRecord")
	}
	shape := m.Shapes.Find(strings.ToUpper(t.Name[:1]) + t.Name[1:])
	if shape == nil || !shape.Is("Record") {
		return nil
	}
	return shape
}

// IsCustomRecord reports whether records of the type are instances of a custom
// record type.
func IsCustomRecord(t *schema.Type) bool { return strings.HasPrefix(t.Name, "customrecord") }

// IsCustomList reports whether records of the type are the values of a custom list.
func IsCustomList(t *schema.Type) bool { return strings.HasPrefix(t.Name, "customlist") }

// TypeID returns the internal ID of a custom record type or a custom list.
func (m *Mapper) TypeID(t *schema.Type) string {
	i := slices.IndexFunc(m.Store.Types(), func(x *schema.Type) bool { return x.Name == t.Name })
	return strconv.Itoa(i + 1)
}

// TypeByID returns the custom record type or list with that internal ID or
// script ID, or nil.
func (m *Mapper) TypeByID(id string) *schema.Type {
	for i, t := range m.Store.Types() {
		if (strconv.Itoa(i+1) == id || strings.EqualFold(t.Name, id)) && (IsCustomRecord(t) || IsCustomList(t)) {
			return t
		}
	}
	return nil
}

// Field returns the field of a type, line or subrecord that a SOAP name means,
// or nil. shape is the SOAP type that the name stands in.
func Field(shape *wsdl.Type, fields *schema.FieldSet, name string) *schema.Field {
	if other, ok := fieldNames[shape.Name][name]; ok {
		name = other
	}
	if f := fields.Lookup(name); f != nil && (f.Kind != schema.Sublist || shape.Field(name) == nil || shape.Field(name).Type.List() != nil) {
		return f
	}
	wanted := shape.Field(name)
	if wanted == nil || wanted.Type == nil {
		return nil
	}
	list := wanted.Type.List()
	if list == nil {
		return nil
	}
	if f := fields.Lookup(list.Name); f != nil && f.Kind == schema.Sublist {
		return f // itemList holds item
	}
	if f := fields.Lookup(strings.TrimSuffix(name, "List")); f != nil && f.Kind == schema.Multi {
		return f // subsidiaryList holds the references of subsidiary
	}
	return nil
}

// ref returns what a reference shows.
func (m *Mapper) ref(ctx context.Context, f *schema.Field, id string) (record.Ref, error) {
	key := refKey{f.Target, id}
	if ref, ok := m.refs[key]; ok {
		return ref, nil
	}
	ref, err := m.Store.Refer(ctx, f, id)
	if err == nil {
		if m.refs == nil {
			m.refs = map[refKey]record.Ref{}
		}
		m.refs[key] = ref
	}
	return ref, err
}

// customs reads the numbers of the custom fields.
func (m *Mapper) customs(ctx context.Context) error {
	if m.scripts != nil {
		return nil
	}
	rows, err := m.Store.DB().QueryContext(ctx, "SELECT internalid, lower(scriptid) FROM q_customfield")
	if err != nil {
		return err
	}
	defer rows.Close()
	scripts, numbers := map[string]string{}, map[string]string{}
	for rows.Next() {
		var number int64
		var script string
		if err := rows.Scan(&number, &script); err != nil {
			return err
		}
		scripts[fmt.Sprint(number)] = script
		numbers[script] = fmt.Sprint(number)
	}
	m.scripts, m.numbers = scripts, numbers
	return rows.Err()
}

// CustomField returns the field that a scriptId and an internalId name in a set, or nil.
func (m *Mapper) CustomField(ctx context.Context, fields *schema.FieldSet, scriptID, internalID string) (*schema.Field, error) {
	if scriptID == "" {
		if err := m.customs(ctx); err != nil {
			return nil, err
		}
		scriptID = m.scripts[internalID]
	}
	if f := fields.Lookup(scriptID); f != nil && f.Custom {
		return f, nil
	}
	return nil, nil
}
