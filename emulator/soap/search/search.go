// Package search evaluates the searches of SOAP requests over the records of the
// account: basic and joined criteria, columns, and stored saved searches.
package search

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/mapping"
)

// Engine searches for one request.
type Engine struct {
	*mapping.Mapper
	Saved *Saved
	Now   func() time.Time
}

// Query is a search that has been understood.
type Query struct {
	family   string // Customer, Transaction …
	types    []*schema.Type
	criteria *criteria
	columns  *columns // nil for records as a whole
	sort     []string // from a saved search
	saved    bool
}

// criteria are the conditions on one record and those on records joined to it.
type criteria struct {
	all   []*condition
	joins []*joined
}

// joined are the conditions on, and the columns of, records that a join leads to.
type joined struct {
	name     string
	relation *relation
	criteria *criteria // nil without conditions
	columns  []*column
}

// Hit is one result: a record, or a line of a transaction, with what was joined.
type Hit struct {
	Record *record.Record
	line   body.Body
	joined map[string]*Hit
}

// invalid is a search that means nothing, by the codes of the published
// enumeration.
func invalid(code, format string, args ...any) error {
	return fault.New(http.StatusBadRequest, code, format, args...)
}

// Compile understands the searchRecord of a request, which is bound to its type.
func (e *Engine) Compile(ctx context.Context, n *envelope.Node) (*Query, error) {
	name := n.Shape.Name
	q := &Query{}
	switch {
	case strings.HasSuffix(name, "SearchAdvanced"):
		q.family = strings.TrimSuffix(name, "SearchAdvanced")
		return q, e.advanced(ctx, q, n)
	case strings.HasSuffix(name, "SearchBasic"):
		q.family = strings.TrimSuffix(name, "SearchBasic")
		return q, e.conditions(ctx, q, &envelope.Node{Shape: n.Shape, Children: []*envelope.Node{renamed(n, "basic")}})
	}
	q.family = strings.TrimSuffix(name, "Search")
	return q, e.conditions(ctx, q, n)
}

func renamed(n *envelope.Node, name string) *envelope.Node {
	c := *n
	c.Name.Local = name
	return &c
}

// advanced compiles criteria and columns, with those of a saved search: both
// criteria hold, and columns of the request replace the stored ones (Oracle
// help, section_N3516862).
func (e *Engine) advanced(ctx context.Context, q *Query, n *envelope.Node) error {
	own, columns := n.Child("criteria"), n.Child("columns")
	if own == nil {
		own = &envelope.Node{}
	}
	parts := []*envelope.Node{own}
	if id, script := n.Attr("savedSearchId"), n.Attr("savedSearchScriptId"); id+script != "" {
		s := e.Saved.find(id, script)
		if s == nil {
			return invalid("INVALID_SAVED_SRCH", "The saved search %s%s does not exist.", id, script)
		}
		if s.Summary {
			return invalid("INVALID_SUMMARY_SRCH", "You cannot return search columns for summary saved search %s.", s.ScriptID)
		}
		stored, err := e.parse(s)
		if err != nil {
			return err
		}
		if stored.Shape.Name != n.Shape.Name {
			return invalid("INVALID_SAVED_SRCH", "The saved search %s is not of the type %s.", s.ScriptID, q.family)
		}
		q.saved, q.sort = true, s.Sort
		parts = append(parts, stored.Child("criteria"))
		if columns == nil || len(columns.Children) == 0 {
			columns = stored.Child("columns")
		}
	}
	all := &envelope.Node{}
	for _, p := range parts {
		if p != nil {
			all.Children = append(all.Children, p.Children...)
		}
	}
	if err := e.conditions(ctx, q, all); err != nil {
		return err
	}
	if columns == nil || len(columns.Children) == 0 {
		return nil
	}
	return e.readColumns(ctx, q, columns)
}

// HasColumns reports whether the query names columns.
func (q *Query) HasColumns() bool { return q.columns != nil }

// IsSaved reports whether the query is a saved search.
func (q *Query) IsSaved() bool { return q.saved }

// WithoutColumns returns the query for records as a whole.
func (q *Query) WithoutColumns() *Query {
	c := *q
	c.columns = nil
	return &c
}

// conditions compiles the children of a search: basic and joins.
func (e *Engine) conditions(ctx context.Context, q *Query, n *envelope.Node) error {
	q.criteria = &criteria{}
	types, err := e.familyTypes(ctx, q.family, n.All("basic"))
	if err != nil {
		return err
	}
	q.types = types
	for _, c := range n.Children {
		if c.Name.Local == "basic" {
			list, err := e.basic(ctx, q.types, c)
			if err != nil {
				return err
			}
			q.criteria.all = append(q.criteria.all, list...)
			continue
		}
		j, err := e.join(ctx, q, c)
		if err != nil {
			return err
		}
		basic := c
		if c.Name.Local == customJoin {
			basic = c.Child("searchRecordBasic")
		}
		list, err := e.basic(ctx, j.relation.types, basic)
		if err != nil {
			return err
		}
		j.criteria = &criteria{all: list}
		q.criteria.joins = append(q.criteria.joins, j)
	}
	q.narrow()
	return nil
}

// narrow drops the record types that the criterion on the type rules out.
func (q *Query) narrow() {
	q.types = slices.DeleteFunc(slices.Clone(q.types), func(t *schema.Type) bool {
		for _, c := range q.criteria.all {
			if c.name == "type" && !c.holds(&Hit{Record: &record.Record{Type: t}}) {
				return true
			}
		}
		return false
	})
}

// groups are the families that search records of several types.
var groups = map[string]string{"Transaction": schema.GroupTransaction, "Item": schema.GroupItem, "Entity": schema.GroupEntity}

// familyTypes returns the record types that a family of searches serves, as far
// as the role may see them.
func (e *Engine) familyTypes(ctx context.Context, family string, basics []*envelope.Node) ([]*schema.Type, error) {
	if group := groups[family]; group != "" {
		var out []*schema.Type
		for _, t := range e.Store.Types() {
			if t.Group != group || e.Shape(t) == nil {
				continue
			}
			if _, err := e.Store.Known(ctx, t.Name, session.View); err == nil {
				out = append(out, t)
			}
		}
		if len(out) == 0 {
			return nil, invalid(fault.InsufficientPermission, "You do not have permission to search records of the type %s.", family)
		}
		return out, nil
	}
	if family == "CustomRecord" {
		for _, b := range basics {
			if kind := b.Child("recType"); kind != nil {
				id := kind.Attr("internalId")
				if id == "" {
					id = kind.Attr("scriptId")
				}
				if t := e.TypeByID(id); t != nil && mapping.IsCustomRecord(t) {
					_, err := e.Store.Known(ctx, t.Name, session.View)
					return []*schema.Type{t}, err
				}
			}
		}
		return nil, invalid("INVALID_RCRD_TYPE", "The search names no custom record type: recType.")
	}
	t := e.Store.Type(family)
	if t == nil || e.Shape(t) == nil {
		return nil, invalid("INVALID_SEARCH_TYPE", "There are no records of the type %s in this account.", family)
	}
	_, err := e.Store.Known(ctx, t.Name, session.View)
	return []*schema.Type{t}, err
}

// basic compiles the conditions of a SearchBasic.
func (e *Engine) basic(ctx context.Context, types []*schema.Type, n *envelope.Node) ([]*condition, error) {
	var out []*condition
	for _, c := range n.Children {
		var list []*condition
		var err error
		switch c.Name.Local {
		case "recType":
			continue
		case "customFieldList":
			list, err = e.customConditions(ctx, types, c)
		default:
			var one *condition
			one, err = e.condition(ctx, types, c)
			list = []*condition{one}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func (e *Engine) condition(ctx context.Context, types []*schema.Type, n *envelope.Node) (*condition, error) {
	c := &condition{name: n.Name.Local, by: map[string]access{}}
	for _, t := range types {
		if a := resolve(t, n.Name.Local); a != nil {
			c.by[t.Name] = a
		}
	}
	if len(c.by) == 0 {
		return nil, invalid("INVALID_SEARCH_FIELD_NAME", "The field %s cannot be searched by in this account.", n.Name.Local)
	}
	return c, e.operator(ctx, c, n)
}

// customConditions compiles conditions on custom fields, of bodies and of lines.
func (e *Engine) customConditions(ctx context.Context, types []*schema.Type, n *envelope.Node) ([]*condition, error) {
	var out []*condition
	for _, x := range n.Children {
		c := &condition{name: x.Attr("scriptId"), by: map[string]access{}}
		for _, t := range types {
			a, err := e.customAccess(ctx, t, x)
			if err != nil {
				return nil, err
			}
			if a != nil {
				c.by[t.Name] = a
			}
		}
		if len(c.by) == 0 {
			return nil, invalid("INVALID_SEARCH_FIELD_KEY", "There is no custom field %s%s to search by.", x.Attr("scriptId"), x.Attr("internalId"))
		}
		if err := e.operator(ctx, c, x); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (e *Engine) customAccess(ctx context.Context, t *schema.Type, n *envelope.Node) (access, error) {
	f, err := e.CustomField(ctx, t.Fields, n.Attr("scriptId"), n.Attr("internalId"))
	if err != nil || f != nil {
		return bodyAccess(f), err
	}
	if f, err = e.CustomField(ctx, schema.Lines(t), n.Attr("scriptId"), n.Attr("internalId")); err != nil || f == nil {
		return nil, err
	}
	return lineAccess(f), nil
}

// IsRefusal reports whether an error is the answer to a search, not a failure.
func IsRefusal(err error) bool {
	f := (*fault.Fault)(nil)
	return errors.As(err, &f)
}
