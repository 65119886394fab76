package table

import (
	"fmt"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// Compile compiles the rows at a path of the flow. Each problem has the path of the
// key that it is about, within rows; line and column count within the key's text.
func Compile(path string, rows []sluice.FieldRow) (*Table, []sluice.Problem) {
	c := &compiler{set: mapping.NewSet()}
	t := &Table{set: c.set, rows: c.rows(path, rows)}
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return t, nil
}

// Check says what is wrong with rows beyond their expressions.
func Check(path string, rows []sluice.FieldRow) []sluice.Problem {
	c := &compiler{}
	c.check(path, rows)
	return c.problems
}

type compiler struct {
	set      *mapping.Set
	problems []sluice.Problem
}

func (c *compiler) add(path, code, message, remedy string) {
	c.problems = append(c.problems, sluice.Problem{Code: code, Path: path, Message: message, Remedy: remedy})
}

func (c *compiler) rows(path string, rows []sluice.FieldRow) []*row {
	c.checkTargets(path, rows)
	out := make([]*row, len(rows))
	for i := range rows {
		out[i] = c.row(fmt.Sprintf("%s[%d]", path, i), i+1, &rows[i])
	}
	return out
}

func (c *compiler) row(path string, number int, r *sluice.FieldRow) *row {
	c.checkRow(path, r)
	out := &row{to: strings.Split(r.To, "."), name: fmt.Sprintf("row %d (%s)", number, r.To), fixed: r.Value, split: r.Split, table: r.Table}
	out.when = c.member(path+".when", r.When)
	out.absent = c.member(path+".default", r.Default)
	if r.Each != "" {
		out.each = c.member(path+".each", r.Each)
		out.fields = c.rows(path+".fields", r.Fields)
		return out
	}
	out.from = c.member(path+".from", r.From)
	if r.Join != "" {
		out.join = &r.Join
	}
	out.as, _ = conversion(r) // whose problems checkRow has told
	return out
}

func (c *compiler) member(path, source string) *mapping.Member {
	if source == "" {
		return nil
	}
	m, problems := c.set.Compile(source)
	for _, p := range problems {
		p.Path = path
		c.problems = append(c.problems, p)
	}
	return m
}

// conversion is what As asks for; nil for nothing.
func conversion(r *sluice.FieldRow) (func(any) (any, error), error) {
	switch r.As {
	case sluice.AsText:
		return mapping.Text, nil
	case sluice.AsNumber:
		return mapping.Number, nil
	case sluice.AsBoolean:
		return mapping.Boolean, nil
	case sluice.AsDate, sluice.AsDateTime:
		form, err := mapping.NewDateForm(r.Format, r.Zone)
		if err != nil {
			return nil, err
		}
		if r.As == sluice.AsDate {
			return form.Date, nil
		}
		return form.DateTime, nil
	}
	return nil, nil
}

func (c *compiler) check(path string, rows []sluice.FieldRow) {
	c.checkTargets(path, rows)
	for i := range rows {
		at := fmt.Sprintf("%s[%d]", path, i)
		c.checkRow(at, &rows[i])
		c.check(at+".fields", rows[i].Fields)
	}
}

// checkTargets refuses two rows for one field, and a row for a field of what
// another row sets.
func (c *compiler) checkTargets(path string, rows []sluice.FieldRow) {
	taken := map[string]int{}
	for i, r := range rows {
		at := fmt.Sprintf("%s[%d].to", path, i)
		if before, ok := taken[r.To]; ok {
			c.add(at, "flow.duplicate_name", fmt.Sprintf("row %d sets %q already", before+1, r.To), "")
		}
		taken[r.To] = i
		for name := range strings.SplitSeq(r.To, ".") {
			if strings.TrimSpace(name) == "" && r.To != "" {
				c.add(at, "flow.invalid_value", fmt.Sprintf("%q has a name that is empty", r.To), "Write it as in entity.externalId")
				break
			}
		}
	}
	for i, r := range rows {
		for cut := strings.LastIndexByte(r.To, '.'); cut > 0; cut = strings.LastIndexByte(r.To[:cut], '.') {
			if before, ok := taken[r.To[:cut]]; ok {
				c.add(fmt.Sprintf("%s[%d].to", path, i), "flow.conflict", fmt.Sprintf("row %d sets the whole of %q", before+1, r.To[:cut]), "Keep one of them")
			}
		}
	}
}

// checkRow says which keys of a row have nothing to do with each other.
func (c *compiler) checkRow(path string, r *sluice.FieldRow) {
	dated := r.As == sluice.AsDate || r.As == sluice.AsDateTime
	if r.Each != "" && len(r.Fields) == 0 {
		c.add(path+".fields", "flow.missing_key", `the key "fields" is missing`, "Say what is made of each element")
	}
	if r.Each == "" && len(r.Fields) > 0 {
		c.add(path+".fields", "flow.conflict", "rows within a row are for a list", "Add each, or write dots into to")
	}
	if r.Each != "" {
		for key, there := range map[string]bool{"split": r.Split != "", "table": r.Table != nil, "default": r.Default != "", "as": r.As != "", "join": r.Join != ""} {
			if there {
				c.add(path+"."+key, "flow.conflict", "a row with each makes a list of its fields", "Leave out "+key+", or move it into fields")
			}
		}
	}
	for key, text := range map[string]string{"format": r.Format, "zone": r.Zone} {
		if text != "" && !dated {
			c.add(path+"."+key, "flow.conflict", key+" is for dates", "Add as: date or as: datetime")
		}
	}
	if _, err := mapping.NewDateForm(r.Format, ""); err != nil && dated {
		c.add(path+".format", "flow.invalid_value", err.Error(), "Write it as in DD.MM.YYYY hh:mm")
	}
	if _, err := mapping.NewDateForm("", r.Zone); err != nil && dated {
		c.add(path+".zone", "flow.invalid_value", err.Error(), "Use a name of the IANA database, such as Europe/Berlin")
	}
}
