package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/mapping"
)

// condition is one criterion.
type condition struct {
	name string
	by   map[string]access // by record type
	test func(value) bool
	// where and args narrow the records in SQL, where that is possible.
	where string
	args  []any
}

func (c *condition) holds(h *Hit) bool {
	a := c.by[h.Record.Type.Name]
	return a != nil && c.test(a(h))
}

// operator compiles a search field's operator and values by its SOAP type.
func (e *Engine) operator(ctx context.Context, c *condition, n *envelope.Node) (err error) {
	kind := strings.Replace(strings.TrimPrefix(n.Shape.Name, "Search"), "CustomField", "Field", 1)
	op := n.Attr("operator")
	if kind != "BooleanField" && kind != "EnumMultiSelectField" && op == "" {
		return invalid("INVALID_SEARCH_OPERATOR", "The search field %s needs an operator.", c.name)
	}
	switch kind {
	case "StringField":
		c.test = stringTest(op, n.Child("searchValue").Value())
	case "BooleanField":
		want := slices.Contains([]string{"true", "1"}, n.Child("searchValue").Value())
		c.test = func(v value) bool { is, _ := v.raw.(bool); return is == want }
	case "LongField", "DoubleField", "TextNumberField":
		c.test, err = numberTest(op, n)
	case "DateField":
		err = e.dateTest(c, op, n)
	case "EnumMultiSelectField":
		c.test = e.enumTest(op, n)
	case "MultiSelectField":
		err = e.selectTest(ctx, c, op, n)
	default:
		err = invalid("INVALID_SEARCH_FIELD_OBJ", "The search field %s has the type %s.", c.name, n.Shape.Name)
	}
	return err
}

// stringTest compares text without regard to case.
func stringTest(op, want string) func(value) bool {
	want = strings.ToLower(want)
	return func(v value) bool {
		has := ""
		if v.raw != nil {
			has = strings.ToLower(fmt.Sprint(v.raw))
		}
		switch op {
		case "contains":
			return strings.Contains(has, want)
		case "doesNotContain":
			return !strings.Contains(has, want)
		case "startsWith":
			return strings.HasPrefix(has, want)
		case "doesNotStartWith":
			return !strings.HasPrefix(has, want)
		case "is":
			return has == want
		case "isNot":
			return has != want
		case "empty":
			return has == ""
		case "notEmpty":
			return has != ""
		case "hasKeywords":
			for w := range strings.FieldsSeq(want) {
				if !strings.Contains(has, w) {
					return false
				}
			}
			return has != ""
		}
		return false
	}
}

// negated cuts the not off an operator: notGreaterThan is not greaterThan. A
// record without a value is not greater than, and so on, any value.
func negated(op string) (positive string, not bool) {
	rest, ok := strings.CutPrefix(op, "not")
	if !ok || op == "notEmpty" {
		return op, false
	}
	return strings.ToLower(rest[:1]) + rest[1:], true
}

func numberTest(op string, n *envelope.Node) (func(value) bool, error) {
	positive, not := negated(op)
	var want [2]decimal.Decimal
	for i, name := range []string{"searchValue", "searchValue2"} {
		if c := n.Child(name); c != nil && c.Value() != "" {
			d, err := decimal.Parse(c.Value())
			if err != nil {
				return nil, invalid("INVALID_SEARCH_VALUE", "%q is no number.", c.Value())
			}
			want[i] = d
		}
	}
	return func(v value) bool {
		d, err := decimal.Parse(fmt.Sprint(v.raw))
		has := v.raw != nil && err == nil
		switch positive {
		case "empty":
			return !has
		case "notEmpty":
			return has
		}
		return (has && compares(positive, d.Cmp(want[0]), d.Cmp(want[1]))) != not
	}, nil
}

// compares judges an operator by how the value compares with both bounds.
func compares(op string, first, second int) bool {
	switch op {
	case "equalTo":
		return first == 0
	case "greaterThan":
		return first > 0
	case "greaterThanOrEqualTo":
		return first >= 0
	case "lessThan":
		return first < 0
	case "lessThanOrEqualTo":
		return first <= 0
	case "between":
		return first >= 0 && second <= 0
	}
	return false
}

// dateTest compares instants, or days where the field is one. The bounds are
// instants; on means the day of the bound in the user's zone.
func (e *Engine) dateTest(c *condition, op string, n *envelope.Node) error {
	positive, not := negated(op)
	from, to, err := e.span(positive, n)
	if err != nil {
		return err
	}
	if stamps[c.name] && !not && positive != "empty" && positive != "notEmpty" && positive != "before" && positive != "onOrBefore" {
		column := map[bool]string{true: "modified", false: "created"}[stamps[c.name]]
		c.where, c.args = column+" >= ?", []any{from.UTC().Format(body.Stamp)}
	}
	c.test = func(v value) bool {
		has, first, last := v.raw != nil, 0, 0
		switch {
		case has && v.kind == schema.Date:
			day := fmt.Sprint(v.raw)
			first, last = strings.Compare(day, e.Day(from)), strings.Compare(day, e.Day(to))
		case has:
			t, err := time.Parse(body.Wire, fmt.Sprint(v.raw))
			has, first, last = err == nil, t.Compare(from), t.Compare(to)
		}
		return dateHolds(positive, has, first, last) != (not && positive != "empty")
	}
	return nil
}

func dateHolds(op string, has bool, first, last int) bool {
	switch op {
	case "empty":
		return !has
	case "notEmpty":
		return has
	case "after":
		return has && last > 0
	case "before":
		return has && first < 0
	case "on", "within":
		return has && first >= 0 && last <= 0
	case "onOrAfter":
		return has && first >= 0
	case "onOrBefore":
		return has && last <= 0
	}
	return false
}

// span returns the bounds that a date search names: two instants for within, the
// instant twice for the comparisons, and the day around it for on.
func (e *Engine) span(op string, n *envelope.Node) (from, to time.Time, err error) {
	if p := n.Child("predefinedSearchValue"); p != nil {
		return e.predefined(p.Value())
	}
	values := [2]time.Time{}
	for i, name := range []string{"searchValue", "searchValue2"} {
		if c := n.Child(name); c != nil {
			if values[i], err = envelope.ParseTime(c.Text); err != nil {
				return from, to, invalid("INVALID_SEARCH_VALUE", "%q is no date.", c.Text)
			}
		}
	}
	if values[0].IsZero() && op != "empty" && op != "notEmpty" {
		return from, to, invalid("INVALID_SEARCH_VALUE", "The date search needs a value.")
	}
	switch op {
	case "within":
		return values[0], values[1], nil
	case "on":
		from, err = time.ParseInLocation(body.Day, e.Day(values[0]), e.Session.TimeZone)
		return from, from.AddDate(0, 0, 1).Add(-time.Nanosecond), err
	}
	return values[0], values[0], nil
}

// predefined returns the span of a named period, by the user's calendar.
func (e *Engine) predefined(name string) (from, to time.Time, err error) {
	now := e.Now().In(e.Session.TimeZone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	monday, month := today.AddDate(0, 0, -int(today.Weekday())), today.AddDate(0, 0, 1-today.Day())
	year := month.AddDate(0, 1-int(today.Month()), 0)
	spans := map[string][2]time.Time{
		"today": {today, today.AddDate(0, 0, 1)}, "yesterday": {today.AddDate(0, 0, -1), today}, "tomorrow": {today.AddDate(0, 0, 1), today.AddDate(0, 0, 2)},
		"thisWeek": {monday, monday.AddDate(0, 0, 7)}, "lastWeek": {monday.AddDate(0, 0, -7), monday},
		"thisMonth": {month, month.AddDate(0, 1, 0)}, "lastMonth": {month.AddDate(0, -1, 0), month},
		"thisYear": {year, year.AddDate(1, 0, 0)}, "lastYear": {year.AddDate(-1, 0, 0), year},
	}
	s, ok := spans[name]
	if !ok {
		return from, to, invalid("INVALID_SEARCH_VALUE", "The emulated account does not know the period %s.", name)
	}
	return s[0], s[1].Add(-time.Nanosecond), nil
}

// enumTest compares the words of enumerations.
func (e *Engine) enumTest(op string, n *envelope.Node) func(value) bool {
	wanted := map[string]bool{}
	for _, v := range n.All("searchValue") {
		wanted[v.Value()] = true
	}
	return func(v value) bool {
		return wanted[e.enumWord(v)] != (op == "noneOf")
	}
}

// enumWord is the word of SOAP's enumerations for a value.
func (e *Engine) enumWord(v value) string {
	if v.raw == nil {
		return ""
	}
	id := fmt.Sprint(v.raw)
	if v.field == nil {
		return id
	}
	for _, o := range v.field.Enum {
		if o.ID != id {
			continue
		}
		if strings.EqualFold(v.field.Name, "country") {
			if enum := e.Shapes.Enum("platformCommonTyp", "Country"); enum != nil {
				return mapping.EnumText(enum, e.Version, o)
			}
		}
		return "_" + camel(o.Name, false)
	}
	return id
}

// none stands for no value in select searches.
const none = "@NONE@"

// selectTest compares references by internal ID; those that the request names
// by external ID are looked up.
func (e *Engine) selectTest(ctx context.Context, c *condition, op string, n *envelope.Node) error {
	ids, externals := map[string]bool{}, map[string]bool{}
	for _, v := range n.All("searchValue") {
		id, external := v.Attr("internalId"), v.Attr("externalId")
		if id != "" {
			ids[id] = true
		} else if external != "" {
			externals[strings.ToLower(external)] = true
		}
	}
	if err := e.resolveExternal(ctx, c, externals, ids); err != nil {
		return err
	}
	if op == "anyOf" {
		c.narrowSelect(ids, externals)
	}
	c.test = func(v value) bool {
		found := false
		switch raw := v.raw.(type) {
		case nil:
			found = ids[none]
		case []any:
			for _, x := range raw {
				found = found || ids[fmt.Sprint(x)]
			}
		case string:
			found = ids[raw] || externals[strings.ToLower(raw)] && (v.external || !v.id && v.field == nil)
		}
		return found != (op == "noneOf")
	}
	return nil
}

// resolveExternal turns external IDs of referenced records into internal ones.
// Those of the records themselves stay.
func (e *Engine) resolveExternal(ctx context.Context, c *condition, externals, ids map[string]bool) error {
	if len(externals) == 0 || c.name == "externalId" {
		return nil
	}
	groups := map[string]bool{}
	for name, a := range c.by {
		v := a(&Hit{Record: &body.Record{Type: e.Store.Type(name)}})
		switch {
		case v.id:
			groups[e.Store.Type(name).Group] = true
		case v.field != nil && e.Store.Type(v.field.Target) != nil:
			groups[e.Store.Type(v.field.Target).Group] = true
		case v.field != nil:
			groups[v.field.Target] = true
		}
	}
	for group := range groups {
		for external := range externals {
			id := ""
			err := e.Store.DB().QueryRowContext(ctx, "SELECT coalesce(max(id), '') FROM record WHERE grp = ? AND lower(external_id) = ?", group, external).Scan(&id)
			if err != nil {
				return err
			}
			if id != "" {
				ids[id] = true
			}
		}
	}
	return nil
}

// maxNarrow is how many keys a query may list.
const maxNarrow = 2000

// narrowSelect lists the records by their keys, where the condition is on those.
func (c *condition) narrowSelect(ids, externals map[string]bool) {
	column, keys := "", ids
	switch {
	case c.name == "internalId":
		column = "id"
	case c.name == "externalId":
		column, keys = "lower(external_id)", externals
	}
	if column == "" || len(keys) == 0 || len(keys) > maxNarrow || ids[none] {
		return
	}
	c.where = column + " IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(keys)), ", ") + ")"
	for k := range keys {
		c.args = append(c.args, k)
	}
}

// Within compiles a date search on an instant; a nil search lets all through.
func (e *Engine) Within(n *envelope.Node) (func(time.Time) bool, error) {
	if n == nil {
		return func(time.Time) bool { return true }, nil
	}
	c := &condition{name: n.Name.Local}
	if err := e.dateTest(c, n.Attr("operator"), n); err != nil {
		return nil, err
	}
	return func(t time.Time) bool {
		return c.test(value{kind: schema.DateTime, raw: t.UTC().Format(body.Wire)})
	}, nil
}
