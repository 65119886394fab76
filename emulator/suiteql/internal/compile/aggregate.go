package compile

import (
	"strings"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/syntax"
)

// aggregates maps Oracle's aggregate functions to SQLite's and ours.
var aggregates = map[string]string{
	"COUNT": "count", "MIN": "min", "MAX": "max", "SUM": "ns_sum", "AVG": "ns_avg", "MEDIAN": "ns_median",
	"APPROX_COUNT_DISTINCT": "count",
}

// rankings are the analytic functions without an argument.
var rankings = map[string]bool{"ROW_NUMBER": true, "RANK": true, "DENSE_RANK": true}

// aggregate translates an aggregate or analytic call.
func (t *translator) aggregate(c *syntax.Call) (value, error) {
	s := t.scope
	if !s.takesTotals || s.inAggregate > 0 {
		return value{}, Unsupported("%s in this place", c.Name)
	}
	if c.Over != nil {
		return t.analytic(c)
	}
	if rankings[c.Name] {
		return value{}, Unsupported("%s without OVER", c.Name)
	}
	s.inAggregate++
	v, err := t.aggregateCall(c)
	s.inAggregate--
	return v, err
}

// aggregateCall translates the function itself, without a window.
func (t *translator) aggregateCall(c *syntax.Call) (value, error) {
	name := aggregates[c.Name]
	if c.Star && c.Name == "COUNT" {
		return value{sql: "count(*)", kind: kindNumber}, nil
	}
	if c.Star || len(c.Args) != 1 {
		return value{}, Unsupported("%s takes one argument", c.Name)
	}
	v, err := t.valueOf(c.Args[0])
	if err != nil {
		return value{}, err
	}
	arg, k := v.sql, kindNumber
	switch c.Name {
	case "MIN", "MAX":
		k = v.kind
	case "MEDIAN":
		if isTime(v.kind) {
			k = kindDate
		}
		arg, err = t.as(v, k)
	case "SUM", "AVG":
		arg, err = t.asNumber(v)
	}
	if c.Distinct || c.Name == "APPROX_COUNT_DISTINCT" {
		arg = "DISTINCT " + arg
	}
	return value{sql: name + "(" + arg + ")", kind: k}, err
}

// analytic translates a call with OVER. In a grouped block it works on the
// groups, so its columns must be grouped like any other.
func (t *translator) analytic(c *syntax.Call) (value, error) {
	if c.Distinct {
		return value{}, Unsupported("DISTINCT in an analytic function")
	}
	fn := value{sql: strings.ToLower(c.Name) + "()", kind: kindNumber}
	if rankings[c.Name] {
		if len(c.Args) > 0 || len(c.Over.OrderBy) == 0 {
			return value{}, Unsupported("%s needs ORDER BY and takes no argument", c.Name)
		}
	} else {
		var err error
		if fn, err = t.aggregateCall(c); err != nil {
			return value{}, err
		}
	}
	var window []string
	var keys []string
	for _, e := range c.Over.PartitionBy {
		v, err := t.valueOf(e)
		if err != nil {
			return value{}, err
		}
		keys = append(keys, v.sql)
	}
	if keys != nil {
		window = append(window, "PARTITION BY "+strings.Join(keys, ", "))
	}
	keys = nil
	for _, o := range c.Over.OrderBy {
		v, err := t.valueOf(o.Expr)
		if err != nil {
			return value{}, err
		}
		keys = append(keys, v.sql+direction(o))
	}
	if keys != nil {
		window = append(window, "ORDER BY "+strings.Join(keys, ", "))
	}
	return value{sql: fn.sql + " OVER (" + strings.Join(window, " ") + ")", kind: fn.kind}, nil
}
