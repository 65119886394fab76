package record

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// Choice says which options of a field are wanted.
type Choice struct {
	Op            string // "", IS, CONTAIN or START_WITH, of the option's name, in any case
	Value         string
	Limit, Offset int
}

func (c Choice) matches(name string) bool {
	name, value := strings.ToLower(name), strings.ToLower(c.Value)
	switch c.Op {
	case "IS":
		return name == value
	case "CONTAIN":
		return strings.Contains(name, value)
	case "START_WITH":
		return strings.HasPrefix(name, value)
	}
	return true
}

// Options returns what a field of a record may be set to, and how many options
// match in all: the values of an enumeration, or the active records that it may
// refer to. Records of one subsidiary are options for a record of that subsidiary
// alone. Whether the role may read the records is not asked
// (Oracle help, article_0115100241).
func (s *Store) Options(ctx context.Context, f *schema.Field, of map[string]any, c Choice) (page []schema.Option, total int, err error) {
	all := f.Enum
	if f.Kind != schema.Enum {
		if all, err = s.referable(ctx, f, of); err != nil {
			return nil, 0, err
		}
	}
	for _, o := range all {
		if !c.matches(o.Name) {
			continue
		}
		if total >= c.Offset && len(page) < c.Limit {
			page = append(page, o)
		}
		total++
	}
	return page, total, nil
}

// referable are the active records that a reference may point to.
func (s *Store) referable(ctx context.Context, f *schema.Field, of map[string]any) (out []schema.Option, err error) {
	group, typ := s.schema.Load().Group(f.Target)
	condition, args := "grp = ? AND coalesce(json_extract(body, '$.isInactive'), 0) = 0", []any{group}
	if typ != nil {
		condition, args = condition+" AND type = ?", append(args, typ.Name)
	}
	if subsidiary := body.Text(of, "subsidiary"); subsidiary != "" && typ != nil {
		if x := typ.Fields.Lookup("subsidiary"); x != nil && x.Kind == schema.Reference {
			condition, args = condition+" AND coalesce(json_extract(body, '$.subsidiary'), ?) = ?", append(args, subsidiary, subsidiary)
		}
	}
	rows, err := s.reader.QueryContext(ctx, fmt.Sprintf("SELECT id, name FROM record WHERE %s ORDER BY lower(name), id", condition), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var o schema.Option
		if err := rows.Scan(&o.ID, &o.Name); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, rows.Err()
}
