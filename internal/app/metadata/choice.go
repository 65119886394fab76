package metadata

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/metadata"
	"github.com/sluicehq/sluice/internal/guide/release"
	"github.com/sluicehq/sluice/netsuite/form"
)

// firstOptions is how many values of a field are told; who looks for another narrows them.
const firstOptions = 100

// optionsSince is the first release in which every account knows of select options. They
// came with 2026.1: a NetSuite before it would take the question for a new record, and
// save one (Oracle help, article_0115100241).
const optionsSince = "2026.2"

var fieldName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?$`)

// Options tells the values that a field takes for the connection's role.
func (m *Metadata) Options(ctx context.Context, connection, recordType, field string, q api.OptionQuery) (*api.FieldOptions, error) {
	conn, client, err := m.netSuite(ctx, connection)
	if err != nil {
		return nil, err
	}
	if !fieldName.MatchString(field) {
		return nil, sluice.Errorf(sluice.CodeInvalid, "%q is not the name of a field", field).At("field")
	}
	if release.At(m.clock()) < optionsSince {
		return nil, sluice.Errorf("metadata.release", "not every NetSuite account tells the values of a field yet").Fix("Enter the value's internal ID")
	}
	read := func() (*api.FieldOptions, error) {
		question := form.Question{RecordType: recordType, Fields: []string{field}, Limit: firstOptions}
		if text := plain(q.Contains); text != "" {
			question.Filters = []string{field + " CONTAIN " + text}
		}
		found, err := form.New(client).Options(ctx, question)
		if err != nil {
			return nil, m.unseen(conn, "values of the field", recordType+"."+field, err)
		}
		out := &api.FieldOptions{Items: []api.FieldOption{}}
		for name, values := range found {
			if !strings.EqualFold(name, field) {
				continue
			}
			out.Total = values.Total
			for _, o := range values.Options {
				out.Items = append(out.Items, api.FieldOption{ID: o.ID, Name: o.Name})
			}
		}
		return out, nil
	}
	return remembered(m, conn, "options "+recordType+" "+field+" "+q.Contains, q.Refresh, read)
}

// plain takes away what would end or widen a filter.
func plain(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == ',' || r == '"' || r == '\\' || r < ' ' {
			return -1
		}
		return r
	}, text))
}

// Searches lists the saved searches for a record type.
func (m *Metadata) Searches(ctx context.Context, connection, recordType string, refresh bool) ([]api.SavedSearch, error) {
	conn, _, err := m.netSuite(ctx, connection)
	if err != nil {
		return nil, err
	}
	// Searches of sales orders are searches of transactions.
	kind := cmp.Or(rowsIn(recordType), recordType)
	return remembered(m, conn, "searches "+kind, refresh, func() ([]api.SavedSearch, error) {
		refs, err := m.suite.SavedSearches(ctx, conn, kind)
		if err != nil {
			return nil, err
		}
		list := make([]api.SavedSearch, len(refs))
		for i, r := range refs {
			list[i] = api.SavedSearch{ID: r.InternalID, Name: r.Name}
		}
		slices.SortFunc(list, func(a, b api.SavedSearch) int { return cmp.Compare(a.Name, b.Name) })
		return list, nil
	})
}
