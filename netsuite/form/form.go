// Package form asks NetSuite for what its own pages would show: forms whose fields are
// filled in, and the values that a field takes (NetSuite 2026.1).
//
//	forms := form.New(client)
//	invoice, err := forms.Transform(ctx, "salesOrder", "7", "invoice", nil, form.Options{})
//	options, err := forms.Options(ctx, form.Question{RecordType: "customer", Fields: []string{"entityStatus"}})
//
// Nothing of it changes the account.
package form

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/internal/restform"
)

// Service asks for forms.
type Service struct{ client *netsuite.Client }

// New returns a Service of the client.
func New(c *netsuite.Client) *Service { return &Service{c} }

// Options select what a form holds. Without them it has all body fields, and of
// sublists and subrecords no more than links.
type Options struct {
	ExpandSubResources bool
	Fields             []string // not with ExpandSubResources
}

func (o Options) query() (url.Values, error) {
	if o.ExpandSubResources && len(o.Fields) > 0 {
		return nil, &netsuite.InputError{Field: "fields", Problem: "NetSuite refuses fields together with expandSubResources"}
	}
	query := url.Values{}
	if o.ExpandSubResources {
		query.Set("expandSubResources", "true")
	}
	if len(o.Fields) > 0 {
		query.Set("fields", strings.Join(o.Fields, ","))
	}
	return query, nil
}

// The forms of answers.
const (
	createForm    = "application/vnd.oracle.resource+json; type=create-form"
	editForm      = "application/vnd.oracle.resource+json; type=edit-form"
	selectOptions = "application/vnd.oracle.resource+json; type=select-options"
)

// Create returns a new record as NetSuite would fill it in, given the fields of body,
// which may be nil (Oracle help, article_1217103046). Nothing is saved.
func (s *Service) Create(ctx context.Context, recordType string, body any, o Options) (netsuite.Record, error) {
	return s.form(ctx, call{"form of a new " + recordType, http.MethodPost, recordType, createForm, body}, o, checkTypes(recordType))
}

// Edit returns a record as it would be with the fields of body changed. Nothing is saved.
func (s *Service) Edit(ctx context.Context, recordType, id string, body any, o Options) (netsuite.Record, error) {
	return s.form(ctx, call{"form of " + recordType + " " + id, http.MethodPatch, recordType + "/" + id, editForm, body}, o, checkTypes(recordType), checkID(id))
}

// Transform returns the record of type target that NetSuite would make out of another
// one: the invoice of a sales order, with its lines and their line numbers. Nothing is saved.
func (s *Service) Transform(ctx context.Context, recordType, id, target string, body any, o Options) (netsuite.Record, error) {
	c := call{"form of a " + target + " of " + recordType + " " + id, http.MethodPost, recordType + "/" + id + "/!transform/" + target, createForm, body}
	return s.form(ctx, c, o, checkTypes(recordType, target), checkID(id))
}

// Question asks for the values of fields.
type Question struct {
	RecordType string
	ID         string   // of a record that is there; empty for a new one
	Fields     []string // entityStatus, or line.dueToFromSubsidiary for one of a sublist's lines
	// Body has the fields on which the values depend; nil for none.
	Body any
	// Filters are conditions on what is shown of a value, field by field: CONTAIN, IS or
	// START_WITH and a text, as in `entityStatus START_WITH LEAD-`.
	Filters []string
	Limit   int // values of each field, at most; 0 is NetSuite's default
	Offset  int // multiple of Limit
}

// Option is one value that a field takes.
type Option struct {
	ID   string
	Name string // refName
}

// Values are the values that a field takes, one page of them.
type Values struct {
	Options []Option
	Offset  int
	Total   int // of all pages
	HasMore bool
}

type valuesJSON struct {
	Select *struct {
		Items []struct {
			ID      any    `json:"id"` // a number in Oracle's examples, a text elsewhere
			RefName string `json:"refName"`
		} `json:"items"`
		Offset  int  `json:"offset"`
		Total   int  `json:"totalResults"`
		HasMore bool `json:"hasMore"`
	} `json:"_selectOptions"`
}

// Options returns the values that fields take for the calling role, by field as NetSuite
// spells it (Oracle help, article_0115100241). The role need not be allowed to see the
// records that the values stand for.
func (s *Service) Options(ctx context.Context, q Question) (map[string]Values, error) {
	query, err := q.query()
	c := call{"values of " + strings.Join(q.Fields, ", "), http.MethodPost, q.RecordType, selectOptions, q.Body}
	var badID error
	if q.ID != "" {
		c.method, c.path = http.MethodPatch, q.RecordType+"/"+q.ID
		badID = checkID(q.ID)
	}
	if err := errors.Join(checkTypes(q.RecordType), badID, err); err != nil {
		return nil, err
	}
	var members map[string]any
	if members, err = s.send(ctx, c, query); err != nil {
		return nil, err
	}
	found := map[string]Values{}
	collect(found, "", members)
	return found, nil
}

func (q Question) query() (url.Values, error) {
	if len(q.Fields) == 0 {
		return nil, &netsuite.InputError{Field: "fields", Problem: "name at least one"}
	}
	query := url.Values{"fields": {strings.Join(q.Fields, ",")}}
	if len(q.Filters) > 0 {
		query.Set("q", strings.Join(q.Filters, ","))
	}
	switch {
	case q.Limit < 0 || q.Limit > netsuite.MaxPage:
		return nil, &netsuite.InputError{Field: "limit", Problem: fmt.Sprintf("%d: 1 to %d is possible", q.Limit, netsuite.MaxPage)}
	case q.Offset != 0 && (q.Limit == 0 || q.Offset < 0 || q.Offset%q.Limit != 0):
		return nil, &netsuite.InputError{Field: "offset", Problem: fmt.Sprintf("%d: a multiple of the limit is needed", q.Offset)}
	case q.Limit > 0:
		query.Set("limit", strconv.Itoa(q.Limit))
		query.Set("offset", strconv.Itoa(q.Offset))
	}
	return query, nil
}

// maxNesting bounds fields of fields; records nest three deep.
const maxNesting = 6

// collect finds the values in an answer: those of a sublist's field may be below the sublist.
func collect(found map[string]Values, path string, members map[string]any) {
	if strings.Count(path, ".") > maxNesting {
		return
	}
	for name, value := range members {
		if lines, ok := value.([]any); ok { // of a sublist
			for _, line := range lines {
				if fields, ok := line.(map[string]any); ok {
					collect(found, path, fields)
				}
			}
			continue
		}
		object, ok := value.(map[string]any)
		if !ok {
			continue
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		if _, has := object["_selectOptions"]; !has {
			collect(found, at, object)
			continue
		}
		var v valuesJSON
		data, err := restform.Body(object)
		if err != nil || restform.Decode(data, &v) != nil || v.Select == nil {
			continue
		}
		values := Values{Offset: v.Select.Offset, Total: v.Select.Total, HasMore: v.Select.HasMore}
		for _, item := range v.Select.Items {
			values.Options = append(values.Options, Option{fmt.Sprint(item.ID), item.RefName})
		}
		found[at] = values
	}
}

// call is one request for a form.
type call struct {
	operation, method, path, accept string
	body                            any
}

func (s *Service) form(ctx context.Context, c call, o Options, problems ...error) (netsuite.Record, error) {
	query, err := o.query()
	if err := errors.Join(append(problems, err)...); err != nil {
		return nil, err
	}
	return s.send(ctx, c, query)
}

// send asks. NetSuite takes a method that otherwise writes for a form by the Accept
// header alone: an answer that is no form may be that of a write, and is an error.
func (s *Service) send(ctx context.Context, c call, query url.Values) (map[string]any, error) {
	body := c.body
	if body == nil {
		body = struct{}{}
	}
	data, err := restform.Body(body)
	if err != nil {
		return nil, &netsuite.InputError{Field: "body", Problem: err.Error()}
	}
	u := s.client.Endpoints().SuiteTalk + restform.RecordPath + c.path
	if len(query) > 0 {
		u += "?" + restform.EncodeQuery(query)
	}
	var members map[string]any
	err = s.client.Do(ctx, netsuite.Call{
		// Not repeated like a read: a NetSuite before 2026.1 would save the record.
		Operation: c.operation, Effect: netsuite.Write, Method: c.method, URL: u,
		Header: http.Header{"Accept": {c.accept}, "Content-Type": {"application/json"}},
		Body:   func() ([]byte, error) { return data, nil },
		Accept: func(r *netsuite.Response) error {
			if r.Status != http.StatusOK {
				return fmt.Errorf("HTTP %d is no form: NetSuite may have saved a record", r.Status)
			}
			return errors.Join(restform.Decode(r.Body, &members), restform.Missing(members == nil, "form"))
		},
	})
	return members, err
}

func checkTypes(types ...string) error {
	for _, t := range types {
		if !restform.IsType(t) {
			return &netsuite.InputError{Field: "record type", Problem: fmt.Sprintf("%q: a name such as customer or customrecord_x is needed", t)}
		}
	}
	return nil
}

func checkID(id string) error {
	if external, _ := strings.CutPrefix(id, "eid:"); !restform.IsID(external) {
		return &netsuite.InputError{Field: "id", Problem: fmt.Sprintf("%q is not an ID", id)}
	}
	return nil
}
