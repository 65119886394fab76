// Package evaluation has the route that tries a mapping, a table of fields, a condition or
// an expression with one record, while somebody writes it.
package evaluation

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules try what is written.
type Rules interface {
	Evaluate(ctx context.Context, t Evaluation) (*Evaluated, error)
}

// The kinds of text.
const (
	KindMapping    = "mapping"
	KindCondition  = "condition"
	KindExpression = "expression"
	KindFields     = "fields"
)

// Evaluation is what is tried, and with which record.
type Evaluation struct {
	Kind   string            `json:"kind" enum:"mapping,condition,expression,fields"`
	Text   string            `json:"text,omitempty" doc:"The Bloblang of a mapping, a condition or an expression"`
	Fields []sluice.FieldRow `json:"fields,omitempty" nullable:"false" doc:"The rows of a table of fields"`
	Record sluice.Record     `json:"record" doc:"The record as it comes to the step"`
}

// Evaluated is what comes of it.
type Evaluated struct {
	// Record is what a mapping or a table makes of the record.
	Record sluice.Record `json:"record,omitempty"`
	// Value is what a condition or an expression gives.
	Value   any  `json:"value,omitempty"`
	Deleted bool `json:"deleted,omitempty" doc:"The mapping deletes the record"`
	// Problems are mistakes in the text, or what this record fails with, at their places.
	Problems []sluice.Problem `json:"problems" nullable:"false"`
}

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	t := endpoint.Table{Tag: tag}
	t.Add("POST", "/api/v1/mappings/evaluate", sluice.PermEditFlows, "evaluate", "Try a mapping, a table of fields, a condition or an expression with one record",
		endpoint.Of(func(ctx context.Context, in *struct{ Body Evaluation }) (*endpoint.Reply[*Evaluated], error) {
			return endpoint.Answer(rules.Evaluate(ctx, in.Body))
		}))
	return t.Rows
}
