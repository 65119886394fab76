package metadata

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/metadata"
	"github.com/sluicehq/sluice/internal/app/record"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/form"
	"github.com/sluicehq/sluice/netsuite/analytic"
	"github.com/sluicehq/sluice/netsuite/metadata"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
)

// RecordTypes lists the record types that the connection's role sees.
func (m *Metadata) RecordTypes(ctx context.Context, connection string, refresh bool) ([]api.RecordType, error) {
	conn, _, err := m.netSuite(ctx, connection)
	if err != nil {
		return nil, err
	}
	types, err := m.types(ctx, conn, refresh)
	return types, record.Told(err)
}

// types reads the record types' names from the record catalogue.
func (m *Metadata) types(ctx context.Context, conn *sluice.Connection, refresh bool) ([]api.RecordType, error) {
	return remembered(m, conn, "record types", refresh, func() ([]api.RecordType, error) {
		client, err := m.suite.Client(conn)
		if err != nil {
			return nil, err
		}
		names, err := client.Metadata.Types(ctx)
		types := make([]api.RecordType, len(names))
		for i, name := range names {
			types[i] = recordType(name)
		}
		slices.SortFunc(types, func(a, b api.RecordType) int { return cmp.Compare(a.Label, b.Label) })
		return types, err
	})
}

// spelled are the names of record types as people write them, by their name in lower
// case, as the catalogue has them (Oracle help, section_1545141500).
var spelled = sync.OnceValue(func() map[string]schema.Record {
	names := map[string]schema.Record{}
	for _, r := range schema.RecordTypes() {
		names[strings.ToLower(r.Name)] = r
	}
	return names
})

func recordType(name string) api.RecordType {
	t := api.RecordType{Name: name, Label: name, Custom: analytic.IsCustom(name) || strings.HasPrefix(strings.ToLower(name), "customtransaction")}
	if known, ok := spelled()[strings.ToLower(name)]; ok {
		t.Name = known.Name
	}
	if !t.Custom {
		t.Label = words(t.Name)
	}
	return t
}

// rowsIn is the table in which records of a type are rows beside those of other types:
// sales orders are transactions. Empty for a type with a table of its own.
func rowsIn(recordType string) string {
	known := spelled()[strings.ToLower(recordType)]
	switch {
	case known.Kind == "":
		return ""
	case strings.HasSuffix(known.Search, ":TransactionSearch"):
		return "transaction"
	case strings.HasSuffix(known.Search, ":ItemSearch"):
		return "item"
	}
	return ""
}

// words makes a label of a name: salesOrder is "Sales order". A script ID stays as it is.
func words(name string) string {
	if isCustom(name) {
		return name
	}
	var out []rune
	for i, r := range name {
		switch {
		case i == 0:
			r = unicode.ToUpper(r)
		case unicode.IsUpper(r) && !unicode.IsUpper(out[len(out)-1]):
			out, r = append(out, ' '), unicode.ToLower(r)
		}
		out = append(out, r)
	}
	return string(out)
}

// Record tells the fields of a record type.
func (m *Metadata) Record(ctx context.Context, connection, recordTypeName string, refresh bool) (*api.RecordDescription, error) {
	conn, client, err := m.netSuite(ctx, connection)
	if err != nil {
		return nil, err
	}
	return remembered(m, conn, "record "+strings.ToLower(recordTypeName), refresh, func() (*api.RecordDescription, error) {
		described, err := client.Metadata.Schema(ctx, recordTypeName)
		if err != nil {
			return nil, m.unseen(conn, "record type", recordTypeName, err)
		}
		_, external := described.Field("externalId")
		t := describing{custom: m.customFields(ctx, conn, refresh), mandatory: mandatoryOf(recordTypeName), filterable: described.Filterable}
		return &api.RecordDescription{RecordType: recordType(recordTypeName), ExternalIDs: external, Fields: t.fields(described.Fields, "")}, nil
	})
}

// describing is the work on one record type.
type describing struct {
	custom     map[string]customField
	mandatory  []string // paths: entity, item.item
	filterable []string
}

// ofEvery are members that every object has, and that say nothing of the record.
var ofEvery = []string{"links", "refName", "totalResults", "count", "hasMore", "offset"}

func (d *describing) fields(in []metadata.Field, within string) []api.RecordField {
	out := make([]api.RecordField, 0, len(in))
	for i := range in {
		f := &in[i]
		if slices.Contains(ofEvery, f.Name) || within != "" && f.Name == "id" {
			continue
		}
		out = append(out, d.field(f, within))
	}
	slices.SortStableFunc(out, func(a, b api.RecordField) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)))
	})
	return out
}

// rank puts what has to be filled in first, and what nobody writes last.
func rank(f api.RecordField) int {
	switch {
	case f.Mandatory:
		return 0
	case f.ReadOnly:
		return 2
	}
	return 1
}

func (d *describing) field(f *metadata.Field, within string) api.RecordField {
	out := api.RecordField{Name: f.Name, Label: cmp.Or(f.Title, words(f.Name)), Type: typeOf(f), Custom: f.Custom || isCustom(f.Name), ReadOnly: form.NobodyWrites(f) || within == "" && f.Name == "id"}
	if f.Kind == metadata.Reference || out.Type == "multiselect" {
		out.Of = recordTypeOf(f.RefType)
	}
	if own, ok := d.custom[strings.ToLower(f.Name)]; ok {
		out.Label, out.Custom, out.Mandatory = cmp.Or(own.label, out.Label), true, own.mandatory
	}
	at := strings.TrimPrefix(within+"."+f.Name, ".")
	is := func(name string) bool { return strings.EqualFold(name, at) }
	out.Mandatory = (out.Mandatory || slices.ContainsFunc(d.mandatory, is)) && !out.ReadOnly
	out.Filter = within == "" && slices.ContainsFunc(d.filterable, is)
	if out.Type == "sublist" || out.Type == "subrecord" {
		out.Fields = d.fields(f.Fields, at)
	}
	return out
}

// recordTypeOf names the type that a reference points to; NetSuite's own name for a
// reference to no type in particular says nothing.
func recordTypeOf(name string) string {
	if name == "" || strings.HasPrefix(strings.ToLower(name), "nsresource") {
		return ""
	}
	return recordType(name).Name
}

func typeOf(f *metadata.Field) string {
	switch {
	case form.IsMultiSelect(f):
		return "multiselect"
	case f.Kind != metadata.Scalar:
		return map[metadata.Kind]string{metadata.Enumeration: "select", metadata.Reference: "reference", metadata.Sublist: "sublist", metadata.Subrecord: "subrecord"}[f.Kind]
	case f.Format == "date":
		return "date"
	case f.Format == "date-time":
		return "datetime"
	case f.Type == "integer", f.Type == "number", f.Type == "boolean":
		return f.Type
	}
	return "text"
}
