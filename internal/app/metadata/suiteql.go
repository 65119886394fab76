package metadata

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/metadata"
	"github.com/sluicehq/sluice/internal/app/record"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/analytic"
)

// suiteTables lists the tables of SuiteQL: those that accounts have in common, and one
// for each record type of the account that has records of its own.
func (m *Metadata) suiteTables(ctx context.Context, conn *sluice.Connection, refresh bool) ([]api.SourceTable, error) {
	var tables []api.SourceTable
	for _, t := range analytic.Tables() {
		tables = append(tables, api.SourceTable{Name: t.Name, Label: t.Label})
	}
	types, err := m.types(ctx, conn, refresh)
	if fault, ok := errors.AsType[*netsuite.Fault](err); err != nil && (!ok || errors.Is(fault, netsuite.ErrLogin)) {
		return nil, record.Told(err)
	}
	for _, t := range types { // none where the role may not see the catalogue: SuiteQL does without
		if _, known := analytic.Lookup(t.Name); !known && rowsIn(t.Name) == "" {
			tables = append(tables, api.SourceTable{Name: strings.ToLower(t.Name), Label: t.Label, Custom: t.Custom})
		}
	}
	slices.SortFunc(tables, func(a, b api.SourceTable) int { return strings.Compare(a.Name, b.Name) })
	return tables, nil
}

var (
	tableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,99}$`)
	number    = regexp.MustCompile(`^-?(\d+\.?\d*|\.\d+)$`)
)

// sampleRows are read to see which columns a table has: those that are null are left
// out of a row (Oracle help, section_157909186990).
const sampleRows = 25

// suiteColumns lists the columns of a table of SuiteQL: what rows show, and what is known.
func (m *Metadata) suiteColumns(ctx context.Context, conn *sluice.Connection, table string, refresh bool) ([]api.SourceColumn, error) {
	if !tableName.MatchString(table) {
		return nil, sluice.Errorf(sluice.CodeInvalid, "%q is not the name of a table", table).At("table")
	}
	table = strings.ToLower(table)
	return remembered(m, conn, "columns "+table, refresh, func() ([]api.SourceColumn, error) {
		client, err := m.suite.Client(conn)
		if err != nil {
			return nil, err
		}
		page, err := client.SuiteQL.Page(ctx, fmt.Sprintf("SELECT * FROM %s WHERE ROWNUM <= %d", table, sampleRows), nil, sampleRows, 0)
		if err != nil {
			return nil, m.unseen(conn, "table", table, err)
		}
		values := map[string][]string{}
		for _, row := range page.Rows {
			for column, value := range row.All() {
				values[column] = append(values[column], value)
			}
		}
		if known, ok := analytic.Lookup(table); ok {
			for _, column := range known.Columns {
				if _, seen := values[column]; !seen {
					values[column] = nil
				}
			}
		}
		return columnsOf(values, m.customFields(ctx, conn, refresh)), nil
	})
}

func columnsOf(values map[string][]string, custom map[string]customField) []api.SourceColumn {
	columns := make([]api.SourceColumn, 0, len(values))
	for name, seen := range values {
		c := api.SourceColumn{Name: name, Type: columnType(name, seen)}
		if f, ok := custom[name]; ok {
			c.Label, c.Custom = f.label, true
		}
		c.Custom = c.Custom || isCustom(name)
		columns = append(columns, c)
	}
	slices.SortFunc(columns, func(a, b api.SourceColumn) int { return strings.Compare(a.Name, b.Name) })
	return columns
}

var customName = regexp.MustCompile(`^(?i:cust[a-z]+_)`)

// isCustom tells a custom field by its script ID: custbody_, custentity_ and others.
func isCustom(name string) bool { return customName.MatchString(name) }

// columnType tells what a column holds by its values, which SuiteQL gives as texts, and
// by its name where they do not tell. A date is in the form that the user has chosen.
func columnType(name string, values []string) string {
	is := func(holds func(string) bool) bool {
		return len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return !holds(v) })
	}
	named := strings.HasSuffix(name, "date") || strings.HasPrefix(name, "date")
	switch {
	case is(func(v string) bool { return v == "T" || v == "F" }):
		return "boolean"
	case is(number.MatchString):
		return "number"
	case named:
		return "date"
	case len(values) > 0:
		return "text"
	case strings.HasPrefix(name, "is"):
		return "boolean"
	}
	return ""
}

// customField is what the table customfield tells of a field.
type customField struct {
	label     string
	mandatory bool
}

// customFields are the account's custom fields by script ID in lower case; none where
// the role may not see the table, which is no reason to tell nothing of the rest.
func (m *Metadata) customFields(ctx context.Context, conn *sluice.Connection, refresh bool) map[string]customField {
	fields, err := remembered(m, conn, "custom fields", refresh, func() (map[string]customField, error) {
		client, err := m.suite.Client(conn)
		if err != nil {
			return nil, err
		}
		fields := map[string]customField{}
		const most = 1000
		for offset := 0; ; offset += most {
			page, err := client.SuiteQL.Page(ctx, "SELECT scriptid, name, ismandatory FROM customfield ORDER BY scriptid", nil, most, offset)
			if err != nil {
				return fields, cmp.Or(ctx.Err(), refused(err))
			}
			for _, row := range page.Rows {
				fields[strings.ToLower(row.Text("scriptid"))] = customField{row.Text("name"), row.Text("ismandatory") == "T"}
			}
			if !page.HasMore {
				return fields, nil
			}
		}
	})
	if err != nil {
		return nil
	}
	return fields
}

// refused passes on what is no refusal: a refusal is kept as an answer.
func refused(err error) error {
	if _, ok := errors.AsType[*netsuite.Fault](err); ok && !errors.Is(err, netsuite.ErrLogin) {
		return nil
	}
	return err
}
